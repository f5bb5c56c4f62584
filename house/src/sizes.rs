//! Files and functions stay small (design: 100 to 400 lines, functions under 60), held by a ratchet: what is over
//! is listed in `house/sizes.txt` with its size and may not grow; nothing passes the upper limit.

use crate::Finding;
use crate::rust::{self, Function};
use crate::tree::{Source, listed};
use std::collections::BTreeMap;

/// Listed above the first, refused above the second.
#[derive(Clone, Copy)]
pub struct Limit {
    /// Over this many lines it must be in the list.
    pub listed: usize,
    /// Over this many lines it is refused.
    pub refused: usize,
    /// What is measured, for the message.
    pub what: &'static str,
}

/// Lines of a source file, its tests included.
pub const FILE: Limit = Limit {
    listed: 400,
    refused: 800,
    what: "file",
};
/// Lines of a function that ships.
pub const FUNCTION: Limit = Limit {
    listed: 60,
    refused: 100,
    what: "function",
};
/// Lines of a function in test code, where a table of cases may be long.
pub const TEST_FUNCTION: Limit = Limit {
    listed: 100,
    refused: 150,
    what: "test function",
};

/// Everything over the first limit, as `path` or `path::function` with its size, and which limit.
pub fn measure(sources: &[Source]) -> Vec<(String, usize, Limit)> {
    let mut over = Vec::new();
    for source in sources {
        let mut note = |name: String, lines: usize, limit: Limit| {
            if lines > limit.listed {
                over.push((name, lines, limit));
            }
        };
        note(source.path.clone(), source.text.lines().count(), FILE);
        for Function {
            name, lines, test, ..
        } in rust::read(&source.path, &source.text).1
        {
            let limit = if test { TEST_FUNCTION } else { FUNCTION };
            note(format!("{}::{name}", source.path), lines, limit);
        }
    }
    over
}

/// Breaches of the ratchet: refused, grown, or not listed.
pub fn check(sources: &[Source], list: &str) -> Vec<Finding> {
    let known = sizes(list);
    let mut findings = Vec::new();
    for (name, lines, limit) in measure(sources) {
        let Limit {
            listed,
            refused,
            what,
        } = limit;
        let why = match known.get(name.as_str()) {
            _ if lines > refused => {
                format!("this {what} has {lines} lines; over {refused} is refused. Cut it")
            }
            None => format!(
                "this {what} has {lines} lines, over {listed}. Cut it, or list it: HOUSE_ACCEPT=1 cargo test -p house"
            ),
            Some(was) if lines > *was => {
                format!("this {what} grew from {was} to {lines} lines; it may not grow")
            }
            Some(_) => continue,
        };
        findings.push(Finding::new(name, why));
    }
    findings
}

/// The list as it would be now: what is over the first limit and not refused.
pub fn list(sources: &[Source]) -> String {
    let mut lines: Vec<String> = measure(sources)
        .into_iter()
        .filter(|(_, lines, limit)| *lines <= limit.refused)
        .map(|(name, lines, _)| format!("{lines} {name}"))
        .collect();
    lines.sort_by(|a, b| a.split(' ').nth(1).cmp(&b.split(' ').nth(1)));
    let head = "# Files over 400 lines and functions over 60, which may not grow (house/src/sizes.rs).\n\
                # Rewritten by HOUSE_ACCEPT=1 cargo test -p house; a reviewer asks of each new line: why?\n";
    lines
        .iter()
        .fold(head.to_string(), |all, line| all + line + "\n")
}

fn sizes(list: &str) -> BTreeMap<&str, usize> {
    let pair = |line: &'_ str| -> Option<(usize, usize)> {
        let (size, _) = line.split_once(' ')?;
        Some((size.parse().ok()?, size.len() + 1))
    };
    listed(list)
        .into_iter()
        .filter_map(|l| pair(l).map(|(n, at)| (&l[at..], n)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(lines: usize) -> Vec<Source> {
        vec![Source {
            path: "crates/a/src/b.rs".into(),
            text: "//\n".repeat(lines),
        }]
    }

    fn function(lines: usize) -> Vec<Source> {
        let text = format!("fn f() {{\n{}}}", "x;\n".repeat(lines - 2));
        vec![Source {
            path: "crates/a/src/b.rs".into(),
            text,
        }]
    }

    #[test]
    fn a_large_file_is_listed_and_may_not_grow() {
        assert_eq!(check(&file(400), ""), []);
        assert!(check(&file(401), "")[0].why.contains("over 400"));
        assert_eq!(check(&file(401), "401 crates/a/src/b.rs"), []);
        assert!(
            check(&file(402), "401 crates/a/src/b.rs")[0]
                .why
                .contains("may not grow")
        );
        assert!(
            check(&file(801), "801 crates/a/src/b.rs")[0]
                .why
                .contains("refused")
        );
    }

    #[test]
    fn a_long_function_is_listed_and_may_not_grow() {
        assert_eq!(check(&function(60), ""), []);
        assert_eq!(check(&function(61), "").len(), 1);
        assert_eq!(check(&function(61), "61 crates/a/src/b.rs::f"), []);
        assert_eq!(check(&function(62), "61 crates/a/src/b.rs::f").len(), 1);
        assert_eq!(check(&function(101), "101 crates/a/src/b.rs::f").len(), 1);
    }

    #[test]
    fn the_list_it_writes_is_the_list_it_accepts() {
        assert_eq!(check(&file(500), &list(&file(500))), []);
        assert_eq!(check(&function(99), &list(&function(99))), []);
        assert_eq!(check(&file(801), &list(&file(801))).len(), 1);
    }
}
