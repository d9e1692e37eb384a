//! Identifiers as Apollo writes them: 24 lowercase hexadecimal characters, ordered by time of creation. The
//! generator is given the time and its random part, so that tests can repeat it.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::Timestamp;

const LENGTH: usize = 24;

/// A 24-character lowercase hexadecimal identifier: 4 bytes of seconds, 5 random bytes, 3 bytes of counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; LENGTH]);

/// The text was not 24 hexadecimal characters.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: an id is 24 hexadecimal characters")]
pub struct NotAnId;

impl Id {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // always ASCII: only hexadecimal digits get in
    }

    /// A number made of the id's last 16 digits, to tell owners of locks apart.
    #[must_use]
    pub fn low_bits(&self) -> i64 {
        u64::from_str_radix(&self.as_str()[LENGTH - 16..], 16).map_or(0, u64::cast_signed)
    }

    fn from_bytes(bytes: [u8; LENGTH / 2]) -> Self {
        let mut text = [0; LENGTH];
        for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        Self(text)
    }
}

impl FromStr for Id {
    type Err = NotAnId;

    /// Upper-case digits are accepted and stored in lower case.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let bytes: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| NotAnId)?;
        if !bytes.iter().all(u8::is_ascii_hexdigit) {
            return Err(NotAnId);
        }
        Ok(Self(bytes.map(|byte| byte.to_ascii_lowercase())))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes ids that no other process makes: its own 5 random bytes, and a counter that wraps after 16 million.
#[derive(Debug)]
pub struct IdGenerator {
    process: [u8; 5],
    counter: AtomicU32,
}

impl IdGenerator {
    /// `process` tells this process apart from others, `start` is the first value of the counter.
    #[must_use]
    pub fn new(process: [u8; 5], start: u32) -> Self {
        Self { process, counter: AtomicU32::new(start) }
    }

    /// The next id; ids made within one second by one process are ordered by their counter.
    pub fn next(&self, now: Timestamp) -> Id {
        // Seconds fit in four bytes until the year 2106, as in the format that Apollo's ids follow.
        let seconds = u32::try_from(now.as_millis() / 1000).unwrap_or(u32::MAX).to_be_bytes();
        let count = self.counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let mut bytes = [0; LENGTH / 2];
        bytes[..4].copy_from_slice(&seconds);
        bytes[4..9].copy_from_slice(&self.process);
        bytes[9..].copy_from_slice(&count[1..]);
        Id::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_by_time_and_count() {
        let ids = IdGenerator::new([1, 2, 3, 4, 5], 0x00ff_fffe);
        let first = ids.next(Timestamp::from_millis(1_700_000_000_000));
        let second = ids.next(Timestamp::from_millis(1_700_000_000_000));
        let later = ids.next(Timestamp::from_millis(1_700_000_001_000));
        assert_eq!(first.as_str(), "6553f1000102030405fffffe");
        assert!(first < second && second < later);
    }

    #[test]
    fn only_24_hexadecimal_characters_are_an_id() {
        assert_eq!("6553F1000102030405FFFFFE".parse::<Id>().unwrap().as_str(), "6553f1000102030405fffffe");
        for text in ["", "6553f100", "6553f1000102030405ffffzz", "6553f1000102030405fffffe0", "ééééééééééé é"]
        {
            assert_eq!(text.parse::<Id>(), Err(NotAnId), "{text}");
        }
    }
}
