//! The web form as a channel: a posted form, urlencoded or multipart, read over a byte stream under limits.
//!
//! Raw field values are kept as bytes in the order received, also where they are not UTF-8, so that both encodings
//! give the same report and the receipt's manifest covers exactly what was sent. Nothing optional is ever refused:
//! what we could not understand is taken, with a note.

mod fields;
mod multipart;
mod read;
mod spool;
mod urlencoded;

pub use fields::{FORM_FIELDS, Note, YesNoUnknown};
pub use read::{FormLimits, ReadMode, read};
pub use spool::{FileBody, FormFile, Spool, TempSpool};

#[cfg(test)]
mod tests;

/// A form as it was posted.
#[derive(Debug, Default)]
pub struct FormReport {
    /// Field names and raw values in the order received, without `idempotency_key` and without files.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// Files in the order received.
    pub files: Vec<FormFile>,
    /// What was taken although it was not as expected.
    pub notes: Vec<Note>,
    /// The key that makes a retry the same report, where one of at least 22 characters was sent.
    pub idempotency_key: Option<String>,
}

impl FormReport {
    /// The first value sent under `name`, raw.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.fields
            .iter()
            .find(|(n, _)| n == name.as_bytes())
            .map(|(_, v)| v.as_slice())
    }

    /// The first value sent under `name` as text for a page: what is not UTF-8 shows as U+FFFD. Empty where none was sent.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(self.raw(name).unwrap_or_default()).into_owned()
    }

    /// Whether there is something to report: a description with a visible character, or a file.
    pub fn has_content(&self) -> bool {
        !self.files.is_empty()
            || self
                .fields
                .iter()
                .any(|(n, v)| n == b"description" && !v.trim_ascii().is_empty())
    }
}

/// Why a form was not taken: the stable codes of docs/interfaces.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefusalCode {
    /// Neither a description nor a file.
    EmptyReport,
    /// More bytes than the limits allow, all together or in one field.
    TooLarge,
    /// More fields or files than the limits allow.
    TooManyFields,
    /// Neither urlencoded nor multipart.
    UnsupportedType,
    /// The sender stopped in the middle.
    Interrupted,
    /// Too many requests just now.
    Busy,
    /// There is no room to keep it.
    StorageFull,
}

impl RefusalCode {
    /// Every code.
    pub const ALL: [Self; 7] = [
        Self::EmptyReport,
        Self::TooLarge,
        Self::TooManyFields,
        Self::UnsupportedType,
        Self::Interrupted,
        Self::Busy,
        Self::StorageFull,
    ];

    /// The code as machines read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmptyReport => "empty_report",
            Self::TooLarge => "too_large",
            Self::TooManyFields => "too_many_fields",
            Self::UnsupportedType => "unsupported_type",
            Self::Interrupted => "interrupted",
            Self::Busy => "busy",
            Self::StorageFull => "storage_full",
        }
    }
}

/// A form that was not taken, with what had been read of it so that the page can give the text back.
#[derive(Debug)]
pub struct FormRefusal {
    /// Why.
    pub code: RefusalCode,
    /// What had been read.
    pub partial: FormReport,
}

impl FormRefusal {
    /// A refusal before anything was read.
    pub fn unread(code: RefusalCode) -> Self {
        Self {
            code,
            partial: FormReport::default(),
        }
    }
}
