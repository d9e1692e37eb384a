//! Stored replies as rows: one for each idempotency key of a team.

use super::tx::{Tx, params, to_json};
use crate::model::reply::{IdempotencyKey, KEPT_FOR, Reply};
use crate::model::{Error, Id, Result, Timestamp};

/// Takes an idempotency key for this transaction. If an earlier call holds it, its reply is answered; a call that
/// holds it at this moment, on any server, is waited for.
///
/// # Errors
/// [`Error::ReplayMismatch`] when the earlier call had other parameters.
pub fn claim(tx: &mut Tx<'_>, team_id: &Id, key: &IdempotencyKey, now: Timestamp) -> Result<Option<Reply>> {
    let taken = tx.execute(
        "INSERT INTO replies (team_id, idempotency_key, fingerprint, created_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (team_id, idempotency_key) DO UPDATE
         SET fingerprint = excluded.fingerprint, created_at = excluded.created_at, body = NULL, warnings = NULL
         WHERE replies.created_at <= ?5",
        params![team_id, &key.key, &key.fingerprint, now, now.minus(KEPT_FOR)],
    )?;
    if taken > 0 {
        return Ok(None);
    }
    let earlier = tx.first(
        "SELECT fingerprint, body, warnings FROM replies WHERE team_id = ?1 AND idempotency_key = ?2",
        params![team_id, &key.key],
        |row| Ok((row.text(0)?, Reply { body: row.text(1)?, warnings: row.json(2)? })),
    )?;
    match earlier {
        Some((fingerprint, reply)) if fingerprint == key.fingerprint => Ok(Some(reply)),
        Some(_) => Err(Error::ReplayMismatch),
        None => Err(Error::Unavailable("a stored reply went away while it was read".to_owned())),
    }
}

/// Fills in the reply of a key that this transaction has claimed.
pub fn fill(tx: &mut Tx<'_>, team_id: &Id, key: &IdempotencyKey, reply: &Reply) -> Result<()> {
    tx.execute(
        "UPDATE replies SET body = ?3, warnings = ?4 WHERE team_id = ?1 AND idempotency_key = ?2",
        params![team_id, &key.key, &reply.body, &to_json(&reply.warnings)?],
    )?;
    Ok(())
}

/// The most replies that are forgotten in one transaction, so that nobody has to wait long for it.
pub const FORGOTTEN_AT_ONCE: u64 = 1000;

/// Forgets replies that are older than they are kept, up to [`FORGOTTEN_AT_ONCE`], and says how many those were.
pub fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM replies WHERE (team_id, idempotency_key) IN
            (SELECT team_id, idempotency_key FROM replies WHERE created_at <= ?1 LIMIT 1000)",
        params![now.minus(KEPT_FOR)],
    )
}
