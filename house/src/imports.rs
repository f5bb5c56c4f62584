//! Holds the import table of `walls.rs` on every path that a file names. Test code is free: it may look over a
//! wall to see what is behind.

use crate::Finding;
use crate::lexer::{Token, tokens};
use crate::rust;
use crate::tree::{Source, listed};
use crate::walls::{APP, EMPTY_NAMES, Only, Wall};

/// Whether `path` lies in `room`: the folder, or the file of the same name.
fn within(room: &str, path: &str) -> bool {
    let rest = path.strip_prefix(room);
    rest.is_some_and(|r| r.starts_with('/') || r == ".rs")
}

fn starts_with(path: &[String], prefix: &str) -> bool {
    prefix
        .split("::")
        .enumerate()
        .all(|(i, part)| path.get(i).is_some_and(|p| p == part))
}

/// Paths that break a wall. An exception is a line `FILE PATH` of `house/exceptions.txt`.
pub fn check_walls(sources: &[Source], walls: &[Wall], exceptions: &str) -> Vec<Finding> {
    let excepted = listed(exceptions);
    let mut findings = Vec::new();
    for source in sources {
        let walls: Vec<&Wall> = walls
            .iter()
            .filter(|w| within(w.room, &source.path))
            .collect();
        if walls.is_empty() {
            continue;
        }
        for found in rust::read(&source.path, &source.text).0 {
            let path = found.path.join("::");
            let glob_of_everything = path == "crate" || path == "crate::*";
            let excuse = |e: &&str| {
                e.split_once(' ')
                    .is_some_and(|(f, p)| f == source.path && starts_with(&found.path, p))
            };
            if found.test || excepted.iter().any(excuse) {
                continue;
            }
            for wall in &walls {
                let refused = wall.never.iter().any(|p| starts_with(&found.path, p));
                let allowed = wall.but.iter().any(|p| starts_with(&found.path, p));
                if (refused && !allowed) || glob_of_everything {
                    let place = format!("{}:{}", source.path, found.line);
                    findings.push(Finding::new(
                        place,
                        format!("may not name {path}: {}", wall.because),
                    ));
                }
            }
        }
    }
    findings
}

/// Intake's folders (`a_…` to `g_…`): nobody but the folder itself and `intake/mod.rs` names one.
pub fn check_intake(sources: &[Source]) -> Vec<Finding> {
    let intake = format!("{APP}/intake");
    let is_source =
        |name: &str| name.len() > 2 && matches!(name.as_bytes(), [b'a'..=b'g', b'_', ..]);
    let mut findings = Vec::new();
    for source in sources
        .iter()
        .filter(|s| s.path.starts_with(APP) && s.path != format!("{intake}/mod.rs"))
    {
        for found in rust::read(&source.path, &source.text)
            .0
            .iter()
            .filter(|r| !r.test)
        {
            let [root, room, folder, ..] = found.path.as_slice() else {
                continue;
            };
            let names = root == "crate" && room == "intake" && is_source(folder);
            if names && !within(&format!("{intake}/{folder}"), &source.path) {
                let why = format!(
                    "may not name intake::{folder}: removing that folder may break one line of intake/mod.rs and nothing else"
                );
                findings.push(Finding::new(format!("{}:{}", source.path, found.line), why));
            }
        }
    }
    findings
}

/// Words outside their rooms.
pub fn check_only(sources: &[Source], rules: &[Only]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| !s.path.contains("/tests/")) {
        let all = tokens(&source.text);
        for rule in rules {
            let here = source.path.starts_with(rule.within)
                && !rule.rooms.iter().any(|room| within(room, &source.path));
            if !here {
                continue;
            }
            let matches = |w: &[Token]| {
                w.iter()
                    .map(|t| t.text.as_str())
                    .eq(rule.tokens.iter().copied())
            };
            for window in all.windows(rule.tokens.len()).filter(|w| matches(w)) {
                let why = format!(
                    "`{}` does not belong here: {}",
                    rule.tokens.concat(),
                    rule.because
                );
                findings.push(Finding::new(
                    format!("{}:{}", source.path, window[0].line),
                    why,
                ));
            }
        }
    }
    findings
}

/// Files, folders and modules with an empty name.
pub fn check_names(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let parts = source.path.split('/').map(|p| p.trim_end_matches(".rs"));
        let mut bad: Vec<String> = parts
            .filter(|p| EMPTY_NAMES.contains(p))
            .map(String::from)
            .collect();
        let all = tokens(&source.text);
        let modules = all.windows(2).filter(|w| w[0].text == "mod");
        bad.extend(
            modules
                .map(|w| w[1].text.clone())
                .filter(|n| EMPTY_NAMES.contains(&n.as_str())),
        );
        let why = |name: &String| {
            format!("\"{name}\" says nothing about what is inside; name it after its subject")
        };
        findings.extend(
            bad.iter()
                .map(|name| Finding::new(source.path.clone(), why(name))),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walls::{ONLY, WALLS};

    fn at(path: &str, text: &str) -> Vec<Source> {
        vec![Source {
            path: path.into(),
            text: text.into(),
        }]
    }

    fn walls(path: &str, text: &str) -> usize {
        check_walls(&at(path, text), WALLS, "").len()
    }

    /// Every wall refuses each thing it names, and lets through what it excepts.
    #[test]
    fn every_wall_stands() {
        for wall in WALLS {
            let inside = format!("{}/x.rs", wall.room);
            for path in wall.never {
                assert_eq!(
                    walls(&inside, &format!("use {path}::x;")),
                    1,
                    "{} → {path}",
                    wall.room
                );
                assert_eq!(walls(&inside, &format!("fn f() {{ {path}::x(); }}")), 1);
            }
            for path in wall.but {
                assert_eq!(
                    walls(&inside, &format!("use {path};")),
                    0,
                    "{} → {path}",
                    wall.room
                );
            }
        }
    }

    #[test]
    fn a_wall_sees_every_spelling() {
        let page = "crates/app/src/web/inbox.rs";
        assert_eq!(walls(page, "use vulnerary_store as s;"), 1);
        assert_eq!(
            walls(
                page,
                "pub use {maud::html, vulnerary_store::{Store, read}};"
            ),
            2
        );
        assert_eq!(walls(page, "use super::super::channels::mail;"), 1);
        assert_eq!(
            walls(page, "use crate::tracking;"),
            1,
            "the whole room is more than act"
        );
        assert_eq!(walls(page, "use crate::*;"), 1);
        assert_eq!(
            walls("crates/app/src/web.rs", "use vulnerary_store::Store;"),
            1
        );
    }

    #[test]
    fn tests_strings_and_other_rooms_are_free() {
        let page = "crates/app/src/web/inbox.rs";
        assert_eq!(
            walls(
                page,
                "#[cfg(test)] mod tests { use vulnerary_store::Store; }"
            ),
            0
        );
        assert_eq!(
            walls(
                page,
                "// use vulnerary_store::Store;\nconst A: &str = \"vulnerary_store::x\";"
            ),
            0
        );
        assert_eq!(
            walls("crates/app/src/access.rs", "use vulnerary_store::Store;"),
            0
        );
        assert_eq!(
            walls("crates/app/src/website.rs", "use vulnerary_store::Store;"),
            0
        );
    }

    #[test]
    fn an_exception_is_for_one_file_and_one_path() {
        let source = at(
            "crates/app/src/cli/doctor.rs",
            "use vulnerary_store::{doctor, Store};",
        );
        let exception =
            "crates/app/src/cli/doctor.rs vulnerary_store::doctor # reads the engine's settings";
        assert_eq!(check_walls(&source, WALLS, exception).len(), 1);
        assert_eq!(check_walls(&source, WALLS, "").len(), 2);
    }

    #[test]
    fn intake_folders_stand_alone() {
        let other = "use super::super::b_component_suppliers::x;";
        assert_eq!(
            check_intake(&at("crates/app/src/intake/a_testers/sarif.rs", other)).len(),
            1
        );
        let own = "use crate::intake::a_testers::x; use crate::intake::receive;";
        assert_eq!(
            check_intake(&at("crates/app/src/intake/a_testers/sarif.rs", own)),
            []
        );
        assert_eq!(
            check_intake(&at(
                "crates/app/src/intake/mod.rs",
                "use self::g_widespread::SPEC;"
            )),
            []
        );
        let web = "fn f() { crate::intake::g_widespread::x() }";
        assert_eq!(check_intake(&at("crates/app/src/web/a.rs", web)).len(), 1);
    }

    #[test]
    fn only_tracking_commits() {
        let call = "async fn f(s: &Store) { s.commit(batch).await }";
        assert_eq!(
            check_only(&at("crates/app/src/web/a.rs", call), ONLY).len(),
            1
        );
        assert_eq!(
            check_only(&at("crates/app/src/tracking/act.rs", call), ONLY),
            []
        );
        assert_eq!(
            check_only(&at("crates/app/src/cli/a.rs", "Store::commit(s, b)"), ONLY).len(),
            1
        );
        assert_eq!(
            check_only(&at("crates/app/src/cli/a.rs", "#![allow(dead_code)]"), ONLY).len(),
            1
        );
    }

    #[test]
    fn empty_names_are_refused() {
        assert_eq!(check_names(&at("crates/app/src/utils.rs", "")).len(), 1);
        assert_eq!(
            check_names(&at("crates/app/tests/common/mod.rs", "")).len(),
            1
        );
        assert_eq!(
            check_names(&at("crates/app/src/lib.rs", "mod helpers;")).len(),
            1
        );
        assert_eq!(
            check_names(&at("crates/app/src/lib.rs", "mod uncommon;")),
            []
        );
    }
}
