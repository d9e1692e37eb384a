//! `rolo bench`: how fast this machine is, told as ratios. Durable creates, matches of known contacts, and a bare
//! echo server are measured in turn, in one run, with the load generator on the same machine; medians of the
//! rounds are printed as a Markdown table.

mod load;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use self::load::{Measured, Requests};
use super::printer::Printer;
use super::serve::{api, manners};
use super::session;
use crate::config::Settings;
use crate::http::{echo, probes, router, server};
use crate::model::contact_input::{ContactInput, Phones};
use crate::model::email::Email;
use crate::model::{Error, Id, Patch, Result};
use crate::service::Service;

/// Contacts written in one transaction when the database is filled.
const CHUNK: u64 = 1000;

#[derive(Debug, Args)]
pub struct Bench {
    /// How many contacts the database holds; each size is measured in turn
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000], value_parser = clap::value_parser!(u64).range(1..=2_000_000))]
    contacts: Vec<u64>,
    /// Connections that ask at the same time
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=512))]
    connections: u64,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=30))]
    seconds: u64,
    /// Rounds; in each, everything is measured once
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=21))]
    rounds: u64,
}

/// What is measured, in the order of a round. The echo of a create's parameters is the yardstick; the echo of a
/// match's whole answer shows how much of the difference is the size of the answers.
const SUBJECTS: [&str; 4] = ["echo of parameters", "echo of an answer", "durable create", "match, known"];

impl Bench {
    /// Measures on the PostgreSQL that `--database` names (it must be empty), or on a throw-away SQLite file.
    pub async fn run(self, mut settings: Settings, printer: &mut Printer) -> Result<ExitCode> {
        let folder = tempfile::tempdir().map_err(Error::internal)?;
        if !settings.store()?.is_postgres() {
            settings.database.url = folder.path().join("bench.db").to_string_lossy().into_owned();
        }
        (settings.limits.minute, settings.limits.hour, settings.limits.day) = (0, 0, 0);
        let service = session::open(&settings).await?;
        let Some((_, key)) = service.found_first_team().await? else {
            return Err(Error::Invalid("the database for a bench must be empty".to_owned()));
        };
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let (echo_server, rolo_server) = (server::listen(any_port).await?, server::listen(any_port).await?);
        let address_of = |listener: &tokio::net::TcpListener| listener.local_addr().map_err(Error::internal);
        let bench = Running {
            echo: address_of(&echo_server)?,
            rolo: address_of(&rolo_server)?,
            key: key.secret,
            team: key.key.team_id,
            user: service.acting_user(key.key.team_id).await?,
            arguments: self,
        };
        let (api, manners) = (api(&service, &settings)?, manners(&settings));
        let serve = |listener, router| server::serve(listener, router, std::future::pending(), manners);
        let servers = [
            tokio::spawn(serve(echo_server, echo::router())),
            tokio::spawn(serve(rolo_server, router(api.clone()))),
        ];
        let upkeep = tokio::spawn(probes::keep_up(api.metrics.clone()));
        let outcome = bench.measure(&service, printer).await;
        servers.iter().for_each(tokio::task::JoinHandle::abort);
        upkeep.abort();
        service.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

struct Running {
    echo: SocketAddr,
    rolo: SocketAddr,
    key: String,
    team: Id,
    user: Id,
    arguments: Bench,
}

impl Running {
    async fn measure(&self, service: &Service, printer: &mut Printer) -> Result<()> {
        let Bench { connections, seconds, rounds, .. } = self.arguments;
        printer.line(format!("{connections} connections, {seconds} s each, median of {rounds} rounds\n"));
        printer.line(
            "| contacts | what | per second | to echo of parameters | to echo of an answer | p50 | p99 |",
        );
        printer.line("| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
        let mut filled = 0;
        let mut created = 0;
        for &size in &self.arguments.contacts {
            printer.note(format!("filling the database to {size} contacts"));
            self.fill(service, filled, size).await?;
            filled = filled.max(size);
            let mut measured: [Vec<Measured>; 4] = Default::default();
            for round in 1..=rounds {
                printer.note(format!("round {round} of {rounds}"));
                for (subject, results) in measured.iter_mut().enumerate() {
                    results.push(self.measure_one(subject, size, &mut created).await?);
                }
            }
            report(printer, size, &measured);
        }
        if let Some(peak) = peak_memory() {
            printer.line(format!("\nPeak memory of server and load generator together: {peak}"));
        }
        Ok(())
    }

    async fn measure_one(&self, subject: usize, size: u64, created: &mut u64) -> Result<Measured> {
        let Bench { connections, seconds, .. } = self.arguments;
        let (address, path, body): (_, _, Arc<dyn Fn(u64) -> String + Send + Sync>) = match subject {
            0 => (self.echo, "/echo", Arc::new(create_body)),
            1 => {
                let answer = echo::typical_answer();
                (self.echo, "/echo", Arc::new(move |_| answer.clone()))
            }
            2 => {
                // Numbers that no earlier round has used.
                *created += 100_000_000;
                let first = *created;
                (self.rolo, "/v1/contacts", Arc::new(move |number| create_body(first + number)))
            }
            _ => {
                // Spread over all contacts, so that nothing is found in a warm corner.
                let spread = move |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % size;
                let body = move |number| format!(r#"{{"email":"{}"}}"#, person_address(spread(number)));
                (self.rolo, "/v1/people/match", Arc::new(body))
            }
        };
        let requests = Requests { address, path, key: self.key.clone(), body };
        load::run(&requests, connections, Duration::from_secs(seconds)).await
    }

    async fn fill(&self, service: &Service, from: u64, to: u64) -> Result<()> {
        for first in (from..to).step_by(usize::try_from(CHUNK).unwrap_or(1)) {
            let inputs: Result<Vec<_>> = (first..to.min(first + CHUNK)).map(contact_input).collect();
            service.insert_contacts(self.team, self.user, inputs?).await?;
        }
        Ok(())
    }
}

fn report(printer: &mut Printer, size: u64, measured: &[Vec<Measured>; 4]) {
    let ratio = |rounds: &[Measured], echo: &[Measured]| {
        median(rounds.iter().zip(echo).map(|(round, echo)| round.per_second / echo.per_second))
    };
    for (what, rounds) in SUBJECTS.iter().zip(measured) {
        let rate = median(rounds.iter().map(|round| round.per_second));
        let (to_small, to_large) = (ratio(rounds, &measured[0]), ratio(rounds, &measured[1]));
        let p50 = median(rounds.iter().map(|round| round.p50.as_secs_f64() * 1000.0));
        let p99 = median(rounds.iter().map(|round| round.p99.as_secs_f64() * 1000.0));
        printer.line(format!(
            "| {size} | {what} | {rate:.0} | {to_small:.2} | {to_large:.2} | {p50:.2} ms | {p99:.2} ms |"
        ));
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn person_address(number: u64) -> String {
    format!("person{number}@company{}.test", number % 9973)
}

/// The body of the tutorial, for a person of this number.
fn create_body(number: u64) -> String {
    format!(
        r#"{{"first_name":"Mark{number}","last_name":"Twain","organization_name":"Great American Writers Co.","email":"{}","website_url":"https://www.greatamericanwriters.com","direct_phone":"555-123-4567","mobile_phone":"555-765-4321"}}"#,
        person_address(number)
    )
}

fn contact_input(number: u64) -> Result<ContactInput> {
    let text = |text: &str| Patch::Set(text.to_owned());
    let email =
        Email::parse(&person_address(number)).map_err(|error| Error::Internal(anyhow::anyhow!(error)))?;
    Ok(ContactInput {
        first_name: Patch::Set(format!("Mark{number}")),
        last_name: text("Twain"),
        organization_name: text("Great American Writers Co."),
        email: Patch::Set(email),
        website_url: text("https://www.greatamericanwriters.com"),
        phones: Phones { direct: text("555-123-4567"), mobile: text("555-765-4321"), ..Phones::default() },
        ..ContactInput::default()
    })
}

/// The most memory this process has held, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes: u64 = status.split("VmHWM:").nth(1)?.split_whitespace().next()?.parse().ok()?;
    Some(format!("{} MiB", kilobytes / 1024))
}
