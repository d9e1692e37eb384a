//! What an operator's machinery asks: whether the process lives, whether it can work, and what it has counted.
//! These need no key and tell nothing personal.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use std::sync::OnceLock;
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use crate::model::{Error, Result};

/// The state of the process.
#[derive(Serialize, ToSchema)]
struct Probe {
    #[schema(example = "ok")]
    status: &'static str,
}

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(show_metrics))
}

/// Whether the process lives
#[utoipa::path(get, path = "/healthz", tag = "Operations", operation_id = "healthz",
    responses((status = 200, body = Probe, description = "The process lives", example = json!({"status": "ok"}))))]
async fn healthz() -> Response {
    axum::Json(Probe { status: "ok" }).into_response()
}

/// Whether the server can work
#[utoipa::path(get, path = "/readyz", tag = "Operations", operation_id = "readyz",
    responses(
        (status = 200, body = Probe, description = "The database answers", example = json!({"status": "ok"})),
        (status = 503, body = Probe, description = "The database does not answer", example = json!({"status": "unavailable"})),
    ))]
async fn readyz(State(api): State<Api>) -> Response {
    match api.service.ready().await {
        Ok(()) => axum::Json(Probe { status: "ok" }).into_response(),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json(Probe { status: "unavailable" })).into_response()
        }
    }
}

/// What the server has counted, for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "Operations", operation_id = "metrics",
    responses((status = 200, body = String, content_type = "text/plain", description = "The Prometheus text format", example = json!("rolo_http_requests_total{method=\"POST\",route=\"/v1/contacts\",status=\"200\"} 3"))))]
async fn show_metrics(State(api): State<Api>) -> Response {
    let (reads, writes) = api.service.queue_depths();
    for (queue, depth) in [("read", reads), ("write", writes)] {
        #[expect(clippy::cast_precision_loss, reason = "a queue is short")]
        metrics::gauge!("rolo_store_queue_depth", "queue" => queue).set(depth as f64);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], api.metrics.render()).into_response()
}

/// The one recorder of the process, installed by whoever asks first.
///
/// # Errors
/// When another library has installed one of its own.
pub fn recorder() -> Result<PrometheusHandle> {
    static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let installed = RECORDER.get_or_init(|| {
        let builder = metrics_exporter_prometheus::PrometheusBuilder::new();
        let builder = builder.set_buckets(&BUCKETS).map_err(|error| error.to_string())?;
        builder.install_recorder().map_err(|error| error.to_string())
    });
    installed.clone().map_err(|error| Error::Internal(anyhow::anyhow!("metrics: {error}")))
}

/// Folds what was measured into the histograms, again and again: measurements pile up until that is done, and
/// perhaps nobody ever asks for them.
pub async fn keep_up(recorder: PrometheusHandle) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        recorder.run_upkeep();
    }
}

/// Seconds for durations, and small counts for batch sizes.
const BUCKETS: [f64; 16] = [
    0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 4.0, 16.0, 64.0, 128.0, 256.0,
];
