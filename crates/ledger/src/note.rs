//! C2SP signed notes: a text, a blank line, signature lines (c2sp.org/signed-note).
//!
//! ```text
//! <text, ending in a newline>
//!
//! — <key name> <base64 of key id ‖ signature>
//! ```

use crate::hash::{decode_base64, encode_base64};
use crate::keys::{SignerKey, VerifierKey, is_key_name};

/// A longer note is refused. A checkpoint with two signatures has about 300 bytes.
pub const MAX_NOTE_BYTES: usize = 16 * 1024;
/// More signature lines are refused (C2SP asks for at least 16).
pub const MAX_SIGNATURES: usize = 16;
/// What a signature line starts with: em dash, space.
const LINE_START: &str = "\u{2014} ";

/// Why a note cannot be read, made or believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a text, a blank line and signature lines, or over a limit.
    #[error("the signed note is malformed: {0}")]
    Malformed(&'static str),
    /// None of the signature lines is by this key.
    #[error("there is no signature by the key {0}")]
    NotSignedBy(String),
    /// The line by this key is not a signature of this text.
    #[error("the signature by {0} does not hold: the text or the signature was changed")]
    BadSignature(String),
}

/// A note as read: nothing of it is to be believed before [`SignedNote::verify`] said yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    /// The signed text, with its final newline.
    pub text: String,
    /// The signature lines, in order.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The signing key's name.
    pub name: String,
    /// The signing key's id.
    pub key_id: [u8; 4],
    /// The signature; its meaning is the key's (64 bytes for Ed25519).
    pub signature: Vec<u8>,
}

impl SignedNote {
    /// Signs `text` with each key.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] when the text is not one a note can carry.
    pub fn sign(text: &str, signers: &[&SignerKey]) -> Result<SignedNote, NoteError> {
        check_text(text)?;
        let signature = |signer: &&SignerKey| NoteSignature {
            name: signer.verifier().name().to_owned(),
            key_id: signer.verifier().id(),
            signature: signer.sign(text).to_vec(),
        };
        let signatures: Vec<_> = signers.iter().map(signature).collect();
        check_signatures(&signatures)?;
        Ok(SignedNote {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Reads a note strictly: what this accepts, `to_string` writes back byte for byte.
    ///
    /// # Errors
    /// [`NoteError::Malformed`].
    pub fn parse(note: &str) -> Result<SignedNote, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Malformed("it is over 16 KiB"));
        }
        let blank = note
            .rfind("\n\n")
            .ok_or(NoteError::Malformed("it has no blank line"))?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        check_text(text)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Malformed(
            "its last line does not end in a newline",
        ))?;
        let signatures = lines
            .split('\n')
            .map(parse_line)
            .collect::<Result<Vec<_>, _>>()?;
        check_signatures(&signatures)?;
        Ok(SignedNote {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Checks the signature by `key`. Lines by other keys are not looked at (C2SP: they are ignored).
    ///
    /// # Errors
    /// [`NoteError::NotSignedBy`] or [`NoteError::BadSignature`].
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let line = self
            .signatures
            .iter()
            .find(|line| line.name == key.name() && line.key_id == key.id())
            .ok_or_else(|| NoteError::NotSignedBy(key.to_string()))?;
        match key.verifies(&self.text, &line.signature) {
            true => Ok(()),
            false => Err(NoteError::BadSignature(key.to_string())),
        }
    }

    /// This note with only the signature line by `key`, as a receipt carries it; `None` when there is none.
    #[must_use]
    pub fn only_by(&self, key: &VerifierKey) -> Option<SignedNote> {
        let by_key = |line: &&NoteSignature| line.name == key.name() && line.key_id == key.id();
        let line = self.signatures.iter().find(by_key)?;
        Some(SignedNote {
            text: self.text.clone(),
            signatures: vec![line.clone()],
        })
    }
}

impl std::fmt::Display for SignedNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.signatures {
            let bytes = [line.key_id.as_slice(), &line.signature].concat();
            writeln!(f, "{LINE_START}{} {}", line.name, encode_base64(&bytes))?;
        }
        Ok(())
    }
}

fn parse_line(line: &str) -> Result<NoteSignature, NoteError> {
    let bad = NoteError::Malformed("a signature line is not \"\u{2014} name base64\"");
    let (name, encoded) = line
        .strip_prefix(LINE_START)
        .and_then(|rest| rest.split_once(' '))
        .ok_or_else(|| bad.clone())?;
    let bytes = decode_base64(encoded).ok_or_else(|| bad.clone())?;
    match bytes.split_first_chunk::<4>() {
        Some((key_id, signature)) if is_key_name(name) && !signature.is_empty() => {
            Ok(NoteSignature {
                name: name.to_owned(),
                key_id: *key_id,
                signature: signature.to_vec(),
            })
        }
        _ => Err(bad),
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::Malformed("its text does not end in a newline"));
    }
    if text.bytes().any(|b| b < 0x20 && b != b'\n') {
        return Err(NoteError::Malformed("its text has a control character"));
    }
    Ok(())
}

/// At least one line, at most [`MAX_SIGNATURES`], and no two by the same key: which would count?
fn check_signatures(signatures: &[NoteSignature]) -> Result<(), NoteError> {
    if !(1..=MAX_SIGNATURES).contains(&signatures.len()) {
        return Err(NoteError::Malformed("it has no signature line, or over 16"));
    }
    let twice = |(i, a): (usize, &NoteSignature)| {
        signatures[..i]
            .iter()
            .any(|b| a.name == b.name && a.key_id == b.key_id)
    };
    match signatures.iter().enumerate().any(twice) {
        true => Err(NoteError::Malformed(
            "two signature lines are by the same key",
        )),
        false => Ok(()),
    }
}
