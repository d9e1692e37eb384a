//! Every way in which Apollo's clients are known to talk: where the key travels, where the parameters travel, and
//! how they are spelled.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::send;
use crate::support::{App, both};

both! {
    async fn the_key_travels_in_many_ways(app: App) {
        let key = app.key.clone();
        let body = |with_key: bool| if with_key { json!({"email": "a@b.test", "api_key": key}) } else { json!({"email": "a@b.test"}) };
        for prefix in ["/v1", "/api/v1", "//api//v1", "/v1/"] {
            let path = format!("{prefix}/people/match");
            let requests = [
                app.bare(Method::POST, &path).header("x-api-key", &key).json(&body(false)),
                app.bare(Method::POST, &path).header("X-API-KEY", format!(" {key} ")).json(&body(false)),
                app.bare(Method::POST, &path).bearer_auth(&key).json(&body(false)),
                app.bare(Method::POST, &path).header("authorization", format!("bearer {key}")).json(&body(false)),
                app.bare(Method::POST, &format!("{path}?api_key={key}")).json(&body(false)),
                app.bare(Method::POST, &path).json(&body(true)),
                app.bare(Method::GET, &format!("{path}?email=a@b.test")).json(&json!({"api_key": key})),
            ];
            for request in requests {
                let answer = send(request).await;
                assert_eq!(answer.summary(), r#"200 {"person":null}"#, "{prefix}");
            }
        }
    }

    async fn a_key_in_the_body_is_no_field_of_the_contact(app: App) {
        let with = app.bare(Method::POST, "/v1/contacts").json(&json!({"api_key": app.key, "first_name": "Ana"}));
        let first = send(with.header("Idempotency-Key", "k")).await.ok();
        let without = app.request(Method::POST, "/v1/contacts").json(&json!({"first_name": "Ana"}));
        let again = send(without.header("Idempotency-Key", "k")).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "the parameters are the same");
        assert_eq!(again.ok(), first);
    }

    async fn parameters_travel_in_query_and_body(app: App) {
        let bare = |query: &str| app.request(Method::POST, &format!("/v1/contacts?{query}"));
        let json_type = "application/json";
        let empty_typed = bare("first_name=Ana&label_names[]=A&label_names[]=B&run_dedupe=false")
            .header("Content-Type", json_type).header("Content-Length", "0");
        let contact = send(empty_typed).await.ok();
        assert_eq!(contact["labels"].as_array().unwrap().len(), 2);
        let twice_escaped = bare("label_names%255B%255D=A&title=&page=+");
        assert_eq!(send(twice_escaped).await.ok()["labels"][0]["name"], "A");
        let empty_object = bare("email=mark+cpp@writers.test&last_name=von+M%C3%BCller").json(&json!({}));
        let answer = send(empty_object).await;
        assert!(answer.header("rolo-warning").is_some(), "a plus in a query is a blank, as everywhere");
        assert_eq!(answer.ok()["contact"]["last_name"], "von Müller");
        let both = bare("first_name=Query&title=Query").json(&json!({"first_name": "Body", "title": null}));
        let contact = send(both).await.ok()["contact"].clone();
        assert_eq!((&contact["first_name"], &contact["title"]), (&json!("Body"), &json!("Query")), "the body wins");
        let custom = bare("typed_custom_fields[6650a1b2c3d4e5f6a7b8c9d0]=blue");
        assert_eq!(send(custom).await.ok()["contact"]["typed_custom_fields"]["6650a1b2c3d4e5f6a7b8c9d0"], "blue");
    }

    async fn bodies_come_in_many_dresses(app: App) {
        let text = json!({"first_name": "Ana", "label_names[]": ["A"], "visibility": "all", "unknown": {"a": [1]},
            "title": null, "headline": "", "run_dedupe": "false"}).to_string();
        for content_type in [None, Some("application/json"), Some("application/json; charset=utf-8"), Some("application/vnd.api+json")] {
            let mut request = app.request(Method::POST, "/v1/contacts").body(text.clone());
            if let Some(content_type) = content_type {
                request = request.header("Content-Type", content_type);
            }
            let contact = send(request).await.ok();
            assert_eq!((&contact["contact"]["first_name"], &contact["labels"][0]["name"]), (&json!("Ana"), &json!("A")));
        }
    }

    async fn a_chunked_body_is_read(app: App) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (one, two) = (r#"{"first_name":"#, r#""Ana"}"#);
        let request = format!(
            "POST /v1/contacts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Api-Key: {}\r\nContent-Type: application/json\r\n\
             Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
            app.key, one.len(), two.len()
        );
        let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""name":"Ana""#), "{answer}");
    }

    async fn the_health_check_answers_200_always(app: App) {
        let health = async |request: reqwest::RequestBuilder| send(request).await.summary();
        let good = r#"200 {"healthy":true,"is_logged_in":true}"#;
        let bad = r#"200 {"healthy":true,"is_logged_in":false}"#;
        for prefix in ["/v1", "/api/v1"] {
            let path = format!("{prefix}/auth/health");
            assert_eq!(health(app.request(Method::GET, &path)).await, good);
            assert_eq!(health(app.bare(Method::GET, &format!("{path}?api_key={}", app.key))).await, good);
            assert_eq!(health(app.bare(Method::GET, &path).json(&json!({"api_key": app.key}))).await, good);
            assert_eq!(health(app.bare(Method::GET, &path)).await, bad);
            assert_eq!(health(app.bare(Method::GET, &path).header("X-Api-Key", "wrong")).await, bad);
        }
    }

    async fn the_profile_is_flat(app: App) {
        let profile = app.get("/api/v1/users/api_profile").await.ok();
        let names: Vec<_> = profile.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["id", "team_id", "first_name", "last_name", "title", "email"]);
        assert_eq!(profile["team_id"], json!(app.team.id.to_string()));
        let contact: Value = app.create(json!({})).await;
        assert_eq!(contact["owner_id"], profile["id"], "the key acts as this user");
    }
}
