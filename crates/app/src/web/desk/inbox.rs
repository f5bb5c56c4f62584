//! `/desk`: one line a case or report that waits for somebody, by what is due first.

use super::frame::{Answer, Ctx, Look, see_other};
use super::gate::query_value;
use super::model::{InboxFilter, InboxLine, InboxPage, Openness, OwnerFilter};
use super::words::{LANES, STAGES, chosen, count_words, due_words, source_word, word_of};
use crate::access::Signed;
use crate::web::components::{button, column, due, empty, select, source_mark, table};
use crate::web::layout::Page;
use axum::extract::Query;
use maud::{Markup, Render, html};
use std::collections::HashMap;
use vulnerary_case::refusal::outcome_word;
use vulnerary_case::source::Source;

/// The filter of an address. What is not understood is no filter.
pub fn filter_of(query: &HashMap<String, String>) -> InboxFilter {
    let get = |name: &str| query.get(name).map_or("", |v| v.as_str());
    InboxFilter {
        openness: match get("state") {
            "closed" => Openness::Closed,
            "all" => Openness::All,
            _ => Openness::Open,
        },
        source: get("source").chars().next().and_then(Source::of_letter),
        lane: chosen(LANES, get("lane")),
        stage: chosen(STAGES, get("stage")),
        product: Some(get("product").to_owned()).filter(|p| !p.is_empty()),
        owner: match get("owner") {
            "me" => OwnerFilter::Mine,
            "nobody" => OwnerFilter::Nobody,
            _ => OwnerFilter::Anybody,
        },
        overdue: get("overdue") == "yes",
        after: Some(get("after").to_owned()).filter(|a| !a.is_empty()),
    }
}

/// The address of a filter: it can be shared.
pub fn address_of(filter: &InboxFilter) -> String {
    let mut parts: Vec<(&str, String)> = Vec::new();
    match filter.openness {
        Openness::Open => {}
        Openness::Closed => parts.push(("state", "closed".into())),
        Openness::All => parts.push(("state", "all".into())),
    }
    match filter.owner {
        OwnerFilter::Anybody => {}
        OwnerFilter::Mine => parts.push(("owner", "me".into())),
        OwnerFilter::Nobody => parts.push(("owner", "nobody".into())),
    }
    parts.extend(
        filter
            .source
            .map(|s| ("source", s.spec().letter.to_string())),
    );
    parts.extend(
        filter
            .lane
            .and_then(|l| LANES.iter().find(|(_, v, _)| *v == l))
            .map(|(v, ..)| ("lane", (*v).to_owned())),
    );
    parts.extend(
        filter
            .stage
            .and_then(|s| STAGES.iter().find(|(_, v, _)| *v == s))
            .map(|(v, ..)| ("stage", (*v).to_owned())),
    );
    parts.extend(filter.product.clone().map(|p| ("product", p)));
    parts.extend(filter.overdue.then(|| ("overdue", "yes".into())));
    parts.extend(filter.after.clone().map(|a| ("after", a)));
    let query: Vec<String> = parts
        .into_iter()
        .map(|(name, value)| format!("{name}={}", query_value(&value)))
        .collect();
    if query.is_empty() {
        "/desk".into()
    } else {
        format!("/desk?{}", query.join("&"))
    }
}

/// Where a case or a report is.
pub fn address_of_number(number: &str) -> String {
    let kind = if number.starts_with("VR-") {
        "report"
    } else {
        "case"
    };
    format!("/desk/{kind}/{number}")
}

/// The page.
pub fn view(look: &Look, filter: &InboxFilter, page: &InboxPage) -> Markup {
    let counts = page.counts;
    html! {
        h1 { "Inbox" }
        p.lede {
            (counts.open) " open · " (counts.overdue) " overdue · " (counts.this_week) " due within seven days. "
            "Everything that waits for somebody, by what is due first."
        }
        (quick(filter))
        (filters(filter, page))
        @if page.lines.is_empty() { (nothing(filter)) } @else { (lines(look, "inbox", "Inbox", &page.lines)) }
        @if let Some(next) = &page.next {
            p { a rel="next" href=(address_of(&InboxFilter { after: Some(next.clone()), ..filter.clone() })) { "Next page" } }
        }
        p.soft.noprint { "Keys: " kbd { "j" } " and " kbd { "k" } " move, " kbd { "Enter" } " opens." }
    }
}

/// The filters that one click is enough for.
fn quick(filter: &InboxFilter) -> Markup {
    let all = InboxFilter::default();
    let choices = [
        ("Everything open", all.clone()),
        (
            "Mine",
            InboxFilter {
                owner: OwnerFilter::Mine,
                ..all.clone()
            },
        ),
        (
            "Nobody’s",
            InboxFilter {
                owner: OwnerFilter::Nobody,
                ..all.clone()
            },
        ),
        (
            "Overdue",
            InboxFilter {
                overdue: true,
                ..all.clone()
            },
        ),
        (
            "Closed",
            InboxFilter {
                openness: Openness::Closed,
                ..all
            },
        ),
    ];
    let here = InboxFilter {
        after: None,
        ..filter.clone()
    };
    html! {
        nav.filters aria-label="Filters" {
            @for (label, choice) in &choices { a href=(address_of(choice)) aria-current=[(*choice == here).then_some("true")] { (label) } }
        }
    }
}

fn filters(filter: &InboxFilter, page: &InboxPage) -> Markup {
    let letters: Vec<(String, String)> = Source::ALL
        .iter()
        .map(|s| {
            (
                s.spec().letter.to_string(),
                format!("{} {}", s.spec().letter, s.spec().word),
            )
        })
        .collect();
    let any = [("", "any")];
    let source = filter
        .source
        .map(|s| s.spec().letter.to_string())
        .unwrap_or_default();
    let lane = filter
        .lane
        .and_then(|l| LANES.iter().find(|(_, v, _)| *v == l))
        .map_or("", |(v, ..)| *v);
    let stage = filter
        .stage
        .and_then(|s| STAGES.iter().find(|(_, v, _)| *v == s))
        .map_or("", |(v, ..)| *v);
    let narrowed = filter.source.is_some()
        || filter.lane.is_some()
        || filter.stage.is_some()
        || filter.product.is_some();
    html! {
        details open[narrowed] {
            summary { "Filter by source, lane, stage, product" }
            form.filters method="get" action="/desk" {
                (select("source", "Source").options(any).options(letters.iter().map(|(v, w)| (v.as_str(), w.as_str()))).selected(&source))
                (select("lane", "Lane").options(any).options(LANES.iter().map(|(v, _, w)| (*v, *w))).selected(lane))
                (select("stage", "Stage").options(any).options(STAGES.iter().map(|(v, _, w)| (*v, *w))).selected(stage))
                (select("product", "Product").options(any).options(page.products.iter().map(|(v, w)| (v.as_str(), w.as_str()))).selected(filter.product.as_deref().unwrap_or("")))
                (button("Filter"))
            }
        }
    }
}

fn nothing(filter: &InboxFilter) -> Markup {
    if *filter == InboxFilter::default() {
        empty(html! {
            p { b { "Nothing waits for anybody." } }
            p { "Here every report appears as a case, with what is due first on top. To try it, " a href="/report" { "send a report through the public form" } ", or import a tool’s results with " code { "vulnerary import FILE" } "." }
        })
    } else {
        empty(
            html! { p { "Nothing matches this filter. " a href="/desk" { "Show everything open" } } },
        )
    }
}

/// The list, also used by the overview.
pub fn lines(look: &Look, id: &str, caption: &str, lines: &[InboxLine]) -> Markup {
    let rows = lines.iter().map(|line| line_cells(look, line));
    let columns = [
        column("Due").bare(),
        column("Number").bare(),
        column("What").bare(),
        column("Source"),
        column("Stage"),
        column("Owner"),
    ];
    table(id, caption, columns)
        .quiet_caption()
        .rows(rows)
        .render()
}

fn line_cells(look: &Look, line: &InboxLine) -> Vec<Markup> {
    let product = line.product.as_deref().unwrap_or(if line.lane.is_some() {
        "no product yet"
    } else {
        "report, not yet placed"
    });
    vec![
        match (&line.due, line.outcome) {
            (_, Some(outcome)) => html! { span.soft { (outcome_word(outcome)) } },
            (Some(clock), None) => due(&due_words(clock, look.now, &look.zone)),
            (None, None) => html! { span.soft { "no clock" } },
        },
        html! { code.nowrap { (line.number) } },
        html! {
            a href=(address_of_number(&line.number)) { (line.title) }
            br;
            span.soft.small { (product) @if line.occurrences > 0 { " · " (count_words(line.occurrences, "place")) } @if let Some(lane) = line.lane { " · " (word_of(LANES, &lane)) } }
        },
        source_mark(
            line.source.spec().letter,
            source_word(line.source, line.role),
        ),
        html! { (word_of(STAGES, &line.stage)) },
        match &line.owner {
            Some(owner) => html! { (owner.name) },
            None if line.lane.is_some() && look.works() => {
                html! { a href={ (address_of_number(&line.number)) "/assign" } { "nobody yet" } }
            }
            None => html! { span.soft { "nobody yet" } },
        },
    ]
}

/// The page of the filter in the address; whoever reads no cases is led to what is theirs.
pub async fn get(signed: Signed, Query(query): Query<HashMap<String, String>>) -> Answer {
    let Some(reader) = signed.reader() else {
        let home = if signed.administrator().is_some() {
            "/desk/settings"
        } else {
            "/desk/me"
        };
        return Ok(see_other(home));
    };
    let filter = filter_of(&query);
    let page = reader.inbox(filter.clone()).await?;
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new("Inbox", view(&ctx.look, &filter, &page)).current("/desk")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_address() {
        for address in [
            "/desk",
            "/desk?state=closed",
            "/desk?owner=me&source=f&lane=H&stage=analysis&product=a%20b&overdue=yes&after=k",
        ] {
            let query = address.split_once('?').map_or("", |(_, q)| q);
            let pairs = super::super::form::Typed::read(query.as_bytes());
            let query = pairs.pairs().iter().cloned().collect();
            assert_eq!(address_of(&filter_of(&query)), address);
        }
    }
}
