//! IEC 81001-5-1 clause 9.2, constraint by constraint (docs/clause-9.2.md). Each test goes from the bytes of a channel
//! to a closed case, by people through the real pages, and then looks at what an auditor would.

#[path = "clause_9_2/house.rs"]
mod house;
#[path = "clause_9_2/work.rs"]
mod work;

use house::House;
use vulnerary::demo::maker::Who::Annika;
use vulnerary::evidence::coverage::Status;
use vulnerary::intake::piped::piped;
use vulnerary_case::case::terms::Meaning;
use vulnerary_case::source::Source;
use work::{REVIEW, WORK, form, reporter_reads_the_outcome, sarif, work_to_closure};

/// 9.2-01: people inside can report, by the command line and signed in, on the desk.
#[tokio::test]
async fn people_inside_can_report() {
    for house in House::on_every_engine("inside").await {
        assert_eq!(
            house.constraint("9.2-01").await.status,
            Status::NotShown,
            "nothing shows it yet"
        );
        let text = b"The service log holds session tokens of the ward viewer.".to_vec();
        let verified = house.receive(piped(Source::C, None, text)).await;
        let case = house
            .maker
            .case_of(&verified.receipt.report)
            .await
            .expect("as the story goes");
        let page = house
            .maker
            .pages
            .read(&house.maker.bogdan, &format!("/desk/case/{case}"))
            .await
            .expect("as the story goes");
        assert!(
            page.contains("The service log holds session tokens"),
            "{page}"
        );
        house.auditor_sees_shown("9.2-01", 1).await;
        let seen = [
            (
                "from",
                "I found it myself, in development or operation of our products",
            ),
            ("description", "A second one."),
        ];
        let case = house
            .maker
            .pages
            .act(&house.maker.yusuf, "/desk/new", &seen)
            .await
            .expect("as the story goes");
        let page = house
            .maker
            .pages
            .read(&house.maker.bogdan, &case)
            .await
            .expect("as the story goes");
        assert!(page.contains("A second one."), "{page}");
        house.auditor_sees_shown("9.2-01", 2).await;
        assert_eq!(
            house.constraint("9.2-02").await.status,
            Status::NotShown,
            "that was nobody from outside"
        );
    }
}

/// 9.2-02: people outside can report, without an account; and can find out where.
#[tokio::test]
async fn people_outside_can_report() {
    for house in House::on_every_engine("outside").await {
        assert_eq!(
            house.constraint("9.2-02").await.status,
            Status::NotShown,
            "nothing shows it yet"
        );
        let pages = &house.maker.pages;
        let way = pages
            .visit("/security.txt")
            .await
            .expect("as the story goes");
        assert!(
            way.contains("Contact: https://security.example.com/report"),
            "security.txt names the form: {way}"
        );
        assert!(
            pages
                .visit("/")
                .await
                .expect("as the story goes")
                .contains("Example Infusion Systems")
        );
        pages.visit("/policy").await.expect("as the story goes");
        let received = form(&house, "researcher", &[]).await;
        let words = received.words.as_deref().expect("follow-up words");
        assert!(
            pages
                .track(words)
                .await
                .expect("as the story goes")
                .contains(&received.report)
        );
        house.auditor_sees_shown("9.2-02", 1).await;
        assert_eq!(
            house.constraint("9.2-01").await.status,
            Status::NotShown,
            "that was nobody from inside"
        );
    }
}

/// 9.2-03: every report is in a case or set aside on record; every case has an owner and a clock, or its closure.
#[tokio::test]
async fn every_report_is_tracked_to_closure() {
    for house in House::on_every_engine("tracked").await {
        assert_eq!(
            house.constraint("9.2-03").await.status,
            Status::NotShown,
            "nothing was received yet"
        );
        let open = form(&house, "researcher", &[]).await;
        let closed = form(&house, "operator", &[("site", "Ward 4")]).await;
        let junk = form(
            &house,
            "prefer_not_to_say",
            &[("impact", "Buy followers now.")],
        )
        .await;
        let case = house
            .case_state(
                &house
                    .maker
                    .case_of(&open.report)
                    .await
                    .expect("as the story goes"),
            )
            .await;
        assert!(case.owner.is_some(), "a new case has an owner");
        let due = house.due(&open.report).await;
        assert!(
            due.0.is_some() && due.1.is_some(),
            "a new report and its case have clocks: {due:?}"
        );
        work_to_closure(&house, &closed.report, "fixed").await;
        let aside = [("code", "spam"), ("why", "An advertisement.")];
        house
            .report(Annika, &junk.report, "set-aside", &aside)
            .await;

        let tracked = house.constraint("9.2-03").await;
        assert_eq!(
            (
                tracked.status,
                tracked.received,
                tracked.open,
                tracked.closed
            ),
            (Status::Shown, 3, 1, 2)
        );
        let lines = vulnerary::lists::reports(&house.app, 10, None, None)
            .await
            .expect("as the story goes");
        let states: Vec<_> = lines
            .iter()
            .map(|r| (r.report.clone(), r.state.as_str(), r.set_aside.is_some()))
            .collect();
        assert!(
            states.contains(&(open.report, "placed", false)),
            "{states:?}"
        );
        assert!(
            states.contains(&(closed.report, "closed", false)),
            "{states:?}"
        );
        assert!(
            states.contains(&(junk.report, "set_aside", true)),
            "{states:?}"
        );
    }
}

/// 9.2-04, (a): a tester's file. One finding is fixed and a later run confirms it, one does not apply; one signature over
/// both closures, by a second person.
#[tokio::test]
async fn source_a_from_sarif_to_closure_record() {
    for house in House::on_every_engine("source_a").await {
        let both = sarif(&["unchecked-copy", "test-only-key"]);
        let (first, cases, _) = house.import("nightly.sarif", &both, "IS-200 gateway").await;
        let [one, other] = cases.as_slice() else {
            panic!("a case each: {cases:?}")
        };
        house.days(3);
        let (_, _, again) = house
            .import(
                "nightly.sarif",
                &sarif(&["test-only-key"]),
                "IS-200 gateway",
            )
            .await;
        assert_eq!(
            again.len(),
            1,
            "the same finding again joins its case: {again:?}"
        );
        let (fixed, rejected) = if &again[0] == other {
            (one, other)
        } else {
            (other, one)
        };
        assert!(
            !house.case_state(fixed).await.is_closed(),
            "gone from the run closes nothing"
        );

        house.case(Annika, fixed, "review", REVIEW).await;
        for (act, fields) in WORK.iter().filter(|(act, _)| {
            ["validate", "accept", "root-cause", "score", "status"].contains(act)
        }) {
            house.case(Annika, fixed, act, fields).await;
        }
        house
            .case(
                Annika,
                fixed,
                "propose-closure",
                &[("outcome", "fixed"), ("why", "Gone since build 4.1.3.")],
            )
            .await;
        house.case(Annika, rejected, "review", REVIEW).await;
        let exit = [
            ("exit", "not_applicable"),
            ("why", "The key is in a test that is not shipped."),
        ];
        house.case(Annika, rejected, "invalidate", &exit).await;
        house
            .case(
                Annika,
                rejected,
                "propose-closure",
                &[("outcome", "not_applicable"), ("why", "As said.")],
            )
            .await;

        let signed = house
            .maker
            .pages
            .act(&house.maker.bogdan, "/desk/batch/sign?lane=M", &[])
            .await
            .expect("as the story goes");
        assert!(signed.contains("2 cases"), "{signed}");
        house
            .auditor_sees_closed(fixed, &first, "fixed", Meaning::BatchApproval)
            .await;
        house
            .auditor_sees_closed(rejected, &first, "not_applicable", Meaning::BatchApproval)
            .await;
        house.auditor_sees_shown("9.2-04", 2).await;
    }
}

/// 9.2-06, (c): a developer pipes what they saw into the command line.
#[tokio::test]
async fn source_c_from_report_to_closure_record() {
    for house in House::on_every_engine("source_c").await {
        let text = b"The updater does not check the signature of what is on the stick.".to_vec();
        let verified = house
            .receive(piped(Source::C, Some(("IS-200 gateway", None)), text))
            .await;
        let report = verified.receipt.report;
        let case = work_to_closure(&house, &report, "fixed").await;
        house
            .auditor_sees_closed(&case, &report, "fixed", Meaning::ClosureApproval)
            .await;
        house.auditor_sees_shown("9.2-06", 1).await;
        house.auditor_sees_shown("9.2-03", 1).await;
    }
}

/// 9.2-07, (d): somebody who maintains the product in a hospital uses the form; their role is a claim until confirmed.
#[tokio::test]
async fn source_d_from_form_to_closure_record() {
    for house in House::on_every_engine("source_d").await {
        let received = form(
            &house,
            "maintenance",
            &[("site", "Clinic of Northtown"), ("harm", "no")],
        )
        .await;
        let before = house.report_state(&received.report).await;
        assert_eq!(before.source, Source::D, "the role decides: {before:?}");
        let role = [("source", "d"), ("role", "maintenance")];
        house
            .report(Annika, &received.report, "source", &role)
            .await;
        let case = work_to_closure(&house, &received.report, "fixed").await;
        house
            .auditor_sees_closed(&case, &received.report, "fixed", Meaning::ClosureApproval)
            .await;
        reporter_reads_the_outcome(&house, &received).await;
        house.auditor_sees_shown("9.2-07", 1).await;
        let record = house
            .maker
            .pages
            .read(&house.maker.bogdan, &format!("/desk/case/{case}/closure"))
            .await
            .expect("as the story goes");
        assert!(
            record.contains("No device failed."),
            "the complaint determination is filed: {record}"
        );
    }
}

/// 9.2-09, (f): a researcher, unknown to us and without an account, uses the form and follows it with the words.
#[tokio::test]
async fn source_f_from_form_to_closure_record() {
    for house in House::on_every_engine("source_f").await {
        let received = form(&house, "researcher", &[("public", "no")]).await;
        let case = work_to_closure(&house, &received.report, "fixed").await;
        house
            .auditor_sees_closed(&case, &received.report, "fixed", Meaning::ClosureApproval)
            .await;
        reporter_reads_the_outcome(&house, &received).await;
        house.auditor_sees_shown("9.2-09", 1).await;
        house.auditor_sees_shown("9.2-02", 1).await;
    }
}
