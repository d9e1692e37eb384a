//! The endpoints of people.

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::call::{Call, respond, to_json};
use super::wire::errors::CommonErrors;
use super::wire::examples;
use super::wire::person::WirePerson;
use super::wire::person_params::PersonParams;
use crate::model::{Error, Result};
use crate::service::people::Match;

/// The person found, or null.
#[derive(Serialize, ToSchema)]
#[schema(as = MatchAnswer)]
struct MatchBody<'a> {
    #[schema(required)]
    person: Option<WirePerson<'a>>,
    /// The number by which this call is known; always below 2^53. Absent when nobody was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = i64)]
    request_id: Option<i64>,
}

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(match_person, match_person_by_query))
}

/// Match a person
///
/// Finds one person by any of the identifiers. Somebody whom the team keeps as a contact is answered from there,
/// with the whole contact inside, and costs nothing; of several contacts, the one updated last.
#[utoipa::path(
    post, path = "/people/match", tag = "People", operation_id = "people_match",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeating the call with the same key and parameters within 24 hours answers the same again")),
    request_body(content = Option<PersonParams>, description = "Each of these may come in the query instead", content_type = "application/json", example = json!({"email": "mark@greatamericanwriters.com"})),
    responses((status = 200, body = MatchBody, description = "The person, or null if nobody was found", example = json!(examples::match_answer())), CommonErrors),
    security(("api_key" = []), ("bearer" = []))
)]
async fn match_person(State(api): State<Api>, request: Request) -> Response {
    answer_match(api, request).await
}

/// Match a person by query parameters
///
/// The same as the POST, for clients that send `?id=` with a GET.
#[utoipa::path(
    get, path = "/people/match", tag = "People", operation_id = "people_match_get",
    params(
        ("id" = Option<String>, Query, description = "The id of a person or of a contact"),
        ("email" = Option<String>, Query, description = "An e-mail address", example = "mark@greatamericanwriters.com"),
        ("hashed_email" = Option<String>, Query, description = "MD5 or SHA-256 of the address in lower case"),
        ("linkedin_url" = Option<String>, Query, description = "A profile URL in any of its forms"),
        ("first_name" = Option<String>, Query, description = "With last_name, and a company beside them"),
        ("last_name" = Option<String>, Query, description = "With first_name, and a company beside them"),
        ("name" = Option<String>, Query, description = "The full name, with a company beside it"),
        ("organization_name" = Option<String>, Query, description = "The employer's name"),
        ("domain" = Option<String>, Query, description = "The employer's domain"),
    ),
    responses((status = 200, body = MatchBody, description = "The person, or null if nobody was found", example = json!(examples::match_answer())), CommonErrors),
    security(("api_key" = []), ("bearer" = []))
)]
async fn match_person_by_query(State(api): State<Api>, request: Request) -> Response {
    answer_match(api, request).await
}

async fn answer_match(api: Api, request: Request) -> Response {
    Call::answer(api, "api/v1/people/match", request, |mut call| async move {
        let params: PersonParams = std::mem::take(&mut call.params).read()?;
        let (query, warnings) = params.into_query()?;
        if query.is_empty() && !warnings.is_empty() {
            let what = "is not a valid e-mail address, and nothing else was given to find the person by";
            return Err(Error::invalid("email", what).into());
        }
        let once = call.once(&warnings, body_of);
        let found = call.service.match_person(&call.caller, query, once).await?;
        respond(found, warnings, body_of)
    })
    .await
}

fn body_of(found: &Match) -> Result<String> {
    let person = found.contact.as_ref().map(WirePerson::from);
    let request_id = person.is_some().then_some(found.request_id);
    to_json(&MatchBody { person, request_id })
}
