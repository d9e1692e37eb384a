//! The rules of the house: who may import whom, how long a file may be, and that every table is the team's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Database, Kind};

/// What each room may use. A room that is not here may use nothing but itself.
const MAY_USE: [(&str, &[&str]); 8] = [
    ("cli", &["http", "worker", "service", "store", "model", "config", "clock", "random"]),
    ("http", &["service", "model", "clock"]),
    ("worker", &["service", "model"]),
    ("service", &["store", "model", "clock", "random"]),
    ("store", &["model", "clock"]),
    ("config", &["service", "store", "model"]),
    ("clock", &["model"]),
    ("random", &[]),
];

/// Crates that only some files may name.
const ONLY_IN: [(&str, &[&str]); 7] = [
    ("rusqlite", &["src/store/sqlite.rs", "src/store/tx.rs"]),
    ("postgres", &["src/store/"]),
    ("axum", &["src/http/"]),
    ("hyper", &["src/http/"]),
    ("utoipa", &["src/http/"]),
    ("clap", &["src/cli/"]),
    ("reqwest", &["src/cli/"]),
];

const LONGEST_FILE: usize = 420;

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.strip_prefix(root).unwrap().to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// The code of a file without its comments and its own tests.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap();
    let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.split(" // ").next().unwrap()).collect::<Vec<_>>().join("\n")
}

fn room(path: &Path) -> String {
    path.components().nth(1).unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The rooms named after `crate::`, also inside braces of any depth.
fn rooms_used(code: &str) -> Vec<String> {
    let word = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect::<String>()
    };
    let mut used = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            used.push(word(rest));
            continue;
        };
        used.push(word(list));
        let mut depth = 0;
        for (place, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => used.push(word(&list[place + 1..])),
                _ => {}
            }
        }
    }
    used.retain(|room| !room.is_empty());
    used
}

#[test]
fn the_readers_of_the_sources_read_right() {
    let code = code(
        "use crate::{service, store::{self, Tx}, clock};\nlet a = \"http://x\"; crate::cli::run(); // crate::random\n",
    );
    assert_eq!(rooms_used(&code), ["service", "store", "clock", "cli"]);
}

#[test]
fn imports_run_one_way() {
    let allowed: BTreeMap<_, _> = MAY_USE.into_iter().collect();
    for (path, text) in sources("src") {
        let room = room(&path);
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        assert!(!code(&text).contains("super::super::"), "{} climbs out of its room", path.display());
        let may_use = allowed.get(room.as_str()).copied().unwrap_or_default();
        for used in rooms_used(&code(&text)) {
            assert!(used == room || may_use.contains(&used.as_str()), "{} uses {used}", path.display());
        }
    }
}

#[test]
fn crates_stay_in_their_rooms() {
    for (path, text) in sources("src") {
        let name = path.to_str().unwrap().to_owned();
        let code = code(&text);
        for (krate, homes) in ONLY_IN {
            let named = [
                format!("use {krate}::"),
                format!("::{krate}::"),
                format!(" {krate}::"),
                format!("({krate}::"),
            ];
            let names_it = named.iter().any(|pattern| code.contains(pattern.as_str()));
            assert!(!names_it || homes.iter().any(|home| name.starts_with(home)), "{name} names {krate}");
        }
    }
}

#[test]
fn only_the_store_speaks_sql() {
    for (path, text) in sources("src").into_iter().filter(|(path, _)| !path.starts_with("src/store")) {
        for word in ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"] {
            assert!(!code(&text).contains(word), "{} speaks SQL: {word}", path.display());
        }
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        assert!(text.starts_with("//! "), "{} does not open with its duty", path.display());
        assert!(
            text.lines().count() <= LONGEST_FILE,
            "{} has {} lines",
            path.display(),
            text.lines().count()
        );
    }
}

#[tokio::test]
async fn every_key_and_unique_index_starts_with_the_team() {
    let database = Database::start(Kind::Sqlite).await;
    database.open().await.close().await;
    let connection = rusqlite::Connection::open(&database.url).unwrap();
    let sql = "SELECT t.name, i.name, c.name FROM sqlite_master t JOIN pragma_index_list(t.name) i
               JOIN pragma_index_info(i.name) c WHERE t.type = 'table' AND i.\"unique\" = 1 AND c.seqno = 0";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let firsts: Vec<(String, String, String)> = rows.map(Result::unwrap).collect();
    assert!(firsts.len() >= 8, "{firsts:?}");
    // The list of applied migrations belongs to the program and to no team.
    for (table, index, column) in firsts.iter().filter(|(table, ..)| table != "schema_migrations") {
        assert_eq!(column, "team_id", "{index} of {table}");
    }
}

#[tokio::test]
async fn the_keys_start_with_the_team_on_postgres_too() {
    let database = Database::start(Kind::Postgres).await;
    database.open().await.close().await;
    let schema = database.url.rsplit("%3D").next().unwrap().to_owned();
    let firsts = tokio::task::spawn_blocking(move || {
        let sql =
            "SELECT t.relname::text, a.attname::text FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
                   JOIN pg_namespace n ON n.oid = t.relnamespace
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
                   WHERE i.indisunique AND n.nspname = $1 AND t.relname <> 'schema_migrations'";
        let rows = crate::support::postgres::cluster().admin().query(sql, &[&schema]).unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect::<Vec<(String, String)>>()
    });
    let firsts = firsts.await.unwrap();
    assert!(firsts.len() >= 8, "{firsts:?}");
    for (table, column) in firsts {
        assert_eq!(column, "team_id", "{table}");
    }
}
