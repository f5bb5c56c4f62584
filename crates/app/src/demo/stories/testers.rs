//! (a) Testers’ files: one finding that does not apply, and a run that nobody has looked at.

use crate::demo::maker::Who::{Annika, Bogdan};
use crate::demo::play::Arrives::File;
use crate::demo::play::Does::{Case, Signs};
use crate::demo::play::Story;

/// (a) A tester's file with one finding that does not apply.
pub(super) const TEST_KEY: Story = Story {
    day: 100,
    arrives: File(
        "IS-200 gateway",
        &[(
            "hard-coded-key",
            "tests/fixtures/key.c",
            12,
            "A private key stands in the source.",
        )],
    ),
    then: &[
        (
            101,
            Case(
                Annika,
                "review",
                &[
                    ("applicable", "no"),
                    ("applicable_why", "The file is not part of the product."),
                    ("verifiable", "yes"),
                    ("threats", "no"),
                    ("tier", "low"),
                    ("safety_screen", "no"),
                    ("harmed", "no"),
                ],
            ),
        ),
        (
            101,
            Case(
                Annika,
                "invalidate",
                &[
                    ("exit", "not_applicable"),
                    ("why", "The key belongs to a test and is not shipped."),
                ],
            ),
        ),
        (
            101,
            Case(
                Annika,
                "propose-closure",
                &[("outcome", "not_applicable"), ("why", "As said at review.")],
            ),
        ),
        (104, Signs(Bogdan)),
    ],
};

/// (a) A tester's file that nobody has looked at.
pub(super) const NIGHTLY_RUN: Story = Story {
    day: 196,
    arrives: File(
        "IS-200 pump",
        &[
            (
                "unchecked-copy",
                "src/names.c",
                211,
                "The length of the name is not checked.",
            ),
            (
                "unchecked-copy",
                "src/names.c",
                240,
                "The length of the unit is not checked.",
            ),
            (
                "unchecked-copy",
                "src/panel.c",
                77,
                "The length of the label is not checked.",
            ),
            (
                "weak-random",
                "src/pairing.c",
                31,
                "rand() makes a pairing code.",
            ),
            (
                "format-string",
                "src/log.c",
                18,
                "A text from outside is a format.",
            ),
        ],
    ),
    then: &[],
};
