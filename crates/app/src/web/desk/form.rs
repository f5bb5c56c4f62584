//! Reading forms, and rendering a form's questions: one description drives both.

use crate::web::components::{FieldError, checkbox, field, radios, select, textarea};
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use maud::{Markup, Render, html};

/// What a form sent, in order; names may repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(Vec<(String, String)>);

/// Most fields of one form.
const MAX_FIELDS: usize = 2500;

impl Typed {
    /// From pairs: for tests and prefilling.
    pub fn new(pairs: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(n, v)| (n.into(), v.into()))
                .collect(),
        )
    }

    /// From a body of `application/x-www-form-urlencoded` (WHATWG URL 5.1). Bytes that are not UTF-8 become U+FFFD.
    pub fn read(body: &[u8]) -> Self {
        let pairs = body
            .split(|b| *b == b'&')
            .filter(|p| !p.is_empty())
            .take(MAX_FIELDS)
            .map(|pair| {
                let mut halves = pair.splitn(2, |b| *b == b'=');
                (
                    decode(halves.next().unwrap_or_default()),
                    decode(halves.next().unwrap_or_default()),
                )
            });
        Self(pairs.collect())
    }

    /// The first value of `name` as typed; empty where there is none.
    pub fn raw(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v.as_str())
    }

    /// The first value of `name`, without white space around it.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Whether `name` was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// All values of `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// All fields, in order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The version that the author of this form saw.
    pub fn seen(&self) -> u64 {
        self.get("seen").parse().unwrap_or(0)
    }
}

fn decode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let hex = |b: Option<&u8>| {
        b.and_then(|b| char::from(*b).to_digit(16))
            .and_then(|d| u8::try_from(d).ok())
    };
    let mut i = 0;
    while i < bytes.len() {
        match (bytes[i], hex(bytes.get(i + 1)), hex(bytes.get(i + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                i += 2;
            }
            (b'+', ..) => out.push(b' '),
            (other, ..) => out.push(other),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Response;
    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        use axum::response::IntoResponse;
        let body = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self::read(&body))
    }
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// A date; sent as `YYYY-MM-DD`.
    Date,
    /// Date and time in the organisation's zone; sent as `YYYY-MM-DDTHH:MM`.
    DateTime,
    /// One of a few: value and words.
    Radios(Vec<(String, String)>),
    /// One of many.
    Select(Vec<(String, String)>),
    /// A statement to tick.
    Tick,
    /// Any of several: value and words.
    Ticks(Vec<(String, String)>),
    /// A whole number.
    Number,
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Name of the field.
    pub name: String,
    /// Label: the question.
    pub label: String,
    /// Hint: an example, or what the answer does.
    pub hint: String,
    /// How.
    pub how: How,
    /// May stay empty.
    pub optional: bool,
    /// What stands in it before anything is typed.
    pub value: String,
}

/// A question that must be answered.
pub fn ask(name: &str, label: &str, how: How) -> Question {
    Question {
        name: name.into(),
        label: label.into(),
        hint: String::new(),
        how,
        optional: false,
        value: String::new(),
    }
}

/// Choices from a list of the words module.
pub fn choices<T>(list: &[(&'static str, T, &'static str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(value, _, words)| ((*value).into(), (*words).into()))
        .collect()
}

impl Question {
    /// With a hint.
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = hint.into();
        self
    }

    /// May stay empty.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// With what was answered before.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What is missing or not understood, where something is.
    fn problem(&self, typed: &Typed) -> Option<String> {
        let value = typed.get(&self.name);
        if let How::Ticks(_) = self.how {
            return (!self.optional && !typed.has(&self.name))
                .then(|| "Choose at least one.".to_owned());
        }
        if value.is_empty() {
            return (!self.optional).then(|| {
                match self.how {
                    How::Radios(_) | How::Select(_) => "Choose one.",
                    How::Tick => "Tick this to go on.",
                    How::Date | How::DateTime => "Write a date.",
                    How::Number => "Write a number.",
                    How::Line => "Write something here.",
                    How::Text | How::Ticks(_) => "Write a sentence.",
                }
                .to_owned()
            });
        }
        match &self.how {
            How::Radios(options) | How::Select(options)
                if options.iter().all(|(v, _)| v != value) =>
            {
                Some("Choose one of the list.".into())
            }
            How::Date if civil::Date::strptime("%Y-%m-%d", value).is_err() => {
                Some("Write the date as year-month-day, for example 2027-01-31.".into())
            }
            How::DateTime if date_time(value, &TimeZone::UTC).is_none() => {
                Some("Write date and time as in 2027-01-31T17:00.".into())
            }
            How::Number if value.parse::<u64>().is_err() => {
                Some("Write a whole number, for example 14.".into())
            }
            How::Line if value.len() > 1000 => Some("Keep it under 1,000 characters.".into()),
            How::Text if value.len() > 100_000 => {
                Some("Keep it under 100,000 characters; send more as a note of its own.".into())
            }
            _ => None,
        }
    }

    /// The control, with what was typed (or stood there before) and what is wrong with it.
    fn control(&self, typed: Option<&Typed>, errors: &[FieldError]) -> Markup {
        let error = FieldError::find(errors, &self.name);
        let value = typed.map_or(self.value.as_str(), |t| t.raw(&self.name));
        macro_rules! finish {
            ($control:expr) => {{
                let mut control = $control.error(error);
                if self.optional {
                    control = control.optional();
                }
                if !self.hint.is_empty() {
                    control = control.hint(&self.hint);
                }
                control.render()
            }};
        }
        match &self.how {
            How::Line => finish!(field(&self.name, &self.label).value(value)),
            How::Number => finish!(
                field(&self.name, &self.label)
                    .value(value)
                    .inputmode("numeric")
                    .short()
            ),
            How::Date => finish!(
                field(&self.name, &self.label)
                    .kind("date")
                    .value(value)
                    .medium()
            ),
            How::DateTime => finish!(
                field(&self.name, &self.label)
                    .kind("datetime-local")
                    .value(value)
                    .medium()
            ),
            How::Text => finish!(textarea(&self.name, &self.label).value(value)),
            How::Tick => finish!(checkbox(&self.name, "yes", &self.label).checked(value == "yes")),
            How::Radios(options) => {
                let all =
                    radios(&self.name, &self.label).selected((!value.is_empty()).then_some(value));
                finish!(
                    options
                        .iter()
                        .fold(all, |all, (v, words)| all.choice(v, words))
                )
            }
            How::Select(options) => {
                let all = select(&self.name, &self.label)
                    .option("", "")
                    .selected(value);
                finish!(
                    options
                        .iter()
                        .fold(all, |all, (v, words)| all.option(v, words))
                )
            }
            How::Ticks(options) => {
                let chosen: Vec<&str> = typed.map_or_else(
                    || self.value.split(' ').collect(),
                    |t| t.all(&self.name).collect(),
                );
                html! {
                    fieldset.field.wrong[error.is_some()] id={ "f-" (self.name) } tabindex="-1" {
                        legend { (self.label) @if self.optional { " " span.optional { "(optional)" } } }
                        @if !self.hint.is_empty() { p.hint { (self.hint) } }
                        @if let Some(error) = error { p.error { span { span.visually-hidden { "Error: " } (error) } } }
                        div.choices {
                            @for (v, words) in options {
                                label { input type="checkbox" name=(self.name) value=(v) checked[chosen.contains(&v.as_str())]; span { (words) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What is missing or not understood in the answers to these questions.
pub fn problems(questions: &[Question], typed: &Typed) -> Vec<FieldError> {
    questions
        .iter()
        .filter_map(|q| q.problem(typed).map(|why| FieldError::new(&q.name, why)))
        .collect()
}

/// All questions of a form.
pub fn questions(questions: &[Question], typed: Option<&Typed>, errors: &[FieldError]) -> Markup {
    html! { @for question in questions { (question.control(typed, errors)) } }
}

/// A date typed in a form, as the end of that day's beginning in `zone`.
pub fn date(value: &str, zone: &TimeZone) -> Option<Timestamp> {
    let date = civil::Date::strptime("%Y-%m-%d", value).ok()?;
    date.to_zoned_datetime(zone.clone())
        .ok()
        .map(|z| z.timestamp())
}

/// Date and time typed in a form, read in `zone`.
pub fn date_time(value: &str, zone: &TimeZone) -> Option<Timestamp> {
    let value = value.replace(' ', "T");
    let parsed = civil::DateTime::strptime("%Y-%m-%dT%H:%M", &value)
        .or_else(|_| civil::DateTime::strptime("%Y-%m-%dT%H:%M:%S", &value))
        .ok()?;
    parsed
        .to_zoned_datetime(zone.clone())
        .ok()
        .map(|z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_as_browsers_send_it() {
        let typed =
            Typed::read(b"why=a+%2B+b%0D%0A%C3%A9&tick=1&tick=2&odd=%zz%4&&bad=%FF&=x&alone");
        assert_eq!(typed.raw("why"), "a + b\r\né");
        assert_eq!(typed.all("tick").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(typed.raw("odd"), "%zz%4");
        assert_eq!(typed.raw("bad"), "\u{fffd}");
        assert!(typed.has("alone") && typed.raw("alone").is_empty());
    }

    #[test]
    fn every_kind_of_question_says_what_to_write_instead() {
        let options = vec![("a".to_owned(), "A".to_owned())];
        let kinds = [
            (How::Line, None, "x"),
            (How::Text, None, "x"),
            (How::Date, Some("31.12.2026"), "2026-12-31"),
            (How::DateTime, Some("gestern"), "2026-12-31T17:00"),
            (How::Radios(options.clone()), Some("b"), "a"),
            (How::Select(options.clone()), Some("b"), "a"),
            (How::Ticks(options), None, "a"),
            (How::Tick, None, "yes"),
            (How::Number, Some("two"), "2"),
        ];
        for (how, wrong, right) in kinds {
            let question = ask("q", "Question?", how.clone());
            let empty = Typed::new([("other", "x")]);
            assert_eq!(
                problems(std::slice::from_ref(&question), &empty).len(),
                1,
                "{how:?}"
            );
            assert!(
                problems(&[question.clone().optional()], &empty).is_empty(),
                "{how:?}"
            );
            if let Some(wrong) = wrong {
                assert_eq!(
                    problems(std::slice::from_ref(&question), &Typed::new([("q", wrong)])).len(),
                    1,
                    "{how:?}"
                );
            }
            let typed = Typed::new([("q", right)]);
            assert!(
                problems(std::slice::from_ref(&question), &typed).is_empty(),
                "{how:?}"
            );
            let again = questions(&[question], Some(&typed), &[]).into_string();
            assert!(
                again.contains(right),
                "what was typed is still there: {again}"
            );
        }
    }

    #[test]
    fn times_are_read_in_the_organisations_zone() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(
            date_time("2026-11-26T17:00", &zone).unwrap().to_string(),
            "2026-11-26T16:00:00Z"
        );
        assert_eq!(
            date("2026-07-01", &zone).unwrap().to_string(),
            "2026-06-30T22:00:00Z"
        );
    }
}
