//! `multipart/form-data` (RFC 7578), part by part over the stream: a file never has to fit into memory.

use super::{
    RefusalCode,
    read::{Form, Stream},
    spool::Incoming,
};

/// The most that one part's headers may take.
const HEADER_BYTES: usize = 16 * 1024;

/// What is being filled.
enum Part {
    Text { name: Vec<u8>, value: Vec<u8> },
    File(Box<Incoming>),
}

enum State {
    /// Before the first delimiter, or after the closing one: nothing here counts (RFC 2046 §5.1.1).
    Outside,
    /// Right behind a delimiter: `--` closes, anything else up to the line's end is padding.
    Delimited,
    Headers,
    Inside(Part),
    Closed,
}

/// Reads all parts.
pub(super) async fn read(
    stream: &mut Stream<'_>,
    form: &mut Form<'_>,
    boundary: &[u8],
) -> Result<(), RefusalCode> {
    let delimiter = [b"\r\n--", boundary].concat();
    // The first delimiter may stand at the very beginning: with a line end before it, it looks like every other.
    let mut buffer = b"\r\n".to_vec();
    let mut state = State::Outside;
    while let Some(chunk) = stream.next().await? {
        if matches!(state, State::Closed) {
            continue;
        }
        buffer.extend_from_slice(&chunk);
        loop {
            let (next, moved) = step(state, &mut buffer, &delimiter, form).await?;
            state = next;
            if !moved {
                break;
            }
        }
    }
    match state {
        State::Closed => Ok(()),
        State::Inside(mut part) => {
            form.ended_early();
            fill(&mut part, &buffer, form).await?;
            finish(part, form).await
        }
        State::Outside | State::Delimited | State::Headers => {
            form.ended_early();
            Ok(())
        }
    }
}

/// Moves on as far as the buffer allows; `false` means that more bytes are needed.
async fn step(
    state: State,
    buffer: &mut Vec<u8>,
    delimiter: &[u8],
    form: &mut Form<'_>,
) -> Result<(State, bool), RefusalCode> {
    match state {
        State::Outside => Ok(match find(buffer, delimiter) {
            Some(at) => {
                buffer.drain(..at + delimiter.len());
                (State::Delimited, true)
            }
            None => {
                let keep = buffer.len().min(delimiter.len() - 1);
                buffer.drain(..buffer.len() - keep);
                (State::Outside, false)
            }
        }),
        State::Delimited if buffer.starts_with(b"--") => Ok((State::Closed, false)),
        State::Delimited => match find(buffer, b"\r\n") {
            // The line end stays: an empty header block is then `\r\n\r\n` like every other.
            Some(at) => {
                buffer.drain(..at);
                Ok((State::Headers, true))
            }
            None if buffer.len() > HEADER_BYTES => Err(RefusalCode::TooLarge),
            None => Ok((State::Delimited, false)),
        },
        State::Headers => match find(buffer, b"\r\n\r\n") {
            Some(at) => {
                let part = part(&buffer[..at]);
                buffer.drain(..at + 4);
                Ok((State::Inside(part), true))
            }
            None if buffer.len() > HEADER_BYTES => Err(RefusalCode::TooLarge),
            None => Ok((State::Headers, false)),
        },
        State::Inside(part) => inside(part, buffer, delimiter, form).await,
        State::Closed => Ok((State::Closed, false)),
    }
}

async fn inside(
    mut part: Part,
    buffer: &mut Vec<u8>,
    delimiter: &[u8],
    form: &mut Form<'_>,
) -> Result<(State, bool), RefusalCode> {
    if let Some(at) = find(buffer, delimiter) {
        fill(&mut part, &buffer[..at], form).await?;
        buffer.drain(..at + delimiter.len());
        finish(part, form).await?;
        return Ok((State::Delimited, true));
    }
    // All but what might be the beginning of a delimiter.
    let ready = buffer.len().saturating_sub(delimiter.len() - 1);
    let taken = fill(&mut part, &buffer[..ready], form).await;
    buffer.drain(..ready);
    if let Err(code) = taken {
        if matches!(part, Part::Text { .. }) {
            finish(part, form).await?;
        }
        return Err(code);
    }
    Ok((State::Inside(part), false))
}

async fn fill(part: &mut Part, bytes: &[u8], form: &mut Form<'_>) -> Result<(), RefusalCode> {
    match part {
        Part::File(file) => form.file_bytes(file, bytes).await,
        Part::Text { value, .. } => {
            let room = (form.limits.field_bytes + 2).saturating_sub(value.len());
            value.extend_from_slice(&bytes[..bytes.len().min(room)]);
            if bytes.len() > room {
                Err(RefusalCode::TooLarge)
            } else {
                Ok(())
            }
        }
    }
}

async fn finish(part: Part, form: &mut Form<'_>) -> Result<(), RefusalCode> {
    match part {
        Part::File(file) => form.file(*file).await,
        Part::Text { name, value } => form.field(name, value),
    }
}

/// What a part is, from its headers. A file name, also an empty one, makes it a file.
fn part(headers: &[u8]) -> Part {
    let mut name = Vec::new();
    let mut file_name = None;
    let mut media_type = String::new();
    for line in headers.split(|b| *b == b'\n') {
        let line = line.trim_ascii();
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            continue;
        };
        let (key, value) = (line[..colon].to_ascii_lowercase(), &line[colon + 1..]);
        match key.as_slice() {
            b"content-disposition" => {
                name = parameter(value, b"name").unwrap_or_default();
                file_name = parameter(value, b"filename");
            }
            b"content-type" => {
                media_type = String::from_utf8_lossy(value.trim_ascii()).into_owned()
            }
            _ => {}
        }
    }
    match file_name {
        Some(file_name) => Part::File(Box::new(Incoming::new(name, file_name, media_type))),
        None => Part::Text {
            name,
            value: Vec::new(),
        },
    }
}

/// The value of a header's parameter, quoted or not; `;` inside quotes does not end it.
pub(super) fn parameter(header: &[u8], wanted: &[u8]) -> Option<Vec<u8>> {
    let mut rest = header;
    loop {
        let semicolon = rest.iter().position(|b| *b == b';')?;
        rest = rest[semicolon + 1..].trim_ascii_start();
        let equals = rest.iter().position(|b| matches!(b, b'=' | b';'))?;
        if rest[equals] == b';' {
            rest = &rest[equals..];
            continue;
        }
        let key = rest[..equals].trim_ascii().to_ascii_lowercase();
        let (value, after) = value(rest[equals + 1..].trim_ascii_start());
        if key == wanted {
            return Some(value);
        }
        rest = after;
    }
}

/// One parameter's value and what follows it. Browsers escape `"` as `%22` and nothing else; curl as `\"`.
fn value(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = bytes.strip_prefix(b"\"") else {
        let end = bytes.iter().position(|b| *b == b';').unwrap_or(bytes.len());
        return (bytes[..end].trim_ascii().to_vec(), &bytes[end..]);
    };
    let mut value = Vec::new();
    let mut index = 0;
    while let Some(&byte) = quoted.get(index) {
        match byte {
            b'"' => return (value, &quoted[index + 1..]),
            b'\\' if quoted.get(index + 1) == Some(&b'"') => {
                value.push(b'"');
                index += 1;
            }
            other => value.push(other),
        }
        index += 1;
    }
    (value, &[])
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|b| *b == first) {
        let start = from + at;
        if haystack[start..].starts_with(needle) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}
