//! `/desk/case/{number}/{act}`: the form of any act on a case.

use super::{Asked, CaseAct, case_acts};
use crate::access::{SignatureCheck, Worker};
use crate::web::components::{FieldError, Tone, button, error_summary, hidden, note};
use crate::web::desk::form::{Question, Typed, problems, questions};
use crate::web::desk::frame::{Answer, Ctx, Failure, Look, see_other};
use crate::web::desk::model::{CaseFile, PersonLine, ProductLine};
use crate::web::desk::needs::Trouble;
use crate::web::desk::words::meaning_words;
use crate::web::layout::Page;
use axum::extract::Path;
use maud::{Markup, html};
use vulnerary_case::Refusal;
use vulnerary_case::case::event::Meaning;
use vulnerary_case::id::CaseId;

/// What surrounds the form: where it belongs, and the version seen.
#[derive(Debug)]
pub struct About<'a> {
    /// Where the case or report is.
    pub home: String,
    /// Its number.
    pub number: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its version, which the form carries.
    pub version: u64,
}

/// The words of an act's form.
#[derive(Clone, Copy, Debug)]
pub struct ActWords {
    /// Part of the address.
    pub slug: &'static str,
    /// Title.
    pub title: &'static str,
    /// What you decide.
    pub decide: &'static str,
    /// What will follow.
    pub follows: &'static [&'static str],
    /// The button.
    pub button: &'static str,
    /// Cannot be undone.
    pub grave: bool,
    /// What the signature means.
    pub signed: Option<Meaning>,
}

impl<T, C> From<&super::ActSpec<T, C>> for ActWords {
    fn from(s: &super::ActSpec<T, C>) -> Self {
        Self {
            slug: s.slug,
            title: s.title,
            decide: s.decide,
            follows: s.follows,
            button: s.button,
            grave: s.grave,
            signed: s.signed,
        }
    }
}

/// The form of an act: what you decide, its questions, what will follow.
pub fn view(
    about: &About<'_>,
    act: ActWords,
    asked: &[Question],
    typed: Option<&Typed>,
    errors: &[FieldError],
    changed: Option<&str>,
) -> Markup {
    html! {
        (error_summary(errors))
        @if let Some(refusal) = changed { (note(Tone::Alarm, html! { h2 { "This was not done" } p { (refusal) } })) }
        p.kicker { a href=(about.home) { code { (about.number) } } " " (about.title) }
        h1 { (act.title) }
        p.lede { (act.decide) }
        form method="post" action={ (about.home) "/" (act.slug) } {
            (hidden("seen", &about.version.to_string()))
            (questions(asked, typed, errors))
            @if let Some(meaning) = act.signed { (signature(meaning, errors)) }
            @if !act.follows.is_empty() {
                h2 { "What will follow" }
                ul { @for line in act.follows { li { (line) } } }
            }
            div.actions {
                @if act.grave { button.grave type="submit" { (act.button) } } @else { (button(act.button)) }
                a href=(about.home) { "Back without doing it" }
            }
        }
    }
}

/// Fresh password and code, with what the signature means (21 CFR 11.50, 11.200).
pub fn signature(meaning: Meaning, errors: &[FieldError]) -> Markup {
    use crate::web::components::field;
    html! {
        h2 { "Your signature" }
        p { "By signing you say: " b { "“" (meaning_words(meaning)) "”" } }
        p.soft { "Your name, the time and these words are filed with it, for good." }
        (field("password", "Your password").kind("password").autocomplete("current-password").error(FieldError::find(errors, "password")))
        (field("code", "Code from your app").hint("Six digits. Wait for a new code if you have just used one.").inputmode("numeric").autocomplete("one-time-code").short().error(FieldError::find(errors, "code")))
    }
}

/// What the forms of acts need to read first.
struct Loaded {
    case: CaseFile,
    people: Vec<PersonLine>,
    products: Vec<ProductLine>,
    found: Vec<(String, CaseId)>,
}

impl Loaded {
    async fn read(worker: &Worker, number: &str, typed: Option<&Typed>) -> Result<Self, Failure> {
        let case = worker.case(number).await?.ok_or(Failure::NotFound)?;
        let found = match typed {
            Some(typed) => named_cases(worker, typed, &["root"]).await?,
            None => vec![],
        };
        Ok(Self {
            case,
            people: worker.people().await?,
            products: worker.products().await?,
            found,
        })
    }

    fn asked<'a>(&'a self, worker: &Worker, look: &'a Look) -> Asked<'a, CaseFile> {
        Asked {
            about: &self.case,
            people: &self.people,
            products: &self.products,
            look,
            fresh: worker.new_uuid(),
            found: &self.found,
        }
    }

    fn about(&self) -> About<'_> {
        About {
            home: format!("/desk/case/{}", self.case.number),
            number: &self.case.number,
            title: &self.case.title,
            version: self.case.version,
        }
    }
}

/// Cases that the fields named by `fields` name by their number, where this person may see them.
pub async fn named_cases(
    worker: &Worker,
    typed: &Typed,
    fields: &[&str],
) -> Result<Vec<(String, CaseId)>, Failure> {
    let mut found = Vec::new();
    for field in fields {
        let number = typed.get(field).to_uppercase();
        if !number.is_empty()
            && let Some(case) = worker.case(&number).await?
        {
            found.push((number, case.id));
        }
    }
    Ok(found)
}

fn act_named(slug: &str) -> Result<&'static CaseAct, Failure> {
    case_acts()
        .find(|act| act.slug == slug)
        .ok_or(Failure::NotFound)
}

/// The empty form.
pub async fn get(worker: Worker, Path((number, slug)): Path<(String, String)>) -> Answer {
    let act = act_named(&slug)?;
    let loaded = Loaded::read(&worker, &number, None).await?;
    let ctx = Ctx::of(worker.signed()).await?;
    let asked = (act.questions)(&loaded.asked(&worker, &ctx.look));
    Ok(ctx.show(Page::new(
        act.title,
        view(&loaded.about(), act.into(), &asked, None, &[], None),
    )))
}

/// The act, or the form again with everything typed.
pub async fn post(
    worker: Worker,
    Path((number, slug)): Path<(String, String)>,
    typed: Typed,
) -> Answer {
    let act = act_named(&slug)?;
    let loaded = Loaded::read(&worker, &number, Some(&typed)).await?;
    let ctx = Ctx::of(worker.signed()).await?;
    let asked = loaded.asked(&worker, &ctx.look);
    let list = (act.questions)(&asked);
    let again = |errors: &[FieldError], refusal: Option<&str>| {
        ctx.show_errors(Page::new(
            act.title,
            view(
                &loaded.about(),
                act.into(),
                &list,
                Some(&typed),
                errors,
                refusal,
            ),
        ))
    };
    let mut errors = problems(&list, &typed);
    if !errors.is_empty() {
        return Ok(again(&errors, None));
    }
    let wish = match (act.wish)(&asked, &typed) {
        Ok(wish) => wish,
        Err(error) => return Ok(again(&[error], None)),
    };
    let (case, seen) = (loaded.case.id, typed.seen());
    let done = if act.signed.is_some() {
        match worker
            .sign(typed.raw("password"), typed.get("code"))
            .await?
        {
            SignatureCheck::Right(signer) => {
                signer.on_case(case, seen, wish.texts, wish.make).await
            }
            SignatureCheck::Wrong => return Ok(again(&[wrong_signature()], None)),
        }
    } else {
        worker.on_case(case, seen, wish.texts, wish.make).await
    };
    match done {
        Ok(done) => Ok(see_other(&done.opened.map_or_else(
            || loaded.about().home,
            |new| format!("/desk/case/{new}"),
        ))),
        Err(trouble) => {
            let refusal = refusal_of(trouble, &mut errors)?;
            Ok(again(&errors, refusal.as_deref()))
        }
    }
}

/// The one message for a wrong password and for a wrong code: it does not tell which.
pub fn wrong_signature() -> FieldError {
    FieldError::new(
        "password",
        "Password or code is not right. Type both again; each code works once.",
    )
}

/// A refusal of the core, at its field where it names one; any other trouble goes on.
///
/// # Errors
/// What is not a refusal.
pub fn refusal_of(
    trouble: Trouble,
    errors: &mut Vec<FieldError>,
) -> Result<Option<String>, Failure> {
    match trouble {
        Trouble::Refused(Refusal::NotFound) => Err(Failure::NotFound),
        Trouble::Refused(Refusal::Field { field, why }) => {
            errors.push(FieldError::new(field, why));
            Ok(None)
        }
        Trouble::Refused(refusal) => Ok(Some(refusal.to_string())),
        other => Err(other.into()),
    }
}
