//! The service as a command uses it: opened from the settings, closed when the command is done.

use std::io::IsTerminal as _;
use std::path::Path;

use tracing_subscriber::EnvFilter;

use crate::clock::Clock;
use crate::config::{Log, LogFormat, Settings};
use crate::model::{Error, Result};
use crate::random::Random;
use crate::service::Service;
use crate::store::Options;

/// Opens the database that the settings name, and makes its folder if there is none.
pub async fn open(settings: &Settings) -> Result<Service> {
    let options = settings.store()?;
    if !options.is_postgres() {
        make_folder(&options)?;
    }
    Service::open(options, Clock::System, Random::System, settings.service()).await
}

fn make_folder(options: &Options) -> Result<()> {
    let Some(folder) = Path::new(&options.url).parent().filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700); // contacts are nobody else's business
    builder.create(folder).map_err(|error| {
        Error::invalid("database.data_dir", format!("{} cannot be made: {error}", folder.display()))
    })
}

/// Starts the log, on standard error.
pub fn start_log(log: &Log) -> Result<()> {
    let filter = EnvFilter::try_new(&log.level)
        .map_err(|error| Error::invalid("log.level", format!("\"{}\" is no filter: {error}", log.level)))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    started.map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))
}
