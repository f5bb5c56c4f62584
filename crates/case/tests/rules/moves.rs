//! From receipt to acceptance.

use crate::support::*;
use crate::{exit, review};
use vulnerary_case::act::{CaseCommand as C, Command};
use vulnerary_case::case::event::*;
use vulnerary_case::case::state::Stage;
use vulnerary_case::report::event::Claims;
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::story::Stage as _;

#[test]
fn a_report_of_a_person_is_three_events_and_its_leaf_says_nothing_of_staff() {
    let mut m = maker();
    let events = receive(&mut m, 1, Claims::default());
    let names: Vec<String> = events
        .iter()
        .map(|(_, e)| e.to_parts().expect("json").0)
        .collect();
    assert_eq!(names, ["Received", "PlacedIn", "Opened"]);
    let body = events[0].1.to_parts().expect("json").1;
    for secret in ["lane", "owner", "circle", "case"] {
        assert!(
            !body.get().contains(secret),
            "Received must not say {secret}: {body}"
        );
    }
    assert_eq!(report(&m, 1).phase(), ReportPhase::Placed);
    assert_eq!(case(&m, 1).lane, Lane::H);
    assert_eq!(case(&m, 1).stage(), Some(Stage::Review));
}

#[test]
fn a_refusal_changes_nothing() {
    let m = Case::given([]).m;
    let before = m.world.case(case_id(1)).cloned();
    assert!(
        m.try_act(&actor(ANNA), &wish(1, C::Validate { text: None }))
            .is_err()
    );
    assert_eq!(m.world.case(case_id(1)).cloned(), before);
}

#[test]
fn moves_are_refused_by_name_where_they_do_not_follow() {
    Case::given([])
        .when(ANNA, C::Accept { text: None })
        .refused("it is in review");
    Case::given([])
        .when(
            ANNA,
            C::Defer {
                until: None,
                text: because(),
            },
        )
        .refused("Only a valid or accepted case");
    Case::given([])
        .when(ANNA, C::Reopen { text: because() })
        .refused("It is open already");
    Case::given([review(), C::Validate { text: None }])
        .when(ANNA, exit(Outcome::NotSecurity))
        .refused("Exits are for review");
    Case::given([])
        .when(ANNA, propose(Outcome::Fixed))
        .refused("Review it first");
    Case::given([])
        .when(ANNA, analysis(Status::Fixed {}).remove(0))
        .refused("Complete the review");
    Case::given([review()])
        .when(ANNA, exit(Outcome::Fixed))
        .refused("it is no exit of review");
    Case::given([review()])
        .when(
            ANNA,
            C::Invalidate {
                exit: Outcome::NotSecurity,
                text: None,
            },
        )
        .refused("A rationale is needed");
}

#[test]
fn a_form_that_is_out_of_date_is_a_conflict_and_says_so() {
    let mut m = Case::given([]).m;
    let stale = Command::Case {
        case: case_id(1),
        seen: Some(1),
        wish: review(),
    };
    ok(&mut m, ANNA, stale.clone());
    let refused = m.act(m.now, &actor(ANNA), &stale).expect_err("stale");
    assert!(
        refused
            .to_string()
            .contains("everything you typed is still there")
    );
}
