//! Every page with every sample: snapshots, and what must hold for each.

use std::collections::HashSet;

use super::{
    PublicRefusal, ReporterStatus, SiteFacts,
    answer::Said,
    fake::{self, WORDS},
    home, policy, problem, receipt,
    report::{self, ReportForm},
    track::{self, MessageForm, WordsForm},
};
use crate::{
    channels::form::{FormReport, Note, RefusalCode},
    text,
    web::{components::FieldError, when::When},
};

fn bare() -> SiteFacts {
    SiteFacts {
        organisation: "Klinik & Söhne <GmbH>".into(),
        emergency_phone: None,
        contacts: Vec::new(),
        acknowledge_by: None,
        acknowledge_business_days: 1,
        update_days: 1,
        disclosure_days: None,
        public_url: None,
        local_trial: true,
        languages: vec!["en".into()],
        ..fake::facts()
    }
}

fn typed() -> FormReport {
    FormReport {
        fields: [
            ("description", "It <b>restarts</b>.\r\nAgain & again."),
            ("danger_now", "unknown"),
            ("version", "4.1.2"),
            ("serial", "A-77"),
            ("role", "clinician"),
            ("public", "no"),
            ("email", "a@b.example"),
            ("pgp_key", "----"),
        ]
        .map(|(n, v)| (n.as_bytes().to_vec(), v.as_bytes().to_vec()))
        .to_vec(),
        ..FormReport::default()
    }
}

fn statuses() -> Vec<(&'static str, ReporterStatus)> {
    let until = || {
        Some(When::day(
            "2027-02-01T11:00:00Z".parse().unwrap(),
            &fake::zone(),
        ))
    };
    vec![
        ("received", ReporterStatus::Received),
        ("review", ReporterStatus::Review),
        (
            "not-confirmed",
            ReporterStatus::NotConfirmed { until: until() },
        ),
        ("analysis", ReporterStatus::Analysis),
        ("addressing", ReporterStatus::Addressing),
        ("disclosure", ReporterStatus::Disclosure),
        ("deferred", ReporterStatus::Deferred { until: until() }),
        (
            "set-aside",
            ReporterStatus::SetAside {
                reason: "It is about <our> canteen.".into(),
            },
        ),
        (
            "closed",
            ReporterStatus::Closed {
                outcome: "fixed".into(),
                notice: "4.2.0 has it.\nThank you.".into(),
            },
        ),
        (
            "lost",
            ReporterStatus::LostInRestore {
                at: When::full(fake::now(), &fake::zone()),
            },
        ),
    ]
}

type Pages = Vec<(String, maud::Markup)>;

fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for (who, facts) in [("full", fake::facts()), ("bare", bare())] {
        let all = [
            plain_pages(&facts),
            report_pages(&facts),
            receipt_pages(&facts),
            track_pages(&facts),
        ];
        pages.extend(
            all.into_iter()
                .flatten()
                .map(|(name, page)| (format!("{who}-{name}"), page.into_string())),
        );
    }
    pages
}

fn plain_pages(facts: &SiteFacts) -> Pages {
    vec![
        ("home".into(), home::view(facts)),
        ("policy".into(), policy::view(facts, &fake::policy())),
        (
            "not-found".into(),
            problem::view(facts, text::problem::NOT_FOUND, None),
        ),
        (
            "failure".into(),
            problem::view(facts, text::problem::INTERNAL, Some("E-1F2A")),
        ),
    ]
}

fn report_pages(facts: &SiteFacts) -> Pages {
    let key = || "k".repeat(22);
    let errors = vec![FieldError::new(
        "description",
        text::report::DESCRIPTION_ERROR,
    )];
    let empty = ReportForm {
        typed: typed(),
        errors,
        key: key(),
        ..ReportForm::default()
    };
    let failed = Said::public(
        PublicRefusal::Failed {
            reference: "E-1F2A".into(),
        },
        facts,
    );
    let unread = ReportForm {
        unread: true,
        said: Some(failed),
        ..ReportForm::default()
    };
    let mut pages: Pages = vec![
        (
            "report".into(),
            report::view(
                facts,
                &ReportForm {
                    key: key(),
                    ..ReportForm::default()
                },
            ),
        ),
        ("report-empty".into(), report::view(facts, &empty)),
        ("report-unread".into(), report::view(facts, &unread)),
    ];
    for code in RefusalCode::ALL {
        let said = Some(Said::refusal(code, facts));
        let form = ReportForm {
            typed: typed(),
            said,
            files_lost: true,
            ..ReportForm::default()
        };
        pages.push((
            format!("report-{}", code.as_str()),
            report::view(facts, &form),
        ));
    }
    pages
}

fn receipt_pages(facts: &SiteFacts) -> Pages {
    let notes = vec![
        Note::UnknownField("<x>".into()),
        Note::NotUtf8("description".into()),
        Note::NotYesNo("harm".into()),
        Note::Repeated("product".into()),
        Note::OddEmail,
        Note::KeyIgnored,
        Note::EndedEarly,
    ];
    let noted = super::ReceiptPage {
        notes,
        files: Vec::new(),
        ..fake::receipt()
    };
    vec![
        ("receipt".into(), receipt::view(facts, &fake::receipt())),
        ("receipt-notes".into(), receipt::view(facts, &noted)),
    ]
}

fn track_pages(facts: &SiteFacts) -> Pages {
    let errors = vec![FieldError::new("words", text::track::UNKNOWN)];
    let wrong = WordsForm {
        typed: "harbor".into(),
        errors,
        said: None,
    };
    let form = MessageForm {
        words: WORDS.into(),
        key: "k".repeat(22),
        ..MessageForm::default()
    };
    let mut pages: Pages = vec![
        (
            "track".into(),
            track::words_view(facts, &WordsForm::default()),
        ),
        ("track-unknown".into(), track::words_view(facts, &wrong)),
    ];
    for (name, status) in statuses() {
        pages.push((
            format!("track-{name}"),
            track::report_view(facts, &fake::track(status), &form),
        ));
    }
    pages
}

/// The values of an attribute that begins with a space, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    html.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn every_page_is_wired_and_loads_nothing() {
    for (name, html) in pages() {
        let ids = values(&html, "id");
        let unique: HashSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: an id twice");
        let described = values(&html, "aria-describedby")
            .into_iter()
            .chain(values(&html, "aria-labelledby"));
        for target in described
            .flat_map(|v| v.split(' '))
            .chain(values(&html, "for"))
        {
            assert!(ids.contains(&target), "{name}: nothing has the id {target}");
        }
        for target in values(&html, "href")
            .into_iter()
            .filter_map(|h| h.strip_prefix('#'))
        {
            assert!(
                ids.contains(&target),
                "{name}: the link #{target} leads nowhere"
            );
        }
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert!(
            html.contains("<html lang=\"en\">") && html.contains("<main id=\"main\""),
            "{name}"
        );
        for banned in [
            "<script",
            "<img",
            " style=\"",
            "http://",
            " onclick",
            "placeholder=\"",
            "<b>restarts",
        ] {
            assert!(!html.contains(banned), "{name}: {banned}");
        }
        assert_eq!(
            html.contains("<title>Error: "),
            html.contains("note alarm\"><h2") || html.contains("alarm summary"),
            "{name}"
        );
        assert!(
            html.len() + crate::web::style::CSS.len() < 60_000,
            "{name} weighs {}",
            html.len()
        );
    }
}

#[test]
fn every_page_as_it_is() {
    for (name, html) in pages() {
        if name.starts_with("full-") && !name.starts_with("full-report-")
            || name == "full-report-empty_report"
        {
            insta::assert_snapshot!(
                name,
                html.replace("><", ">\n<")
                    .replace(crate::web::style::path(), "/static/style.css")
            );
        }
    }
}

#[test]
fn what_was_typed_is_still_there_after_every_refusal() {
    let facts = fake::facts();
    for code in RefusalCode::ALL {
        let form = ReportForm {
            typed: typed(),
            said: Some(Said::refusal(code, &facts)),
            ..ReportForm::default()
        };
        let html = report::view(&facts, &form).into_string();
        for expect in [
            ">\nIt &lt;b&gt;restarts&lt;/b&gt;.\r\nAgain &amp; again.</textarea>",
            "value=\"unknown\" checked",
            "value=\"A-77\"",
            "value=\"clinician\" selected",
            "value=\"a@b.example\"",
        ] {
            assert!(html.contains(expect), "{code:?}: {expect}");
        }
        // The folds that hold something typed are open.
        assert_eq!(
            html.matches("<details class=\"more\" open").count(),
            2,
            "{code:?}"
        );
    }
}

#[test]
fn the_words_are_in_no_address() {
    for (name, html) in pages() {
        for address in values(&html, "href")
            .into_iter()
            .chain(values(&html, "action"))
        {
            assert!(
                !WORDS.split(' ').any(|word| address.contains(word)),
                "{name}: {address}"
            );
        }
    }
}

#[test]
fn the_json_receipt_keeps_its_bytes_and_gains_two_fields() {
    let with = report::with_secret("{\"v\":1,\"b\":2,\"a\":[]}\n", "one two");
    assert_eq!(
        with,
        "{\"v\":1,\"b\":2,\"a\":[],\"secret\":\"one two\",\"track_url\":\"/track\"}"
    );
    assert_eq!(
        report::with_secret("{}", "w"),
        "{\"secret\":\"w\",\"track_url\":\"/track\"}"
    );
}
