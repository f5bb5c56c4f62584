#![no_main]
//! Any bytes are something, and hostile text is shown without hidden characters.
use libfuzzer_sys::fuzz_target;
use vulnerary_formats::{detect, text};

fuzz_target!(|bytes: &[u8]| {
    let _ = detect(bytes).name();
    let shown = text::visible(&text::lossy(bytes).text);
    assert!(!shown.contains(['\u{202e}', '\u{1b}', '\0']));
    let _ = text::find_identifiers(&shown, 16);
});
