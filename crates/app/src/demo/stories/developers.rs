//! (c) Developers: one case closed, one at review.

use super::{ACKNOWLEDGED, GATEWAY, NO_COMPLAINT, OURS};
use crate::demo::maker::Who::{Annika, Bogdan, Yusuf};
use crate::demo::play::Arrives::Piped;
use crate::demo::play::Does::{Case, Report};
use crate::demo::play::Story;

/// (c) A developer, by the command line.
pub(super) const TOKENS_IN_THE_LOG: Story = Story {
    day: 90,
    arrives: Piped(
        "IS-200 gateway",
        "The service log holds session tokens of the ward viewer.\n\nWhoever gets a log for support can use them for an hour.",
    ),
    then: &[
        (90, Report(Annika, "acknowledge", ACKNOWLEDGED)),
        (91, Case(Annika, "product", GATEWAY)),
        (91, Case(Annika, "review", OURS)),
        (
            91,
            Case(
                Annika,
                "validate",
                &[("why", "Seen in a log of last week.")],
            ),
        ),
        (91, Case(Annika, "accept", &[])),
        (
            94,
            Case(
                Annika,
                "impact",
                &[(
                    "finding",
                    "A token from a log opens the ward viewer for an hour.",
                )],
            ),
        ),
        (
            94,
            Case(
                Annika,
                "root-cause",
                &[
                    ("finding", "The request line is logged whole."),
                    ("cwe", "532"),
                ],
            ),
        ),
        (
            94,
            Case(
                Annika,
                "related",
                &[(
                    "finding",
                    "The crash report had the same line; changed too.",
                )],
            ),
        ),
        (
            94,
            Case(
                Annika,
                "score",
                &[
                    ("vector", "CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:H/I:N/A:N"),
                    ("why", "Needs a log."),
                ],
            ),
        ),
        (
            95,
            Case(
                Yusuf,
                "safety",
                &[("harm", "no"), ("hazard", "None: the viewer only reads.")],
            ),
        ),
        (95, Case(Yusuf, "complaint", NO_COMPLAINT)),
        (
            95,
            Case(
                Annika,
                "route",
                &[
                    ("route", "change_control"),
                    ("references", "CR-2340"),
                    ("why", "Log the path only."),
                ],
            ),
        ),
        (
            95,
            Case(
                Annika,
                "siblings",
                &[("answer", "All three loggers were looked at.")],
            ),
        ),
        (
            95,
            Case(
                Annika,
                "third-parties",
                &[("answer", "Nobody else has to know.")],
            ),
        ),
        (
            95,
            Case(
                Annika,
                "residual-risk",
                &[("answer", "Old logs at support are deleted after 30 days.")],
            ),
        ),
        (
            120,
            Case(
                Annika,
                "status",
                &[
                    ("row 4.1", "Fixed and verified"),
                    ("row 4.2", "Fixed and verified"),
                    ("why", "In 4.1.4 and 4.2."),
                ],
            ),
        ),
        (
            120,
            Case(
                Annika,
                "verified",
                &[("why", "Run 902 on 4.1.4: no token in any log.")],
            ),
        ),
        (
            120,
            Case(
                Annika,
                "disclosure",
                &[
                    ("decision", "no_disclosure"),
                    ("why", "Logs stay with the sites and us."),
                ],
            ),
        ),
        (
            121,
            Case(
                Annika,
                "notice",
                &[("notice", "Fixed in 4.1.4. Say so if you disagree.")],
            ),
        ),
        (
            121,
            Case(
                Annika,
                "propose-closure",
                &[("outcome", "fixed"), ("why", "4.1.4 is out.")],
            ),
        ),
        (122, Case(Bogdan, "approve", &[])),
    ],
};

/// (c) A developer’s report at review.
pub(super) const DEBUG_PORT: Story = Story {
    day: 197,
    arrives: Piped(
        "IS-200 gateway",
        "The release build of 4.2 still opens the debug port 2331 on the ward network.",
    ),
    then: &[
        (197, Report(Annika, "acknowledge", ACKNOWLEDGED)),
        (198, Case(Annika, "product", GATEWAY)),
        (
            198,
            Case(
                Annika,
                "review",
                &[
                    ("applicable", "yes"),
                    ("applicable_why", "Build 4.2-rc3 on the bench."),
                    ("verifiable", "yes"),
                    ("tier", "medium"),
                ],
            ),
        ),
    ],
};
