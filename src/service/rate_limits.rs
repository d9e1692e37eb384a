//! Counts requests by key and endpoint. The counts live in memory: each server counts for itself, and a restart
//! opens every window anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Service;
use crate::model::api_key::Caller;
use crate::model::rate_limit::{Limits, Usage, Windows};
use crate::model::{Error, Id, Result, Timestamp};

/// So few counts are not worth looking through.
const FEW_COUNTS: usize = 10_000;

#[derive(Debug)]
pub struct RateLimits {
    limits: Limits,
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    windows: HashMap<(Id, &'static str), Windows>,
    /// At this size the counts whose windows are all over are dropped.
    drop_at: usize,
}

impl RateLimits {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, counts: Mutex::new(Counts { windows: HashMap::new(), drop_at: FEW_COUNTS }) }
    }

    fn count(&self, key: Id, endpoint: &'static str, now: Timestamp) -> Result<[Usage; 3]> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.windows.len() >= counts.drop_at {
            counts.windows.retain(|_, windows| !windows.is_over(now));
            counts.drop_at = FEW_COUNTS.max(counts.windows.len() * 2);
        }
        let windows = counts.windows.entry((key, endpoint)).or_default();
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
