//! As much of Rust's grammar as the rules need: the paths a file names, and its functions.

use crate::lexer::{Token, is_word, tokens};

/// A path that the source names, resolved as far as the file's place tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Segments, such as `["crate", "tracking", "act"]`; a glob ends in `*`.
    pub path: Vec<String>,
    /// The line.
    pub line: usize,
    /// Inside `#[cfg(test)]` or `#[test]`.
    pub test: bool,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of `fn`.
    pub line: usize,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
    /// Inside `#[cfg(test)]` or `#[test]`.
    pub test: bool,
}

/// The module path of a file below a crate's `src/`: `src/intake/mod.rs` is `["crate", "intake"]`.
pub fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("src/").map_or(path, |(_, rest)| rest);
    let mut module = vec!["crate".to_string()];
    for part in inside.trim_end_matches(".rs").split('/') {
        if !matches!(part, "mod" | "lib" | "main") {
            module.push(part.to_string());
        }
    }
    module
}

/// Where the reader of tokens is: nested modules and whether tests begin here.
#[derive(Clone, Default)]
struct Scope {
    module: Option<String>,
    test: bool,
}

/// A walk over a file's tokens that knows its modules and its test code.
struct Walk<'a> {
    tokens: &'a [Token],
    module: Vec<String>,
    scopes: Vec<Scope>,
    next: Scope,
    references: Vec<Reference>,
    functions: Vec<Function>,
}

/// Every path and every function of a file that lives at `path`.
pub fn read(path: &str, source: &str) -> (Vec<Reference>, Vec<Function>) {
    let tokens = tokens(source);
    let file_is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
    let mut walk = Walk {
        tokens: &tokens,
        module: module_of(path),
        scopes: vec![Scope {
            module: None,
            test: file_is_test,
        }],
        next: Scope::default(),
        references: Vec::new(),
        functions: Vec::new(),
    };
    let mut at = 0;
    while at < tokens.len() {
        at = walk.step(at);
    }
    (walk.references, walk.functions)
}

impl Walk<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.text.as_str())
    }

    fn in_test(&self) -> bool {
        self.next.test || self.scopes.iter().any(|s| s.test)
    }

    fn step(&mut self, at: usize) -> usize {
        match self.text(at) {
            "#" => return self.attribute(at),
            "mod" => self.next.module = Some(self.text(at + 1).to_string()),
            "{" => {
                let scope = std::mem::take(&mut self.next);
                self.scopes.push(scope);
            }
            "}" => {
                self.scopes.pop();
            }
            ";" => self.next = Scope::default(),
            "use" => return self.import(at),
            "fn" => self.function(at),
            word if word.starts_with(is_word) && self.text(at + 1) == "::" => {
                return self.inline_path(at);
            }
            _ => {}
        }
        at + 1
    }

    fn attribute(&mut self, at: usize) -> usize {
        let (mut depth, mut end, mut words) = (0, at + 1, Vec::new());
        while end < self.tokens.len() {
            match self.text(end) {
                "[" | "(" => depth += 1,
                "]" | ")" => depth -= 1,
                "!" => {}
                word => words.push(word.to_string()),
            }
            end += 1;
            if depth == 0 {
                break;
            }
        }
        let has = |word: &str| words.iter().any(|w| w == word);
        if has("test") && !has("not") {
            self.next.test = true;
        }
        end
    }

    fn record(&mut self, path: Vec<String>, line: usize) {
        let nested = self.scopes.iter().filter_map(|s| s.module.clone());
        let mut module: Vec<String> = self.module.iter().cloned().chain(nested).collect();
        let mut rest = path.as_slice();
        let path = match path.first().map(String::as_str) {
            Some("self") => [module, rest[1..].to_vec()].concat(),
            Some("super") => {
                while rest.first().is_some_and(|s| s == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
                [module, rest.to_vec()].concat()
            }
            _ => path,
        };
        let test = self.in_test();
        self.references.push(Reference { path, line, test });
    }

    fn import(&mut self, at: usize) -> usize {
        let line = self.tokens[at].line;
        let (paths, end) = self.tree(at + 1, &[]);
        for path in paths {
            self.record(path, line);
        }
        self.next = Scope::default();
        end
    }

    /// A use tree from `at`: its full paths, and where it ends (after `;`, `,` or before `}`).
    fn tree(&self, mut at: usize, before: &[String]) -> (Vec<Vec<String>>, usize) {
        let mut path = before.to_vec();
        loop {
            match self.text(at) {
                "" | ";" => return (vec![path], at + 1),
                "," => return (vec![path], at + 1),
                "}" => return (vec![path], at),
                "::" => at += 1,
                "as" => at += 2,
                "{" => return self.group(at + 1, &path),
                word => {
                    if word != "self" || path.is_empty() {
                        path.push(word.to_string());
                    }
                    at += 1;
                }
            }
        }
    }

    fn group(&self, mut at: usize, before: &[String]) -> (Vec<Vec<String>>, usize) {
        let mut all = Vec::new();
        while !matches!(self.text(at), "}" | "") {
            let (paths, end) = self.tree(at, before);
            all.extend(paths);
            at = end;
        }
        at += 1;
        if matches!(self.text(at), ";" | ",") {
            at += 1;
        }
        (all, at)
    }

    fn inline_path(&mut self, at: usize) -> usize {
        let line = self.tokens[at].line;
        let mut path = vec![self.text(at).to_string()];
        let mut end = at + 1;
        while self.text(end) == "::" && self.text(end + 1).starts_with(is_word) {
            path.push(self.text(end + 1).to_string());
            end += 2;
        }
        self.record(path, line);
        end
    }

    fn function(&mut self, at: usize) {
        let name = self.text(at + 1).to_string();
        if !name.starts_with(is_word) {
            return;
        }
        let (mut depth, mut open) = (0i32, at + 2);
        loop {
            match self.text(open) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                "{" if depth == 0 => break,
                ";" if depth == 0 => return,
                "" => return,
                _ => {}
            }
            open += 1;
        }
        let (mut braces, mut close) = (0i32, open);
        loop {
            match self.text(close) {
                "{" => braces += 1,
                "}" => braces -= 1,
                "" => return,
                _ => {}
            }
            if braces == 0 {
                break;
            }
            close += 1;
        }
        let line = self.tokens[at].line;
        let lines = self.tokens[close].line - line + 1;
        let test = self.in_test();
        self.functions.push(Function {
            name,
            line,
            lines,
            test,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(file: &str, source: &str) -> Vec<String> {
        read(file, source)
            .0
            .iter()
            .map(|r| r.path.join("::"))
            .collect()
    }

    #[test]
    fn use_trees_are_spelled_out() {
        let source = "pub use crate::{a, b::{self, c as d}, e::*}; use super::f; x::g();";
        assert_eq!(
            paths("crates/app/src/web/page.rs", source),
            [
                "crate::a",
                "crate::b",
                "crate::b::c",
                "crate::e::*",
                "crate::web::f",
                "x::g"
            ]
        );
    }

    #[test]
    fn super_counts_nested_modules() {
        let source = "mod inner { use super::super::z; } fn f() { super::y(); self::w(); }";
        let expect = [
            "crate::intake::z",
            "crate::intake::y",
            "crate::intake::a_x::w",
        ];
        assert_eq!(paths("crates/app/src/intake/a_x/mod.rs", source), expect);
    }

    #[test]
    fn test_code_is_known() {
        let source = "use a::b; #[cfg(test)] mod tests { use c::d; fn f() {\n} } use e::f;";
        let (references, functions) = read("crates/app/src/x.rs", source);
        assert_eq!(
            references.iter().map(|r| r.test).collect::<Vec<_>>(),
            [false, true, false]
        );
        assert_eq!((functions[0].lines, functions[0].test), (2, true));
        assert!(read("crates/app/tests/x.rs", "use a::b;").0[0].test);
        assert!(!read("crates/app/src/x.rs", "#[cfg(not(test))] use a::b;").0[0].test);
    }

    #[test]
    fn functions_are_measured_from_fn_to_brace() {
        let source = "trait T { fn no(&self); }\nfn yes(a: [u8; 2]) -> u8 {\n  if a[0] == b'}' { 1 } else { 2 }\n}";
        let found = read("crates/x/src/lib.rs", source).1;
        assert_eq!(
            (found.len(), found[0].name.as_str(), found[0].lines),
            (1, "yes", 3)
        );
    }
}
