//! (d) Product users: a technician whose case is closed, a clinician whose case is under way with a claim of harm.

use super::{ACKNOWLEDGED, GATEWAY, OURS, PUMP};
use crate::demo::maker::Who::{Annika, Bogdan, Yusuf};
use crate::demo::play::Arrives::Form;
use crate::demo::play::Does::{Case, Report};
use crate::demo::play::Story;

/// (d) Whoever maintains devices in a clinic: the intended environment changes, and it is a complaint too.
pub(super) const SERVICE_PASSWORD: Story = Story {
    day: 40,
    arrives: Form(&[
        (
            "description",
            "After the update the service menu still opens with the password from the old manual. Everybody on the ward knows it.",
        ),
        ("product", "IS-200 gateway"),
        ("version", "4.1"),
        ("role", "maintenance"),
        ("site", "Clinic of Northtown, wards 2 and 3"),
        ("harm", "no"),
    ]),
    then: &[
        (41, Report(Annika, "acknowledge", ACKNOWLEDGED)),
        (
            41,
            Report(
                Annika,
                "source",
                &[("source", "d"), ("role", "maintenance")],
            ),
        ),
        (
            42,
            Case(
                Annika,
                "title",
                &[(
                    "title",
                    "Service menu opens with the password of the old manual",
                )],
            ),
        ),
        (42, Case(Annika, "product", GATEWAY)),
        (43, Case(Annika, "review", OURS)),
        (
            43,
            Case(
                Annika,
                "validate",
                &[("why", "The default is the same in every unit.")],
            ),
        ),
        (43, Case(Annika, "accept", &[])),
        (
            47,
            Case(
                Annika,
                "impact",
                &[(
                    "finding",
                    "Whoever stands at the gateway changes its network settings.",
                )],
            ),
        ),
        (
            47,
            Case(
                Annika,
                "root-cause",
                &[
                    ("finding", "Commissioning does not ask for a new password."),
                    ("cwe", "1392"),
                ],
            ),
        ),
        (47, Case(Annika, "related", &[("finding", "None.")])),
        (
            48,
            Case(
                Annika,
                "score",
                &[
                    ("vector", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:L"),
                    ("why", "Settings only, no patient data."),
                ],
            ),
        ),
        (
            50,
            Case(
                Yusuf,
                "safety",
                &[
                    ("harm", "no"),
                    ("hazard", "None: pumps keep their settings."),
                ],
            ),
        ),
        (
            50,
            Case(
                Yusuf,
                "complaint",
                &[
                    ("complaint", "yes"),
                    ("reference", "CMP-0417"),
                    ("why", "A customer found the product lacking."),
                ],
            ),
        ),
        (
            52,
            Case(
                Annika,
                "route",
                &[
                    ("route", "intended_environment_change"),
                    ("references", "IFU-77"),
                    (
                        "why",
                        "The commissioning guide now has a step that sets it.",
                    ),
                ],
            ),
        ),
        (
            52,
            Case(
                Annika,
                "siblings",
                &[("answer", "The pump has no service password.")],
            ),
        ),
        (
            60,
            Case(
                Annika,
                "status",
                &[
                    ("row 4.1", "Affected: interim measure"),
                    ("row 4.2", "Fixed and verified"),
                    ("why", "4.1: set at commissioning. 4.2 asks for it."),
                ],
            ),
        ),
        (
            61,
            Case(
                Annika,
                "third-parties",
                &[("answer", "The service partner was told on the 3rd.")],
            ),
        ),
        (
            61,
            Case(
                Annika,
                "residual-risk",
                &[(
                    "answer",
                    "A site that skips the step; its technician signs the checklist.",
                )],
            ),
        ),
        (
            62,
            Case(
                Annika,
                "verified",
                &[("why", "Two sites commissioned with the new guide.")],
            ),
        ),
        (
            62,
            Case(
                Annika,
                "disclosure",
                &[
                    ("decision", "tell_users"),
                    ("why", "Field note FN-12 to all sites."),
                ],
            ),
        ),
        (
            74,
            Case(
                Annika,
                "notice",
                &[(
                    "notice",
                    "Field note FN-12 tells every site how to set the password; release 4.2 asks for it. If you disagree, write to us with your words.",
                )],
            ),
        ),
        (
            75,
            Case(
                Annika,
                "propose-closure",
                &[("outcome", "mitigated"), ("why", "FN-12 is out; 4.2 asks.")],
            ),
        ),
        (76, Case(Bogdan, "approve", &[])),
    ],
};

/// (d) Under way, with a claim of harm: the regulatory role has clocks.
pub(super) const PUMP_STOPS: Story = Story {
    day: 194,
    arrives: Form(&[
        (
            "description",
            "The pump stopped with error 31 when the gateway sent a long drug name. It restarted after a minute. I could repeat it.",
        ),
        ("product", "IS-200 pump"),
        ("version", "7.0"),
        ("role", "clinician"),
        ("site", "St. Anna hospital, intensive care"),
        ("harm", "unknown"),
        ("danger_now", "no"),
    ]),
    then: &[
        (194, Report(Annika, "acknowledge", ACKNOWLEDGED)),
        (
            195,
            Case(
                Annika,
                "title",
                &[(
                    "title",
                    "Pump restarts on a long drug name from the gateway",
                )],
            ),
        ),
        (195, Case(Annika, "product", PUMP)),
        (
            195,
            Case(
                Annika,
                "review",
                &[
                    ("applicable", "yes"),
                    ("verifiable", "yes"),
                    ("verifiable_why", "40 characters are enough, on the bench."),
                    ("threats", "yes"),
                    ("tier", "critical"),
                    ("safety_screen", "possibly"),
                    (
                        "safety_screen_why",
                        "An interruption of a minute can matter for some drugs.",
                    ),
                    ("harmed", "unknown"),
                    ("harmed_why", "The site is being asked."),
                ],
            ),
        ),
        (195, Case(Annika, "validate", &[("why", "Reproduced.")])),
        (195, Case(Annika, "accept", &[])),
        (
            197,
            Case(
                Annika,
                "impact",
                &[(
                    "finding",
                    "Whoever can send names to the pump stops it for a minute, again and again.",
                )],
            ),
        ),
        (
            198,
            Case(
                Annika,
                "note",
                &[(
                    "note",
                    "Firmware team has a build with a length check; Yusuf assesses safety tomorrow.",
                )],
            ),
        ),
        (
            198,
            Report(
                Annika,
                "write",
                &[
                    ("purpose", "question"),
                    ("message", "Was a patient connected when the pump stopped?"),
                ],
            ),
        ),
    ],
};
