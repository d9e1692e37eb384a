//! The listening socket: takes connections until told to stop, then lets the requests under way finish.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::{Router, ServiceExt};
use tokio::net::TcpListener;
use tower::util::MapRequest;

use super::layers;
use crate::model::{Error, Result};

/// Opens the socket.
///
/// # Errors
/// [`Error::Invalid`] when the address is taken or not this machine's.
pub async fn listen(bind: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(bind)
        .await
        .map_err(|error| Error::invalid("server.bind", format!("{bind} cannot be opened: {error}")))
}

/// Serves until `stop` is done, then waits for requests under way, but no longer than `grace`.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> Result<()> {
    let service = MapRequest::new(router, layers::fold_slashes);
    let (stopped, when_stopped) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop.await;
        let _ = stopped.send(());
    };
    let serving = axum::serve(listener, ServiceExt::<Request>::into_make_service(service));
    let serving = serving.with_graceful_shutdown(stop).into_future();
    let too_long = async {
        let _ = when_stopped.await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        ended = serving => ended.map_err(Error::internal),
        () = too_long => {
            tracing::warn!("requests were still under way when the time to stop was over");
            Ok(())
        }
    }
}
