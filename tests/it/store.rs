//! The store's promises, on both databases: group commit in which no closure harms its neighbours, bounded queues,
//! and an end that loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rolo::clock::Clock;
use rolo::model::api_key::{ApiKey, Scopes, SecretHash};
use rolo::model::id::IdGenerator;
use rolo::model::team::Team;
use rolo::model::{Error, Id, Result, Timestamp};
use rolo::store::{self, Store, Tx};
use tokio::task::JoinHandle;

use crate::support::database::hold;
use crate::support::{Database, both};

fn team(number: u32) -> Team {
    let id = IdGenerator::new([0; 5], number).next(Timestamp::from_millis(0));
    Team { id, name: format!("team {number}"), created_at: Timestamp::from_millis(number.into()) }
}

async fn names(store: &Store) -> Vec<String> {
    store.read(store::teams::list).await.unwrap().into_iter().map(|team| team.name).collect()
}

/// Hands a closure in, and comes back once it waits in the queue.
async fn enqueue<F>(store: &Store, work: F) -> JoinHandle<Result<()>>
where
    F: Fn(&mut Tx<'_>) -> Result<()> + Send + 'static,
{
    let depth = store.queue_depths().1;
    let task = tokio::spawn({
        let store = store.clone();
        async move { store.write(work).await }
    });
    while store.queue_depths().1 == depth && !task.is_finished() {
        tokio::task::yield_now().await;
    }
    task
}

async fn one_writer(database: &Database) -> Store {
    database.open_with(store::Options { writers: 1, ..database.options() }).await
}

both! {
    async fn a_failing_closure_harms_no_neighbour(database: Database) {
        let store = one_writer(&database).await;
        let held = hold(&store).await;
        let good = enqueue(&store, |tx| store::teams::insert(tx, &team(1))).await;
        let refused = enqueue(&store, |tx| {
            store::teams::insert(tx, &team(2))?;
            Err(Error::Busy)
        }).await;
        let panicked = enqueue(&store, |tx| {
            store::teams::insert(tx, &team(3))?;
            panic!("on purpose")
        }).await;
        let broken = enqueue(&store, |tx| {
            store::teams::insert(tx, &team(4))?;
            store::teams::insert(tx, &team(4))
        }).await;
        let last = enqueue(&store, |tx| store::teams::insert(tx, &team(5))).await;
        drop(held);
        assert!(good.await.unwrap().is_ok());
        assert!(matches!(refused.await.unwrap(), Err(Error::Busy)));
        assert!(matches!(panicked.await.unwrap(), Err(Error::Internal(cause)) if cause.to_string().contains("on purpose")));
        assert!(matches!(broken.await.unwrap(), Err(Error::Internal(_))));
        assert!(last.await.unwrap().is_ok());
        assert_eq!(names(&store).await, ["team 1", "team 5"]);
    }

    async fn a_lone_failing_closure_keeps_nothing(database: Database) {
        let store = one_writer(&database).await;
        let refused = store.write(|tx| {
            store::teams::insert(tx, &team(1))?;
            Err::<(), _>(Error::Busy)
        }).await;
        assert!(matches!(refused, Err(Error::Busy)));
        let ignored = store.write(|tx| {
            store::teams::insert(tx, &team(2))?;
            let _ = store::teams::insert(tx, &team(2));
            Ok(())
        }).await;
        let kept = names(&store).await;
        // SQLite undoes a failed statement alone; PostgreSQL ends the transaction, and that must not pass for success.
        assert_eq!(ignored.is_ok(), !database.is_postgres(), "{ignored:?}");
        assert_eq!(kept.len(), usize::from(ignored.is_ok()));
    }

    async fn a_panicking_read_harms_no_other(database: Database) {
        let store = database.open().await;
        let reads = (0..20).map(|number| store.read(move |tx| {
            assert!(number % 3 != 0, "on purpose");
            store::teams::list(tx)
        }));
        let answers = futures_util::future::join_all(reads).await;
        for (number, answer) in answers.into_iter().enumerate() {
            assert_eq!(answer.is_ok(), number % 3 != 0, "{number}");
        }
    }

    async fn an_interrupted_closure_is_tried_again(database: Database) {
        let store = database.open().await;
        let tries = Arc::new(AtomicU32::new(0));
        let counted = tries.clone();
        store.write(move |tx| {
            store::teams::insert(tx, &team(1))?;
            match counted.fetch_add(1, Ordering::SeqCst) {
                0 | 1 => Err(Error::Unavailable("a conflict".to_owned())),
                _ => Ok(()),
            }
        }).await.unwrap();
        assert_eq!((tries.load(Ordering::SeqCst), names(&store).await.len()), (3, 1));
        let hopeless = store.write(|_| Err::<(), _>(Error::Unavailable("always".to_owned()))).await;
        assert!(matches!(hopeless, Err(Error::Unavailable(_))));
    }

    async fn a_full_queue_turns_callers_away(database: Database) {
        let options = store::Options { writers: 1, queue_length: 2, ..database.options() };
        let store = database.open_with(options).await;
        let held = hold(&store).await;
        let mut waiting = Vec::new();
        for number in 1..=2 {
            waiting.push(enqueue(&store, move |tx| store::teams::insert(tx, &team(number))).await);
        }
        assert!(matches!(store.write(|_| Ok(())).await, Err(Error::Busy)));
        drop(held);
        for task in waiting {
            task.await.unwrap().unwrap();
        }
        store.write(|_| Ok(())).await.unwrap();
    }

    async fn closing_finishes_what_waits(database: Database) {
        let store = one_writer(&database).await;
        let held = hold(&store).await;
        let mut waiting = Vec::new();
        for number in 1..=5 {
            waiting.push(enqueue(&store, move |tx| store::teams::insert(tx, &team(number))).await);
        }
        let closing = tokio::spawn({
            let store = store.clone();
            async move { store.close().await }
        });
        drop(held);
        closing.await.unwrap();
        for task in waiting {
            task.await.unwrap().unwrap();
        }
        assert!(matches!(store.write(|_| Ok(())).await, Err(Error::Busy)), "closed");
        assert_eq!(names(&database.open().await).await.len(), 5);
    }

    async fn work_goes_on_without_its_caller(database: Database) {
        let store = one_writer(&database).await;
        let held = hold(&store).await;
        let task = enqueue(&store, |tx| store::teams::insert(tx, &team(1))).await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        drop(held);
        store.write(|_| Ok(())).await.unwrap();
        assert_eq!(names(&store).await, ["team 1"]);
    }

    async fn opening_again_keeps_the_data(database: Database) {
        let store = database.open().await;
        store.write(|tx| store::teams::insert(tx, &team(1))).await.unwrap();
        store.close().await;
        assert_eq!(names(&database.open().await).await, ["team 1"]);
    }

    async fn a_database_of_a_newer_program_is_left_alone(database: Database) {
        let store = database.open().await;
        store.write(|tx| {
            tx.execute("INSERT INTO schema_migrations (version, applied_at) VALUES (999, 0)", &[]).map(drop)
        }).await.unwrap();
        store.close().await;
        let error = Store::open(database.options(), Clock::System).await.err().unwrap().to_string();
        assert!(error.contains("999") && error.contains("newer rolo"), "{error}");
    }

    async fn two_programs_may_start_at_once(database: Database) {
        let opening = (0..4).map(|_| Store::open(database.options(), Clock::System));
        for store in futures_util::future::join_all(opening).await {
            store.unwrap().close().await;
        }
    }

    async fn rows_come_back_as_they_went_in(database: Database) {
        let store = database.open().await;
        let team = team(1);
        let now = Timestamp::from_millis(1_738_555_506_789);
        let scopes = Scopes::only(vec!["api/v1/people/match".to_owned()]).unwrap();
        let key = ApiKey { id: team.id, team_id: team.id, name: "é\u{202e}".to_owned(), hint: "abcd".to_owned(), scopes,
            created_at: now, revoked_at: None };
        let (inserted, hash, id) = (key.clone(), SecretHash::of("secret"), key.id);
        store.write(move |tx| store::api_keys::insert(tx, &inserted, hash)).await.unwrap();
        assert_eq!(store.read(move |tx| store::api_keys::find_by_hash(tx, hash)).await.unwrap(), Some(key.clone()));
        let revoke = move |tx: &mut Tx<'_>| store::api_keys::revoke(tx, &id, &id, now);
        assert_eq!((store.write(revoke).await.unwrap(), store.write(revoke).await.unwrap()), (true, false));
        assert_eq!(store.read(move |tx| store::api_keys::find_by_hash(tx, hash)).await.unwrap(), None);
        let listed = store.read(move |tx| store::api_keys::list(tx, &id)).await.unwrap();
        assert_eq!(listed, [ApiKey { revoked_at: Some(now), ..key }]);
        let nobody: Id = "6650a1b2c3d4e5f6a7b8c9d0".parse().unwrap();
        assert!(store.read(move |tx| store::users::find(tx, &nobody, &nobody)).await.unwrap().is_none());
        let status = store.read(store::status::read).await.unwrap();
        assert_eq!((status.integrity.as_str(), status.schema.0), ("ok", status.schema.1));
    }
}
