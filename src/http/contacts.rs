//! The endpoints of contacts.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::call::{Call, json_response, respond, to_json};
use super::wire::contact::WireContact;
use super::wire::contact_params::ContactParams;
use super::wire::errors::CommonErrors;
use super::wire::examples;
use super::wire::label::WireLabel;
use crate::model::{Error, Result};
use crate::service::contacts::{NewContact, Saved};

/// A contact, and the lists that the call put it on.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactAnswer)]
struct ContactBody<'a> {
    contact: WireContact<'a>,
    labels: Vec<WireLabel<'a>>,
}

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(show))
}

/// Create a contact
///
/// Creates a contact, even if one with the same e-mail exists; with `run_dedupe` the contact of the same person is
/// updated instead. Parameters may come as a JSON body, in the query, or half in each. Costs nothing.
#[utoipa::path(
    post, path = "/contacts", tag = "Contacts", operation_id = "contacts_create",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeating the call with the same key and parameters within 24 hours answers the same again, without another effect")),
    request_body(content = Option<ContactParams>, description = "Each of these may come in the query instead", content_type = "application/json", example = json!(examples::contact_params())),
    responses(
        (status = 200, body = ContactBody, description = "The contact", headers(
            ("rolo-warning" = String, description = "What was left out of the contact, and why; one header each"),
            ("idempotent-replayed" = String, description = "`true` if an earlier call made this answer"),
            ("x-rate-limit-minute" = u64, description = "Requests allowed in a minute; likewise -hourly, -24-hour and -daily"),
            ("x-minute-usage" = u64, description = "Requests made in this minute; likewise hourly, 24-hour and daily"),
            ("x-minute-requests-left" = u64, description = "Requests left in this minute; likewise hourly, 24-hour and daily"),
        ), example = json!(examples::contact_answer())),
        CommonErrors
    ),
    security(("api_key" = []), ("bearer" = []))
)]
async fn create(State(api): State<Api>, request: Request) -> Response {
    Call::answer(api, "api/v1/contacts/create", request, |mut call| async move {
        let params: ContactParams = std::mem::take(&mut call.params).read()?;
        let dedupe = params.run_dedupe.0.unwrap_or_default();
        let (input, warnings) = params.into_input()?;
        let once = call.once(&warnings, body_of);
        let saved = call.service.create_contact(&call.caller, NewContact { input, dedupe }, once).await?;
        respond(saved, warnings, body_of)
    })
    .await
}

/// View a contact
#[utoipa::path(
    get, path = "/contacts/{contact_id}", tag = "Contacts", operation_id = "contacts_show",
    params(("contact_id" = String, Path, description = "24 hexadecimal characters", example = "6650a1b2c3d4e5f6a7b8c9d0")),
    responses((status = 200, body = ContactBody, description = "The contact", example = json!(examples::contact_answer())), CommonErrors),
    security(("api_key" = []), ("bearer" = []))
)]
async fn show(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    Call::answer(api, "api/v1/contacts/show", request, |call| async move {
        // A path that is not UTF-8 is no id either.
        let id = path.map(|Path(id)| id).unwrap_or_default();
        let id = id.parse().map_err(|_| Error::InvalidId(id.clone()))?;
        let saved = call.service.show_contact(&call.caller, id).await?;
        Ok(json_response(body_of(&saved)?))
    })
    .await
}

fn body_of(saved: &Saved) -> Result<String> {
    let labels = saved.labels.iter().map(WireLabel::from).collect();
    to_json(&ContactBody { contact: WireContact::from(&saved.contact), labels })
}
