//! What is tried with the record open: database, log, jobs, organisation, people, security.txt.

use super::{Line, bad, ok, warn};
use crate::app::App;
use crate::site::Site;
use crate::web::public::{PublicSite, security_txt};
use jiff::SignedDuration;
use vulnerary_case::id::StreamId;
use vulnerary_case::org::state::OrgState;
use vulnerary_case::policy::Duty;
use vulnerary_store::StoreError;

/// A job that waits longer than this is late.
const LATE: SignedDuration = SignedDuration::from_mins(15);
/// Several hosts' clocks differ by less than this.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// Everything here.
pub async fn examine(app: &App) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(said("database", database(app).await));
    lines.extend(said("record", record(app).await));
    lines.extend(said("jobs", jobs(app).await));
    lines.extend(said("organisation", organisation(app).await));
    lines.push(security(app).await);
    lines
}

fn said(what: &'static str, tried: Result<Vec<Line>, StoreError>) -> Vec<Line> {
    tried.unwrap_or_else(|why| vec![bad(what, format!("It cannot be read: {why}"))])
}

/// Writes what may be written without an event: sessions and links that have run out are removed.
async fn database(app: &App) -> Result<Vec<Line>, StoreError> {
    app.store().sweep().await?;
    Ok(vec![ok(
        "database",
        format!("{}, readable and writable.", app.store().engine()),
    )])
}

async fn record(app: &App) -> Result<Vec<Line>, StoreError> {
    let head = app.store().log_head().await?;
    let (size, _) = app.store().checkpoint().await?;
    let record = format!(
        "{} events, the last on {}; log {}.",
        head.size,
        crate::lists::instant(head.last_at),
        head.origin
    );
    let mut lines = vec![if size == head.size {
        ok(
            "record",
            format!("{record} The newest checkpoint covers all of them."),
        )
    } else {
        bad(
            "record",
            format!("{record} The newest checkpoint covers {size}. Run: vulnerary verify"),
        )
    }];
    let ahead = head.last_at.duration_since(app.acts.outside().now());
    lines.push(if ahead > SKEW {
        let says = format!(
            "The clock is {} seconds behind the last event: it was set back, or ran ahead. Deadlines are wrong until it is right; use NTP.",
            ahead.as_secs()
        );
        bad("clock", says)
    } else {
        ok("clock", "Not behind the record.")
    });
    Ok(lines)
}

async fn jobs(app: &App) -> Result<Vec<Line>, StoreError> {
    let counts = app.store().job_counts().await?;
    let late = counts
        .oldest_due
        .is_some_and(|due| app.acts.outside().now().duration_since(due) > LATE);
    let says = format!("{} wait.", counts.all.saturating_sub(counts.failed));
    Ok(vec![match (counts.failed, late) {
        (0, false) => ok("jobs", says),
        (0, true) => warn(
            "jobs",
            format!("{says} The oldest is late: is vulnerary serve running? It works them off."),
        ),
        (failed, _) => bad(
            "jobs",
            format!(
                "{failed} were given up after many tries, and {says} The log of serve says why."
            ),
        ),
    }])
}

async fn organisation(app: &App) -> Result<Vec<Line>, StoreError> {
    let store = app.store();
    let org = store.org().await?;
    let shown = store.display(&[StreamId::Org]).await?;
    let name = shown
        .get(&StreamId::Org)
        .and_then(|fields| fields.get("name"));
    let mut lines = vec![match name {
        Some(name) if org.text.is_some() => ok("organisation", name.as_str()),
        _ => bad(
            "organisation",
            "It is not described: reporters do not see whom they write to. Fill in Settings on the desk.",
        ),
    }];
    lines.push(if org.recovery_confirmed_at.is_some() {
        ok("recovery sheet", "Somebody confirmed that it is kept.")
    } else {
        bad("recovery sheet", "Nobody has confirmed that it is kept. If this disk is lost, no backup can be read. Print it: Settings on the desk.")
    });
    lines.extend(people(app, &org).await?);
    Ok(lines)
}

async fn people(app: &App, org: &OrgState) -> Result<Vec<Line>, StoreError> {
    let people = app.store().people().await?;
    let ids: Vec<_> = people.iter().map(|p| p.id).collect();
    let can = app.store().with_credential(&ids).await?;
    let policy = org.policy();
    let owner = policy
        .intake_owner
        .and_then(|id| people.iter().find(|p| p.id == id));
    let owner = match owner {
        Some(p) if p.active && can.contains(&p.id) => {
            ok("intake owner", "Set: new cases have an owner at once.")
        }
        Some(_) => bad(
            "intake owner",
            "Whoever owns new cases cannot sign in. Name somebody else in the policy on the desk.",
        ),
        None => bad(
            "intake owner",
            "Nobody owns new cases. Name somebody in the policy on the desk.",
        ),
    };
    let roles = policy.roles(Duty::Approve);
    let approvers = people
        .iter()
        .filter(|p| p.active && p.has_any(roles) && can.contains(&p.id))
        .count();
    let signers = match approvers {
        0 => bad(
            "approvers",
            "Nobody may sign a closure: cases will wait. Give two people the role approver.",
        ),
        1 => warn(
            "approvers",
            "Only one person may sign closures: what they propose or own will wait. Give a second person the role approver.",
        ),
        n => ok("approvers", format!("{n} people may sign closures.")),
    };
    Ok(vec![owner, signers])
}

async fn security(app: &App) -> Line {
    const WHAT: &str = "security.txt";
    let site = match Site::new(app) {
        Ok(site) => site,
        Err(why) => return bad(WHAT, format!("The public side cannot start: {why:#}")),
    };
    let text = security_txt(&*site.site().await, site.now());
    let wrong: Vec<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("# NOT VALID YET: "))
        .collect();
    if wrong.is_empty() {
        ok(WHAT, "Valid.")
    } else {
        warn(WHAT, format!("Not valid yet: {}", wrong.join(" ")))
    }
}
