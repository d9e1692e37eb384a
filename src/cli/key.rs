//! `rolo key`: creates, lists and revokes API keys.

use std::process::ExitCode;

use clap::Subcommand;

use super::printer::Printer;
use super::session;
use crate::config::Settings;
use crate::model::api_key::{ApiKey, SCOPES, Scopes};
use crate::model::{Error, Id, Result, Timestamp};

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Create a key and show it once
    Create {
        /// What the key is for
        name: String,
        /// An endpoint that the key may use; may be repeated. Without any, the key is a master key
        #[arg(long = "scope", value_name = "SCOPE", value_parser = clap::builder::PossibleValuesParser::new(SCOPES))]
        scopes: Vec<String>,
        /// Whose key it is: a team's id or name; not needed when there is only one team
        #[arg(long)]
        team: Option<String>,
    },
    /// List a team's keys
    List {
        /// A team's id or name; not needed when there is only one team
        #[arg(long)]
        team: Option<String>,
    },
    /// Revoke a key; running servers notice within a few seconds
    Revoke {
        /// The key's id, as `rolo key list` shows it
        id: String,
        /// A team's id or name; not needed when there is only one team
        #[arg(long)]
        team: Option<String>,
    },
}

impl Key {
    pub async fn run(self, settings: &Settings, printer: &mut Printer) -> Result<ExitCode> {
        let service = session::open(settings).await?;
        match self {
            Self::Create { name, scopes, team } => {
                let team = service.choose_team(team.as_deref()).await?;
                let scopes = if scopes.is_empty() { Scopes::Master } else { Scopes::only(scopes)? };
                let created = service.create_key(team.id, &name, scopes).await?;
                printer.note(format!("Key {} of team \"{}\", shown this once:", created.key.id, team.name));
                printer.line(&created.secret);
            }
            Self::List { team } => {
                let team = service.choose_team(team.as_deref()).await?;
                let heading = ["ID", "NAME", "BEGINS", "SCOPES", "CREATED", "REVOKED"].map(str::to_owned);
                let keys = service.keys(team.id).await?;
                let rows: Vec<_> = std::iter::once(heading).chain(keys.iter().map(row)).collect();
                printer.table(&rows);
            }
            Self::Revoke { id, team } => {
                let team = service.choose_team(team.as_deref()).await?;
                let id: Id = id.parse().map_err(|_| Error::InvalidId(id.clone()))?;
                service.revoke_key(team.id, id).await.map_err(|error| match error {
                    Error::InvalidId(id) => Error::Invalid(format!(
                        "the team has no key {id} that could be revoked; see `rolo key list`"
                    )),
                    other => other,
                })?;
                printer.note(format!("Key {id} is revoked."));
            }
        }
        service.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn row(key: &ApiKey) -> [String; 6] {
    let scopes = match &key.scopes {
        Scopes::Master => "master".to_owned(),
        Scopes::Only(names) => names.join(","),
    };
    let revoked = key.revoked_at.map_or_else(|| "-".to_owned(), Timestamp::to_rfc3339);
    let begins = format!("{}…", key.hint);
    [key.id.to_string(), key.name.clone(), begins, scopes, key.created_at.to_rfc3339(), revoked]
}
