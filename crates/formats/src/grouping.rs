//! Which occurrences are one case: product, and the vulnerability or else tool and rule.

use crate::hash::hex_of_parts;
use crate::text::{find_identifiers, visible_line};
use crate::{Occurrence, Run};

/// The longest title made here, in characters.
pub const MAX_TITLE: usize = 120;

/// The key of the case an occurrence belongs to: 64 lowercase hex digits, SHA-256 over
/// length-prefixed parts. Where the occurrence names one vulnerability (CVE, GHSA), product and
/// vulnerability, so that two tools' findings of it meet; else product, tool and rule.
///
/// `product` is any stable name of the product (its id, never its display name).
pub fn group_key(product: &str, tool: &str, occurrence: &Occurrence) -> String {
    match &occurrence.vulnerability {
        Some(vulnerability) => hex_of_parts(&[
            b"vulnerary/group/1/vulnerability",
            product.as_bytes(),
            vulnerability.as_bytes(),
        ]),
        None => by_rule(product, tool, &occurrence.rule_id),
    }
}

/// The keys under which the same case may have been opened before its rule was renamed
/// (`deprecatedIds`, SARIF §3.49.6). Empty where the vulnerability decides.
pub fn former_group_keys(product: &str, run: &Run, occurrence: &Occurrence) -> Vec<String> {
    if occurrence.vulnerability.is_some() {
        return Vec::new();
    }
    let rule = run.rules.iter().find(|rule| rule.id == occurrence.rule_id);
    let former = rule.into_iter().flat_map(|rule| &rule.deprecated_ids);
    former.map(|id| by_rule(product, &run.tool, id)).collect()
}

fn by_rule(product: &str, tool: &str, rule: &str) -> String {
    hex_of_parts(&[
        b"vulnerary/group/1/rule",
        product.as_bytes(),
        tool.as_bytes(),
        rule.as_bytes(),
    ])
}

/// A short plain title: the vulnerability or the rule's description or name, and the tool.
/// Safe to show: hidden characters are visible, one line, at most [`MAX_TITLE`] characters.
pub fn case_title(run: &Run, occurrence: &Occurrence) -> String {
    let rule = run.rules.iter().find(|rule| rule.id == occurrence.rule_id);
    let described = rule.and_then(|rule| rule.description.as_deref());
    let words = described
        .or(occurrence.rule_name.as_deref())
        .unwrap_or(&occurrence.rule_id);
    let words = words
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or(words)
        .trim();
    let words = words.trim_end_matches('.');
    let title = match &occurrence.vulnerability {
        Some(id)
            if find_identifiers(words, 8)
                .iter()
                .any(|found| found.text == *id) =>
        {
            words.to_owned()
        }
        Some(id) => format!("{id}: {words}"),
        None => words.to_owned(),
    };
    let suffix = visible_line(&format!(" ({})", run.tool), 40);
    let room = MAX_TITLE - suffix.chars().count();
    format!("{}{suffix}", visible_line(&title, room))
}
