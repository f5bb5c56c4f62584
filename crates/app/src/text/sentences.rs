//! Public sentences with something filled in.

use crate::channels::form::{FormLimits, Note, RefusalCode};
use crate::web::when::plural;

/// By when and what, before a report is sent: three lines from the policy's numbers.
pub fn promises_before(
    ack_by: Option<&str>,
    acknowledge_days: u32,
    update_days: u32,
) -> Vec<(String, &'static str)> {
    vec![
        (
            "At once".into(),
            "you get a receipt with a number and twelve words to follow your report.",
        ),
        (
            acknowledge(ack_by, acknowledge_days),
            "a person answers and says what we do next.",
        ),
        (every(update_days), "you hear from us, until it is settled."),
    ]
}

/// By when and what, on the receipt.
pub fn promises_after(
    ack_by: Option<&str>,
    acknowledge_days: u32,
    update_days: u32,
) -> Vec<(String, &'static str)> {
    vec![
        (
            acknowledge(ack_by, acknowledge_days),
            "a person answers and says what we do next.",
        ),
        (every(update_days), "you hear from us, until it is settled."),
        (
            "At the end".into(),
            "you learn what came of it, and how to disagree.",
        ),
    ]
}

fn acknowledge(by: Option<&str>, days: u32) -> String {
    match by {
        Some(by) => format!("By {by}"),
        None if days == 1 => "Within 1 working day".into(),
        None => format!("Within {days} working days"),
    }
}

fn every(days: u32) -> String {
    format!("At least every {}", plural(i64::from(days), "day"))
}

/// The emergency number, as a sentence.
pub fn emergency(phone: &str) -> String {
    format!("If a patient may be harmed, call {phone}. We answer day and night.")
}

/// The policy's offer for publication.
pub fn disclosure(days: u32) -> String {
    format!(
        "We aim to publish with you within {} of your report, earlier when it is fixed or being exploited, and we agree on a later day with you where patients would be less safe otherwise.",
        plural(i64::from(days), "day")
    )
}

/// A short time.
pub fn seconds(count: u32) -> String {
    if count < 120 {
        plural(i64::from(count), "second")
    } else {
        plural(i64::from(count.div_ceil(60)), "minute")
    }
}

/// The hint of the file field.
pub fn files_hint(limits: &FormLimits) -> String {
    format!(
        "Up to {} files, {} together. Photos and documents may name their author: remove that first if you want to stay anonymous.",
        limits.files,
        bytes(limits.total_bytes)
    )
}

/// A number of bytes as people say it.
pub fn bytes(count: u64) -> String {
    const KIB: u64 = 1024;
    match count {
        0..KIB => format!("{count} bytes"),
        _ if count < KIB * KIB => format!("{} KB", count.div_ceil(KIB)),
        _ => {
            let tenths = count.saturating_mul(10) / (KIB * KIB);
            if tenths.is_multiple_of(10) {
                format!("{} MB", tenths / 10)
            } else {
                format!("{}.{} MB", tenths / 10, tenths % 10)
            }
        }
    }
}

/// A note on the receipt page: what was taken although it was not as expected.
pub fn note(note: &Note) -> String {
    match note {
        Note::UnknownField(name) => format!("The form has no field “{name}”. We kept what you sent in it."),
        Note::Repeated(name) => format!("You sent “{name}” more than once. We kept all; the first one counts."),
        Note::NotUtf8(name) => format!("Some characters in “{name}” are not UTF-8. We kept the bytes; what we see has gaps."),
        Note::NotYesNo(name) => format!("“{name}” takes yes, no or unknown. We kept your answer and read it as unknown."),
        Note::OddEmail => "The e-mail address looks incomplete. We kept it; if it is wrong, read our answers with the twelve words.".into(),
        Note::KeyIgnored => "The idempotency key was shorter than 22 or longer than 256 characters, so we ignored it: sending again would make a second report.".into(),
        Note::EndedEarly => "The form ended before its last line. We kept all that arrived; check that nothing is missing.".into(),
    }
}

/// What happened and what to do now, when a form is refused.
pub fn refusal(code: RefusalCode, limits: &FormLimits) -> (&'static str, String) {
    match code {
        RefusalCode::EmptyReport => (
            "The report is empty.",
            "Write what you found, or attach a file. One of the two is enough.".into(),
        ),
        RefusalCode::TooLarge => (
            "The report is too large, so we did not take it.",
            format!(
                "We take {} together and {} in one text field. Put long text into a file, send the most important files first, and add others afterwards with the words on your receipt.",
                bytes(limits.total_bytes),
                bytes(limits.field_bytes as u64)
            ),
        ),
        RefusalCode::TooManyFields => (
            "The report has too many parts, so we did not take it.",
            format!(
                "We take {} files and {} fields. Pack many files into one archive.",
                limits.files, limits.fields
            ),
        ),
        RefusalCode::UnsupportedType => (
            "We cannot read this kind of message, so we did not take it.",
            "Send a form: application/x-www-form-urlencoded or multipart/form-data.".into(),
        ),
        RefusalCode::Interrupted => (
            "The connection broke before all of it arrived, so we did not take it.",
            "Send it again.".into(),
        ),
        RefusalCode::Busy => (
            "Very many people are writing to us just now, so we did not take it yet.",
            "Wait a moment and send it again.".into(),
        ),
        RefusalCode::StorageFull => (
            "We have no room to keep it safely just now, so we did not take it.",
            "We have been told. Send it again later, or write to one of our other addresses."
                .into(),
        ),
    }
}

/// An outcome (design/domain.md, Outcomes) as its reporter reads it.
pub fn outcome(code: &str) -> &'static str {
    match code {
        "duplicate" => {
            "Closed: somebody had told us of the same weakness, and it is settled with that report."
        }
        "not_security" => "Closed: we found a fault, or a question, but no weakness in security.",
        "other_vendor" => "Closed: the weakness is in a product of another maker.",
        "not_verifiable" => "Closed: we tried, and could not see it ourselves.",
        "insufficient_information" => "Closed: we asked for more twice and heard nothing.",
        "not_applicable" => "Closed: it does not apply to our products.",
        "already_fixed" => "Closed: it is fixed in a version that is out already.",
        "accepted_design_limit" => {
            "Closed: it is a known limit of the design, and we accept the risk that remains."
        }
        "company_it" => {
            "Closed here: it concerns our company’s own systems, and those who run them have taken it over."
        }
        "obsolete_product" => {
            "Closed: the product is no longer supported. We checked what it means for patients."
        }
        "fixed" => "Closed: we fixed it.",
        "mitigated" => "Closed: we did not remove it, but made it harmless enough.",
        "not_affected" => "Closed: our products turned out not to be affected.",
        "risk_accepted" => "Closed: we weighed it and accept the risk that remains.",
        "transferred" => "Closed here: somebody else has taken it over.",
        "site_problem" => "Closed: it was a problem of one site and not of the product.",
        "benign" => "Closed: what was seen was harmless.",
        "unclear" => "Closed: what was seen could not be explained.",
        _ => "Closed.",
    }
}

/// A failure of ours.
pub const FAILED: (&str, &str) = (
    "Something failed on our side, and we did not take what you sent.",
    "Send it again. If it fails again, write to one of our other addresses and name the reference.",
);

/// After [`RefusalCode::TooLarge`] by its declared length: the text could not be given back.
pub const BROWSER_HAS_IT: &str = "We did not read it, so this page cannot show what you typed. Your browser still has it: go back one page.";
