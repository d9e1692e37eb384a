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
use super::wire::person::WirePerson;
use super::wire::person_params::PersonParams;
use crate::model::Result;
use crate::service::people::Match;

/// The person found, or null.
#[derive(Serialize, ToSchema)]
#[schema(as = MatchAnswer)]
struct MatchBody<'a> {
    person: Option<WirePerson<'a>>,
    /// The number by which this call is known; always below 2^53. Absent when nobody was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
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
    request_body(content = PersonParams, content_type = "application/json"),
    responses((status = 200, body = MatchBody, description = "The person, or null if nobody was found"), CommonErrors),
    security(("api_key" = []))
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
        ("email" = Option<String>, Query, description = "An e-mail address"),
    ),
    responses((status = 200, body = MatchBody, description = "The person, or null if nobody was found"), CommonErrors),
    security(("api_key" = []))
)]
async fn match_person_by_query(State(api): State<Api>, request: Request) -> Response {
    answer_match(api, request).await
}

async fn answer_match(api: Api, request: Request) -> Response {
    Call::answer(api, "api/v1/people/match", request, |mut call| async move {
        let params: PersonParams = std::mem::take(&mut call.params).read()?;
        let (query, warnings) = params.into_query()?;
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
