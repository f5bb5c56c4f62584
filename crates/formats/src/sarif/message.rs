//! Messages (§3.11): text, or the id of a rule's message string, with placeholders filled in.

use std::collections::BTreeMap;

use super::model::{Message, Text};
use crate::text::excerpt;

/// A rule's or a component's message strings, by id.
pub(super) type Strings = BTreeMap<String, String>;

/// The strings of a map of messages, shortened.
pub(super) fn strings(map: Option<&BTreeMap<Text<'_>, Message<'_>>>, max: usize) -> Strings {
    let one = |(id, message): (&Text<'_>, &Message<'_>)| {
        Some((
            id.as_str().to_owned(),
            excerpt(plain(message)?, max).into_owned(),
        ))
    };
    map.into_iter()
        .flatten()
        .take(100)
        .filter_map(one)
        .collect()
}

/// Text or Markdown of a message.
pub(super) fn plain<'m>(message: &'m Message<'_>) -> Option<&'m str> {
    let mut text = [&message.text, &message.markdown]
        .into_iter()
        .flatten()
        .map(Text::as_str);
    text.find(|text| !text.trim().is_empty())
}

/// The message in words, at most `max` characters; `lookup` finds message strings by id.
pub(super) fn resolve<'s>(
    message: &Message<'_>,
    max: usize,
    lookup: impl Fn(&str) -> Option<&'s str>,
) -> Option<String> {
    let id = message.id.as_ref().map(Text::as_str);
    let template = plain(message).or_else(|| id.and_then(lookup))?;
    let arguments = message.arguments.as_deref().unwrap_or_default();
    if arguments.is_empty() {
        return Some(excerpt(template, max).into_owned());
    }
    // Arguments are bounded before they are filled in: a short template cannot grow for ever.
    Some(excerpt(&fill(template, arguments, max), max).into_owned())
}

/// `{0}` becomes the first argument; `{{` and `}}` are braces (§3.11.5). Ends soon after `max`
/// characters.
fn fill(template: &str, arguments: &[Text<'_>], max: usize) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        if out.len() > max.saturating_mul(4) {
            return out;
        }
        let tail = &rest[at + 1..];
        let brace = &rest[at..=at];
        if let Some(after) = tail.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        let placeholder = tail.split_once('}').filter(|_| brace == "{");
        let argument = placeholder.and_then(|(number, after)| {
            Some((arguments.get(number.parse::<usize>().ok()?)?, after))
        });
        match argument {
            Some((argument, after)) => {
                out.push_str(&excerpt(argument.as_str(), max));
                rest = after;
            }
            None => {
                out.push_str(brace);
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, arguments: &[&str], expect: &str) {
        let arguments: Vec<_> = arguments.iter().map(|a| Text((*a).into())).collect();
        assert_eq!(fill(template, &arguments, 1000), expect);
    }

    #[test]
    fn placeholders_are_filled_in() {
        check("'{0}' and '{1}'", &["a", "b"], "'a' and 'b'");
        check("{{0}} {0}", &["a"], "{0} a");
        check("{7} {x} { }", &["a"], "{7} {x} { }");
        check("{0}", &["{0}"], "{0}");
        check("{", &["a"], "{");
    }
}
