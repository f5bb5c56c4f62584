//! The frame of every page: head, skip link, bar, main, foot.

use maud::{DOCTYPE, Markup, html};

use super::style;

/// One link of the bar or the foot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// Where it goes.
    pub href: String,
    /// Its word.
    pub label: String,
}

impl NavLink {
    /// A link.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            label: label.into(),
        }
    }
}

/// What the pages of one side share; the public side and the desk each make theirs.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The organisation, or the product's name on the desk.
    pub name: String,
    /// What comes after it in the bar, softer: "Product security".
    pub tagline: String,
    /// Where the name leads: `/` or `/desk`.
    pub home: String,
    /// The language of the page's words, an RFC 5646 tag.
    pub language: String,
    /// The bar's links.
    pub links: Vec<NavLink>,
    /// What stands at the end of the bar: on the desk who is signed in and the way out.
    pub aside: Option<Markup>,
    /// The line at the bottom.
    pub foot: Markup,
    /// `desk` for the dense pages; nothing for the public ones.
    pub class: Option<&'static str>,
    /// The desk's one small script, by its path; never on the public side.
    pub script: Option<String>,
}

/// One page in a [`Shell`].
#[derive(Debug, Clone)]
pub struct Page {
    /// The page's name without the organisation's: "Report a vulnerability".
    pub title: String,
    /// Whether the page shows errors: its title then starts with "Error:".
    pub error: bool,
    /// The bar's link that this page belongs to, by its address.
    pub current: Option<&'static str>,
    /// What stands in `<main>`, with its own `<h1>`.
    pub main: Markup,
}

impl Page {
    /// A page without errors.
    pub fn new(title: impl Into<String>, main: Markup) -> Self {
        Self {
            title: title.into(),
            error: false,
            current: None,
            main,
        }
    }

    /// Marks the bar's link with this address as where we are.
    pub fn current(mut self, href: &'static str) -> Self {
        self.current = Some(href);
        self
    }

    /// Says whether the page shows errors.
    pub fn error(mut self, error: bool) -> Self {
        self.error = error;
        self
    }
}

/// The whole document.
pub fn layout(shell: &Shell, page: &Page) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(shell.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { @if page.error { "Error: " } (page.title) " · " (shell.name) }
                link rel="stylesheet" href=(style::path());
                @if let Some(script) = &shell.script { script src=(script) defer {} }
            }
            body class=[shell.class] {
                a.skip href="#main" { "Skip to the content" }
                (bar(shell, page))
                main #main tabindex="-1" { (page.main) }
                footer.foot { (shell.foot) }
            }
        }
    }
}

fn bar(shell: &Shell, page: &Page) -> Markup {
    html! {
        header.bar {
            a.brand href=(shell.home) { (shell.name) @if !shell.tagline.is_empty() { " " span { (shell.tagline) } } }
            @if !shell.links.is_empty() {
                nav aria-label="Pages" {
                    ul {
                        @for link in &shell.links {
                            li { a href=(link.href) aria-current=[(page.current == Some(link.href.as_str())).then_some("page")] { (link.label) } }
                        }
                    }
                }
            }
            @if let Some(aside) = &shell.aside { div.aside { (aside) } }
        }
    }
}
