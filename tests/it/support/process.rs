//! `rolo` as a process of its own, as a user runs it: for the command line, and to be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};

pub struct Home(tempfile::TempDir);

impl Home {
    /// An empty home folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    /// `rolo` with nothing of this machine's settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolo"));
        command.args(arguments).env_clear().env("HOME", self.path()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed, and gives what it printed.
    #[track_caller]
    pub fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A running `rolo serve`, killed when dropped.
pub struct Serving {
    pub child: Child,
    pub address: SocketAddr,
    /// Everything it printed until it listened.
    pub printed: String,
    /// Its further output, kept open so that printing does not fail.
    _stdout: BufReader<std::process::ChildStdout>,
}

impl Serving {
    /// Starts the command and waits until it says where it listens.
    pub fn start(command: Command) -> Self {
        Self::start_with(command, Stdio::null())
    }

    pub fn start_logging_to(command: Command, log: &std::path::Path) -> Self {
        Self::start_with(command, std::fs::File::create(log).unwrap().into())
    }

    fn start_with(mut command: Command, stderr: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        let Some(address) = read_until_it_listens(&mut stdout, &mut printed) else {
            panic!("rolo serve ended early, {:?}: {printed}", child.wait());
        };
        Self { child, address, printed, _stdout: stdout }
    }

    /// Kills it with SIGKILL, as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn read_until_it_listens(stdout: &mut impl BufRead, printed: &mut String) -> Option<SocketAddr> {
    loop {
        let before = printed.len();
        if stdout.read_line(printed).unwrap() == 0 {
            return None;
        }
        if let Some((_, rest)) = printed[before..].split_once("listens on http://") {
            return Some(rest.split_whitespace().next().unwrap().parse().unwrap());
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The API key in the welcome of a first start.
pub fn key_in(printed: &str) -> String {
    printed.lines().map(str::trim).find(|line| line.len() == 43 && !line.contains(' ')).unwrap().to_owned()
}
