//! What the record knows before a part of a run is decided: the cases of its groups, and the places of its lineage.
//!
//! What is read here may be old when the act is decided. So each act says what it relied on (`Expect`), and where that
//! no longer holds, the part is looked up again and tried again.

use super::ids::{Ids, case_after};
use super::plan::Slice;
use crate::tracking::act::{Acts, CommitError, Committed, Expect};
use std::collections::{BTreeMap, HashMap, HashSet};
use vulnerary_case::Event;
use vulnerary_case::case::event::{CaseEvent, Outcome};
use vulnerary_case::case::state::CaseState;
use vulnerary_case::id::{CaseId, RunId, StreamId};

/// Places read at a time.
const PAGE: usize = 1_000;

/// What is needed of a case.
#[derive(Clone, Debug)]
struct Seen {
    version: u64,
    closed: Option<Outcome>,
}

/// Memory of one run being applied.
#[derive(Debug)]
pub struct Known {
    lineage: String,
    /// Newest case by group key.
    groups: HashMap<String, CaseId>,
    cases: HashMap<CaseId, Seen>,
    /// The run that showed a place last, by fingerprint and case.
    places: HashMap<(String, CaseId), RunId>,
    /// Cases that the report is in.
    pub inside: HashSet<CaseId>,
}

/// Where a group's findings go.
#[derive(Debug)]
pub struct Target {
    /// The case.
    pub case: CaseId,
    /// It has to be opened.
    pub open: bool,
    /// What this relies on.
    pub expect: Vec<Expect>,
}

impl Known {
    /// Reads what the record knows of these groups and this lineage.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn load(
        acts: &Acts,
        lineage: &str,
        keys: Vec<String>,
        inside: HashSet<CaseId>,
    ) -> Result<Self, CommitError> {
        let mut known = Self {
            lineage: lineage.to_owned(),
            groups: HashMap::new(),
            cases: HashMap::new(),
            places: HashMap::new(),
            inside,
        };
        // Cases first: a place that comes later than its case's version is caught by the version.
        known.read_cases(acts, keys).await?;
        for (fingerprint, all) in acts.store().known_occurrences(lineage).await? {
            for place in all {
                known
                    .places
                    .insert((fingerprint.clone(), place.case), place.run_last);
            }
        }
        Ok(known)
    }

    async fn read_cases(
        &mut self,
        acts: &Acts,
        keys: Vec<String>,
    ) -> Result<Vec<CaseId>, CommitError> {
        let found = acts.store().cases_in_groups(&keys).await?;
        let mut read = Vec::new();
        for (group, case) in found {
            if let Some(state) = acts.store().case(case).await? {
                self.note(&state);
                read.push(case);
            }
            self.groups.insert(group, case);
        }
        Ok(read)
    }

    fn note(&mut self, state: &CaseState) {
        let closed = state
            .is_closed()
            .then(|| state.outcome().unwrap_or(Outcome::Unclear));
        self.cases.insert(
            state.id,
            Seen {
                version: state.version,
                closed,
            },
        );
    }

    /// Reads again what a part relies on, because somebody else wrote meanwhile.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn refresh(&mut self, acts: &Acts, part: &[Slice<'_>]) -> Result<(), CommitError> {
        for case in self.read_cases(acts, keys_of(part)).await? {
            let mut after = None;
            loop {
                let page = acts.store().occurrences(case, after, PAGE).await?;
                for place in page.iter().filter(|p| p.lineage == self.lineage) {
                    self.places
                        .insert((place.fingerprint.clone(), case), place.run_last);
                }
                match page.last() {
                    Some(last) if page.len() == PAGE => {
                        after = Some((last.fingerprint.clone(), last.lineage.clone()));
                    }
                    _ => break,
                }
            }
        }
        Ok(())
    }

    /// Whether the place was known in this case.
    pub fn has(&self, fingerprint: &str, case: CaseId) -> bool {
        self.places.contains_key(&(fingerprint.to_owned(), case))
    }

    /// Where a group goes: to its open case; to its closed one where that decision was about these very places; else to a
    /// new case. `fingerprints` are the whole group's, so that every part of it decides alike.
    pub fn target(&self, slice: &Slice<'_>, fingerprints: &[&str], ids: Ids, run: RunId) -> Target {
        let candidates = || {
            let keys =
                std::iter::once(slice.key).chain(slice.group.former.iter().map(String::as_str));
            keys.filter_map(|k| self.groups.get(k))
                .filter_map(|c| Some((*c, self.cases.get(c)?)))
        };
        let attach = |case, seen: &Seen| Target {
            case,
            open: false,
            expect: vec![Expect::Version(StreamId::Case(case), seen.version)],
        };
        if let Some((case, seen)) = candidates().find(|(_, s)| s.closed.is_none()) {
            return attach(case, seen);
        }
        match candidates().next() {
            Some((case, seen)) if self.stands(case, seen, fingerprints) => attach(case, seen),
            Some((closed, seen)) => {
                let case = case_after(closed, slice.key);
                let still = Expect::Version(StreamId::Case(closed), seen.version);
                Target {
                    case,
                    open: true,
                    expect: vec![still, Expect::Version(StreamId::Case(case), 0)],
                }
            }
            None => {
                let keys =
                    std::iter::once(slice.key).chain(slice.group.former.iter().map(String::as_str));
                let expect = keys.map(|k| Expect::NoCaseInGroup(k.to_owned())).collect();
                Target {
                    case: ids.case(run, slice.key),
                    open: true,
                    expect,
                }
            }
        }
    }

    /// A closed case still speaks for these places: it was not closed as repaired, and knows each of them.
    fn stands(&self, case: CaseId, seen: &Seen, fingerprints: &[&str]) -> bool {
        let repaired = matches!(
            seen.closed,
            Some(Outcome::Fixed | Outcome::Mitigated | Outcome::AlreadyFixed)
        );
        !repaired && fingerprints.iter().all(|f| self.has(f, case))
    }

    /// Remembers what an act did.
    pub fn learn(&mut self, committed: &Committed) {
        for e in &committed.events {
            let StreamId::Case(case) = e.stream else {
                continue;
            };
            let seen = self.cases.entry(case).or_insert(Seen {
                version: 0,
                closed: None,
            });
            seen.version = seen.version.max(e.seq);
            match &e.event {
                Event::Case(CaseEvent::Opened(opened)) => {
                    self.inside.insert(case);
                    if let Some(group) = &opened.group {
                        self.groups.insert(group.clone(), case);
                    }
                }
                Event::Case(CaseEvent::ReportAttached { .. }) => {
                    self.inside.insert(case);
                }
                _ => {}
            }
        }
    }

    /// How many places of each case the run before showed that are not `present` now.
    pub fn gone(&self, before: RunId, present: &HashSet<&str>) -> BTreeMap<CaseId, u64> {
        let mut gone = BTreeMap::new();
        for ((fingerprint, case), last) in &self.places {
            if *last == before && !present.contains(fingerprint.as_str()) {
                *gone.entry(*case).or_insert(0) += 1;
            }
        }
        gone
    }
}

/// Every key that a case of these groups may have.
pub fn keys_of(part: &[Slice<'_>]) -> Vec<String> {
    let all = part
        .iter()
        .flat_map(|s| std::iter::once(s.key).chain(s.group.former.iter().map(String::as_str)));
    all.map(str::to_owned).collect()
}
