//! `rolo doctor`: checks, one line each, whether Rolo can work here, and says what to do where it cannot.

use std::cmp::Ordering;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use super::printer::Printer;
use crate::clock::Stopwatch;
use crate::config::{Settings, without_password};
use crate::model::{Error, Result};
use crate::service::Service;

/// How many durable writes are timed.
const WRITES: usize = 20;

/// A durable write slower than this makes every request slow.
const SLOW_WRITE: Duration = Duration::from_millis(50);

/// What a check found.
enum Finding {
    Good(String),
    /// It works, but somebody should look at it.
    Doubtful(String),
    Bad(String),
}

pub async fn run(settings: &Settings, printer: &mut Printer) -> Result<ExitCode> {
    let mut report = Report { printer, is_bad: false };
    report.say("configuration", Finding::Good("can be read".to_owned()));
    report.say("listening", listening(settings).await);
    let options = settings.store()?;
    if !options.is_postgres() && !Path::new(&options.url).exists() {
        let text = format!("{} is not there yet; the first `rolo serve` makes it", options.url);
        report.say("database", Finding::Doubtful(text));
        return Ok(report.exit_code());
    }
    match Service::open_as_it_is(options.clone(), settings.service()).await {
        Ok(service) => {
            report.say("database", Finding::Good(without_password(&options.url)));
            check_database(&mut report, &service).await?;
            service.close().await;
        }
        Err(error) => report.say("database", Finding::Bad(error.to_string())),
    }
    Ok(report.exit_code())
}

struct Report<'p> {
    printer: &'p mut Printer,
    is_bad: bool,
}

impl Report<'_> {
    fn say(&mut self, what: &str, finding: Finding) {
        let (mark, text) = match finding {
            Finding::Good(text) => ("ok  ", text),
            Finding::Doubtful(text) => ("look", text),
            Finding::Bad(text) => {
                self.is_bad = true;
                ("BAD ", text)
            }
        };
        self.printer.line(format!("{mark}  {what:<14} {text}"));
    }

    fn exit_code(&self) -> ExitCode {
        if self.is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

async fn listening(settings: &Settings) -> Finding {
    let bind = settings.server.bind;
    match tokio::net::TcpListener::bind(bind).await {
        Ok(_) if bind.ip().is_loopback() => Finding::Good(format!("{bind} is free")),
        Ok(_) => {
            Finding::Doubtful(format!("{bind} can be reached by others: put a proxy that does TLS in front"))
        }
        Err(error) => {
            Finding::Doubtful(format!("{bind} cannot be opened ({error}); perhaps Rolo runs already"))
        }
    }
}

async fn check_database(report: &mut Report<'_>, service: &Service) -> Result<()> {
    let status = service.status().await?;
    report.say("version", Finding::Good(format!("{}, {}", status.version, status.transport)));
    let integrity = status.integrity;
    let is_sound = integrity == "ok";
    report.say("integrity", if is_sound { Finding::Good(integrity) } else { Finding::Bad(integrity) });
    let (found, wanted) = status.schema;
    let schema = format!("version {found} of {wanted}");
    match found.cmp(&wanted) {
        Ordering::Equal => report.say("schema", Finding::Good(schema)),
        Ordering::Less => {
            report.say(
                "schema",
                Finding::Doubtful(format!("{schema}; the next `rolo serve` brings it up to date")),
            );
            return Ok(());
        }
        Ordering::Greater => {
            report.say("schema", Finding::Bad(format!("{schema}; a newer rolo made this database")));
            return Ok(());
        }
    }
    report.say("writing", writing(service).await?);
    let mut keys = 0;
    let teams = service.teams().await?;
    for team in &teams {
        keys += service.keys(team.id).await?.iter().filter(|key| key.revoked_at.is_none()).count();
    }
    let counts = format!("teams: {}, keys in use: {keys}", teams.len());
    report.say("access", if keys == 0 { Finding::Doubtful(counts) } else { Finding::Good(counts) });
    Ok(())
}

/// Times durable writes that change nothing of value.
async fn writing(service: &Service) -> Result<Finding> {
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let watch = Stopwatch::start();
        service.touch().await?;
        times.push(watch.elapsed());
    }
    times.sort_unstable();
    let median =
        times.get(WRITES / 2).copied().ok_or_else(|| Error::Internal(anyhow::anyhow!("no times")))?;
    let text = format!("a durable write takes {:.1} ms (median of {WRITES})", median.as_secs_f64() * 1000.0);
    Ok(if median > SLOW_WRITE { Finding::Doubtful(text) } else { Finding::Good(text) })
}
