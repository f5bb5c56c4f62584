//! One plain sentence per event, for timelines. No personal data: the page puts the actor's name before it.

use super::{embargo, item, lane, outcome, role, route, set_aside, tier, told};
use crate::case::event::{AddressingItem, AnalysisItem, CaseEvent as C, Item, Reviewed, Status};
use crate::case::state::EmbargoPhase;
use crate::event::Event;
use crate::org::event::OrgEvent as O;
use crate::person::event::PersonEvent as P;
use crate::product::event::ProductEvent as D;
use crate::report::event::{Purpose, ReportEvent as R};
use crate::run::event::RunEvent as U;

/// What happened, as a sentence about the thing whose timeline it is.
pub fn sentence(event: &Event) -> String {
    match event {
        Event::Report(e) => report(e),
        Event::Case(e) => case(e),
        Event::Run(e) => run(e),
        Event::Product(e) => product(e),
        Event::Person(e) => person(e),
        Event::Org(e) => org(e),
    }
}

fn report(e: &R) -> String {
    match e {
        R::Received(r) => format!("The report was received as {}.", r.number),
        R::ReadAs { format } => format!("It was read as {format}."),
        R::FoundUnreadable { why } => format!("It could not be read: {why}"),
        R::PlacedIn { .. } => "It was placed in a case.".into(),
        R::SetAside { code, rule: Some(rule), .. } => {
            format!("It was set aside as {}, by rule {rule}.", set_aside(*code))
        }
        R::SetAside { code, rule: None, .. } => format!("It was set aside as {}.", set_aside(*code)),
        R::PutBack { .. } => "It was put back: setting it aside was reversed.".into(),
        R::Moved { .. } => "It was moved to another case.".into(),
        R::SourceConfirmed { source, .. } => {
            format!("The source was confirmed: {} ({}).", source.spec().letter, source.spec().word)
        }
        R::Acknowledged { .. } => "A person acknowledged it, with the next step and its date.".into(),
        R::MessageComposed { purpose, .. } => format!("We wrote {} to the reporter.", purpose_word(*purpose)),
        R::MessageHandedOver { .. } => "The message reached the place where the reporter reads.".into(),
        R::MessageBounced { .. } => "The message came back.".into(),
        R::MessageReceived { .. } => "The reporter wrote.".into(),
        R::FileAdded { .. } => "A file was added.".into(),
        R::OutcomeTold { how, .. } => format!("The reporter knows the outcome: {}.", told(*how)),
        R::Disputed { .. } => "The reporter disagrees with the outcome.".into(),
        R::DisputeAnswered { same_approver: true, .. } => {
            "The disagreement was answered by the approver of the closure, because there is no other.".into()
        }
        R::DisputeAnswered { .. } => "Another approver answered the disagreement.".into(),
        R::Withdrawn { .. } => "The reporter withdrew the report. That closes no case.".into(),
        R::PersonalDataErased { objects, .. } => {
            format!("Personal data was erased: {} sealed parts.", objects.len())
        }
        R::HoldPlaced { .. } => "A legal hold was placed: nothing is erased.".into(),
        R::HoldLifted { .. } => "The legal hold was lifted.".into(),
        R::Closed {} => "The report was closed.".into(),
        R::Reopened { .. } => "The report is open again, because a case of it is.".into(),
    }
}

fn purpose_word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Acknowledgement => "the first answer",
        Purpose::Question => "a question",
        Purpose::Update => "an update",
        Purpose::Message => "a message",
        Purpose::ClosingNotice => "the closing notice",
        Purpose::DisputeAnswer => "the answer to the disagreement",
    }
}

fn case(e: &C) -> String {
    match e {
        C::Opened(o) => format!("The case was opened as {} ({}).", o.number, lane(o.lane)),
        C::ReportAttached { question: true, .. } => "A question about it was attached.".into(),
        C::ReportAttached { .. } => "One more report was attached.".into(),
        C::ReportDetached { .. } => "A report left for another case.".into(),
        C::OccurrencesSeen(s) => format!(
            "A run shows it: {} new places, {} known, {} no longer reported.",
            s.new, s.again, s.no_longer_reported
        ),
        C::TitleSet { .. } => "It got a title.".into(),
        C::ProductSet { .. } => "The product was named.".into(),
        C::LaneSet {
            lane: l,
            by_person: false,
            ..
        } => {
            format!("The facts ask for other care: {}.", lane(*l))
        }
        C::LaneSet { lane: l, .. } => format!("The care was changed: {}.", lane(*l)),
        C::LaneLoweringProposed { lane: l, .. } => {
            format!(
                "Less care was proposed ({}); a second person has to agree.",
                lane(*l)
            )
        }
        C::LaneLoweringRefused { .. } => "Less care was refused.".into(),
        C::DeterminationsConfirmed { items } => {
            format!(
                "Earlier answers were confirmed: {}.",
                list(items.iter().map(|i| item(*i)))
            )
        }
        C::Assigned { .. } => "It has an owner.".into(),
        other => case_determination(other),
    }
}

fn case_determination(e: &C) -> String {
    match e {
        C::Reviewed(r) => format!("Review: {}.", reviewed(r)),
        C::Validated { .. } => "It was found valid.".into(),
        C::Invalidated { exit, .. } => format!("It left review: {}.", outcome(*exit)),
        C::Accepted { .. } => "It was accepted.".into(),
        C::Deferred { .. } => "It was deferred.".into(),
        C::Analysed(a) => format!(
            "Analysis: {}.",
            item(match a.item {
                AnalysisItem::Impact => Item::Impact,
                AnalysisItem::RootCause => Item::RootCause,
                AnalysisItem::RelatedIssues => Item::RelatedIssues,
            })
        ),
        C::Scored { score10, .. } => format!("It was scored {}.{}.", score10 / 10, score10 % 10),
        C::StatusStated { rows, .. } => format!(
            "The status of {} was stated: {}.",
            releases(rows.len()),
            statuses(rows)
        ),
        C::SafetyAssessed(_) => "Safety and effectiveness were assessed.".into(),
        C::RouteDecided { route: r, .. } => format!("The route was decided: {}.", route(*r)),
        C::RemediationPlanned { item: i, .. } => format!(
            "Addressing: {}.",
            item(match i {
                AddressingItem::SiblingsSwept => Item::SiblingsSwept,
                AddressingItem::ThirdPartiesTold => Item::ThirdPartiesTold,
                AddressingItem::ResidualRisk => Item::ResidualRisk,
            })
        ),
        C::FixReady { .. } => "The fix is ready.".into(),
        C::FixDeployed { .. } => "The fix is deployed.".into(),
        C::ResolutionVerified { .. } => {
            "The resolution was verified and brought no new problem.".into()
        }
        C::DisclosureDecided { decision, .. } => {
            format!("Disclosure was decided: {}.", super::disclosure(*decision))
        }
        C::AdvisoryPublished { .. } => "The advisory was published.".into(),
        C::NoteAdded { .. } => "A note was added.".into(),
        C::SplitInto { .. } => "Part of it became a case of its own.".into(),
        C::ComplaintDetermined {
            complaint: true, ..
        } => "It is a complaint, too.".into(),
        C::ComplaintDetermined { .. } => "It is not a complaint.".into(),
        C::InquiryAnswered { .. } => "A question about it was answered.".into(),
        C::FieldingRecorded { percent, .. } => {
            format!("The fix has reached {percent} % of the devices.")
        }
        other => case_control(other),
    }
}

fn case_control(e: &C) -> String {
    match e {
        C::EmbargoProposed { .. } => "An embargo was proposed.".into(),
        C::EmbargoAccepted {} => format!("The case is {} now.", embargo(EmbargoPhase::Active)),
        C::EmbargoRejected {} => "The proposed embargo was rejected.".into(),
        C::EmbargoRevisionProposed { .. } => "A new end of the embargo was proposed.".into(),
        C::EmbargoRevisionAccepted {} => "The new end of the embargo was agreed.".into(),
        C::EmbargoRevisionRejected {} => {
            "The new end of the embargo was rejected; the old one holds.".into()
        }
        C::EmbargoUpheld { .. } => "The embargo is kept although attacks were seen.".into(),
        C::EmbargoEnded { .. } => "The embargo ended.".into(),
        C::BecamePublic { .. } => "The vulnerability is public.".into(),
        C::ExploitSeen { .. } => "An exploit is public.".into(),
        C::AttackSeen { .. } => "Attacks were seen.".into(),
        C::AwarenessClaimed { .. } => {
            "A report claims harm or exploitation: regulator clocks run provisionally.".into()
        }
        C::AwarenessConfirmed { .. } => "The moment of awareness was confirmed.".into(),
        C::AwarenessDeclined { .. } => "It was found not reportable.".into(),
        C::LinkedAsDuplicate { .. } => "Two people agreed that it is a duplicate.".into(),
        C::DuplicateProposed { .. } => "Somebody proposes that it is a duplicate.".into(),
        C::DuplicateRefused { .. } => "It was found not to be that duplicate.".into(),
        C::DuplicateJoined { .. } => "Another case is a duplicate of it.".into(),
        C::DuplicateLeft { .. } => "Another case is no duplicate of it any more.".into(),
        C::Unlinked { .. } => "The duplicate link was undone.".into(),
        C::NoticeWritten { .. } => "A closing notice was written.".into(),
        C::ClosureProposed { outcome: o, .. } => format!("Closing was proposed: {}.", outcome(*o)),
        C::ClosureWithdrawn { voided: true } => {
            "The proposed closure no longer holds: something new was recorded.".into()
        }
        C::ClosureWithdrawn { voided: false } => "The proposed closure was taken back.".into(),
        C::ClosureSentBack { .. } => "The approver asks for more before signing.".into(),
        C::MessagesRead { messages } => {
            format!("New messages were read before signing: {}.", messages.len())
        }
        C::ClosureApproved(_) => "The approver signed the closure.".into(),
        C::Closed { outcome: o, .. } => format!("The case was closed: {}.", outcome(*o)),
        C::ReportSetAside { .. } => {
            "It ended without an outcome: its only report was set aside.".into()
        }
        C::Reopened { .. } => "The case was opened again; earlier answers want confirming.".into(),
        // `case` has said everything else; a new event without a sentence is found by a test.
        _ => String::new(),
    }
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn releases(n: usize) -> String {
    if n == 1 {
        "one release".into()
    } else {
        format!("{n} releases")
    }
}

fn statuses(rows: &[crate::case::event::StatusRow]) -> String {
    let mut words: Vec<&str> = rows
        .iter()
        .map(|r| match r.status {
            Status::UnderInvestigation {} => "under investigation",
            Status::NotAffected { .. } => "not affected",
            Status::Affected { .. } => "affected",
            Status::Fixed {} => "fixed",
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words.join(", ")
}

fn reviewed(r: &Reviewed) -> String {
    let answers = [
        r.applicable
            .map(|a| format!("applies: {}", super::answer(a))),
        r.verifiable
            .map(|a| format!("verifiable: {}", super::answer(a))),
        r.threats
            .map(|a| format!("related threats: {}", super::answer(a))),
        r.tier.map(|t| format!("tier {}", tier(t))),
        r.safety_screen
            .map(|s| format!("can contribute to harm: {}", super::safety_screen(s))),
        r.harmed
            .map(|a| format!("anybody harmed: {}", super::answer(a))),
    ];
    answers.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn run(e: &U) -> String {
    match e {
        U::RunRecorded { .. } => "A run was recorded.".into(),
        U::OccurrencesSeen {
            count,
            new,
            again,
            no_longer_reported,
            ..
        } => format!(
            "It has {count} results: {new} new, {again} known; {no_longer_reported} are no longer reported."
        ),
        U::RunApplied { opened, attached } => {
            format!("Its results are in {opened} new and {attached} known cases.")
        }
    }
}

fn product(e: &D) -> String {
    match e {
        D::ProductAdded { name } => format!("The product {name} was added."),
        D::ProductRenamed { name } => format!("The product is called {name} now."),
        D::ReleaseAdded { version, .. } => format!("Release {version} was added."),
        D::ReleaseShipped { .. } => "A release was shipped.".into(),
        D::ReleaseEnded { .. } => "Support of a release ended.".into(),
        D::GateSigned { .. } => "The release gate was signed.".into(),
    }
}

fn person(e: &P) -> String {
    match e {
        P::PersonAdded { .. } => "A person was added.".into(),
        P::PersonDescribed { .. } => "Name or address changed.".into(),
        P::RoleGranted { role: r } => format!("The role {} was given.", role(*r)),
        P::RoleRevoked { role: r } => format!("The role {} was taken away.", role(*r)),
        P::CredentialSet {} => "Password and one-time code were set.".into(),
        P::Deactivated {} => "They may not sign in any more.".into(),
        P::Reactivated {} => "They may sign in again.".into(),
    }
}

fn org(e: &O) -> String {
    match e {
        O::OrganisationDescribed { .. } => "Name, contacts or address changed.".into(),
        O::PolicyAdopted { policy, .. } => format!("Policy {} was adopted.", policy.version),
        O::CalendarAdopted { calendar } => {
            format!("The calendar changed (zone {}).", calendar.zone)
        }
        O::RecoverySheetConfirmed {} => "The recovery sheet is in a safe place.".into(),
        O::MonthlyListSigned {
            month,
            listed,
            read_count,
            ..
        } => {
            format!(
                "The list of {month} was signed: {listed} set aside, {} read.",
                read_count
            )
        }
        O::PersonJoined { .. } => "A person joined.".into(),
        O::LogReviewed { month, .. } => format!("The audit log of {month} was reviewed."),
        O::KeyRotated { .. } => "A new key signs the log.".into(),
        O::LogRestored { size, .. } => format!("The log was restored at {size} entries."),
        O::SoftwareStarted { version } => format!("Version {version} started."),
        O::ClockSteppedBack { by_ms } => format!("The clock stepped back by {by_ms} ms."),
        O::CanarySent { .. } => "A canary was sent.".into(),
        O::CanaryArrived { .. } => "A canary arrived.".into(),
        O::Exported { what } => format!("Something left the system: {what}."),
        O::BatchSigned { cases, .. } => format!("One signature closed {cases} cases."),
    }
}
