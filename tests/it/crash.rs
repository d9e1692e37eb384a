//! Kill -9 under load, again and again, at random moments: every contact that was acknowledged is there, once, and
//! the database opens without repair.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rolo::model::contact_key::ContactKey;
use rolo::model::email::Email;
use rolo::store;
use serde_json::json;
use tokio::sync::Notify;

use crate::support::process::{Home, Serving, key_in};
use crate::support::{Database, both};

const KILLS: u32 = 50;
const CLIENTS: u32 = 8;
const MOST_BEFORE_A_KILL: u32 = 120;

/// Addresses that were acknowledged, and the number of the next one.
#[derive(Default)]
struct Record {
    acknowledged: Mutex<Vec<String>>,
    next: AtomicU32,
}

/// Creates contacts until the server is gone, and tells each time one is acknowledged.
async fn create_until_killed(address: SocketAddr, key: String, record: Arc<Record>, told: Arc<Notify>) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    loop {
        let email = format!("mark{}@writers.test", record.next.fetch_add(1, Ordering::SeqCst));
        let request = client.post(format!("http://{address}/v1/contacts")).header("X-Api-Key", &key);
        let Ok(response) = request.json(&json!({"email": email})).send().await else { return };
        let status = response.status();
        // The head of an answer may arrive without its body; only a whole answer is an acknowledgement.
        let Ok(body) = response.text().await else { return };
        assert_eq!(status, 200, "{body}");
        record.acknowledged.lock().unwrap().push(email);
        told.notify_one();
    }
}

both! {
    async fn no_acknowledged_contact_is_lost_or_doubled(database: Database) {
        let home = Home::new();
        let start = || {
            let arguments = ["serve", "--database", &database.url, "--bind", "127.0.0.1:0", "--set", "limits.minute=0"];
            Serving::start(home.command(&arguments))
        };
        let first = start();
        let key = key_in(&first.printed);
        first.kill();
        let record = Arc::new(Record::default());
        let mut random = StdRng::seed_from_u64(20_250_203);
        for _ in 0..KILLS {
            let serving = start();
            let told = Arc::new(Notify::new());
            let mut clients = tokio::task::JoinSet::new();
            for _ in 0..CLIENTS {
                clients.spawn(create_until_killed(serving.address, key.clone(), record.clone(), told.clone()));
            }
            let enough = record.acknowledged.lock().unwrap().len() + random.random_range(1..=MOST_BEFORE_A_KILL) as usize;
            while record.acknowledged.lock().unwrap().len() < enough {
                tokio::select! {
                    () = told.notified() => {}
                    ended = clients.join_next() => panic!("a client ended before the server was killed: {ended:?}"),
                }
            }
            serving.kill();
            while let Some(ended) = clients.join_next().await {
                ended.unwrap();
            }
        }
        let store = database.open().await;
        assert_eq!(store.read(store::status::read).await.unwrap().integrity, "ok");
        let team = store.read(store::teams::list).await.unwrap().remove(0).id;
        let acknowledged = record.acknowledged.lock().unwrap().clone();
        assert!(acknowledged.len() > KILLS as usize);
        for address in &acknowledged {
            let key = ContactKey::email(&Email::parse(address).unwrap());
            let found = store.read(move |tx| store::contacts::candidates(tx, &team, &key)).await.unwrap();
            assert_eq!(found.len(), 1, "{address}");
            assert_eq!(found[0].email.as_ref().unwrap().as_str(), address);
        }
        let kept = store.read(move |tx| store::contacts::count(tx, &team)).await.unwrap();
        let asked = usize::try_from(record.next.load(Ordering::SeqCst)).unwrap();
        let kept = usize::try_from(kept).unwrap();
        assert!((acknowledged.len()..=asked).contains(&kept));
        println!("{KILLS} kills: {} contacts acknowledged, {kept} kept", acknowledged.len());
    }
}
