//! Every public sentence, in one place: so that one person can read what strangers read, and a translation has one home.
//!
//! Plain English; sentences with an actor; what happened, what it means for you, what to do now.

mod sentences;

pub use sentences::{
    BROWSER_HAS_IT, FAILED, bytes, disclosure, emergency, files_hint, note, outcome,
    promises_after, promises_before, refusal, seconds,
};

/// The frame.
pub mod frame {
    /// After the organisation's name.
    pub const TAGLINE: &str = "Product security";
    /// The bar.
    pub const REPORT: &str = "Report";
    /// The bar.
    pub const TRACK: &str = "Follow a report";
    /// The bar.
    pub const POLICY: &str = "Our policy";
    /// The foot: what this site does not do.
    pub const FOOT: &str = "This site uses no cookies, no scripts and nothing from anywhere else.";
}

/// `/`
pub mod home {
    /// Title.
    pub const TITLE: &str = "Found a weakness in one of our products?";
    /// Below the title.
    pub const LEDE: &str = "Tell us, whoever you are. You need no account and no name. A person reads every report, and \
        you can see what becomes of yours.";
    /// The button.
    pub const REPORT: &str = "Report a vulnerability";
    /// Beside the button.
    pub const TRACK: &str = "Follow a report you sent";
    /// Heading.
    pub const NEXT: &str = "What happens after you report";
    /// Heading.
    pub const HELPS: &str = "What helps us most";
    /// What helps, one line each.
    pub const HELPFUL: [&str; 4] = [
        "What you saw, in your own words. You do not need to be sure that it is a security problem.",
        "The product and its version, or the numbers on its label.",
        "What you did just before, so that we can see it ourselves.",
        "Logs, screenshots, scan results or a proof of concept, as files.",
    ];
    /// Heading.
    pub const OTHER: &str = "Other ways to reach us";
    /// Before the addresses.
    pub const OTHER_LEDE: &str =
        "We treat a message to these addresses like a report on this page:";
    /// About e-mail.
    pub const MAIL_OPEN: &str =
        "E-mail may be read on its way. What must stay between us is safer in the form.";
}

/// `/report`
pub mod report {
    /// Title.
    pub const TITLE: &str = "Report a vulnerability";
    /// Below the title.
    pub const LEDE: &str = "Only one thing is needed: what you found, in words or as a file. Everything else is up to you.";
    /// First question.
    pub const DANGER: &str = "Is somebody in danger now?";
    /// Its hint.
    pub const DANGER_HINT: &str =
        "For example a treatment that stopped, or a device that does what it should not.";
    /// The three answers.
    pub const YES: &str = "Yes";
    /// The three answers.
    pub const NO: &str = "No";
    /// The three answers.
    pub const UNKNOWN: &str = "I do not know";
    /// The emergency line, before the number.
    pub const CALL: &str = "If a patient may be harmed, call now:";
    /// The emergency line, after the number.
    pub const CALL_THEN: &str = "We answer day and night. Send this form afterwards.";
    /// The emergency line where the maker gave no number.
    pub const CALL_LOCAL: &str = "If a patient may be harmed, act first: follow your emergency procedure and stop using \
        the device as its instructions say. Send this form afterwards.";
    /// Question.
    pub const HARM: &str = "Has anybody been harmed?";
    /// Question.
    pub const DESCRIPTION: &str = "What did you find?";
    /// Its hint.
    pub const DESCRIPTION_HINT: &str =
        "In your own words, in any language. What happened, and what could somebody do with it?";
    /// Its error.
    pub const DESCRIPTION_ERROR: &str =
        "Write what you found, or attach a file. One of the two is enough.";
    /// Question.
    pub const PRODUCT: &str = "Which product?";
    /// Its hint.
    pub const PRODUCT_HINT: &str = "For example “IS-200 gateway”.";
    /// Question.
    pub const VERSION: &str = "Which version?";
    /// Its hint.
    pub const VERSION_HINT: &str = "For example “4.1.2”.";
    /// Fold.
    pub const MORE_PRODUCT: &str = "More about the device";
    /// Question.
    pub const UDI: &str = "Unique device identifier (UDI)";
    /// Its hint.
    pub const UDI_HINT: &str = "The long number at the barcode on the label.";
    /// Question.
    pub const SERIAL: &str = "Serial numbers";
    /// Question.
    pub const SITE: &str = "Where is it used?";
    /// Its hint.
    pub const SITE_HINT: &str = "Hospital, ward or network. Leave out names of patients.";
    /// Question.
    pub const FOUND_HOW: &str = "How can we see it ourselves?";
    /// Its hint.
    pub const FOUND_HOW_HINT: &str = "The steps, tools and settings, as far as you know them.";
    /// Question.
    pub const FOUND_WHEN: &str = "When did you find it?";
    /// Its hint.
    pub const FOUND_WHEN_HINT: &str = "For example “last Thursday” or “2026-11-19, 14:00”.";
    /// Question.
    pub const IMPACT: &str = "What could happen because of it?";
    /// Its hint.
    pub const IMPACT_HINT: &str = "To patients, to data, to the work of the hospital.";
    /// Question.
    pub const FILES: &str = "Files";
    /// Question.
    pub const PUBLIC: &str = "Is it public already?";
    /// Question.
    pub const EXPLOITED: &str = "Is somebody exploiting it?";
    /// Fold.
    pub const MORE_KNOWN: &str = "More about who knows of it";
    /// Question.
    pub const EVIDENCE: &str = "What shows that it is exploited?";
    /// Question.
    pub const ELSEWHERE: &str = "Whom else have you told, and when?";
    /// Question.
    pub const PLAN: &str = "Do you plan to publish it?";
    /// Its hint.
    pub const PLAN_HINT: &str = "If so: when, and where.";
    /// Question.
    pub const IDS: &str = "Numbers it has elsewhere";
    /// Its hint.
    pub const IDS_HINT: &str = "For example a CVE, a CERT number, another maker’s ticket.";
    /// Question.
    pub const EMAIL: &str = "How may we reach you?";
    /// Its hint.
    pub const EMAIL_HINT: &str = "An e-mail address. Without one you can still read our answers with the words on your receipt.";
    /// Question.
    pub const NAME: &str = "What may we call you?";
    /// Its hint.
    pub const NAME_HINT: &str = "A name, a handle, or nothing.";
    /// Fold.
    pub const MORE_YOU: &str = "More about you";
    /// Question.
    pub const ROLE: &str = "What are you to the product?";
    /// Question.
    pub const BEHALF: &str = "Do you report for somebody else?";
    /// Its hint.
    pub const BEHALF_HINT: &str = "For example a hospital or a customer.";
    /// Question.
    pub const REFERENCE: &str = "Your own reference";
    /// Its hint.
    pub const REFERENCE_HINT: &str = "We repeat it when we write to you.";
    /// Question.
    pub const SHARE: &str =
        "May we pass your name and address on, for instance to a supplier or a CERT?";
    /// Question.
    pub const PGP: &str = "Your OpenPGP key";
    /// Its hint.
    pub const PGP_HINT: &str =
        "The block that begins with “-----BEGIN PGP PUBLIC KEY BLOCK-----”, or where we find it.";
    /// Question.
    pub const LANGUAGE: &str = "In which language shall we answer?";
    /// Question.
    pub const CREDIT: &str = "Shall we thank you by name when we publish?";
    /// Its hint.
    pub const CREDIT_HINT: &str = "Write the name as it should appear, or leave this empty.";
    /// Button.
    pub const SEND: &str = "Send the report";
    /// After an error, where files had been sent.
    pub const FILES_AGAIN: &str = "Everything you typed is still here. Please choose your files again: browsers do not let us put them back.";
    /// The roles (design/domain.md, Report): value and label.
    pub const ROLES: [(&str, &str); 17] = [
        ("", "I prefer not to say"),
        ("researcher", "Security researcher"),
        ("administrator", "Administrator of its network or system"),
        ("maintenance", "Maintenance or biomedical engineering"),
        ("integrator", "Integrator"),
        ("operator", "Operator"),
        ("clinician", "Clinician"),
        ("patient_or_caregiver", "Patient or caregiver"),
        ("developer", "Developer"),
        ("tester", "Tester"),
        ("contract_tester", "Contract tester"),
        ("supplier", "Supplier of a component"),
        ("distributor", "Distributor"),
        ("importer", "Importer"),
        ("authorised_representative", "Authorised representative"),
        ("coordinator", "Coordinator or CERT"),
        ("authority", "Authority"),
    ];
}

/// The receipt.
pub mod receipt {
    /// Title.
    pub const TITLE: &str = "We have your report";
    /// Heading.
    pub const WORDS: &str = "Write these twelve words down";
    /// Below it.
    pub const WORDS_WHY: &str = "They are the only key to this report: with them you read our answers and write to us. \
        We cannot look them up for you.";
    /// Heading.
    pub const NEXT: &str = "What happens next";
    /// Button.
    pub const SAVE: &str = "Save the receipt";
    /// Button.
    pub const FOLLOW: &str = "Follow this report";
    /// Below the buttons.
    pub const SAVE_NOTE: &str = "The saved receipt proves that we received your report. It does not hold the twelve words: \
        write them down, or print this page.";
    /// Heading.
    pub const NOTES: &str = "We took everything, and noticed this";
    /// Fold.
    pub const PROOF: &str = "Proof of receipt";
    /// In the fold.
    pub const PROOF_HOW: &str = "Anybody can check that we received exactly this, at this time, and that nobody changed our \
        record of it since. Save the receipt, get the program and run:";
    /// In the fold.
    pub const PROOF_KEY: &str =
        "Compare the key with the one we publish, best from another place than here.";
}

/// `/track`
pub mod track {
    /// Title.
    pub const TITLE: &str = "Follow a report";
    /// Below it.
    pub const LEDE: &str = "The twelve words on your receipt open your report: where it stands, our messages, and your answers.";
    /// Question.
    pub const WORDS: &str = "Your twelve words";
    /// Its hint.
    pub const WORDS_HINT: &str =
        "In their order. Capitals, spaces, hyphens and line breaks do not matter.";
    /// Button.
    pub const OPEN: &str = "Open the report";
    /// No report has these words.
    pub const UNKNOWN: &str =
        "No report has these words. Compare each one with your receipt, and their order.";
    /// Lost words.
    pub const LOST: &str = "Nobody can find them again, and that protects you. Send a new report and name the number of the old one.";
    /// Heading.
    pub const STATUS: &str = "Where it stands";
    /// Heading.
    pub const MESSAGES: &str = "Messages";
    /// Where there are none.
    pub const NO_MESSAGES: &str = "Nobody has written yet. Our first message will appear here.";
    /// Heading and question.
    pub const WRITE: &str = "Write to us";
    /// Its hint.
    pub const WRITE_HINT: &str = "An answer, a correction, something new you saw.";
    /// Says that the message is a disagreement.
    pub const DISAGREE: &str = "I disagree with the outcome";
    /// What follows from it.
    pub const DISAGREE_HINT: &str = "Say why in the message. Another person looks at it, where there is one, and you get an answer.";
    /// Its error.
    pub const WRITE_ERROR: &str = "Write a message, or attach a file.";
    /// Button.
    pub const SEND: &str = "Send the message";
    /// After sending.
    pub const SENT: &str = "We have your message.";
    /// Our name above a message where the person's is not shown.
    pub const YOU: &str = "You";
    /// Heading.
    pub const FILES: &str = "Files you sent";
    /// How to leave.
    pub const LEAVE: &str =
        "Close this page when you are done: it keeps nothing, and the words open it again.";
    /// Heading.
    pub const LOST_HEADING: &str = "If you lost the words";
    /// Title of a report's page.
    pub const YOUR_REPORT: &str = "Your report";
    /// Heading.
    pub const YOURS: &str = "What you sent";
    /// Below a message.
    pub const WITH_FILES: &str = "With:";
    /// Status.
    pub const RECEIVED: &str = "We have your report. Nobody has reviewed it yet.";
    /// Status.
    pub const REVIEW: &str = "Somebody is reviewing your report: does it apply to our products, and can we see it ourselves?";
    /// Status.
    pub const NOT_CONFIRMED: &str =
        "We could not confirm it so far. If you can add something, write to us below.";
    /// Status.
    pub const ANALYSIS: &str = "We confirmed it. We are finding out what causes it, which products have it and what it means for patients.";
    /// Status.
    pub const ADDRESSING: &str = "We know what it is and are working on what to do about it.";
    /// Status.
    pub const DISCLOSURE: &str = "We are preparing to tell the users of the product.";
    /// Status.
    pub const DEFERRED: &str = "We confirmed it and put work on it off.";
    /// Status.
    pub const SET_ASIDE: &str =
        "We set your report aside, and wrote down why. You can disagree by writing to us below.";
    /// Status.
    pub const LOST_IN_RESTORE: &str =
        "We received this report, and lost it when we restored an older backup on";
    /// Status.
    pub const LOST_IN_RESTORE_NOW: &str =
        "We are sorry. Your receipt still proves that we had it. Please send it again.";
    /// Stages as the reporter sees them.
    pub const STAGES: [&str; 5] = ["Received", "Review", "Analysis", "Fixing it", "Closed"];
}

/// `/policy`
pub mod policy {
    /// Heading.
    pub const CLOCKS: &str = "Our clocks, and where each comes from";
    /// Title.
    pub const TITLE: &str = "How we handle vulnerability reports";
    /// Below it.
    pub const LEDE: &str = "What you can expect from us when you report a weakness in one of our products, and what we ask of you.";
    /// Heading and paragraph (ISO/IEC 29147 clause 9).
    pub const HOW: (&str, &str) = (
        "How to report",
        "The form on this site is the best way: your report is recorded before we answer, you get a receipt that proves it, and you can stay anonymous. A description or a file is enough. It costs nothing, and we ask for no agreement in return.",
    );
    /// Heading and paragraph.
    pub const SCOPE: (&str, &str) = (
        "What it is for",
        "Every product we made, in every version, also those we no longer support: we look at each for risks to patients. If you are not sure that something is ours or is a security problem, report it.",
    );
    /// Heading.
    pub const EXPECT: &str = "What we promise";
    /// Heading and paragraph.
    pub const SECRET: (&str, &str) = (
        "Who sees your report",
        "The people here who work on it. We do not pass your name or address on without your leave, except where a law makes us. You can ask us to erase your personal data; that a report came, and when, stays on record.",
    );
    /// Heading and paragraph.
    pub const CREDIT: (&str, &str) = (
        "Thanks",
        "When we publish, we name you if you wish, and only then.",
    );
    /// Heading and paragraph.
    pub const GOOD_FAITH: (&str, &str) = (
        "What we ask of you",
        "Never test on a device that is in use for a patient. Look at no more data than you need, keep nothing about patients, and give us time to fix it before you publish. Who reports to us in good faith has nothing to fear from us.",
    );
    /// Heading.
    pub const VERSION: &str = "This policy";
    /// Heading and paragraph.
    pub const DISAGREE: (&str, &str) = (
        "If you disagree",
        "Say so on the page of your report. Another person than the one who decided answers you.",
    );
}

/// Pages that say why there is no page: title, what it means, what to do.
pub mod problem {
    /// 404
    pub const NOT_FOUND: (&str, &str, &str) = (
        "There is no page here",
        "The address may be mistyped, or what was here has moved.",
        "Begin at the first page.",
    );
    /// 405
    pub const METHOD: (&str, &str, &str) = (
        "This page does not take that",
        "You sent something to an address that only shows a page, or asked to see one that only takes a form.",
        "Begin at the first page.",
    );
    /// 500
    pub const INTERNAL: (&str, &str, &str) = (
        "Something failed on our side",
        "It is our fault and it has been recorded.",
        "Go back one page: your browser still has what you typed. Then try again.",
    );
    /// 503
    pub const UNAVAILABLE: (&str, &str, &str) = (
        "We cannot answer just now",
        "Nothing was lost: what you have a receipt for is safe.",
        "Try again in a minute.",
    );
    /// The link.
    pub const HOME: &str = "To the first page";
}
