//! What can go wrong between Rolo and PostgreSQL: connections that are cut, commits whose answer is lost,
//! deadlocks, and TLS that is not what was asked for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rolo::clock::Clock;
use rolo::model::{Error, Id};
use rolo::store::{self, Options, Store};
use tokio::sync::Barrier;

use crate::support::app::{NO_LIMITS, send};
use crate::support::database::hold;
use crate::support::postgres::cluster;
use crate::support::proxy::Proxy;
use crate::support::{App, Database, Kind};

fn url_of(database: &Database, host: &str, port: u16, tls: &str) -> String {
    let schema = database.url.rsplit_once('&').unwrap().1;
    format!("postgres://rolo@{host}:{port}/postgres?{schema}&{tls}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_comes_back() {
    let app = App::start(Kind::Postgres).await;
    let schema = app.database.url.rsplit("%3D").next().unwrap().to_owned();
    for round in 0..5 {
        let marker = schema.clone();
        let cut = tokio::task::spawn_blocking(move || {
            let sql =
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1";
            cluster().admin().query_one(sql, &[&marker]).unwrap().get::<_, i64>(0)
        });
        assert!(cut.await.unwrap() >= 2, "the writers' connections are cut");
        let body = serde_json::json!({"email": format!("mark{round}@writers.test")});
        let created = app.post("/v1/contacts", &body).await.ok();
        let found = app.post("/v1/people/match", &body).await.ok();
        assert_eq!(found["person"]["contact_id"], created["contact"]["id"]);
    }
    assert_eq!(app.count_contacts().await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_done_once() {
    let database = Database::start(Kind::Postgres).await;
    let upstream: SocketAddr = ([127, 0, 0, 1], cluster().port).into();
    let proxy = Proxy::start(upstream).await;
    let url = url_of(&database, "127.0.0.1", proxy.address.port(), "sslmode=disable");
    let store = database.open_with(Options { url, writers: 1, ..database.options() }).await;
    let team: Id = "6650a1b2c3d4e5f6a7b8c9d0".parse().unwrap();
    let insert = move |tx: &mut store::Tx<'_>| {
        let label = rolo::model::label::Label {
            id: team,
            name: "counted".to_owned(),
            cached_count: 0,
            user_id: team,
            created_at: rolo::model::Timestamp::from_millis(0),
            updated_at: rolo::model::Timestamp::from_millis(0),
        };
        store::labels::find_or_insert(tx, &team, &label)?;
        store::labels::change_count(tx, &team, &team, 1, label.created_at).map(drop)
    };
    for done in 1..=6 {
        if done == 4 {
            proxy.say_fatal();
        }
        proxy.lose_answers(1);
        store.write(insert).await.unwrap();
        let label = store.read(move |tx| store::labels::find(tx, &team, &team)).await.unwrap().unwrap();
        assert_eq!(label.cached_count, done, "neither lost nor doubled");
    }
    // And for a whole batch: what waits behind a held writer becomes one transaction.
    let held = hold(&store).await;
    let calls: Vec<_> = (0..5)
        .map(|_| {
            tokio::spawn({
                let store = store.clone();
                async move { store.write(insert).await }
            })
        })
        .collect();
    while store.queue_depths().1 < 5 {
        tokio::task::yield_now().await;
    }
    drop(held);
    proxy.lose_answers(1);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let label = store.read(move |tx| store::labels::find(tx, &team, &team)).await.unwrap().unwrap();
    assert_eq!(label.cached_count, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_resolved_and_retried() {
    let database = Database::start(Kind::Postgres).await;
    let store = database.open_with(Options { writers: 2, batch_size: 1, ..database.options() }).await;
    let meeting = Arc::new(Barrier::new(2));
    let runtime = tokio::runtime::Handle::current();
    let cross = |first: i64, second: i64| {
        let (meeting, runtime, has_met) = (meeting.clone(), runtime.clone(), AtomicBool::new(false));
        store.write(move |tx| {
            tx.lock(first)?;
            if !has_met.swap(true, Ordering::SeqCst) {
                runtime.block_on(meeting.wait());
            }
            tx.lock(second)
        })
    };
    let (one, two) = tokio::join!(cross(4711, 4712), cross(4712, 4711));
    one.unwrap();
    two.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_there_is_said_clearly() {
    let port = crate::support::postgres::free_port();
    let url = format!("postgres://rolo:secret@127.0.0.1:{port}/postgres");
    let database = Database::start(Kind::Sqlite).await;
    let error = Store::open(Options { url, ..database.options() }, Clock::System).await.err().unwrap();
    assert!(matches!(error, Error::Unavailable(_)));
    let text = error.to_string();
    assert!(text.contains("refused") && !text.contains("secret"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_what_was_asked_for() {
    let database = Database::start(Kind::Postgres).await;
    let port = cluster().port;
    let ca = cluster().ca_file.to_str().unwrap().to_owned();
    let other_ca = tempfile::NamedTempFile::new().unwrap();
    let stranger = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(other_ca.path(), stranger.cert.pem()).unwrap();
    let other_ca = other_ca.path().to_str().unwrap().to_owned();
    let open = async |host: &str, tls: String, ca_file: Option<&str>| {
        let url = url_of(&database, host, port, &tls);
        let options = Options { url, tls_ca_file: ca_file.map(Into::into), ..database.options() };
        let store = Store::open(options, Clock::System).await.map_err(|error| error.to_string())?;
        let transport = store.read(store::status::read).await.unwrap().transport;
        store.close().await;
        Ok::<_, String>(transport)
    };
    let encrypted = Ok("TLSv1.3".to_owned());
    assert_eq!(open("127.0.0.1", "sslmode=disable".to_owned(), None).await, Ok("not encrypted".to_owned()));
    assert_eq!(open("127.0.0.1", "sslmode=prefer".to_owned(), None).await, encrypted);
    assert_eq!(open("127.0.0.1", "sslmode=require".to_owned(), None).await, encrypted);
    assert_eq!(open("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={ca}"), None).await, encrypted);
    assert_eq!(open("127.0.0.1", "sslmode=verify-ca".to_owned(), Some(&ca)).await, encrypted);
    assert_eq!(open("localhost", format!("sslmode=verify-full&sslrootcert={ca}"), None).await, encrypted);
    for (host, tls) in [
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={ca}")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={other_ca}")),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={other_ca}")),
        ("127.0.0.1", format!("sslmode=require&sslrootcert={other_ca}")),
        ("localhost", "sslmode=verify-full".to_owned()),
    ] {
        let error = open(host, tls.clone(), None).await.expect_err(&tls);
        assert!(error.contains("certificate"), "{tls}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_is_503_until_it_is_back() {
    let upstream: SocketAddr = ([127, 0, 0, 1], cluster().port).into();
    let proxy = Proxy::start(upstream).await;
    let database = Database::start(Kind::Postgres).await.through(proxy.address.port());
    let app = App::start_on(database, NO_LIMITS).await;
    let body = serde_json::json!({"email": "mark@writers.test"});
    app.post("/v1/contacts", &body).await.ok();
    proxy.cut(true);
    for path in ["/v1/contacts", "/v1/people/match"] {
        let away = app.post(path, &body).await;
        assert_eq!((away.status.as_u16(), away.header("retry-after")), (503, Some("1")), "{}", away.body);
        assert!(away.body.contains("Idempotency-Key") && !away.body.contains("127.0.0.1"), "{}", away.body);
    }
    assert_eq!(send(app.bare(reqwest::Method::GET, "/readyz")).await.status, 503);
    proxy.cut(false);
    app.post("/v1/contacts", &body).await.ok();
    assert_eq!(send(app.bare(reqwest::Method::GET, "/readyz")).await.status, 200);
    assert_eq!(app.count_contacts().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bug_tells_only_its_number() {
    let app = App::start(Kind::Postgres).await;
    app.service
        .store()
        .write(|tx| tx.execute("ALTER TABLE contacts RENAME TO contacts_elsewhere", &[]).map(drop))
        .await
        .unwrap();
    let answer = app.post("/v1/contacts", &serde_json::json!({})).await;
    let number = answer.header("x-request-id").unwrap();
    assert_eq!(answer.summary(), format!(r#"500 {{"error":"Internal error","request_id":"{number}"}}"#));
    assert_eq!(send(app.bare(reqwest::Method::GET, "/healthz")).await.status, 200);
}
