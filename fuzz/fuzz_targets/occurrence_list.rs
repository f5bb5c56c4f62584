#![no_main]
//! A list that is read is written again as the same bytes.
use libfuzzer_sys::fuzz_target;
use vulnerary_formats::occurrences;

fuzz_target!(|bytes: &[u8]| {
    let mut all = Vec::new();
    if let Ok(header) = occurrences::read(bytes, |occurrence| all.push(occurrence)) {
        assert_eq!(occurrences::write(&header, &mut all).as_deref(), Ok(bytes));
    }
});
