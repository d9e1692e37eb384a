//! What an operator's machinery asks, and what a person looks at in a browser.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::send;
use crate::support::{App, Kind, both};

both! {
    async fn probes_need_no_key(app: App) {
        assert_eq!(send(app.bare(Method::GET, "/healthz")).await.summary(), r#"200 {"status":"ok"}"#);
        assert_eq!(send(app.bare(Method::GET, "/readyz")).await.summary(), r#"200 {"status":"ok"}"#);
        app.create(json!({"email": "mark@writers.test"})).await;
        app.service.close().await;
        assert_eq!(send(app.bare(Method::GET, "/readyz")).await.summary(), r#"503 {"status":"unavailable"}"#);
        assert_eq!(send(app.bare(Method::GET, "/healthz")).await.status, 200);
        let refused = app.post("/v1/contacts", &json!({})).await;
        insta::assert_snapshot!(refused.summary(), @r#"503 {"error":"The server is busy. Try again shortly."}"#);
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
}

#[tokio::test]
async fn metrics_count_and_tell_nothing_personal() {
    let app = App::start(Kind::Sqlite).await;
    let contact = app.create(json!({"email": "mark@writers.test"})).await;
    app.get(&format!("/v1/contacts/{}?email=mark@writers.test", contact["id"].as_str().unwrap())).await;
    send(app.bare(Method::from_bytes(b"INVENTED").unwrap(), "/healthz")).await;
    let metrics = send(app.bare(Method::GET, "/metrics")).await;
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain"));
    for name in [
        r#"rolo_http_requests_total{method="POST",route="/v1/contacts",status="200"}"#,
        r#"route="/v1/contacts/{contact_id}""#,
        "rolo_http_request_seconds_bucket",
        "rolo_store_batch_size_bucket",
        r#"rolo_store_queue_depth{queue="write"}"#,
    ] {
        assert!(metrics.body.contains(name), "{name} is not in\n{}", metrics.body);
    }
    for secret in ["INVENTED", "mark@", app.key.as_str(), contact["id"].as_str().unwrap()] {
        assert!(!metrics.body.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn the_openapi_document_is_served_and_the_page_asks_nobody_else() {
    let app = App::start(Kind::Sqlite).await;
    let served = send(app.bare(Method::GET, "/openapi.json")).await;
    assert_eq!(served.body, include_str!("../../openapi.json"), "cargo run -- openapi > openapi.json");
    let document = served.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    for path in ["/docs", "/docs/docs.js", "/docs/schema.js", "/docs/docs.css"] {
        let file = send(app.bare(Method::GET, path)).await;
        assert_eq!(file.status, 200, "{path}");
        assert!(file.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        for line in file.body.lines().filter(|line| line.contains("http://") || line.contains("https://")) {
            assert!(
                !line.contains("src=") && !line.contains("import") && !line.contains("fetch("),
                "{path}: {line}"
            );
        }
    }
}

#[tokio::test]
async fn every_operation_is_described_in_full() {
    let app = App::start(Kind::Sqlite).await;
    let document = app.get("/openapi.json").await.ok();
    let mut references = 0;
    check_references(&document, &document, &mut references);
    assert!(references > 10, "{references}");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{name}");
            let needs_key =
                operation.get("security").is_some_and(|ways| !ways.as_array().unwrap().contains(&json!({})));
            if needs_key {
                for status in ["200", "400", "401", "403", "413", "415", "422", "429", "503"] {
                    assert!(
                        operation["responses"].get(status).is_some(),
                        "{name} does not describe {status}"
                    );
                }
            }
            let answers = operation["responses"].as_object().unwrap().values();
            for media in answers
                .chain(operation.get("requestBody"))
                .filter_map(|message| message["content"].as_object())
            {
                assert!(
                    media.values().all(|content| content.get("example").is_some()),
                    "{name} lacks an example: {media:?}"
                );
            }
        }
    }
}

/// Every reference in the document leads somewhere.
fn check_references(part: &Value, document: &Value, count: &mut u32) {
    match part {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                *count += 1;
                let target = document.pointer(reference.strip_prefix('#').unwrap());
                assert!(target.is_some(), "{reference} leads nowhere");
            }
            object.values().for_each(|part| check_references(part, document, count));
        }
        Value::Array(list) => list.iter().for_each(|part| check_references(part, document, count)),
        _ => {}
    }
}
