//! A fictional maker: its organisation, its people, two products. Set up through the pages, as an administrator would.

use super::clock::Clock;
use super::pages::{Fields, Pages, Staff};
use crate::app::App;
use anyhow::Context;
use std::sync::Arc;

/// Everybody's password in the demonstration and in tests. It is no secret.
pub const PASSWORD: &str = "seven green boats at noon";

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Works cases, looks after the installation, answers for safety and regulatory questions.
    Annika,
    /// Signs what others propose.
    Bogdan,
    /// Records what it does to safety (ISO 14971), and complaints.
    Yusuf,
}

/// The maker, set up.
#[derive(Debug)]
pub struct Maker {
    /// Its pages.
    pub pages: Pages,
    /// Handler, administrator.
    pub annika: Staff,
    /// Handler, approver.
    pub bogdan: Staff,
    /// Safety, regulatory.
    pub yusuf: Staff,
}

/// The products, each with its releases: version and the day it shipped, where it did.
const PRODUCTS: [(&str, &[(&str, &str)]); 2] = [
    ("IS-200 gateway", &[("4.1", "2025-03-03"), ("4.2", "")]),
    ("IS-200 pump", &[("7.0", "2025-01-13")]),
];

impl Maker {
    /// Sets an empty installation up: the first person by the set-up link, then what an organisation has to say, its
    /// products, and people with roles that keep proposing and signing apart.
    ///
    /// # Errors
    /// Where the installation is not empty, or a page refuses.
    pub async fn set_up(app: &App, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let pages = Pages::of(app, clock)?;
        let link = app.shelf().set_up_link().await?;
        let link =
            link.context("Somebody can sign in here already: this installation is in use.")?;
        let annika = pages
            .join(&link, "Annika Hofmann", "annika@example.com", PASSWORD)
            .await?;
        describe(&pages, &annika).await?;
        pages
            .act(&annika, "/desk/recovery-sheet", &[("safe", "yes")])
            .await?;
        let bogdan = pages
            .add(
                &annika,
                "Bogdan Ilić",
                "bogdan@example.com",
                PASSWORD,
                &["handler", "approver"],
            )
            .await?;
        let yusuf = pages
            .add(
                &annika,
                "Dr. Yusuf Aydin",
                "yusuf@example.com",
                PASSWORD,
                &["safety", "regulatory"],
            )
            .await?;
        Ok(Self {
            pages,
            annika,
            bogdan,
            yusuf,
        })
    }

    /// The person.
    pub fn person(&self, who: Who) -> &Staff {
        match who {
            Who::Annika => &self.annika,
            Who::Bogdan => &self.bogdan,
            Who::Yusuf => &self.yusuf,
        }
    }

    /// An act on a report, by its form on the desk.
    ///
    /// # Errors
    /// What the page said.
    pub async fn on_report(
        &self,
        who: Who,
        report: &str,
        act: &str,
        fields: Fields<'_>,
    ) -> anyhow::Result<String> {
        self.pages
            .act(
                self.person(who),
                &format!("/desk/report/{report}/{act}"),
                fields,
            )
            .await
    }

    /// An act on a case, by its form on the desk.
    ///
    /// # Errors
    /// What the page said.
    pub async fn on_case(
        &self,
        who: Who,
        case: &str,
        act: &str,
        fields: Fields<'_>,
    ) -> anyhow::Result<String> {
        self.pages
            .act(
                self.person(who),
                &format!("/desk/case/{case}/{act}"),
                fields,
            )
            .await
    }

    /// The number of the case that a report is in.
    ///
    /// # Errors
    /// Where it is in none.
    pub async fn case_of(&self, report: &str) -> anyhow::Result<String> {
        let page = self
            .pages
            .read(&self.annika, &format!("/desk/report/{report}"))
            .await?;
        let number = page
            .split("/desk/case/")
            .nth(1)
            .and_then(|rest| rest.split(['"', '/']).next());
        number
            .map(str::to_owned)
            .with_context(|| format!("{report} is in no case"))
    }
}

/// What the organisation says of itself, and its products.
async fn describe(pages: &Pages, annika: &Staff) -> anyhow::Result<()> {
    let organisation: Fields<'_> = &[
        ("name", "Example Infusion Systems (fictional)"),
        ("email", "psirt@example.com"),
        ("emergency_phone", "+49 30 5555 0100"),
        ("phone", "+49 30 5555 0199"),
        (
            "address",
            "Example Infusion Systems\nMusterstraße 1\n10115 Berlin\nGermany",
        ),
    ];
    pages
        .act(annika, "/desk/organisation", organisation)
        .await?;
    for (name, releases) in PRODUCTS {
        let product = pages
            .act(annika, "/desk/products", &[("name", name)])
            .await?;
        for (version, shipped) in releases {
            let fields = [
                ("do", "release"),
                ("version", *version),
                ("shipped", *shipped),
            ];
            pages.act(annika, &product, &fields).await?;
        }
    }
    Ok(())
}
