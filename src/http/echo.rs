//! The yardstick of `rolo bench`: a bare server that parses a JSON body and answers it, without anything else. It
//! is never part of the real routes.

use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use super::wire::examples;

/// A typical answer of the real server, to see what its size alone costs.
#[must_use]
pub fn typical_answer() -> String {
    examples::match_answer().to_string()
}

pub fn router() -> Router {
    Router::new().route("/echo", post(async |Json(body): Json<Value>| Json(body)))
}
