//! Work that is due by the clock rather than by a request. It calls the service, as an edge does; tests run what is
//! due instead of waiting for it.

use std::time::Duration;

use crate::model::Result;
use crate::service::Service;

/// How often due work is looked for.
const PERIOD: Duration = Duration::from_mins(10);

/// Does what is due now.
///
/// # Errors
/// When the store fails; what was not done stays due.
pub async fn run_due(service: &Service) -> Result<()> {
    let forgotten = service.forget_old_replies().await?;
    if forgotten > 0 {
        tracing::info!(forgotten, "old idempotent replies forgotten");
    }
    Ok(())
}

/// Does what is due, again and again, until the task is dropped.
pub async fn run(service: Service) {
    let mut ticks = tokio::time::interval(PERIOD);
    loop {
        ticks.tick().await;
        if let Err(error) = run_due(&service).await {
            tracing::warn!(%error, "due work failed; it is tried again later");
        }
    }
}
