//! The headers in which Apollo reports rate windows. Its documents have spelled the day's window in two ways, and
//! clients read either, so both are sent (*Rate Limits*).

use axum::http::{HeaderName, HeaderValue};

use crate::model::rate_limit::{Usage, Window};

const MINUTE: [[HeaderName; 3]; 1] = [[
    HeaderName::from_static("x-rate-limit-minute"),
    HeaderName::from_static("x-minute-usage"),
    HeaderName::from_static("x-minute-requests-left"),
]];
const HOUR: [[HeaderName; 3]; 1] = [[
    HeaderName::from_static("x-rate-limit-hourly"),
    HeaderName::from_static("x-hourly-usage"),
    HeaderName::from_static("x-hourly-requests-left"),
]];
const DAY: [[HeaderName; 3]; 2] = [
    [
        HeaderName::from_static("x-rate-limit-24-hour"),
        HeaderName::from_static("x-24-hour-usage"),
        HeaderName::from_static("x-24-hour-requests-left"),
    ],
    [
        HeaderName::from_static("x-rate-limit-daily"),
        HeaderName::from_static("x-daily-usage"),
        HeaderName::from_static("x-daily-requests-left"),
    ],
];

/// The headers for the three windows. A window without a limit has an empty limit header and no others.
#[must_use]
pub fn of(usage: &[Usage; 3]) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = Vec::with_capacity(12);
    for usage in usage {
        let spellings: &[[HeaderName; 3]] = match usage.window {
            Window::Minute => &MINUTE,
            Window::Hour => &HOUR,
            Window::Day => &DAY,
        };
        for [limit_name, used_name, left_name] in spellings {
            match (usage.limit, usage.left()) {
                (Some(limit), Some(left)) => headers.extend([
                    (limit_name.clone(), HeaderValue::from(limit)),
                    (used_name.clone(), HeaderValue::from(usage.used)),
                    (left_name.clone(), HeaderValue::from(left)),
                ]),
                _ => headers.push((limit_name.clone(), HeaderValue::from_static(""))),
            }
        }
    }
    headers
}
