//! `vulnerary import`: each file is a report. It is committed first; what a machine's file shows is placed after that.

use super::output;
use crate::app::App;
use crate::config::Config;
use crate::intake::reading::{Counts, ReadError, Reading};
use crate::intake::upload::{self, Kept, Upload, UploadError};
use clap::Args;
use serde::Serialize;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vulnerary_case::actor::Actor;
use vulnerary_case::source::{Channel, Source, SourceState};

/// Exit code: some files had an error; each is named.
const SOME_FAILED: u8 = 3;

/// Options of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files to take in (SARIF 2.1.0 becomes occurrences in cases; anything else is a document)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Source of clause 9.2, a to g (default a: verification and validation testers)
    #[arg(long, value_name = "LETTER", value_parser = source)]
    source: Option<Source>,
    /// Product that the files are about; kept as typed where it is none of yours
    #[arg(long, value_name = "NAME", default_value = "")]
    product: String,
    /// Print one JSON object a line, one line a file
    #[arg(long)]
    json: bool,
}

fn source(text: &str) -> Result<Source, String> {
    serde_json::from_value(serde_json::Value::String(text.to_lowercase()))
        .map_err(|_| "choose a letter from a to g".to_owned())
}

/// One line of `--json` (docs/interfaces.md).
#[derive(Debug, Serialize)]
struct Line {
    file: String,
    sha256: Option<String>,
    report: Option<String>,
    format: Option<&'static str>,
    occurrences: Occurrences,
    cases_opened: Vec<String>,
    cases_attached: Vec<String>,
    set_aside: Option<SetAside>,
    ignored: Vec<Ignored>,
    error: Option<Error>,
}

#[derive(Debug, Default, Serialize)]
struct Occurrences {
    new: u64,
    again: u64,
    suppressed: u64,
    no_longer_reported: u64,
}

#[derive(Debug, Serialize)]
struct SetAside {
    code: &'static str,
    why: String,
}

#[derive(Debug, Serialize)]
struct Ignored {
    what: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct Error {
    code: &'static str,
    message: String,
    hint: String,
}

/// Runs it: 0 all taken, 3 some files had an error, 2 it could not run.
pub async fn run(config: Config, args: ImportArgs) -> anyhow::Result<ExitCode> {
    let app = super::open(config).await?;
    let mut lines = Vec::new();
    for path in &args.files {
        let line = one(&app, &args, path).await;
        if args.json {
            output::json_line(&line)?;
        }
        lines.push(line);
    }
    if !args.json {
        people_read(&lines)?;
    }
    let failed = lines.iter().any(|l| l.error.is_some());
    Ok(if failed {
        ExitCode::from(SOME_FAILED)
    } else {
        ExitCode::SUCCESS
    })
}

async fn one(app: &App, args: &ImportArgs, path: &Path) -> Line {
    let mut line = Line::of(path);
    let kept = match keep(app, args, path).await {
        Ok(kept) => kept,
        Err(why) => {
            line.error = Some(not_taken(&why));
            return line;
        }
    };
    line.taken(&kept);
    let bar = output::Progress::new(&line.file, 0);
    match upload::read(&app.acts, &kept, &|done, total| bar.at(done, total)).await {
        Ok(reading) => line.read(reading),
        Err(why) => line.error = Some(not_read(&why)),
    }
    line
}

async fn keep(app: &App, args: &ImportArgs, path: &Path) -> Result<Kept, UploadError> {
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory).into());
    }
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .as_bytes()
        .to_vec();
    let upload = Upload {
        name,
        file,
        source: args.source.unwrap_or(Source::A),
        source_state: if args.source.is_some() {
            SourceState::Claimed
        } else {
            SourceState::Assumed
        },
        product: args.product.clone(),
        actor: Actor::System,
        channel: Channel::Cli,
    };
    upload::keep(&app.acts, upload).await
}

fn not_taken(why: &UploadError) -> Error {
    let (code, hint) = match why {
        UploadError::File(e) if e.kind() == std::io::ErrorKind::NotFound => {
            ("file_not_found", "Check the path; the other files went on.")
        }
        UploadError::File(_) => (
            "file_unreadable",
            "Check the path and who may read it; the other files went on.",
        ),
        UploadError::Empty => (
            "empty_file",
            "Check the export that wrote it, and import it again.",
        ),
        UploadError::Commit(_) => (
            "not_stored",
            "Import the file again in a moment; `vulnerary doctor` says more.",
        ),
    };
    Error {
        code,
        message: why.to_string(),
        hint: hint.into(),
    }
}

fn not_read(why: &ReadError) -> Error {
    let hint = "The report is kept, and reading it is tried again by `vulnerary serve` or the next import.";
    Error {
        code: "not_read",
        message: format!("The report was taken, but not all of it was read: {why}."),
        hint: hint.into(),
    }
}

impl Line {
    fn of(path: &Path) -> Self {
        Self {
            file: path.display().to_string(),
            sha256: None,
            report: None,
            format: None,
            occurrences: Occurrences::default(),
            cases_opened: vec![],
            cases_attached: vec![],
            set_aside: None,
            ignored: vec![],
            error: None,
        }
    }

    fn taken(&mut self, kept: &Kept) {
        self.sha256 = kept.taken.proof.as_ref().map(|p| hex::encode(p.sha256));
        self.report = Some(kept.number.clone());
        self.format = Some(kept.format);
    }

    fn read(&mut self, reading: Reading) {
        let Counts {
            new,
            again,
            suppressed,
            no_longer_reported,
        } = reading.counts;
        self.occurrences = Occurrences {
            new,
            again,
            suppressed,
            no_longer_reported,
        };
        self.cases_opened = reading.opened;
        self.cases_attached = reading.attached;
        self.set_aside = reading.set_aside.map(|(code, why)| SetAside { code, why });
        self.ignored = reading
            .ignored
            .into_iter()
            .map(|(what, why)| Ignored { what, why })
            .collect();
        self.error = reading.unreadable.map(|u| Error {
            code: u.code,
            message: u.message,
            hint: u.hint,
        });
    }
}

/// A short table, then a sentence for each file that needs one.
fn people_read(lines: &[Line]) -> anyhow::Result<()> {
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|l| {
            let o = &l.occurrences;
            let counts =
                [o.new, o.again, o.suppressed, o.no_longer_reported].map(|n| n.to_string());
            let cases = format!(
                "{} opened, {} attached",
                l.cases_opened.len(),
                l.cases_attached.len()
            );
            let words = [
                l.report.clone().unwrap_or_else(|| "-".into()),
                l.format.unwrap_or("-").to_owned(),
            ];
            words
                .into_iter()
                .chain(counts)
                .chain([cases, l.file.clone()])
                .collect()
        })
        .collect();
    output::table(
        &[
            "REPORT",
            "FORMAT",
            "NEW",
            "AGAIN",
            "SUPPRESSED",
            "GONE",
            "CASES",
            "FILE",
        ],
        &rows,
    )?;
    for l in lines {
        if let Some(aside) = &l.set_aside {
            println!("{}: set aside ({}). {}", l.file, aside.code, aside.why);
        }
        if !l.ignored.is_empty() {
            println!(
                "{}: {} things were left out; --json lists each with its reason.",
                l.file,
                l.ignored.len()
            );
        }
        if l.occurrences.no_longer_reported > 0 {
            println!(
                "{}: {} places of the tool's last run are no longer reported. Their cases stay open until a person closes them.",
                l.file, l.occurrences.no_longer_reported
            );
        }
        if let Some(error) = &l.error {
            eprintln!("{}: {}\nhint: {}", l.file, error.message, error.hint);
        }
    }
    Ok(())
}
