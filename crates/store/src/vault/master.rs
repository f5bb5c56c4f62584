//! The master key: 256 random bits outside the database, and the text that a person can keep of it.
//!
//! Text: `VMK1` and 14 groups of 4 characters of Crockford's base32, which hold the 32 bytes of the key and a check of 3
//! bytes. The key file has one such line per key, the current key first; `#` begins a comment. The recovery sheet shows
//! the same line, so that what somebody types from paper is a key file.

use super::error::VaultError;
use crate::outside::Outside;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize as _, Zeroizing};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "VMK1";
/// Key and check.
const PACKED: usize = 35;
const GROUPS: usize = 14;
/// A key file is short; a longer one is something else.
const MAX_FILE: u64 = 64 * 1024;

/// One master key.
#[derive(Clone)]
pub struct MasterKey {
    key: Zeroizing<[u8; 32]>,
    id: String,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

impl MasterKey {
    /// The key of these bytes. Its id is the first 8 bytes of SHA-256(`vulnerary/master-id/1` ‖ key), lowercase hex.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let digest = Sha256::new()
            .chain_update(b"vulnerary/master-id/1")
            .chain_update(bytes)
            .finalize();
        Self {
            key: Zeroizing::new(bytes),
            id: hex::encode(&digest[..8]),
        }
    }

    /// A new random key.
    pub fn generate(outside: &dyn Outside) -> Self {
        let mut bytes = Zeroizing::new([0u8; 32]);
        outside.fill(bytes.as_mut());
        Self::from_bytes(*bytes)
    }

    /// 16 hex characters that name the key and say nothing about it.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// What the recovery sheet shows: `VMK1 XXXX-XXXX-…`, 14 groups.
    pub fn text(&self) -> Zeroizing<String> {
        let mut packed = Zeroizing::new([0u8; PACKED]);
        packed[..32].copy_from_slice(self.key.as_ref());
        packed[32..].copy_from_slice(&check(&self.key));
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + GROUPS * 5));
        text.push_str(PREFIX);
        for (n, five) in packed.chunks_exact(5).enumerate() {
            let bits = five
                .iter()
                .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for half in 0..2 {
                text.push(if n + half == 0 { ' ' } else { '-' });
                for c in 0..4 {
                    let shift = 35 - 5 * (half * 4 + c);
                    text.push(ALPHABET[(bits >> shift & 31) as usize] as char);
                }
            }
        }
        text
    }

    /// Reads [`MasterKey::text`] as a person types it: any case, spaces or hyphens anywhere, O for 0, I and L for 1.
    ///
    /// # Errors
    /// [`VaultError::NotAKey`] saying what is wrong, never with the text.
    pub fn from_text(text: &str) -> Result<Self, VaultError> {
        let mut plain = Zeroizing::new(String::with_capacity(text.len()));
        plain.extend(
            text.chars()
                .filter(|c| !c.is_whitespace() && *c != '-')
                .map(|c| c.to_ascii_uppercase()),
        );
        let digits = plain
            .strip_prefix(PREFIX)
            .ok_or(VaultError::NotAKey("it does not begin with VMK1"))?;
        if digits.chars().count() != GROUPS * 4 {
            return Err(VaultError::NotAKey(
                "it does not have 56 characters after VMK1",
            ));
        }
        let mut packed = Zeroizing::new([0u8; PACKED]);
        for (five, eight) in packed
            .chunks_exact_mut(5)
            .zip(digits.as_bytes().chunks_exact(8))
        {
            let mut bits = 0u64;
            for c in eight {
                bits = bits << 5
                    | digit(*c).ok_or(VaultError::NotAKey(
                        "it has a character that is not one of its alphabet",
                    ))?;
            }
            five.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        let mut key = [0u8; 32];
        key.copy_from_slice(&packed[..32]);
        let read = Self::from_bytes(key);
        key.zeroize();
        if packed[32..] != check(&read.key) {
            return Err(VaultError::NotAKey(
                "its last characters do not fit the others: one is mistyped",
            ));
        }
        Ok(read)
    }
}

fn check(key: &[u8; 32]) -> [u8; 3] {
    let digest = Sha256::new()
        .chain_update(b"vulnerary/master-check/1")
        .chain_update(key)
        .finalize();
    [digest[0], digest[1], digest[2]]
}

fn digit(c: u8) -> Option<u64> {
    let c = match c {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        c => c,
    };
    ALPHABET.iter().position(|a| *a == c).map(|n| n as u64)
}

/// Where the master key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// `DATA/keys/master`: made on the first start.
    Data(PathBuf),
    /// `--master-key-file`, or `$CREDENTIALS_DIRECTORY/vulnerary-master`: somebody else keeps it; never written.
    Given(PathBuf),
}

impl KeyPlace {
    /// The flag, else the systemd credential if there is one, else the data directory.
    pub fn choose(flag: Option<&Path>, credentials: Option<&Path>, data: &Path) -> Self {
        let credential = credentials
            .map(|dir| dir.join("vulnerary-master"))
            .filter(|path| path.exists());
        match (flag, credential) {
            (Some(path), _) => Self::Given(path.to_owned()),
            (None, Some(path)) => Self::Given(path),
            (None, None) => Self::Data(data.join("keys").join("master")),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Data(path) | Self::Given(path) => path,
        }
    }

    /// The keys there, current first; on a first start in the data directory, a new one. `known` are the ids that stored
    /// things name: where there are any, a missing file is an error, because a new key would open nothing.
    ///
    /// # Errors
    /// [`VaultError::KeyMissing`], [`VaultError::KeyFile`], [`VaultError::NotAKey`].
    pub fn keys(
        &self,
        known: &[String],
        outside: &dyn Outside,
    ) -> Result<Vec<MasterKey>, VaultError> {
        match (self.read()?, self) {
            (Some(keys), _) => Ok(keys),
            (None, Self::Data(_)) if known.is_empty() => {
                self.create(&MasterKey::generate(outside))?;
                // Whoever came first, of several processes, made the key that counts.
                self.read()?
                    .ok_or_else(|| self.fail("it was removed while it was made"))
            }
            (None, _) => {
                let needs = if known.is_empty() {
                    "(any)".to_owned()
                } else {
                    known.join(", ")
                };
                Err(VaultError::KeyMissing {
                    place: self.path().display().to_string(),
                    needs,
                })
            }
        }
    }

    /// Puts a new key before the others, so that it seals from now on while the older ones still open.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`], also where the file is given from outside: whoever keeps it adds the line.
    pub fn rotate(&self, outside: &dyn Outside) -> Result<MasterKey, VaultError> {
        let Self::Data(path) = self else {
            return Err(self
                .fail("it is given from outside: put the new key's line before the others there"));
        };
        let new = MasterKey::generate(outside);
        let mut keys = vec![new.clone()];
        keys.extend(self.read()?.unwrap_or_default());
        let temporary = self.write_beside(&keys)?;
        std::fs::rename(&temporary, path)
            .and_then(|()| sync_dir(path))
            .map_err(|e| self.fail(&e.to_string()))?;
        Ok(new)
    }

    /// Whether others than the owner may read the file: said on the desk and by `doctor`.
    pub fn is_exposed(&self) -> bool {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(self.path()).is_ok_and(|m| m.permissions().mode() & 0o077 != 0)
    }

    fn read(&self) -> Result<Option<Vec<MasterKey>>, VaultError> {
        let path = self.path();
        match std::fs::metadata(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.fail(&e.to_string())),
            Ok(m) if m.len() > MAX_FILE => return Err(self.fail("it is too long for a key file")),
            Ok(_) => {}
        }
        let text =
            Zeroizing::new(std::fs::read_to_string(path).map_err(|e| self.fail(&e.to_string()))?);
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines
            .map(MasterKey::from_text)
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            Err(self.fail("it holds no key"))
        } else {
            Ok(Some(keys))
        }
    }

    /// Durable before the first thing is sealed with it: the file, `keys/` and the data directory are synced.
    fn create(&self, key: &MasterKey) -> Result<(), VaultError> {
        let path = self.path();
        let fail = |e: std::io::Error| self.fail(&e.to_string());
        make_private_dir(path).map_err(fail)?;
        let temporary = self.write_beside(std::slice::from_ref(key))?;
        // A link fails where a file is already: of several processes that start at once, one wins.
        let linked = std::fs::hard_link(&temporary, path);
        std::fs::remove_file(&temporary).map_err(fail)?;
        match linked {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(fail(e)),
            _ => sync_dir(path)
                .and_then(|()| path.parent().map_or(Ok(()), sync_dir))
                .map_err(fail),
        }
    }

    fn write_beside(&self, keys: &[MasterKey]) -> Result<PathBuf, VaultError> {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut text = Zeroizing::new(String::new());
        let _ = writeln!(
            text,
            "# Vulnerary master key. Without it, nobody can read what was reported. Keep a copy apart from the backups."
        );
        for key in keys {
            let _ = writeln!(text, "# {}\n{}", key.id(), *key.text());
        }
        let temporary = self
            .path()
            .with_file_name(format!("master.{}.new", std::process::id()));
        let write = || -> std::io::Result<()> {
            let _ = std::fs::remove_file(&temporary);
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|e| self.fail(&e.to_string()))?;
        Ok(temporary)
    }

    fn fail(&self, why: &str) -> VaultError {
        VaultError::KeyFile {
            place: self.path().display().to_string(),
            why: why.to_owned(),
        }
    }
}

/// Makes the directory of `path`, readable by its owner only.
fn make_private_dir(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    path.parent().map_or(Ok(()), |dir| {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
    })
}

/// Makes the entry of `path` in its directory durable.
pub(crate) fn sync_dir(path: &Path) -> std::io::Result<()> {
    path.parent()
        .map_or(Ok(()), |dir| std::fs::File::open(dir)?.sync_all())
}
