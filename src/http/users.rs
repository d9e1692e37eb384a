//! The endpoints of users, and the one by which clients test their key.

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::call::{Call, authenticate, json_response, to_json};
use super::error::Failure;
use super::wire::errors::CommonErrors;
use crate::model::Id;
use crate::model::user::User;

/// The user as whom the key acts.
#[derive(Serialize, ToSchema)]
#[schema(as = Profile)]
struct ProfileBody<'a> {
    #[schema(value_type = String)]
    id: &'a Id,
    #[schema(value_type = String)]
    team_id: &'a Id,
    first_name: &'a str,
    last_name: &'a str,
    #[schema(required)]
    title: Option<&'a str>,
    #[schema(required)]
    email: Option<&'a str>,
}

/// Whether the key is good.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
struct HealthBody {
    healthy: bool,
    is_logged_in: bool,
}

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(api_profile)).routes(routes!(auth_health))
}

/// Show the current user
#[utoipa::path(
    get, path = "/users/api_profile", tag = "Users", operation_id = "users_api_profile",
    responses((status = 200, body = ProfileBody, description = "The user as whom the key acts", example = json!({"id": "6650a1b2c3d4e5f6a7b8c9d0", "team_id": "6650a0000000000000000001", "first_name": "Rolo", "last_name": "Admin", "title": "Administrator", "email": null})), CommonErrors),
    security(("api_key" = []), ("bearer" = []))
)]
async fn api_profile(State(api): State<Api>, request: Request) -> Response {
    Call::answer(api, "api/v1/users/api_profile", request, |call| async move {
        let User { id, team_id, first_name, last_name, title, email, .. } =
            &call.service.profile(&call.caller).await?;
        let (title, email) = (title.as_deref(), email.as_deref());
        Ok(json_response(to_json(&ProfileBody { id, team_id, first_name, last_name, title, email })?))
    })
    .await
}

/// Test an API key
///
/// Answers 200 whether the key is good or not; `is_logged_in` tells. Needs no scope and is not rate-limited.
#[utoipa::path(
    get, path = "/auth/health", tag = "Users", operation_id = "auth_health",
    responses(
        (status = 200, body = HealthBody, description = "Whether the key is good", example = json!({"healthy": true, "is_logged_in": true})),
        (status = 503, body = super::wire::errors::ErrorBody, description = "The database cannot be reached", example = json!({"error": "The database is unavailable. Try again shortly; the same Idempotency-Key makes that safe."})),
    ),
    security((), ("api_key" = []), ("bearer" = []))
)]
async fn auth_health(State(api): State<Api>, request: Request) -> Result<Response, Failure> {
    let is_logged_in = match authenticate(&api, request).await {
        Ok(_) => true,
        Err(failure) if failure.is_server_error() => return Err(failure),
        Err(_) => false,
    };
    Ok(json_response(to_json(&HealthBody { healthy: true, is_logged_in })?))
}
