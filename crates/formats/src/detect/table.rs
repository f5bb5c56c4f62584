//! The detection table. Adding a kind of document is one variant and one entry.

use super::Head;

/// How one entry of the table recognises a file.
enum Test {
    /// These bytes at this offset.
    Magic(usize, &'static [u8]),
    /// Text that begins so, white space and a byte order mark aside, in any case of letters.
    Begins(&'static str),
    /// Whatever this says.
    Says(fn(&Head<'_>) -> bool),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal $media:literal;)*) => {
        /// What a document seems to be.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum DocumentKind { $($(#[$doc])* $variant,)* }

        impl DocumentKind {
            /// Every kind.
            pub const ALL: &'static [DocumentKind] = &[$(DocumentKind::$variant,)*];

            /// A stable short name.
            pub fn name(self) -> &'static str {
                match self { $(DocumentKind::$variant => $name,)* }
            }

            /// The media type, for a person's eyes: downloads are always `attachment; nosniff`.
            pub fn media_type(self) -> &'static str {
                match self { $(DocumentKind::$variant => $media,)* }
            }
        }
    };
}

kinds! {
    /// Nothing, or only white space.
    Empty "empty" "application/octet-stream";
    /// A JSON text that is no format known here.
    Json "json" "application/json";
    /// XML that is not HTML.
    Xml "xml" "application/xml";
    /// HTML.
    Html "html" "text/html";
    /// Text that is nothing more specific.
    Text "text" "text/plain";
    /// Portable Document Format.
    Pdf "pdf" "application/pdf";
    /// Zip, and what is built on it (Office documents, JAR).
    Zip "zip" "application/zip";
    /// gzip.
    Gzip "gzip" "application/gzip";
    /// Zstandard.
    Zstd "zstd" "application/zstd";
    /// xz.
    Xz "xz" "application/x-xz";
    /// bzip2.
    Bzip2 "bzip2" "application/x-bzip2";
    /// 7-Zip.
    SevenZip "7z" "application/x-7z-compressed";
    /// A tape archive.
    Tar "tar" "application/x-tar";
    /// Rich Text Format.
    Rtf "rtf" "application/rtf";
    /// Microsoft's compound file (old Office documents, Outlook messages).
    CompoundFile "compound-file" "application/x-cfb";
    /// A PNG picture.
    Png "png" "image/png";
    /// A JPEG picture.
    Jpeg "jpeg" "image/jpeg";
    /// A GIF picture.
    Gif "gif" "image/gif";
    /// OpenPGP in ASCII armour.
    Pgp "pgp" "application/pgp-encrypted";
    /// A network capture.
    Pcap "pcap" "application/vnd.tcpdump.pcap";
    /// A DICOM object.
    Dicom "dicom" "application/dicom";
    /// Bytes that are nothing known here.
    Binary "binary" "application/octet-stream";
}

/// Asked in this order; the first that fits wins. Magic numbers first, then text by its first
/// characters, then the two that fit everything.
const TABLE: &[(DocumentKind, Test)] = &[
    (
        DocumentKind::Empty,
        Test::Says(|h| h.is_text && h.text.is_empty()),
    ),
    (DocumentKind::Zip, Test::Magic(0, b"PK\x03\x04")),
    (DocumentKind::Zip, Test::Magic(0, b"PK\x05\x06")),
    (DocumentKind::Gzip, Test::Magic(0, b"\x1F\x8B")),
    (DocumentKind::Zstd, Test::Magic(0, b"\x28\xB5\x2F\xFD")),
    (DocumentKind::Xz, Test::Magic(0, b"\xFD7zXZ\0")),
    (DocumentKind::Bzip2, Test::Magic(0, b"BZh")),
    (
        DocumentKind::SevenZip,
        Test::Magic(0, b"7z\xBC\xAF\x27\x1C"),
    ),
    (
        DocumentKind::CompoundFile,
        Test::Magic(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    ),
    (DocumentKind::Png, Test::Magic(0, b"\x89PNG\r\n\x1A\n")),
    (DocumentKind::Jpeg, Test::Magic(0, b"\xFF\xD8\xFF")),
    (DocumentKind::Gif, Test::Magic(0, b"GIF87a")),
    (DocumentKind::Gif, Test::Magic(0, b"GIF89a")),
    (DocumentKind::Pcap, Test::Magic(0, b"\xD4\xC3\xB2\xA1")),
    (DocumentKind::Pcap, Test::Magic(0, b"\xA1\xB2\xC3\xD4")),
    (DocumentKind::Pcap, Test::Magic(0, b"\x0A\x0D\x0D\x0A")),
    (DocumentKind::Dicom, Test::Magic(128, b"DICM")),
    (DocumentKind::Tar, Test::Magic(257, b"ustar")),
    (DocumentKind::Pdf, Test::Begins("%PDF-")),
    (DocumentKind::Rtf, Test::Begins("{\\rtf")),
    (DocumentKind::Pgp, Test::Begins("-----BEGIN PGP ")),
    (DocumentKind::Html, Test::Begins("<!doctype html")),
    (DocumentKind::Html, Test::Begins("<html")),
    (DocumentKind::Xml, Test::Begins("<?xml")),
    (
        DocumentKind::Xml,
        Test::Says(|h| h.is_text && is_tag(&h.text)),
    ),
    (DocumentKind::Json, Test::Says(|h| is_json(&h.text))),
    (
        DocumentKind::Text,
        Test::Says(|h| h.is_text || is_mostly_text(h.bytes)),
    ),
    (DocumentKind::Binary, Test::Says(|_| true)),
];

/// The first kind of the table that fits.
pub(super) fn kind(head: &Head<'_>) -> DocumentKind {
    let fits = |test: &Test| match test {
        Test::Magic(at, magic) => head.bytes.get(*at..).is_some_and(|b| b.starts_with(magic)),
        Test::Begins(text) => {
            let start = head.text.as_bytes().get(..text.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()))
        }
        Test::Says(says) => says(head),
    };
    TABLE
        .iter()
        .find(|(_, test)| fits(test))
        .map_or(DocumentKind::Binary, |(kind, _)| *kind)
}

/// `<name` or `<!--`: the beginning of an XML document without declaration.
fn is_tag(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('<') && chars.next().is_some_and(|c| c.is_alphabetic() || c == '!')
}

/// An object or array, judged by its first two tokens: prose may begin with a bracket.
fn is_json(text: &str) -> bool {
    let mut rest = text.bytes().filter(|b| !b.is_ascii_whitespace());
    match rest.next() {
        Some(b'{') => matches!(rest.next(), None | Some(b'"' | b'}')),
        Some(b'[') => match rest.next() {
            None | Some(b'{' | b'[' | b'"' | b']') => true,
            Some(b) => b == b'-' || b.is_ascii_digit(),
        },
        _ => false,
    }
}

/// Text in an old encoding: no control characters but white space among the first bytes.
fn is_mostly_text(bytes: &[u8]) -> bool {
    let is_control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
    !bytes.iter().take(4096).any(|b| is_control(b) || *b == 0x7F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Format, detect};

    #[track_caller]
    fn check(bytes: impl AsRef<[u8]>, kind: DocumentKind) {
        assert_eq!(detect(bytes.as_ref()), Format::Document { kind });
    }

    #[test]
    fn documents_are_known_by_their_first_bytes() {
        check("", DocumentKind::Empty);
        check(" \r\n\t", DocumentKind::Empty);
        check("\u{feff}", DocumentKind::Empty);
        check("There is an SQL injection in /login.", DocumentKind::Text);
        check(
            "caf\u{e9}".chars().map(|c| c as u8).collect::<Vec<_>>(),
            DocumentKind::Text,
        );
        check("[note] the device crashes", DocumentKind::Text);
        check("{name}, hello", DocumentKind::Text);
        check("<?xml version='1.0'?><a/>", DocumentKind::Xml);
        check("\u{feff}  <AuditMessage>", DocumentKind::Xml);
        check("<!DOCTYPE HTML><p>", DocumentKind::Html);
        check("%PDF-1.7\n%\u{e2}", DocumentKind::Pdf);
        check(b"PK\x03\x04....", DocumentKind::Zip);
        check(b"\x1F\x8B\x08", DocumentKind::Gzip);
        check(b"\x89PNG\r\n\x1A\n", DocumentKind::Png);
        check("-----BEGIN PGP MESSAGE-----", DocumentKind::Pgp);
        check([&[0u8; 128][..], b"DICM"].concat(), DocumentKind::Dicom);
        check(b"\0\x01\x02\x03", DocumentKind::Binary);
        check("{}", DocumentKind::Json);
        check("[1]", DocumentKind::Json);
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = DocumentKind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DocumentKind::ALL.len());
    }
}
