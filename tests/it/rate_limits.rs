//! Rate windows on the wire: Apollo's headers in both spellings, and its 429.

use std::time::Duration;

use reqwest::Method;
use rolo::model::rate_limit::Limits;
use serde_json::json;

use crate::support::app::send;
use crate::support::{App, Kind};

const LIMITS: Limits = Limits { minute: Some(2), hour: None, day: Some(3) };

#[tokio::test]
async fn windows_are_reported_and_enforced() {
    let app = App::start_with(Kind::Sqlite, LIMITS).await;
    let answer = app.post("/v1/contacts", &json!({})).await;
    for (name, value) in [
        ("x-rate-limit-minute", Some("2")),
        ("x-minute-usage", Some("1")),
        ("x-minute-requests-left", Some("1")),
        ("x-rate-limit-hourly", Some("")),
        ("x-hourly-usage", None),
        ("x-hourly-requests-left", None),
        ("x-rate-limit-24-hour", Some("3")),
        ("x-24-hour-usage", Some("1")),
        ("x-24-hour-requests-left", Some("2")),
        ("x-rate-limit-daily", Some("3")),
        ("x-daily-usage", Some("1")),
        ("x-daily-requests-left", Some("2")),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let wrong = app.post("/v1/contacts", &json!({"title": []})).await;
    assert_eq!(wrong.header("x-minute-requests-left"), Some("0"), "a refused call counts as well");
    let full = app.post("/v1/contacts", &json!({})).await;
    insta::assert_snapshot!(full.summary(), @r#"429 {"message":"The maximum number of api calls allowed for api/v1/contacts/create is 2 times per minute. Your server's setting limits.minute decides this."}"#);
    assert_eq!((full.header("retry-after"), full.header("x-minute-requests-left")), (Some("60"), Some("0")));

    assert_eq!(
        app.post("/v1/people/match", &json!({"email": "a@b.test"})).await.status,
        200,
        "each endpoint for itself"
    );
    let (_, other_key) = app.another_team("Others").await;
    let other = app.bare(Method::POST, "/v1/contacts").header("X-Api-Key", other_key);
    assert_eq!(send(other).await.status, 200, "and each key");
    app.clock.advance(Duration::from_millis(59_001));
    assert_eq!(app.post("/v1/contacts", &json!({})).await.header("retry-after"), Some("1"));
    app.clock.advance(Duration::from_millis(999));
    assert_eq!(app.post("/v1/contacts", &json!({})).await.status, 200);
    let day = app.post("/v1/contacts", &json!({})).await;
    assert!(day.body.contains("3 times per day"), "{}", day.body);
    assert_eq!(app.count_contacts().await, 2);
}
