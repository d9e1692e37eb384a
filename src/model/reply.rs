//! Stored answers to calls that carry an `Idempotency-Key`, after Stripe's rules: the same key with the same
//! parameters gets the same answer again, the same key with other parameters is refused.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Error, Result};

/// How long an answer is kept.
pub const KEPT_FOR: Duration = Duration::from_hours(24);

/// The longest key accepted, in bytes; Stripe's limit.
const LONGEST_KEY: usize = 255;

/// A caller's promise that all calls with this key are one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub key: String,
    /// The digest of the endpoint and its parameters, in hexadecimal digits.
    pub fingerprint: String,
}

impl IdempotencyKey {
    /// `request` is the endpoint and all its parameters, written in one canonical way.
    ///
    /// # Errors
    /// When the key is empty, too long, or holds more than printable ASCII.
    pub fn new(key: &str, request: &[u8]) -> Result<Self> {
        let printable = key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if key.trim().is_empty() || key.len() > LONGEST_KEY || !printable {
            return Err(Error::invalid(
                "Idempotency-Key",
                format!("must be 1 to {LONGEST_KEY} printable ASCII characters, such as a UUID"),
            ));
        }
        Ok(Self { key: key.to_owned(), fingerprint: hex::encode(Sha256::digest(request)) })
    }
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub body: String,
    /// What the caller was warned of, a line each.
    pub warnings: Vec<String>,
}
