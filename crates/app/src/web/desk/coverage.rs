//! `/desk/coverage`: the ten constraints of clause 9.2, live.

use super::frame::{Answer, Ctx};
use super::model::{ConstraintLine, ConstraintStatus};
use crate::access::Overseer;
use crate::web::components::{Due, Urgency, column, due, table};
use crate::web::layout::Page;
use maud::{Markup, Render, html};

/// A sentence whose commands stand between backticks, as a terminal shows it.
fn with_commands(sentence: &str) -> Markup {
    html! {
        @for (i, part) in sentence.split('`').enumerate() {
            @if i % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// The page.
pub fn view(lines: &[ConstraintLine]) -> Markup {
    let met = lines
        .iter()
        .filter(|l| l.status != ConstraintStatus::NotShown)
        .count();
    let rows = lines.iter().map(|line| {
        let (urgency, words) = match line.status {
            ConstraintStatus::Shown => (Urgency::Met, "shown"),
            ConstraintStatus::ReadyNoReports => (Urgency::Calm, "ready, no reports"),
            ConstraintStatus::NotShown => (Urgency::Late, "not shown"),
        };
        vec![
            html! { code { (line.id) } },
            html! { (line.what) br; span.soft.small { (with_commands(&line.why)) } },
            due(&Due {
                urgency,
                words: words.into(),
            }),
            html! { (line.received) },
            html! { (line.open) },
            html! { (line.closed) },
            html! { (line.overdue) },
        ]
    });
    let columns = [
        column("Constraint").bare(),
        column("What").bare(),
        column("Status"),
        column("Received").number(),
        column("Open").number(),
        column("Closed").number(),
        column("Overdue").number(),
    ];
    html! {
        h1 { "Coverage of clause 9.2" }
        p.lede { (met) " of " (lines.len()) " constraints of IEC 81001-5-1 clause 9.2 are met. A quiet year is no failure; a door that nobody has proved is one." }
        (table("coverage", "The ten constraints", columns).quiet_caption().rows(rows).render())
    }
}

/// The page.
pub async fn get(overseer: Overseer) -> Answer {
    let lines = overseer.coverage().await?;
    let ctx = Ctx::of(overseer.signed()).await?;
    Ok(ctx.show(Page::new("Coverage", view(&lines)).current("/desk/coverage")))
}
