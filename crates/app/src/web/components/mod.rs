//! The building blocks of every page, as typed functions and small builders that render themselves.
//!
//! A page never writes `<input>`, `<table>` or an error message by hand: it asks for one here and gets a label, a hint
//! and an error that are wired together (`for`, `aria-describedby`, `aria-invalid`), at least 44 px to touch, in one
//! column. Use them in `html!` as `(field("product", "Which product?").hint("…").optional())`.

mod display;
mod forms;
mod record;

pub use display::{
    Column, Table, Tone, column, details, details_open, empty, facts, note, plain_text, promises,
    quote, table, ticket, words,
};
pub use forms::{
    Checkbox, Field, FieldError, FileField, Radios, Select, Textarea, button, button_link,
    checkbox, error_summary, field, field_id, file_field, hidden, plain_button, quiet_button,
    quiet_link, radios, select, textarea,
};
pub use record::{
    Due, Stage, StageState, Task, TimelineEntry, Urgency, Voice, due, source_mark, stages, tag,
    tasks, timeline,
};

#[cfg(test)]
mod tests;
