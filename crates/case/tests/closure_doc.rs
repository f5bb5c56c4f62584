//! docs/closure.md is printed from the one match on lane and outcome, so that the document cannot lie.

use std::fmt::Write as _;
use vulnerary_case::case::event::{Lane, Outcome};
use vulnerary_case::closure::{ALL_OUTCOMES, Need, is_exit, needs};
use vulnerary_case::policy::Policy;
use vulnerary_case::words;

const LANES: [Lane; 5] = [Lane::H, Lane::Hx, Lane::M, Lane::T, Lane::A];

/// Outcomes that can be open in a lane; the rest of the match is never asked.
fn of_lane(lane: Lane) -> Vec<Option<Outcome>> {
    let fits = |o: &Outcome| match lane {
        Lane::Hx => is_exit(*o),
        Lane::A => {
            is_exit(*o)
                || matches!(
                    o,
                    Outcome::NotAffected
                        | Outcome::SiteProblem
                        | Outcome::Benign
                        | Outcome::Unclear
                )
        }
        _ => !matches!(o, Outcome::SiteProblem | Outcome::Benign | Outcome::Unclear),
    };
    ALL_OUTCOMES.into_iter().filter(fits).map(Some).collect()
}

fn print() -> String {
    let policy = Policy::default();
    let mut out = String::from(
        "# What a closure needs\n\n\
         Printed by `UPDATE_GOLDEN=1 cargo test -p vulnerary-case --test closure_doc` from `needs` in\n\
         `crates/case/src/closure/need.rs`; do not edit. Nothing closes without it, and no role overrides it.\n\n\
         ## By lane and outcome\n\n\
         Closing from Deferred also needs `residual_risk`. Some needs ask less where they do not apply: `complaint` only\n\
         for a released product, `verified` only where the route changes something, `score`, `root_cause` and\n\
         `status_rows` in lane M only for what was released, `awareness`, `questions` and `advisory` only where there are\n\
         any, `notices` only for reporters who can be told.\n\n\
         | lane | outcome | needs |\n|---|---|---|\n",
    );
    let mut all: Vec<Need> = vec![];
    for lane in LANES {
        let mut rows: Vec<(String, Vec<Need>)> = vec![];
        for outcome in of_lane(lane) {
            let need = needs(lane, outcome);
            all.extend(&need);
            let word = outcome.map_or("not decided yet", words::outcome);
            match rows.iter_mut().find(|(_, n)| *n == need) {
                Some((names, _)) => {
                    names.push_str(", ");
                    names.push_str(word);
                }
                None => rows.push((word.to_owned(), need)),
            }
        }
        for (names, need) in rows {
            let codes: Vec<String> = need.iter().map(|n| format!("`{}`", n.code())).collect();
            writeln!(
                out,
                "| {lane:?} ({}) | {names} | {} |",
                words::lane(lane),
                codes.join(", ")
            )
            .expect("text");
        }
    }
    all.sort_unstable();
    all.dedup();
    out.push_str(
        "\n## Each need\n\n| code | what is missing | settled by | roles |\n|---|---|---|---|\n",
    );
    for need in all {
        let roles: Vec<&str> = policy
            .roles(need.duty())
            .iter()
            .map(|r| words::role(*r))
            .collect();
        writeln!(
            out,
            "| `{}` | {} | `{}` | {} |",
            need.code(),
            need.says(),
            need.form(),
            roles.join(", ")
        )
        .expect("text");
    }
    out
}

#[test]
fn docs_closure_md_says_what_the_code_does() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/closure.md");
    let want = print();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &want).expect("written");
    }
    let got = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        got == want,
        "docs/closure.md is out of date: UPDATE_GOLDEN=1 cargo test -p vulnerary-case --test closure_doc"
    );
}

#[test]
fn every_lane_needs_review_or_a_root_and_nothing_closes_under_an_embargo() {
    for lane in LANES {
        for outcome in of_lane(lane) {
            let need = needs(lane, outcome);
            assert!(
                need.contains(&Need::NoEmbargo)
                    && need.contains(&Need::Notices)
                    && need.contains(&Need::Awareness)
            );
            assert!(need.contains(&Need::SafetyScreen), "{lane:?} {outcome:?}");
            let reviewed = [
                Need::Applicable,
                Need::Verifiable,
                Need::Threats,
                Need::Tier,
                Need::Harmed,
            ]
            .iter()
            .all(|n| need.contains(n));
            assert!(
                reviewed || need.contains(&Need::RootClosed),
                "{lane:?} {outcome:?}"
            );
        }
    }
}
