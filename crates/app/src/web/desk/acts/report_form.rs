//! `/desk/report/{number}/{act}`: the form of any act on a report.

use super::case_form::{About, named_cases, refusal_of, view};
use super::{Asked, ReportAct, report_acts};
use crate::access::Worker;
use crate::web::components::FieldError;
use crate::web::desk::form::{Typed, problems};
use crate::web::desk::frame::{Answer, Ctx, Failure, see_other};
use crate::web::desk::model::ReportFile;
use crate::web::layout::Page;
use axum::extract::Path;

fn act_named(slug: &str) -> Result<&'static ReportAct, Failure> {
    report_acts()
        .find(|act| act.slug == slug)
        .ok_or(Failure::NotFound)
}

fn about(report: &ReportFile) -> About<'_> {
    let title = report
        .cases
        .first()
        .map_or("", |(_, _, title)| title.as_str());
    About {
        home: format!("/desk/report/{}", report.number),
        number: &report.number,
        title,
        version: report.version,
    }
}

/// The empty form.
pub async fn get(worker: Worker, Path((number, slug)): Path<(String, String)>) -> Answer {
    let act = act_named(&slug)?;
    let report = worker.report(&number).await?.ok_or(Failure::NotFound)?;
    let products = worker.products().await?;
    let ctx = Ctx::of(worker.signed()).await?;
    let asked = Asked {
        about: &report,
        people: &[],
        products: &products,
        look: &ctx.look,
        fresh: worker.new_uuid(),
        found: &[],
    };
    let list = (act.questions)(&asked);
    Ok(ctx.show(Page::new(
        act.title,
        view(&about(&report), act.into(), &list, None, &[], None),
    )))
}

/// The act, or the form again with everything typed.
pub async fn post(
    worker: Worker,
    Path((number, slug)): Path<(String, String)>,
    typed: Typed,
) -> Answer {
    let act = act_named(&slug)?;
    let report = worker.report(&number).await?.ok_or(Failure::NotFound)?;
    let products = worker.products().await?;
    let found = named_cases(&worker, &typed, &["case"]).await?;
    let ctx = Ctx::of(worker.signed()).await?;
    let asked = Asked {
        about: &report,
        people: &[],
        products: &products,
        look: &ctx.look,
        fresh: worker.new_uuid(),
        found: &found,
    };
    let list = (act.questions)(&asked);
    let again = |errors: &[FieldError], refusal: Option<&str>| {
        ctx.show_errors(Page::new(
            act.title,
            view(
                &about(&report),
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
    match worker
        .on_report(report.id, typed.seen(), wish.texts, wish.make)
        .await
    {
        Ok(done) => Ok(see_other(&done.opened.map_or_else(
            || about(&report).home,
            |new| format!("/desk/case/{new}"),
        ))),
        Err(trouble) => {
            let refusal = refusal_of(trouble, &mut errors)?;
            Ok(again(&errors, refusal.as_deref()))
        }
    }
}
