//! One throw-away PostgreSQL for the whole test binary, on a free port of the loopback. A small shell process holds
//! a pipe to this one: when the tests end, in whatever way, the pipe closes, and the shell stops the server and
//! removes its files.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const HOW_TO_INSTALL: &str = "PostgreSQL 15 or later is needed for the tests and was not found. Install the server's \
    programs (Debian: `apt-get install postgresql`; macOS: `brew install postgresql`), or put initdb and pg_ctl on PATH.";

/// Speed matters here and a crash of the server does not, so nothing is synced.
const SETTINGS: &str = "
    listen_addresses = '127.0.0.1'
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    max_connections = 300
    ssl = on
    ssl_cert_file = 'server.crt'
    ssl_key_file = 'server.key'
";

pub struct Cluster {
    pub port: u16,
    /// The certificate of the authority that signed the server's.
    pub ca_file: PathBuf,
    /// Its pipe keeps the server alive.
    _keeper: Child,
}

/// The cluster of this test binary, started by whoever needs it first.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

impl Cluster {
    pub fn start() -> Self {
        let bin = programs();
        let folder = tempfile::Builder::new().prefix("rolo-postgres-").tempdir().unwrap().keep();
        let data = folder.join("data");
        fs::create_dir(&data).unwrap();
        let ca_file = folder.join("ca.crt");
        let owner = owner();
        let owner = owner.as_deref();
        give(&folder, owner);
        run(
            owner,
            &bin.join("initdb"),
            &["--auth=trust", "--username=rolo", "--encoding=UTF8", "--locale=C", "-D"],
            &data,
        );
        write_certificates(&data, &ca_file);
        give(&folder, owner);
        let port = free_port();
        let mut settings = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf")).unwrap();
        let place = format!("{SETTINGS}\nport = {port}\nunix_socket_directories = '{}'\n", folder.display());
        settings.write_all(place.as_bytes()).unwrap();
        let log = data.join("server.log");
        run(owner, &bin.join("pg_ctl"), &["start", "-w", "-s", "-l", log.to_str().unwrap(), "-D"], &data);
        Self { port, ca_file, _keeper: keeper(owner, &bin, &folder) }
    }

    pub fn url(&self, parameters: &str) -> String {
        format!("postgres://rolo@127.0.0.1:{}/postgres?{parameters}", self.port)
    }

    pub fn admin(&self) -> postgres::Client {
        postgres::Client::connect(&self.url("sslmode=disable"), postgres::NoTls).unwrap()
    }
}

fn programs() -> PathBuf {
    let on_path = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    folders.sort();
    let all = on_path.into_iter().chain(folders.into_iter().rev());
    let found =
        all.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists());
    found.unwrap_or_else(|| panic!("{HOW_TO_INSTALL}"))
}

/// PostgreSQL refuses to run as root, so root hands it to somebody else.
fn owner() -> Option<String> {
    let is_root =
        String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    let exists =
        |user: &str| Command::new("id").arg(user).output().is_ok_and(|output| output.status.success());
    is_root.then(|| if exists("postgres") { "postgres".to_owned() } else { "nobody".to_owned() })
}

fn give(folder: &Path, owner: Option<&str>) {
    if let Some(owner) = owner {
        assert!(Command::new("chown").args(["-R", owner]).arg(folder).status().unwrap().success());
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn as_owner(owner: Option<&str>, program: &Path) -> Command {
    let Some(owner) = owner else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args(["--reuid", owner, "--clear-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

fn run(owner: Option<&str>, program: &Path, arguments: &[&str], data: &Path) {
    let output = as_owner(owner, program)
        .args(arguments)
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output();
    let output = output
        .unwrap_or_else(|error| panic!("{} cannot be run: {error}. {HOW_TO_INSTALL}", program.display()));
    assert!(output.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&output.stderr));
}

fn keeper(owner: Option<&str>, bin: &Path, folder: &Path) -> Child {
    let script =
        r#"trap '' INT TERM; cat > /dev/null; "$1/pg_ctl" stop -s -m immediate -D "$2/data"; rm -rf "$2""#;
    let mut command = as_owner(owner, Path::new("sh"));
    command.args(["-c", script, "keeper"]).arg(bin).arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The server's certificate names `localhost` only, so that a test can tell whether the name is checked.
fn write_certificates(data: &Path, ca_file: &Path) {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(vec![]).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_certificate = ca.self_signed(&ca_key).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    fs::write(ca_file, ca_certificate.pem()).unwrap();
    fs::write(data.join("server.crt"), certificate.pem()).unwrap();
    let key_file = data.join("server.key");
    fs::write(&key_file, key.serialize_pem()).unwrap();
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
}
