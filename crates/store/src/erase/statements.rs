//! What erasure writes. Prepared on both engines by the same test as every other statement.

use crate::sql::Sql;

macro_rules! statements {
    ($($name:ident: $columns:literal => $text:literal;)+) => {
        $(pub(crate) const $name: Sql = Sql { name: concat!("ERASE_", stringify!($name)), columns: $columns, text: $text };)+
        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[&Sql] = &[$(&$name),+];
    };
}

statements! {
    SIZES: "tiiiti" => "SELECT object, CAST(length(salt) AS BIGINT), CAST(length(wrapped) AS BIGINT), CAST(length(bytes) AS BIGINT), place, erased_at FROM sealed WHERE object = ANY($1)";
    OVERWRITE: "" => "UPDATE sealed SET salt = $2, wrapped = $3, bytes = $4 WHERE object = $1";
    ERASE: "" => "UPDATE sealed SET salt = NULL, wrapped = NULL, master = NULL, bytes = NULL, erased_at = $2 WHERE object = $1";
    FORGET_PLACE: "" => "UPDATE sealed SET place = NULL WHERE object = $1 AND erased_at IS NOT NULL";
    DROP_DISPLAY: "" => "DELETE FROM display_text WHERE object = $1";
    DROP_ANSWER: "" => "DELETE FROM idempotency WHERE act = $1";
    DROP_TRACK: "" => "DELETE FROM track WHERE report = $1";
}
