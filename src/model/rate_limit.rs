//! Rate windows as Apollo counts them: fixed windows of a minute, an hour and a day, each opened by its first
//! request. The arithmetic only; who is counted, and where the counts live, is decided elsewhere.

use std::fmt;
use std::time::Duration;

use super::Timestamp;

/// The most requests in each window; nothing means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub minute: Option<u64>,
    pub hour: Option<u64>,
    pub day: Option<u64>,
}

/// One of the three lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Minute,
    Hour,
    Day,
}

impl Window {
    pub const ALL: [Self; 3] = [Self::Minute, Self::Hour, Self::Day];

    #[must_use]
    pub const fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_mins(1),
            Self::Hour => Duration::from_hours(1),
            Self::Day => Duration::from_hours(24),
        }
    }

    const fn limit(self, limits: &Limits) -> Option<u64> {
        match self {
            Self::Minute => limits.minute,
            Self::Hour => limits.hour,
            Self::Day => limits.day,
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        })
    }
}

/// What one window says after a request was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    pub window: Window,
    pub limit: Option<u64>,
    pub used: u64,
}

impl Usage {
    /// Requests left; nothing where there is no limit.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        self.limit.map(|limit| limit.saturating_sub(self.used))
    }
}

/// A window was full, and the request was not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceeded {
    /// The endpoint, in Apollo's words such as `api/v1/contacts/create`.
    pub endpoint: String,
    pub window: Window,
    pub limit: u64,
    pub retry_after: Duration,
    pub usage: [Usage; 3],
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, window, limit, .. } = self;
        write!(f, "The maximum number of api calls allowed for {endpoint} is {limit} times per {window}.")
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    opened: i64,
    used: u64,
}

/// The three windows of one key at one endpoint.
#[derive(Debug, Clone, Copy, Default)]
pub struct Windows([Count; 3]);

impl Windows {
    /// Counts one request, if every window has room for it.
    ///
    /// # Errors
    /// When a window is full: which one, and how long until it opens again.
    pub fn count(
        &mut self,
        endpoint: &str,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<[Usage; 3], Box<Exceeded>> {
        for (count, window) in self.0.iter_mut().zip(Window::ALL) {
            let age = now.as_millis() - count.opened;
            // A clock set back must not keep a window open for longer than its length.
            if count.used == 0 || age < 0 || age >= millis(window.length()) {
                *count = Count { opened: now.as_millis(), used: 0 };
            }
        }
        for (count, window) in self.0.iter().zip(Window::ALL) {
            if let Some(limit) = window.limit(limits).filter(|limit| count.used >= *limit) {
                let left = count.opened + millis(window.length()) - now.as_millis();
                return Err(Box::new(Exceeded {
                    endpoint: endpoint.to_owned(),
                    window,
                    limit,
                    retry_after: Duration::from_millis(left.max(1).unsigned_abs()),
                    usage: self.usage(limits),
                }));
            }
        }
        for count in &mut self.0 {
            count.used += 1;
        }
        Ok(self.usage(limits))
    }

    fn usage(&self, limits: &Limits) -> [Usage; 3] {
        let of = |place: usize, window: Window| Usage {
            window,
            limit: window.limit(limits),
            used: self.0[place].used,
        };
        [of(0, Window::Minute), of(1, Window::Hour), of(2, Window::Day)]
    }

    /// Whether no window is open any more, so that the counts can be forgotten.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.as_millis() - self.0[2].opened >= millis(Window::Day.length())
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { minute: Some(2), hour: Some(3), day: None };
    const START: Timestamp = Timestamp::from_millis(1_738_555_506_789);

    #[test]
    fn windows_fill_and_open_again() {
        let mut windows = Windows::default();
        let at = |seconds| START.plus(Duration::from_secs(seconds));
        assert_eq!(windows.count("e", &LIMITS, at(0)).unwrap()[0].left(), Some(1));
        assert_eq!(windows.count("e", &LIMITS, at(59)).unwrap()[0].left(), Some(0));
        let full = windows.count("api/v1/contacts/create", &LIMITS, at(59)).unwrap_err();
        assert_eq!((full.window, full.retry_after), (Window::Minute, Duration::from_secs(1)));
        assert_eq!(
            full.to_string(),
            "The maximum number of api calls allowed for api/v1/contacts/create is 2 times per minute."
        );
        assert_eq!(
            windows.count("e", &LIMITS, at(60)).unwrap()[1].left(),
            Some(0),
            "a new minute, the same hour"
        );
        assert_eq!(windows.count("e", &LIMITS, at(60)).unwrap_err().window, Window::Hour);
        let usage = windows.count("e", &LIMITS, at(3600)).unwrap();
        assert_eq!((usage[1].used, usage[2].used, usage[2].left()), (1, 4, None));
        assert!(!windows.is_over(at(3600)) && windows.is_over(at(86_400)));
    }

    #[test]
    fn a_clock_set_back_does_not_lock_anybody_out() {
        let mut windows = Windows::default();
        for _ in 0..2 {
            windows.count("e", &LIMITS, START).unwrap();
        }
        assert!(windows.count("e", &LIMITS, START.minus(Duration::from_secs(5))).is_ok());
    }
}
