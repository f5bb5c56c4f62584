//! The manifest of a form report: what was posted, field by field, as digests.
//!
//! `{"v":1,"fields":[[name, hex sha256 of the raw value]…],"files":[{"name","bytes","sha256"}…]}`, compact, in the
//! order received. It is made of raw values, so the same form posted urlencoded or as multipart
//! gives the same manifest, and text that is not UTF-8 is covered too. `idempotency_key` is left
//! out: it names the attempt, not the report.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The form field that a manifest leaves out.
pub const IDEMPOTENCY_KEY: &str = "idempotency_key";

/// What was posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    v: u8,
    fields: Vec<(String, Hash)>,
    files: Vec<FileEntry>,
}

/// One file of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name as sent; percent-encoded where it was not UTF-8.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Hash,
}

impl Manifest {
    /// A manifest of nothing, to be filled in the order received.
    #[must_use]
    pub fn new() -> Manifest {
        Manifest {
            v: 1,
            fields: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Adds a text field: its name and value as the raw bytes that were sent. `idempotency_key` is ignored.
    pub fn add_field(&mut self, name: &[u8], value: &[u8]) {
        if name != IDEMPOTENCY_KEY.as_bytes() {
            self.fields.push((readable_name(name), Hash::of(value)));
        }
    }

    /// Adds a file: its name as the raw bytes that were sent, its length and its SHA-256.
    pub fn add_file(&mut self, name: &[u8], bytes: u64, sha256: Hash) {
        self.files.push(FileEntry {
            name: readable_name(name),
            bytes,
            sha256,
        });
    }

    /// The fields: name and SHA-256 of the raw value.
    #[must_use]
    pub fn fields(&self) -> &[(String, Hash)] {
        &self.fields
    }

    /// The files.
    #[must_use]
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// The manifest's bytes: what is sealed, hashed and committed to.
    ///
    /// # Errors
    /// Only where serde_json fails on our own types, which would be a defect.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads a manifest strictly: what this accepts, [`Manifest::encode`] writes back byte for byte.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Manifest> {
        let manifest: Manifest = serde_json::from_slice(bytes).ok()?;
        (manifest.v == 1 && manifest.encode().ok()? == bytes).then_some(manifest)
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Manifest::new()
    }
}

/// UTF-8 stays as it is; otherwise every byte outside RFC 3986's unreserved set becomes `%XX`.
fn readable_name(name: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(name) {
        return text.to_owned();
    }
    let encode = |&b: &u8| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(b).to_string()
        }
        _ => format!("%{b:02X}"),
    };
    name.iter().map(encode).collect()
}
