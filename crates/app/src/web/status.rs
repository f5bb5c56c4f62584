//! Where HTTP statuses are chosen: the only file of the pages that names one.
//!
//! Pages and refusals say what happened in their own words; this file says what a machine reads (RFC 9110).

use axum::http::StatusCode;

use crate::channels::form::RefusalCode;

/// A page as asked for.
pub const OK: StatusCode = StatusCode::OK;
/// A report was taken and is durable.
pub const CREATED: StatusCode = StatusCode::CREATED;
/// There is no such page, or you may not see it (the two look alike).
pub const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;
/// The page exists, the method does not.
pub const METHOD_NOT_ALLOWED: StatusCode = StatusCode::METHOD_NOT_ALLOWED;
/// A form that came back with things to put right.
pub const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
/// The session is over: sign in, then send the form again.
pub const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
/// Too many wrong tries; the page says how long to wait.
pub const TOO_MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;
/// A panic or a bug: the page has a number to tell us.
pub const INTERNAL: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
/// Not now; `Retry-After` says when.
pub const UNAVAILABLE: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

/// The status of a refused form (docs/interfaces.md).
pub fn of_refusal(code: RefusalCode) -> StatusCode {
    match code {
        RefusalCode::EmptyReport => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalCode::TooLarge | RefusalCode::TooManyFields => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalCode::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        RefusalCode::Interrupted => StatusCode::BAD_REQUEST,
        RefusalCode::Busy | RefusalCode::StorageFull => StatusCode::SERVICE_UNAVAILABLE,
    }
}
