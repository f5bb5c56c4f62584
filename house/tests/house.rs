//! The house rules, on the repository itself.

use house::tree::{Source, Tree};
use house::{Finding, imports, sizes, walls};

fn tree() -> Tree {
    Tree::around(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    tree().files(&["crates", "bench", "house"], "rs")
}

/// Fails with every finding on its own line.
fn none(findings: Vec<Finding>) {
    let lines: Vec<String> = findings.iter().map(|f| format!("  {f}")).collect();
    assert!(
        lines.is_empty(),
        "{} breaches of a house rule:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

#[test]
fn rooms_keep_to_the_import_table() {
    let exceptions = tree().text("house/exceptions.txt");
    none(imports::check_walls(&sources(), walls::WALLS, &exceptions));
}

#[test]
fn intake_folders_stand_alone() {
    none(imports::check_intake(&sources()));
}

#[test]
fn calls_with_one_home_stay_there() {
    none(imports::check_only(&sources(), walls::ONLY));
}

#[test]
fn nothing_has_an_empty_name() {
    none(imports::check_names(&sources()));
}

#[test]
fn files_and_functions_stay_small() {
    let sources = sources();
    if std::env::var_os("HOUSE_ACCEPT").is_some() {
        let written = tree().write("house/sizes.txt", &sizes::list(&sources));
        assert!(
            written.is_ok(),
            "house/sizes.txt could not be written: {written:?}"
        );
    }
    none(sizes::check(&sources, &tree().text("house/sizes.txt")));
}
