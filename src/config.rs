//! The configuration: a commented defaults file that is compiled in, then a file of the user's, the environment
//! and the flags. It remembers where each value came from, so that `rolo config` can tell.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy as _;
use serde::Deserialize;
use toml::{Table, Value};

use crate::model::rate_limit::Limits;
use crate::model::{Error, Result};
use crate::{service, store};

/// The commented defaults.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Default,
    File(PathBuf),
    Environment(String),
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// What the layers above the defaults say.
#[derive(Debug, Default)]
pub struct Layers {
    pub file: Option<PathBuf>,
    pub environment: BTreeMap<String, String>,
    /// The setting, its value, and the flag that said so.
    pub flags: Vec<(String, String, String)>,
}

/// The settings in force, and where each came from.
#[derive(Debug)]
pub struct Config {
    pub settings: Settings,
    /// In the order of the defaults file: setting, value, source.
    pub origins: Vec<(String, Value, Source)>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub auth: Auth,
    pub limits: LimitSettings,
    pub log: Log,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub bind: SocketAddr,
    pub max_body_bytes: usize,
    pub max_connections: usize,
    pub request_timeout_seconds: u64,
    pub shutdown_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
    pub data_dir: String,
    pub tls_ca_file: String,
    pub writers: usize,
    pub readers: usize,
    pub queue_length: usize,
    pub batch_size: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub key_cache_seconds: u64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    pub minute: u64,
    pub hour: u64,
    pub day: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Config {
    /// Puts the layers together.
    ///
    /// # Errors
    /// [`Error::Invalid`], naming the setting and where its value came from.
    pub fn load(layers: &Layers) -> Result<Self> {
        let defaults: Table = DEFAULTS.parse().map_err(Error::internal)?;
        let mut origins = Vec::new();
        for (section, values) in &defaults {
            for (name, value) in values.as_table().into_iter().flatten() {
                origins.push((format!("{section}.{name}"), value.clone(), Source::Default));
            }
        }
        if let Some(path) = &layers.file {
            apply_file(&mut origins, path)?;
        }
        for (setting, value, source) in &mut origins {
            let variable = format!("ROLO_{}", setting.replace('.', "_").to_uppercase());
            if let Some(text) = layers.environment.get(&variable) {
                *source = Source::Environment(variable);
                *value = typed(setting, value, text, source)?;
            }
        }
        for (setting, text, flag) in &layers.flags {
            let place = place_of(&origins, setting, flag)?;
            let (_, value, source) = &mut origins[place];
            *source = Source::Flag(flag.clone());
            *value = typed(setting, value, text, source)?;
        }
        let settings = settings(&origins)?;
        settings.check()?;
        Ok(Self { settings, origins })
    }
}

fn apply_file(origins: &mut [(String, Value, Source)], path: &Path) -> Result<()> {
    let wrong = |what: &dyn fmt::Display| Error::Invalid(format!("the file {} {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    let table: Table = text.parse().map_err(|error| wrong(&format!("is not TOML: {error}")))?;
    for (section, values) in table {
        let Value::Table(values) = values else {
            return Err(wrong(&format!("has {section} outside any section")));
        };
        for (name, new) in values {
            let place = place_of(origins, &format!("{section}.{name}"), &path.display().to_string())?;
            origins[place].1 = new;
            origins[place].2 = Source::File(path.to_owned());
        }
    }
    Ok(())
}

fn place_of(origins: &[(String, Value, Source)], setting: &str, source: &str) -> Result<usize> {
    origins.iter().position(|(name, ..)| name == setting).ok_or_else(|| {
        Error::Invalid(format!("{source}: there is no setting {setting}; `rolo config` lists them all"))
    })
}

/// A text as a value of the same type as the one it replaces.
fn typed(setting: &str, old: &Value, text: &str, source: &Source) -> Result<Value> {
    match old {
        Value::Integer(_) => text.trim().parse().map(Value::Integer).map_err(|_| {
            Error::invalid(setting, format!("must be a whole number, not \"{text}\" ({source})"))
        }),
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn settings(origins: &[(String, Value, Source)]) -> Result<Settings> {
    let mut table = Table::new();
    for (setting, value, _) in origins {
        let (section, name) = setting.split_once('.').unwrap_or(("", setting));
        let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(section) = section {
            section.insert(name.to_owned(), value.clone());
        }
    }
    serde_path_to_error::deserialize(table).map_err(|error| {
        let setting = error.path().to_string();
        let source =
            origins.iter().find(|(name, ..)| *name == setting).map(|(.., source)| source.to_string());
        let source = source.unwrap_or_default();
        Error::invalid(&setting, format!("cannot be read: {} ({source})", error.inner().message()))
    })
}

impl Settings {
    /// Numbers that would leave nothing to work with are refused rather than replaced in silence.
    fn check(&self) -> Result<()> {
        let database = &self.database;
        let counts = [
            ("database.writers", database.writers),
            ("database.readers", database.readers),
            ("database.queue_length", database.queue_length),
            ("database.batch_size", database.batch_size),
            ("server.max_body_bytes", self.server.max_body_bytes),
            ("server.max_connections", self.server.max_connections),
        ];
        match counts.iter().find(|(_, count)| *count == 0) {
            Some((setting, _)) => Err(Error::invalid(setting, "must be at least 1")),
            None if self.server.request_timeout_seconds == 0 => {
                Err(Error::invalid("server.request_timeout_seconds", "must be at least 1"))
            }
            None if !is_log_filter(&self.log.level) => {
                let what = "must be error, warn, info, debug, trace or off, or a filter such as info,rolo::store=debug";
                Err(Error::invalid("log.level", what))
            }
            None => Ok(()),
        }
    }

    /// The folder for files.
    ///
    /// # Errors
    /// [`Error::Invalid`] when none is set and the machine has no home folder.
    pub fn data_dir(&self) -> Result<PathBuf> {
        if !self.database.data_dir.is_empty() {
            return Ok(PathBuf::from(&self.database.data_dir));
        }
        let strategy = etcetera::choose_base_strategy().map_err(|_| {
            Error::invalid("database.data_dir", "is not set, and there is no home folder; set one of them")
        })?;
        Ok(strategy.data_dir().join("rolo"))
    }

    /// How to open the store.
    ///
    /// # Errors
    /// As [`Self::data_dir`].
    pub fn store(&self) -> Result<store::Options> {
        let database = &self.database;
        let url = if database.url.is_empty() {
            self.data_dir()?.join("rolo.db").to_string_lossy().into_owned()
        } else {
            database.url.clone()
        };
        Ok(store::Options {
            url,
            tls_ca_file: (!database.tls_ca_file.is_empty()).then(|| PathBuf::from(&database.tls_ca_file)),
            writers: database.writers,
            readers: database.readers,
            queue_length: database.queue_length,
            batch_size: database.batch_size,
        })
    }

    #[must_use]
    pub fn service(&self) -> service::Options {
        let limit = |most: u64| (most > 0).then_some(most);
        let LimitSettings { minute, hour, day } = self.limits;
        service::Options {
            rate_limits: Limits { minute: limit(minute), hour: limit(hour), day: limit(day) },
            key_cache: Duration::from_secs(self.auth.key_cache_seconds),
        }
    }
}

/// Whether a text is a level, or names targets; any other word would turn the log off in silence.
fn is_log_filter(text: &str) -> bool {
    let is_level = |word: &str| {
        ["error", "warn", "info", "debug", "trace", "off"].contains(&word.trim().to_lowercase().as_str())
    };
    text.split(',').all(|part| match part.split_once('=') {
        Some((_, level)) => is_level(level),
        None => is_level(part) || part.contains("::"),
    })
}

/// A database address that may be shown: without its password.
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // A password may hold any letter, so everything up to the last @ is taken for user and password.
    let shown = match rest.rsplit_once('@') {
        Some((user, host)) => format!("{}:***@{host}", user.split(':').next().unwrap_or_default()),
        None => rest.to_owned(),
    };
    let shown = format!("{scheme}://{shown}");
    match shown.split_once("password=") {
        Some((before, after)) => {
            let rest = after.find('&').map_or("", |place| &after[place..]);
            format!("{before}password=***{rest}")
        }
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(setting: &str, value: &str) -> Layers {
        Layers {
            flags: vec![(setting.to_owned(), value.to_owned(), "--set".to_owned())],
            ..Layers::default()
        }
    }

    #[test]
    fn later_layers_win_and_are_remembered() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[server]\nbind = '127.0.0.1:1'\nshutdown_seconds = 7\n").unwrap();
        let layers = Layers {
            file: Some(file.path().to_owned()),
            environment: [("ROLO_SERVER_BIND".to_owned(), "127.0.0.1:2".to_owned())].into(),
            flags: vec![("limits.minute".to_owned(), "0".to_owned(), "--set".to_owned())],
        };
        let config = Config::load(&layers).unwrap();
        assert_eq!(config.settings.server.bind.port(), 2);
        assert_eq!(config.settings.server.shutdown_seconds, 7);
        assert_eq!(config.settings.service().rate_limits.minute, None);
        let source = |setting: &str| {
            config
                .origins
                .iter()
                .find(|(name, ..)| name == setting)
                .map(|(.., source)| source.to_string())
                .unwrap()
        };
        assert_eq!(source("server.bind"), "environment ROLO_SERVER_BIND");
        assert!(source("server.shutdown_seconds").starts_with("file "));
        assert_eq!(source("limits.minute"), "flag --set");
        assert_eq!(source("log.level"), "default");
    }

    #[test]
    fn mistakes_name_the_setting() {
        for (setting, value, word) in [
            ("server.bind", "nowhere", "server.bind"),
            ("limits.minute", "many", "whole number"),
            ("limits.minute", "-1", "limits.minute"),
            ("server.port", "1", "no setting server.port"),
            ("log.format", "xml", "log.format"),
            ("log.level", "bogus", "log.level must be"),
            ("server.request_timeout_seconds", "0", "at least 1"),
            ("database.writers", "0", "database.writers must be at least 1"),
        ] {
            let error = Config::load(&flags(setting, value)).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        for (url, shown) in [
            (
                "postgres://rolo:secret@db.test:5432/rolo?sslmode=require",
                "postgres://rolo:***@db.test:5432/rolo?sslmode=require",
            ),
            ("postgres://db.test/rolo?password=secret&user=x", "postgres://db.test/rolo?password=***&user=x"),
            ("postgres://rolo:a@b@db.test/rolo", "postgres://rolo:***@db.test/rolo"),
            ("postgres://rolo:pa/s?s@db.test/rolo", "postgres://rolo:***@db.test/rolo"),
            ("/var/lib/rolo/rolo.db", "/var/lib/rolo/rolo.db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
