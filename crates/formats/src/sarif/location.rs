//! Where a result is: addresses resolved as text, never opened.

use std::collections::BTreeMap;

use super::model::{ArtifactLocation, Location, LogicalLocation, Text, whole};
use crate::text::excerpt;

/// The tables of a run that locations refer to.
#[derive(Default)]
pub(super) struct Places {
    /// `originalUriBaseIds`, resolved.
    pub bases: BTreeMap<String, Base>,
    /// `artifacts[].location`: uri and uriBaseId.
    pub artifacts: Vec<Option<(String, Option<String>)>>,
    /// `logicalLocations[]`: the best name.
    pub logical: Vec<Option<String>>,
}

/// A base of addresses.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Base {
    /// The whole address.
    pub full: String,
    /// Its part below the outermost base, which is usually the build machine's.
    pub relative: String,
}

/// A place, as text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The normalised path.
    pub path: Option<String>,
    /// The resolved address, where it differs.
    pub uri: Option<String>,
    /// First line.
    pub line: Option<u64>,
    /// Logical place.
    pub logical: Option<String>,
}

impl Places {
    /// The first location that says something, or else the file that was analysed.
    pub fn place(
        &self,
        locations: &[Location<'_>],
        target: Option<&ArtifactLocation<'_>>,
        max: usize,
    ) -> Place {
        let mut place = Place::default();
        for location in locations {
            let physical = location.physical_location.as_ref();
            if let Some(artifact) = physical.and_then(|p| p.artifact_location.as_ref()) {
                self.set_address(&mut place, artifact, max);
                let region = physical.and_then(|p| p.region.as_ref());
                place.line = whole(region.and_then(|r| r.start_line)).filter(|line| *line > 0);
            }
            let logical = location
                .logical_locations
                .iter()
                .flatten()
                .find_map(|l| self.logical(l));
            place.logical = logical.map(|name| excerpt(&name, max).into_owned());
            if place.path.is_some() || place.logical.is_some() {
                return place;
            }
        }
        if let Some(target) = target {
            self.set_address(&mut place, target, max);
        }
        place
    }

    fn logical(&self, location: &LogicalLocation<'_>) -> Option<String> {
        if let Some(name) = logical_name(location) {
            return Some(name);
        }
        let index = usize::try_from(whole(location.index)?).ok()?;
        self.logical.get(index)?.clone()
    }

    fn set_address(&self, place: &mut Place, artifact: &ArtifactLocation<'_>, max: usize) {
        let own = artifact.uri.as_ref().map(|uri| {
            let base = artifact
                .uri_base_id
                .as_ref()
                .map(|base| base.as_str().to_owned());
            (uri.as_str().to_owned(), base)
        });
        let listed = || {
            let index = usize::try_from(whole(artifact.index)?).ok()?;
            self.artifacts.get(index)?.clone()
        };
        let Some((uri, base)) = own.or_else(listed) else {
            return;
        };
        let resolved = base.as_ref().and_then(|base| self.bases.get(base));
        let resolved = resolved.filter(|_| !is_absolute(&uri));
        let path = match resolved {
            Some(base) if !base.relative.is_empty() => normalise(&join(&base.relative, &uri)),
            _ => self.normalised(&uri),
        };
        place.uri = resolved
            .filter(|base| !base.full.is_empty())
            .map(|base| excerpt(&join(&base.full, &uri), max).into_owned());
        place.path = (!path.is_empty()).then(|| excerpt(&path, max).into_owned());
    }

    /// A path that does not change with the build machine: without a base the run knows, with
    /// forward slashes, percent-decoded, without `.`, `..` and empty segments.
    fn normalised(&self, uri: &str) -> String {
        let under = |base: &Base| {
            let known = is_absolute(&base.full) && base.relative.is_empty();
            known.then(|| uri.strip_prefix(base.full.as_str()))?
        };
        let longest = self
            .bases
            .values()
            .filter_map(under)
            .min_by_key(|rest| rest.len());
        normalise(longest.filter(|rest| !rest.is_empty()).unwrap_or(uri))
    }
}

/// The best name of a logical location.
pub(super) fn logical_name(location: &LogicalLocation<'_>) -> Option<String> {
    let names = [
        &location.fully_qualified_name,
        &location.decorated_name,
        &location.name,
    ];
    let mut names = names.into_iter().flatten().map(Text::as_str);
    names
        .find(|name| !name.trim().is_empty())
        .map(str::to_owned)
}

/// Resolves `originalUriBaseIds` (§3.14.14) through their own bases, at most eight deep.
pub(super) fn bases(raw: &BTreeMap<Text<'_>, ArtifactLocation<'_>>) -> BTreeMap<String, Base> {
    let resolve = |name: &Text<'_>| {
        let mut uri = String::new();
        let mut relative = String::new();
        let mut next = Some(name.clone());
        for _ in 0..8 {
            let Some(location) = next.as_ref().and_then(|name| raw.get(name)) else {
                break;
            };
            let own = location.uri.as_ref().map_or("", Text::as_str);
            uri = if uri.is_empty() {
                own.to_owned()
            } else {
                join(own, &uri)
            };
            if is_absolute(&uri) || uri.len() > 4_000 {
                break;
            }
            relative.clone_from(&uri);
            next = location.uri_base_id.clone();
        }
        Base {
            full: uri,
            relative,
        }
    };
    raw.keys()
        .take(1_000)
        .map(|name| (name.as_str().to_owned(), resolve(name)))
        .collect()
}

fn join(base: &str, rest: &str) -> String {
    match base.is_empty() || base.ends_with('/') {
        true => format!("{base}{rest}"),
        false => format!("{base}/{rest}"),
    }
}

/// Whether an address has a scheme.
fn is_absolute(uri: &str) -> bool {
    let Some((scheme, _)) = uri.split_once(':') else {
        return false;
    };
    scheme.len() > 1
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn normalise(uri: &str) -> String {
    let (scheme, path) = match uri.split_once("://") {
        Some(("file", rest)) => ("", rest),
        Some((scheme, rest)) => (scheme, rest),
        None => ("", uri.strip_prefix("file:").unwrap_or(uri)),
    };
    let decoded = percent_decoded(path).replace('\\', "/");
    let mut segments: Vec<&str> = Vec::new();
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                if segments.pop().is_none() {
                    continue;
                }
            }
            segment => segments.push(segment),
        }
    }
    let root = if scheme.is_empty() && decoded.starts_with('/') {
        "/"
    } else {
        ""
    };
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}://")
    };
    format!("{scheme}{root}{}", segments.join("/"))
}

/// Percent-decodes once; what is not valid stays as it is.
fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match pair.and_then(|pair| hex::decode(pair).ok()) {
            Some(byte) => {
                out.extend(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, expect: &str) {
        assert_eq!(normalise(uri), expect);
    }

    #[test]
    fn one_file_has_one_path() {
        check("src/a.c", "src/a.c");
        check("./src//x/../a.c", "src/a.c");
        check("src\\a.c", "src/a.c");
        check("src/a%20b.c", "src/a b.c");
        check("file:///C:/src/a.c", "/C:/src/a.c");
        check("file:/src/a.c", "/src/a.c");
        check("../../etc/passwd", "etc/passwd");
        check("https://example.org/a/../b", "https://example.org/b");
        check("100%", "100%");
    }

    #[test]
    fn bases_that_name_each_other_end() {
        let text = r#"{"A":{"uri":"a/","uriBaseId":"B"},"B":{"uri":"b/","uriBaseId":"A"},
                       "S":{"uri":"src/","uriBaseId":"R"},"R":{"uri":"file:///home/x/"}}"#;
        let raw: BTreeMap<Text<'_>, ArtifactLocation<'_>> = serde_json::from_str(text).unwrap();
        let bases = bases(&raw);
        assert_eq!(
            (bases["S"].full.as_str(), bases["S"].relative.as_str()),
            ("file:///home/x/src/", "src/")
        );
        assert!(bases["A"].full.len() < 100);
    }
}
