//! The scenario that Rolo exists for: create a contact as Apollo's tutorial does, match it back for nothing, create
//! the same person again, deduplicate.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::send;
use crate::support::{App, both};

const TUTORIAL: &str = r#"{"first_name":"Mark","last_name":"Twain","organization_name":"Great American Writers Co.","email":"mark@greatamericanwriters.com","website_url":"<https://www.greatamericanwriters.com>","direct_phone":"555-123-4567","mobile_phone":"555-765-4321"}"#;

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

both! {
    async fn the_tutorial_runs(app: App) {
        let created = app.post_text("/v1/contacts", TUTORIAL).await;
        assert_eq!(created.header("content-type"), Some("application/json; charset=utf-8"));
        let created = created.ok();
        insta::assert_snapshot!(pretty(&created), @r#"
        {
          "contact": {
            "contact_roles": [],
            "id": "67a04072befba86ae95f7e30",
            "first_name": "Mark",
            "last_name": "Twain",
            "name": "Mark Twain",
            "linkedin_url": null,
            "title": null,
            "contact_stage_id": "67a04072befba86ae95f7e26",
            "owner_id": "67a04072befba86ae95f7e25",
            "creator_id": "67a04072befba86ae95f7e25",
            "person_id": null,
            "email_needs_tickling": null,
            "organization_name": "Great American Writers Co.",
            "source": "api",
            "original_source": "api",
            "organization_id": null,
            "headline": null,
            "photo_url": null,
            "present_raw_address": null,
            "linkedin_uid": null,
            "extrapolated_email_confidence": null,
            "salesforce_id": null,
            "salesforce_lead_id": null,
            "salesforce_contact_id": null,
            "salesforce_account_id": null,
            "crm_owner_id": null,
            "created_at": "2025-02-03T04:05:06.789Z",
            "emailer_campaign_ids": [],
            "direct_dial_status": null,
            "direct_dial_enrichment_failed_at": null,
            "email_status": "verified",
            "email_source": null,
            "account_id": null,
            "last_activity_date": null,
            "hubspot_vid": null,
            "hubspot_company_id": null,
            "crm_id": null,
            "sanitized_phone": "+15551234567",
            "merged_crm_ids": null,
            "updated_at": "2025-02-03T04:05:06.789Z",
            "queued_for_crm_push": true,
            "suggested_from_rule_engine_config_id": null,
            "email_unsubscribed": null,
            "person_deleted": null,
            "call_opted_out": null,
            "label_ids": [],
            "has_pending_email_arcgate_request": false,
            "has_email_arcgate_request": false,
            "existence_level": "full",
            "email": "mark@greatamericanwriters.com",
            "email_from_customer": true,
            "typed_custom_fields": {},
            "custom_field_errors": {},
            "crm_record_url": null,
            "email_status_unavailable_reason": null,
            "email_true_status": "User Managed",
            "updated_email_true_status": true,
            "contact_rule_config_statuses": [],
            "source_display_name": "Created from API",
            "twitter_url": null,
            "facebook_url": null,
            "contact_campaign_statuses": [],
            "contact_emails": [],
            "next_contact_id": null,
            "time_zone": null,
            "city": null,
            "state": null,
            "country": null,
            "street_address": null,
            "postal_code": null,
            "formatted_address": null,
            "intent_strength": null,
            "show_intent": false,
            "phone_numbers": [
              {
                "raw_number": "555-123-4567",
                "sanitized_number": "+15551234567",
                "type": "work_direct",
                "position": 0,
                "status": "no_status",
                "dnc_status": null,
                "dnc_other_info": null,
                "dialer_flags": null,
                "source_name": "User Managed",
                "vendor_validation_statuses": [],
                "third_party_vendor_name": null
              },
              {
                "raw_number": "555-765-4321",
                "sanitized_number": "+15557654321",
                "type": "mobile",
                "position": 1,
                "status": "no_status",
                "dnc_status": null,
                "dnc_other_info": null,
                "dialer_flags": null,
                "source_name": "User Managed",
                "vendor_validation_statuses": [],
                "third_party_vendor_name": null
              }
            ],
            "account_phone_note": null,
            "free_domain": false,
            "is_likely_to_engage": false,
            "email_domain_catchall": false
          },
          "labels": []
        }
        "#);

        let found = app.post("/v1/people/match", &json!({"email": "mark@greatamericanwriters.com"})).await;
        assert_eq!(found.header("rolo-credits-charged"), Some("0"));
        let mut found = found.ok();
        assert_eq!(found["person"]["contact"], created["contact"], "the full nested contact");
        found["person"]["contact"] = json!("(as above)");
        insta::assert_snapshot!(pretty(&found), @r#"
        {
          "person": {
            "id": "67a04072befba86ae95f7e30",
            "first_name": "Mark",
            "last_name": "Twain",
            "name": "Mark Twain",
            "linkedin_url": null,
            "title": null,
            "email_status": "verified",
            "photo_url": null,
            "twitter_url": null,
            "github_url": null,
            "facebook_url": null,
            "extrapolated_email_confidence": null,
            "headline": null,
            "email": "mark@greatamericanwriters.com",
            "organization_id": null,
            "employment_history": [],
            "street_address": null,
            "city": null,
            "state": null,
            "country": null,
            "postal_code": null,
            "formatted_address": null,
            "time_zone": null,
            "contact_id": "67a04072befba86ae95f7e30",
            "contact": "(as above)",
            "revealed_for_current_team": true,
            "organization": {
              "id": null,
              "name": "Great American Writers Co.",
              "website_url": "https://www.greatamericanwriters.com",
              "primary_domain": "greatamericanwriters.com"
            },
            "is_likely_to_engage": false,
            "intent_strength": null,
            "show_intent": false,
            "departments": [],
            "subdepartments": [],
            "functions": [],
            "seniority": null,
            "email_domain_catchall": false
          },
          "request_id": 5644031156876010
        }
        "#);
    }

    async fn query_parameters_do_the_same(app: App) {
        let in_body = app.post_text("/v1/contacts", TUTORIAL).await.ok()["contact"].clone();
        let parameters: Vec<(String, String)> = serde_json::from_str::<Value>(TUTORIAL).unwrap().as_object().unwrap()
            .iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        let request = app.request(Method::POST, "/v1/contacts").query(&parameters)
            .header("Content-Type", "application/json").header("Cache-Control", "no-cache");
        let mut in_query = send(request).await.ok()["contact"].clone();
        assert_ne!(in_query["id"], in_body["id"]);
        in_query["id"] = in_body["id"].clone();
        assert_eq!(in_query, in_body);
    }

    async fn the_same_person_again(app: App) {
        let first = app.post_text("/v1/contacts", TUTORIAL).await.ok()["contact"].clone();
        app.clock.advance(Duration::from_secs(1));
        let second = app.post_text("/v1/contacts", TUTORIAL).await.ok()["contact"].clone();
        assert_ne!(second["id"], first["id"], "no deduplication by default");

        let find = json!({"email": "mark@greatamericanwriters.com"});
        let found = app.post("/v1/people/match", &find).await.ok();
        assert_eq!(found["person"]["contact_id"], second["id"], "the contact updated last");

        app.clock.advance(Duration::from_secs(1));
        let mut again: Value = serde_json::from_str(TUTORIAL).unwrap();
        again["run_dedupe"] = json!(true);
        again["title"] = json!("Author");
        let updated = app.create(again).await;
        assert_eq!(updated["id"], first["id"], "the first is updated");
        assert_eq!(updated["title"], "Author");
        assert_eq!(updated["queued_for_crm_push"], false);
        assert_eq!(updated["created_at"], first["created_at"]);

        let found = app.post("/v1/people/match", &find).await.ok();
        assert_eq!(found["person"]["contact_id"], first["id"], "which is now the contact updated last");
        assert_eq!(found["person"]["contact"]["title"], "Author");
        assert_eq!(app.count_contacts().await, 2);
    }
}
