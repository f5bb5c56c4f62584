//! The repository's files, and the reviewed lists of this crate.

use std::fs;
use std::path::{Path, PathBuf};

/// The repository this crate stands in.
pub struct Tree {
    root: PathBuf,
}

/// A source file: its path relative to the repository (with `/`) and its text.
pub struct Source {
    /// Such as `crates/app/src/intake/mod.rs`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Tree {
    /// The repository that holds the crate at `manifest_dir` (`CARGO_MANIFEST_DIR`).
    pub fn around(manifest_dir: &str) -> Tree {
        let root = Path::new(manifest_dir)
            .parent()
            .unwrap_or(Path::new("."))
            .to_path_buf();
        Tree { root }
    }

    /// The repository's directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a path relative to the repository exists.
    pub fn exists(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// A file's text; empty where there is no such file.
    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    /// Replaces a file's text.
    pub fn write(&self, path: &str, text: &str) -> std::io::Result<()> {
        fs::write(self.root.join(path), text)
    }

    /// Every file below the given folders with the given extension, sorted by path.
    pub fn files(&self, folders: &[&str], extension: &str) -> Vec<Source> {
        let mut found = Vec::new();
        for folder in folders {
            self.walk(&self.root.join(folder), extension, &mut found);
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    fn walk(&self, folder: &Path, extension: &str, found: &mut Vec<Source>) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | "node_modules" | ".git") {
                    self.walk(&path, extension, found);
                }
            } else if path.extension().is_some_and(|e| e == extension)
                && let Ok(text) = fs::read_to_string(&path)
                && let Ok(relative) = path.strip_prefix(&self.root)
            {
                let path = relative.to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
}

/// The lines of a reviewed list, without comments (`#`) and blanks.
pub fn listed(text: &str) -> Vec<&str> {
    let content = |line: &'_ str| line.split(" #").next().map(str::trim).map(str::len);
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .map(|line| &line.trim_start()[..content(line.trim_start()).unwrap_or(0)])
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_may_be_commented() {
        assert_eq!(
            listed("# head\n\n a/b.rs 410 # why\nc d\n"),
            ["a/b.rs 410", "c d"]
        );
    }
}
