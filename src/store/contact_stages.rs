//! Contact stages as rows.

use super::tx::{Tx, params};
use crate::model::stage::DefaultStage;
use crate::model::{Id, Result};

pub fn insert(
    tx: &mut Tx<'_>,
    team_id: &Id,
    id: &Id,
    stage: &DefaultStage,
    display_order: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO contact_stages (team_id, id, name, display_order, category, ignore_trigger_override)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![team_id, id, stage.name, display_order, stage.category, stage.ignore_trigger_override],
    )?;
    Ok(())
}

pub fn exists(tx: &mut Tx<'_>, team_id: &Id, id: &Id) -> Result<bool> {
    let found = tx.first(
        "SELECT id FROM contact_stages WHERE team_id = ?1 AND id = ?2",
        params![team_id, id],
        |row| row.id(0),
    )?;
    Ok(found.is_some())
}
