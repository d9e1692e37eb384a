//! Recognises API keys. A key that was looked up is remembered for a few seconds, so that a request costs no
//! query; a key revoked by another process stops working when that time is over.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use subtle::ConstantTimeEq;

use super::Service;
use crate::model::api_key::{Caller, SecretHash};
use crate::model::{Error, Id, Result, Timestamp};
use crate::store;

/// More keys than this are not remembered; the cache starts afresh.
const MOST_REMEMBERED: usize = 10_000;

/// Secrets longer than this cannot be one of ours and are not looked up.
const LONGEST_SECRET: usize = 200;

/// Recently recognised keys, found by the beginning of their hash and compared in constant time.
#[derive(Debug)]
pub struct KeyCache {
    kept_for: Duration,
    entries: RwLock<HashMap<[u8; 8], Entry>>,
}

#[derive(Debug, Clone)]
struct Entry {
    hash: SecretHash,
    caller: Caller,
    until: Timestamp,
}

impl KeyCache {
    pub(super) fn new(kept_for: Duration) -> Self {
        Self { kept_for, entries: RwLock::default() }
    }

    fn get(&self, hash: SecretHash, now: Timestamp) -> Option<Caller> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&prefix(hash))?;
        let same: bool = entry.hash.as_bytes().ct_eq(hash.as_bytes()).into();
        (same && now < entry.until).then(|| entry.caller.clone())
    }

    fn put(&self, hash: SecretHash, caller: Caller, now: Timestamp) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST_REMEMBERED {
            entries.clear();
        }
        entries.insert(prefix(hash), Entry { hash, caller, until: now.plus(self.kept_for) });
    }

    pub(super) fn forget(&self, key_id: &Id) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| entry.caller.key_id != *key_id);
    }
}

fn prefix(hash: SecretHash) -> [u8; 8] {
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

impl Service {
    /// Says who is asking.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the key is unknown or revoked.
    pub async fn authenticate(&self, secret: &str) -> Result<Caller> {
        if secret.is_empty() || secret.len() > LONGEST_SECRET {
            return Err(Error::Unauthenticated);
        }
        let hash = SecretHash::of(secret);
        let now = self.now();
        if let Some(caller) = self.keys.get(hash, now) {
            return Ok(caller);
        }
        let caller = self.store.read(move |tx| look_up(tx, hash)).await?;
        self.keys.put(hash, caller.clone(), now);
        Ok(caller)
    }
}

fn look_up(tx: &mut store::Tx<'_>, hash: SecretHash) -> Result<Caller> {
    let key = store::api_keys::find_by_hash(tx, hash)?.ok_or(Error::Unauthenticated)?;
    let user = store::users::oldest_admin(tx, &key.team_id)?.ok_or(Error::Unauthenticated)?;
    Ok(Caller { team_id: key.team_id, user_id: user.id, key_id: key.id, scopes: key.scopes })
}

impl Caller {
    /// Whether the key may use an endpoint, such as `api/v1/contacts/create`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when its scopes do not hold it.
    pub fn require(&self, scope: &str) -> Result<()> {
        if self.scopes.allow(scope) { Ok(()) } else { Err(Error::Forbidden(scope.to_owned())) }
    }
}
