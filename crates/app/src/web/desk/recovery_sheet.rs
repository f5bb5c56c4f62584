//! `/desk/recovery-sheet`: the master key on paper. The desk insists until somebody confirms that it is in a safe place.

use super::acts::case_form::refusal_of;
use super::form::Typed;
use super::frame::{Answer, Ctx, see_other};
use crate::access::Administrator;
use crate::web::components::{FieldError, Tone, button, checkbox, error_summary, note};
use crate::web::layout::Page;
use maud::{Markup, html};
use vulnerary_case::act::OrgCommand;

/// The sheet, to print, and the form to confirm it.
pub fn view(sheet: Option<&str>, confirmed: bool, errors: &[FieldError]) -> Markup {
    html! {
        (error_summary(errors))
        p.kicker.noprint { a href="/desk/settings" { "Settings" } }
        h1 { "Recovery sheet" }
        p.lede { "The master key opens everything that is sealed: reports, files, names, rationales. It is not in any backup. If the server and this sheet are both lost, no backup can be read by anybody." }
        @match sheet {
            Some(sheet) => { pre.quote { (sheet) } p.noprint { "Print this page, or write the key down by hand and let somebody else compare it." } }
            None => (note(Tone::Plain, html! { p { "The key is not kept in this data directory but where the server’s operator put it (" code { "--master-key-file" } " or a system credential). Ask them for the sheet." } })),
        }
        @if confirmed {
            (note(Tone::Good, html! { p { "Somebody confirmed that the sheet is in a safe place." } }))
        } @else {
            form method="post" action="/desk/recovery-sheet" {
                (checkbox("safe", "yes", "The recovery sheet is on paper, in a safe place away from this server").error(FieldError::find(errors, "safe")))
                div.actions { (button("Confirm it")) }
            }
        }
    }
}

/// The page. The key is shown only until it is confirmed.
pub async fn get(administrator: Administrator) -> Answer {
    let ctx = Ctx::of(administrator.signed()).await?;
    Ok(ctx.show(page(&administrator, &ctx, &[])))
}

fn page(administrator: &Administrator, ctx: &Ctx, errors: &[FieldError]) -> Page {
    let confirmed = ctx.around.recovery_sheet_confirmed;
    let sheet = administrator
        .signed()
        .needs()
        .settings()
        .recovery_sheet
        .as_deref()
        .filter(|_| !confirmed);
    let sheet = if confirmed {
        Some(
            "It was shown until it was confirmed. On the server, the key is in the file that the configuration names.",
        )
    } else {
        sheet
    };
    Page::new("Recovery sheet", view(sheet, confirmed, errors)).current("/desk/settings")
}

/// Confirms it.
pub async fn post(administrator: Administrator, typed: Typed) -> Answer {
    let ctx = Ctx::of(administrator.signed()).await?;
    if typed.get("safe") != "yes" {
        let error = FieldError::new("safe", "Tick this when the sheet is in a safe place.");
        return Ok(ctx.show_errors(page(&administrator, &ctx, &[error])));
    }
    let make =
        Box::new(|_: &[vulnerary_case::object::ObjectRef]| Some(OrgCommand::ConfirmRecoverySheet));
    match administrator.on_organisation(vec![], make).await {
        Ok(_) => Ok(see_other("/desk/settings")),
        Err(trouble) => {
            let mut errors = Vec::new();
            let refusal = refusal_of(trouble, &mut errors)?;
            errors.extend(refusal.map(|r| FieldError::new("safe", r)));
            Ok(ctx.show_errors(page(&administrator, &ctx, &errors)))
        }
    }
}
