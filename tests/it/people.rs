//! Matching people: by which identifiers a contact is found, and by which it must not be.

use md5::Md5;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::app::send;
use crate::support::{App, both};

async fn matched(app: &App, body: Value) -> Value {
    app.post("/v1/people/match", &body).await.ok()["person"]["contact_id"].clone()
}

both! {
    async fn every_identifier_finds_the_contact(app: App) {
        let mark = app.create(json!({"first_name": "Mark", "last_name": "Twain", "email": "Mark@writers.test",
            "organization_name": "Great American Writers Co.", "linkedin_url": "http://www.linkedin.com/in/mark-twain",
            "person_id": "6650a1b2c3d4e5f6a7b8c9d0"})).await["id"].clone();
        app.create(json!({"first_name": "Bo", "email": "bo@writers.test"})).await;
        for body in [
            json!({"email": "mark@WRITERS.test"}),
            json!({"hashed_email": hex::encode(Md5::digest("mark@writers.test"))}),
            json!({"hashed_email": hex::encode(Sha256::digest("mark@writers.test")).to_uppercase()}),
            json!({"linkedin_url": "https://linkedin.com/in/Mark-Twain/"}),
            json!({"id": "6650a1b2c3d4e5f6a7b8c9d0"}),
            json!({"id": mark}),
            json!({"first_name": "MARK", "last_name": "twain", "domain": "www.writers.test"}),
            json!({"name": "Mark Twain", "organization_domain": "writers.test"}),
            json!({"first_name": "Mark", "last_name": "Twain", "organization_name": "great american writers"}),
            json!({"email": "gone@writers.test", "id": mark}),
        ] {
            assert_eq!(matched(&app, body.clone()).await, mark, "{body}");
        }
    }

    async fn near_misses_find_nobody(app: App) {
        app.create(json!({"first_name": "Mark", "last_name": "Twain", "email": "mark@writers.test",
            "organization_name": "Great American Writers Co.", "direct_phone": "555-123-4567"})).await;
        for body in [
            json!({"email": "mark@writers.example"}),
            json!({"name": "Mark Twain"}),
            json!({"organization_name": "Great American Writers Co."}),
            json!({"domain": "writers.test"}),
            json!({"name": "Mark Twain", "domain": "painters.test"}),
            json!({"name": "Mark Twain", "organization_name": "Great American Painters Co."}),
            json!({"name": "Mark Twain", "domain": "writers.test", "email": "other.mark@writers.test"}),
            json!({"name": "Mark Twain", "domain": "writers.test", "hashed_email": "00".repeat(16)}),
            json!({"id": "6650a1b2c3d4e5f6a7b8c9d0"}),
        ] {
            let answer = app.post("/v1/people/match", &body).await;
            assert_eq!(answer.summary(), r#"200 {"person":null}"#, "{body}");
        }
    }

    async fn an_empty_or_malformed_query_is_refused(app: App) {
        let empty = app.post("/v1/people/match", &json!({"email": "", "name": null, "reveal_phone_number": false})).await;
        insta::assert_snapshot!(empty.summary(), @r#"422 {"error":"Please provide id, email, hashed_email or linkedin_url, or a name with domain or organization_name"}"#);
        let hash = app.post("/v1/people/match", &json!({"hashed_email": "abc"})).await;
        insta::assert_snapshot!(hash.summary(), @r#"422 {"error":"hashed_email must be 32 (MD5) or 64 (SHA-256) hexadecimal digits"}"#);
        let only = app.post("/v1/people/match", &json!({"email": "mark@"})).await;
        insta::assert_snapshot!(only.summary(), @r#"422 {"error":"email is not a valid e-mail address, and nothing else was given to find the person by"}"#);
        let email = app.post("/v1/people/match", &json!({"email": "mark@", "name": "Mark"})).await;
        assert_eq!(email.header("rolo-warning"), Some("email: not a valid e-mail address; not used to find the person"));
        assert_eq!(email.ok(), json!({"person": null}));
    }

    async fn a_get_with_an_id_matches_too(app: App) {
        let id = app.create(json!({"first_name": "Mark"})).await["id"].as_str().unwrap().to_owned();
        let answer = send(app.request(Method::GET, &format!("/api/v1/people/match?id={id}"))).await.ok();
        assert_eq!(answer["person"]["id"], json!(id), "a contact without a person stands for itself");
        assert!(answer["request_id"].as_i64().unwrap() < 1 << 53);
    }
}
