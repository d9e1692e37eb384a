//! Counts requests by key and endpoint. The counts live in memory: each server counts for itself, and a restart
//! opens every window anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Service;
use crate::model::api_key::Caller;
use crate::model::rate_limit::{Limits, Usage, Windows};
use crate::model::{Error, Id, Result, Timestamp};

/// Past this many counts, those whose windows are all over are dropped.
const MOST_COUNTS: usize = 10_000;

#[derive(Debug)]
pub struct RateLimits {
    limits: Limits,
    counts: Mutex<HashMap<(Id, &'static str), Windows>>,
}

impl RateLimits {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, counts: Mutex::default() }
    }

    fn count(&self, key: Id, endpoint: &'static str, now: Timestamp) -> Result<[Usage; 3]> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST_COUNTS {
            counts.retain(|_, windows| !windows.is_over(now));
        }
        let windows = counts.entry((key, endpoint)).or_default();
        windows.count(endpoint, &self.limits, now).map_err(Error::RateLimited)
    }
}

impl Service {
    /// Counts one request of a caller at an endpoint, and says what is left.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when a window is full.
    pub fn count_request(&self, caller: &Caller, endpoint: &'static str) -> Result<[Usage; 3]> {
        self.rates.count(caller.key_id, endpoint, self.now())
    }
}
