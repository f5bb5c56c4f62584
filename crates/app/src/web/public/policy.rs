//! `/policy`: what a reporter can expect, from the numbers of the policy in force (ISO/IEC 29147:2018, clause 9).

use axum::extract::State;
use maud::{Markup, html};

use super::{PolicyPage, PublicSite, REPORT, SiteFacts, frame};
use crate::{
    text::{self, policy as t},
    web::{
        components::{button_link, column, facts as fact_list, promises, table},
        layout::Page,
    },
};

/// `GET /policy`
pub(super) async fn get<S: PublicSite>(State(site): State<S>) -> Markup {
    view(&*site.site().await, &site.policy().await)
}

/// The page.
pub(super) fn view(facts: &SiteFacts, policy: &PolicyPage) -> Markup {
    let section = |(heading, words): (&str, &str)| html! { h2 { (heading) } p { (words) } };
    let promised = text::promises_before(None, facts.acknowledge_business_days, facts.update_days);
    let main = html! {
        h1 { (t::TITLE) }
        p.lede { (t::LEDE) }
        (section(t::HOW))
        div.actions { (button_link(REPORT, text::home::REPORT)) }
        h2 { (t::EXPECT) }
        (promises(promised))
        @if let Some(days) = facts.disclosure_days { p { (text::disclosure(days)) } }
        (section(t::SCOPE))
        (section(t::SECRET))
        (section(t::CREDIT))
        (section(t::GOOD_FAITH))
        (section(t::DISAGREE))
        @for (heading, paragraphs) in &policy.sections {
            h2 { (heading) }
            @for paragraph in paragraphs { p { (paragraph) } }
        }
        h2 { (t::CLOCKS) }
        (table("clocks", t::CLOCKS, [column("What is due").bare(), column("Within"), column("Where the number comes from")])
            .quiet_caption()
            .rows(policy.clocks.iter().map(|[what, within, source]| vec![
                html! { (what) },
                html! { span.nowrap { (within) } },
                html! { span.soft { (source) } },
            ])))
        h2 { (t::VERSION) }
        (fact_list([
            ("Version", html! { (policy.version) @if let Some(since) = &policy.since { ", in force since " (since) } }),
            ("SHA-256", html! { code { (policy.sha256) } }),
        ]))
    };
    frame(facts, &Page::new(t::TITLE, main).current(super::POLICY))
}
