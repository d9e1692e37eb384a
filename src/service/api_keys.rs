//! Making, listing and revoking API keys. A secret is answered once, when it is made, and is never seen again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Service;
use super::teams::checked_name;
use crate::model::api_key::{ApiKey, Scopes, SecretHash};
use crate::model::{Error, Id, Result, Timestamp};
use crate::store::{self, Tx};

/// How much of a secret is kept to tell keys apart.
const HINT_LENGTH: usize = 4;

/// A new key with its secret.
#[derive(Clone)]
pub struct CreatedKey {
    pub key: ApiKey,
    pub secret: String,
}

impl Service {
    /// Makes a key for a team.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is empty or too long.
    pub async fn create_key(&self, team_id: Id, name: &str, scopes: Scopes) -> Result<CreatedKey> {
        let name = checked_name("name", name)?;
        let service = self.clone();
        self.store
            .write(move |tx| service.make_key(tx, team_id, name.clone(), scopes.clone(), service.now()))
            .await
    }

    /// A team's keys, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keys(&self, team_id: Id) -> Result<Vec<ApiKey>> {
        self.store.read(move |tx| store::api_keys::list(tx, &team_id)).await
    }

    /// Ends a key: at once in this process, and within the time keys are remembered in others.
    ///
    /// # Errors
    /// [`Error::InvalidId`] when the team has no such key, or it is revoked already.
    pub async fn revoke_key(&self, team_id: Id, id: Id) -> Result<()> {
        let now = self.now();
        let revoked = self.store.write(move |tx| store::api_keys::revoke(tx, &team_id, &id, now)).await?;
        self.keys.forget(&id);
        if revoked { Ok(()) } else { Err(Error::InvalidId(id.to_string())) }
    }

    /// 32 random bytes as text that no command line takes for an option.
    fn new_secret(&self) -> String {
        loop {
            let secret = URL_SAFE_NO_PAD.encode(self.random.bytes::<32>());
            if !secret.starts_with('-') {
                return secret;
            }
        }
    }

    pub(super) fn make_key(
        &self,
        tx: &mut Tx<'_>,
        team_id: Id,
        name: String,
        scopes: Scopes,
        now: Timestamp,
    ) -> Result<CreatedKey> {
        let secret = self.new_secret();
        let hint = secret.chars().take(HINT_LENGTH).collect();
        let key =
            ApiKey { id: self.next_id(), team_id, name, hint, scopes, created_at: now, revoked_at: None };
        store::api_keys::insert(tx, &key, SecretHash::of(&secret))?;
        Ok(CreatedKey { key, secret })
    }
}
