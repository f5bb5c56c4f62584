//! Form controls: label above, hint below the label, error above the control, never placeholder text.

use maud::{Markup, Render, html};

/// What is wrong with one field, for the summary at the top and the message at the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's `name`; the summary links to the control with [`field_id`] of it.
    pub field: String,
    /// A sentence that says what to write instead.
    pub message: String,
}

impl FieldError {
    /// An error at the field called `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }

    /// The message for `field` in `errors`, if there is one: pass it to a control's `.error(…)`.
    pub fn find<'a>(errors: &'a [FieldError], field: &str) -> Option<&'a str> {
        errors
            .iter()
            .find(|e| e.field == field)
            .map(|e| e.message.as_str())
    }
}

/// The `id` of the control with this `name`: links in the error summary and labels use it.
pub fn field_id(name: &str) -> String {
    format!("f-{name}")
}

/// What every control has: name, label, hint, error, and whether it may stay empty.
#[derive(Debug, Clone, Default)]
struct Common<'a> {
    name: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    optional: bool,
}

impl Common<'_> {
    fn class(&self) -> &'static str {
        if self.error.is_some() {
            "field wrong"
        } else {
            "field"
        }
    }

    /// The ids of hint and error, for `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("h-{}", self.name));
        let error = self.error.map(|_| format!("e-{}", self.name));
        match (hint, error) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(hint), Some(error)) => Some(format!("{error} {hint}")),
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    fn label_text(&self) -> Markup {
        html! { (self.label) @if self.optional { " " span.optional { "(optional)" } } }
    }

    fn label(&self) -> Markup {
        html! { label for=(field_id(self.name)) { (self.label_text()) } }
    }

    fn hint_and_error(&self) -> Markup {
        html! {
            @if let Some(hint) = self.hint { p.hint id={ "h-" (self.name) } { (hint) } }
            @if let Some(error) = self.error {
                p.error id={ "e-" (self.name) } { span { span.visually-hidden { "Error: " } (error) } }
            }
        }
    }
}

/// The builder methods that all controls share.
macro_rules! common_methods {
    () => {
        /// A sentence or an example below the label.
        pub fn hint(mut self, hint: &'a str) -> Self {
            self.common.hint = Some(hint);
            self
        }

        /// What is wrong with it; `None` when nothing is.
        pub fn error(mut self, error: Option<&'a str>) -> Self {
            self.common.error = error;
            self
        }

        /// Says "(optional)" after the label.
        pub fn optional(mut self) -> Self {
            self.common.optional = true;
            self
        }
    };
}

/// One line of text. Make it with [`field`].
#[derive(Debug, Clone)]
pub struct Field<'a> {
    common: Common<'a>,
    value: &'a str,
    kind: &'a str,
    class: Option<&'a str>,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    spellcheck: Option<&'a str>,
}

/// One line of text, of type `text` until told otherwise.
pub fn field<'a>(name: &'a str, label: &'a str) -> Field<'a> {
    Field {
        common: Common {
            name,
            label,
            ..Common::default()
        },
        value: "",
        kind: "text",
        class: None,
        autocomplete: None,
        inputmode: None,
        spellcheck: None,
    }
}

impl<'a> Field<'a> {
    common_methods!();

    /// What stands in it already: everything typed comes back.
    pub fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// The HTML input type: `email`, `tel`, `url`, `date`, `search`, `password`.
    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    /// Ten characters wide: versions, codes, numbers.
    pub fn short(mut self) -> Self {
        self.class = Some("short");
        self
    }

    /// Twenty characters wide: names, serial numbers.
    pub fn medium(mut self) -> Self {
        self.class = Some("medium");
        self
    }

    /// The HTML `autocomplete` token (`email`, `name`, `off`, `one-time-code`, `current-password`).
    pub fn autocomplete(mut self, token: &'a str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// The keyboard a phone shows (`numeric`, `email`, `url`).
    pub fn inputmode(mut self, mode: &'a str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    /// No spelling marks and no capitals: for numbers, words of a secret, addresses.
    pub fn verbatim(mut self) -> Self {
        self.spellcheck = Some("false");
        self
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let c = &self.common;
        html! {
            div class=(c.class()) {
                (c.label())
                (c.hint_and_error())
                input id=(field_id(c.name)) name=(c.name) type=(self.kind) class=[self.class] value=[keep(self.value)]
                    autocomplete=[self.autocomplete] inputmode=[self.inputmode] spellcheck=[self.spellcheck]
                    autocapitalize=[self.spellcheck.map(|_| "none")]
                    aria-describedby=[c.described_by()] aria-invalid=[c.invalid()];
            }
        }
    }
}

fn keep(value: &str) -> Option<&str> {
    (!value.is_empty()).then_some(value)
}

/// Several lines of text. Make it with [`textarea`].
#[derive(Debug, Clone)]
pub struct Textarea<'a> {
    common: Common<'a>,
    value: &'a str,
    class: Option<&'a str>,
    verbatim: bool,
}

/// Several lines of text.
pub fn textarea<'a>(name: &'a str, label: &'a str) -> Textarea<'a> {
    Textarea {
        common: Common {
            name,
            label,
            ..Common::default()
        },
        value: "",
        class: None,
        verbatim: false,
    }
}

impl<'a> Textarea<'a> {
    common_methods!();

    /// What stands in it already.
    pub fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// Fifteen lines high: the description of a report.
    pub fn tall(mut self) -> Self {
        self.class = Some("tall");
        self
    }

    /// No spelling marks, no capitals, no autocomplete: for keys and secrets.
    pub fn verbatim(mut self) -> Self {
        self.verbatim = true;
        self
    }
}

impl Render for Textarea<'_> {
    fn render(&self) -> Markup {
        let c = &self.common;
        html! {
            div class=(c.class()) {
                (c.label())
                (c.hint_and_error())
                textarea id=(field_id(c.name)) name=(c.name) class=[self.class]
                    spellcheck=[self.verbatim.then_some("false")] autocapitalize=[self.verbatim.then_some("none")]
                    autocomplete=[self.verbatim.then_some("off")]
                    aria-describedby=[c.described_by()] aria-invalid=[c.invalid()] {
                    // HTML drops one line feed after the tag: ours goes, the reporter's own first one stays.
                    "\n" (self.value)
                }
            }
        }
    }
}

/// One of several. Make it with [`radios`].
#[derive(Debug, Clone)]
pub struct Radios<'a> {
    common: Common<'a>,
    choices: Vec<(&'a str, &'a str, Option<&'a str>)>,
    selected: Option<&'a str>,
    inline: bool,
}

/// One of several, as radio buttons in a fieldset.
pub fn radios<'a>(name: &'a str, legend: &'a str) -> Radios<'a> {
    Radios {
        common: Common {
            name,
            label: legend,
            ..Common::default()
        },
        choices: Vec::new(),
        selected: None,
        inline: false,
    }
}

impl<'a> Radios<'a> {
    common_methods!();

    /// One more choice.
    pub fn choice(mut self, value: &'a str, label: &'a str) -> Self {
        self.choices.push((value, label, None));
        self
    }

    /// One more choice with a sentence below it.
    pub fn choice_hint(mut self, value: &'a str, label: &'a str, hint: &'a str) -> Self {
        self.choices.push((value, label, Some(hint)));
        self
    }

    /// The value that is chosen already.
    pub fn selected(mut self, value: Option<&'a str>) -> Self {
        self.selected = value;
        self
    }

    /// Side by side where there is room: for two or three short answers.
    pub fn inline(mut self) -> Self {
        self.inline = true;
        self
    }
}

impl Render for Radios<'_> {
    fn render(&self) -> Markup {
        let c = &self.common;
        html! {
            fieldset class=(c.class()) aria-describedby=[c.described_by()] {
                legend { (c.label_text()) }
                (c.hint_and_error())
                div class=(if self.inline { "choices inline" } else { "choices" }) {
                    @for (index, (value, label, hint)) in self.choices.iter().enumerate() {
                        label {
                            // The first one carries the field's id, so that the error summary's link lands on it.
                            input type="radio" name=(c.name) value=(value) id=[(index == 0).then(|| field_id(c.name))]
                                checked[self.selected == Some(*value)];
                            span { (label) @if let Some(hint) = hint { small { (hint) } } }
                        }
                    }
                }
            }
        }
    }
}

/// One statement to tick. Make it with [`checkbox`].
#[derive(Debug, Clone)]
pub struct Checkbox<'a> {
    common: Common<'a>,
    value: &'a str,
    checked: bool,
}

/// One statement to tick; sends `value` when ticked and nothing otherwise.
pub fn checkbox<'a>(name: &'a str, value: &'a str, label: &'a str) -> Checkbox<'a> {
    Checkbox {
        common: Common {
            name,
            label,
            ..Common::default()
        },
        value,
        checked: false,
    }
}

impl<'a> Checkbox<'a> {
    common_methods!();

    /// Whether it is ticked already.
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }
}

impl Render for Checkbox<'_> {
    fn render(&self) -> Markup {
        let c = &self.common;
        html! {
            div class=(c.class()) {
                @if let Some(error) = c.error {
                    p.error id={ "e-" (c.name) } { span { span.visually-hidden { "Error: " } (error) } }
                }
                div.choices {
                    label {
                        input type="checkbox" id=(field_id(c.name)) name=(c.name) value=(self.value)
                            checked[self.checked] aria-describedby=[c.error.map(|_| format!("e-{}", c.name))]
                            aria-invalid=[c.invalid()];
                        span { (c.label_text()) @if let Some(hint) = c.hint { small { (hint) } } }
                    }
                }
            }
        }
    }
}

/// One of a list. Make it with [`select`].
#[derive(Debug, Clone)]
pub struct Select<'a> {
    common: Common<'a>,
    options: Vec<(&'a str, &'a str)>,
    selected: &'a str,
}

/// One of a list, as a drop-down: for more than six choices. Give the empty choice first where none is right.
pub fn select<'a>(name: &'a str, label: &'a str) -> Select<'a> {
    Select {
        common: Common {
            name,
            label,
            ..Common::default()
        },
        options: Vec::new(),
        selected: "",
    }
}

impl<'a> Select<'a> {
    common_methods!();

    /// One more choice.
    pub fn option(mut self, value: &'a str, label: &'a str) -> Self {
        self.options.push((value, label));
        self
    }

    /// Many choices, each (value, label).
    pub fn options(mut self, options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.options.extend(options);
        self
    }

    /// The value that is chosen already.
    pub fn selected(mut self, value: &'a str) -> Self {
        self.selected = value;
        self
    }
}

impl Render for Select<'_> {
    fn render(&self) -> Markup {
        let c = &self.common;
        html! {
            div class=(c.class()) {
                (c.label())
                (c.hint_and_error())
                select.medium id=(field_id(c.name)) name=(c.name)
                    aria-describedby=[c.described_by()] aria-invalid=[c.invalid()] {
                    @for (value, label) in &self.options {
                        option value=(value) selected[*value == self.selected] { (label) }
                    }
                }
            }
        }
    }
}

/// Files to send. Make it with [`file_field`]; the form must be `enctype="multipart/form-data"`.
#[derive(Debug, Clone)]
pub struct FileField<'a> {
    common: Common<'a>,
    multiple: bool,
}

/// Files to send, several at once.
pub fn file_field<'a>(name: &'a str, label: &'a str) -> FileField<'a> {
    FileField {
        common: Common {
            name,
            label,
            ..Common::default()
        },
        multiple: true,
    }
}

impl<'a> FileField<'a> {
    common_methods!();

    /// One file only.
    pub fn single(mut self) -> Self {
        self.multiple = false;
        self
    }
}

impl Render for FileField<'_> {
    fn render(&self) -> Markup {
        let c = &self.common;
        html! {
            div class=(c.class()) {
                (c.label())
                (c.hint_and_error())
                input id=(field_id(c.name)) name=(c.name) type="file" multiple[self.multiple]
                    aria-describedby=[c.described_by()] aria-invalid=[c.invalid()];
            }
        }
    }
}

/// A value the form carries without showing it.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The page's one primary button.
pub fn button(label: &str) -> Markup {
    html! { button type="submit" { (label) } }
}

/// A second button beside the primary one.
pub fn quiet_button(label: &str) -> Markup {
    html! { button.quiet type="submit" { (label) } }
}

/// A button that looks like a link: for a form that only goes somewhere.
pub fn plain_button(label: &str) -> Markup {
    html! { button.plain type="submit" { (label) } }
}

/// A link that looks like the primary button.
pub fn button_link(href: &str, label: &str) -> Markup {
    html! { a.button href=(href) { (label) } }
}

/// A link that looks like a second button.
pub fn quiet_link(href: &str, label: &str) -> Markup {
    html! { a.button.quiet href=(href) { (label) } }
}

/// The box at the top of a page with errors: each line links to its field. Nothing when there are none.
/// Give the page's `error` flag to the layout too, so that its title starts with "Error:".
pub fn error_summary(errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.note.alarm.summary role="alert" aria-labelledby="errors" {
                h2 id="errors" { (if errors.len() == 1 { "There is one thing to put right" } else { "There are some things to put right" }) }
                ul { @for error in errors { li { a href={ "#" (field_id(&error.field)) } { (error.message) } } } }
            }
        }
    }
}
