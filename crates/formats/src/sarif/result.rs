//! One element of `results` into an [`Occurrence`].

use std::sync::Arc;

use super::fingerprint::{self, Ordinals};
use super::model::{ResultModel, Text, whole};
use super::properties::{self, bag, names_vulnerability, severity, sole};
use super::rules::{self, Context, push, sound};
use super::{Options, SuppressionPolicy, message};
use crate::ignored::IgnoredList;
use crate::text::{Identifier, IdentifierKind, excerpt, find_identifiers};
use crate::{Baseline, Kind, Level, Occurrence};

/// Reads results of one run.
pub(super) struct Reader<'s> {
    pub context: &'s Context,
    pub options: &'s Options,
    pub ordinals: &'s mut Ordinals,
    pub ignored: &'s mut IgnoredList,
    pub path: String,
    pub index: u64,
}

impl Reader<'_> {
    /// The occurrence, or `None` when the element is nothing like a result; then it is named.
    pub fn occurrence(&mut self, raw: &str) -> Option<Occurrence> {
        let mut copy = String::new();
        let before = self.ignored.total();
        let found = sound!(ResultModel<'_>, raw, &self.path, self.ignored, &mut copy);
        if found.is_none() && self.ignored.total() == before {
            self.ignored.push(&self.path, "not understood as a result");
        }
        found.map(|model| self.build(&model))
    }

    fn build(&mut self, model: &ResultModel<'_>) -> Occurrence {
        let limits = &self.options.limits;
        let (rule_id, rule_at) = self.rule(model);
        let rule = rule_at.map(|at| &self.context.run.rules[at]);
        let kind = self.kind(model);
        let level = self.level(model, kind, rule.and_then(|rule| rule.level));
        let message = self.message(model, rule_at);
        let locations = model.locations.as_deref().unwrap_or_default();
        let target = model.analysis_target.as_ref();
        let place = self
            .context
            .places
            .place(locations, target, limits.max_text);
        let marks = self.marks(model, &rule_id, rule_at, &message);
        let source = fingerprint::Source {
            tool: &self.context.run.tool,
            category: self.context.run.category.as_deref().unwrap_or_default(),
            rule: &rule_id,
            place: &place,
            message: &message,
            full: model.fingerprints.map(|raw| raw.get()),
            partial: model.partial_fingerprints.map(|raw| raw.get()),
        };
        let (fingerprint, basis) = fingerprint::fingerprint(&source, self.ordinals);
        Occurrence {
            fingerprint,
            basis,
            index: self.index,
            rule_id,
            rule_name: rule.and_then(|rule| rule.name.clone()),
            level,
            kind,
            severity: severity(marks.score_tenths, level),
            score_tenths: marks.score_tenths,
            vulnerability: marks.vulnerability,
            identifiers: marks.identifiers,
            cwe: marks.cwe,
            location: place.path,
            uri: place.uri,
            line: place.line,
            logical: place.logical,
            message,
            suppressed: self.suppressed(model),
            baseline: self.baseline(model),
            count: whole(model.occurrence_count).unwrap_or(1).max(1),
        }
    }

    /// The rule's id, and its place in the run's rules.
    fn rule(&self, model: &ResultModel<'_>) -> (Arc<str>, Option<usize>) {
        let reference = model.rule.as_ref();
        let id = model
            .rule_id
            .as_ref()
            .or(reference.and_then(|r| r.id.as_ref()));
        let id = id.map(Text::as_str).filter(|id| !id.trim().is_empty());
        let index = whole(model.rule_index).or_else(|| whole(reference.and_then(|r| r.index)));
        let component = reference.and_then(|r| r.tool_component.as_ref());
        let at = self.context.rule(id, index, component);
        let known = at
            .map(|at| &self.context.run.rules[at].id)
            .filter(|id| !id.is_empty());
        let id = match (known, id) {
            (Some(known), _) => Arc::clone(known),
            (None, Some(id)) => excerpt(id, self.options.limits.max_text).into(),
            (None, None) => "(no rule)".into(),
        };
        (id, at)
    }

    fn unknown(&mut self, field: &str, text: &str) {
        self.ignored.push(
            format!("{}.{field}", self.path),
            format!("'{text}' has no meaning here"),
        );
    }

    fn kind(&mut self, model: &ResultModel<'_>) -> Kind {
        match model.kind.as_ref().map(Text::as_str) {
            None | Some("fail") => Kind::Fail,
            Some("pass") => Kind::Pass,
            Some("open") => Kind::Open,
            Some("informational") => Kind::Informational,
            Some("notApplicable") => Kind::NotApplicable,
            Some("review") => Kind::Review,
            Some(other) => {
                self.unknown("kind", other);
                Kind::Fail
            }
        }
    }

    /// §3.27.10: stated, else the rule's, else warning; none for a kind other than fail.
    fn level(&mut self, model: &ResultModel<'_>, kind: Kind, rule: Option<Level>) -> Level {
        let stated = model.level.as_ref().map(Text::as_str).and_then(|text| {
            let level = rules::level(text);
            if level.is_none() {
                self.unknown("level", text);
            }
            level
        });
        match (stated, kind) {
            (Some(level), _) => level,
            (None, Kind::Fail) => rule.unwrap_or(Level::Warning),
            (None, _) => Level::None,
        }
    }

    fn baseline(&mut self, model: &ResultModel<'_>) -> Option<Baseline> {
        match model.baseline_state.as_ref().map(Text::as_str)? {
            "new" => Some(Baseline::New),
            "unchanged" => Some(Baseline::Unchanged),
            "updated" => Some(Baseline::Updated),
            "absent" => Some(Baseline::Absent),
            other => {
                self.unknown("baselineState", other);
                None
            }
        }
    }

    fn message(&self, model: &ResultModel<'_>, rule_at: Option<usize>) -> String {
        let details = rule_at.map(|at| &self.context.details[at]);
        let lookup = |id: &str| {
            let details = details?;
            details
                .strings
                .get(id)
                .or_else(|| details.global.get(id))
                .map(String::as_str)
        };
        let max = self.options.limits.max_message;
        let message = model
            .message
            .as_ref()
            .and_then(|m| message::resolve(m, max, lookup));
        message.unwrap_or_else(|| "(no message)".to_owned())
    }

    fn suppressed(&self, model: &ResultModel<'_>) -> bool {
        let Some(all) = model.suppressions.as_deref().filter(|all| !all.is_empty()) else {
            return false;
        };
        let mut statuses = all.iter().map(|s| s.status.as_ref().map(Text::as_str));
        let refused = statuses
            .clone()
            .any(|s| matches!(s, Some("rejected" | "underReview")));
        match self.options.suppression {
            SuppressionPolicy::AbsentIsAccepted => !refused,
            SuppressionPolicy::OnlyAccepted => !refused && statuses.any(|s| s == Some("accepted")),
            SuppressionPolicy::Never => false,
        }
    }

    /// What the result and its rule are about. Sources are asked in this order for the one
    /// vulnerability: rule id and name, tags, the result's properties, the rule's, the message.
    fn marks(
        &self,
        model: &ResultModel<'_>,
        rule_id: &str,
        rule_at: Option<usize>,
        message: &str,
    ) -> Marks {
        let limits = &self.options.limits;
        let max = limits.max_identifiers;
        let rule = rule_at.map(|at| (&self.context.run.rules[at], &self.context.details[at].bag));
        let own = bag(model.properties.map(|raw| raw.get()), max);
        let stated = model
            .rule_id
            .as_ref()
            .map(Text::as_str)
            .filter(|id| *id != rule_id);
        let mut in_rule = find_identifiers(rule_id, max);
        in_rule.extend(find_identifiers(stated.unwrap_or_default(), max));
        if let Some(name) = rule.and_then(|(rule, _)| rule.name.as_deref()) {
            in_rule.extend(find_identifiers(name, max));
        }
        let empty = properties::Bag::default();
        let of_rule = rule.map_or(&empty, |(_, bag)| bag);
        let tags = [own.in_tags.as_slice(), &of_rule.in_tags].concat();
        let in_message = find_identifiers(message, max);
        let ranks: [&[Identifier]; 5] = [
            &in_rule,
            &tags,
            &own.in_values,
            &of_rule.in_values,
            &in_message,
        ];
        let mut marks = Marks {
            score_tenths: own.score_tenths.or(of_rule.score_tenths),
            vulnerability: ranks.iter().find_map(|rank| sole(*rank)),
            ..Marks::default()
        };
        for identifier in ranks.into_iter().flatten() {
            match identifier.kind {
                IdentifierKind::Cwe => push(&mut marks.cwe, identifier.text.clone(), limits),
                _ if names_vulnerability(identifier) => {
                    push(&mut marks.identifiers, identifier.text.clone(), limits);
                }
                _ => {}
            }
        }
        let taxa = model.taxa.iter().flatten().take(100);
        let of_taxa = taxa.filter_map(|taxon| self.context.weakness(taxon));
        let of_rule = rule
            .into_iter()
            .flat_map(|(rule, _)| rule.cwe.iter().cloned());
        of_taxa
            .chain(of_rule)
            .for_each(|weakness| push(&mut marks.cwe, weakness, limits));
        marks
    }
}

/// What a result and its rule are about.
#[derive(Default)]
struct Marks {
    score_tenths: Option<u8>,
    vulnerability: Option<String>,
    identifiers: Vec<String>,
    cwe: Vec<String>,
}
