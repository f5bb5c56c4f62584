//! What tells the way of a report or a case: stages, clocks, tasks, history.

use maud::{Markup, Render, html};

use crate::web::when::When;

/// Where one stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    /// Behind us.
    Done,
    /// Here.
    Now,
    /// Still to come.
    Later,
}

/// One stage in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its word.
    pub label: String,
    /// Where it stands.
    pub state: StageState,
}

impl Stage {
    /// A row of stages from their words, the one at `now` (from 0) being the present one; `now == labels.len()`
    /// means that all are done.
    pub fn row<'a>(labels: impl IntoIterator<Item = &'a str>, now: usize) -> Vec<Stage> {
        labels
            .into_iter()
            .enumerate()
            .map(|(index, label)| Stage {
                label: label.to_owned(),
                state: match index.cmp(&now) {
                    std::cmp::Ordering::Less => StageState::Done,
                    std::cmp::Ordering::Equal => StageState::Now,
                    std::cmp::Ordering::Greater => StageState::Later,
                },
            })
            .collect()
    }
}

/// The row of stages; `name` says what they are the stages of, for screen readers.
pub fn stages(name: &str, stages: &[Stage]) -> Markup {
    html! {
        ol.stages aria-label=(name) {
            @for stage in stages {
                @match stage.state {
                    StageState::Done => li.done { (stage.label) span.visually-hidden { " (done)" } },
                    StageState::Now => li.now aria-current="step" { span { (stage.label) } },
                    StageState::Later => li { (stage.label) },
                }
            }
        }
    }
}

/// How near a clock is: each has its own shape as well as its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Past its time.
    Late,
    /// Today or tomorrow.
    Soon,
    /// Later.
    Calm,
    /// Met.
    Met,
}

/// One clock, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// How near.
    pub urgency: Urgency,
    /// What is due and when, with the words that carry the urgency: "3 hours late: acknowledge".
    pub words: String,
}

/// One clock.
pub fn due(due: &Due) -> Markup {
    let class = match due.urgency {
        Urgency::Late => "due late",
        Urgency::Soon => "due soon",
        Urgency::Calm => "due calm",
        Urgency::Met => "due met",
    };
    html! { span class=(class) { (due.words) } }
}

/// Who speaks in a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Nobody: something happened.
    Event,
    /// The maker.
    Ours,
    /// The reporter.
    Theirs,
}

/// One line of a history.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// When it happened.
    pub at: When,
    /// Who speaks.
    pub voice: Voice,
    /// One sentence, or who wrote and the text.
    pub body: Markup,
}

/// A history, in the order given.
pub fn timeline(entries: &[TimelineEntry]) -> Markup {
    html! {
        ol.timeline {
            @for entry in entries {
                li {
                    (entry.at)
                    @match entry.voice {
                        Voice::Event => div { (entry.body) },
                        Voice::Ours => div.ours { (entry.body) },
                        Voice::Theirs => div.theirs { (entry.body) },
                    }
                }
            }
        }
    }
}

/// One line of the list "what closure still needs".
#[derive(Debug, Clone)]
pub struct Task {
    /// Whether it is settled.
    pub done: bool,
    /// The line: where it is not settled, a link to the one form that settles it.
    pub body: Markup,
}

/// What still has to be done, and what is done with who and when.
pub fn tasks(tasks: &[Task]) -> Markup {
    html! { ul.tasks { @for task in tasks { li class=[task.done.then_some("ok")] { div { (task.body) } } } } }
}

/// A source letter of clause 9.2 with its word.
pub fn source_mark(letter: char, word: &str) -> Markup {
    html! { span.nowrap { span.src { (letter) } (word) } }
}

/// A short word in a pill, for instance a lane or a label.
pub fn tag(word: impl Render) -> Markup {
    html! { span.tag { (word) } }
}
