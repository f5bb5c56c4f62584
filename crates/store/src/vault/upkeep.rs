//! What keeps a vault in order: files that no row names, and the change of the master key.

use super::{ObjectId, Orphan, Vault, VaultError};
use crate::error::StoreError;
use crate::log::keys;
use crate::read::sealed_row;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Sql};
use crate::store::Store;

macro_rules! statements {
    ($($name:ident: $columns:literal => $text:literal;)+) => {
        $(const $name: Sql = Sql { name: concat!("UPKEEP_", stringify!($name)), columns: $columns, text: $text };)+
        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[&Sql] = &[$(&$name),+];
    };
}

statements! {
    NAMED: "t" => "SELECT place FROM sealed WHERE place = ANY($1)";
    OF_OTHER_MASTER: "ttittbbtbti" => "SELECT object, kind, length, sha256, commitment, salt, wrapped, master, CAST(NULL AS BYTEA), place, erased_at FROM sealed WHERE master <> $1 AND object > $2 ORDER BY object LIMIT $3";
    SET_WRAPPED: "" => "UPDATE sealed SET wrapped = $2, master = $3 WHERE object = $1 AND erased_at IS NULL";
    LOG_KEYS: "ib" => "SELECT id, wrapped FROM log_key ORDER BY id";
    SET_LOG_KEY: "" => "UPDATE log_key SET wrapped = $2 WHERE id = $1";
    SECRETS: "tb" => "SELECT name, wrapped FROM secret ORDER BY name";
    SET_SECRET: "" => "UPDATE secret SET wrapped = $2 WHERE name = $1";
    TOTPS: "tb" => "SELECT person, totp FROM credential ORDER BY person";
    SET_TOTP: "" => "UPDATE credential SET totp = $2 WHERE person = $1";
    ANSWERS: "bbb" => "SELECT key_sha256, content_sha256, answer FROM idempotency ORDER BY key_sha256, content_sha256";
    SET_ANSWER: "" => "UPDATE idempotency SET answer = $3 WHERE key_sha256 = $1 AND content_sha256 = $2";
}

/// Rows a transaction.
const PAGE: i64 = 200;

/// Labels of wrapped secrets whose meaning is not the store's.
#[derive(Clone, Copy, Debug)]
pub struct Labels {
    /// Of the one-time-code seed of a person, by the person's id.
    pub totp: fn(&str) -> String,
    /// Of the answer that is kept for a retry.
    pub answer: &'static str,
}

impl Store {
    /// Files that no row names and that are older than a day, and uploads that never ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn orphans(&self) -> Result<Vec<Orphan>, StoreError> {
        let (vault, now) = (self.vault().clone(), self.outside().now());
        let old = move || vault.objects().orphans(now, |_| false).map_err(unavailable);
        let old = tokio::task::spawn_blocking(old)
            .await
            .map_err(|e| StoreError::Unavailable(e.to_string()))??;
        self.read(move |conn| without_row(conn, old)).await
    }

    /// Removes what [`Store::orphans`] listed, where still no row names it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep_orphans(&self, orphans: Vec<Orphan>) -> Result<u64, StoreError> {
        let orphans = self.read(move |conn| without_row(conn, orphans)).await?;
        let vault = self.vault().clone();
        let count = orphans.len() as u64;
        let sweep = move || vault.objects().sweep(&orphans).map_err(unavailable);
        tokio::task::spawn_blocking(sweep)
            .await
            .map_err(|e| StoreError::Unavailable(e.to_string()))??;
        Ok(count)
    }

    /// Wraps everything that another master key wraps under the current one: only keys change, no sealed byte does. Can be
    /// stopped and run again. Gives how many; at 0 the older key's line may be taken out of the key file.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where something does not open: nothing of its page is changed.
    pub async fn rewrap(&self, labels: Labels) -> Result<u64, StoreError> {
        let mut count = 0;
        let mut after = String::new();
        loop {
            let (vault, from) = (self.vault().clone(), after.clone());
            let (n, last) = self
                .write_locked(move |conn, _| rewrap_page(conn, &vault, &from))
                .await?;
            count += n;
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        let vault = self.vault().clone();
        Ok(count
            + self
                .write_locked(move |conn, _| rewrap_secrets(conn, &vault, labels))
                .await?)
    }
}

fn unavailable(e: VaultError) -> StoreError {
    StoreError::Unavailable(e.to_string())
}

fn corrupt(e: VaultError) -> StoreError {
    StoreError::Corrupt(e.to_string())
}

fn without_row(conn: &mut Conn, orphans: Vec<Orphan>) -> Result<Vec<Orphan>, StoreError> {
    let mut out = vec![];
    for page in orphans.chunks(PAGE as usize) {
        let keys: Vec<Value<'_>> = page.iter().map(|o| value::text(o.place.as_str())).collect();
        let named = conn.query_keys(&NAMED, &keys)?;
        let named: Vec<&str> = named
            .iter()
            .map(|row| row.text(0))
            .collect::<Result<_, _>>()?;
        out.extend(
            page.iter()
                .filter(|o| !named.contains(&o.place.as_str()))
                .cloned(),
        );
    }
    Ok(out)
}

fn rewrap_page(
    conn: &mut Conn,
    vault: &Vault,
    after: &str,
) -> Result<(u64, Option<String>), StoreError> {
    let rows = conn.query(
        &OF_OTHER_MASTER,
        &[
            value::text(vault.master_id()),
            value::text(after),
            Value::Int(PAGE),
        ],
    )?;
    let mut count = 0;
    for row in &rows {
        let row = sealed_row(row)?;
        if let Some((wrapped, master)) = vault.rewrap_row(&row).map_err(corrupt)? {
            let object: ObjectId = row.object;
            conn.execute(
                &SET_WRAPPED,
                &[
                    value::shown(object),
                    value::blob(wrapped),
                    value::text(master),
                ],
            )?;
            count += 1;
        }
    }
    Ok((
        count,
        rows.last()
            .map(|row| row.text(0).map(str::to_owned))
            .transpose()?,
    ))
}

fn rewrap_secrets(conn: &mut Conn, vault: &Vault, labels: Labels) -> Result<u64, StoreError> {
    let mut count = 0;
    let mut one =
        |conn: &mut Conn, set: &Sql, key: Vec<Value<'static>>, label: &str, blob: &[u8]| {
            if let Some(new) = vault.rewrap(label, blob).map_err(corrupt)? {
                conn.execute(set, &[key, vec![value::blob(new)]].concat())?;
                count += 1;
            }
            Ok::<(), StoreError>(())
        };
    for row in conn.query(&LOG_KEYS, &[])? {
        one(
            conn,
            &SET_LOG_KEY,
            vec![Value::Int(row.int(0)?)],
            &keys::label(row.int(0)?),
            row.blob(1)?,
        )?;
    }
    for row in conn.query(&SECRETS, &[])? {
        let name = row.text(0)?.to_owned();
        one(
            conn,
            &SET_SECRET,
            vec![value::text(name.clone())],
            &name,
            row.blob(1)?,
        )?;
    }
    for row in conn.query(&TOTPS, &[])? {
        let person = row.text(0)?.to_owned();
        one(
            conn,
            &SET_TOTP,
            vec![value::text(person.clone())],
            &(labels.totp)(&person),
            row.blob(1)?,
        )?;
    }
    for row in conn.query(&ANSWERS, &[])? {
        let key = vec![
            value::blob(row.blob(0)?.to_vec()),
            value::blob(row.blob(1)?.to_vec()),
        ];
        one(conn, &SET_ANSWER, key, labels.answer, row.blob(2)?)?;
    }
    Ok(count)
}
