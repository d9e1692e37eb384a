//! API keys: secrets that are shown once and kept only as a hash, and the endpoints that each may use.

use sha2::{Digest, Sha256};

use super::{Error, Id, Result, Timestamp};

/// Every endpoint that a key can be limited to, in Apollo's words.
pub const SCOPES: [&str; 4] =
    ["api/v1/contacts/create", "api/v1/contacts/show", "api/v1/people/match", "api/v1/users/api_profile"];

/// What a key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// A master key: everything.
    Master,
    /// These endpoints only.
    Only(Vec<String>),
}

impl Scopes {
    /// Checks the names given by a person.
    ///
    /// # Errors
    /// When there are none, or one is not in [`SCOPES`].
    pub fn only(names: Vec<String>) -> Result<Self> {
        if names.is_empty() {
            return Err(Error::invalid("scopes", "must name at least one endpoint; or make a master key"));
        }
        if let Some(unknown) = names.iter().find(|name| !SCOPES.contains(&name.as_str())) {
            let known = SCOPES.join(", ");
            return Err(Error::invalid("scopes", format!("holds {unknown}, which is none of: {known}")));
        }
        Ok(Self::Only(names))
    }

    #[must_use]
    pub fn allow(&self, scope: &str) -> bool {
        match self {
            Self::Master => true,
            Self::Only(names) => names.iter().any(|name| name == scope),
        }
    }

    /// As stored: nothing for a master key, else the names with commas between them.
    #[must_use]
    pub fn to_stored(&self) -> Option<String> {
        match self {
            Self::Master => None,
            Self::Only(names) => Some(names.join(",")),
        }
    }

    #[must_use]
    pub fn from_stored(stored: Option<String>) -> Self {
        stored.map_or(Self::Master, |names| Self::Only(names.split(',').map(str::to_owned).collect()))
    }
}

/// A key as its team sees it; the secret itself is not kept anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: Id,
    pub team_id: Id,
    pub name: String,
    /// The first characters of the secret, enough to tell keys apart.
    pub hint: String,
    pub scopes: Scopes,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// Who is asking, once a key has been recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub team_id: Id,
    /// The user as whom the key acts.
    pub user_id: Id,
    pub key_id: Id,
    pub scopes: Scopes,
}

/// The SHA-256 of a secret. A fast hash is right here: 32 random bytes cannot be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    #[must_use]
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_checked_and_survive_storage() {
        let scopes = Scopes::only(vec!["api/v1/people/match".to_owned()]).unwrap();
        assert!(scopes.allow("api/v1/people/match") && !scopes.allow("api/v1/contacts/create"));
        assert_eq!(Scopes::from_stored(scopes.to_stored()), scopes);
        assert_eq!(Scopes::from_stored(Scopes::Master.to_stored()), Scopes::Master);
        assert!(Scopes::only(vec![]).is_err());
        let error = Scopes::only(vec!["contacts".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("api/v1/contacts/create"), "{error}");
    }
}
