//! `Idempotency-Key`: one call, however often it is sent.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::send;
use crate::support::{Answer, App, both};

async fn call(app: &App, path: &str, key: &str, body: &Value) -> Answer {
    send(app.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
}

both! {
    async fn the_same_call_is_answered_again_and_done_once(app: App) {
        let body = json!({"first_name": "Ana", "email": "broken@", "label_names": ["A"]});
        let first = call(&app, "/v1/contacts", "k-1", &body).await;
        assert_eq!((first.status.as_u16(), first.header("idempotent-replayed")), (200, None));
        app.clock.advance(Duration::from_mins(1));
        let again = call(&app, "/api/v1/contacts", "k-1", &body).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("rolo-warning"), first.header("rolo-warning"), "warnings are part of the answer");
        let in_query = app.request(Method::POST, "/v1/contacts?email=broken@&first_name=Ana").header("Idempotency-Key", "k-1");
        let in_query = send(in_query.json(&json!({"label_names": ["A"]}))).await;
        assert_eq!(in_query.body, first.body, "the same parameters, in the query");
        assert_eq!(app.count_contacts().await, 1);
    }

    async fn other_parameters_are_refused(app: App) {
        call(&app, "/v1/contacts", "k-1", &json!({"first_name": "Ana"})).await.ok();
        let other = call(&app, "/v1/contacts", "k-1", &json!({"first_name": "Bo"})).await;
        insta::assert_snapshot!(other.summary(), @r#"422 {"error":"This Idempotency-Key was used before with other parameters; use a new key for a new call"}"#);
        let elsewhere = call(&app, "/v1/people/match", "k-1", &json!({"first_name": "Ana"})).await;
        assert_eq!(elsewhere.status, 422, "another endpoint");
        assert_eq!(app.count_contacts().await, 1);
    }

    async fn a_call_that_failed_may_be_corrected(app: App) {
        assert_eq!(call(&app, "/v1/contacts", "k", &json!({"owner_id": "6650a1b2c3d4e5f6a7b8c9d0"})).await.status, 422);
        assert_eq!(call(&app, "/v1/contacts", "k", &json!({"first_name": "Ana"})).await.status, 200);
    }

    async fn a_match_can_be_replayed_too(app: App) {
        let find = json!({"email": "ana@orchard.test"});
        app.create(find.clone()).await;
        let first = call(&app, "/v1/people/match", "k", &find).await;
        let again = call(&app, "/v1/people/match", "k", &find).await;
        assert_eq!(first.body, again.body, "the request id included");
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
    }

    async fn after_a_day_the_key_is_free_again(app: App) {
        let body = json!({"first_name": "Ana"});
        call(&app, "/v1/contacts", "k", &body).await.ok();
        app.clock.advance(Duration::from_secs(24 * 3600 - 1));
        rolo::worker::run_due(&app.service).await.unwrap();
        assert!(call(&app, "/v1/contacts", "k", &body).await.header("idempotent-replayed").is_some());
        app.clock.advance(Duration::from_secs(1));
        let late = call(&app, "/v1/contacts", "k", &json!({"first_name": "Bo"})).await;
        assert_eq!((late.status.as_u16(), late.header("idempotent-replayed")), (200, None));
        app.clock.advance(Duration::from_hours(24));
        assert_eq!(app.service.forget_old_replies().await.unwrap(), 1, "and the worker forgets it");
    }

    async fn many_at_once_are_one(app: App) {
        let body = json!({"first_name": "Ana"});
        let calls = (0..20).map(|_| call(&app, "/v1/contacts", "k", &body));
        let answers = futures_util::future::join_all(calls).await;
        let bodies: HashSet<_> = answers.iter().map(|answer| answer.body.clone()).collect();
        let fresh = answers.iter().filter(|answer| answer.header("idempotent-replayed").is_none()).count();
        assert_eq!((bodies.len(), fresh, app.count_contacts().await), (1, 1, 1));
    }

    async fn a_key_must_be_sensible(app: App) {
        for key in ["", " ", &"k".repeat(256)] {
            let answer = call(&app, "/v1/contacts", key, &json!({})).await;
            assert_eq!(answer.status, 422, "{key}");
            assert!(answer.body.contains("Idempotency-Key must be"), "{}", answer.body);
        }
    }
}
