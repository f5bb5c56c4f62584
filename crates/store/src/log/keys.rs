//! The keys that sign checkpoints, and the secret of report and case numbers: wrapped in the store, so in the backup.

use super::Head;
use crate::error::{OpenError, StoreError};
use crate::outside::Outside;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, statements as q};
use crate::vault::Vault;
use vulnerary_ledger::{Checkpoint, CompactRange, Origin, SignerKey};
use zeroize::Zeroizing;

/// Name of the secret of the number permutation.
const NUMBERS: &str = "numbers";
/// The id's characters (ledger: 6 to 32 of a-z 0-9).
const ID_ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// One key of the log, as `/.well-known/vulnerary-keys` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogKey {
    /// Its number.
    pub id: i64,
    /// The log's origin while it signed.
    pub origin: String,
    /// C2SP verifier key.
    pub vkey: String,
    /// First size that it signed.
    pub from_size: u64,
    /// Last size that it signed; none for the one that signs now.
    pub to_size: Option<u64>,
}

fn key_error(e: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("a key of the log cannot be used: {e}"))
}

/// Master key ids that stored secrets name.
pub(crate) fn masters(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let mut out = vec![];
    for row in conn.query(&q::GET_KEYS, &[])? {
        out.extend(Vault::master_of(row.blob(3)?));
    }
    out.sort();
    out.dedup();
    Ok(out)
}

/// Makes head, first key and number secret on the first start; fine where they are there.
pub(crate) fn ensure(
    conn: &mut Conn,
    vault: &Vault,
    outside: &dyn Outside,
) -> Result<(), OpenError> {
    if Head::peek(conn)?.is_some() {
        return Ok(());
    }
    let origin = new_origin(outside)?;
    let numbers = random32(outside);
    let wrapped = vault
        .wrap(NUMBERS, numbers.as_ref())
        .map_err(|e| OpenError::Key(e.to_string()))?;
    conn.write(|c| {
        c.execute(
            &q::PUT_SECRET,
            &[value::text(NUMBERS), value::blob(wrapped.as_slice())],
        )?;
        let signer = add_key(c, vault, outside, 1, &origin, 0)?;
        let range = CompactRange::new();
        let now = value::at(outside.now());
        let key = Value::Int(1);
        c.execute(
            &q::MAKE_HEAD,
            &[
                value::shown(&origin),
                key,
                Value::Int(0),
                value::blob(range.encode()),
                now,
            ],
        )?;
        let note = sign(&origin, &range, &[&signer])?;
        c.insert(
            &crate::sql::tables::CHECKPOINT,
            &[value::shown(&origin), Value::Int(0), value::text(note)],
        )
    })
    .or_else(|e| match Head::peek(conn) {
        // Another process was first.
        Ok(Some(_)) => Ok(()),
        _ => Err(e),
    })?;
    Ok(())
}

/// The signed head of a tree.
pub(crate) fn sign(
    origin: &Origin,
    range: &CompactRange,
    signers: &[&SignerKey],
) -> Result<String, StoreError> {
    let checkpoint = Checkpoint {
        origin: origin.clone(),
        size: range.size(),
        root: range.root(),
    };
    Ok(checkpoint
        .sign(signers)
        .map_err(|e| key_error(&e))?
        .to_string())
}

/// Makes a new key for this origin and stores it wrapped.
pub(crate) fn add_key(
    conn: &mut Conn,
    vault: &Vault,
    outside: &dyn Outside,
    id: i64,
    origin: &Origin,
    from_size: u64,
) -> Result<SignerKey, StoreError> {
    let seed = random32(outside);
    let signer = SignerKey::from_seed(&origin.to_string(), &seed).map_err(|e| key_error(&e))?;
    let wrapped = vault
        .wrap(&label(id), seed.as_ref())
        .map_err(|e| key_error(&e))?;
    let vkey = value::shown(signer.verifier());
    conn.execute(
        &q::PUT_KEY,
        &[
            Value::Int(id),
            value::shown(origin),
            vkey,
            value::blob(wrapped),
            value::int(from_size),
        ],
    )?;
    Ok(signer)
}

/// The key with this number.
pub(crate) fn signer(conn: &mut Conn, vault: &Vault, id: i64) -> Result<SignerKey, StoreError> {
    let row = conn
        .query_one(&q::GET_KEY, &[Value::Int(id)])?
        .ok_or_else(|| StoreError::Corrupt(format!("the log's key {id} is not there")))?;
    let seed = vault
        .unwrap(&label(id), row.blob(1)?)
        .map_err(|e| key_error(&e))?;
    let seed: &[u8; 32] = seed
        .as_slice()
        .try_into()
        .map_err(|_| key_error(&"it has not 32 bytes"))?;
    SignerKey::from_seed(row.text(0)?, seed).map_err(|e| key_error(&e))
}

/// The secret of the number permutation.
pub(crate) fn numbers(conn: &mut Conn, vault: &Vault) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let row = conn
        .query_one(&q::GET_SECRET, &[value::text(NUMBERS)])?
        .ok_or_else(|| StoreError::Corrupt("the secret of the numbers is not there".into()))?;
    let plain = vault
        .unwrap(NUMBERS, row.blob(0)?)
        .map_err(|e| key_error(&e))?;
    let mut key = Zeroizing::new([0; 32]);
    if plain.len() != 32 {
        return Err(key_error(&"the secret of the numbers has not 32 bytes"));
    }
    key.copy_from_slice(&plain);
    Ok(key)
}

/// All keys, for ever.
pub(crate) fn list(conn: &mut Conn) -> Result<Vec<LogKey>, StoreError> {
    let rows = conn.query(&q::GET_KEYS, &[])?;
    rows.iter()
        .map(|row| {
            Ok(LogKey {
                id: row.int(0)?,
                origin: row.text(1)?.to_owned(),
                vkey: row.text(2)?.to_owned(),
                from_size: row.count(4)?,
                to_size: row.opt(5, crate::sql::Row::count)?,
            })
        })
        .collect()
}

pub(crate) fn label(id: i64) -> String {
    format!("log-key/{id}")
}

fn random32(outside: &dyn Outside) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    outside.fill(bytes.as_mut());
    bytes
}

fn new_origin(outside: &dyn Outside) -> Result<Origin, StoreError> {
    let mut random = [0_u8; 16];
    outside.fill(&mut random);
    let id: String = random
        .iter()
        .map(|b| char::from(ID_ALPHABET[usize::from(b & 31)]))
        .collect();
    Origin::new(&id, 1).map_err(|e| key_error(&e))
}
