//! Moments, as milliseconds since 1970 in the store and as RFC 3339 text on the wire. The present moment comes
//! from `clock::Clock`, never from here.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Milliseconds since the start of 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment plus a duration; stays at the far end of time if that does not fit.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This moment less a duration.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// As Apollo writes times: `2025-02-03T04:05:06.789Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        const PRINTER: jiff::fmt::temporal::DateTimePrinter =
            jiff::fmt::temporal::DateTimePrinter::new().precision(Some(3));
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        PRINTER.timestamp_to_string(&moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_form_has_milliseconds_and_z() {
        assert_eq!(Timestamp::from_millis(1_738_555_506_789).to_rfc3339(), "2025-02-03T04:05:06.789Z");
        assert_eq!(Timestamp::from_millis(1_738_555_506_000).to_rfc3339(), "2025-02-03T04:05:06.000Z");
    }
}
