//! Tries everything an installation needs and says of each how it is and what to do.

mod inside;
mod machine;

use crate::app::App;
use crate::config::Config;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Ok,
    /// It works, and somebody should see to it.
    Warn,
    /// It does not work, or what should be safe is not.
    Bad,
}

impl Mark {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How it is.
    pub mark: Mark,
    /// What was tried, in a word or two.
    pub what: &'static str,
    /// What was found and, where it is not ok, what to do.
    pub says: String,
}

fn ok(what: &'static str, says: impl Into<String>) -> Line {
    line(Mark::Ok, what, says)
}

fn warn(what: &'static str, says: impl Into<String>) -> Line {
    line(Mark::Warn, what, says)
}

fn bad(what: &'static str, says: impl Into<String>) -> Line {
    line(Mark::Bad, what, says)
}

fn line(mark: Mark, what: &'static str, says: impl Into<String>) -> Line {
    let says = says.into();
    Line { mark, what, says }
}

/// Tries everything. An installation that is not there is not made.
pub async fn examine(config: Config) -> Vec<Line> {
    let mut lines = machine::examine(&config);
    if !machine::exists(&config) {
        let data = config.data();
        let says = format!(
            "Nothing is installed in {} yet. Start it: vulnerary serve.",
            data.display()
        );
        lines.push(bad("database", says));
        return lines;
    }
    match App::open(config).await {
        Ok(app) => lines.extend(inside::examine(&app).await),
        Err(why) => lines.push(bad("database", format!("It cannot be opened. {why:#}"))),
    }
    lines
}

#[cfg(test)]
mod tests;
