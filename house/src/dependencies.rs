//! What the product is linked from: walls between crates, licences, and docs/dependencies.md.

use crate::Finding;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a crate's `[dependencies]` may name of ours, and what it must not name of others.
pub struct CrateWall {
    /// The manifest, such as `crates/case/Cargo.toml`.
    pub manifest: &'static str,
    /// Crates of this workspace that it may use.
    pub ours: &'static [&'static str],
    /// Crates that have no business there.
    pub never: &'static [&'static str],
}

const WORLD: &[&str] = &[
    "tokio",
    "axum",
    "tower",
    "getrandom",
    "tempfile",
    "rusqlite",
    "tokio-postgres",
    "deadpool-postgres",
    "object_store",
    "clap",
    "tracing",
];
const ENGINES: &[&str] = &[
    "rusqlite",
    "tokio-postgres",
    "deadpool-postgres",
    "object_store",
];

/// The walls that Cargo holds, once these lines are what they are.
pub const CRATE_WALLS: &[CrateWall] = &[
    CrateWall {
        manifest: "crates/case/Cargo.toml",
        ours: &[],
        never: WORLD,
    },
    CrateWall {
        manifest: "crates/formats/Cargo.toml",
        ours: &[],
        never: WORLD,
    },
    CrateWall {
        manifest: "crates/ledger/Cargo.toml",
        ours: &[],
        never: WORLD,
    },
    CrateWall {
        manifest: "crates/store/Cargo.toml",
        ours: &["vulnerary-case", "vulnerary-ledger"],
        never: &["axum", "maud", "clap"],
    },
    CrateWall {
        manifest: "crates/app/Cargo.toml",
        ours: &[
            "vulnerary-case",
            "vulnerary-formats",
            "vulnerary-ledger",
            "vulnerary-store",
        ],
        never: ENGINES,
    },
];

/// The names in a manifest's table, such as `dependencies`, with the rest of the line.
pub fn table<'a>(manifest: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let head = format!("[{name}]");
    let lines = manifest.lines().skip_while(|l| l.trim() != head).skip(1);
    let lines = lines.take_while(|l| !l.trim_start().starts_with('['));
    let entry = |line: &'a str| {
        let (key, value) = line.split_once('=')?;
        Some((
            key.trim().trim_end_matches(".workspace").trim(),
            value.trim(),
        ))
    };
    lines
        .filter(|l| !l.trim_start().starts_with('#'))
        .filter_map(entry)
        .collect()
}

/// A manifest against its wall. Development dependencies are free.
pub fn check_manifest(wall: &CrateWall, manifest: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, _) in table(manifest, "dependencies") {
        let ours = name == "vulnerary" || name.starts_with("vulnerary-");
        if wall.never.contains(&name) || (ours && !wall.ours.contains(&name)) {
            findings.push(Finding::new(
                wall.manifest,
                format!("may not depend on {name} (the import table)"),
            ));
        }
    }
    findings
}

/// One package of `cargo metadata`.
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its SPDX expression; empty where it has none.
    pub licence: String,
}

/// The packages in the output of `cargo metadata --format-version 1`.
pub fn packages(metadata: &str) -> Vec<Package> {
    let value: Value = serde_json::from_str(metadata).unwrap_or_default();
    let text = |p: &Value, key: &str| p[key].as_str().unwrap_or_default().to_string();
    let all = value["packages"].as_array().cloned().unwrap_or_default();
    all.iter()
        .map(|p| Package {
            name: text(p, "name"),
            licence: text(p, "license"),
        })
        .collect()
}

/// The licences that deny.toml allows.
pub fn allowed(deny: &str) -> BTreeSet<String> {
    let list = deny.split_once("allow = [").map_or("", |(_, rest)| rest);
    let list = list.split_once(']').map_or("", |(list, _)| list);
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(String::from)
        .collect()
}

/// Packages whose licence expression cannot be met with the allowed licences.
pub fn check_licences(packages: &[Package], allowed: &BTreeSet<String>) -> Vec<Finding> {
    let refused = packages.iter().filter(|p| !meets(&p.licence, allowed));
    refused
        .map(|p| {
            let why = format!("licence \"{}\" is not allowed by deny.toml", p.licence);
            Finding::new(p.name.clone(), why)
        })
        .collect()
}

/// Whether an SPDX expression (`OR`, `AND`, `WITH`, brackets, the old `/`) can be met.
fn meets(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let split_at_top = |text: &str, word: &str| -> Vec<String> {
        let (mut depth, mut parts, mut last) = (0i32, Vec::new(), 0);
        for (at, c) in text.char_indices() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            if depth == 0 && at >= last && text[at..].starts_with(word) {
                parts.push(text[last..at].to_string());
                last = at + word.len();
            }
        }
        parts.push(text[last..].to_string());
        parts
    };
    let text = expression.trim().replace('/', " OR ");
    let either = split_at_top(&text, " OR ");
    if either.len() > 1 {
        return either.iter().any(|part| meets(part, allowed));
    }
    let both = split_at_top(&text, " AND ");
    if both.len() > 1 {
        return both.iter().all(|part| meets(part, allowed));
    }
    match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => meets(inner, allowed),
        None => allowed.contains(&text),
    }
}

/// docs/dependencies.md against the workspace: a row per direct dependency, no row more, each with its licence.
pub fn check_listed(workspace: &str, document: &str, packages: &[Package]) -> Vec<Finding> {
    let place = "docs/dependencies.md";
    let rows = rows(document);
    let mut licences: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        licences
            .entry(&package.name)
            .or_default()
            .insert(package.licence.replace('/', " OR "));
    }
    let wanted: BTreeSet<&str> = table(workspace, "workspace.dependencies")
        .into_iter()
        .filter(|(_, value)| !value.contains("path ="))
        .map(|(name, _)| name)
        .collect();
    let mut findings = Vec::new();
    for name in wanted.iter().filter(|n| !rows.contains_key(*n)) {
        findings.push(Finding::new(
            place,
            format!("has no row for {name}: what for, licence, why this one"),
        ));
    }
    for (name, cells) in &rows {
        if !wanted.contains(name) {
            findings.push(Finding::new(
                place,
                format!("has a row for {name}, which nothing depends on"),
            ));
            continue;
        }
        let [_, what, licence, why] = cells.as_slice() else {
            findings.push(Finding::new(
                place,
                format!("{name}: a row is crate, what for, licence, why"),
            ));
            continue;
        };
        if what.is_empty() || why.is_empty() {
            findings.push(Finding::new(
                place,
                format!("{name}: what for and why are not said"),
            ));
        }
        if let Some(real) = licences
            .get(name)
            .filter(|real| !real.contains(licence.as_str()))
        {
            findings.push(Finding::new(
                place,
                format!("{name}: says \"{licence}\", the package says {real:?}"),
            ));
        }
    }
    findings
}

/// The rows of a table whose first cell is a `name` in back quotes.
fn rows(document: &str) -> BTreeMap<&str, Vec<String>> {
    let mut found = BTreeMap::new();
    for line in document.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<String> = line
            .trim()
            .trim_matches('|')
            .split('|')
            .map(|c| c.trim().to_string())
            .collect();
        let name = line
            .trim_start_matches("| `")
            .split('`')
            .next()
            .unwrap_or_default();
        found.insert(name, cells);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, licence: &str) -> Package {
        Package {
            name: name.into(),
            licence: licence.into(),
        }
    }

    #[test]
    fn a_pure_crate_stays_pure() {
        let wall = &CRATE_WALLS[0];
        assert_eq!(
            check_manifest(wall, "[dependencies]\nserde.workspace = true\n"),
            []
        );
        assert_eq!(
            check_manifest(wall, "[dependencies]\ntokio = \"1\"\n").len(),
            1
        );
        assert_eq!(
            check_manifest(wall, "[dependencies]\nvulnerary-store.workspace = true").len(),
            1
        );
        assert_eq!(
            check_manifest(wall, "[dev-dependencies]\ntokio = \"1\"\n"),
            []
        );
    }

    #[test]
    fn licence_expressions_are_read() {
        let allowed =
            allowed("allow = [\n \"MIT\", # c\n \"ISC\",\n \"Apache-2.0 WITH LLVM-exception\"\n]");
        let cases = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0/MIT", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND ISC", true),
            ("(GPL-3.0 OR LGPL-3.0) AND ISC", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("", false),
        ];
        for (expression, meets) in cases {
            let findings = check_licences(&[package("a", expression)], &allowed);
            assert_eq!(findings.is_empty(), meets, "{expression}");
        }
    }

    #[test]
    fn the_list_of_dependencies_is_exact() {
        let workspace =
            "[workspace.dependencies]\nours = { path = \"x\" }\naxum = \"1\"\nhex = \"1\"\n";
        let packages = [package("axum", "MIT"), package("hex", "MIT/Apache-2.0")];
        let good = "| crate | what for |\n|---|---|\n| `axum` | HTTP | MIT | plain |\n| `hex` | hex | MIT OR Apache-2.0 | small |\n";
        assert_eq!(check_listed(workspace, good, &packages), []);
        for (from, to) in [
            ("| `hex` | hex | MIT OR Apache-2.0 | small |\n", ""),
            ("| `hex` |", "| `hexx` |"),
            ("| MIT | plain", "| BSD | plain"),
            ("| HTTP |", "| |"),
        ] {
            assert_ne!(
                check_listed(workspace, &good.replace(from, to), &packages),
                [],
                "{from}"
            );
        }
    }
}
