//! The program as a person runs it: an empty home folder, and only what the README says.

use std::process::Command;

use reqwest::StatusCode;

use crate::support::process::{Home, Serving, key_in};
use crate::support::{Database, Kind};

fn serve(home: &Home) -> Serving {
    Serving::start(home.command(&["serve", "--bind", "127.0.0.1:0"]))
}

async fn profile(serving: &Serving, key: &str) -> StatusCode {
    let url = format!("http://{}/v1/users/api_profile", serving.address);
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(url)
        .header("X-Api-Key", key)
        .send()
        .await
        .unwrap()
        .status()
}

/// Sends SIGTERM, as a supervisor does, and gives the exit code.
fn terminate(mut serving: Serving) -> Option<i32> {
    let pid = serving.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    serving.child.wait().unwrap().code()
}

#[tokio::test]
async fn the_first_start_welcomes_once() {
    let home = Home::new();
    let first = serve(&home);
    assert!(first.printed.contains("curl -X POST http://127.0.0.1:"), "{}", first.printed);
    let key = key_in(&first.printed);
    assert_eq!(profile(&first, &key).await, 200);
    assert_eq!(terminate(first), Some(0));
    let folder = home.path().join(".local/share/rolo");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "after a clean stop, all is in the one file");
    let second = serve(&home);
    assert!(!second.printed.contains("Welcome"), "{}", second.printed);
    assert_eq!(profile(&second, &key).await, 200, "the same team");
    assert!(home.path().join(".local/share/rolo/rolo.db").exists());
}

#[tokio::test]
async fn a_taken_port_costs_no_key() {
    let home = Home::new();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = holder.local_addr().unwrap().to_string();
    let failed = home.run(&["serve", "--bind", &bind]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("server.bind"));
    assert!(serve(&home).printed.contains("Welcome"));
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked() {
    let home = Home::new();
    home.stdout(&["team", "create", "Writers"]);
    let master = home.stdout(&["key", "create", "scripts"]);
    let limited = home.stdout(&["key", "create", "finder", "--scope", "api/v1/people/match"]);
    let list = home.stdout(&["key", "list"]);
    assert!(
        list.contains("scripts") && list.contains("master") && list.contains("api/v1/people/match"),
        "{list}"
    );
    assert!(!list.contains(master.trim()), "a secret is shown once");
    let serving = Serving::start(home.command(&[
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--set",
        "auth.key_cache_seconds=0",
    ]));
    assert_eq!(profile(&serving, master.trim()).await, 200);
    assert_eq!(profile(&serving, limited.trim()).await, 403);
    let id = list.lines().find(|line| line.contains("scripts")).unwrap().split_whitespace().next().unwrap();
    home.stdout(&["key", "revoke", id]);
    assert_eq!(profile(&serving, master.trim()).await, 401, "while the server runs");
    let again = home.run(&["key", "revoke", id]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("rolo key list"));
    let unknown = home.run(&["key", "create", "x", "--scope", "everything"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("api/v1/contacts/create"));
}

#[test]
fn several_teams_are_told_apart() {
    let home = Home::new();
    let nobody = home.run(&["key", "list"]);
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("rolo team create"));
    let one = home.stdout(&["team", "create", "One"]);
    home.stdout(&["team", "create", "Two"]);
    assert_eq!(home.stdout(&["team", "list"]).lines().count(), 3);
    let ambiguous = home.run(&["key", "create", "k"]);
    assert!(String::from_utf8_lossy(&ambiguous.stderr).contains("--team"));
    home.stdout(&["key", "create", "k", "--team", "Two"]);
    home.stdout(&["key", "create", "k", "--team", one.trim()]);
    assert_eq!(home.run(&["key", "create", "k", "--team", "Three"]).status.code(), Some(1));
    assert_eq!(home.run(&["team", "create", " "]).status.code(), Some(1));
}

#[test]
fn the_configuration_tells_where_it_comes_from() {
    let home = Home::new();
    let mut command = home.command(&[
        "config",
        "--database",
        "postgres://rolo:secret@db.test/rolo",
        "--set",
        "limits.hour=5",
    ]);
    let output = command.env("ROLO_LOG_LEVEL", "debug").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        r#"url = "postgres://rolo:***@db.test/rolo"         # flag --database"#,
        "hour = 5                                         # flag --set",
        r#"level = "debug"                                  # environment ROLO_LOG_LEVEL"#,
        "writers = 2                                      # default",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("secret"));
    let defaults = home.stdout(&["config", "--defaults"]);
    std::fs::write(home.path().join("rolo.toml"), defaults.replace("minute = 100000", "minute = 7")).unwrap();
    let file = home.path().join("rolo.toml").to_str().unwrap().to_owned();
    assert!(home.stdout(&["config", "--config", &file]).contains("minute = 7"));
    let wrong = home.run(&["serve", "--set", "server.colour=red"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("server.colour"));
}

#[test]
fn completions_and_the_api_document_are_printed() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(home.stdout(&["completions", shell]).contains("rolo"));
    }
    assert_eq!(home.stdout(&["openapi"]), include_str!("../../openapi.json"));
}

#[tokio::test]
async fn the_doctor_looks_at_both_databases() {
    let home = Home::new();
    let fresh = home.stdout(&["doctor"]);
    assert!(fresh.contains("first `rolo serve` makes it"), "{fresh}");
    home.stdout(&["team", "create", "Writers"]);
    home.stdout(&["key", "create", "k"]);
    let report = home.stdout(&["doctor"]);
    for text in ["SQLite 3", "local file", "a durable write takes", "teams: 1, keys in use: 1"] {
        assert!(report.contains(text), "{text} is not in\n{report}");
    }
    let database = Database::start(Kind::Postgres).await;
    let report = home.stdout(&["doctor", "--database", &database.url]);
    assert!(report.contains("PostgreSQL") && report.contains("not encrypted"), "{report}");
    let gone = home.run(&["doctor", "--database", "postgres://rolo@127.0.0.1:1/rolo"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stdout).contains("BAD   database"));
}

#[test]
fn the_demo_plays_the_scenario() {
    let home = Home::new();
    let output = home.stdout(&["demo", "--once", "--bind", "127.0.0.1:0"]);
    for text in
        ["curl -X POST http://127.0.0.1:", "+15551234567", "person.contact_id", "CREDITS", "run_dedupe"]
    {
        assert!(output.contains(text), "{text} is not in\n{output}");
    }
    assert!(!home.path().join(".local").exists(), "the demo leaves nothing behind");
}

#[tokio::test]
async fn the_log_tells_nothing_personal_at_any_level() {
    let database = Database::start(Kind::Postgres).await;
    for kind in ["sqlite", "postgres"] {
        let home = Home::new();
        let log = home.path().join("log");
        let mut command = home.command(&["serve", "--bind", "127.0.0.1:0", "--set", "log.level=trace"]);
        if kind == "postgres" {
            command.args(["--database", &database.url]);
        }
        let serving = Serving::start_logging_to(command, &log);
        let key = key_in(&serving.printed);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for path in ["contacts", "people/match"] {
            let url = format!("http://{}/v1/{path}?email=secret.mark@writers.test", serving.address);
            let body = serde_json::json!({"first_name": "Secretmark", "mobile_phone": "555-765-4321"});
            let answer = client.post(url).header("X-Api-Key", &key).json(&body).send().await.unwrap();
            assert_eq!(answer.status(), 200);
        }
        assert_eq!(terminate(serving), Some(0));
        let log = std::fs::read_to_string(&log).unwrap();
        assert!(log.contains("/v1/people/match"), "{kind}: the log is there: {log}");
        for secret in ["secret.mark", "Secretmark", "555-765-4321", "+15557654321", key.as_str()] {
            assert!(
                !log.contains(secret),
                "{kind}: {secret} is in the log: {}",
                log.lines().find(|line| line.contains(secret)).unwrap()
            );
        }
    }
}

#[test]
fn variables_that_are_not_text_do_no_harm() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = Home::new();
    let broken = std::ffi::OsStr::from_bytes(b"\xff");
    assert!(home.command(&["config"]).env("ANYTHING", broken).output().unwrap().status.success());
    let output = home.command(&["config"]).env("ROLO_LOG_LEVEL", broken).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ROLO_LOG_LEVEL is not UTF-8"));
}

#[test]
fn addresses_that_are_no_database_are_refused() {
    let home = Home::new();
    for url in ["postgre://rolo@db.test/rolo", "sqlite:///x", ":memory:"] {
        let output = home.run(&["team", "list", "--database", url]);
        assert_eq!(output.status.code(), Some(1), "{url}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("database.url"), "{url}");
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "and no file is made");
}
