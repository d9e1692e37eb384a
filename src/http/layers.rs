//! What surrounds every request, whatever it asks for: an id, a trace, a time limit, and a guard that turns a panic
//! into an answer. Nothing personal is logged: no query string, no body, no key.

use std::any::Any;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use super::Api;
use super::drain::drain_unread;
use super::error::Failure;
use crate::clock::Stopwatch;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps a router. The last layer added is the first that a request meets.
pub fn around(router: Router<Api>, api: &Api) -> Router<Api> {
    router
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(middleware::from_fn_with_state(api.clone(), limit_time))
        .layer(middleware::from_fn(drain_unread))
        .layer(middleware::from_fn_with_state(api.clone(), observe))
}

/// The body has the same time to arrive before this is up, and a slow client is told so.
async fn limit_time(State(api): State<Api>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(api.request_timeout * 2, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::timed_out().into_response(),
    }
}

/// Numbers the request, counts it, and logs its route, status and duration. A bug's answer is only that number.
async fn observe(State(api): State<Api>, request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let id = hex::encode(api.service.random().bytes::<8>());
    let method = method_name(request.method());
    // The template, never the path itself: a path can hold an id, and ids belong to a team.
    let route = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str).to_owned();
    let span = tracing::error_span!("request", id, method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        let body = serde_json::json!({ "error": "Internal error", "request_id": id });
        response = (status, axum::Json(body)).into_response();
    }
    let took = watch.elapsed();
    let labels =
        [("method", method.to_owned()), ("route", route.clone()), ("status", status.as_str().to_owned())];
    metrics::counter!("rolo_http_requests_total", &labels).increment(1);
    metrics::histogram!("rolo_http_request_seconds", "route" => route).record(took);
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), ?took, "request failed");
        } else {
            tracing::debug!(status = status.as_u16(), ?took, "request");
        }
    });
    response.headers_mut().extend(HeaderValue::from_str(&id).map(|id| (REQUEST_ID, id)));
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A client may invent methods, and each would be a time series of its own.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer wants this signature")]
fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Failure::internal().into_response()
}

/// Folds doubled and final slashes: some clients build `/v1//contacts`.
pub fn fold_slashes(mut request: Request) -> Request {
    let path = request.uri().path();
    let is_folded = !path.contains("//") && (path == "/" || !path.ends_with('/'));
    if is_folded {
        return request;
    }
    let folded: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Ok(uri) = format!("/{}{query}", folded.join("/")).parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request
}
