//! Contacts in detail: what is kept, what is derived, what is left out and said so, and who is a duplicate.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::app::send;
use crate::support::database::hold;
use crate::support::{App, both};

both! {
    async fn a_created_contact_can_be_viewed(app: App) {
        let created = app.post("/v1/contacts", &json!({"first_name": "Ana", "label_names": ["Writers"]})).await.ok();
        let id = created["contact"]["id"].as_str().unwrap();
        let shown = app.get(&format!("/api/v1/contacts/{id}")).await.ok();
        assert_eq!(shown, created);
        assert_eq!(app.get(&format!("/v1/contacts/{}", id.to_uppercase())).await.ok(), created);
        let missing = app.get("/v1/contacts/6650a1b2c3d4e5f6a7b8c9d0").await;
        insta::assert_snapshot!(missing.summary(), @r#"422 {"error":"Oops! This contact does not exist in Apollo."}"#);
    }

    async fn an_empty_contact_is_allowed(app: App) {
        let contact = app.create(json!({})).await;
        assert_eq!(contact["name"], json!(null));
        assert_eq!(contact["email_status"], json!(null));
        assert_eq!(contact["phone_numbers"], json!([]));
        assert_eq!(contact["free_domain"], false);
    }

    async fn details_are_derived(app: App) {
        let contact = app.create(json!({
            "first_name": "Ana", "email": " Ana.Ruiz@GMAIL.com ", "present_raw_address": "Berlin, Germany",
            "corporate_phone": "+49 30 901820", "home_phone": 5_551_234_567_i64, "other_phone": "call me",
        })).await;
        assert_eq!(contact["email"], "Ana.Ruiz@gmail.com");
        assert_eq!(contact["free_domain"], true);
        assert_eq!(
            (&contact["city"], &contact["country"], &contact["time_zone"]),
            (&json!("Berlin"), &json!("Germany"), &json!("Europe/Berlin"))
        );
        let phones: Vec<_> = contact["phone_numbers"].as_array().unwrap().iter()
            .map(|phone| json!([phone["type"], phone["raw_number"], phone["sanitized_number"], phone["position"]]))
            .collect();
        assert_eq!(json!(phones), json!([
            ["work_hq", "+49 30 901820", "+4930901820", 0],
            ["home", "5551234567", "+15551234567", 1],
            ["other", "call me", null, 2],
        ]));
        assert_eq!(contact["sanitized_phone"], "+4930901820");
    }

    async fn a_list_of_numbers_and_custom_fields_are_kept(app: App) {
        let fields = json!({"6650a1b2c3d4e5f6a7b8c9d0": "blue", "60c39ed82bd02f01154c470a": "2025-08-07"});
        let contact = app.create(json!({
            "phone_numbers": [{"raw_number": "555-765-4321", "type": "mobile"}, {"raw_number": "+44 20 7946 0958"}],
            "typed_custom_fields": fields, "company_name": "Orchard Tools",
        })).await;
        assert_eq!(contact["typed_custom_fields"], fields);
        assert_eq!(contact["organization_name"], "Orchard Tools");
        assert_eq!(contact["phone_numbers"][0]["type"], "mobile");
        assert_eq!(contact["phone_numbers"][1]["sanitized_number"], "+442079460958");
    }

    async fn no_number_is_lost(app: App) {
        let contact = app.create(json!({
            "phone_numbers": [{"raw_number": "555-000-0001", "type": "Mobile"}, "555-000-0002", {"raw_number": "555-000-0003"}],
            "mobile_phone": "555-000-0004", "direct_phone": "555-000-0005",
        })).await;
        let numbers: Vec<_> = contact["phone_numbers"].as_array().unwrap().iter()
            .map(|phone| format!("{} {}", phone["type"].as_str().unwrap(), phone["raw_number"].as_str().unwrap())).collect();
        assert_eq!(numbers, ["work_direct 555-000-0005", "mobile 555-000-0004", "mobile 555-000-0001",
            "other 555-000-0002", "other 555-000-0003"]);
        let twice = app.post("/v1/contacts", &json!({"phone": "555-000-0001", "other_phone": "555-000-0002"})).await;
        assert!(twice.header("rolo-warning").unwrap().starts_with("phone:"));
    }

    async fn what_is_left_out_is_said(app: App) {
        let answer = app.post("/v1/contacts", &json!({"email": "mark@", "website_url": "no site", "title": "x"})).await;
        let warnings: Vec<_> = answer.headers.get_all("rolo-warning").iter().map(|value| value.to_str().unwrap()).collect();
        insta::assert_snapshot!(warnings.join("\n"), @"
        email: not a valid e-mail address (Domain is empty.); left out of the contact
        website_url: not the address of a web site; left out of the contact
        ");
        let contact = answer.ok()["contact"].clone();
        assert_eq!((&contact["email"], &contact["email_status"]), (&json!(null), &json!(null)));
        assert_eq!(contact["title"], "x");
    }

    async fn lists_are_created_and_counted(app: App) {
        let create = async |names: &[&str]| app.post("/v1/contacts", &json!({"label_names": names})).await.ok();
        let one = create(&["Writers", "Americans", "Writers"]).await;
        let labels = one["labels"].as_array().unwrap();
        let names: Vec<_> = labels.iter().map(|label| label["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Writers", "Americans"]);
        assert_eq!(labels[0]["modality"], "contacts");
        assert_eq!(one["contact"]["label_ids"], json!([labels[0]["id"], labels[1]["id"]]));
        let two = create(&["Writers"]).await;
        assert_eq!(two["labels"][0]["id"], labels[0]["id"]);
        assert_eq!(two["labels"][0]["cached_count"], 2);
    }

    async fn stages_and_owners_are_the_teams_own(app: App) {
        let stage = app.create(json!({})).await["contact_stage_id"].clone();
        let contact = app.create(json!({"contact_stage_id": stage})).await;
        assert_eq!(contact["contact_stage_id"], stage, "the first stage is the default");
        assert_eq!(contact["owner_id"], contact["creator_id"]);
        for body in [
            json!({"contact_stage_id": "6650a1b2c3d4e5f6a7b8c9d0"}),
            json!({"owner_id": "6650a1b2c3d4e5f6a7b8c9d0"}),
            json!({"account_id": "12"}),
            json!({"contact_stage_id": "not an id"}),
        ] {
            let answer = app.post("/v1/contacts", &body).await;
            let value = body.as_object().unwrap().values().next().unwrap().as_str().unwrap();
            assert_eq!(answer.summary(), format!(r#"422 {{"error":"Parameters misconfigured. {value} is not a valid ID"}}"#));
        }
    }

    async fn duplicates_are_found_in_apollos_order(app: App) {
        let ana = app.create(json!({"first_name": "Ana", "last_name": "Ruiz", "organization_name": "Orchard Tools Inc.",
            "email": "ana@orchard.test", "hubspot_vid": "7", "salesforce_contact_id": "0031",
            "person_id": "6650a1b2c3d4e5f6a7b8c9d0"})).await["id"].clone();
        let other = app.create(json!({"first_name": "Bo", "hubspot_vid": "8"})).await["id"].clone();
        for (reason, body) in [
            ("id", json!({"id": ana, "email": "new@elsewhere.test"})),
            ("CRM id before e-mail", json!({"hubspot_vid": "7", "email": "ana@orchard.test"})),
            ("person id", json!({"person_id": "6650a1b2c3d4e5f6a7b8c9d0"})),
            ("e-mail by case", json!({"email": "ANA@Orchard.test"})),
            ("name and company", json!({"first_name": "ana", "last_name": "RUIZ", "organization_name": "orchard tools"})),
        ] {
            let mut body = body;
            if reason != "id" {
                app.create(json!({"id": ana, "email": "ana@orchard.test", "run_dedupe": true})).await;
            }
            body["run_dedupe"] = json!("true");
            assert_eq!(app.create(body).await["id"], ana, "{reason}");
        }
        let bo = app.create(json!({"hubspot_vid": "8", "email": "ana@orchard.test", "run_dedupe": 1})).await;
        assert_eq!(bo["id"], other, "a CRM id is tried before an e-mail");
        let namesake = json!({"first_name": "Ana", "last_name": "Ruiz", "organization_name": "Orchard Toys", "run_dedupe": true});
        assert_ne!(app.create(namesake).await["id"], ana, "another company");
    }

    async fn a_duplicate_is_updated_by_the_rules(app: App) {
        let before = app.create(json!({"first_name": "Ana", "last_name": "Ruiz", "title": "Author", "email": "ana@orchard.test",
            "organization_name": "Orchard", "person_id": "6650a1b2c3d4e5f6a7b8c9d0", "label_names": ["A"]})).await;
        app.clock.advance(Duration::from_secs(1));
        let after = app.create(json!({"run_dedupe": true, "first_name": "Ana", "last_name": "Ruiz", "organization_name": "Orchard",
            "title": "", "email": "ana@new.test", "headline": "Writes", "person_id": null})).await;
        assert_eq!(after["id"], before["id"]);
        assert_eq!((&after["title"], &after["headline"]), (&json!(null), &json!("Writes")), "cleared, and set");
        assert_eq!((&after["email"], &after["email_status"]), (&json!("ana@new.test"), &json!("verified")), "replaced");
        assert_eq!(after["person_id"], before["person_id"], "protected");
        assert_eq!(after["label_ids"], before["label_ids"], "not mentioned, so kept");
        assert_ne!(after["updated_at"], before["updated_at"]);
        let old = app.post("/v1/people/match", &json!({"email": "ana@orchard.test"})).await.ok();
        assert_eq!(old["person"], json!(null), "the old address leads nowhere");
        let new = app.post("/v1/people/match", &json!({"email": "ana@new.test"})).await.ok();
        assert_eq!(new["person"]["contact_id"], before["id"]);
    }

    async fn lists_in_any_order_keep_nobody_waiting(app: App) {
        let calls = (0..40).map(|number| {
            let names = if number % 2 == 0 { ["A", "B", "C"] } else { ["C", "B", "A"] };
            let body = json!({"label_names": names});
            let app = &app;
            async move { app.post("/v1/contacts", &body).await.ok() }
        });
        let answers = futures_util::future::join_all(calls).await;
        let last = app.post("/v1/contacts", &json!({"label_names": ["A", "B", "C"]})).await.ok();
        assert!(last["labels"].as_array().unwrap().iter().all(|label| label["cached_count"] == answers.len() + 1));
        assert_eq!(answers[1]["labels"][0]["name"], "C", "in the order of the call");
    }

    async fn namesakes_are_not_merged(app: App) {
        let create = async |mut body: serde_json::Value| {
            body["run_dedupe"] = json!(true);
            app.create(body).await["id"].clone()
        };
        let ana = create(json!({"first_name": "Ana", "email": "ana.b@orchard.test"})).await;
        let other = create(json!({"first_name": "Ana", "email": "ana.c@orchard.test"})).await;
        assert_ne!(ana, other, "a first name at a company is nobody");
        let one = create(json!({"first_name": "Ana", "last_name": "Ruiz", "organization_name": "Orchard",
            "person_id": "6650a1b2c3d4e5f6a7b8c9d0"})).await;
        let two = create(json!({"first_name": "Ana", "last_name": "Ruiz", "organization_name": "Orchard",
            "person_id": "6650a1b2c3d4e5f6a7b8c9d1"})).await;
        assert_ne!(one, two, "a person id that disagrees");
    }

    async fn blank_is_absent_in_a_new_contact(app: App) {
        let blank = json!({"owner_id": "", "contact_stage_id": "", "phone_numbers": "", "typed_custom_fields": " ",
            "organization_name": "", "company_name": "Acme", "other_phone": "", "phone": "555-765-4321", "label_names": ""});
        let contact = app.create(blank).await;
        assert_eq!(contact["owner_id"], contact["creator_id"]);
        assert!(contact["contact_stage_id"].is_string());
        assert_eq!(contact["organization_name"], "Acme");
        assert_eq!(contact["phone_numbers"][0]["raw_number"], "555-765-4321");
    }

    async fn many_at_once_make_one_when_deduplicating(app: App) {
        let body = json!({"first_name": "Ana", "last_name": "Ruiz", "email": "ana@orchard.test", "run_dedupe": true});
        let calls = (0..24).map(|_| app.post("/v1/contacts", &body));
        let answers = futures_util::future::join_all(calls).await;
        let ids: std::collections::HashSet<_> =
            answers.into_iter().map(|answer| answer.ok()["contact"]["id"].to_string()).collect();
        assert_eq!((ids.len(), app.count_contacts().await), (1, 1));
    }

    async fn a_client_that_hangs_up_leaves_its_contact_behind(app: App) {
        use tokio::io::AsyncWriteExt as _;
        let request = |length: usize, body: &str| format!(
            "POST /v1/contacts HTTP/1.1\r\nHost: x\r\nX-Api-Key: {}\r\nContent-Length: {length}\r\n\r\n{body}", app.key
        );
        let hang_up_after = async |text: String, until: &dyn Fn() -> bool| {
            let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            while !until() {
                tokio::task::yield_now().await;
            }
        };
        hang_up_after(request(100, "{\"first_name\": \"Half"), &|| true).await;
        assert_eq!(send(app.bare(Method::GET, "/healthz")).await.status, 200);

        // Both writers are held until the request waits behind them and its client is gone.
        let mut held = vec![hold(app.service.store()).await];
        if app.database.is_postgres() {
            held.push(hold(app.service.store()).await);
        }
        let body = json!({"email": "left@writers.test"}).to_string();
        hang_up_after(request(body.len(), &body), &|| app.service.queue_depths().1 > 0).await;
        let behind = hold(app.service.store()); // comes after the request in the queue
        drop(held);
        drop(behind.await);
        while app.count_contacts().await == 0 {
            tokio::task::yield_now().await;
        }
        let found = app.post("/v1/people/match", &json!({"email": "left@writers.test"})).await.ok();
        assert_eq!(found["person"]["email"], "left@writers.test");
        assert_eq!(send(app.bare(Method::GET, "/healthz")).await.status, 200);
    }
}
