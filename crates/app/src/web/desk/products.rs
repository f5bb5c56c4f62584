//! `/desk/products`: products and their releases, as the maker writes them.

use super::acts::case_form::refusal_of;
use super::form::{How, Question, Typed, ask, choices, date, problems, questions};
use super::frame::{Answer, Ctx, Failure, Look, see_other};
use super::model::ProductLine;
use super::words::{CLASSES, chosen, count_words, word_of};
use crate::access::Administrator;
use crate::web::components::{
    FieldError, Tone, button, column, details, empty, error_summary, hidden, note, quiet_button,
    table,
};
use crate::web::layout::Page;
use crate::web::when::When;
use axum::extract::Path;
use maud::{Markup, Render, html};
use uuid::Uuid;
use vulnerary_case::act::ProductCommand;
use vulnerary_case::id::{ProductId, ReleaseId};

fn asked() -> Vec<Question> {
    vec![
        ask("name", "Name of the product", How::Line)
            .hint("As it is known outside, for example “IS-200 gateway”."),
    ]
}

fn asked_release() -> Vec<Question> {
    vec![
        ask("version", "Version or range", How::Line).hint("For example 4.1, or 3.x."),
        ask(
            "class",
            "Support class (IEC 81001-5-1 4.3)",
            How::Select(choices(CLASSES)),
        )
        .optional(),
        ask("shipped", "Shipped on", How::Date)
            .hint("Leave it empty if it is not shipped yet.")
            .optional(),
    ]
}

fn refused(refusal: Option<&str>) -> Markup {
    html! { @if let Some(refusal) = refusal { (note(Tone::Alarm, html! { h2 { "This was not done" } p { (refusal) } })) } }
}

/// All products, and the form to add one.
pub fn view(
    products: &[ProductLine],
    typed: Option<&Typed>,
    errors: &[FieldError],
    refusal: Option<&str>,
) -> Markup {
    let rows = products.iter().map(|p| {
        vec![
            html! { a href={ "/desk/products/" (p.id) } { (p.name) } },
            html! { (p.releases.iter().take(5).map(|r| r.version.as_str()).collect::<Vec<_>>().join(", ")) },
            html! { (p.open_cases) },
        ]
    });
    html! {
        (error_summary(errors))
        (refused(refusal))
        p.kicker { a href="/desk/settings" { "Settings" } }
        h1 { "Products and releases" }
        @if products.is_empty() { (empty(html! { p { "No product yet. Add the ones you ship: a case’s status table lists the releases of its product." } })) }
        @else { (table("products", "Products", [column("Product").bare(), column("Releases"), column("Open cases").number()]).quiet_caption().rows(rows).render()) }
        h2 { "Add a product" }
        form method="post" action="/desk/products" { (questions(&asked(), typed, errors)) div.actions { (button("Add the product")) } }
    }
}

/// One product with its releases.
pub fn one_view(
    look: &Look,
    product: &ProductLine,
    typed: Option<&Typed>,
    errors: &[FieldError],
    refusal: Option<&str>,
) -> Markup {
    let action = format!("/desk/products/{}", product.id);
    let day = |at: Option<jiff::Timestamp>| html! { @if let Some(at) = at { (When::day(at, &look.zone)) } };
    let step = |what: &str, label: &str, release: ReleaseId| html! { form method="post" action=(action) { (hidden("do", what)) (hidden("release", &release.to_string())) (quiet_button(label)) } };
    let rows = product.releases.iter().map(|r| {
        vec![
            html! { (r.version) },
            html! { (r.class.map_or("", |c| word_of(CLASSES, &c))) },
            html! { @if r.shipped.is_some() { (day(r.shipped)) } @else { (step("ship", "It is shipped", r.id)) } },
            html! { @if r.ended.is_some() { (day(r.ended)) } @else if r.shipped.is_some() { (step("end", "Support has ended", r.id)) } },
        ]
    });
    html! {
        (error_summary(errors))
        (refused(refusal))
        p.kicker { a href="/desk/products" { "Products and releases" } }
        h1 { (product.name) }
        p.lede { (count_words(product.open_cases, "open case")) ". " a href={ "/desk?product=" (product.id) } { "See them" } }
        @if product.releases.is_empty() { (empty(html! { p { "No release yet. Add those in the field and those to come." } })) }
        @else { (table("releases", "Releases", [column("Release").bare(), column("Class"), column("Shipped"), column("Support ended")]).quiet_caption().rows(rows).render()) }
        h2 { "Add a release" }
        form method="post" action=(action) { (hidden("do", "release")) (questions(&asked_release(), typed, errors)) div.actions { (button("Add the release")) } }
        (details("Give it another name", html! {
            form method="post" action=(action) { (hidden("do", "rename")) (questions(&[ask("name", "Name", How::Line).value(&product.name)], None, &[])) div.actions { (quiet_button("Rename it")) } }
        }))
    }
}

/// All products.
pub async fn get(administrator: Administrator) -> Answer {
    let products = administrator.products().await?;
    Ok(Ctx::of(administrator.signed())
        .await?
        .show(Page::new("Products", view(&products, None, &[], None)).current("/desk/settings")))
}

/// Adds one.
pub async fn post(administrator: Administrator, typed: Typed) -> Answer {
    let products = administrator.products().await?;
    let ctx = Ctx::of(administrator.signed()).await?;
    let mut errors = problems(&asked(), &typed);
    let name = typed.get("name").to_owned();
    if products.iter().any(|p| p.name.eq_ignore_ascii_case(&name)) {
        errors.push(FieldError::new(
            "name",
            "There is a product with this name already.",
        ));
    }
    let mut refusal = None;
    if errors.is_empty() {
        let product = ProductId(administrator.new_uuid());
        match administrator
            .on_product(product, ProductCommand::Add { name })
            .await
        {
            Ok(_) => return Ok(see_other(&format!("/desk/products/{product}"))),
            Err(trouble) => refusal = refusal_of(trouble, &mut errors)?,
        }
    }
    Ok(ctx.show_errors(Page::new(
        "Products",
        view(&products, Some(&typed), &errors, refusal.as_deref()),
    )))
}

async fn find(administrator: &Administrator, id: &str) -> Result<ProductLine, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::NotFound)?;
    let products = administrator.products().await?;
    products
        .into_iter()
        .find(|p| p.id.0 == id)
        .ok_or(Failure::NotFound)
}

/// One product.
pub async fn get_one(administrator: Administrator, Path(id): Path<String>) -> Answer {
    let product = find(&administrator, &id).await?;
    let ctx = Ctx::of(administrator.signed()).await?;
    Ok(ctx.show(
        Page::new(
            product.name.clone(),
            one_view(&ctx.look, &product, None, &[], None),
        )
        .current("/desk/settings"),
    ))
}

/// A release, a new name, shipped, ended.
pub async fn post_one(
    administrator: Administrator,
    Path(id): Path<String>,
    typed: Typed,
) -> Answer {
    let product = find(&administrator, &id).await?;
    let ctx = Ctx::of(administrator.signed()).await?;
    let mut errors = Vec::new();
    let mut refusal = None;
    for wish in wishes(&administrator, &ctx.look, &typed, &mut errors) {
        if let Err(trouble) = administrator.on_product(product.id, wish).await {
            refusal = refusal_of(trouble, &mut errors)?;
            break;
        }
    }
    if errors.is_empty() && refusal.is_none() {
        return Ok(see_other(&format!("/desk/products/{}", product.id)));
    }
    let main = one_view(
        &ctx.look,
        &product,
        Some(&typed),
        &errors,
        refusal.as_deref(),
    );
    Ok(ctx.show_errors(Page::new(product.name.clone(), main)))
}

fn wishes(
    administrator: &Administrator,
    look: &Look,
    typed: &Typed,
    errors: &mut Vec<FieldError>,
) -> Vec<ProductCommand> {
    let release = Uuid::parse_str(typed.get("release")).ok().map(ReleaseId);
    match (typed.get("do"), release) {
        ("rename", _) if !typed.get("name").is_empty() => vec![ProductCommand::Rename {
            name: typed.get("name").to_owned(),
        }],
        ("ship", Some(release)) => vec![ProductCommand::ShipRelease {
            release,
            happened_at: None,
        }],
        ("end", Some(release)) => vec![ProductCommand::EndRelease {
            release,
            happened_at: None,
        }],
        ("release", _) => {
            errors.extend(problems(&asked_release(), typed));
            if !errors.is_empty() {
                return vec![];
            }
            let release = ReleaseId(administrator.new_uuid());
            let add = ProductCommand::AddRelease {
                release,
                version: typed.get("version").to_owned(),
                class: chosen(CLASSES, typed.get("class")),
            };
            let shipped =
                date(typed.get("shipped"), &look.zone).map(|at| ProductCommand::ShipRelease {
                    release,
                    happened_at: Some(at),
                });
            std::iter::once(add).chain(shipped).collect()
        }
        _ => {
            errors.push(FieldError::new(
                "version",
                "Nothing was chosen. Use one of the forms below.",
            ));
            vec![]
        }
    }
}
