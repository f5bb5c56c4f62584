//! `/desk/search`: by number, identifier, title and sender. A whole number opens at once.

use super::frame::{Answer, Ctx, see_other};
use super::inbox::address_of_number;
use super::model::SearchHit;
use crate::access::Reader;
use crate::web::components::{button, column, empty, field, table};
use crate::web::layout::Page;
use axum::extract::Query;
use maud::{Markup, Render, html};
use std::collections::HashMap;

/// The page.
pub fn view(words: &str, hits: &[SearchHit]) -> Markup {
    let rows = hits.iter().map(|hit| {
        vec![
            html! { code.nowrap { (hit.number) } },
            html! { a href=(address_of_number(&hit.number)) { (hit.title) } },
            html! { (hit.found_in) },
            html! { (hit.state) },
        ]
    });
    html! {
        h1 { "Search" }
        form method="get" action="/desk/search" role="search" {
            (field("q", "What are you looking for?").hint("A number, a CVE, words of a title, a sender’s name or address.").kind("search").value(words))
            div.actions { (button("Search")) }
        }
        @if !words.is_empty() {
            @if hits.is_empty() { (empty(html! { p { "Nothing that you may see matches “" (words) "”. Try fewer words, or one of them." } })) }
            @else { h2 { "Found" } (table("hits", "Found", [column("Number").bare(), column("What").bare(), column("Found in"), column("State")]).quiet_caption().rows(rows).render()) }
        }
    }
}

/// The page, or the one thing that has this number.
pub async fn get(reader: Reader, Query(query): Query<HashMap<String, String>>) -> Answer {
    let words: String = query
        .get("q")
        .map_or("", |q| q.trim())
        .chars()
        .take(200)
        .collect();
    let hits = if words.is_empty() {
        vec![]
    } else {
        reader.search(&words).await?
    };
    if let [hit] = hits.as_slice()
        && hit.number.eq_ignore_ascii_case(&words)
    {
        return Ok(see_other(&address_of_number(&hit.number)));
    }
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new("Search", view(&words, &hits)).current("/desk/search")))
}
