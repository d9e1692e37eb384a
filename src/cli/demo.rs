//! `rolo demo`: the whole thing at work on a throw-away database, over real HTTP: contacts are created, found
//! again for nothing, created twice and deduplicated. Then it keeps serving, so that a person can try it.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::printer::Printer;
use super::serve::{api, manners, when_told};
use super::session;
use crate::config::Settings;
use crate::http::server::Manners;
use crate::http::{router, server};
use crate::model::{Error, Result};

#[derive(Debug, Args)]
pub struct Demo {
    /// Where to listen; if that is taken, any free port
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<String>,
    /// Stop after the scenario instead of serving on
    #[arg(long)]
    once: bool,
}

impl Demo {
    pub async fn run(self, mut settings: Settings, printer: &mut Printer) -> Result<ExitCode> {
        let folder = tempfile::tempdir().map_err(Error::internal)?;
        settings.database.url = folder.path().join("demo.db").to_string_lossy().into_owned();
        let listener = match server::listen(settings.server.bind).await {
            Ok(listener) => listener,
            Err(_) => server::listen(SocketAddr::new(settings.server.bind.ip(), 0)).await?,
        };
        let address = listener.local_addr().map_err(Error::internal)?;
        let interrupted = when_told()?;
        let service = session::open(&settings).await?;
        let Some((_, key)) = service.found_first_team().await? else {
            return Err(Error::Internal(anyhow::anyhow!("the throw-away database is not empty")));
        };
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stopping = async move {
            let _ = stopped.await;
        };
        let manners = Manners { grace: Duration::from_secs(1), ..manners(&settings) };
        let routes = router(api(&service, &settings)?);
        let serving = tokio::spawn(server::serve(listener, routes, stopping, manners));
        // The demo talks to itself, whatever proxy is set for the world outside.
        let client = reqwest::Client::builder().no_proxy().build().map_err(Error::internal)?;
        let scenario = Scenario { address, secret: key.secret, client };
        let played = scenario.play(printer).await;
        if played.is_ok() && !self.once {
            scenario.invite(printer);
            interrupted.await;
        }
        let _ = stop.send(());
        serving.await.map_err(Error::internal)?;
        service.close().await;
        played.map(|()| ExitCode::SUCCESS)
    }
}

struct Scenario {
    address: SocketAddr,
    secret: String,
    client: reqwest::Client,
}

/// One call of the scenario, for the table at its end.
struct Step {
    what: &'static str,
    credits: String,
    note: String,
}

impl Scenario {
    async fn play(&self, printer: &mut Printer) -> Result<()> {
        printer.line(
            "Rolo demo: a contact is created, found again for nothing, and never doubled by accident.\n",
        );
        let mark = json!({
            "first_name": "Mark", "last_name": "Twain", "organization_name": "Great American Writers Co.",
            "email": "mark@greatamericanwriters.com", "website_url": "<https://www.greatamericanwriters.com>",
            "direct_phone": "555-123-4567", "mobile_phone": "555-765-4321",
        });
        let find = json!({ "email": "mark@greatamericanwriters.com" });
        let mut steps = Vec::new();

        let first = self.call(printer, "1. Create a contact", "/v1/contacts", &mark).await?;
        show(printer, &first, CONTACT);
        steps.push(step("create Mark", &first, id_of(&first.body)));

        let found = self.call(printer, "2. Match by e-mail alone", "/v1/people/match", &find).await?;
        show(printer, &found, PERSON);
        steps.push(step("match Mark", &found, "answered from the team's own contacts".to_owned()));

        let title = "3. Create the same person again, by query parameters";
        let second = self.call_by_query(printer, title, "/v1/contacts", &mark).await?;
        show(printer, &second, CONTACT);
        steps.push(step("create Mark again", &second, "a second contact, as Apollo does".to_owned()));

        let mut deduped = mark.clone();
        deduped["run_dedupe"] = json!(true);
        deduped["title"] = json!("Author");
        let third = self.call(printer, "4. Create with run_dedupe", "/v1/contacts", &deduped).await?;
        show(printer, &third, CONTACT);
        steps.push(step("create with run_dedupe", &third, "updates the first contact".to_owned()));

        let again =
            self.call(printer, "5. Match again: the contact updated last", "/v1/people/match", &find).await?;
        show(printer, &again, PERSON);
        steps.push(step("match Mark again", &again, "the one updated last".to_owned()));

        printer.line("Credits\n");
        let mut rows = vec![["CALL", "CREDITS", ""].map(str::to_owned)];
        rows.extend(steps.into_iter().map(|step| [step.what.to_owned(), step.credits, step.note]));
        printer.table(&rows);
        Ok(())
    }

    /// Sends the parameters as a JSON body.
    async fn call(
        &self,
        printer: &mut Printer,
        title: &str,
        path: &str,
        parameters: &Value,
    ) -> Result<Answer> {
        let (url, body) = (format!("http://{}{path}", self.address), parameters.to_string());
        let curl = format!("  curl -X POST {url} \\\n{}\n    -d '{body}'", self.curl_headers(" \\"));
        printer.line(format!("{title}\n\n{curl}\n"));
        self.send(printer, self.client.post(url).body(body)).await
    }

    /// Sends the same as query parameters, without a body, as other clients do.
    async fn call_by_query(
        &self,
        printer: &mut Printer,
        title: &str,
        path: &str,
        parameters: &Value,
    ) -> Result<Answer> {
        let pairs = parameters.as_object().into_iter().flatten();
        let pairs: Vec<_> = pairs.filter_map(|(name, value)| Some((name, value.as_str()?))).collect();
        let request = self.client.post(format!("http://{}{path}", self.address)).query(&pairs);
        let url = request
            .try_clone()
            .and_then(|request| request.build().ok())
            .map(|request| request.url().to_string());
        let url = url.unwrap_or_default();
        printer.line(format!("{title}\n\n  curl -X POST '{url}' \\\n{}\n", self.curl_headers("")));
        self.send(printer, request).await
    }

    fn curl_headers(&self, end: &str) -> String {
        format!(
            "    -H 'Content-Type: application/json' -H 'Cache-Control: no-cache' \\\n    -H 'X-Api-Key: {}'{end}",
            self.secret
        )
    }

    async fn send(&self, printer: &mut Printer, request: reqwest::RequestBuilder) -> Result<Answer> {
        let request = request.header("content-type", "application/json").header("cache-control", "no-cache");
        let response = request.header("x-api-key", &self.secret).send().await.map_err(Error::internal)?;
        let status = response.status();
        let credits = response.headers().get("rolo-credits-charged").and_then(|value| value.to_str().ok());
        let credits = credits.unwrap_or("-").to_owned();
        let body: Value = response.json().await.map_err(Error::internal)?;
        if !status.is_success() {
            return Err(Error::Internal(anyhow::anyhow!("the demo's call was answered {status}: {body}")));
        }
        printer.line(format!("    {status}"));
        Ok(Answer { body, credits })
    }

    fn invite(&self, printer: &mut Printer) {
        let address = self.address;
        printer.line(format!(
            "\nThe server goes on at http://{address} (documentation: http://{address}/docs).\nPaste any of the lines \
             above into another terminal. Ctrl-C ends it and removes the database."
        ));
    }
}

struct Answer {
    body: Value,
    credits: String,
}

const CONTACT: &[&str] = &[
    "/contact/id",
    "/contact/name",
    "/contact/title",
    "/contact/email",
    "/contact/phone_numbers/0/type",
    "/contact/phone_numbers/0/sanitized_number",
    "/contact/phone_numbers/1/type",
    "/contact/phone_numbers/1/sanitized_number",
];

const PERSON: &[&str] = &[
    "/person/name",
    "/person/contact_id",
    "/person/revealed_for_current_team",
    "/person/contact/title",
    "/person/contact/phone_numbers/0/sanitized_number",
    "/person/contact/phone_numbers/1/sanitized_number",
];

/// The lines of the answer that matter here.
fn show(printer: &mut Printer, answer: &Answer, pointers: &[&str]) {
    for pointer in pointers {
        let value = answer.body.pointer(pointer).unwrap_or(&Value::Null);
        let name = pointer.trim_start_matches('/').replace('/', ".");
        printer.line(format!("    {name} = {value}"));
    }
    printer.line("");
}

fn step(what: &'static str, answer: &Answer, note: String) -> Step {
    Step { what, credits: answer.credits.clone(), note }
}

fn id_of(body: &Value) -> String {
    let id = body.pointer("/contact/id").and_then(Value::as_str).unwrap_or_default();
    format!("contact {id}")
}
