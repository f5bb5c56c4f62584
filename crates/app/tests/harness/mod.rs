//! Starts the real binary on a throw-away folder, speaks HTTP to it by hand, and kills it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Which engine a test runs on.
#[derive(Clone, Debug)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A database of its own on the server of `VULNERARY_TEST_PG`.
    Postgres(String),
}

/// SQLite always; PostgreSQL where `VULNERARY_TEST_PG` names a server, else a loud line.
pub fn engines(test: &str) -> Vec<Engine> {
    let mut all = vec![Engine::Sqlite];
    match postgres_database(test) {
        Some(url) => all.push(Engine::Postgres(url)),
        None => eprintln!("NOTICE: {test} ran on SQLite only: VULNERARY_TEST_PG is not set"),
    }
    all
}

/// Makes an empty database for one test; its URL.
pub fn postgres_database(test: &str) -> Option<String> {
    let server = std::env::var("VULNERARY_TEST_PG").ok()?;
    let name = format!("t_{test}_{}", std::process::id());
    let (base, _) = server.rsplit_once('/').unwrap_or((&server, ""));
    for sql in [
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name}"),
    ] {
        let done = Command::new("psql")
            .args([server.as_str(), "-qc", &sql])
            .output()
            .expect("psql");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    Some(format!("{base}/{name}"))
}

/// A folder and an engine; processes are started on it.
pub struct House {
    /// Holds the data directory; removed at the end.
    pub folder: tempfile::TempDir,
    /// Engine.
    pub engine: Engine,
}

impl House {
    pub fn new(engine: Engine) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            engine,
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The binary with the data directory and engine set.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut c = Command::new(env!("CARGO_BIN_EXE_vulnerary"));
        c.args(args)
            .env("VULNERARY_DATA", self.data())
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null());
        c.env_remove("VULNERARY_DATABASE_URL");
        if let Engine::Postgres(url) = &self.engine {
            c.env("VULNERARY_DATABASE_URL", url);
        }
        c
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the binary runs")
    }

    /// Runs and expects success; standard output.
    pub fn ok(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert!(
            out.status.success(),
            "{args:?} ended with {:?}\n{}\n{}",
            out.status.code(),
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
        String::from_utf8(out.stdout).expect("UTF-8")
    }

    /// Starts `serve` on a free port and waits until it is ready.
    pub fn serve(&self) -> Served {
        let port = free_port();
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join("serve.log"))
            .expect("log");
        let out = log.try_clone().expect("log");
        let child = self
            .command(&["serve", "--listen", &format!("127.0.0.1:{port}")])
            .stdout(out)
            .stderr(log)
            .spawn()
            .expect("serve starts");
        let served = Served {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(30) {
            if let Ok(answer) = served.get("/readyz")
                && answer.status == 200
            {
                return served;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("serve was not ready after 30 s: {}", self.log());
    }

    /// What the servers printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("serve.log")).unwrap_or_default()
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("address").port()
}

/// A running server; killed when dropped.
pub struct Served {
    pub child: Child,
    pub address: SocketAddr,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _already_dead = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// One HTTP answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|l| {
            let (n, v) = l.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| v.trim())
        })
    }
}

impl Served {
    pub fn get(&self, path: &str) -> std::io::Result<Answer> {
        self.send(
            format!(
                "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
                self.address
            )
            .as_bytes(),
        )
    }

    /// Posts a urlencoded body and asks for JSON.
    pub fn post(&self, path: &str, body: &str) -> std::io::Result<Answer> {
        post_to(self.address, path, body)
    }

    /// Posts bytes of any type and asks for JSON.
    pub fn post_bytes(&self, path: &str, kind: &str, body: &[u8]) -> std::io::Result<Answer> {
        send_to(self.address, &request(self.address, path, kind, body))
    }

    /// Sends raw bytes and reads to the end of the connection.
    pub fn send(&self, request: &[u8]) -> std::io::Result<Answer> {
        send_to(self.address, request)
    }

    /// Sends bytes and closes the connection without waiting.
    pub fn send_and_hang_up(&self, request: &[u8]) {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5))
            .expect("a connection");
        stream.write_all(request).expect("written");
        std::thread::sleep(Duration::from_millis(200));
    }

    /// SIGKILL, now.
    pub fn kill(mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("reap");
    }

    /// SIGTERM, and waits; the exit code.
    pub fn stop(mut self) -> Option<i32> {
        let done = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .expect("kill");
        assert!(done.success());
        self.child.wait().expect("reap").code()
    }
}

/// Posts a urlencoded body to an address, for threads that outlive their server.
pub fn post_to(address: SocketAddr, path: &str, body: &str) -> std::io::Result<Answer> {
    send_to(
        address,
        &request(
            address,
            path,
            "application/x-www-form-urlencoded",
            body.as_bytes(),
        ),
    )
}

fn request(address: SocketAddr, path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\naccept: application/json\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

fn send_to(address: SocketAddr, request: &[u8]) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request)?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    parse(&all)
}

fn parse(all: &[u8]) -> std::io::Result<Answer> {
    let torn = || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "torn answer");
    let at = all
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .ok_or_else(torn)?;
    let head = String::from_utf8_lossy(all.get(..at).ok_or_else(torn)?).into_owned();
    let mut body = all.get(at + 4..).ok_or_else(torn)?.to_vec();
    let status = head
        .get(9..12)
        .and_then(|s| s.parse().ok())
        .ok_or_else(torn)?;
    let lower = head.to_ascii_lowercase();
    if lower.contains("transfer-encoding: chunked") {
        body = unchunk(&body).ok_or_else(torn)?;
    } else if let Some(length) = lower.lines().find_map(|l| {
        l.strip_prefix("content-length:")?
            .trim()
            .parse::<usize>()
            .ok()
    }) && body.len() < length
    {
        return Err(torn());
    }
    Ok(Answer { status, head, body })
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let at = rest.windows(2).position(|w| w == b"\r\n")?;
        let size =
            usize::from_str_radix(std::str::from_utf8(rest.get(..at)?).ok()?.trim(), 16).ok()?;
        rest = rest.get(at + 2..)?;
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

/// A small seeded generator (SplitMix64): tests that must be repeatable say their seed.
pub struct Seed(pub u64);

impl Seed {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// A setting of a long test: an environment variable, else the default.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(default)
}

/// Writes a small SARIF file with `results` results of `rules` rules.
pub fn sarif(path: &Path, rules: u64, results: u64, mark: u64) {
    let rows: Vec<_> = (0..results)
        .map(|n| {
            serde_json::json!({"ruleId": format!("R{}", n % rules), "level": "warning",
                "message": {"text": format!("finding {n} of {mark}")},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": format!("src/f{}.c", n % 31)}, "region": {"startLine": n + 1}}}],
                "partialFingerprints": {"primaryLocationLineHash": format!("{mark:x}-{n:x}")}})
        })
        .collect();
    let names: Vec<_> = (0..rules).map(|r| serde_json::json!({"id": format!("R{r}"), "shortDescription": {"text": format!("Rule {r}")}})).collect();
    let file = serde_json::json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "fixture", "rules": names}}, "results": rows}]});
    std::fs::write(path, file.to_string()).expect("write");
}
