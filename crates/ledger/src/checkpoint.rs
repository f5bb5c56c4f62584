//! The log's signed head: a C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint).
//!
//! The note's text is `origin\nsize\nbase64 root\n` and nothing more: we define no extension lines,
//! so we refuse them. Key rotation: the first checkpoint that covers KeyRotated carries the
//! signature lines of both keys.

use std::{fmt, str::FromStr};

use crate::hash::Hash;
use crate::keys::{SignerKey, VerifierKey};
use crate::note::{NoteError, SignedNote};
use crate::tree::MAX_SIZE;

/// The name of one incarnation of one log: `vulnerary/<random id>/<incarnation>`.
///
/// A restore begins a new incarnation, so that no two trees are ever signed for one origin and size.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    id: String,
    incarnation: u32,
}

/// What is wrong with an origin or a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not `vulnerary/<6 to 32 of a-z 0-9>/<number from 1>`.
    #[error("the log's origin is not vulnerary/<id>/<incarnation>")]
    Origin,
    /// Not three lines: origin, size, root.
    #[error("the checkpoint's text is not three lines: origin, size and root in base64")]
    Text,
    /// A key's name is not the origin.
    #[error("the key {0} does not belong to this log: its name is not the checkpoint's origin")]
    ForeignKey(String),
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Origin {
    /// `id` is random, made once per installation: 6 to 32 of `a-z 0-9`. `incarnation` counts from 1.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`].
    pub fn new(id: &str, incarnation: u32) -> Result<Origin, CheckpointError> {
        let id_holds = (6..=32).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        match id_holds && incarnation >= 1 {
            true => Ok(Origin {
                id: id.to_owned(),
                incarnation,
            }),
            false => Err(CheckpointError::Origin),
        }
    }

    /// The origin after a restore.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] after four billion restores.
    pub fn next(&self) -> Result<Origin, CheckpointError> {
        Origin::new(
            &self.id,
            self.incarnation
                .checked_add(1)
                .ok_or(CheckpointError::Origin)?,
        )
    }

    /// The installation's random id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Which incarnation, from 1.
    #[must_use]
    pub fn incarnation(&self) -> u32 {
        self.incarnation
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vulnerary/{}/{}", self.id, self.incarnation)
    }
}

impl FromStr for Origin {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Origin, CheckpointError> {
        let (id, incarnation) = text
            .strip_prefix("vulnerary/")
            .and_then(|rest| rest.split_once('/'))
            .ok_or(CheckpointError::Origin)?;
        let origin = Origin::new(
            id,
            incarnation.parse().map_err(|_| CheckpointError::Origin)?,
        )?;
        // One spelling only: no leading zeros or plus sign in the number.
        if origin.to_string() == text {
            Ok(origin)
        } else {
            Err(CheckpointError::Origin)
        }
    }
}

/// The head of a log at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: Origin,
    /// How many leaves.
    pub size: u64,
    /// The tree's root at that size.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            self.root.to_base64()
        )
    }

    /// Reads the text strictly: what this accepts, [`Checkpoint::text`] writes back.
    ///
    /// # Errors
    /// [`CheckpointError::Text`] or [`CheckpointError::Origin`].
    pub fn parse_text(text: &str) -> Result<Checkpoint, CheckpointError> {
        let mut lines = text.split('\n');
        let parts = (
            lines.next(),
            lines.next(),
            lines.next(),
            lines.next(),
            lines.next(),
        );
        let (Some(origin), Some(size), Some(root), Some(""), None) = parts else {
            return Err(CheckpointError::Text);
        };
        let checkpoint = Checkpoint {
            origin: origin.parse()?,
            size: size.parse().map_err(|_| CheckpointError::Text)?,
            root: Hash::from_base64(root).ok_or(CheckpointError::Text)?,
        };
        match checkpoint.size <= MAX_SIZE && checkpoint.text() == text {
            true => Ok(checkpoint),
            false => Err(CheckpointError::Text),
        }
    }

    /// The checkpoint as a signed note: the current key's line first, and during a rotation the
    /// outgoing key's too.
    ///
    /// # Errors
    /// [`CheckpointError::ForeignKey`] when a key's name is not the origin; [`CheckpointError::Note`].
    pub fn sign(&self, signers: &[&SignerKey]) -> Result<SignedNote, CheckpointError> {
        for signer in signers {
            self.check_name(signer.verifier())?;
        }
        Ok(SignedNote::sign(&self.text(), signers)?)
    }

    /// Reads a note and checks that `key`, whose name must be the origin, signed it.
    ///
    /// # Errors
    /// [`CheckpointError`] saying what does not hold.
    pub fn open(note: &SignedNote, key: &VerifierKey) -> Result<Checkpoint, CheckpointError> {
        note.verify(key)?;
        let checkpoint = Checkpoint::parse_text(&note.text)?;
        checkpoint.check_name(key)?;
        Ok(checkpoint)
    }

    fn check_name(&self, key: &VerifierKey) -> Result<(), CheckpointError> {
        match key.name() == self.origin.to_string() {
            true => Ok(()),
            false => Err(CheckpointError::ForeignKey(key.to_string())),
        }
    }
}
