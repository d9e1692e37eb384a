//! Bad input of every kind: each gets a clear 4xx, nothing is lost, and nothing of the inside leaks out.

use reqwest::{Body, Method};
use serde_json::json;

use crate::support::app::send;
use crate::support::{Answer, App, both};

/// No answer to a caller may be a 5xx or tell of files, SQL, drivers or panics.
#[track_caller]
fn is_clean(answer: &Answer) {
    assert!(answer.status.as_u16() < 500, "{}", answer.summary());
    let body = answer.body.to_lowercase();
    for word in ["select ", "insert ", "sqlite", "postgres", "panic", ".rs:", "/src/", "/tmp/", "rusqlite"] {
        assert!(!body.contains(word), "{word} in {}", answer.summary());
    }
}

both! {
    async fn keys_that_are_not_good(app: App) {
        let limited = app.key_with(&["api/v1/people/match"]).await;
        let revoked = app.service.create_key(app.team.id, "old", rolo::model::api_key::Scopes::Master).await.unwrap();
        let works = app.bare(Method::GET, "/v1/users/api_profile").header("X-Api-Key", &revoked.secret);
        assert_eq!(send(works).await.status, 200);
        app.service.revoke_key(app.team.id, revoked.key.id).await.unwrap();

        let create = |key: Option<&str>| {
            let request = app.bare(Method::POST, "/v1/contacts").json(&json!({"first_name": "Ana"}));
            match key {
                Some(key) => request.header("X-Api-Key", key),
                None => request,
            }
        };
        let none = send(create(None)).await;
        insta::assert_snapshot!(none.summary(), @"401 Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate.");
        assert_eq!(none.header("content-type"), Some("text/plain; charset=utf-8"));
        let long = "x".repeat(5000);
        for key in ["wrong", "", revoked.secret.as_str(), long.as_str()] {
            assert_eq!(send(create(Some(key))).await.summary(), none.summary());
        }
        let forbidden = send(create(Some(&limited))).await;
        insta::assert_snapshot!(forbidden.summary(), @r#"403 {"error":"This API key is not authorized to access api/v1/contacts/create. Request an API key from your administrator that includes this endpoint in its configured scope.","error_code":"API_INACCESSIBLE"}"#);
        assert_eq!(app.count_contacts().await, 0);
        let allowed = app.bare(Method::POST, "/v1/people/match").header("X-Api-Key", &limited).json(&json!({"email": "a@b.test"}));
        assert_eq!(send(allowed).await.status, 200);
    }

    async fn a_key_revoked_elsewhere_stops_within_seconds(app: App) {
        let key = app.service.create_key(app.team.id, "k", rolo::model::api_key::Scopes::Master).await.unwrap();
        let call = async || send(app.bare(Method::GET, "/v1/users/api_profile").header("X-Api-Key", &key.secret)).await.status;
        assert_eq!(call().await, 200);
        let (team, id, now) = (app.team.id, key.key.id, app.clock.now());
        app.service.store().write(move |tx| rolo::store::api_keys::revoke(tx, &team, &id, now)).await.unwrap();
        app.clock.advance(std::time::Duration::from_millis(4999));
        assert_eq!(call().await, 200, "still remembered");
        app.clock.advance(std::time::Duration::from_millis(1));
        assert_eq!(call().await, 401);
    }

    async fn bodies_that_cannot_be_read(app: App) {
        let post = async |body: &str| app.post_text("/v1/contacts", body.to_owned()).await;
        insta::assert_snapshot!(post("first_name=Ana").await.summary(), @r#"400 {"error":"The request body is not valid JSON: expected ident at line 1 column 2"}"#);
        insta::assert_snapshot!(post("[{}]").await.summary(), @r#"400 {"error":"The request body must be a JSON object such as {\"email\": \"mark@example.com\"}, not a list"}"#);
        insta::assert_snapshot!(post("7").await.summary(), @r#"400 {"error":"The request body must be a JSON object such as {\"email\": \"mark@example.com\"}, not a number"}"#);
        insta::assert_snapshot!(post(r#"{"title": "a", "title": "b"}"#).await.summary(), @r#"400 {"error":"The request body is not valid JSON: the key \"title\" stands twice at line 1 column 22"}"#);
        insta::assert_snapshot!(post(r#"{"title": "\ud800"}"#).await.summary(), @r#"400 {"error":"The request body is not valid JSON: a lone surrogate such as \\ud800 is no character, at line 1 column 18"}"#);
        insta::assert_snapshot!(post(r#"{"title": "a"#).await.summary(), @r#"400 {"error":"The request body is not valid JSON: EOF while parsing a string at line 1 column 12"}"#);
        let deep = format!(r#"{{"title": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        insta::assert_snapshot!(post(&deep).await.summary(), @r#"400 {"error":"The request body is not valid JSON: recursion limit exceeded at line 1 column 137"}"#);
        let not_utf8 = app.post_text("/v1/contacts", Body::from(vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}'])).await;
        assert_eq!(not_utf8.status, 400);
        let query = send(app.request(Method::POST, "/v1/contacts?title=%FF")).await;
        insta::assert_snapshot!(query.summary(), @r#"400 {"error":"The query string is not valid UTF-8"}"#);
        assert_eq!(app.count_contacts().await, 0);
    }

    async fn bodies_that_are_not_json(app: App) {
        for content_type in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml", "nonsense"] {
            let request = app.request(Method::POST, "/v1/contacts").header("Content-Type", content_type).body("first_name=Ana");
            let answer = send(request).await;
            assert_eq!(answer.status, 415, "{content_type}");
            assert!(answer.body.contains("application/json"), "{}", answer.body);
        }
        let zipped = app.request(Method::POST, "/v1/contacts").header("Content-Encoding", "gzip").body(vec![0x1f, 0x8b]);
        insta::assert_snapshot!(send(zipped).await.summary(), @r#"415 {"error":"Content-Encoding gzip is not supported; send the body as it is"}"#);
        let form = app.request(Method::POST, "/v1/contacts")
            .header("Content-Type", "application/x-www-form-urlencoded").body("first_name=Ana");
        insta::assert_snapshot!(send(form).await.summary(), @r#"415 {"error":"Content-Type application/x-www-form-urlencoded is not supported; send the parameters as a JSON body with Content-Type: application/json, or in the query string without a body"}"#);
    }

    async fn a_body_of_20_megabytes_is_refused_and_answered(app: App) {
        let big = json!({"title": "x".repeat(20 * 1024 * 1024)}).to_string();
        let answer = app.post_text("/v1/contacts", big.clone()).await;
        let unknown = app.post_text("/v1/nothing", big.clone()).await;
        assert_eq!(unknown.status, 404);
        let nobody = send(app.bare(Method::POST, "/v1/contacts").header("X-Api-Key", "wrong").body(big)).await;
        assert_eq!(nobody.status, 401);
        insta::assert_snapshot!(answer.summary(), @r#"413 {"error":"The request body is larger than the 2097152 bytes that are allowed"}"#);
        assert_eq!(app.create(json!({})).await["id"].as_str().unwrap().len(), 24, "the server goes on");
    }

    async fn values_of_the_wrong_type(app: App) {
        let post = async |body: serde_json::Value| app.post("/v1/contacts", &body).await.summary();
        insta::assert_snapshot!(post(json!({"first_name": ["Ana"]})).await, @r#"422 {"error":"first_name must be a text, not a list"}"#);
        insta::assert_snapshot!(post(json!({"run_dedupe": "perhaps"})).await, @r#"422 {"error":"run_dedupe must be true or false"}"#);
        insta::assert_snapshot!(post(json!({"label_names": {"a": 1}})).await, @r#"422 {"error":"label_names must be a list of texts, not an object"}"#);
        insta::assert_snapshot!(post(json!({"label_names": [[["a"]]]})).await, @r#"422 {"error":"label_names holds an entry that must be a text, not a list"}"#);
        insta::assert_snapshot!(post(json!({"label_names": ["x".repeat(256)]})).await, @r#"422 {"error":"label_names holds a name of more than 255 characters"}"#);
        insta::assert_snapshot!(post(json!({"typed_custom_fields": [1]})).await, @r#"422 {"error":"typed_custom_fields must be an object of values by field id, such as {\"6650a1b2c3d4e5f6a7b8c9d0\": \"blue\"}"}"#);
        insta::assert_snapshot!(post(json!({"phone_numbers": "555"})).await, @r#"422 {"error":"phone_numbers must be a list of objects such as {\"raw_number\": \"555-123-4567\", \"type\": \"mobile\"}, not a text"}"#);
        insta::assert_snapshot!(post(json!({"phone_numbers": [{"raw_number": {}}]})).await, @r#"422 {"error":"phone_numbers holds an entry that cannot be read: [0].raw_number must be a text, not an object"}"#);
        insta::assert_snapshot!(post(json!({"first_name": "a\u{0}b"})).await, @r#"422 {"error":"first_name holds a NUL character (U+0000), which cannot be kept; leave it out"}"#);
        insta::assert_snapshot!(post(json!({"last_name": "n".repeat(10_240)})).await, @r#"422 {"error":"last_name has 10240 characters; at most 5000 are allowed"}"#);
        assert_eq!(app.count_contacts().await, 0);
    }

    async fn odd_but_possible_text_is_kept_as_it_is(app: App) {
        for name in ["\u{202e}Mark", "👩‍👩‍👧 Zoë", "王 小明", "'; DROP TABLE contacts; --", "%00", "\\u0000", "a\u{7f}b\tc"] {
            let contact = app.create(json!({"first_name": name, "email": "odd@writers.test", "organization_name": name,
                "typed_custom_fields": {"x": name, "\u{0}": "\u{0}"}})).await;
            assert_eq!(contact["first_name"], name);
            let shown = app.get(&format!("/v1/contacts/{}", contact["id"].as_str().unwrap())).await.ok();
            assert_eq!(shown["contact"], contact);
        }
        let long = "n".repeat(5000);
        let contact = app.create(json!({"first_name": long, "last_name": long, "organization_name": long})).await;
        let found = app.post("/v1/people/match", &json!({"first_name": long, "last_name": long, "organization_name": long})).await;
        assert_eq!(found.ok()["person"]["contact_id"], contact["id"]);
    }

    async fn ids_that_are_not_ids(app: App) {
        for id in ["1", "zzzzzzzzzzzzzzzzzzzzzzzz", "6650a1b2c3d4e5f6a7b8c9d00", "%00", "%FF", "..%2f..%2fetc", "%F0%9F%98%80", "'or'1'='1"] {
            let answer = app.get(&format!("/v1/contacts/{id}")).await;
            assert_eq!(answer.status, 422, "{id}: {}", answer.body);
            is_clean(&answer);
        }
        let answer = app.get("/v1/contacts/abc").await;
        insta::assert_snapshot!(answer.summary(), @r#"422 {"error":"Parameters misconfigured. abc is not a valid ID"}"#);
    }

    async fn paths_and_methods_that_do_not_exist(app: App) {
        insta::assert_snapshot!(app.get("/v1/nothing").await.summary(), @r#"404 {"error":"There is no endpoint /v1/nothing; GET /docs lists them all"}"#);
        let answer = send(app.request(Method::DELETE, "/v1/contacts")).await;
        insta::assert_snapshot!(answer.summary(), @r#"405 {"error":"/v1/contacts does not take DELETE; the Allow header says which methods it takes"}"#);
        assert_eq!(answer.header("allow"), Some("POST"));
        assert_eq!(send(app.request(Method::PUT, "/v1/people/match")).await.header("allow"), Some("POST,GET,HEAD"));
    }

    async fn hostile_requests_leave_no_trace_of_the_inside(app: App) {
        let bodies = [
            "{\"email\": 1e999}", "{\"email\": -0}", "{\"id\": {\"$gt\": \"\"}}", "{\"phone_numbers\": [null]}", "\u{feff}{}",
            "{\"typed_custom_fields\": \"x\"}", "{\"run_dedupe\": 2}", "nul", "\"", "{}{}", "{\"\":\"\"}", "{\"first_name\": \"\\u0000\"}",
        ];
        for path in ["/v1/contacts", "/v1/people/match", "/v1/contacts/6650a1b2c3d4e5f6a7b8c9d0", "/v1/auth/health", "/v1/users/api_profile"] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::HEAD] {
                for body in bodies {
                    let request = app.request(method.clone(), path).header("Content-Type", "application/json");
                    is_clean(&send(request.body(body)).await);
                }
            }
            for query in ["[]=1", "[[[[=1", "a]]=1", "a[b]c=1", "=", "&&&", "id[]=1&id[x]=2", "email[][][]=1", "%", "%zz=1"] {
                is_clean(&send(app.request(Method::POST, &format!("{path}?{query}"))).await);
            }
        }
    }
}
