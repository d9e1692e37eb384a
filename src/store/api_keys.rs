//! API keys as rows. Only the hash of a secret is stored.

use super::tx::{Row, Tx, params};
use crate::model::api_key::{ApiKey, Scopes, SecretHash};
use crate::model::{Id, Result, Timestamp};

pub fn insert(tx: &mut Tx<'_>, key: &ApiKey, hash: SecretHash) -> Result<()> {
    tx.execute(
        "INSERT INTO api_keys (team_id, id, name, hint, secret_hash, scopes, created_at, revoked_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            &key.team_id,
            &key.id,
            &key.name,
            &key.hint,
            &hash.to_hex(),
            key.scopes.to_stored().as_ref(),
            key.created_at,
            key.revoked_at,
        ],
    )?;
    Ok(())
}

/// The key with this secret, if it has not been revoked. The only look-up across teams: it is what tells the team.
pub fn find_by_hash(tx: &mut Tx<'_>, hash: SecretHash) -> Result<Option<ApiKey>> {
    tx.first(
        "SELECT team_id, id, name, hint, scopes, created_at, revoked_at
         FROM api_keys WHERE secret_hash = ?1 AND revoked_at IS NULL",
        params![&hash.to_hex()],
        from_row,
    )
}

/// A team's keys, the oldest first.
pub fn list(tx: &mut Tx<'_>, team_id: &Id) -> Result<Vec<ApiKey>> {
    tx.query(
        "SELECT team_id, id, name, hint, scopes, created_at, revoked_at
         FROM api_keys WHERE team_id = ?1 ORDER BY created_at, id",
        params![team_id],
        from_row,
    )
}

/// Revokes a key and says whether there was one to revoke.
pub fn revoke(tx: &mut Tx<'_>, team_id: &Id, id: &Id, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE api_keys SET revoked_at = ?3 WHERE team_id = ?1 AND id = ?2 AND revoked_at IS NULL",
        params![team_id, id, now],
    )?;
    Ok(changed > 0)
}

fn from_row(row: &Row<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        team_id: row.id(0)?,
        id: row.id(1)?,
        name: row.text(2)?,
        hint: row.text(3)?,
        scopes: Scopes::from_stored(row.opt_text(4)?),
        created_at: row.time(5)?,
        revoked_at: row.opt_time(6)?,
    })
}
