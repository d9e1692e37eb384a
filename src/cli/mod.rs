//! The command line: one file per command. Commands call the service, as every edge does, and print only through
//! the printer.

mod bench;
mod completions;
mod config;
mod demo;
mod doctor;
mod key;
mod openapi;
mod printer;
mod serve;
mod session;
mod team;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::printer::Printer;
use crate::config::{Config, Layers};
use crate::model::{Error, Result};

/// A people and contacts server that speaks Apollo's REST API and never pays for the same person twice.
#[derive(Debug, Parser)]
#[command(name = "rolo", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Global {
    /// A TOML file of settings; `rolo config --defaults` prints one to start from
    #[arg(long, global = true, value_name = "FILE", env = "ROLO_CONFIG")]
    config: Option<PathBuf>,
    /// A postgres:// address, or the path of a SQLite file
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// The folder for files
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Change any setting; may be repeated
    #[arg(long, global = true, value_name = "SETTING=VALUE")]
    set: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server; the first start makes a team and prints its API key
    Serve(serve::Serve),
    /// Create, list and revoke API keys
    #[command(subcommand)]
    Key(key::Key),
    /// Create and list teams
    #[command(subcommand)]
    Team(team::Team),
    /// Check the configuration and the database
    Doctor,
    /// Show the whole thing at work on a throw-away database
    Demo(demo::Demo),
    /// Measure this machine: durable creates and matches, as ratios to a bare echo server
    Bench(bench::Bench),
    /// Print the settings in force and where each value comes from
    Config(config::ShowConfig),
    /// Print the OpenAPI document
    Openapi,
    /// Print completions for a shell
    Completions(completions::Completions),
}

/// Runs the command that the arguments ask for.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let mut printer = Printer::new();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return printer.fail(&Error::internal(error)),
    };
    let code = match runtime.block_on(dispatch(cli, &mut printer)) {
        Ok(code) => printer.finish(code),
        Err(error) => printer.fail(&error),
    };
    runtime.shutdown_background(); // what still hangs has had its time
    code
}

async fn dispatch(cli: Cli, printer: &mut Printer) -> Result<ExitCode> {
    let load = |flags: &[(&str, Option<String>)]| Config::load(&layers(&cli.global, flags)?);
    match cli.command {
        Command::Serve(command) => {
            let config = load(&[("server.bind", command.bind.clone())])?;
            command.run(&config.settings, printer).await
        }
        Command::Key(command) => command.run(&load(&[])?.settings, printer).await,
        Command::Team(command) => command.run(&load(&[])?.settings, printer).await,
        Command::Doctor => doctor::run(&load(&[])?.settings, printer).await,
        Command::Demo(command) => {
            let config = load(&[("server.bind", command.bind.clone())])?;
            command.run(config.settings, printer).await
        }
        Command::Bench(command) => command.run(load(&[])?.settings, printer).await,
        Command::Config(command) => command.run(&load(&[])?, printer),
        Command::Openapi => openapi::run(printer),
        Command::Completions(command) => Ok(command.run::<Cli>(printer)),
    }
}

/// What the environment and the flags say. `flags` are those of the command itself.
fn layers(global: &Global, flags: &[(&str, Option<String>)]) -> Result<Layers> {
    let own = [("database.url", global.database.clone()), ("database.data_dir", global.data_dir.clone())];
    let named = own.iter().chain(flags).filter_map(|(setting, value)| {
        let flag = match *setting {
            "database.url" => "--database",
            "database.data_dir" => "--data-dir",
            _ => "--bind",
        };
        value.clone().map(|value| ((*setting).to_owned(), value, flag.to_owned()))
    });
    let mut flags: Vec<_> = named.collect();
    for text in &global.set {
        let (setting, value) = text.split_once('=').ok_or_else(|| {
            Error::Invalid(format!("--set {text}: write SETTING=VALUE, such as --set limits.minute=0"))
        })?;
        flags.push((setting.trim().to_owned(), value.to_owned(), "--set".to_owned()));
    }
    Ok(Layers { file: global.config.clone(), environment: environment()?, flags })
}

/// The variables that may be settings. Others need not even be text.
fn environment() -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("ROLO_")) else { continue };
        let value = value.into_string().map_err(|_| Error::invalid(name, "is not UTF-8"))?;
        found.insert(name.to_owned(), value);
    }
    Ok(found)
}
