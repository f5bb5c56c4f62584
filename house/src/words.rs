//! docs/interfaces.md is held to the code: every field name and every value of a closed list that leaves the program
//! stands in it, in back quotes.

use crate::Finding;
use crate::lexer::tokens;

/// A list of words in the code.
pub enum Words {
    /// The variants of an enum, in snake case.
    Variants(&'static str),
    /// The strings of a constant array.
    Strings(&'static str),
}

/// A file and the list in it that others rely on.
pub struct Promise {
    /// The source file.
    pub file: &'static str,
    /// The list.
    pub words: Words,
}

/// What docs/interfaces.md must name.
pub const PROMISES: &[Promise] = &[
    Promise {
        file: "crates/app/src/channels/form/fields.rs",
        words: Words::Strings("FORM_FIELDS"),
    },
    Promise {
        file: "crates/app/src/channels/form/mod.rs",
        words: Words::Variants("RefusalCode"),
    },
    Promise {
        file: "crates/case/src/source.rs",
        words: Words::Variants("Channel"),
    },
    Promise {
        file: "crates/case/src/source.rs",
        words: Words::Variants("SourceState"),
    },
    Promise {
        file: "crates/case/src/source.rs",
        words: Words::Variants("ReporterRole"),
    },
    Promise {
        file: "crates/case/src/report/event.rs",
        words: Words::Variants("SetAsideCode"),
    },
    Promise {
        file: "crates/case/src/case/terms.rs",
        words: Words::Variants("Outcome"),
    },
];

/// The words of a list in `source`; empty where the list is not there.
pub fn words(source: &str, list: &Words) -> Vec<String> {
    match list {
        Words::Variants(name) => variants(source, name),
        Words::Strings(name) => strings(source, name),
    }
}

fn variants(source: &str, name: &str) -> Vec<String> {
    let tokens = tokens(source);
    let text: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
    let Some(start) = text.windows(3).position(|w| w == ["enum", name, "{"]) else {
        return Vec::new();
    };
    let (mut depth, mut fresh, mut found) = (0, true, Vec::new());
    for word in &text[start + 3..] {
        match *word {
            "}" if depth == 0 => break,
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 0 => fresh = true,
            "#" => {}
            word if depth == 0 && fresh => {
                found.push(snake(word));
                fresh = false;
            }
            _ => {}
        }
    }
    found
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn strings(source: &str, name: &str) -> Vec<String> {
    let array = source
        .split_once(&format!("const {name}"))
        .and_then(|(_, rest)| rest.split_once("= ["));
    let array = array
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or("", |(array, _)| array);
    array
        .split('"')
        .skip(1)
        .step_by(2)
        .map(String::from)
        .collect()
}

/// Words of a list that a document does not name, or a list that is not where it was.
pub fn check(promise: &Promise, source: &str, document: &str) -> Vec<Finding> {
    let all = words(source, &promise.words);
    if all.is_empty() {
        return vec![Finding::new(
            promise.file,
            "the list that docs/interfaces.md promises is not here any more",
        )];
    }
    let missing = all.iter().filter(|w| !document.contains(&format!("`{w}`")));
    missing
        .map(|w| {
            Finding::new(
                "docs/interfaces.md",
                format!("does not name `{w}` of {}", promise.file),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "/// A\n#[serde(x = \"y\")] pub enum Ab { #[doc = \"z\"] One, TwoThree(u8, u8), Four { a: u8, b: u8 } }\n\
                          pub const LIST: [&str; 2] = [\"five\", \"six\"];";

    fn missing(list: Words, document: &str) -> usize {
        check(
            &Promise {
                file: "a.rs",
                words: list,
            },
            SOURCE,
            document,
        )
        .len()
    }

    #[test]
    fn variants_and_strings_are_found() {
        assert_eq!(
            words(SOURCE, &Words::Variants("Ab")),
            ["one", "two_three", "four"]
        );
        assert_eq!(words(SOURCE, &Words::Strings("LIST")), ["five", "six"]);
    }

    #[test]
    fn a_word_that_is_not_promised_is_missed() {
        assert_eq!(
            missing(Words::Variants("Ab"), "`one` `two_three` `four`"),
            0
        );
        assert_eq!(missing(Words::Variants("Ab"), "`one` two_three `four`"), 1);
        assert_eq!(missing(Words::Strings("LIST"), "`five`"), 1);
        assert_eq!(missing(Words::Strings("GONE"), "`five`"), 1);
    }
}
