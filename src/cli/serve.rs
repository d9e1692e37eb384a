//! `rolo serve`: runs the server until it is told to stop, then finishes what is under way.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::printer::Printer;
use super::session;
use crate::config::{Server, Settings, without_password};
use crate::http::server::Manners;
use crate::http::{Api, ApiParts, probes, router, server};
use crate::model::{Error, Result};
use crate::service::Service;
use crate::service::api_keys::CreatedKey;
use crate::worker;

#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen, such as 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<String>,
}

impl Serve {
    pub async fn run(self, settings: &Settings, printer: &mut Printer) -> Result<ExitCode> {
        session::start_log(&settings.log)?;
        // The socket first: a key that is printed and then lost to a taken port would be gone for good.
        let listener = server::listen(settings.server.bind).await?;
        let address = listener.local_addr().map_err(Error::internal)?;
        let mut stop = Box::pin(when_told()?);
        let service = tokio::select! {
            opened = session::open(settings) => opened?,
            () = &mut stop => return Ok(ExitCode::SUCCESS),
        };
        if let Some((team, key)) = service.found_first_team().await? {
            welcome(printer, &team.name, &key, address);
        }
        let database = without_password(&settings.store()?.url);
        printer.line(format!("Rolo listens on http://{address} (database: {database})"));
        let api = api(&service, settings)?;
        let background =
            [tokio::spawn(worker::run(service.clone())), tokio::spawn(probes::keep_up(api.metrics.clone()))];
        let manners = manners(settings);
        server::serve(listener, router(api), stop, manners).await;
        printer.note("Rolo finishes what is under way. A second signal ends it at once.");
        background.iter().for_each(tokio::task::JoinHandle::abort);
        let closed = tokio::select! {
            closed = tokio::time::timeout(manners.grace, service.close()) => closed.is_ok(),
            () = when_told()? => false,
        };
        if !closed {
            printer
                .note("Rolo has stopped before all work was done; what was not done was not acknowledged.");
            return Ok(ExitCode::FAILURE);
        }
        printer.note("Rolo has stopped.");
        Ok(ExitCode::SUCCESS)
    }
}

/// What the routes share, by the settings.
pub fn api(service: &Service, settings: &Settings) -> Result<Api> {
    Ok(Api::new(ApiParts {
        service: service.clone(),
        metrics: probes::recorder()?,
        max_body_bytes: settings.server.max_body_bytes,
        request_timeout: Duration::from_secs(settings.server.request_timeout_seconds),
    }))
}

/// How the server treats its connections, by the settings.
pub fn manners(settings: &Settings) -> Manners {
    let Server { max_connections, shutdown_seconds, .. } = settings.server;
    Manners { max_connections, grace: Duration::from_secs(shutdown_seconds) }
}

/// Done when the process is asked to end: Ctrl-C, or a supervisor's SIGTERM.
pub fn when_told() -> Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::internal)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn welcome(printer: &mut Printer, team: &str, key: &CreatedKey, address: SocketAddr) {
    let secret = &key.secret;
    printer.line(format!(
        r#"Welcome to Rolo. The team "{team}" is ready. Its API key is shown this once:

    {secret}

Try it:

    curl -X POST http://{address}/v1/contacts \
      -H 'Content-Type: application/json' -H 'X-Api-Key: {secret}' \
      -d '{{"first_name": "Mark", "last_name": "Twain", "email": "mark@greatamericanwriters.com"}}'

More keys: rolo key create NAME. The API in a browser: http://{address}/docs
"#
    ));
}
