//! The page at `/docs`, which shows the OpenAPI document to people. Its files are compiled in, and its policy lets
//! it talk to this server only, so it works without any other network.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Api;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

pub fn routes() -> Router<Api> {
    Router::new()
        .route("/docs", get(|| async { file("text/html; charset=utf-8", include_str!("docs/index.html")) }))
        .route("/docs/docs.js", get(|| async { file("text/javascript", include_str!("docs/docs.js")) }))
        .route("/docs/schema.js", get(|| async { file("text/javascript", include_str!("docs/schema.js")) }))
        .route("/docs/docs.css", get(|| async { file("text/css", include_str!("docs/docs.css")) }))
}

fn file(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, text).into_response()
}
