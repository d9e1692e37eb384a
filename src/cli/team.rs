//! `rolo team`: creates and lists teams.

use std::process::ExitCode;

use clap::Subcommand;

use super::printer::Printer;
use super::session;
use crate::config::Settings;
use crate::model::Result;

#[derive(Debug, Subcommand)]
pub enum Team {
    /// Create a team with an administrator and the default contact stages
    Create {
        /// What the team is called
        name: String,
    },
    /// List all teams
    List,
}

impl Team {
    pub async fn run(self, settings: &Settings, printer: &mut Printer) -> Result<ExitCode> {
        let service = session::open(settings).await?;
        match self {
            Self::Create { name } => {
                let team = service.create_team(name).await?;
                printer.note(format!(
                    "Team \"{}\" is ready. Its first key: rolo key create NAME --team {}",
                    team.name, team.id
                ));
                printer.line(team.id);
            }
            Self::List => {
                let heading = ["ID", "NAME", "CREATED"].map(str::to_owned);
                let teams = service.teams().await?;
                let rows = teams
                    .iter()
                    .map(|team| [team.id.to_string(), team.name.clone(), team.created_at.to_rfc3339()]);
                printer.table(&std::iter::once(heading).chain(rows).collect::<Vec<_>>());
            }
        }
        service.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
