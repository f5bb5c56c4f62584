//! `/`: how to report, and what happens next.

use axum::extract::State;
use maud::{Markup, html};

use super::{PublicSite, REPORT, SiteFacts, TRACK, frame};
use crate::{
    text::{self, home as t},
    web::{
        components::{button_link, promises, quiet_link},
        layout::Page,
    },
};

/// `GET /`
pub(super) async fn get<S: PublicSite>(State(site): State<S>) -> Markup {
    view(&*site.site().await)
}

/// The page.
pub(super) fn view(facts: &SiteFacts) -> Markup {
    let by = facts.acknowledge_by.as_ref().map(|w| w.words.as_str());
    let main = html! {
        h1 { (t::TITLE) }
        p.lede { (t::LEDE) }
        div.actions { (button_link(REPORT, t::REPORT)) (quiet_link(TRACK, t::TRACK)) }
        h2 { (t::NEXT) }
        (promises(text::promises_before(by, facts.acknowledge_business_days, facts.update_days)))
        h2 { (t::HELPS) }
        ul { @for line in t::HELPFUL { li { (line) } } }
        @if !facts.contacts.is_empty() || facts.emergency_phone.is_some() {
            h2 { (t::OTHER) }
            @if let Some(phone) = &facts.emergency_phone { p { (text::emergency(phone)) } }
            @if !facts.contacts.is_empty() {
                p { (t::OTHER_LEDE) }
                ul { @for contact in &facts.contacts { li { (contact_link(contact)) } } }
                p.soft { (t::MAIL_OPEN) }
            }
        }
    };
    frame(facts, &Page::new(t::TITLE, main))
}

/// An address as a link; anything that is no known kind of address is only shown.
pub(super) fn contact_link(contact: &str) -> Markup {
    let known = ["https://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| contact.starts_with(scheme));
    let shown = contact
        .trim_start_matches("mailto:")
        .trim_start_matches("tel:");
    html! {
        @if known { a href=(contact) { (shown) } }
        @else if contact.contains('@') && !contact.contains(char::is_whitespace) { a href={ "mailto:" (contact) } { (contact) } }
        @else { (contact) }
    }
}
