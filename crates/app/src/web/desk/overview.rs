//! `/desk/overview`: seven sources × stages as one picture with its table, four numbers, and the ten oldest.

use super::frame::{Answer, Ctx, Look};
use super::inbox::lines;
use super::model::{Dashboard, StageCounts};
use super::words::hours_words;
use crate::access::Reader;
use crate::web::components::{column, details, empty, table};
use crate::web::layout::Page;
use crate::web::when::When;
use maud::{Markup, Render, html};

/// The picture's columns.
const COLUMNS: [&str; 5] = ["Review", "Analysis", "Addressing", "Disclosure", "Closed"];
const LEFT: u64 = 150;
const CELL: u64 = 110;
const ROW: u64 = 44;
const TOP: u64 = 30;

/// The page.
pub fn view(look: &Look, dashboard: &Dashboard) -> Markup {
    let n = &dashboard.numbers;
    html! {
        h1 { "Overview" }
        p.lede { "Since " (When::day(dashboard.since, &look.zone)) "." }
        dl.numbers {
            (number("Open", &n.open.to_string(), None))
            (number("Overdue", &n.overdue.to_string(), None))
            (number("Median until a person answers", &hours_words(n.acknowledge_hours.0), Some(&hours_words(n.acknowledge_hours.1))))
            (number("Median until closed", &hours_words(n.close_hours.0), Some(&hours_words(n.close_hours.1))))
        }
        h2 { "Where cases stand, by source" }
        (picture(&dashboard.sources))
        (details("The same as a table", counts_table(&dashboard.sources)))
        h2 { "The ten oldest" }
        @if dashboard.oldest.is_empty() { (empty(html! { p { "No case is open." } })) }
        @else { (lines(look, "oldest", "The ten oldest", &dashboard.oldest)) }
    }
}

fn number(name: &str, now: &str, before: Option<&str>) -> Markup {
    html! { div { dt { (name) } dd { (now) } @if let Some(before) = before { dd.before { "before: " (before) } } } }
}

/// Circles whose area is the count: the eye compares rows and columns, the figure in each says it exactly.
fn picture(sources: &[StageCounts]) -> Markup {
    let most = sources
        .iter()
        .flat_map(|s| s.counts)
        .max()
        .unwrap_or(0)
        .max(1);
    let height = TOP + ROW * u64::try_from(sources.len()).unwrap_or(0);
    let width = LEFT + CELL * 5;
    html! {
        div.scroll role="region" aria-label="Picture of cases by source and stage" tabindex="0" {
            svg.chart viewBox={ "0 0 " (width) " " (height) } role="img" aria-labelledby="picture-title picture-desc" {
                title id="picture-title" { "Cases by source and stage" }
                desc id="picture-desc" { "Seven rows, one a source of clause 9.2; five columns, one a stage. The table below has the same figures." }
                @for (i, label) in COLUMNS.iter().enumerate() {
                    text x=(centre(i)) y="16" text-anchor="middle" font-size="13" fill="currentColor" { (label) }
                }
                @for (r, row) in sources.iter().enumerate() { (picture_row(r, row, most)) }
            }
        }
    }
}

fn centre(column: usize) -> u64 {
    LEFT + CELL * u64::try_from(column).unwrap_or(0) + CELL / 2
}

fn picture_row(r: usize, row: &StageCounts, most: u64) -> Markup {
    let y = TOP + ROW * u64::try_from(r).unwrap_or(0);
    let middle = y + ROW / 2;
    html! {
        line x1="0" x2=(LEFT + CELL * 5) y1=(y) y2=(y) stroke="currentColor" stroke-opacity="0.15" {}
        text x="0" y=(middle + 5) font-size="14" fill="currentColor" { (row.source.spec().letter) "  " (row.source.spec().word) }
        @for (c, count) in row.counts.iter().enumerate() {
            @if *count > 0 {
                circle cx=(centre(c)) cy=(middle) r=(radius(*count, most)) fill="currentColor" fill-opacity=(if c == 4 { "0.12" } else { "0.22" }) {}
            }
            text x=(centre(c)) y=(middle + 5) text-anchor="middle" font-size="14" fill="currentColor" fill-opacity=(if *count > 0 { "1" } else { "0.75" }) { (count) }
        }
    }
}

/// Radius in tenths, area in proportion; at least large enough to be seen.
fn radius(count: u64, most: u64) -> String {
    let share = u32::try_from(count.min(most) * 10_000 / most).unwrap_or(10_000);
    let tenths = (f64::from(share) / 10_000.0).sqrt() * 200.0;
    format!("{:.1}", tenths.max(60.0) / 10.0)
}

fn counts_table(sources: &[StageCounts]) -> Markup {
    let rows = sources.iter().map(|row| {
        let mut cells = vec![html! { (row.source.spec().letter) " " (row.source.spec().word) }];
        cells.extend(row.counts.iter().map(|count| html! { (count) }));
        cells
    });
    let mut columns = vec![column("Source").bare()];
    columns.extend(COLUMNS.iter().map(|label| column(label).number()));
    table("counts", "Cases by source and stage", columns)
        .row_heading(0)
        .rows(rows)
        .render()
}

/// The page.
pub async fn get(reader: Reader) -> Answer {
    let dashboard = reader.dashboard().await?;
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new("Overview", view(&ctx.look, &dashboard)).current("/desk/overview")))
}
