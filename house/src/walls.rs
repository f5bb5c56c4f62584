//! The import table (ARCHITECTURE.md, "Who may import whom") as data. Walls between crates are Cargo's; these are
//! the walls between the rooms of `crates/app`, and what pure crates may not reach.

/// A room (a folder, or a file of the same name) and what its code may not name.
pub struct Wall {
    /// Path without extension, such as `crates/app/src/channels`.
    pub room: &'static str,
    /// Path prefixes that are refused here.
    pub never: &'static [&'static str],
    /// Longer prefixes that are allowed all the same.
    pub but: &'static [&'static str],
    /// The reason, for the message.
    pub because: &'static str,
}

/// Where the rooms are.
pub const APP: &str = "crates/app/src";

/// Input and output that a pure crate has no business with.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
];

/// Every wall between rooms.
pub const WALLS: &[Wall] = &[
    Wall {
        room: "crates/case/src",
        never: WORLD,
        but: &[],
        because: "the functional core is deterministic: what it needs to know comes in Facts",
    },
    Wall {
        room: "crates/formats/src",
        never: WORLD,
        but: &[],
        because: "parsers of hostile bytes have no authority: bytes in, documents out",
    },
    Wall {
        room: "crates/ledger/src",
        never: WORLD,
        but: &[],
        because: "an auditor reads this crate: bytes in, proofs out",
    },
    Wall {
        room: "crates/app/src/intake",
        never: &[
            "vulnerary_ledger",
            "vulnerary_store",
            "crate::tracking",
            "crate::disclosure",
            "crate::evidence",
            "crate::web",
            "crate::cli",
        ],
        but: &["vulnerary_store::cursors", "crate::tracking::act"],
        because: "intake reads what arrived and hands it to tracking::act",
    },
    Wall {
        room: "crates/app/src/channels",
        never: &[
            "vulnerary_case",
            "vulnerary_formats",
            "vulnerary_ledger",
            "vulnerary_store",
            "crate::intake",
            "crate::tracking",
            "crate::inventory",
            "crate::disclosure",
            "crate::evidence",
            "crate::web",
            "crate::cli",
        ],
        but: &[],
        because: "channels are mechanisms: they know nothing of reports, cases or storage",
    },
    Wall {
        room: "crates/app/src/tracking",
        never: &[
            "vulnerary_formats",
            "vulnerary_ledger",
            "crate::intake",
            "crate::disclosure",
            "crate::evidence",
            "crate::web",
            "crate::cli",
        ],
        but: &[],
        because: "tracking carries acts to the store; what they mean is decided before, what they show after",
    },
    Wall {
        room: "crates/app/src/inventory",
        never: &[
            "crate::intake",
            "crate::disclosure",
            "crate::evidence",
            "crate::web",
            "crate::cli",
        ],
        but: &[],
        because: "the inventory is read by others and asks nobody",
    },
    Wall {
        room: "crates/app/src/disclosure",
        never: &[
            "vulnerary_ledger",
            "crate::intake",
            "crate::tracking",
            "crate::web",
            "crate::cli",
        ],
        but: &["crate::tracking::act"],
        because: "disclosure publishes from the record and acts through tracking::act",
    },
    Wall {
        room: "crates/app/src/evidence",
        never: &[
            "crate::intake",
            "crate::tracking",
            "crate::web",
            "crate::cli",
        ],
        but: &["crate::tracking::act"],
        because: "evidence reads the record and acts through tracking::act",
    },
    Wall {
        room: "crates/app/src/web",
        never: &[
            "vulnerary_formats",
            "vulnerary_ledger",
            "vulnerary_store",
            "crate::channels",
            "crate::tracking",
            "crate::cli",
        ],
        // The form channel is the pages' own: /report posts to it, and its refusals become answers.
        but: &["crate::tracking::act", "crate::channels::form"],
        because: "pages see what an access handle lets them see, and proofs through evidence",
    },
    Wall {
        room: "crates/app/src/cli",
        never: &[
            "vulnerary_formats",
            "vulnerary_ledger",
            "vulnerary_store",
            "crate::channels",
            "crate::tracking",
            "crate::web",
        ],
        but: &["crate::tracking::act", "crate::web::serve"],
        because: "subcommands see what an access handle lets them see, and proofs through evidence",
    },
];

/// Words that may stand in some rooms only, as a run of tokens.
pub struct Only {
    /// Tokens in a row.
    pub tokens: &'static [&'static str],
    /// Where this rule looks.
    pub within: &'static str,
    /// The rooms where they may stand.
    pub rooms: &'static [&'static str],
    /// The reason, for the message.
    pub because: &'static str,
}

/// Calls with one home.
pub const ONLY: &[Only] = &[
    Only {
        tokens: &[".", "commit", "("],
        within: APP,
        rooms: &["crates/app/src/tracking"],
        because: "tracking::act is the only door to write (invariant 3)",
    },
    Only {
        tokens: &["Store", "::", "commit"],
        within: APP,
        rooms: &["crates/app/src/tracking"],
        because: "tracking::act is the only door to write (invariant 3)",
    },
    Only {
        tokens: &["#", "!", "[", "allow", "("],
        within: "crates",
        rooms: &[],
        because: "a lint is silenced where it is wrong, with a reason, not for a whole file",
    },
];

/// Names that say nothing about what is inside.
pub const EMPTY_NAMES: &[&str] = &["common", "utils", "util", "helpers", "misc", "shared"];
