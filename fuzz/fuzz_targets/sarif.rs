#![no_main]
//! Any bytes are a refusal or a summary in which every element is accounted for.
use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use vulnerary_formats::{grouping, sarif};

fuzz_target!(|bytes: &[u8]| {
    let mut handed = 0;
    let read = sarif::read(bytes, &sarif::Options::default(), |run, occurrence| {
        handed += 1;
        let _ = grouping::group_key("product", &run.tool, &occurrence);
        assert!(grouping::case_title(run, &occurrence).chars().count() <= grouping::MAX_TITLE);
        ControlFlow::Continue(())
    });
    if let Ok(summary) = read {
        assert_eq!(handed + summary.unreadable, summary.results);
    }
});
