//! Reads our own pages as a browser does: what a form sends untouched, and which value stands behind a choice's words.

/// The opening tags of a page, each with the text that follows it.
fn tags(html: &str) -> impl Iterator<Item = (&str, &str)> {
    html.split('<').skip(1).filter_map(|t| t.split_once('>'))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    Some(unescape(rest.split('"').next()?))
}

/// The four entities that our pages write.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The value of a hidden field.
pub fn hidden(html: &str, name: &str) -> Option<String> {
    tags(html)
        .map(|(tag, _)| tag)
        .find(|t| {
            t.starts_with("input ")
                && attribute(t, "type").as_deref() == Some("hidden")
                && attribute(t, "name").as_deref() == Some(name)
        })
        .and_then(|t| attribute(t, "value"))
}

/// Boxes and choices that are ticked before anybody touches them: name and value.
pub fn ticked(html: &str) -> Vec<(String, String)> {
    tags(html)
        .map(|(tag, _)| tag)
        .filter(|t| t.starts_with("input ") && t.split(' ').any(|word| word == "checked"))
        .filter_map(|t| Some((attribute(t, "name")?, attribute(t, "value")?)))
        .collect()
}

/// The name of the control whose label begins so, where it is `prefix` and something.
pub fn labelled(html: &str, prefix: &str, label: &str) -> Option<String> {
    let mut all = tags(html).filter(|(tag, text)| {
        tag.starts_with("label ")
            && text.starts_with(label)
            && !text[label.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '.')
    });
    all.find_map(|(tag, _)| {
        let id = attribute(tag, "for")?;
        Some(id.get(id.find(prefix)?..)?.to_owned())
    })
}

/// The value of the option with these words, in the list called `name`.
pub fn option(html: &str, name: &str, words: &str) -> Option<String> {
    let mut inside = false;
    for (tag, text) in tags(html) {
        if tag.starts_with("select ") {
            inside = attribute(tag, "name").as_deref() == Some(name);
        }
        if inside && tag.starts_with("option") && unescape(text) == words {
            return attribute(tag, "value");
        }
    }
    None
}

/// The words of a page, for a failure's message.
pub fn words(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap_or(html);
    let texts: Vec<&str> = tags(main)
        .map(|(_, text)| text.trim())
        .filter(|t| !t.is_empty())
        .collect();
    texts.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<main><input type="hidden" name="seen" value="4">
        <label for="f-row-1">4.1 (shipped) <span>(optional)</span></label><label for="f-row-2">4.10</label>
        <select id="f-row-1" name="row-1"><option value=""></option><option value="fix/9">Fix &amp; go</option></select>
        <input type="radio" name="report" value="r1" checked><input type="radio" name="report" value="r2">"#;

    #[test]
    fn a_form_is_read_as_a_browser_would() {
        assert_eq!(hidden(PAGE, "seen").as_deref(), Some("4"));
        assert_eq!(hidden(PAGE, "report"), None);
        assert_eq!(ticked(PAGE), [("report".to_owned(), "r1".to_owned())]);
        assert_eq!(labelled(PAGE, "row-", "4.1").as_deref(), Some("row-1"));
        assert_eq!(option(PAGE, "row-1", "Fix & go").as_deref(), Some("fix/9"));
        assert_eq!(option(PAGE, "row-2", "Fix & go"), None);
    }
}
