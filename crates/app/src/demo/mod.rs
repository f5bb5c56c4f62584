//! The demonstration: a fictional maker, its people, and stories from sources a, c, d and f, made through the real
//! pages and commands. Nothing here writes a row.

pub mod clock;
pub mod form;
pub mod maker;
pub mod pages;
pub mod play;
pub mod public;
pub mod stories;

use crate::app::App;
use clock::{Clock, Past};
use jiff::SignedDuration;
use maker::Maker;
use std::sync::Arc;

/// Sets the maker up and plays the stories; ends with the clock at the machine's time.
///
/// # Errors
/// Where the installation is not empty, or a page refuses.
pub async fn make(app: &App, clock: &Arc<Past>) -> anyhow::Result<Maker> {
    let beginning = vulnerary_store::Outside::now(&**clock);
    let shared: Arc<dyn Clock> = clock.clone();
    let maker = Maker::set_up(app, shared).await?;
    play::play(app, &maker, beginning, &stories::STORIES).await?;
    clock.arrive();
    Ok(maker)
}

/// A clock that begins when the stories do.
pub fn clock() -> Arc<Past> {
    Arc::new(Past::new(SignedDuration::from_hours(stories::DAYS * 24)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::evidence::coverage::{Status, of_period};
    use crate::secrets::password::Passwords;

    #[tokio::test]
    async fn the_stories_end_as_told_and_show_the_sources_that_are_built() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data: Some(folder.path().join("data")),
            ..Config::default()
        };
        let clock = clock();
        let app = App::open_with(config, clock.clone()).await.unwrap();
        let app = app.with_passwords(Passwords::with_cost(64, 1, 2));
        let maker = make(&app, &clock).await.unwrap();
        let cases = crate::lists::cases(&app, 100, &crate::lists::CaseWish::default())
            .await
            .unwrap();
        let outcomes: Vec<&str> = cases.iter().filter_map(|c| c.outcome.as_deref()).collect();
        assert_eq!(
            outcomes,
            [
                "company_it",
                "not_applicable",
                "fixed",
                "mitigated",
                "fixed"
            ],
            "newest first"
        );
        assert!(
            cases.iter().filter(|c| c.closed_at.is_none()).count() >= 5,
            "and some are under way"
        );
        let coverage = of_period(app.store(), app.acts.outside().now(), 365)
            .await
            .unwrap();
        for id in [
            "9.2-01", "9.2-02", "9.2-03", "9.2-04", "9.2-06", "9.2-07", "9.2-09",
        ] {
            let constraint = coverage.constraints.iter().find(|c| c.id == id).unwrap();
            assert_eq!(constraint.status, Status::Shown, "{constraint:?}");
        }
        let inbox = maker.pages.read(&maker.bogdan, "/desk").await.unwrap();
        assert!(
            inbox.contains("Pump restarts on a long drug name"),
            "people can sign in after the stories: {inbox}"
        );
    }
}
