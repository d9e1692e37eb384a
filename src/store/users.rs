//! Users as rows.

use super::tx::{Row, Tx, params};
use crate::model::user::User;
use crate::model::{Id, Result};

pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    tx.execute(
        "INSERT INTO users (team_id, id, first_name, last_name, title, email, is_admin, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            &user.team_id,
            &user.id,
            &user.first_name,
            &user.last_name,
            user.title.as_ref(),
            user.email.as_ref(),
            user.is_admin,
            user.created_at,
        ],
    )?;
    Ok(())
}

pub fn find(tx: &mut Tx<'_>, team_id: &Id, id: &Id) -> Result<Option<User>> {
    tx.first(
        "SELECT team_id, id, first_name, last_name, title, email, is_admin, created_at
         FROM users WHERE team_id = ?1 AND id = ?2",
        params![team_id, id],
        from_row,
    )
}

/// The administrator who has been in the team longest.
pub fn oldest_admin(tx: &mut Tx<'_>, team_id: &Id) -> Result<Option<User>> {
    tx.first(
        "SELECT team_id, id, first_name, last_name, title, email, is_admin, created_at
         FROM users WHERE team_id = ?1 AND is_admin = 1 ORDER BY created_at, id LIMIT 1",
        params![team_id],
        from_row,
    )
}

fn from_row(row: &Row<'_>) -> Result<User> {
    Ok(User {
        team_id: row.id(0)?,
        id: row.id(1)?,
        first_name: row.text(2)?,
        last_name: row.text(3)?,
        title: row.opt_text(4)?,
        email: row.opt_text(5)?,
        is_admin: row.flag(6)?,
        created_at: row.time(7)?,
    })
}
