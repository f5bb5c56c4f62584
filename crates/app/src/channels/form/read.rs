//! Reading a posted form from the byte stream, under limits on everything.

use std::{future::poll_fn, pin::Pin, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderMap, header},
};

use super::{
    FormRefusal, FormReport, Note, RefusalCode, fields, multipart, spool::Incoming, spool::Spool,
    urlencoded,
};

/// How much of a form is read. The defaults are printed by `vulnerary serve --help` and docs/interfaces.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormLimits {
    /// The whole body, in bytes.
    pub total_bytes: u64,
    /// Files.
    pub files: usize,
    /// Text fields.
    pub fields: usize,
    /// One text field, in bytes; a name or a part's headers may have 16 KiB.
    pub field_bytes: usize,
    /// What of one file stays in memory, in bytes; beyond it goes to a temporary file.
    pub memory_file_bytes: usize,
    /// The longest silence of the sender.
    pub idle: Duration,
    /// The longest time for one form.
    pub whole: Duration,
}

impl Default for FormLimits {
    fn default() -> Self {
        Self {
            total_bytes: 50 * 1024 * 1024,
            files: 20,
            fields: 64,
            field_bytes: 1024 * 1024,
            memory_file_bytes: 64 * 1024,
            idle: Duration::from_secs(30),
            whole: Duration::from_secs(30 * 60),
        }
    }
}

/// What to keep of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadMode {
    /// Everything.
    Everything,
    /// Only the text, to give it back: files are read past and forgotten.
    TextOnly,
}

/// Reads a posted form. The body is borrowed so that the caller may let a refused sender finish sending.
///
/// # Errors
/// [`FormRefusal`] with what had been read: the declared or actual length is over the limit (the declared one before
/// anything is read), too many fields or files, another content type, a sender that stopped, no room to spool to.
pub async fn read(
    headers: &HeaderMap,
    body: &mut Body,
    limits: &FormLimits,
    spool: &dyn Spool,
    mode: ReadMode,
) -> Result<FormReport, FormRefusal> {
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    if declared.is_some_and(|length| length > limits.total_bytes) {
        return Err(FormRefusal::unread(RefusalCode::TooLarge));
    }
    let mut form = Form {
        report: FormReport::default(),
        limits,
        spool,
        mode,
        fields: 0,
        files: 0,
    };
    let mut stream = Stream {
        body,
        left: limits.total_bytes,
        idle: limits.idle,
    };
    let reading = async {
        match kind(headers) {
            Some(Kind::Urlencoded) => urlencoded::read(&mut stream, &mut form).await,
            Some(Kind::Multipart(boundary)) => {
                multipart::read(&mut stream, &mut form, &boundary).await
            }
            None => Err(unsupported(&mut stream, &mut form).await),
        }
    };
    let outcome = tokio::time::timeout(limits.whole, reading)
        .await
        .unwrap_or(Err(RefusalCode::Interrupted));
    let mut report = form.report;
    fields::settle(&mut report);
    match outcome {
        Ok(()) => Ok(report),
        Err(code) => Err(FormRefusal {
            code,
            partial: report,
        }),
    }
}

enum Kind {
    Urlencoded,
    Multipart(Vec<u8>),
}

/// A form without a content type is read as urlencoded: that is what people who type `curl --data` by hand mean.
fn kind(headers: &HeaderMap) -> Option<Kind> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Some(Kind::Urlencoded);
    };
    let value = value.as_bytes();
    let end = value.iter().position(|b| *b == b';').unwrap_or(value.len());
    let media = value[..end].trim_ascii().to_ascii_lowercase();
    match media.as_slice() {
        b"application/x-www-form-urlencoded" => Some(Kind::Urlencoded),
        b"multipart/form-data" => {
            let boundary = multipart::parameter(&value[end..], b"boundary")?;
            // RFC 2046 §5.1.1: 1 to 70 characters.
            (1..=70)
                .contains(&boundary.len())
                .then_some(Kind::Multipart(boundary))
        }
        _ => None,
    }
}

/// Another content type: what looks like text is kept as the description, so that the page can give it back.
async fn unsupported(stream: &mut Stream<'_>, form: &mut Form<'_>) -> RefusalCode {
    let mut text = Vec::new();
    while text.len() < form.limits.memory_file_bytes {
        match stream.next().await {
            Ok(Some(chunk)) => text.extend_from_slice(&chunk),
            _ => break,
        }
    }
    if !text.contains(&0) && std::str::from_utf8(&text).is_ok() {
        form.report.fields.push((b"description".to_vec(), text));
    }
    RefusalCode::UnsupportedType
}

/// The body, counted.
pub(super) struct Stream<'a> {
    body: &'a mut Body,
    left: u64,
    idle: Duration,
}

impl Stream<'_> {
    /// The next bytes, or `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, RefusalCode> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut *self.body).poll_frame(cx));
            let frame = tokio::time::timeout(self.idle, frame)
                .await
                .map_err(|_| RefusalCode::Interrupted)?;
            let Some(frame) = frame else { return Ok(None) };
            // Trailers carry nothing of a form.
            let Ok(data) = frame.map_err(|_| RefusalCode::Interrupted)?.into_data() else {
                continue;
            };
            self.left = self
                .left
                .checked_sub(data.len() as u64)
                .ok_or(RefusalCode::TooLarge)?;
            if !data.is_empty() {
                return Ok(Some(data));
            }
        }
    }
}

/// The form while it is being read.
pub(super) struct Form<'a> {
    report: FormReport,
    pub(super) limits: &'a FormLimits,
    spool: &'a dyn Spool,
    mode: ReadMode,
    fields: usize,
    files: usize,
}

impl Form<'_> {
    /// Takes one text field.
    pub(super) fn field(&mut self, name: Vec<u8>, value: Vec<u8>) -> Result<(), RefusalCode> {
        self.fields += 1;
        if self.fields > self.limits.fields {
            return Err(RefusalCode::TooManyFields);
        }
        self.report.fields.push((name, value));
        Ok(())
    }

    /// Takes the next bytes of a file.
    pub(super) async fn file_bytes(
        &mut self,
        file: &mut Incoming,
        bytes: &[u8],
    ) -> Result<(), RefusalCode> {
        if self.mode == ReadMode::TextOnly || bytes.is_empty() {
            return Ok(());
        }
        file.push(bytes, self.limits.memory_file_bytes, self.spool)
            .await
            .map_err(|_| RefusalCode::StorageFull)
    }

    /// Takes a file that is complete. A file control left empty sends a part without name and bytes: that is no file.
    pub(super) async fn file(&mut self, file: Incoming) -> Result<(), RefusalCode> {
        if self.mode == ReadMode::TextOnly {
            return Ok(());
        }
        let file = file.finish().await.map_err(|_| RefusalCode::StorageFull)?;
        if file.name.is_empty() && file.bytes == 0 {
            return Ok(());
        }
        self.files += 1;
        if self.files > self.limits.files {
            return Err(RefusalCode::TooManyFields);
        }
        self.report.files.push(file);
        Ok(())
    }

    /// Says that the form ended before its closing line.
    pub(super) fn ended_early(&mut self) {
        self.report.notes.push(Note::EndedEarly);
    }
}
