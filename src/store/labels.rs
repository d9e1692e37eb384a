//! Labels as rows.

use super::tx::{Row, Tx, params};
use crate::model::label::Label;
use crate::model::{Id, Result, Timestamp};

/// The list of this name; the given one is written if there is none yet.
pub fn find_or_insert(tx: &mut Tx<'_>, team_id: &Id, label: &Label) -> Result<Label> {
    tx.execute(
        "INSERT INTO labels (team_id, id, name, cached_count, user_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5)
         ON CONFLICT (team_id, name) DO NOTHING",
        params![team_id, &label.id, &label.name, &label.user_id, label.created_at],
    )?;
    let found = tx.first(
        "SELECT id, name, cached_count, user_id, created_at, updated_at FROM labels WHERE team_id = ?1 AND name = ?2",
        params![team_id, &label.name],
        from_row,
    )?;
    Ok(found.unwrap_or_else(|| label.clone()))
}

/// Notes that contacts were put on a list, or taken off it if `by` is negative, and gives the new count.
pub fn change_count(tx: &mut Tx<'_>, team_id: &Id, id: &Id, by: i64, now: Timestamp) -> Result<i64> {
    let count = tx.first(
        "UPDATE labels SET cached_count = cached_count + ?3, updated_at = ?4 WHERE team_id = ?1 AND id = ?2
         RETURNING cached_count",
        params![team_id, id, by, now],
        |row| row.integer(0),
    )?;
    Ok(count.unwrap_or_default())
}

pub fn find(tx: &mut Tx<'_>, team_id: &Id, id: &Id) -> Result<Option<Label>> {
    tx.first(
        "SELECT id, name, cached_count, user_id, created_at, updated_at FROM labels WHERE team_id = ?1 AND id = ?2",
        params![team_id, id],
        from_row,
    )
}

fn from_row(row: &Row<'_>) -> Result<Label> {
    Ok(Label {
        id: row.id(0)?,
        name: row.text(1)?,
        cached_count: row.integer(2)?,
        user_id: row.id(3)?,
        created_at: row.time(4)?,
        updated_at: row.time(5)?,
    })
}
