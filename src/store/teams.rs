//! Teams as rows.

use super::tx::{Row, Tx, params};
use crate::model::Result;
use crate::model::team::Team;

pub fn insert(tx: &mut Tx<'_>, team: &Team) -> Result<()> {
    tx.execute(
        "INSERT INTO teams (team_id, name, created_at) VALUES (?1, ?2, ?3)",
        params![&team.id, &team.name, team.created_at],
    )?;
    Ok(())
}

/// All teams, the oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Team>> {
    tx.query("SELECT team_id, name, created_at FROM teams ORDER BY created_at, team_id", &[], from_row)
}

fn from_row(row: &Row<'_>) -> Result<Team> {
    Ok(Team { id: row.id(0)?, name: row.text(1)?, created_at: row.time(2)? })
}
