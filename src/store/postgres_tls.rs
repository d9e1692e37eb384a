//! Encrypted connections to PostgreSQL, by libpq's rules for `sslmode` and `sslrootcert`: what is encrypted, which
//! authority is trusted, and whether the server's name is checked.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Host, SslMode as Negotiation};
use postgres::{Client, Config, NoTls};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::postgres::Target;
use crate::model::{Error, Result};

/// How to open a connection: with TLS, or without.
#[derive(Clone)]
pub enum Tls {
    Off,
    On(MakeRustlsConnect),
}

/// How far the server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Nothing,
    Authority,
    AuthorityAndName,
}

impl Tls {
    pub fn connect(&self, config: &Config) -> Result<Client, postgres::Error> {
        match self {
            Self::Off => config.connect(NoTls),
            Self::On(connector) => config.connect(connector.clone()),
        }
    }
}

/// Which authorities are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Roots {
    /// Those of the machine.
    System,
    File(PathBuf),
}

/// Reads a connection URL, with `sslmode` (`disable`, `allow`, `prefer`, `require`, `verify-ca`, `verify-full`)
/// and `sslrootcert` (a PEM file, or `system`). `ca_file` is the setting of the same meaning; the URL wins over it.
/// Where authorities are named but no mode is, or the machine's are asked for, nothing less than `verify-full` is
/// meant, so that nobody is unprotected without knowing.
pub fn target(url: &str, ca_file: Option<&Path>) -> Result<Target> {
    let TlsUrl { url, mode, roots } = TlsUrl::read(url)?;
    let mut config: Config = url.parse().map_err(|error: postgres::Error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Error::invalid("database.url", format!("is not a PostgreSQL address: {error}{cause}"))
    })?;
    set_deadlines(&mut config);
    if !config.get_hosts().is_empty() && config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) {
        return Ok(Target { config, tls: Tls::Off }); // a socket never leaves the machine
    }
    let wants_system = roots == Some(Roots::System);
    let roots = roots.or_else(|| ca_file.map(|path| Roots::File(path.to_owned())));
    let default = if roots.is_some() { "verify-full" } else { "prefer" };
    let mode = mode.as_deref().unwrap_or(default);
    let (negotiation, check) = match mode {
        "disable" => (Negotiation::Disable, Check::Nothing),
        "allow" | "prefer" => (Negotiation::Prefer, Check::Nothing),
        // As in libpq: with a root certificate at hand, `require` means `verify-ca`.
        "require" if roots.is_none() => (Negotiation::Require, Check::Nothing),
        "require" | "verify-ca" => (Negotiation::Require, Check::Authority),
        "verify-full" => (Negotiation::Require, Check::AuthorityAndName),
        other => {
            let what =
                format!("has sslmode={other}; use disable, allow, prefer, require, verify-ca or verify-full");
            return Err(Error::invalid("database.url", what));
        }
    };
    if wants_system && check != Check::AuthorityAndName {
        let what = format!("has sslrootcert=system with sslmode={mode}, which is weaker than verify-full");
        return Err(Error::invalid("database.url", what));
    }
    let tls = if negotiation == Negotiation::Disable {
        Tls::Off
    } else {
        Tls::On(connector(check, &roots.unwrap_or(Roots::System))?)
    };
    Ok(Target { config, tls })
}

/// A server that is gone without a word must not hold a thread for hours, unless the URL says so.
fn set_deadlines(config: &mut Config) {
    const LIBPQ_IDLE: Duration = Duration::from_hours(2);
    const PATIENCE: Duration = Duration::from_secs(30);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(PATIENCE);
    }
    if config.get_keepalives_idle() == LIBPQ_IDLE {
        config.keepalives_idle(PATIENCE);
    }
    config.notice_callback(|notice| tracing::debug!(notice = notice.message(), "PostgreSQL"));
}

/// A connection URL, and the two parameters in it that the driver does not know in full.
#[derive(Debug, PartialEq, Eq)]
struct TlsUrl {
    url: String,
    mode: Option<String>,
    roots: Option<Roots>,
}

impl TlsUrl {
    fn read(url: &str) -> Result<Self> {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = || {
                let decoded = percent_encoding::percent_decode_str(value).decode_utf8();
                decoded.map(String::from).map_err(|_| Error::invalid("database.url", "is not UTF-8"))
            };
            match name {
                "sslmode" => mode = Some(value()?),
                "sslrootcert" => {
                    let value = value()?;
                    let is_system = value == "system"; // libpq's word for the machine's own roots
                    roots = Some(if is_system { Roots::System } else { Roots::File(value.into()) });
                }
                _ => rest.push(pair),
            }
        }
        let url = if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) };
        Ok(Self { url, mode, roots })
    }
}

fn connector(check: Check, roots: &Roots) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if check == Check::Nothing {
        Arc::new(Unchecked(provider.clone()))
    } else {
        let roots = Arc::new(trusted_roots(roots)?);
        let inner = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .map_err(|error| Error::invalid("database.tls_ca_file", format!("cannot be used: {error}")))?;
        if check == Check::Authority { Arc::new(AnyName(inner)) } else { inner }
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// The authorities of the given file, or those that the machine trusts.
fn trusted_roots(trusted: &Roots) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Roots::File(path) = trusted else {
        let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if added == 0 {
            let what = "is not set, and this machine has no trusted root certificates";
            return Err(Error::invalid("database.tls_ca_file", what));
        }
        return Ok(roots);
    };
    let unreadable = |error: &dyn std::fmt::Display| {
        Error::invalid("database.tls_ca_file", format!("{} cannot be read: {error}", path.display()))
    };
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    if roots.is_empty() {
        return Err(unreadable(&"it holds no certificate"));
    }
    Ok(roots)
}

/// Encrypts without asking who is at the other end: libpq's `prefer` and `require`.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Checks the authority but not the server's name: libpq's `verify-ca`.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.0.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            // The name is checked last, after the chain has been found good.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_parameters_are_taken_out_of_the_url() {
        let read =
            TlsUrl::read("postgres://h/db?sslmode=require&connect_timeout=3&sslrootcert=%2Fca.pem").unwrap();
        assert_eq!(read.url, "postgres://h/db?connect_timeout=3");
        assert_eq!(
            (read.mode.as_deref(), read.roots),
            (Some("require"), Some(Roots::File("/ca.pem".into())))
        );
        let system = TlsUrl::read("postgres://h/db?sslrootcert=system").unwrap();
        assert_eq!((system.url.as_str(), system.roots), ("postgres://h/db", Some(Roots::System)));
    }

    #[test]
    fn a_socket_needs_no_tls() {
        let target = target("postgres:///db?host=/run/postgresql&user=rolo", None).unwrap();
        assert!(matches!(target.tls, Tls::Off));
    }

    #[test]
    fn mistakes_name_the_setting() {
        for (url, word) in [
            ("postgres://h/db?sslmode=maybe", "sslmode=maybe"),
            ("postgres://h/db?port=x", "database.url"),
            ("postgres://h/db?sslmode=require&sslrootcert=system", "weaker than verify-full"),
            ("postgres://h/db?sslmode=verify-ca&sslrootcert=/no/such.pem", "/no/such.pem"),
        ] {
            let error = target(url, None).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(word), "{url}: {error}");
        }
    }
}
