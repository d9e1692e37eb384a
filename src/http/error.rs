//! How errors look on the wire. This is the only place that turns an error into a status and a body, in Apollo's
//! words where Apollo has them (*Status Codes and Errors*); a 5xx says nothing about what went wrong inside.

use std::fmt;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::rate_headers;
use crate::model::Error;

const INVALID_KEY: &str =
    "Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate.";

/// A refused call, ready to be answered.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    body: Body,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Debug)]
enum Body {
    Text(&'static str),
    Json(Value),
}

impl Failure {
    fn new(status: StatusCode, body: Value) -> Self {
        Self { status, body: Body::Json(body), headers: Vec::new() }
    }

    fn with_error(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, json!({ "error": message.into() }))
    }

    /// 400: the request cannot be read at all.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::with_error(StatusCode::BAD_REQUEST, message)
    }

    /// 422: a parameter has a value that is not allowed.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::with_error(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    pub fn too_large(limit: usize) -> Self {
        let message = format!("The request body is larger than the {limit} bytes that are allowed");
        Self::with_error(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    pub fn unsupported_content_type(content_type: &str) -> Self {
        let message = format!(
            "Content-Type {content_type} is not supported; send the parameters as a JSON body with \
             Content-Type: application/json, or in the query string without a body"
        );
        Self::with_error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }

    pub fn unsupported_encoding(encoding: &str) -> Self {
        let message = format!("Content-Encoding {encoding} is not supported; send the body as it is");
        Self::with_error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }

    pub fn unauthenticated() -> Self {
        Self { status: StatusCode::UNAUTHORIZED, body: Body::Text(INVALID_KEY), headers: Vec::new() }
    }

    pub fn not_found(path: &str) -> Self {
        Self::with_error(
            StatusCode::NOT_FOUND,
            format!("There is no endpoint {path}; GET /docs lists them all"),
        )
    }

    pub fn method_not_allowed(method: &str, path: &str) -> Self {
        let message = format!("{path} does not take {method}; the Allow header says which methods it takes");
        Self::with_error(StatusCode::METHOD_NOT_ALLOWED, message)
    }

    /// 408: the client did not send its request in time.
    pub fn too_slow() -> Self {
        Self::with_error(StatusCode::REQUEST_TIMEOUT, "The request body took too long to arrive")
    }

    pub fn timed_out() -> Self {
        Self::unavailable("The request took too long. Try again; the same Idempotency-Key makes that safe.")
    }

    pub fn internal() -> Self {
        Self::with_error(StatusCode::INTERNAL_SERVER_ERROR, "Internal error")
    }

    /// Whether the fault is this server's.
    pub fn is_server_error(&self) -> bool {
        self.status.is_server_error()
    }

    fn unavailable(message: &str) -> Self {
        let mut failure = Self::with_error(StatusCode::SERVICE_UNAVAILABLE, message);
        failure.headers.push((header::RETRY_AFTER, HeaderValue::from_static("1")));
        failure
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated => Self::unauthenticated(),
            Error::Forbidden(scope) => {
                let message = format!(
                    "This API key is not authorized to access {scope}. Request an API key from your administrator \
                     that includes this endpoint in its configured scope."
                );
                let body = json!({ "error": message, "error_code": "API_INACCESSIBLE" });
                Self::new(StatusCode::FORBIDDEN, body)
            }
            Error::RateLimited(exceeded) => {
                let window = exceeded.window;
                let message = format!("{exceeded} Your server's setting limits.{window} decides this.");
                let mut failure = Self::new(StatusCode::TOO_MANY_REQUESTS, json!({ "message": message }));
                let seconds = exceeded.retry_after.as_millis().div_ceil(1000);
                failure.headers = rate_headers::of(&exceeded.usage);
                failure
                    .headers
                    .extend(header_value(&seconds.to_string()).map(|value| (header::RETRY_AFTER, value)));
                failure
            }
            Error::Invalid(message) => Self::invalid(message),
            Error::InvalidId(id) => {
                Self::invalid(format!("Parameters misconfigured. {id} is not a valid ID"))
            }
            Error::ContactMissing(_) => Self::invalid("Oops! This contact does not exist in Apollo."),
            Error::ReplayMismatch => Self::invalid(
                "This Idempotency-Key was used before with other parameters; use a new key for a new call",
            ),
            Error::Busy => Self::unavailable("The server is busy. Try again shortly."),
            Error::Unavailable(cause) => {
                tracing::error!(%cause, "the database is unavailable");
                Self::unavailable(
                    "The database is unavailable. Try again shortly; the same Idempotency-Key makes that safe.",
                )
            }
            Error::Internal(cause) => {
                tracing::error!(cause = format!("{cause:#}"), "internal error");
                Self::internal()
            }
        }
    }
}

/// A header value of this text, if it can be one.
pub fn header_value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Body::Text(text) => (self.status, text).into_response(),
            Body::Json(body) => (self.status, axum::Json(body)).into_response(),
        };
        response.headers_mut().extend(self.headers);
        response
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body {
            Body::Text(text) => f.write_str(text),
            Body::Json(body) => write!(f, "{body}"),
        }
    }
}
