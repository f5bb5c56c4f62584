//! `/desk/runs`: what tools reported, run by run.

use super::frame::{Answer, Ctx, Look};
use super::model::RunLine;
use crate::access::Reader;
use crate::web::components::{column, empty, table};
use crate::web::layout::Page;
use crate::web::when::When;
use maud::{Markup, Render, html};

/// The page.
pub fn view(look: &Look, runs: &[RunLine]) -> Markup {
    let rows = runs.iter().map(|run| {
        let [new, again, suppressed, gone] = run.counts;
        vec![
            html! { (When::full(run.at, &look.zone)) },
            html! { (run.tool) },
            html! { (run.product.as_deref().unwrap_or("no product")) },
            html! { a href={ "/desk/report/" (run.report) } { (run.report) } },
            html! { (new) },
            html! { (again) },
            html! { (suppressed) },
            html! { (gone) },
        ]
    });
    let columns = [
        column("When"),
        column("Tool").bare(),
        column("Product"),
        column("Report"),
        column("New").number(),
        column("Again").number(),
        column("Suppressed").number(),
        column("No longer reported").number(),
    ];
    html! {
        h1 { "Runs" }
        p.lede { "What testers’ tools and scanners reported. A place that is gone from a run closes nothing: a person says what became of it." }
        @if look.works() { p { a href="/desk/batch/review" { "Review many at once" } " · " a href="/desk/batch/sign" { "Sign closures" } } }
        @if runs.is_empty() { (empty(html! { p { "No run came in yet. " code { "vulnerary import results.sarif --product NAME" } " makes the first one." } })) }
        @else { (table("runs", "Runs", columns).quiet_caption().rows(rows).render()) }
    }
}

/// The page.
pub async fn get(reader: Reader) -> Answer {
    let runs = reader.runs().await?;
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new("Runs", view(&ctx.look, &runs)).current("/desk/runs")))
}
