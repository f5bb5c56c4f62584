//! (f) Researchers and strangers: under embargo to an advisory, out by an exit, set aside, and one that came today.

use super::{ACKNOWLEDGED, GATEWAY, NO_COMPLAINT, OURS};
use crate::demo::maker::Who::{Annika, Bogdan, Yusuf};
use crate::demo::play::Arrives::Form;
use crate::demo::play::Does::{Case, Report, Writes};
use crate::demo::play::Story;

/// (f) A researcher, under embargo until the fix and the advisory are out.
pub(super) const UNSIGNED_UPDATE: Story = Story {
    day: 3,
    arrives: Form(&[
        (
            "description",
            "The gateway runs an unsigned update file from a USB stick.\n\nPut a file called update.bin with a shell script on a stick, plug it in, wait a minute: it runs as root.",
        ),
        ("product", "IS-200 gateway"),
        ("version", "4.1"),
        ("role", "researcher"),
        ("public", "no"),
        ("exploited", "unknown"),
        ("disclosure_plan", "I would like to publish in 90 days."),
    ]),
    then: &[
        (4, Report(Annika, "acknowledge", ACKNOWLEDGED)),
        (
            5,
            Case(
                Annika,
                "title",
                &[(
                    "title",
                    "Gateway runs commands from an unsigned update file",
                )],
            ),
        ),
        (5, Case(Annika, "product", GATEWAY)),
        (6, Case(Annika, "review", OURS)),
        (
            6,
            Case(Annika, "validate", &[("why", "Reproduced on two units.")]),
        ),
        (6, Case(Annika, "accept", &[])),
        (
            7,
            Case(
                Annika,
                "embargo",
                &[
                    ("until", "in 90 days"),
                    ("why", "As the reporter proposed."),
                ],
            ),
        ),
        (
            8,
            Writes("90 days are fine for me. Tell me when the fix is out."),
        ),
        (9, Case(Annika, "embargo-accept", &[])),
        (
            12,
            Case(
                Annika,
                "impact",
                &[(
                    "finding",
                    "Whoever can reach the USB port runs commands on the gateway and reads the traffic of its ward.",
                )],
            ),
        ),
        (
            12,
            Case(
                Annika,
                "root-cause",
                &[
                    ("finding", "The updater checks a length, not a signature."),
                    ("cwe", "347"),
                ],
            ),
        ),
        (
            13,
            Case(
                Annika,
                "related",
                &[("finding", "None: the pump’s updater checks signatures.")],
            ),
        ),
        (
            13,
            Case(
                Annika,
                "score",
                &[
                    ("vector", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                    ("why", "Needs the port; the ward is not locked."),
                ],
            ),
        ),
        (
            14,
            Case(
                Yusuf,
                "safety",
                &[
                    ("harm", "no"),
                    ("hazard", "None: therapy does not depend on the gateway."),
                ],
            ),
        ),
        (14, Case(Yusuf, "complaint", NO_COMPLAINT)),
        (
            20,
            Report(
                Annika,
                "write",
                &[
                    ("purpose", "update"),
                    (
                        "message",
                        "We could reproduce it. The fix is planned for release 4.2 in eight weeks.",
                    ),
                ],
            ),
        ),
        (
            20,
            Case(
                Annika,
                "route",
                &[
                    ("route", "change_control"),
                    ("references", "CR-2291"),
                    ("why", "The updater will check a signature."),
                ],
            ),
        ),
        (
            25,
            Case(
                Annika,
                "siblings",
                &[(
                    "answer",
                    "The pump and the service tool were looked at: not affected.",
                )],
            ),
        ),
        (
            60,
            Case(
                Annika,
                "status",
                &[
                    ("row 4.1", "Fixed and verified"),
                    ("row 4.2", "Fixed and verified"),
                    ("why", "Patch 4.1.3 and release 4.2 refuse unsigned files."),
                ],
            ),
        ),
        (
            61,
            Case(
                Annika,
                "verified",
                &[("why", "Test run 881 on build 4.1.3: passed, no regression.")],
            ),
        ),
        (
            62,
            Case(
                Annika,
                "third-parties",
                &[("answer", "The maker of the USB controller need not know.")],
            ),
        ),
        (
            62,
            Case(
                Annika,
                "residual-risk",
                &[("answer", "None left once 4.1.3 is installed.")],
            ),
        ),
        (
            62,
            Case(
                Annika,
                "disclosure",
                &[
                    ("decision", "public_advisory"),
                    ("why", "Users must install 4.1.3."),
                ],
            ),
        ),
        (
            70,
            Case(
                Annika,
                "embargo-end",
                &[("why", "The fix is out, as agreed.")],
            ),
        ),
        (
            70,
            Case(
                Annika,
                "advisory",
                &[(
                    "reference",
                    "EIS-2026-001, security.example.com/advisories/EIS-2026-001",
                )],
            ),
        ),
        (
            70,
            Case(
                Annika,
                "notice",
                &[(
                    "notice",
                    "Your report is resolved: release 4.1.3 refuses unsigned files, and our advisory EIS-2026-001 thanks you. If you disagree, write to us with your words.",
                )],
            ),
        ),
        (
            71,
            Case(
                Annika,
                "propose-closure",
                &[("outcome", "fixed"), ("why", "4.1.3 is out and verified.")],
            ),
        ),
        (72, Case(Bogdan, "approve", &[])),
    ],
};

/// (f) Not a product of ours: handed over, and out by an exit of review.
pub(super) const COMPANY_MAIL: Story = Story {
    day: 110,
    arrives: Form(&[
        (
            "description",
            "Your mail domain has no DMARC record, so that anybody can write in your name.",
        ),
        ("role", "researcher"),
        ("public", "yes"),
    ]),
    then: &[
        (111, Report(Annika, "acknowledge", ACKNOWLEDGED)),
        (
            112,
            Case(
                Annika,
                "review",
                &[
                    ("applicable", "no"),
                    (
                        "applicable_why",
                        "It is about our company’s mail, not about a product.",
                    ),
                    ("verifiable", "yes"),
                    ("threats", "no"),
                    ("tier", "low"),
                    ("safety_screen", "no"),
                    ("harmed", "no"),
                ],
            ),
        ),
        (
            112,
            Case(
                Annika,
                "invalidate",
                &[
                    ("exit", "company_it"),
                    (
                        "why",
                        "It is a matter of our company’s mail; our IT takes it over.",
                    ),
                ],
            ),
        ),
        (
            113,
            Case(
                Annika,
                "third-parties",
                &[("answer", "IT confirmed as ticket IT-5512.")],
            ),
        ),
        (
            114,
            Case(
                Annika,
                "notice",
                &[(
                    "notice",
                    "This is about our company’s mail, not about a product; our IT set the record. If you disagree, write to us with your words.",
                )],
            ),
        ),
        (
            114,
            Case(
                Annika,
                "propose-closure",
                &[
                    ("outcome", "company_it"),
                    ("why", "Handed over and confirmed."),
                ],
            ),
        ),
        (115, Case(Bogdan, "approve", &[])),
    ],
};

/// Junk is set aside on record, and can be put back.
pub(super) const ADVERTISEMENT: Story = Story {
    day: 130,
    arrives: Form(&[(
        "description",
        "Grow your business with ten thousand new followers!",
    )]),
    then: &[(
        130,
        Report(
            Annika,
            "set-aside",
            &[
                ("code", "spam"),
                ("why", "An advertisement, nothing about a product."),
            ],
        ),
    )],
};

/// (f) Came today; nobody has answered.
pub(super) const THIS_MORNING: Story = Story {
    day: 199,
    arrives: Form(&[
        (
            "description",
            "The ward viewer accepts a session cookie after sign-out. I can show it in a video call.",
        ),
        ("product", "IS-200 gateway"),
        ("role", "researcher"),
        ("public", "no"),
    ]),
    then: &[],
};
