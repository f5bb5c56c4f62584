use super::*;
use maud::{Render, html};

/// Every `id` that a label, a description or a summary points to exists, once.
fn wiring(html: &str) {
    let values = |attribute: &str| -> Vec<String> {
        html.split(&format!("{attribute}=\""))
            .skip(1)
            .flat_map(|rest| {
                rest.split('"')
                    .next()
                    .unwrap_or("")
                    .split(' ')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    let ids = values(" id");
    for target in values(" for")
        .into_iter()
        .chain(values("aria-describedby"))
        .chain(values("aria-labelledby"))
    {
        assert_eq!(
            ids.iter().filter(|id| **id == target).count(),
            1,
            "{target} in {html}"
        );
    }
    for target in values("href").iter().filter_map(|h| h.strip_prefix('#')) {
        assert_eq!(
            ids.iter().filter(|id| **id == target).count(),
            1,
            "#{target} in {html}"
        );
    }
}

#[test]
fn every_control_is_wired_with_and_without_error() {
    for error in [None, Some("Write the version, for example 4.1.2.")] {
        for hint in [None, Some("For example 4.1.2")] {
            let errors = error
                .map(|e| FieldError::new("v", e))
                .into_iter()
                .collect::<Vec<_>>();
            let mut controls = vec![
                field("v", "Version").error(error).render(),
                textarea("v", "Version").error(error).render(),
                radios("v", "Version")
                    .error(error)
                    .choice("1", "One")
                    .choice("2", "Two")
                    .render(),
                checkbox("v", "yes", "Version").error(error).render(),
                select("v", "Version")
                    .error(error)
                    .option("1", "One")
                    .render(),
                file_field("v", "Version").error(error).render(),
            ];
            if let Some(hint) = hint {
                controls.extend([
                    field("v", "Version").error(error).hint(hint).render(),
                    radios("v", "Version")
                        .error(error)
                        .hint(hint)
                        .choice("1", "One")
                        .render(),
                ]);
            }
            for control in controls {
                let page = html! { (error_summary(&errors)) (control) }.into_string();
                wiring(&page);
                assert_eq!(
                    page.contains("aria-invalid=\"true\"") || page.contains("fieldset"),
                    error.is_some() || page.contains("fieldset")
                );
            }
        }
    }
}

#[test]
fn what_was_typed_comes_back_escaped() {
    let typed = "\n<b onclick=\"x\">& 'quoted'</b>";
    let page =
        html! { (textarea("t", "T").value(typed)) (field("f", "F").value(typed)) }.into_string();
    assert!(
        page.contains(">\n\n&lt;b onclick=&quot;x&quot;&gt;&amp; 'quoted'&lt;/b&gt;</textarea>"),
        "{page}"
    );
    assert!(!page.contains("<b "), "{page}");
}

#[test]
fn hidden_characters_are_made_visible() {
    let shown = plain_text("a\u{202E}b\r\nc\u{0}<i>\u{200B}\t\u{E0041}é").into_string();
    let expect =
        |code: &str| format!("<span class=\"odd\" title=\"a hidden character\">{code}</span>");
    assert_eq!(
        shown,
        format!(
            "a{}b\nc{}&lt;i&gt;{}\t{}é",
            expect("U+202E"),
            expect("U+0000"),
            expect("U+200B"),
            expect("U+E0041")
        )
    );
}

#[test]
fn a_table_names_its_cells_and_scrolls_by_keyboard() {
    let page = table(
        "t",
        "Open cases",
        [
            column("Due"),
            column("Case").bare(),
            column("Results").number(),
        ],
    )
    .row_heading(1)
    .row([html! { "today" }, html! { "VC-1" }, html! { "12" }])
    .render()
    .into_string();
    wiring(&page);
    assert!(
        page.contains("tabindex=\"0\"") && page.contains("<th scope=\"row\">VC-1</th>"),
        "{page}"
    );
    assert!(page.contains("<td data-label=\"Due\">today</td>"), "{page}");
    assert!(
        page.contains("<td class=\"number\" data-label=\"Results\">12</td>"),
        "{page}"
    );
}
