//! What a page shows: notes, tables, facts, words, and text that somebody else wrote.

use maud::{Markup, PreEscaped, Render, html};

/// How loud a note is; the colour always comes with a word in the note itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Plain,
    /// Danger, or something that failed.
    Alarm,
    /// Something that worked.
    Good,
}

/// A box with something to know.
pub fn note(tone: Tone, body: impl Render) -> Markup {
    let class = match tone {
        Tone::Plain => "note",
        Tone::Alarm => "note alarm",
        Tone::Good => "note good",
    };
    html! { div class=(class) { (body) } }
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    label: &'a str,
    number: bool,
    bare: bool,
}

/// A column with this heading.
pub fn column(label: &str) -> Column<'_> {
    Column {
        label,
        number: false,
        bare: false,
    }
}

impl<'a> Column<'a> {
    /// Aligned at the end, for figures.
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }

    /// In a narrow place its cells are not named ("Due: …"): for the title and what speaks for itself.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }
}

/// A table. Make it with [`table`].
#[derive(Debug, Clone)]
pub struct Table<'a> {
    id: &'a str,
    caption: &'a str,
    caption_shown: bool,
    columns: Vec<Column<'a>>,
    rows: Vec<Vec<Markup>>,
    row_heading: Option<usize>,
}

/// A table with a caption; `id` is unique on the page. In a narrow place each row becomes a card.
pub fn table<'a>(
    id: &'a str,
    caption: &'a str,
    columns: impl IntoIterator<Item = Column<'a>>,
) -> Table<'a> {
    Table {
        id,
        caption,
        caption_shown: true,
        columns: columns.into_iter().collect(),
        rows: Vec::new(),
        row_heading: None,
    }
}

impl Table<'_> {
    /// One more row; one cell a column.
    pub fn row(mut self, cells: impl IntoIterator<Item = Markup>) -> Self {
        self.rows.push(cells.into_iter().collect());
        self
    }

    /// Many rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Markup>>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Only screen readers get the caption: where a heading above says the same.
    pub fn quiet_caption(mut self) -> Self {
        self.caption_shown = false;
        self
    }

    /// The column (from 0) that names its row.
    pub fn row_heading(mut self, column: usize) -> Self {
        self.row_heading = Some(column);
        self
    }

    fn cell(&self, index: usize, cell: &Markup) -> Markup {
        let column = self.columns.get(index);
        let number = column.is_some_and(|c| c.number).then_some("number");
        let label = column.filter(|c| !c.bare).map(|c| c.label);
        if self.row_heading == Some(index) {
            html! { th scope="row" class=[number] { (cell) } }
        } else {
            html! { td class=[number] data-label=[label] { (cell) } }
        }
    }
}

impl Render for Table<'_> {
    fn render(&self) -> Markup {
        // A region that scrolls sideways can be reached and moved by keyboard (WCAG 2.1.1).
        html! {
            div.scroll role="region" aria-labelledby={ (self.id) "-caption" } tabindex="0" {
                table.list id=(self.id) {
                    caption id={ (self.id) "-caption" } class=[(!self.caption_shown).then_some("visually-hidden")] { (self.caption) }
                    thead { tr { @for c in &self.columns { th scope="col" class=[c.number.then_some("number")] { (c.label) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr { @for (index, cell) in row.iter().enumerate() { (self.cell(index, cell)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Names and values, side by side where there is room.
pub fn facts<K: Render, V: Render>(items: impl IntoIterator<Item = (K, V)>) -> Markup {
    html! { dl.facts { @for (name, value) in items { dt { (name) } dd { (value) } } } }
}

/// By when, and what: the promises of the home page and the receipt.
pub fn promises<K: Render, V: Render>(items: impl IntoIterator<Item = (K, V)>) -> Markup {
    html! { dl.promises { @for (when, what) in items { div { dt { (when) } dd { (what) } } } } }
}

/// The follow-up words, numbered, to be written down.
pub fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Markup {
    html! { ol.words { @for word in words { li { (word) } } } }
}

/// A report or case number, large.
pub fn ticket(number: &str) -> Markup {
    html! { p.ticket { (number) } }
}

/// Something folded away until it is asked for; opens without script.
pub fn details(summary: &str, body: impl Render) -> Markup {
    html! { details.more { summary { (summary) } div { (body) } } }
}

/// The same, open already when `open`: a fold that holds something typed must show it.
pub fn details_open(summary: &str, open: bool, body: impl Render) -> Markup {
    html! { details.more open[open] { summary { (summary) } div { (body) } } }
}

/// What stands where nothing is yet: what will appear here and how to make the first one.
pub fn empty(body: impl Render) -> Markup {
    html! { div.empty { (body) } }
}

/// Text that somebody else wrote, as it arrived, in a box. Shown through [`plain_text`].
pub fn quote(text: &str) -> Markup {
    html! { div.quote dir="auto" { (plain_text(text)) } }
}

/// Somebody else's text as plain text, with bidirectional and control characters made visible (design/domain.md,
/// Trust): each shows as its code point in a mark, so that nobody is misled about what stands where.
/// Line feeds and tabs stay; a carriage return before a line feed goes.
pub fn plain_text(text: &str) -> Markup {
    let mut out = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' => out.push(c),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if hides(c) => {
                out.push_str(&format!(
                    "<span class=\"odd\" title=\"a hidden character\">U+{:04X}</span>",
                    u32::from(c)
                ));
            }
            c => out.push(c),
        }
    }
    PreEscaped(out)
}

/// Characters that show nothing or turn text around: C0 and C1 controls, bidi controls (UAX #9), zero-width and
/// tag characters, line and paragraph separators, soft hyphen, byte-order mark.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}
