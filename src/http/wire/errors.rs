//! The errors that every endpoint can answer, for the OpenAPI document.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// What was wrong, and what would be right.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    #[schema(example = "first_name must be a text, not a list")]
    error: String,
}

/// The key may not use this endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ForbiddenError)]
pub struct ForbiddenBody {
    #[schema(
        example = "This API key is not authorized to access api/v1/contacts/create. Request an API key from your administrator that includes this endpoint in its configured scope."
    )]
    error: String,
    #[schema(example = "API_INACCESSIBLE")]
    error_code: String,
}

/// A rate window is full.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateLimitError)]
pub struct RateLimitBody {
    #[schema(
        example = "The maximum number of api calls allowed for api/v1/contacts/create is 600 times per hour. Your server's setting limits.hour decides this."
    )]
    message: String,
}

/// The errors of every endpoint that wants a key.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it is only read by the OpenAPI generator")]
pub enum CommonErrors {
    /// The request cannot be read: the body is not a JSON object, or the query is not UTF-8.
    #[response(status = 400, example = json!({"error": "The request body is not valid JSON: EOF while parsing an object at line 1 column 1"}))]
    BadRequest(ErrorBody),
    /// No API key, or one that is unknown or revoked.
    #[response(status = 401, content_type = "text/plain", example = json!("Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate."))]
    Unauthorized(String),
    #[response(status = 403, example = json!({"error": "This API key is not authorized to access api/v1/contacts/create. Request an API key from your administrator that includes this endpoint in its configured scope.", "error_code": "API_INACCESSIBLE"}))]
    Forbidden(ForbiddenBody),
    /// The body is larger than the server allows.
    #[response(status = 413, example = json!({"error": "The request body is larger than the 2097152 bytes that are allowed"}))]
    TooLarge(ErrorBody),
    /// The body is not JSON.
    #[response(status = 415, example = json!({"error": "Content-Type multipart/form-data is not supported; send the parameters as a JSON body with Content-Type: application/json, or in the query string without a body"}))]
    UnsupportedMediaType(ErrorBody),
    /// A parameter has a value that is not allowed; or an Idempotency-Key was used before with other parameters.
    #[response(status = 422, example = json!({"error": "Parameters misconfigured. 123 is not a valid ID"}))]
    Unprocessable(ErrorBody),
    #[response(status = 429, example = json!({"message": "The maximum number of api calls allowed for api/v1/contacts/create is 600 times per hour. Your server's setting limits.hour decides this."}), headers(("retry-after" = u64, description = "Seconds until the window opens again")))]
    TooManyRequests(RateLimitBody),
    /// The server is too busy, or its database cannot be reached; the call may be tried again.
    #[response(status = 503, headers(("retry-after" = u64, description = "Seconds to wait")), example = json!({"error": "The server is busy. Try again shortly."}))]
    Unavailable(ErrorBody),
}
