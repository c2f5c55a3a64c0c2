//! A source file as the rules see it: its tokens without comments, its string literals, its paths.

/// A file of the repository.
pub(super) struct Source {
    /// Where it lies, from the repository's root.
    pub(super) path: String,
    /// What it says.
    pub(super) text: String,
    /// The Rust tokens outside comments, and outside items that are compiled for tests only; empty for other files.
    pub(super) tokens: Vec<Token>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An identifier, a keyword, a number or a lifetime.
    Word,
    /// A string literal, without its quotes.
    Text,
    /// `::`, or one other character.
    Mark,
}

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) text: String,
    /// From 1.
    pub(super) line: usize,
}

/// A path as written, groups written out: `use a::{b, c::d}` is `a::b` and `a::c::d`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    /// How many inline modules it stands in.
    pub(super) inline_modules: usize,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let tokens = if path.ends_with(".rs") { without_tests(tokens(text)) } else { Vec::new() };
        Self { path: path.to_owned(), text: text.to_owned(), tokens }
    }

    /// The room a file of the root package belongs to: `src/domain/...` is `domain`; `None` for files directly in `src`
    /// and for other packages.
    pub(super) fn room(&self) -> Option<&str> {
        let (room, _) = self.path.strip_prefix("src/")?.split_once('/')?;
        Some(room)
    }

    /// The module path of a file below `src`: `src/domain/geometry/extent.rs` is `domain`, `geometry`, `extent`.
    pub(super) fn module(&self) -> Vec<&str> {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let inner = inner.strip_suffix(".rs").unwrap_or(inner);
        let mut module: Vec<&str> = inner.split('/').collect();
        if matches!(module.last(), Some(&("mod" | "lib" | "main"))) {
            module.pop();
        }
        module
    }

    /// Whether the whole file is compiled for tests only, told by its name.
    pub(super) fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// All paths outside test items.
    pub(super) fn paths(&self) -> Vec<Path> {
        paths(&self.tokens)
    }

    /// A violation at `line`, as the compiler would point to it.
    pub(super) fn at(&self, line: usize, what: impl std::fmt::Display) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// Splits Rust into tokens, dropping comments. Good enough for well-formed code; it resolves no macros.
fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let at = |i: usize| characters.get(i).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < characters.len() {
        let start = i;
        let kind = match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < characters.len() && at(i) != '\n' {
                    i += 1;
                }
                None
            }
            '/' if at(i + 1) == '*' => {
                i = end_of_block_comment(&characters, i);
                None
            }
            '"' => {
                i = end_of_text(&characters, i);
                Some(TokenKind::Text)
            }
            'r' | 'b' | 'c' if opens_raw(&characters, i) => {
                i = end_of_raw(&characters, i);
                Some(TokenKind::Text)
            }
            // A character literal, or else a lifetime.
            '\'' if at(i + 1) == '\\' || at(i + 2) == '\'' => {
                i += if at(i + 1) == '\\' { 3 } else { 2 };
                while i < characters.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
                None
            }
            c if c.is_alphanumeric() || c == '_' || c == '\'' => {
                i += 1;
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                Some(TokenKind::Word)
            }
            ':' if at(i + 1) == ':' => {
                i += 2;
                Some(TokenKind::Mark)
            }
            c => {
                i += 1;
                (!c.is_whitespace()).then_some(TokenKind::Mark)
            }
        };
        let end = i.min(characters.len());
        let written: String = characters[start..end].iter().collect();
        let lines = written.matches('\n').count();
        if let Some(kind) = kind {
            let text = if kind == TokenKind::Text { inside_quotes(&written) } else { written };
            found.push(Token { kind, text, line });
        }
        line += lines;
    }
    found
}

/// Block comments nest.
fn end_of_block_comment(characters: &[char], start: usize) -> usize {
    let (mut i, mut depth) = (start, 0_usize);
    while i < characters.len() {
        match (characters[i], characters.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn end_of_text(characters: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < characters.len() && characters[i] != '"' {
        i += if characters[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// Whether `r"`, `r#"`, `br"`, `b"`, `c"` and the like begin here.
fn opens_raw(characters: &[char], start: usize) -> bool {
    let rest: String = characters[start..].iter().take(12).collect();
    let marks = rest.trim_start_matches(['b', 'c', 'r']);
    rest.len() - marks.len() <= 2 && marks.trim_start_matches('#').starts_with('"') && {
        // `r#"` is raw; `b"` and `c"` have no hash; an identifier such as `br` never comes before a quote.
        marks.starts_with('"') || rest[..rest.len() - marks.len()].contains('r')
    }
}

fn end_of_raw(characters: &[char], start: usize) -> usize {
    let quote = start + characters[start..].iter().position(|&c| c == '"').expect("opens_raw saw the quote");
    if !characters[start..quote].contains(&'r') {
        return end_of_text(characters, quote);
    }
    let hashes = characters[start..quote].iter().filter(|&&c| c == '#').count();
    let mut i = quote + 1;
    while i < characters.len() {
        if characters[i] == '"' && characters[i + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    i
}

fn inside_quotes(written: &str) -> String {
    let from = written.find('"').map_or(0, |i| i + 1);
    let to = written.rfind('"').filter(|&to| to >= from).unwrap_or(written.len());
    written[from..to].to_owned()
}

/// Drops every item under `#[cfg(test)]`: the attribute, further attributes, and up to the item's `;` or closing brace.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let is_test = tokens[i..].iter().map(|token| token.text.as_str()).take(ATTRIBUTE.len()).eq(ATTRIBUTE);
        if !is_test {
            kept.push(tokens[i].clone());
            i += 1;
            continue;
        }
        i += ATTRIBUTE.len();
        let mut depth = 0_usize;
        while i < tokens.len() {
            let token = &tokens[i];
            i += 1;
            if token.kind != TokenKind::Mark {
                continue;
            }
            match token.text.as_str() {
                "{" | "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "}" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                ";" if depth == 0 => break,
                _ => {}
            }
        }
    }
    kept
}

fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut found = Vec::new();
    // The brace depths at which inline modules were opened.
    let (mut depth, mut modules) = (0_usize, Vec::new());
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        match (token.kind, token.text.as_str()) {
            (TokenKind::Mark, "{") => {
                if i >= 2 && tokens[i - 2].text == "mod" {
                    modules.push(depth);
                }
                depth += 1;
                i += 1;
            }
            (TokenKind::Mark, "}") => {
                depth = depth.saturating_sub(1);
                if modules.last() == Some(&depth) {
                    modules.pop();
                }
                i += 1;
            }
            (TokenKind::Word, _) => i = follow(tokens, i, &[], modules.len(), &mut found),
            _ => i += 1,
        }
    }
    found
}

/// Reads the path that begins at token `i`, groups included, and returns where it ends.
fn follow(tokens: &[Token], i: usize, prefix: &[String], inline_modules: usize, found: &mut Vec<Path>) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens[i].line;
    let mut i = i;
    loop {
        segments.push(tokens[i].text.clone());
        i += 1;
        if tokens.get(i).is_none_or(|token| token.text != "::" || token.kind != TokenKind::Mark) {
            break;
        }
        match tokens.get(i + 1) {
            Some(next) if next.kind == TokenKind::Word => i += 1,
            Some(next) if next.kind == TokenKind::Mark && next.text == "{" => {
                i += 2;
                while tokens.get(i).is_some_and(|token| token.text != "}") {
                    i = match tokens[i].kind {
                        // The name after `as` is no part of a path.
                        TokenKind::Word if tokens[i].text == "as" => i + 2,
                        TokenKind::Word => follow(tokens, i, &segments, inline_modules, found),
                        _ => i + 1,
                    };
                }
                return i + 1;
            }
            _ => break,
        }
    }
    found.push(Path { segments, line, inline_modules });
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(source: &str) -> Vec<String> {
        Source::new("src/domain/x.rs", source).paths().into_iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn groups_are_written_out() {
        assert_eq!(written("use a::{b, c::{d, e as f}, *};"), ["use", "a::b", "a::c::d", "a::c::e"]);
    }

    #[test]
    fn comments_texts_and_characters_are_no_paths() {
        let source = "// a::b\n/* c::d /* e::f */ */ let g = \"h::i \\\" j::k\"; let l = r#\"m::\"n\"#; let o = '\"'; p::q::<R>();";
        assert_eq!(written(source), ["let", "g", "let", "l", "let", "o", "p::q", "R"]);
    }

    #[test]
    fn test_items_are_left_out_and_what_follows_them_is_not() {
        let source = "#[cfg(test)]\nuse a::b;\nc::d();\n#[cfg(test)]\nmod tests { fn e() { f::g(); } }\nh::i();";
        assert_eq!(written(source), ["c::d", "h::i"]);
    }

    #[test]
    fn inline_modules_are_counted() {
        let source = Source::new("src/domain/x.rs", "mod a { mod b { c::d(); } } fn f() { e::f(); }");
        let of = |first: &str| {
            source.paths().into_iter().find(|path| path.segments[0] == first).map(|path| path.inline_modules)
        };
        assert_eq!((of("c"), of("e")), (Some(2), Some(0)));
    }

    #[test]
    fn lines_are_counted_through_texts() {
        let source = Source::new("src/domain/x.rs", "let a = \"\n\n\";\nb::c();");
        assert_eq!(source.paths().last().map(|path| path.line), Some(4));
    }
}
