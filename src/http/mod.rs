//! The JSON edge: routes, parameters, wire shapes, errors and the OpenAPI document. It turns a request into a call
//! of the service and the outcome into an answer, and decides nothing itself.

mod call;
mod contacts;
mod docs;
mod drain;
pub mod echo;
mod error;
mod layers;
mod lenient;
pub mod openapi;
mod params;
mod people;
pub mod probes;
mod rate_headers;
pub mod server;
mod users;
mod wire;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, Uri};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa_axum::router::OpenApiRouter;

use self::call::json_response;
use self::error::Failure;
use crate::service::Service;

/// What every endpoint shares. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<ApiParts>);

/// What the clones of an [`Api`] share.
pub struct ApiParts {
    pub service: Service,
    pub metrics: PrometheusHandle,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// How long one request may take.
    pub request_timeout: Duration,
}

impl Api {
    #[must_use]
    pub fn new(parts: ApiParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Api {
    type Target = ApiParts;

    fn deref(&self) -> &ApiParts {
        &self.0
    }
}

/// Every route, under both prefixes that Apollo's clients use.
pub fn router(api: Api) -> Router {
    let (v1, _) = endpoints().split_for_parts();
    let (operations, _) = probes::routes().split_for_parts();
    let document = openapi::document().unwrap_or_default();
    let router = Router::new()
        .nest("/api/v1", v1.clone())
        .nest("/v1", v1)
        .merge(operations)
        .merge(docs::routes())
        .route("/openapi.json", get(move || async move { json_response(document) }))
        .fallback(async |uri: Uri| Failure::not_found(uri.path()))
        .method_not_allowed_fallback(async |method: Method, uri: Uri| {
            Failure::method_not_allowed(method.as_str(), uri.path())
        });
    layers::around(router, &api).with_state(api)
}

fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().merge(contacts::routes()).merge(people::routes()).merge(users::routes())
}

fn document() -> utoipa::openapi::OpenApi {
    let mut described =
        OpenApiRouter::with_openapi(openapi::frame()).nest("/api/v1", endpoints()).merge(probes::routes());
    described.to_openapi()
}
