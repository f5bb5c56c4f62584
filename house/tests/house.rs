//! The house rules, on the repository itself.

use house::tree::{Source, Tree};
use house::{Finding, dependencies, documents, imports, sizes, walls, words};
use std::process::Command;

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

/// The Markdown that people read: at the top, and below docs/.
fn documents() -> Vec<Source> {
    let tree = tree();
    let mut all = tree.files(&["docs"], "md");
    for path in [
        "README.md",
        "ARCHITECTURE.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ] {
        assert!(tree.exists(path), "{path} is missing");
        all.push(Source {
            path: path.into(),
            text: tree.text(path),
        });
    }
    all
}

#[test]
fn paths_that_the_documents_name_exist() {
    let tree = tree();
    let not_yet = tree.text("house/not-yet.txt");
    let check = |d: &Source| documents::check_paths(&d.path, &d.text, &not_yet, &tree);
    none(documents().iter().flat_map(check).collect());
}

#[test]
fn clause_9_2_is_a_whole_table() {
    let tree = tree();
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(tree.root().join("crates/app/src/intake"))
        .into_iter()
        .flatten()
        .flatten()
    {
        if entry.path().is_dir() {
            folders.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    let document = "docs/clause-9.2.md";
    none(documents::check_clause(
        document,
        &tree.text(document),
        &folders,
    ));
}

#[test]
fn architecture_is_short_enough_to_be_read() {
    let lines = tree().text("ARCHITECTURE.md").lines().count();
    assert!(
        (1..=200).contains(&lines),
        "ARCHITECTURE.md has {lines} lines; at most 200"
    );
}

#[test]
fn crates_keep_to_the_import_table() {
    let check =
        |w: &dependencies::CrateWall| dependencies::check_manifest(w, &tree().text(w.manifest));
    none(dependencies::CRATE_WALLS.iter().flat_map(check).collect());
}

/// Every package that this platform links, as Cargo knows it. Reads what is downloaded; asks no network.
fn packages() -> Vec<dependencies::Package> {
    let cargo = std::env::var("CARGO").unwrap_or("cargo".into());
    let run = |arguments: &[&str]| {
        let output = Command::new(&cargo)
            .args(arguments)
            .current_dir(tree().root())
            .output();
        output
            .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
            .unwrap_or_default()
    };
    let version = run(&["-vV"]);
    let host = version
        .lines()
        .find_map(|l| l.strip_prefix("host: "))
        .unwrap_or_default();
    let metadata = [
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--offline",
        "--filter-platform",
        host,
    ];
    let packages = dependencies::packages(&run(&metadata));
    assert!(
        packages.len() > 50,
        "cargo metadata answered {} packages",
        packages.len()
    );
    packages
}

#[test]
fn licences_are_allowed() {
    let allowed = dependencies::allowed(&tree().text("deny.toml"));
    none(dependencies::check_licences(&packages(), &allowed));
}

#[test]
fn every_dependency_is_explained() {
    let (workspace, document) = (
        tree().text("Cargo.toml"),
        tree().text("docs/dependencies.md"),
    );
    none(dependencies::check_listed(
        &workspace,
        &document,
        &packages(),
    ));
}

#[test]
fn interfaces_name_every_field_and_value() {
    let tree = tree();
    let document = tree.text("docs/interfaces.md");
    let check = |p: &words::Promise| words::check(p, &tree.text(p.file), &document);
    none(words::PROMISES.iter().flat_map(check).collect());
}
