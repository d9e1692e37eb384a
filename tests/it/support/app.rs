//! The server in this process: the real routes on a real socket, with a clock that stands until it is moved and
//! randomness that repeats.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use rolo::clock::Clock;
use rolo::http::{Api, ApiParts, probes, router, server};
use rolo::model::Timestamp;
use rolo::model::api_key::Scopes;
use rolo::model::rate_limit::Limits;
use rolo::model::team::Team;
use rolo::random::Random;
use rolo::service::{self, Service};
use serde_json::Value;

use super::{Database, Kind};

/// 2025-02-03T04:05:06.789Z
pub const START: Timestamp = Timestamp::from_millis(1_738_555_506_789);

pub const NO_LIMITS: Limits = Limits { minute: None, hour: None, day: None };

pub struct App {
    pub database: Database,
    pub address: SocketAddr,
    pub clock: Clock,
    pub service: Service,
    pub team: Team,
    /// The master key of the first team.
    pub key: String,
    client: reqwest::Client,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status and body in one text, for snapshots.
    pub fn summary(&self) -> String {
        format!("{} {}", self.status.as_u16(), self.body)
    }
}

impl App {
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, NO_LIMITS).await
    }

    pub async fn start_with(kind: Kind, rate_limits: Limits) -> Self {
        Self::start_on(Database::start(kind).await, rate_limits).await
    }

    pub async fn start_on(database: Database, rate_limits: Limits) -> Self {
        let (clock, random) = (Clock::manual(START), Random::seeded(7));
        let store = database.open().await;
        let options = service::Options { rate_limits, key_cache: Duration::from_secs(5) };
        let service = Service::new(store, clock.clone(), random, options);
        let (team, key) = service.found_first_team().await.unwrap().unwrap();
        let api = Api::new(ApiParts {
            service: service.clone(),
            metrics: probes::recorder().unwrap(),
            max_body_bytes: 2 * 1024 * 1024,
            request_timeout: Duration::from_mins(1),
        });
        let manners = server::Manners { max_connections: 1000, grace: Duration::ZERO };
        let listener = server::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(server::serve(listener, router(api), std::future::pending(), manners));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { database, address, clock, service, team, key: key.secret, client }
    }

    /// Another team, with a master key.
    pub async fn another_team(&self, name: &str) -> (Team, String) {
        let team = self.service.create_team(name.to_owned()).await.unwrap();
        let key = self.service.create_key(team.id, "key", Scopes::Master).await.unwrap();
        (team, key.secret)
    }

    pub async fn key_with(&self, scopes: &[&str]) -> String {
        let scopes = Scopes::only(scopes.iter().map(|&scope| scope.to_owned()).collect()).unwrap();
        self.service.create_key(self.team.id, "key", scopes).await.unwrap().secret
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request without anything.
    pub fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A request with the first team's key.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.bare(method, path).header("X-Api-Key", &self.key)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// Posts a text as it is.
    pub async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path).header("Content-Type", "application/json");
        send(request.body(body)).await
    }

    /// Creates a contact and gives its wire form.
    pub async fn create(&self, body: Value) -> Value {
        self.post("/v1/contacts", &body).await.ok()["contact"].clone()
    }

    pub async fn count_contacts(&self) -> i64 {
        let team = self.team.id;
        self.service.store().read(move |tx| rolo::store::contacts::count(tx, &team)).await.unwrap()
    }
}

pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, body: response.text().await.unwrap() }
}
