//! The simulated year of domain.md for a team of five: care in proportion means at most 250 signatures.

use vulnerary_case::case::event::CaseEvent;
use vulnerary_case::event::Event;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_case::product::event::ProductEvent;
use vulnerary_case::story::Year;
use vulnerary_case::story::memory::Memory;

/// A signature is one fresh authentication (password and one-time code) of a person: an individual closure, a batch, a
/// monthly list, a release gate, a duplicate, a lowered lane. Safety and regulatory sign their own determinations, so
/// those count, too.
fn is_signature(event: &Event) -> bool {
    match event {
        Event::Case(CaseEvent::ClosureApproved(s)) => {
            s.meaning == vulnerary_case::case::event::Meaning::ClosureApproval
        }
        Event::Case(
            CaseEvent::LinkedAsDuplicate { .. }
            | CaseEvent::LaneSet {
                signature: Some(_), ..
            }
            | CaseEvent::SafetyAssessed(_)
            | CaseEvent::ComplaintDetermined { .. }
            | CaseEvent::AwarenessConfirmed { .. }
            | CaseEvent::AwarenessDeclined { .. },
        ) => true,
        Event::Org(OrgEvent::BatchSigned { .. } | OrgEvent::MonthlyListSigned { .. })
        | Event::Product(ProductEvent::GateSigned { .. }) => true,
        _ => false,
    }
}

#[test]
fn a_team_of_five_signs_at_most_250_times_a_year() {
    let year = Year::default();
    let mut stage = Memory::new(year.begins);
    let tally = year.play(&mut stage).expect("the year follows the rules");

    let open = tally
        .cases
        .iter()
        .filter(|c| !stage.world.case(**c).is_some_and(|c| c.is_closed()))
        .count();
    assert_eq!(open, 0, "every case of the year was closed");
    let humans = tally
        .cases
        .iter()
        .filter_map(|c| stage.world.case(*c))
        .filter(|c| matches!(c.origin, vulnerary_case::case::event::Lane::H))
        .count();
    assert_eq!(humans, 60);
    assert_eq!(tally.set_aside, 4_150);
    let results: u64 = stage
        .world
        .iter()
        .filter_map(|(_, s)| match s {
            vulnerary_case::world::State::Case(c)
                if c.origin == vulnerary_case::case::event::Lane::M =>
            {
                Some(c.runs.values().map(|s| s.new + s.again).sum::<u64>())
            }
            _ => None,
        })
        .sum();
    assert!(results > 11_000, "{results} results were looked at");

    let signatures = stage
        .history
        .iter()
        .filter(|(_, _, e)| is_signature(e))
        .count();
    println!(
        "{signatures} signatures, {} events, {} cases",
        stage.events,
        tally.cases.len()
    );
    assert!(signatures <= 250, "{signatures} signatures");
    assert!(
        signatures >= 60,
        "a year without signatures would prove nothing: {signatures}"
    );
}

/// A store loads only what `needs` names. A small year decides everything twice, with and without the rest.
#[test]
fn a_year_is_decided_alike_with_only_what_a_decision_needs() {
    let year = Year {
        seed: 9,
        humans: 24,
        runs: 24,
        results: 1_000,
        groups: 12,
        matches: 48,
        indicators: 24,
        junk: 240,
        questions: 12,
        ..Year::default()
    };
    let mut stage = Memory::new(year.begins);
    stage.strict = true;
    let tally = year.play(&mut stage).expect("the year follows the rules");
    assert!(tally.cases.len() > 100);
}
