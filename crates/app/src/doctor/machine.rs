//! What can be tried without opening the record: folder, key, disk, addresses, TLS.

use super::{Line, bad, ok, warn};
use crate::app;
use crate::config::Config;
use crate::listen::tls;
use crate::outside::Machine;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Less than this is too little, in KiB: 256 MiB, and 2 GiB.
const TIGHT: (u64, u64) = (256 << 10, 2 << 20);

/// Whether something is installed here: a key, or a database of its own.
pub fn exists(config: &Config) -> bool {
    config.data().join("keys").exists()
        || config.database_url.is_some() && key_place(config).exists()
}

fn key_place(config: &Config) -> PathBuf {
    app::options(config, Arc::new(Machine))
        .master_key
        .path()
        .to_owned()
}

/// Everything here.
pub fn examine(config: &Config) -> Vec<Line> {
    let mut lines = vec![
        folder(&config.data()),
        key(&key_place(config)),
        disk(&config.data()),
    ];
    lines.extend([
        listen(config),
        certificates(config),
        proxies(config),
        public_url(config),
    ]);
    lines
}

fn mode(path: &Path) -> std::io::Result<u32> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o777)
}

fn folder(data: &Path) -> Line {
    const WHAT: &str = "data folder";
    let name = data.display();
    match mode(data) {
        Err(why) => bad(
            WHAT,
            format!(
                "{name} cannot be read: {why}. Name another with --data, or start vulnerary serve."
            ),
        ),
        Ok(mode) if mode & 0o022 != 0 => bad(
            WHAT,
            format!("Others may write in {name} ({mode:o}). Do: chmod 700 {name}"),
        ),
        Ok(mode) if mode & 0o055 != 0 => warn(
            WHAT,
            format!("Others may look into {name} ({mode:o}). Do: chmod 700 {name}"),
        ),
        Ok(_) => match tempfile::tempfile_in(data) {
            Ok(_) => ok(WHAT, format!("{name}, writable, for its owner only.")),
            Err(why) => bad(
                WHAT,
                format!(
                    "Nothing can be written in {name}: {why}. Give it to the user that runs vulnerary."
                ),
            ),
        },
    }
}

fn key(file: &Path) -> Line {
    const WHAT: &str = "master key";
    let name = file.display();
    match mode(file) {
        Err(why) => bad(
            WHAT,
            format!(
                "{name} cannot be read: {why}. Without it nothing that was reported can be read. Put it back from the recovery sheet."
            ),
        ),
        Ok(mode) if mode & 0o077 != 0 => bad(
            WHAT,
            format!("Others may read {name} ({mode:o}). Do: chmod 600 {name}"),
        ),
        Ok(_) => ok(WHAT, format!("{name}, for its owner only.")),
    }
}

fn disk(data: &Path) -> Line {
    const WHAT: &str = "disk space";
    let Some(free) = free_kib(data) else {
        return warn(
            WHAT,
            "It could not be found out (the command df gave no answer). Look yourself.",
        );
    };
    let says = format!("{} MiB are free.", free >> 10);
    if free < TIGHT.0 {
        return bad(
            WHAT,
            format!("{says} That is too little: reports will be refused. Free some space."),
        );
    }
    if free < TIGHT.1 {
        return warn(
            WHAT,
            format!("{says} Free some space before it is full: reports are refused then."),
        );
    }
    ok(WHAT, says)
}

/// Free space, as POSIX `df -Pk` says it: the fourth column of the second line.
fn free_kib(data: &Path) -> Option<u64> {
    let out = Command::new("df").arg("-Pk").arg(data).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

fn listen(config: &Config) -> Line {
    match config.check_listen() {
        Ok(()) => ok("listen", format!("{}", config.listen())),
        Err(why) => bad("listen", format!("{why:#}").replace('\n', " ")),
    }
}

fn certificates(config: &Config) -> Line {
    let (Some(cert), Some(key)) = (&config.tls_cert, &config.tls_key) else {
        return ok(
            "TLS",
            "No certificate is set: a proxy in front does it, or this is a trial.",
        );
    };
    match tls::Acceptor::from_files(cert, key) {
        Ok(_) => ok("TLS", format!("{} and its key fit.", cert.display())),
        Err(why) => bad("TLS", format!("{why:#}")),
    }
}

fn proxies(config: &Config) -> Line {
    match config.proxies() {
        Ok(list) if list.is_empty() => {
            ok("proxies", "None is trusted: every sender is who connects.")
        }
        Ok(list) => ok("proxies", format!("{} trusted.", list.len())),
        Err(why) => bad("proxies", format!("{why:#}")),
    }
}

fn public_url(config: &Config) -> Line {
    const WHAT: &str = "public address";
    match config.public_url.as_deref() {
        Some(url) if url.starts_with("https://") => ok(WHAT, url),
        Some(url) => warn(
            WHAT,
            format!(
                "{url} is not https: security.txt is not valid, and reports travel unencrypted. Set public_url to an https address."
            ),
        ),
        None => warn(
            WHAT,
            "None is set, so that links lead to this machine only. Set public_url to the https address that the world uses.",
        ),
    }
}
