//! The listening socket: takes connections until told to stop, then lets the requests under way finish. A client
//! that does not finish its headers, and one that holds a connection without using it, is hung up on.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::util::MapRequest;

use super::layers;
use crate::model::{Error, Result};

/// How long a connection may take for the headers of its next request, and so how long it may idle.
const HEADER_TIMEOUT: Duration = Duration::from_mins(1);

/// The pause after a connection could not be taken, such as when the process has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How a server treats its connections.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// The most connections at a time; further ones wait to be taken.
    pub max_connections: usize,
    /// How long requests under way may go on after the server is told to stop.
    pub grace: Duration,
}

/// Opens the socket.
///
/// # Errors
/// [`Error::Invalid`] when the address is taken or not this machine's.
pub async fn listen(bind: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(bind)
        .await
        .map_err(|error| Error::invalid("server.bind", format!("{bind} cannot be opened: {error}")))
}

/// Serves until `stop` is done, then waits for requests under way, but no longer than the grace.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    manners: Manners,
) {
    let places = Arc::new(Semaphore::new(manners.max_connections));
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        let (stream, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::error!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let map = |request: Request<Incoming>| layers::fold_slashes(request.map(Body::new));
        let service = TowerToHyperService::new(MapRequest::new(router.clone(), map));
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended badly");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(manners.grace, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when the time to stop was over");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, place))
}
