//! The one error of the whole program. It says what went wrong in the terms of the product; which HTTP status or
//! exit code that becomes is chosen once, at the edge.

use super::Id;
use super::rate_limit::Exceeded;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No key, or one that is unknown or revoked.
    #[error("Invalid API key")]
    Unauthenticated,
    /// The key is good but its scopes do not hold this endpoint, such as `api/v1/contacts/create`.
    #[error("this API key is not authorized to access {0}")]
    Forbidden(String),
    #[error("{0}")]
    RateLimited(Box<Exceeded>),
    /// A value that is not allowed: the message names the field and what would be right.
    #[error("{0}")]
    Invalid(String),
    /// An id that is malformed, or that names nothing the team has.
    #[error("{0} is not a valid ID")]
    InvalidId(String),
    #[error("contact {0} does not exist")]
    ContactMissing(Id),
    /// The same `Idempotency-Key` came with other parameters.
    #[error("this Idempotency-Key was used before with other parameters")]
    ReplayMismatch,
    /// More work is waiting than the store may queue.
    #[error("the server is busy; try again shortly")]
    Busy,
    /// The database cannot be reached now, or gave up a transaction that may succeed when tried again.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A bug or a broken machine: logged in full, told to nobody.
    #[error("internal error: {0:#}")]
    Internal(anyhow::Error),
}

impl Error {
    /// A refusal of one field: `what` says what is wrong with it and what would be right.
    pub fn invalid(field: &str, what: impl std::fmt::Display) -> Self {
        Self::Invalid(format!("{field} {what}"))
    }

    /// An error that should be impossible.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(error.into())
    }
}
