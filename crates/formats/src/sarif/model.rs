//! Borrowed, tolerant models of the parts of SARIF 2.1.0 that are read. Unknown fields are
//! skipped, every field may be missing or null. Section numbers are those of the OASIS standard.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use serde_json::value::RawValue;

/// A string borrowed from the document where it has no escapes; a number is taken as its digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Text<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! models {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attr:meta])* $field:ident : $type:ty,)* })*) => {
        $($(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        pub(super) struct $name<'a> { $($(#[$attr])* #[serde(borrow)] pub $field: Option<$type>,)* })*
    };
}

models! {
    /// §3.27
    ResultModel {
        rule_id: Text<'a>,
        rule_index: Num<'a>,
        rule: DescriptorRef<'a>,
        kind: Text<'a>,
        level: Text<'a>,
        message: Message<'a>,
        locations: Vec<Location<'a>>,
        analysis_target: ArtifactLocation<'a>,
        fingerprints: &'a RawValue,
        partial_fingerprints: &'a RawValue,
        occurrence_count: Num<'a>,
        baseline_state: Text<'a>,
        suppressions: Vec<Suppression<'a>>,
        taxa: Vec<DescriptorRef<'a>>,
        properties: &'a RawValue,
    }
    /// §3.52
    DescriptorRef {
        id: Text<'a>,
        index: Num<'a>,
        tool_component: ComponentRef<'a>,
    }
    /// §3.54
    ComponentRef {
        name: Text<'a>,
        index: Num<'a>,
        guid: Text<'a>,
    }
    /// §3.11
    Message {
        text: Text<'a>,
        markdown: Text<'a>,
        id: Text<'a>,
        arguments: Vec<Text<'a>>,
    }
    /// §3.28
    Location {
        physical_location: PhysicalLocation<'a>,
        logical_locations: Vec<LogicalLocation<'a>>,
    }
    /// §3.29
    PhysicalLocation {
        artifact_location: ArtifactLocation<'a>,
        region: Region<'a>,
    }
    /// §3.4
    ArtifactLocation {
        uri: Text<'a>,
        uri_base_id: Text<'a>,
        index: Num<'a>,
    }
    /// §3.30
    Region {
        start_line: Num<'a>,
    }
    /// §3.33
    LogicalLocation {
        fully_qualified_name: Text<'a>,
        decorated_name: Text<'a>,
        name: Text<'a>,
        index: Num<'a>,
    }
    /// §3.35
    Suppression {
        status: Text<'a>,
    }
    /// §3.18
    Tool {
        driver: Component<'a>,
        extensions: Vec<Component<'a>>,
    }
    /// §3.19
    Component {
        name: Text<'a>,
        guid: Text<'a>,
        version: Text<'a>,
        semantic_version: Text<'a>,
        rules: Vec<&'a RawValue>,
        taxa: Vec<&'a RawValue>,
        global_message_strings: BTreeMap<Text<'a>, Message<'a>>,
    }
    /// §3.49
    Descriptor {
        id: Text<'a>,
        name: Text<'a>,
        deprecated_ids: Vec<Text<'a>>,
        short_description: Message<'a>,
        full_description: Message<'a>,
        help_uri: Text<'a>,
        default_configuration: Configuration<'a>,
        message_strings: BTreeMap<Text<'a>, Message<'a>>,
        relationships: Vec<Relationship<'a>>,
        properties: &'a RawValue,
    }
    /// §3.50
    Configuration {
        level: Text<'a>,
    }
    /// §3.53
    Relationship {
        target: DescriptorRef<'a>,
    }
    /// §3.17
    AutomationDetails {
        id: Text<'a>,
    }
    /// §3.23
    VersionControl {
        repository_uri: Text<'a>,
        branch: Text<'a>,
        revision_id: Text<'a>,
    }
    /// §3.24
    Artifact {
        location: ArtifactLocation<'a>,
    }
    /// The part of a property bag (§3.8) that has a meaning by convention.
    Properties {
        #[serde(rename = "security-severity")] security_severity: Text<'a>,
        tags: Vec<Text<'a>>,
    }
}

/// §3.20: own, because it holds no borrowed field.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Invocation {
    pub execution_successful: Option<bool>,
}

/// A number as written, so that 1e999 or 3.0 is no error of the document.
pub(super) type Num<'a> = &'a RawValue;

/// A whole number of at least 0; `None` for -1 (SARIF's "not given") and anything else.
pub(super) fn whole(number: Option<Num<'_>>) -> Option<u64> {
    let text = number?.get();
    text.parse().ok().or_else(|| {
        let value: f64 = text.trim_matches('"').parse().ok()?;
        // Up to 2^53 a float is exact.
        (value >= 0.0 && value.fract() == 0.0 && value <= 9.0e15).then_some(value as u64)
    })
}
