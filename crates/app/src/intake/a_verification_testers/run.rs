//! One run of a tool, applied: recorded, its findings placed part by part, what is gone shown, then closed off.

use super::apply::rule;
use super::ids::Ids;
use super::known::{Known, keys_of};
use super::open::About;
use super::plan::{Slice, parts};
use super::runs::RunFound;
use crate::intake::reading::{Counts, ReadError};
use crate::tracking::act::{
    Act, Acts, CommitError, Committed, Display, ObjectKind, Occurrence, Sealed, Texts, keep,
};
use std::collections::HashSet;
use vulnerary_case::Event;
use vulnerary_case::act::{CaseCommand, Command, OpenCase, ReportCommand, RunCommand};
use vulnerary_case::case::event::{CaseEvent, Lane, OccurrencesSeen};
use vulnerary_case::id::{CaseId, ReportId, RunId, StreamId};
use vulnerary_case::refusal::Refusal;
use vulnerary_case::run::state::RunState;
use vulnerary_formats::text::visible_line;
use vulnerary_formats::{Level, occurrences, sarif};

/// How often a part is looked up again because somebody else wrote meanwhile.
const MOST_TRIES: usize = 50;
/// Characters kept of a place.
const MOST_LOCATION: usize = 300;

/// Where one run stands while it is applied.
struct Applying<'a> {
    acts: &'a Acts,
    ids: Ids,
    report: ReportId,
    run: RunId,
    found: &'a RunFound,
    state: RunState,
    known: Known,
    counts: Counts,
    opened: u64,
    attached: u64,
}

/// Applies a run; `note` lists what was left out of its file.
///
/// # Errors
/// [`ReadError`]; called again, it goes on where it stopped.
pub async fn apply_run(
    acts: &Acts,
    report: ReportId,
    about: &About,
    found: RunFound,
    note: String,
    step: &(dyn Fn(u64) + Send + Sync),
) -> Result<Counts, ReadError> {
    let ids = Ids::of(report);
    let run = ids.run(found.run.index);
    let state = recorded(acts, report, run, about, &found, note).await?;
    if let (Some(shown), Some(_)) = (&state.shown, state.applied) {
        let (new, again, suppressed) = (shown.new, shown.again, shown.suppressed);
        return Ok(Counts {
            new,
            again,
            suppressed,
            no_longer_reported: shown.no_longer_reported,
        });
    }
    let before = acts
        .store()
        .last_run(&found.lineage)
        .await
        .map_err(CommitError::from)?;
    let inside = acts
        .store()
        .report(report)
        .await
        .map_err(CommitError::from)?;
    let inside = inside
        .map(|r| r.cases.into_iter().collect())
        .unwrap_or_default();
    let plan = parts(&found);
    let keys: Vec<String> = plan
        .iter()
        .flat_map(|part| keys_of(part))
        .collect::<HashSet<_>>()
        .into_iter()
        .collect();
    let known = Known::load(acts, &found.lineage, keys, inside).await?;
    let counts = Counts {
        suppressed: found.suppressed,
        ..Counts::default()
    };
    let mut work = Applying {
        acts,
        ids,
        report,
        run,
        found: &found,
        state,
        known,
        counts,
        opened: 0,
        attached: 0,
    };
    let mut done = 0;
    for (n, part) in plan.iter().enumerate() {
        work.part(n, part).await?;
        done += part.iter().map(|s| s.members.len() as u64).sum::<u64>();
        step(done);
    }
    if let Some(before) = before.filter(|b| b.id != run && found.shows_what_is_gone()) {
        work.gone(before.id).await?;
    }
    let Applying {
        counts,
        opened,
        attached,
        ..
    } = work;
    finish(acts, ids, run, found, counts, (opened, attached)).await?;
    Ok(counts)
}

/// Records the run, unless it is.
async fn recorded(
    acts: &Acts,
    report: ReportId,
    run: RunId,
    about: &About,
    found: &RunFound,
    note: String,
) -> Result<RunState, ReadError> {
    let read = || async { acts.store().run(run).await.map_err(CommitError::from) };
    if let Some(state) = read().await? {
        return Ok(state);
    }
    let index = found.run.index;
    let mut act = Act::new(
        Ids::of(report).act(&["run", &index.to_string()]),
        rule(),
        vec![],
    );
    let texts = serde_json::to_vec(&texts_of(found, about, note))
        .map_err(|e| ReadError::Defect(e.to_string()))?;
    let text = acts.seal(&mut act, ObjectKind::Run, &texts)?;
    let index = u32::try_from(index).map_err(|_| ReadError::Defect("too many runs".into()))?;
    let (lineage, product) = (found.lineage.clone(), about.product);
    act.commands.push(Command::Run {
        run,
        wish: RunCommand::Record {
            report,
            index,
            text,
            lineage,
            product,
        },
    });
    acts.apply(act).await?;
    read()
        .await?
        .ok_or_else(|| ReadError::Defect("a recorded run is not there".into()))
}

fn texts_of(found: &RunFound, about: &About, note: String) -> Texts {
    let run = &found.run;
    let some = |t: &Option<String>| t.clone().unwrap_or_default();
    let all = [
        ("tool", run.tool.to_string()),
        ("tool_version", some(&run.version)),
        ("product", about.typed.clone()),
        ("category", some(&run.category)),
        ("repository", some(&run.repository)),
        ("branch", some(&run.branch)),
        ("commit", some(&run.commit)),
        ("ignored", note),
    ];
    all.into_iter()
        .filter(|(_, t)| !t.is_empty())
        .map(|(n, t)| (n.to_owned(), t))
        .collect()
}

impl Applying<'_> {
    /// One act. Where it relied on something that is no longer so, it is looked up again.
    async fn part(&mut self, n: usize, part: &[Slice<'_>]) -> Result<(), ReadError> {
        for _ in 0..MOST_TRIES {
            let act = self.act_of(n, part)?;
            match self.acts.apply(act).await {
                Ok(committed) => {
                    self.learn(&committed);
                    return Ok(());
                }
                Err(CommitError::Refused(Refusal::Changed { .. } | Refusal::AlreadySo(_))) => {
                    self.known.refresh(self.acts, part).await?;
                }
                Err(other) => return Err(other.into()),
            }
        }
        Err(CommitError::Busy.into())
    }

    fn act_of(&self, n: usize, part: &[Slice<'_>]) -> Result<Act, ReadError> {
        let step = ["part", &self.found.run.index.to_string(), &n.to_string()].map(str::to_owned);
        let mut act = Act::new(
            self.ids.act(&[&step[0], &step[1], &step[2]]),
            rule(),
            vec![],
        );
        let mut placed: HashSet<CaseId> = HashSet::new();
        for slice in part {
            let whole: Vec<&str> = slice
                .group
                .members
                .iter()
                .filter_map(|i| self.fingerprint(*i))
                .collect();
            let target = self.known.target(slice, &whole, self.ids, self.run);
            // Two groups of one part may meet in one case, where a rule was renamed.
            if placed.insert(target.case) {
                act.expect.extend(target.expect);
                self.place(&mut act, slice, target.case, target.open)?;
            }
            self.show(&mut act, slice, target.case);
        }
        Ok(act)
    }

    fn fingerprint(&self, member: usize) -> Option<&str> {
        self.found
            .occurrences
            .get(member)
            .map(|o| o.fingerprint.as_str())
    }

    /// Opens the case, or places the report in it, unless it is there.
    fn place(
        &self,
        act: &mut Act,
        slice: &Slice<'_>,
        case: CaseId,
        open: bool,
    ) -> Result<(), CommitError> {
        let wish = if open {
            let texts = Texts::from([("title".to_owned(), slice.group.title.clone())]);
            let title = self.acts.seal_texts(act, &texts)?;
            let (stream, object) = (StreamId::Case(case), title.object);
            act.display.push(Display {
                stream,
                field: "title",
                object,
                text: slice.group.title.clone(),
            });
            let (product, group) = (self.state.product, Some(slice.key.to_owned()));
            ReportCommand::Open {
                open: OpenCase {
                    case,
                    lane: Lane::M,
                    product,
                    group,
                    title: Some(title),
                },
                text: None,
            }
        } else if self.known.inside.contains(&case) {
            return Ok(());
        } else {
            ReportCommand::Place {
                case,
                question: false,
                text: None,
            }
        };
        act.commands.push(Command::Report {
            report: self.report,
            seen: None,
            wish,
        });
        Ok(())
    }

    /// Says on the case how many of the places are new, with their rows.
    fn show(&self, act: &mut Act, slice: &Slice<'_>, case: CaseId) {
        let mut new = 0;
        for occurrence in slice
            .members
            .iter()
            .filter_map(|i| self.found.occurrences.get(*i))
        {
            new += u64::from(!self.known.has(&occurrence.fingerprint, case));
            act.occurrences.push(Occurrence {
                case,
                lineage: self.found.lineage.clone(),
                fingerprint: occurrence.fingerprint.clone(),
                run: self.run,
                seen: self.state.at,
                level: level_word(occurrence.level).to_owned(),
                rule: visible_line(&occurrence.rule_id, MOST_LOCATION),
                location: place_of(occurrence),
                suppressed: false,
            });
        }
        let again = slice.members.len() as u64 - new;
        let seen = OccurrencesSeen {
            run: self.run,
            report: self.report,
            new,
            again,
            no_longer_reported: 0,
        };
        act.commands.push(Command::Case {
            case,
            seen: None,
            wish: CaseCommand::SeeOccurrences(seen),
        });
    }

    /// Counts on each case what the run before showed and this one does not. Shown; never closes.
    async fn gone(&mut self, before: RunId) -> Result<(), ReadError> {
        let present: HashSet<&str> = self
            .found
            .occurrences
            .iter()
            .map(|o| o.fingerprint.as_str())
            .collect();
        for (case, no_longer_reported) in self.known.gone(before, &present) {
            let step =
                ["gone", &self.found.run.index.to_string(), &case.to_string()].map(str::to_owned);
            let (run, report) = (self.run, self.report);
            let seen = OccurrencesSeen {
                run,
                report,
                new: 0,
                again: 0,
                no_longer_reported,
            };
            let command = Command::Case {
                case,
                seen: None,
                wish: CaseCommand::SeeOccurrences(seen),
            };
            let act = Act::new(
                self.ids.act(&[&step[0], &step[1], &step[2]]),
                rule(),
                vec![command],
            );
            let committed = self.acts.apply(act).await?;
            self.learn(&committed);
        }
        Ok(())
    }

    /// Adds up what the record answered: of this attempt, or of one before it.
    fn learn(&mut self, committed: &Committed) {
        self.known.learn(committed);
        for e in &committed.events {
            match &e.event {
                Event::Case(CaseEvent::OccurrencesSeen(seen)) => {
                    self.counts.new += seen.new;
                    self.counts.again += seen.again;
                    self.counts.no_longer_reported += seen.no_longer_reported;
                }
                Event::Case(CaseEvent::Opened(_)) => self.opened += 1,
                Event::Case(CaseEvent::ReportAttached { .. }) => self.attached += 1,
                _ => {}
            }
        }
    }
}

/// Seals the list from which the rows can be rebuilt, and says that all was applied.
async fn finish(
    acts: &Acts,
    ids: Ids,
    run: RunId,
    found: RunFound,
    counts: Counts,
    (opened, attached): (u64, u64),
) -> Result<(), ReadError> {
    let mut act = Act::new(
        ids.act(&["applied", &found.run.index.to_string()]),
        rule(),
        vec![],
    );
    let count = found.occurrences.len() as u64;
    let list = keep(&mut act, seal_list(acts, found).await?);
    let seen = RunCommand::SeeOccurrences {
        parser: sarif::PARSER.to_owned(),
        count,
        new: counts.new,
        again: counts.again,
        suppressed: counts.suppressed,
        no_longer_reported: counts.no_longer_reported,
        list,
    };
    act.commands.push(Command::Run { run, wish: seen });
    act.commands.push(Command::Run {
        run,
        wish: RunCommand::Applied { opened, attached },
    });
    acts.apply(act).await?;
    Ok(())
}

/// A large list is a file with an fsync: away from the threads that answer requests.
async fn seal_list(acts: &Acts, mut found: RunFound) -> Result<Sealed, ReadError> {
    let vault = acts.store().vault().clone();
    let work = move || {
        let list = occurrences::write(&found.header, &mut found.occurrences)
            .map_err(|e| ReadError::Defect(e.to_string()))?;
        drop(found);
        vault
            .seal(ObjectKind::Occurrences, &list)
            .map_err(|e| ReadError::from(crate::tracking::act::vault_error(e)))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| ReadError::Defect(e.to_string()))?
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

/// File and line, or function or class; safe to show.
fn place_of(occurrence: &vulnerary_formats::Occurrence) -> String {
    let file = occurrence.location.as_deref().or(occurrence.uri.as_deref());
    let place = match (file, occurrence.line, occurrence.logical.as_deref()) {
        (Some(file), Some(line), _) => format!("{file}:{line}"),
        (Some(file), None, _) => file.to_owned(),
        (None, _, Some(logical)) => logical.to_owned(),
        (None, _, None) => String::new(),
    };
    visible_line(&place, MOST_LOCATION)
}
