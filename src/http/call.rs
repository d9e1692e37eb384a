//! One authenticated call: reads the request in every dialect that Apollo's clients speak, finds out who is
//! asking, checks scope and rate windows, and puts the common headers on the answer. It knows no endpoint.

use std::future::Future;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use serde::Serialize;

use super::Api;
use super::error::{Failure, header_value};
use super::params::Params;
use super::rate_headers;
use crate::model::api_key::Caller;
use crate::model::reply::{IdempotencyKey, Reply};
use crate::model::{Error, Result};
use crate::service::Service;
use crate::service::replies::{Once, Outcome};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const WARNING: HeaderName = HeaderName::from_static("rolo-warning");
const CREDITS_CHARGED: HeaderName = HeaderName::from_static("rolo-credits-charged");

/// The room made for an answer before it is written, in bytes: a contact inside a person fits.
const TYPICAL_ANSWER: usize = 6 * 1024;

/// What an endpoint is handed.
pub struct Call {
    pub service: Service,
    pub caller: Caller,
    pub params: Params,
    idempotency_key: Option<IdempotencyKey>,
}

impl Call {
    /// Runs one endpoint, named as Apollo names its scopes: `api/v1/contacts/create`.
    pub async fn answer<F, Fut>(api: Api, endpoint: &'static str, request: Request, run: F) -> Response
    where
        F: FnOnce(Self) -> Fut + Send,
        Fut: Future<Output = Result<Response, Failure>> + Send,
    {
        let (caller, incoming) = match authenticate(&api, request).await {
            Ok(found) => found,
            Err(failure) => return failure.into_response(),
        };
        let counted = caller.require(endpoint).and_then(|()| api.service.count_request(&caller, endpoint));
        let usage = match counted {
            Ok(usage) => usage,
            Err(error) => return Failure::from(error).into_response(),
        };
        let answer = async {
            let incoming = incoming.read(&api).await?;
            let params = incoming.params?;
            let header = incoming.headers.get(IDEMPOTENCY_KEY).filter(|_| incoming.is_post);
            let idempotency_key = header.map(|key| idempotency_key(key, endpoint, &params)).transpose()?;
            run(Self { service: api.service.clone(), caller, params, idempotency_key }).await
        };
        let mut response = answer.await.into_response();
        // Every answer comes from the team's own contacts, which were paid for or entered before.
        response.headers_mut().insert(CREDITS_CHARGED, HeaderValue::from_static("0"));
        response.headers_mut().extend(rate_headers::of(&usage));
        response
    }

    /// For an effect that must happen once if the call carries an idempotency key: how to write the answer that is
    /// stored with it.
    pub fn once<T, W>(&mut self, warnings: &[String], wire: W) -> Option<Once<T>>
    where
        W: Fn(&T) -> Result<String> + Send + 'static,
    {
        let key = self.idempotency_key.take()?;
        let warnings = warnings.to_vec();
        let render = Box::new(move |value: &T| Ok(Reply { body: wire(value)?, warnings: warnings.clone() }));
        Some(Once { key, render })
    }
}

/// The answer to a call with an effect, fresh or stored.
pub fn respond<T>(
    outcome: Outcome<T>,
    warnings: Vec<String>,
    wire: impl Fn(&T) -> Result<String>,
) -> Result<Response, Failure> {
    let (reply, replayed) = match outcome {
        Outcome::Plain(value) => (Reply { body: wire(&value)?, warnings }, false),
        Outcome::Stored { reply, replayed } => (reply, replayed),
    };
    let mut response = json_response(reply.body);
    for warning in &reply.warnings {
        response.headers_mut().extend(header_value(warning).map(|value| (WARNING, value)));
    }
    if replayed {
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// 200 with a JSON text.
pub fn json_response(body: String) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// A value as JSON text.
pub fn to_json<T: Serialize>(value: &T) -> Result<String> {
    let mut json = Vec::with_capacity(TYPICAL_ANSWER);
    serde_json::to_writer(&mut json, value).map_err(Error::internal)?;
    String::from_utf8(json).map_err(Error::internal)
}

/// Who is asking, or that it is nobody we know.
pub async fn authenticate(api: &Api, request: Request) -> Result<(Caller, Incoming), Failure> {
    let mut incoming = Incoming::new(request);
    let mut secret = incoming.secret();
    if secret.is_none() {
        // Older clients put their key into the body, so it has to be read before anybody is known.
        incoming = incoming.read(api).await?;
        secret = incoming.secret();
    }
    let secret = secret.ok_or_else(Failure::unauthenticated)?;
    let caller = api.service.authenticate(&secret).await?;
    Ok((caller, incoming))
}

/// A request whose body may or may not have been read.
pub struct Incoming {
    is_post: bool,
    headers: HeaderMap,
    /// The body, until it is read.
    body: Option<Body>,
    /// The parameters known so far, or why they cannot be read.
    params: Result<Params, Failure>,
    secret_in_params: Option<String>,
}

impl Incoming {
    fn new(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let mut params = Params::from_query(parts.uri.query().unwrap_or_default());
        let secret_in_params = params.as_mut().ok().and_then(|params| params.take_text("api_key"));
        let is_post = parts.method == Method::POST;
        Self { is_post, headers: parts.headers, body: Some(body), params, secret_in_params }
    }

    /// The key in the headers, else in the parameters.
    fn secret(&self) -> Option<String> {
        let text = |name: HeaderName| self.headers.get(name).and_then(|value| value.to_str().ok());
        let bearer = || {
            let (scheme, token) = text(header::AUTHORIZATION)?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        };
        let named = |secret: &&str| !secret.is_empty();
        let in_header = text(API_KEY).map(str::trim).filter(named);
        let in_header = in_header.or_else(|| bearer().map(str::trim).filter(named));
        in_header.map(str::to_owned).or_else(|| self.secret_in_params.clone())
    }

    /// Reads the body, if that was not done before, and merges its parameters in.
    async fn read(mut self, api: &Api) -> Result<Self, Failure> {
        let Some(body) = self.body.take() else { return Ok(self) };
        let reading = tokio::time::timeout(api.request_timeout, read_body(body, api.max_body_bytes));
        let bytes = reading.await.map_err(|_| Failure::too_slow())??;
        let Ok(params) = &mut self.params else { return Ok(self) };
        match read_parameters(&self.headers, &bytes) {
            Ok(mut in_body) => {
                let secret = in_body.take_text("api_key");
                self.secret_in_params = self.secret_in_params.or(secret);
                params.merge(in_body);
            }
            // Kept for later: whether the caller may know what is wrong depends on who is asking.
            Err(failure) => self.params = Err(failure),
        }
        Ok(self)
    }
}

fn read_parameters(headers: &HeaderMap, body: &Bytes) -> Result<Params, Failure> {
    if let Some(encoding) = headers.get(header::CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        return Err(Failure::unsupported_encoding(encoding.to_str().unwrap_or("(unreadable)")));
    }
    if !body.trim_ascii().is_empty()
        && let Some(content_type) = headers.get(header::CONTENT_TYPE)
    {
        let text = content_type.to_str().unwrap_or("(unreadable)");
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !(essence == "application/json" || essence == "text/json" || essence.ends_with("+json")) {
            return Err(Failure::unsupported_content_type(&essence));
        }
    }
    Params::from_body(body)
}

async fn read_body(mut body: Body, limit: usize) -> Result<Bytes, Failure> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failure::malformed("The request body ended before it was complete"))?;
        let Some(data) = frame.data_ref() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(Failure::too_large(limit));
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes.into())
}

fn idempotency_key(header: &HeaderValue, endpoint: &str, params: &Params) -> Result<IdempotencyKey, Failure> {
    let mut request = endpoint.as_bytes().to_vec();
    request.push(0);
    request.extend(params.canonical());
    Ok(IdempotencyKey::new(header.to_str().unwrap_or_default(), &request)?)
}
