//! One report worked to its closure through the pages, by two people; an older form; every overview.

use super::{House, Staff, plain, value_in};

#[tokio::test]
async fn a_report_is_worked_to_its_closure_through_the_pages_by_two_people() {
    let house = House::new();
    let annika = house.set_up().await;
    house
        .post(
            &annika,
            "/desk/organisation",
            &[
                ("name", "Example Infusion Systems"),
                ("email", "psirt@example.com"),
                ("emergency_phone", "+49 30 5555 0100"),
            ],
        )
        .await;
    let product = house
        .post(&annika, "/desk/products", &[("name", "IS-200 gateway")])
        .await;
    house
        .post(
            &annika,
            &product,
            &[
                ("do", "release"),
                ("version", "4.1"),
                ("shipped", "2026-03-01"),
            ],
        )
        .await;
    house
        .post(&annika, "/desk/recovery-sheet", &[("safe", "yes")])
        .await;
    let bogdan = house
        .add(
            &annika,
            "Bogdan Ilić",
            "bogdan@example.com",
            &["handler", "approver"],
        )
        .await;

    let taken = house.report().await;
    let inbox = house.get(&annika, "/desk").await;
    assert!(
        inbox.contains("The gateway runs an unsigned update file."),
        "{}",
        plain(&inbox)
    );
    let case = format!(
        "/desk/case/{}",
        inbox
            .split("/desk/case/")
            .nth(1)
            .unwrap()
            .split(['"', '/'])
            .next()
            .unwrap()
    );
    let page = house.get(&annika, &case).await;
    assert!(
        page.contains("Steps: plug it in.") && page.contains("update.bin"),
        "{}",
        plain(&page)
    );
    let report = format!(
        "/desk/report/{}",
        page.split("/desk/report/")
            .nth(1)
            .unwrap()
            .split(['"', '/'])
            .next()
            .unwrap()
    );

    work(
        &house,
        &annika,
        &case,
        &report,
        &product,
        &taken.report.to_string(),
    )
    .await;
    sign(&house, &annika, &bogdan, &case, &report).await;
}

/// Everything between receipt and proposal, form by form.
async fn work(
    house: &House,
    annika: &Staff,
    case: &str,
    report: &str,
    product: &str,
    report_id: &str,
) {
    house
        .post(
            annika,
            &format!("{report}/acknowledge"),
            &[("message", "Thank you. We look at it until Thursday.")],
        )
        .await;
    let product_id = product.rsplit('/').next().unwrap().to_owned();
    house
        .post(
            annika,
            &format!("{case}/product"),
            &[("product", &product_id)],
        )
        .await;
    let review = [
        ("applicable", "yes"),
        ("verifiable", "yes"),
        ("threats", "no"),
        ("tier", "medium"),
        ("safety_screen", "no"),
        ("harmed", "no"),
        ("applicable_why", "Same on the bench."),
    ];
    house.post(annika, &format!("{case}/review"), &review).await;
    house
        .post(
            annika,
            &format!("{case}/validate"),
            &[("why", "It is ours.")],
        )
        .await;
    house.post(annika, &format!("{case}/accept"), &[]).await;
    for act in ["impact", "root-cause", "related"] {
        house
            .post(
                annika,
                &format!("{case}/{act}"),
                &[("finding", "What we found."), ("cwe", "347")],
            )
            .await;
    }
    house
        .post(
            annika,
            &format!("{case}/score"),
            &[
                ("vector", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                ("why", "Needs the stick."),
            ],
        )
        .await;
    let form = house.get(annika, &format!("{case}/status")).await;
    let row = form
        .split("name=\"row-")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    house
        .post(
            annika,
            &format!("{case}/status"),
            &[
                (&format!("row-{row}"), "fixed/verified"),
                ("why", "4.1.3 checks it."),
            ],
        )
        .await;
    house
        .post(
            annika,
            &format!("{case}/safety"),
            &[
                ("harm", "no"),
                ("hazard", "None: the pump does not take it."),
            ],
        )
        .await;
    house
        .post(
            annika,
            &format!("{case}/route"),
            &[("route", "change_control"), ("why", "CR-2291")],
        )
        .await;
    for act in ["siblings", "third-parties", "residual-risk"] {
        house
            .post(
                annika,
                &format!("{case}/{act}"),
                &[("answer", "Looked at, nothing more.")],
            )
            .await;
    }
    house
        .post(annika, &format!("{case}/verified"), &[("why", "Run 881.")])
        .await;
    house
        .post(
            annika,
            &format!("{case}/disclosure"),
            &[
                ("decision", "no_disclosure"),
                ("why", "Never shipped with it."),
            ],
        )
        .await;
    house
        .post(
            annika,
            &format!("{case}/complaint"),
            &[("complaint", "no"), ("why", "Not from a user.")],
        )
        .await;
    house
        .post(
            annika,
            &format!("{case}/notice"),
            &[
                ("report", report_id),
                ("notice", "Fixed in 4.1.3. Write to us if you disagree."),
            ],
        )
        .await;
    let page = house.get(annika, case).await;
    assert!(
        page.contains("Propose to close it"),
        "nothing is missing: {}",
        plain(&page)
    );
    house
        .post(
            annika,
            &format!("{case}/propose-closure"),
            &[("outcome", "fixed"), ("why", "4.1.3 is out.")],
        )
        .await;
}

/// The proposer may not sign; the second person reads the record and does.
async fn sign(house: &House, annika: &Staff, bogdan: &Staff, case: &str, report: &str) {
    let own = house.get(annika, &format!("{case}/approve")).await;
    assert!(own.contains("You may not sign this"), "{}", plain(&own));
    let record = house.get(bogdan, &format!("{case}/approve")).await;
    assert!(
        record.contains("Fixed in 4.1.3. Write to us if you disagree.")
            && record.contains("Same on the bench."),
        "{}",
        plain(&record)
    );
    let digest = value_in(&record, "digest").unwrap();
    let (status, _, body) = house
        .try_post(annika, &format!("{case}/approve"), &[("digest", &digest)])
        .await;
    assert!(
        status == 422 && body.contains("It was not signed"),
        "the proposer may not sign: {}",
        plain(&body)
    );
    house
        .post(bogdan, &format!("{case}/approve"), &[("digest", &digest)])
        .await;

    let page = house.get(bogdan, case).await;
    assert!(
        page.contains("Outcome: <b>fixed</b>") && page.contains("The approver signed the closure")
            || page.contains("the approver signed the closure"),
        "{}",
        plain(&page)
    );
    let told = house.get(annika, report).await;
    assert!(
        told.contains("Fixed in 4.1.3.") && told.contains("closing notice"),
        "{}",
        plain(&told)
    );
    let done = house.get(annika, "/desk?state=closed").await;
    assert!(done.contains("fixed"), "{}", plain(&done));
}

#[tokio::test]
async fn an_older_form_is_refused_with_everything_typed_and_nothing_is_written() {
    let house = House::new();
    let annika = house.set_up().await;
    house.report().await;
    let inbox = house.get(&annika, "/desk").await;
    let case = format!(
        "/desk/case/{}",
        inbox
            .split("/desk/case/")
            .nth(1)
            .unwrap()
            .split(['"', '/'])
            .next()
            .unwrap()
    );
    let seen = house.seen(&annika, &format!("{case}/note")).await;
    house
        .post(&annika, &format!("{case}/note"), &[("note", "The first.")])
        .await;
    let fields = [
        (
            "note".to_owned(),
            "The second, from an old page.".to_owned(),
        ),
        ("seen".to_owned(), seen),
    ];
    let (status, _, body) = house
        .post_raw(Some(&annika), &format!("{case}/note"), &fields)
        .await;
    assert!(
        status == 422 && body.contains("The second, from an old page."),
        "{}",
        plain(&body)
    );
    let page = house.get(&annika, &case).await;
    assert!(
        page.contains("The first.") && !page.contains("The second"),
        "{}",
        plain(&page)
    );
}

#[tokio::test]
async fn every_overview_opens_over_a_real_store_and_an_auditor_sees_no_contact() {
    let house = House::new();
    let annika = house.set_up().await;
    house.report().await;
    let auditor = house
        .add(&annika, "Dana Left", "dana@example.com", &["auditor"])
        .await;
    for path in [
        "/desk",
        "/desk?state=all&source=f",
        "/desk/search?q=unsigned",
        "/desk/runs",
        "/desk/overview",
        "/desk/coverage",
        "/desk/settings",
        "/desk/people",
        "/desk/products",
        "/desk/policy",
        "/desk/me",
        "/desk/batch/review",
        "/desk/batch/sign",
    ] {
        house.get(&annika, path).await;
    }
    let found = house.get(&auditor, "/desk/search?q=unsigned").await;
    assert!(found.contains("The gateway runs"), "{}", plain(&found));
    house
        .post(
            &annika,
            "/desk/policy",
            &[
                ("acknowledge", "2"),
                ("update", "10"),
                ("zone", "Europe/Berlin"),
                ("closes_at", "16:00"),
                ("holidays", "2026-12-25"),
            ],
        )
        .await;
    let policy = house.get(&annika, "/desk/policy").await;
    assert!(
        policy.contains("2 working days") && policy.contains("2026-12-25"),
        "{}",
        plain(&policy)
    );
}

/// Every gap that the core can name leads to a form that is there.
#[test]
fn every_form_that_a_gap_links_to_exists() {
    use vulnerary_case::case::event::{Lane, Outcome};
    let mut codes = std::collections::BTreeSet::new();
    for lane in [Lane::H, Lane::Hx, Lane::M, Lane::T, Lane::A] {
        for outcome in vulnerary_case::closure::ALL_OUTCOMES
            .into_iter()
            .map(Some)
            .chain([None::<Outcome>])
        {
            codes.extend(
                vulnerary_case::closure::needs(lane, outcome)
                    .into_iter()
                    .map(|n| n.code()),
            );
        }
    }
    for code in codes {
        match crate::shelf::case::act_of(code) {
            Some(act) => assert!(
                crate::web::desk::acts::case_acts().any(|a| a.slug == act),
                "{code} leads to {act}"
            ),
            None => assert!(
                ["asked_twice", "root_closed"].contains(&code),
                "{code} leads nowhere"
            ),
        }
    }
}
