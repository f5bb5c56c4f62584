//! The envelope: the exact bytes of one event, which are one leaf of the tree.
//!
//! `{"v":1,"type":…,"stream":…,"seq":…,"at":…,"actor":…,"act":…,"nonce":…,"body":{…}}`, compact JSON, keys
//! in this order (docs/decisions/0001-envelope.md). The stored bytes *are* the leaf: they are never
//! re-serialised, and [`Envelope::decode`] refuses every leaf that [`Envelope::encode`] would not
//! have written. So one event has one spelling, and a reader cannot be shown two meanings of one leaf.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::hash::is_lowercase_hex;

/// A leaf is at most this many bytes (what C2SP tlog-tiles entry bundles can hold: a 16-bit length).
pub const MAX_LEAF_BYTES: usize = 65_535;
/// The version this code writes and reads.
pub const VERSION: u8 = 1;
/// How deep a body may nest, so that no later reader of the record runs out of stack.
pub const MAX_BODY_DEPTH: usize = 32;

/// One event as the ledger holds it. Fields borrow: from the leaf when decoded, from the caller when encoded.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope<'a> {
    /// Format version: [`VERSION`].
    pub v: u8,
    /// `Name`, or `Name/2` and up after a change of meaning.
    #[serde(rename = "type")]
    pub event_type: &'a str,
    /// `report/<uuid>`, `case/<uuid>`, `run/<uuid>`, `product/<uuid>`, `person/<uuid>`, `org/<uuid>`.
    pub stream: &'a str,
    /// Position in the stream, from 1.
    pub seq: u64,
    /// When we recorded it: RFC 3339, UTC, exactly six fractional digits, `Z`.
    pub at: &'a str,
    /// `person/<uuid>`, `reporter/<report uuid>`, `token/<uuid>`, `rule/<name>@<n>` or `system`.
    pub actor: &'a str,
    /// The act this event belongs to: a lowercase hyphenated UUID.
    pub act: &'a str,
    /// 32 lowercase hex digits of randomness: a proof hands out the hashes of neighbouring leaves,
    /// and without this a guess at a small event could be confirmed by its hash.
    pub nonce: &'a str,
    /// The event's own fields: one compact JSON object.
    #[serde(borrow)]
    pub body: &'a RawValue,
}

/// Why bytes are not an envelope, or an envelope cannot become bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Over [`MAX_LEAF_BYTES`].
    #[error(
        "the leaf has {0} bytes; at most {MAX_LEAF_BYTES} are allowed. Move long lists into a sealed object."
    )]
    TooLong(usize),
    /// Written by a newer version of this software, or damaged.
    #[error(
        "the envelope has version {0}; this software reads version {VERSION}. Use a newer version of it."
    )]
    UnknownVersion(u64),
    /// Not JSON, not these keys, or not these types.
    #[error("the leaf is not an envelope: {0}")]
    NotAnEnvelope(String),
    /// A field holds something outside its syntax.
    #[error("the envelope's `{field}` is not {expected}")]
    Field {
        /// The field's name as in the JSON.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// Valid JSON, but not byte for byte what we would have written.
    #[error(
        "the leaf is not in the one form an envelope is written in (key order, spacing or escapes differ)"
    )]
    NotCanonical,
}

impl<'a> Envelope<'a> {
    /// The leaf bytes of this event.
    ///
    /// # Errors
    /// [`EnvelopeError`] when a field is outside its syntax or the leaf would be too long.
    pub fn encode(&self) -> Result<Vec<u8>, EnvelopeError> {
        self.check()?;
        self.to_bytes()
    }

    /// Reads a leaf strictly: what this accepts, [`Envelope::encode`] writes back byte for byte.
    ///
    /// # Errors
    /// [`EnvelopeError`] naming what is wrong.
    pub fn decode(leaf: &'a [u8]) -> Result<Envelope<'a>, EnvelopeError> {
        if leaf.len() > MAX_LEAF_BYTES {
            return Err(EnvelopeError::TooLong(leaf.len()));
        }
        if !leaf.starts_with(br#"{"v":1,"#) {
            return Err(unknown_version(leaf));
        }
        let envelope: Envelope<'a> = serde_json::from_slice(leaf)
            .map_err(|e| EnvelopeError::NotAnEnvelope(e.to_string()))?;
        envelope.check()?;
        if envelope.to_bytes()? != leaf {
            return Err(EnvelopeError::NotCanonical);
        }
        Ok(envelope)
    }

    fn to_bytes(self) -> Result<Vec<u8>, EnvelopeError> {
        let bytes =
            serde_json::to_vec(&self).map_err(|e| EnvelopeError::NotAnEnvelope(e.to_string()))?;
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(EnvelopeError::TooLong(bytes.len()));
        }
        Ok(bytes)
    }

    fn check(&self) -> Result<(), EnvelopeError> {
        if self.v != VERSION {
            return Err(EnvelopeError::UnknownVersion(self.v.into()));
        }
        let field = |ok: bool, field, expected| match ok {
            true => Ok(()),
            false => Err(EnvelopeError::Field { field, expected }),
        };
        field(is_event_type(self.event_type), "type", "`Name` or `Name/2`")?;
        field(
            is_stream(self.stream),
            "stream",
            "`kind/<uuid>` in lowercase",
        )?;
        field(
            (1..=i64::MAX as u64).contains(&self.seq),
            "seq",
            "a count from 1",
        )?;
        field(
            is_instant(self.at),
            "at",
            "an instant like 2026-11-23T18:05:12.000000Z",
        )?;
        field(
            is_actor(self.actor),
            "actor",
            "a person, reporter, token, rule or `system`",
        )?;
        field(is_uuid(self.act), "act", "a lowercase UUID")?;
        field(
            self.nonce.len() == 32 && is_lowercase_hex(self.nonce),
            "nonce",
            "32 hex digits",
        )?;
        field(
            is_compact_object(self.body.get()),
            "body",
            "a JSON object without white space, nested at most 32 deep",
        )
    }
}

/// Tells "written by newer software" from "not an envelope at all".
fn unknown_version(leaf: &[u8]) -> EnvelopeError {
    #[derive(Deserialize)]
    struct OnlyVersion {
        v: u64,
    }
    match serde_json::from_slice::<OnlyVersion>(leaf) {
        Ok(OnlyVersion { v }) if v != u64::from(VERSION) => EnvelopeError::UnknownVersion(v),
        Ok(_) => EnvelopeError::NotCanonical,
        Err(e) => EnvelopeError::NotAnEnvelope(e.to_string()),
    }
}

/// `Name` (ASCII letters and digits, capital first, at most 64) or `Name/<n>` with n from 2 to 999.
fn is_event_type(text: &str) -> bool {
    let (name, version) = text
        .split_once('/')
        .map_or((text, None), |(n, v)| (n, Some(v)));
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphanumeric())
        && version.is_none_or(|v| is_count(v) && v != "1")
}

/// A stream is `kind/<uuid>`. Ids that may one day name a person must be random, hence the UUIDs.
fn is_stream(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, id)| {
        (1..=32).contains(&kind.len())
            && kind.bytes().all(|b| b.is_ascii_lowercase())
            && is_uuid(id)
    })
}

fn is_actor(text: &str) -> bool {
    match text.split_once('/') {
        Some(("person" | "reporter" | "token", id)) => is_uuid(id),
        Some(("rule", rule)) => rule
            .split_once('@')
            .is_some_and(|(name, n)| is_slug(name) && is_count(n)),
        Some(_) => false,
        None => text == "system",
    }
}

/// 1 to 64 of `a-z 0-9 - _`, first a letter or digit.
fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// A decimal count from 1 to 999 without leading zeros.
fn is_count(text: &str) -> bool {
    (1..=3).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|b| b.is_ascii_digit())
}

/// A UUID in its one canonical spelling: lowercase, hyphenated (RFC 9562 section 4).
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// `YYYY-MM-DDThh:mm:ss.ffffffZ` naming an instant that exists (RFC 3339; no leap second).
pub(crate) fn is_instant(text: &str) -> bool {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00.000000Z";
    let bytes = text.as_bytes();
    let shaped = bytes.len() == SHAPE.len()
        && bytes.iter().zip(SHAPE).all(|(b, shape)| match shape {
            b'0' => b.is_ascii_digit(),
            _ => b == shape,
        });
    if !shaped {
        return false;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .fold(0u32, |n, b| n * 10 + u32::from(b - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day) && number(11, 13) < 24 && number(14, 16) < 60 && number(17, 19) < 60
}

/// True for a JSON object without white space between tokens and at most [`MAX_BODY_DEPTH`] deep.
/// The text is already known to be JSON: serde_json read it.
fn is_compact_object(json: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for b in json.bytes() {
        if in_string {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match b {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b' ' | b'\t' | b'\n' | b'\r' => return false,
            _ => {}
        }
        if depth > MAX_BODY_DEPTH {
            return false;
        }
    }
    json.starts_with('{')
}
