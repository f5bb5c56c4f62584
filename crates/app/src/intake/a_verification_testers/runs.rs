//! From the bytes of a SARIF file to what each run asks of us: groups of findings, each of which is one case.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use vulnerary_formats::grouping::{case_title, former_group_keys, group_key};
use vulnerary_formats::occurrences::Header;
use vulnerary_formats::sarif::{self, Options, SarifError};
use vulnerary_formats::{Disposition, IgnoredList, Occurrence, Results, Run};

/// Everything of a file.
#[derive(Debug)]
pub struct FileFound {
    /// One per run that lists results, also where the list is empty: then everything known of its lineage is gone.
    pub runs: Vec<RunFound>,
    /// What was left out, and why: (what, why).
    pub ignored: Vec<(String, String)>,
    /// Results that belong in a case.
    pub findings: u64,
    /// Results that could not be read.
    pub unreadable: u64,
    /// Elements of `results`, over all runs.
    pub results: u64,
}

/// One run.
#[derive(Debug)]
pub struct RunFound {
    /// The run itself.
    pub run: Run,
    /// Header of its sealed list.
    pub header: Header,
    /// Every occurrence that goes into the list: findings, and suppressed ones so that they are counted and shown.
    pub occurrences: Vec<Occurrence>,
    /// Findings by group key.
    pub groups: BTreeMap<String, Group>,
    /// Results suppressed at their producer.
    pub suppressed: u64,
    /// Lineage: runs of one tool, product and category are compared.
    pub lineage: String,
}

/// The findings of a run that belong in one case.
#[derive(Debug)]
pub struct Group {
    /// Title for a case that is opened.
    pub title: String,
    /// Keys the same case may have had before its rule was renamed.
    pub former: Vec<String>,
    /// Positions in the run's occurrences, ascending.
    pub members: Vec<usize>,
}

impl RunFound {
    /// Whether what is missing here is gone: only where the tool listed results and does not say that it failed.
    pub fn shows_what_is_gone(&self) -> bool {
        matches!(self.run.results, Results::Listed(_)) && self.run.successful != Some(false)
    }
}

/// Reads a SARIF file for `product` (its id's text, or as it was typed, or empty where nothing is known).
///
/// # Errors
/// Where the document as a whole cannot be read; its bytes are kept as a report all the same.
pub fn read(bytes: &[u8], product: &str) -> Result<FileFound, SarifError> {
    let mut by_run: BTreeMap<usize, Collected> = BTreeMap::new();
    let summary = sarif::read(bytes, &Options::default(), |run, occurrence| {
        by_run
            .entry(run.index)
            .or_default()
            .take(product, run, occurrence);
        ControlFlow::Continue(())
    })?;
    let (results, unreadable) = (summary.results, summary.unreadable);
    let mut ignored = ignored_of(summary.ignored, summary.no_problem);
    let mut runs = Vec::new();
    let mut findings = 0;
    for run in summary.runs {
        let collected = by_run.remove(&run.index).unwrap_or_default();
        if run.results == Results::NotRun {
            let why = "it has no list of results: the tool did not run, or did not finish";
            ignored.push((format!("run {}", run.index), why.into()));
            continue;
        }
        if collected.twice > 0 {
            let what = format!("{} results of run {}", collected.twice, run.index);
            ignored.push((
                what,
                "the same place was reported more than once; it counts once".into(),
            ));
        }
        findings += collected.findings();
        runs.push(collected.finish(run, product));
    }
    Ok(FileFound {
        runs,
        ignored,
        findings,
        unreadable,
        results,
    })
}

fn ignored_of(list: IgnoredList, no_problem: u64) -> Vec<(String, String)> {
    let more = list.more();
    let mut out: Vec<(String, String)> = list
        .into_entries()
        .into_iter()
        .map(|i| (i.what, i.why))
        .collect();
    if more > 0 {
        out.push((
            format!("{more} more elements"),
            "only the first ones are listed by name".into(),
        ));
    }
    if no_problem > 0 {
        let why = "they claim no problem (pass, informational or not applicable)";
        out.push((format!("{no_problem} results"), why.into()));
    }
    out
}

#[derive(Default)]
struct Collected {
    seen: HashSet<String>,
    occurrences: Vec<Occurrence>,
    groups: BTreeMap<String, Group>,
    suppressed: u64,
    twice: u64,
}

impl Collected {
    fn take(&mut self, product: &str, run: &Run, occurrence: Occurrence) {
        let disposition = occurrence.disposition();
        if matches!(disposition, Disposition::NoProblem | Disposition::Absent) {
            return;
        }
        if !self.seen.insert(occurrence.fingerprint.clone()) {
            self.twice += 1;
            return;
        }
        if disposition == Disposition::Suppressed {
            self.suppressed += 1;
        } else {
            let key = group_key(product, &run.tool, &occurrence);
            let group = self.groups.entry(key).or_insert_with(|| Group {
                title: case_title(run, &occurrence),
                former: former_group_keys(product, run, &occurrence),
                members: Vec::new(),
            });
            group.members.push(self.occurrences.len());
        }
        self.occurrences.push(occurrence);
    }

    fn findings(&self) -> u64 {
        self.groups.values().map(|g| g.members.len() as u64).sum()
    }

    fn finish(self, run: Run, product: &str) -> RunFound {
        let header = Header::of(&run, sarif::PARSER);
        let lineage = lineage(&run, product);
        RunFound {
            run,
            header,
            occurrences: self.occurrences,
            groups: self.groups,
            suppressed: self.suppressed,
            lineage,
        }
    }
}

/// Key of (tool, product, category, branch), lowercase hex SHA-256 over length-prefixed parts.
fn lineage(run: &Run, product: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    let parts = [
        "vulnerary/lineage/1",
        &run.tool,
        product,
        run.category.as_deref().unwrap_or(""),
        run.branch.as_deref().unwrap_or(""),
    ];
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(results: &str) -> Vec<u8> {
        format!(r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"T","rules":[{{"id":"A","shortDescription":{{"text":"Buffer access"}}}}]}}}},"results":[{results}]}}]}}"#).into_bytes()
    }

    fn result(rule: &str, text: &str) -> String {
        format!(r#"{{"ruleId":"{rule}","message":{{"text":"{text}"}}}}"#)
    }

    #[test]
    fn results_of_one_rule_are_one_group_and_a_suppressed_one_is_only_counted() {
        let suppressed = r#"{"ruleId":"A","message":{"text":"known"},"suppressions":[{"kind":"external","status":"accepted"}]}"#;
        let found = read(
            &file(
                &[
                    &result("A", "one"),
                    &result("A", "two"),
                    &result("B", "x"),
                    suppressed,
                ]
                .map(ToString::to_string)
                .join(","),
            ),
            "p",
        )
        .unwrap();
        let run = &found.runs[0];
        assert_eq!(
            (run.occurrences.len(), run.groups.len(), run.suppressed),
            (4, 2, 1)
        );
        let sizes: Vec<_> = run
            .groups
            .values()
            .map(|g| (g.title.contains("Buffer access"), g.members.len()))
            .collect();
        assert!(
            sizes.contains(&(true, 2)) && sizes.contains(&(false, 1)),
            "{sizes:?}"
        );
        assert_eq!((found.findings, found.results), (3, 4));
    }

    #[test]
    fn another_product_is_another_group_and_lineage() {
        let bytes = file(&result("A", "one"));
        let (p, q) = (read(&bytes, "p").unwrap(), read(&bytes, "q").unwrap());
        assert_ne!(p.runs[0].lineage, q.runs[0].lineage);
        assert_ne!(
            p.runs[0].groups.keys().next(),
            q.runs[0].groups.keys().next()
        );
    }

    #[test]
    fn a_clean_run_is_a_run_all_the_same_because_it_shows_what_is_gone() {
        let found = read(&file(""), "p").unwrap();
        assert_eq!((found.findings, found.results, found.runs.len()), (0, 0, 1));
        assert!(found.runs[0].shows_what_is_gone());
    }

    #[test]
    fn a_run_that_did_not_happen_is_named_and_shows_nothing() {
        let bytes = br#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}}}]}"#;
        let found = read(bytes, "p").unwrap();
        assert!(found.runs.is_empty());
        assert_eq!(found.ignored[0].0, "run 0");
    }
}
