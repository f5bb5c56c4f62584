//! What the documents promise: every path they name exists, and clause 9.2's table names real folders and tests.

use crate::Finding;
use crate::tree::listed;
use std::collections::BTreeSet;

/// Folders at the top of the repository; a word in back quotes that starts with one of them is a path.
const TOPS: &[&str] = &[
    "crates/", "docs/", "deploy/", "tests/", "house/", "bench/", "fuzz/", "policy/", ".ci/",
    ".config/",
];

/// A path as a document names it, with its line.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    /// The path, relative to the repository.
    pub path: String,
    /// A function in that file, where one is named as `path::function`.
    pub function: Option<String>,
    /// The line of the document.
    pub line: usize,
}

/// The paths that a document names: in back quotes, and as relative links. Fenced blocks are examples.
pub fn named(document: &str, text: &str) -> Vec<Named> {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut found, mut fenced) = (Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let quoted = line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|w| TOPS.iter().any(|t| w.starts_with(t)));
        let links = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let links = links.filter(|l| {
            !l.contains("://") && !l.starts_with(['#', '/']) && !l.starts_with("mailto:")
        });
        let whole = quoted
            .filter(|w| !w.contains([' ', '…', '<']))
            .map(String::from);
        let words = whole.chain(links.map(|link| joined(folder, link)));
        for word in words.flat_map(|word| spelled_out(&word)) {
            let word = word.split('#').next().unwrap_or_default();
            let (path, function) = match word.split_once("::") {
                Some((path, function)) => (path, Some(function.to_string())),
                None => (word, None),
            };
            let path = path.split('*').next().unwrap_or_default();
            let path = if word.contains('*') {
                path.rsplit_once('/').map_or("", |(p, _)| p)
            } else {
                path
            };
            found.push(Named {
                path: path.trim_end_matches('/').into(),
                function,
                line: number + 1,
            });
        }
    }
    found
}

/// `a/{b,c}.d` as `a/b.d` and `a/c.d`; anything else as it is.
fn spelled_out(word: &str) -> Vec<String> {
    let parts = word.split_once('{').and_then(|(before, rest)| {
        let (choices, after) = rest.split_once('}')?;
        Some(
            choices
                .split(',')
                .map(|c| format!("{before}{c}{after}"))
                .collect(),
        )
    });
    parts.unwrap_or_else(|| vec![word.to_string()])
}

fn joined(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The repository as far as documents care.
pub trait Repository {
    /// Whether a path exists.
    fn exists(&self, path: &str) -> bool;
    /// A file's text; empty where there is none.
    fn text(&self, path: &str) -> String;
}

impl Repository for crate::tree::Tree {
    fn exists(&self, path: &str) -> bool {
        crate::tree::Tree::exists(self, path)
    }
    fn text(&self, path: &str) -> String {
        crate::tree::Tree::text(self, path)
    }
}

/// Paths that are named and do not exist, unless `house/not-yet.txt` lists them (or a folder above).
pub fn check_paths(
    document: &str,
    text: &str,
    not_yet: &str,
    repository: &dyn Repository,
) -> Vec<Finding> {
    let waiting = listed(not_yet);
    let is_waiting = |path: &str| {
        let above = |w: &&str| {
            path.strip_prefix(*w)
                .is_some_and(|r| r.is_empty() || r.starts_with('/'))
        };
        waiting.iter().any(above)
    };
    let mut findings = Vec::new();
    for Named {
        path,
        function,
        line,
    } in named(document, text)
    {
        let place = format!("{document}:{line}");
        if !repository.exists(&path) {
            if !is_waiting(&path) {
                findings.push(Finding::new(
                    place,
                    format!("names {path}, which does not exist"),
                ));
            }
        } else if let Some(function) = function
            && !repository.text(&path).contains(&format!("fn {function}("))
        {
            findings.push(Finding::new(
                place,
                format!("names {function}, which is not in {path}"),
            ));
        }
    }
    findings
}

/// The table of clause 9.2: the ten constraints once each, each with a folder and a test, or the plain words
/// "spec only" where a source is not built; and every intake folder in some row.
pub fn check_clause(document: &str, text: &str, intake_folders: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, l)| l.starts_with("| 9.2-"))
    {
        let place = format!("{document}:{}", number + 1);
        let cells: Vec<&str> = line
            .trim()
            .trim_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        let [id, constraint, folder, test, evidence] = cells.as_slice() else {
            findings.push(Finding::new(
                place,
                "a row is id, constraint, folder, test, evidence",
            ));
            continue;
        };
        if !seen.insert(id.to_string()) {
            findings.push(Finding::new(place.clone(), format!("{id} stands twice")));
        }
        if constraint.is_empty() || evidence.is_empty() {
            findings.push(Finding::new(place.clone(), format!("{id}: an empty cell")));
        }
        if !named(document, folder)
            .iter()
            .any(|n| n.path.starts_with("crates/"))
        {
            findings.push(Finding::new(place.clone(), format!("{id} names no folder")));
        }
        let tested = named(document, test).iter().any(|n| n.function.is_some());
        if !tested && !test.contains("spec only") {
            findings.push(Finding::new(
                place,
                format!("{id} names no test; say `FILE::FUNCTION`, or \"spec only\""),
            ));
        }
    }
    for id in (1..=10)
        .map(|n| format!("9.2-{n:02}"))
        .filter(|id| !seen.contains(id))
    {
        findings.push(Finding::new(document, format!("has no row for {id}")));
    }
    for folder in intake_folders.iter().filter(|f| !text.contains(f.as_str())) {
        findings.push(Finding::new(document, format!("has no row for {folder}")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Few(&'static [(&'static str, &'static str)]);
    impl Repository for Few {
        fn exists(&self, path: &str) -> bool {
            self.0.iter().any(|(p, _)| *p == path)
        }
        fn text(&self, path: &str) -> String {
            self.0
                .iter()
                .find(|(p, _)| *p == path)
                .map_or(String::new(), |(_, t)| t.to_string())
        }
    }
    const FEW: Few = Few(&[
        ("crates/a", ""),
        ("docs/x.md", ""),
        ("crates/a/t.rs", "fn works() {}"),
    ]);

    fn paths(text: &str) -> usize {
        check_paths("docs/y.md", text, "crates/later # in step 3", &FEW).len()
    }

    #[test]
    fn what_is_named_must_exist() {
        assert_eq!(
            paths(
                "see `crates/a/`, [x](x.md#part), [up](../docs/x.md), `crates/a/*.rs`, `not/ours`"
            ),
            0
        );
        assert_eq!(paths("see `crates/b`"), 1);
        assert_eq!(paths("see `crates/{a,b,c}`"), 2);
        assert_eq!(paths("see [x](z.md)"), 1);
        assert_eq!(paths("see `crates/later/x.rs`"), 0, "listed in not-yet.txt");
        assert_eq!(paths("see `crates/later-not`"), 1);
        assert_eq!(paths("```\n`crates/b`\n```\n"), 0);
        assert_eq!(paths("[out](https://example.org/x)"), 0);
    }

    #[test]
    fn a_named_test_must_be_there() {
        assert_eq!(paths("`crates/a/t.rs::works`"), 0);
        assert_eq!(paths("`crates/a/t.rs::fails`"), 1);
    }

    fn clause() -> String {
        let row =
            |n: usize| format!("| 9.2-{n:02} | c | `crates/a` | `crates/a/t.rs::works` | e |\n");
        (1..=10).map(row).collect()
    }

    #[test]
    fn the_clause_has_ten_whole_rows() {
        let check =
            |text: &str| check_clause("docs/clause-9.2.md", text, &["a_testers".into()]).len();
        let good = clause() + "a_testers";
        assert_eq!(check(&good), 0);
        assert_eq!(check(&clause()), 1, "an intake folder without a row");
        for (from, to) in [
            ("9.2-03", "9.2-04"),
            ("| 9.2-03", "9.2-03"),
            ("| `crates/a` |", "| somewhere |"),
            ("`crates/a/t.rs::works`", "tested"),
            ("| e |", "| |"),
            ("| e |", ""),
        ] {
            assert_ne!(check(&good.replacen(from, to, 1)), 0, "{from} → {to}");
        }
        assert_eq!(
            check(&good.replace("`crates/a/t.rs::works`", "spec only")),
            0
        );
    }
}
