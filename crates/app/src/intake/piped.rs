//! What is piped into `vulnerary report`: a text or a file on standard input, from somebody inside.

use super::receive::{Body, Incoming, IncomingFile, Shape, Then};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::ProductId;
use vulnerary_case::report::event::{Claims, ReporterKind};
use vulnerary_case::source::{Channel, Source, SourceState};

/// What a report's title and identifiers are looked for in, in characters.
const HEAD: usize = 4_000;

/// A report piped into `vulnerary report`: its bytes are the report, kept as they are. `product` is what was typed, and
/// which of ours that is.
pub fn piped(
    source: Source,
    product: Option<(&str, Option<ProductId>)>,
    bytes: Vec<u8>,
) -> Incoming {
    let mut fields = Vec::new();
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let head: String = text.chars().take(HEAD).collect();
        fields.push((b"description".to_vec(), head.into_bytes()));
    }
    if let Some((typed, _)) = product {
        fields.push((b"product".to_vec(), typed.as_bytes().to_vec()));
    }
    Incoming {
        actor: Actor::System,
        source,
        source_state: SourceState::Claimed,
        channel: Channel::Cli,
        kind: ReporterKind::Staff,
        role: None,
        claims: Claims::default(),
        product: product.and_then(|(_, ours)| ours),
        fields,
        files: vec![IncomingFile {
            name: b"standard input".to_vec(),
            body: Body::Memory(bytes),
        }],
        shape: Shape::OneFile,
        then: Then::OpenCase,
        idempotency_key: None,
    }
}
