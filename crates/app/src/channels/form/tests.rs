use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use sha2::{Digest, Sha256};

use super::*;

/// A body that comes in pieces of this size.
fn body(bytes: &[u8], piece: usize) -> Body {
    let pieces: std::collections::VecDeque<Bytes> =
        bytes.chunks(piece).map(Bytes::copy_from_slice).collect();
    Body::new(Pieces(pieces))
}

struct Pieces(std::collections::VecDeque<Bytes>);

impl axum::body::HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;
    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
        std::task::Poll::Ready(
            self.0
                .pop_front()
                .map(|bytes| Ok(http_body::Frame::data(bytes))),
        )
    }
}

fn headers(kind: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if !kind.is_empty() {
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
    }
    headers
}

pub(super) const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; charset=utf-8; boundary=\"--x;Y\"";

fn part(name: &str, extra: &str, value: &[u8]) -> Vec<u8> {
    [
        format!("----x;Y\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n")
            .as_bytes(),
        value,
        b"\r\n",
    ]
    .concat()
}

fn parts(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat().as_slice(), b"----x;Y--\r\n"].concat()
}

fn spool() -> TempSpool {
    TempSpool {
        directory: std::env::temp_dir(),
    }
}

pub(super) async fn try_read(
    kind: &str,
    bytes: &[u8],
    piece: usize,
    limits: &FormLimits,
) -> Result<FormReport, FormRefusal> {
    read(
        &headers(kind),
        &mut body(bytes, piece),
        limits,
        &spool(),
        ReadMode::Everything,
    )
    .await
}

#[tokio::test]
async fn both_encodings_give_the_same_fields_at_every_piece_size() {
    let fields: Vec<(Vec<u8>, Vec<u8>)> = vec![
        (
            b"description".to_vec(),
            b"\xff\xfe not UTF-8\r\n--almost a boundary\r\n----x;".to_vec(),
        ),
        (b"product".to_vec(), b"".to_vec()),
        (
            b"n\xc3\xa4me".to_vec(),
            "50 % & more = “ü”+ \u{0}".as_bytes().to_vec(),
        ),
        (b"product".to_vec(), b"again".to_vec()),
    ];
    let urlencoded: String = fields
        .iter()
        .map(|(n, v)| format!("{}={}", escape(n), escape(v)))
        .collect::<Vec<_>>()
        .join("&");
    let multipart = parts(
        &fields
            .iter()
            .map(|(n, v)| part(std::str::from_utf8(n).unwrap(), "", v))
            .collect::<Vec<_>>(),
    );
    for piece in [1, 2, 3, 7, 64, 100_000] {
        for (kind, bytes) in [
            (URLENCODED, urlencoded.as_bytes()),
            ("", urlencoded.as_bytes()),
            (MULTIPART, &multipart),
        ] {
            let form = try_read(kind, bytes, piece, &FormLimits::default())
                .await
                .unwrap();
            assert_eq!(form.fields, fields, "{kind} in pieces of {piece}");
            assert!(form.notes.contains(&Note::NotUtf8("description".into())));
            assert!(form.notes.contains(&Note::UnknownField("näme".into())));
            assert!(form.notes.contains(&Note::Repeated("product".into())));
            assert_eq!(form.notes.len(), 3, "{:?}", form.notes);
        }
    }
}

fn escape(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|b| {
            if *b == b' ' {
                "+".into()
            } else {
                format!("%{b:02x}")
            }
        })
        .collect()
}

#[tokio::test]
async fn odd_percent_signs_stand_for_themselves() {
    let form = try_read(
        URLENCODED,
        b"&&description=100%+%zz%4&a=%4%41&=%",
        1,
        &FormLimits::default(),
    )
    .await
    .unwrap();
    let values: Vec<_> = form
        .fields
        .iter()
        .map(|(_, v)| String::from_utf8_lossy(v).into_owned())
        .collect();
    assert_eq!(values, ["100% %zz%4", "%4A", "%"]);
}

#[tokio::test]
async fn files_are_kept_byte_for_byte_in_memory_and_beyond() {
    let limits = FormLimits {
        memory_file_bytes: 1_000,
        ..FormLimits::default()
    };
    let small: Vec<u8> = (0..=255u8).collect();
    let large: Vec<u8> = (0..200_000u32).map(|i| (i % 251) as u8).collect();
    let bytes = parts(&[
        part("files", "; filename=\"a \\\"b\\\"; c.bin\"", &small),
        part("description", "", b"x"),
        part(
            "files",
            "; filename=\"large.bin\"\r\nContent-Type: application/x-y",
            &large,
        ),
        part(
            "files",
            "; filename=\"\"\r\nContent-Type: application/octet-stream",
            b"",
        ),
        part("files", "; filename=\"empty.log\"", b""),
    ]);
    for piece in [1_000, 65_536] {
        let mut form = try_read(MULTIPART, &bytes, piece, &limits).await.unwrap();
        let names: Vec<_> = form
            .files
            .iter()
            .map(|f| String::from_utf8_lossy(&f.name).into_owned())
            .collect();
        assert_eq!(names, ["a \"b\"; c.bin", "large.bin", "empty.log"]);
        assert!(
            matches!(form.files[0].body, FileBody::Memory(_))
                && matches!(form.files[1].body, FileBody::Spooled(_))
        );
        assert_eq!(form.files[1].media_type, "application/x-y");
        for (file, expect) in form.files.iter_mut().zip([&small, &large]) {
            assert_eq!(&file.body.to_vec().await.unwrap(), expect);
            assert_eq!(file.sha256[..], Sha256::digest(expect)[..]);
            assert_eq!(file.bytes, expect.len() as u64);
        }
    }
}

#[tokio::test]
async fn a_form_that_ends_early_is_kept_with_a_note() {
    let whole = parts(&[
        part("description", "", b"first"),
        part("impact", "", b"second"),
    ]);
    let form = try_read(
        MULTIPART,
        &whole[..whole.len() - 13],
        5,
        &FormLimits::default(),
    )
    .await
    .unwrap();
    assert_eq!(form.text("description"), "first");
    assert_eq!(form.text("impact"), "second");
    assert_eq!(form.notes, [Note::EndedEarly]);
}

#[tokio::test]
async fn every_limit_refuses_by_name_and_keeps_what_was_read() {
    let limits = FormLimits {
        total_bytes: 5_000,
        files: 2,
        fields: 3,
        field_bytes: 100,
        ..FormLimits::default()
    };
    let file = |n: usize| vec![part("files", "; filename=\"f\"", b"x"); n];
    let fields = |n: usize| vec![part("description", "", b"kept"); n];
    let over = |n: usize| {
        [
            part("description", "", b"kept"),
            part("impact", "", &vec![b'x'; n]),
        ]
        .to_vec()
    };
    for (bytes, expect) in [
        (parts(&file(2)), None),
        (parts(&file(3)), Some(RefusalCode::TooManyFields)),
        (parts(&fields(3)), None),
        (parts(&fields(4)), Some(RefusalCode::TooManyFields)),
        (parts(&over(100)), None),
        (parts(&over(300)), Some(RefusalCode::TooLarge)),
        (
            parts(&[
                part("description", "", b"kept"),
                part("files", "; filename=\"f\"", &[0; 6_000]),
            ]),
            Some(RefusalCode::TooLarge),
        ),
        (
            part("description", "", b"kept")
                .iter()
                .copied()
                .chain(b"----x;Y\r\n".iter().copied())
                .chain([b'h'; 4_500])
                .collect(),
            None,
        ),
    ] {
        let answer = try_read(MULTIPART, &bytes, 50, &limits).await;
        match expect {
            None => assert!(answer.is_ok(), "{:?}", answer.err().map(|r| r.code)),
            Some(code) => {
                let refusal = answer.unwrap_err();
                assert_eq!(refusal.code, code);
                assert!(refusal.partial.has_content(), "{code:?}");
            }
        }
    }
    let ten_thousand = vec!["a=1"; 10_000].join("&");
    let many = try_read(
        URLENCODED,
        ten_thousand.as_bytes(),
        4_096,
        &FormLimits::default(),
    )
    .await
    .unwrap_err();
    assert_eq!(
        (many.code, many.partial.fields.len()),
        (RefusalCode::TooManyFields, 64)
    );
}

#[tokio::test]
async fn a_declared_length_over_the_limit_is_refused_before_reading() {
    struct Untouchable;
    impl axum::body::HttpBody for Untouchable {
        type Data = Bytes;
        type Error = io::Error;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
            panic!("it was read");
        }
    }
    let mut headers = headers(URLENCODED);
    headers.insert(header::CONTENT_LENGTH, "2147483648".parse().unwrap());
    let refusal = read(
        &headers,
        &mut Body::new(Untouchable),
        &FormLimits::default(),
        &spool(),
        ReadMode::Everything,
    )
    .await
    .unwrap_err();
    assert_eq!(refusal.code, RefusalCode::TooLarge);
}

#[tokio::test]
async fn a_silent_sender_does_not_hold_us_for_ever() {
    struct Silent;
    impl axum::body::HttpBody for Silent {
        type Data = Bytes;
        type Error = io::Error;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
            std::task::Poll::Pending
        }
    }
    let limits = FormLimits {
        idle: Duration::from_millis(20),
        ..FormLimits::default()
    };
    let refusal = read(
        &headers(URLENCODED),
        &mut Body::new(Silent),
        &limits,
        &spool(),
        ReadMode::Everything,
    )
    .await
    .unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Interrupted);
}

#[tokio::test]
async fn a_full_disk_is_said() {
    struct Full;
    impl Spool for Full {
        fn open(&self) -> io::Result<std::fs::File> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let bytes = parts(&[
        part("description", "", b"kept"),
        part("files", "; filename=\"f\"", &vec![1; 100_000]),
    ]);
    let read = read(
        &headers(MULTIPART),
        &mut body(&bytes, 4_096),
        &FormLimits::default(),
        &Full,
        ReadMode::Everything,
    )
    .await;
    let refusal = read.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::StorageFull);
    assert_eq!(refusal.partial.text("description"), "kept");
}

#[tokio::test]
async fn other_types_are_refused_with_their_text() {
    for (kind, bytes, kept) in [
        ("application/json", &b"{\"a\":1}"[..], "{\"a\":1}"),
        ("multipart/form-data", b"no boundary", "no boundary"),
        ("image/png", b"\x89PNG\0", ""),
    ] {
        let refusal = try_read(kind, bytes, 100, &FormLimits::default())
            .await
            .unwrap_err();
        assert_eq!(refusal.code, RefusalCode::UnsupportedType);
        assert_eq!(refusal.partial.text("description"), kept);
    }
}
