//! Opening a store: directory, schema, keys, a look at what was seen before, and the threads.

use crate::ballast::Ballast;
use crate::error::{OpenError, StoreError};
use crate::log::{Head, keys};
use crate::outside::Outside;
use crate::readers::Readers;
use crate::seen::Seen;
use crate::sql::conn::Fault;
use crate::sql::{Conn, Engine, migrate};
use crate::store::{Inner, Options, Store};
use crate::turnstile::{Turnstile, lock_file};
use crate::vault::Vault;
use crate::writer::{Parts, QUEUE, Watch, Writer};
use std::cmp::Ordering;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use zeroize::Zeroizing;

/// What the database says before the writer begins.
struct Found {
    vault: Vault,
    numbers: Zeroizing<[u8; 32]>,
    /// The size seen, where the database is behind it.
    ahead: Option<u64>,
    /// Projections are of another version.
    stale: bool,
}

/// Opens it. To be called on a plain thread.
pub(crate) fn open(options: Options, fault: Fault) -> Result<Store, OpenError> {
    let Options {
        data,
        database_url,
        master_key,
        outside,
        read_connections,
    } = options;
    let in_use = use_directory(&data)?;
    let engine = Engine::of(&data, database_url.as_deref())?;
    let data_error = |e: std::io::Error| in_data(&data, &e);
    let mut conn = engine.writer()?;
    prepare_schema(&mut conn, &data, &in_use, outside.as_ref())?;
    let known = keys::masters(&mut conn)?;
    let vault = Vault::open_at(&master_key, &data, &known, Arc::clone(&outside))
        .map_err(|e| OpenError::Key(e.to_string()))?;
    let seen = Seen::new(&data);
    let found = find(&mut conn, vault, &seen, outside.as_ref())?;
    drop(conn);
    let watch = Arc::new(Watch::default());
    let writer = writer_of(
        &found,
        Parts {
            engine: engine.clone(),
            vault: found.vault.clone(),
            outside: Arc::clone(&outside),
            turnstile: turnstile_of(&engine, &data)?,
            seen,
            ballast: Ballast::new(&data),
            watch: Arc::clone(&watch),
            numbers: found.numbers.clone(),
            fault,
            in_use: Arc::clone(&in_use),
        },
    )?;
    #[cfg(test)]
    let panic_on = Arc::clone(&writer.panic_on);
    let (queue, receive) = sync_channel(QUEUE);
    std::thread::Builder::new()
        .name("writer".into())
        .spawn(move || writer.run(&receive))
        .map_err(data_error)?;
    let readers = Readers::start(&engine, read_connections, &in_use).map_err(data_error)?;
    Ok(Store(Arc::new(Inner {
        queue,
        readers,
        vault: found.vault,
        numbers: found.numbers,
        outside,
        engine,
        data,
        watch,
        _in_use: in_use,
        #[cfg(test)]
        panic_on,
    })))
}

/// Only SQLite needs one: PostgreSQL queues those who wait for the head itself.
fn turnstile_of(engine: &Engine, data: &Path) -> Result<Option<Arc<Turnstile>>, OpenError> {
    let open = || {
        Turnstile::open(data)
            .map(Arc::new)
            .map_err(|e| in_data(data, &e))
    };
    engine.is_sqlite().then(open).transpose()
}

/// The directory, in use for as long as anybody holds the file.
fn use_directory(data: &Path) -> Result<Arc<File>, OpenError> {
    make_directory(data)?;
    if data.join(crate::backup::RESTORING).exists() {
        return Err(OpenError::Restoring(data.display().to_string()));
    }
    let file = lock_file(&data.join("use")).map_err(|e| in_data(data, &e))?;
    file.lock_shared().map_err(|e| in_data(data, &e))?;
    Ok(Arc::new(file))
}

fn find(
    conn: &mut Conn,
    vault: Vault,
    seen: &Seen,
    outside: &dyn Outside,
) -> Result<Found, OpenError> {
    keys::ensure(conn, &vault, outside)?;
    let numbers = keys::numbers(conn, &vault)?;
    let ahead = ahead_of(conn, seen)?;
    let stale = migrate::projection(conn)? != migrate::PROJECTION;
    Ok(Found {
        vault,
        numbers,
        ahead,
        stale,
    })
}

/// The writer, with what has to be done before it serves.
fn writer_of(found: &Found, parts: Parts) -> Result<Writer, OpenError> {
    if let Err(e) = parts.ballast.fill() {
        tracing::warn!(error = %e, "the reserve against a full disk could not be made");
    }
    let mut writer = Writer::new(parts);
    if let Some(seen) = found.ahead {
        tracing::warn!(
            seen,
            "the database is behind a checkpoint already seen: the log begins a new incarnation"
        );
        writer.new_incarnation("behind_seen_checkpoint", Some(seen))?;
    }
    if found.stale {
        writer.rebuild()?;
    }
    Ok(writer)
}

fn in_data(data: &Path, e: &std::io::Error) -> OpenError {
    OpenError::Data {
        place: data.display().to_string(),
        why: e.to_string(),
    }
}

fn make_directory(data: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(data).map_err(|e| in_data(data, &e))?;
    // Also where the folder was there before: nobody else on the machine looks in.
    std::fs::set_permissions(data, std::fs::Permissions::from_mode(0o700))
        .map_err(|e| in_data(data, &e))
}

/// Applies missing migrations, with the directory for ourselves alone.
fn prepare_schema(
    conn: &mut Conn,
    data: &Path,
    in_use: &File,
    outside: &dyn Outside,
) -> Result<(), OpenError> {
    let turnstile = Turnstile::open(data).map_err(|e| in_data(data, &e))?;
    let _turn = turnstile.pass().map_err(|e| in_data(data, &e))?;
    if migrate::missing(conn)?.is_empty() {
        return Ok(());
    }
    in_use.unlock().map_err(|e| in_data(data, &e))?;
    in_use.try_lock().map_err(|_| OpenError::Data {
        place: data.display().to_string(),
        why:
            "the data have to be migrated, and another process uses them. Stop it, then start again"
                .into(),
    })?;
    let applied = migrate::apply(conn, outside.now());
    in_use.unlock().map_err(|e| in_data(data, &e))?;
    in_use.lock_shared().map_err(|e| in_data(data, &e))?;
    applied
}

/// The size seen, where the database is behind it: smaller, of another root at that size, or of an earlier incarnation.
fn ahead_of(conn: &mut Conn, seen: &Seen) -> Result<Option<u64>, StoreError> {
    let (Some(seen), Some(head)) = (seen.read(), Head::peek(conn)?) else {
        return Ok(None);
    };
    let origin = head.origin()?;
    let behind = match seen.origin.incarnation().cmp(&origin.incarnation()) {
        Ordering::Greater => true,
        Ordering::Equal => {
            seen.size > head.size() || (seen.size == head.size() && seen.root != head.range.root())
        }
        Ordering::Less => false,
    };
    Ok((seen.origin.id() == origin.id() && behind).then_some(seen.size))
}
