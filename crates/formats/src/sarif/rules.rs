//! A run's own data: tool, rules, bases, artifacts, taxonomies.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::location::{self, Places};
use super::message::{self, Strings};
use super::model::{
    Artifact, ArtifactLocation, AutomationDetails, Component, ComponentRef, Descriptor,
    DescriptorRef, Invocation, LogicalLocation, Text, Tool, VersionControl, whole,
};
use super::properties::{Bag, bag, names_vulnerability};
use super::structure::RunParts;
use super::{Limits, SarifError, tolerant};
use crate::ignored::IgnoredList;
use crate::text::{IdentifierKind, excerpt, find_identifiers};
use crate::{Level, Results, Rule, Run};

/// What the results of a run refer to.
pub(super) struct Context {
    pub run: Run,
    pub places: Places,
    /// Beside `run.rules`.
    pub details: Vec<Details>,
    by_id: HashMap<Arc<str>, usize>,
    components: Vec<Part>,
    taxonomies: Vec<Part>,
    taxa: Vec<Vec<String>>,
}

/// What a rule says beyond [`Rule`].
pub(super) struct Details {
    pub strings: Strings,
    pub global: Arc<Strings>,
    pub bag: Bag,
}

/// A tool component: which rules are its own.
struct Part {
    name: String,
    guid: String,
    start: usize,
    count: usize,
}

/// Reads everything of a run but its results.
pub(super) fn context(
    parts: &RunParts<'_>,
    limits: &Limits,
    ignored: &mut IgnoredList,
) -> Result<Context, SarifError> {
    let mut reader = Reader {
        parts,
        limits,
        ignored,
    };
    let mut context = Context {
        run: reader.run(),
        places: reader.places(),
        details: Vec::new(),
        by_id: HashMap::new(),
        components: Vec::new(),
        taxonomies: Vec::new(),
        taxa: Vec::new(),
    };
    reader.taxonomies(&mut context);
    reader.tool(&mut context)?;
    Ok(context)
}

struct Reader<'s, 'a> {
    parts: &'s RunParts<'a>,
    limits: &'s Limits,
    ignored: &'s mut IgnoredList,
}

/// The element as text that its model takes: itself, or a copy without what is bad.
pub(super) fn sound_as<'t, T: Deserialize<'t>>(
    raw: &'t str,
    accepts: &dyn Fn(&str) -> Result<(), serde_json::Error>,
    path: &str,
    ignored: &mut IgnoredList,
    copy: &'t mut String,
) -> Option<T> {
    if let Ok(value) = serde_json::from_str(raw) {
        return Some(value);
    }
    let (kept, dropped) = tolerant::repair(raw, accepts);
    for (below, why) in dropped {
        ignored.push(format!("{path}{below}"), why);
    }
    *copy = kept?;
    serde_json::from_str(copy).ok()
}

/// [`sound_as`] for a model by name.
macro_rules! sound {
    ($model:ty, $raw:expr, $path:expr, $ignored:expr, $copy:expr) => {
        $crate::sarif::rules::sound_as::<$model>(
            $raw,
            &|text| serde_json::from_str::<$model>(text).map(drop),
            $path,
            $ignored,
            $copy,
        )
    };
}
pub(super) use sound;

impl<'a> Reader<'_, 'a> {
    fn path(&self, part: &str) -> String {
        format!("runs[{}].{part}", self.parts.index)
    }

    fn run(&mut self) -> Run {
        let max = self.limits.max_text;
        let short = |text: &Option<Text<'_>>| {
            let text = text
                .as_ref()
                .map(Text::as_str)
                .filter(|text| !text.trim().is_empty());
            text.map(|text| excerpt(text, max).into_owned())
        };
        let mut run = Run {
            index: self.parts.index,
            tool: "(unnamed tool)".into(),
            version: None,
            category: None,
            automation_id: None,
            repository: None,
            branch: None,
            commit: None,
            results: match &self.parts.results {
                None => Results::NotRun,
                Some(list) => Results::Listed(list.len() as u64),
            },
            successful: None,
            rules: Vec::new(),
        };
        let mut copy = String::new();
        if let Some(raw) = self.parts.part("automationDetails") {
            let path = self.path("automationDetails");
            let found = sound!(AutomationDetails<'_>, raw, &path, self.ignored, &mut copy);
            run.automation_id = found.and_then(|details| short(&details.id));
            let category = run
                .automation_id
                .as_deref()
                .and_then(|id| id.rsplit_once('/'));
            run.category = category.map(|(category, _)| category.to_owned());
        }
        if let Some(raw) = self.first("versionControlProvenance") {
            let path = self.path("versionControlProvenance[0]");
            let mut copy = String::new();
            if let Some(vcs) = sound!(VersionControl<'_>, raw, &path, self.ignored, &mut copy) {
                run.repository = short(&vcs.repository_uri);
                run.branch = short(&vcs.branch);
                run.commit = short(&vcs.revision_id);
            }
        }
        for raw in self.list("invocations").into_iter().take(1_000) {
            let invocation: Invocation = serde_json::from_str(raw.get()).unwrap_or_default();
            let Some(ok) = invocation.execution_successful else {
                continue;
            };
            run.successful = Some(ok && run.successful != Some(false));
        }
        run
    }

    /// The elements of a part that is an array; one that is not is named.
    fn list(&mut self, part: &str) -> Vec<&'a RawValue> {
        let Some(raw) = self.parts.part(part) else {
            return Vec::new();
        };
        serde_json::from_str(raw).unwrap_or_else(|_| {
            self.ignored.push(self.path(part), "expected an array");
            Vec::new()
        })
    }

    fn first(&mut self, part: &str) -> Option<&'a str> {
        self.list(part).first().map(|raw| raw.get())
    }

    fn places(&mut self) -> Places {
        let mut places = Places::default();
        if let Some(raw) = self.parts.part("originalUriBaseIds") {
            type Bases<'b> = BTreeMap<Text<'b>, ArtifactLocation<'b>>;
            match serde_json::from_str::<Bases<'_>>(raw) {
                Ok(bases) => places.bases = location::bases(&bases),
                Err(_) => self
                    .ignored
                    .push(self.path("originalUriBaseIds"), "not understood"),
            }
        }
        for raw in self.list("artifacts") {
            let artifact: Artifact<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
            let text = |text: Text<'_>| excerpt(text.as_str(), 4_000).into_owned();
            places.artifacts.push(
                artifact.location.and_then(|location| {
                    Some((text(location.uri?), location.uri_base_id.map(text)))
                }),
            );
        }
        for raw in self.list("logicalLocations") {
            let found: LogicalLocation<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
            places.logical.push(location::logical_name(&found));
        }
        let external = self.parts.part("externalPropertyFileReferences");
        if external.is_some_and(|raw| raw.contains("\"results\"")) {
            let why = "results in other files are not opened; send those files too";
            self.ignored
                .push(self.path("externalPropertyFileReferences.results"), why);
        }
        places
    }

    fn taxonomies(&mut self, context: &mut Context) {
        for (at, raw) in self.list("taxonomies").into_iter().take(100).enumerate() {
            let path = self.path(&format!("taxonomies[{at}]"));
            let mut copy = String::new();
            let component = sound!(Component<'_>, raw.get(), &path, self.ignored, &mut copy);
            let component = component.unwrap_or_default();
            context.taxonomies.push(part(&component, 0));
            let id = |raw: &&RawValue| {
                let found: Descriptor<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
                found
                    .id
                    .map(|id| excerpt(id.as_str(), 100).into_owned())
                    .unwrap_or_default()
            };
            context.taxa.push(
                component
                    .taxa
                    .iter()
                    .flatten()
                    .take(10_000)
                    .map(id)
                    .collect(),
            );
        }
    }

    fn tool(&mut self, context: &mut Context) -> Result<(), SarifError> {
        let Some(raw) = self.parts.part("tool") else {
            self.ignored
                .push(self.path("tool"), "the run does not name its tool");
            return Ok(());
        };
        let path = self.path("tool");
        let mut copy = String::new();
        let Some(tool) = sound!(Tool<'_>, raw, &path, self.ignored, &mut copy) else {
            return Ok(());
        };
        let driver = tool.driver.unwrap_or_default();
        match driver
            .name
            .as_ref()
            .map(Text::as_str)
            .filter(|name| !name.trim().is_empty())
        {
            Some(name) => context.run.tool = excerpt(name, self.limits.max_text).into(),
            None => self
                .ignored
                .push(self.path("tool.driver.name"), "the tool has no name"),
        }
        let version = driver.semantic_version.as_ref().or(driver.version.as_ref());
        context.run.version = version.map(|v| excerpt(v.as_str(), 100).into_owned());
        self.component(&driver, "driver", context)?;
        for (at, extension) in tool.extensions.unwrap_or_default().iter().enumerate() {
            self.component(extension, &format!("extensions[{at}]"), context)?;
        }
        Ok(())
    }

    fn component(
        &mut self,
        component: &Component<'_>,
        name: &str,
        context: &mut Context,
    ) -> Result<(), SarifError> {
        let limits = self.limits;
        let global = message::strings(component.global_message_strings.as_ref(), limits.max_text);
        let global = Arc::new(global);
        context
            .components
            .push(part(component, context.run.rules.len()));
        for (at, raw) in component.rules.iter().flatten().enumerate() {
            if context.run.rules.len() >= limits.max_rules {
                return Err(SarifError::TooMany {
                    what: "rules in a run",
                    max: limits.max_rules,
                });
            }
            let path = self.path(&format!("tool.{name}.rules[{at}]"));
            let mut copy = String::new();
            // A rule that cannot be read keeps its place: results refer to it by number.
            let rule = sound!(Descriptor<'_>, raw.get(), &path, self.ignored, &mut copy);
            let rule = rule.unwrap_or_default();
            context.add_rule(&rule, Arc::clone(&global), limits);
        }
        Ok(())
    }
}

fn part(component: &Component<'_>, start: usize) -> Part {
    let text = |text: &Option<Text<'_>>| {
        text.as_ref().map_or(String::new(), |text| {
            excerpt(text.as_str(), 200).into_owned()
        })
    };
    Part {
        name: text(&component.name),
        guid: text(&component.guid),
        start,
        count: component.rules.as_ref().map_or(0, Vec::len),
    }
}

/// The level a text names.
pub(super) fn level(text: &str) -> Option<Level> {
    Some(match text {
        "none" => Level::None,
        "note" => Level::Note,
        "warning" => Level::Warning,
        "error" => Level::Error,
        _ => return None,
    })
}

impl Context {
    fn add_rule(&mut self, model: &Descriptor<'_>, global: Arc<Strings>, limits: &Limits) {
        let max = limits.max_text;
        let short = |text: &str| excerpt(text.trim(), max).into_owned();
        let name = model
            .name
            .as_ref()
            .map(Text::as_str)
            .filter(|name| !name.trim().is_empty());
        let brief = model.short_description.as_ref().and_then(message::plain);
        let full = model.full_description.as_ref().and_then(message::plain);
        let id: Arc<str> = model.id.as_ref().map_or("", Text::as_str).into();
        let bag = bag(model.properties.map(RawValue::get), limits.max_identifiers);
        let mut found = find_identifiers(&id, limits.max_identifiers);
        found.extend(find_identifiers(
            name.unwrap_or_default(),
            limits.max_identifiers,
        ));
        found.extend(bag.in_tags.iter().chain(&bag.in_values).cloned());
        let mut cwe: Vec<String> = Vec::new();
        let mut identifiers: Vec<String> = Vec::new();
        for identifier in found {
            match identifier.kind {
                IdentifierKind::Cwe => push(&mut cwe, identifier.text, limits),
                _ if names_vulnerability(&identifier) => {
                    push(&mut identifiers, identifier.text, limits);
                }
                _ => {}
            }
        }
        for relationship in model.relationships.iter().flatten().take(200) {
            let weakness = relationship
                .target
                .as_ref()
                .and_then(|target| self.weakness(target));
            weakness
                .into_iter()
                .for_each(|weakness| push(&mut cwe, weakness, limits));
        }
        let stated = model
            .default_configuration
            .as_ref()
            .and_then(|c| c.level.as_ref());
        let deprecated = model.deprecated_ids.iter().flatten().take(20);
        let rule = Rule {
            id: Arc::clone(&id),
            name: name.or(brief).map(|text| short(text).into()),
            description: brief.or(full).map(short),
            help_uri: model.help_uri.as_ref().map(|uri| short(uri.as_str())),
            deprecated_ids: deprecated.map(|id| short(id.as_str())).collect(),
            level: stated.and_then(|text| level(text.as_str())),
            score_tenths: bag.score_tenths,
            cwe,
            identifiers,
        };
        let at = self.run.rules.len();
        if !id.is_empty() {
            self.by_id.entry(id).or_insert(at);
        }
        for former in &rule.deprecated_ids {
            self.by_id.entry(former.as_str().into()).or_insert(at);
        }
        self.run.rules.push(rule);
        let strings = message::strings(model.message_strings.as_ref(), limits.max_message);
        self.details.push(Details {
            strings,
            global,
            bag,
        });
    }

    /// `CWE-79` for a reference into a taxonomy called CWE (§3.27.8).
    pub fn weakness(&self, reference: &DescriptorRef<'_>) -> Option<String> {
        let component = reference.tool_component.as_ref();
        let taxonomy = component.and_then(|component| find(&self.taxonomies, component));
        let named = component
            .and_then(|component| component.name.as_ref())
            .map(Text::as_str);
        let name = taxonomy
            .map(|at| self.taxonomies[at].name.as_str())
            .or(named)?;
        if !name.eq_ignore_ascii_case("CWE") {
            return None;
        }
        let listed = || {
            let at = usize::try_from(whole(reference.index)?).ok()?;
            self.taxa.get(taxonomy?)?.get(at).cloned()
        };
        let id = reference
            .id
            .as_ref()
            .map(|id| id.as_str().to_owned())
            .or_else(listed)?;
        let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit());
        find_identifiers(&format!("CWE-{digits}"), 1)
            .pop()
            .map(|found| found.text)
    }

    /// The rule of a result: by id where the id is known (also a former one, also the beginning
    /// of a hierarchical one, §3.27.5), else by its place in its component.
    pub fn rule(
        &self,
        id: Option<&str>,
        index: Option<u64>,
        component: Option<&ComponentRef<'_>>,
    ) -> Option<usize> {
        let part = component.map_or(Some(0), |component| find(&self.components, component));
        let by_index = part.and_then(|at| {
            let part = self.components.get(at)?;
            let index = usize::try_from(index?)
                .ok()
                .filter(|index| *index < part.count)?;
            Some(part.start + index)
        });
        let Some(id) = id else { return by_index };
        if let Some(at) = by_index.filter(|at| is_rule_of(&self.run.rules[*at].id, id)) {
            return Some(at);
        }
        let mut prefix = id;
        loop {
            if let Some(at) = self.by_id.get(prefix) {
                return Some(*at);
            }
            prefix = prefix.rsplit_once('/')?.0;
        }
    }
}

/// Whether a result's rule id is this rule's, or hierarchically below it.
fn is_rule_of(rule: &str, id: &str) -> bool {
    id.strip_prefix(rule)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The component a reference names: by index (extensions count from 0, the driver is not among
/// them), guid or name.
fn find(parts: &[Part], reference: &ComponentRef<'_>) -> Option<usize> {
    let is = |part: &Part| {
        let guid = reference
            .guid
            .as_ref()
            .is_some_and(|g| g.as_str() == part.guid);
        let name = reference
            .name
            .as_ref()
            .is_some_and(|n| n.as_str() == part.name);
        (guid && !part.guid.is_empty()) || (name && !part.name.is_empty())
    };
    parts
        .iter()
        .position(is)
        .or_else(|| usize::try_from(whole(reference.index)?).ok())
}

/// Adds a text once, up to the limit.
pub(super) fn push(list: &mut Vec<String>, text: String, limits: &Limits) {
    if list.len() < limits.max_identifiers && !list.contains(&text) {
        list.push(text);
    }
}
