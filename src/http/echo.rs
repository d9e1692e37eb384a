//! The yardstick of `rolo bench`: a bare server that parses a JSON body and answers it, without anything else. It
//! is never part of the real routes.

use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

pub fn router() -> Router {
    Router::new().route("/echo", post(async |Json(body): Json<Value>| Json(body)))
}
