//! Another team's key can never see or change a contact, whatever it asks for and however it asks.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::send;
use crate::support::{App, both};

const EMAIL: &str = "mark@writers.test";
const PERSON: &str = "6650a1b2c3d4e5f6a7b8c9d0";

fn mark() -> Value {
    json!({
        "first_name": "Mark", "last_name": "Twain", "organization_name": "Writers", "email": EMAIL,
        "linkedin_url": "http://www.linkedin.com/in/mark", "person_id": PERSON, "hubspot_vid": "7",
        "label_names": ["Secret list"], "title": "Secret title",
    })
}

/// Every parameter by which a contact could be named.
fn identifiers(contact: &Value) -> Vec<(&'static str, String)> {
    let own = |name: &str| contact[name].as_str().unwrap().to_owned();
    vec![
        ("id", own("id")),
        ("id", PERSON.to_owned()),
        ("email", EMAIL.to_owned()),
        ("person_id", PERSON.to_owned()),
        ("linkedin_url", own("linkedin_url")),
        ("hubspot_vid", "7".to_owned()),
        ("first_name", "Mark".to_owned()),
        ("last_name", "Twain".to_owned()),
        ("name", "Mark Twain".to_owned()),
        ("organization_name", "Writers".to_owned()),
        ("domain", "writers.test".to_owned()),
        ("account_id", own("id")),
        ("owner_id", own("owner_id")),
        ("contact_stage_id", own("contact_stage_id")),
        ("run_dedupe", "true".to_owned()),
        ("label_names", "Secret list".to_owned()),
        ("team_id", "x".to_owned()),
        ("contact_id", own("id")),
    ]
}

/// Every endpoint that takes a key; the OpenAPI document says which those are, so none can be forgotten.
async fn endpoints(app: &App, id: &str) -> Vec<(Method, String)> {
    let document = app.get("/openapi.json").await.ok();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation.get("security").is_some() {
                let path = path.replace("{contact_id}", id);
                assert!(!path.contains('{'), "{path} has a parameter that this test does not know");
                found.push((method.to_uppercase().parse().unwrap(), path));
            }
        }
    }
    assert!(found.len() >= 6, "{found:?}");
    found
}

both! {
    async fn no_call_of_another_team_sees_or_changes_anything(app: App) {
        let app = std::sync::Arc::new(app);
        let contact = app.create(mark()).await;
        let before = contact.clone();
        let id = contact["id"].as_str().unwrap().to_owned();
        app.clock.advance(std::time::Duration::from_secs(1));
        let (_, stranger) = app.another_team("Strangers").await;
        let endpoints = endpoints(&app, &id).await;
        let names = identifiers(&contact);

        let calls = (0..endpoints.len(), proptest::sample::subsequence(names, 1..10), any::<bool>(), any::<bool>());
        let runtime = tokio::runtime::Handle::current();
        let (shared, secret) = (app.clone(), stranger.clone());
        tokio::task::spawn_blocking(move || {
            let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
            let mut runner = TestRunner::new_with_rng(config, TestRunner::deterministic().rng().clone());
            runner.run(&calls, |(endpoint, parameters, in_query, with_key)| {
                let (method, path) = endpoints[endpoint].clone();
                let request = shared.bare(method, &path).header("X-Api-Key", &secret);
                let request = if in_query {
                    request.query(&parameters)
                } else {
                    let body: serde_json::Map<String, Value> =
                        parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                    request.json(&body)
                };
                let request = if with_key { request.header("Idempotency-Key", "same") } else { request };
                let answer = runtime.block_on(send(request));
                prop_assert!(answer.status.as_u16() < 500, "{}", answer.summary());
                for secret in ["Secret title", contact["creator_id"].as_str().unwrap()] {
                    let sent = parameters.iter().any(|(_, value)| value == secret);
                    prop_assert!(sent || !answer.body.contains(secret), "{method_path}: {body}", method_path = path, body = answer.body);
                }
                Ok(())
            }).unwrap();
        }).await.unwrap();

        let shown = app.get(&format!("/v1/contacts/{id}")).await.ok();
        assert_eq!(shown["contact"], before, "not one field has changed");
        let labels: HashSet<_> = shown["labels"].as_array().unwrap().iter().map(|label| label["cached_count"].clone()).collect();
        assert_eq!(labels, HashSet::from([json!(1)]), "the other team's lists are other lists");
        assert_eq!(app.count_contacts().await, 1);
        let found = send(app.bare(Method::GET, &format!("/v1/contacts/{id}")).header("X-Api-Key", stranger)).await;
        insta::assert_snapshot!(found.summary(), @r#"422 {"error":"Oops! This contact does not exist in Apollo."}"#);
    }

    async fn an_idempotency_key_of_another_team_is_another_key(app: App) {
        let (_, stranger) = app.another_team("Strangers").await;
        let call = |key: &str| app.bare(Method::POST, "/v1/contacts").header("X-Api-Key", key)
            .header("Idempotency-Key", "k").json(&json!({"first_name": "Ana"}));
        let own = send(call(&app.key)).await;
        let theirs = send(call(&stranger)).await;
        assert_eq!(theirs.header("idempotent-replayed"), None);
        assert_ne!(own.json()["contact"]["id"], theirs.json()["contact"]["id"]);
    }
}
