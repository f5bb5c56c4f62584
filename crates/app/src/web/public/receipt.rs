//! The receipt: the number, the twelve words, what happens next, and the proof.
//!
//! The download is a form that posts the words to `/track/receipt`: so it works without script or cookie, for as long as
//! the report exists, and neither an address nor the file ever holds the words.

use maud::{Markup, html};

use super::{FileLine, ReceiptPage, SiteFacts, TRACK, frame};
use crate::{
    text::{self, receipt as t},
    web::{
        components::{
            Tone, details, facts as fact_list, hidden, note, plain_button, promises, quiet_button,
            ticket, words,
        },
        layout::Page,
    },
};

/// The page.
pub(super) fn view(facts: &SiteFacts, receipt: &ReceiptPage) -> Markup {
    let by = receipt.acknowledge_by.as_ref().map(|w| w.words.as_str());
    let main = html! {
        h1 { (t::TITLE) }
        (ticket(&receipt.report))
        p.soft { "Received " (receipt.received_at) }
        h2 { (t::WORDS) }
        p { (t::WORDS_WHY) }
        (words(receipt.words.split(' ')))
        div.actions {
            form method="post" action="/track/receipt" { (hidden("words", &receipt.words)) (quiet_button(t::SAVE)) }
            form method="post" action=(TRACK) { (hidden("words", &receipt.words)) (plain_button(t::FOLLOW)) }
        }
        p.soft.small.noprint { (t::SAVE_NOTE) }
        @if !receipt.notes.is_empty() {
            (note(Tone::Plain, html! {
                h2 { (t::NOTES) }
                ul { @for line in &receipt.notes { li { (text::note(line)) } } }
            }))
        }
        h2 { (t::NEXT) }
        (promises(text::promises_after(by, facts.acknowledge_business_days, facts.update_days)))
        (details(t::PROOF, proof(receipt)))
    };
    frame(
        facts,
        &Page::new(format!("{} {}", t::TITLE, receipt.report), main),
    )
}

fn proof(receipt: &ReceiptPage) -> Markup {
    let p = &receipt.proof;
    let verify = format!("vulnerary verify {}.receipt.json", receipt.report);
    html! {
        p { (t::PROOF_HOW) }
        p { code { (verify) } }
        p { (t::PROOF_KEY) }
        (fact_list([
            ("Received", html! { (receipt.received_at) }),
            ("SHA-256", html! { code { (p.sha256) } }),
            ("Files", files(&receipt.files)),
            ("Position in the record", html! { (p.leaf_index) }),
            ("Record", html! { code { (p.log) } }),
            ("Key", html! { code { (p.key) } }),
            ("Policy in force", html! { a href=(super::POLICY) { "SHA-256" } " " code { (p.policy_sha256) } }),
            ("Signed checkpoint", html! { pre.quote { (p.checkpoint) } }),
        ]))
    }
}

/// Files by name and size.
pub(super) fn files(files: &[FileLine]) -> Markup {
    html! {
        @if files.is_empty() { "none" }
        @for (index, file) in files.iter().enumerate() {
            @if index > 0 { ", " }
            (crate::web::components::plain_text(&file.name)) " (" (text::bytes(file.bytes)) ")"
        }
    }
}
