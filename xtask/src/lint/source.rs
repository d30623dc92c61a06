//! A Rust source file, taken apart just far enough for the lints: code without strings, comments without code.

/// A source file. [`code`](Self::code) and [`comments`](Self::comments) are as long as the text, byte for byte, with
/// everything else blanked, so that a place in one is the same place in all.
#[derive(Debug)]
pub struct Source {
    /// Path relative to the workspace, with `/` between names.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The text with comments and the contents of strings blanked.
    pub code: String,
    /// The text with everything but comments blanked.
    pub comments: String,
}

/// What a stretch of the text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl Source {
    /// Takes a file apart.
    pub fn new(path: &str, text: &str) -> Self {
        let (mut code, mut comments) = (Vec::new(), Vec::new());
        let mut rest = text;
        while !rest.is_empty() {
            let (kind, length) = next(rest, code.last().copied());
            let (piece, after) = rest.split_at(length);
            keep(&mut code, piece, kind == Kind::Code);
            keep(&mut comments, piece, kind == Kind::Comment);
            rest = after;
        }
        let text_of = |bytes| String::from_utf8(bytes).expect("whole characters are kept or blanked");
        Self { path: path.into(), text: text.into(), code: text_of(code), comments: text_of(comments) }
    }

    /// The number of the line that a place in the text is on, from 1.
    pub fn line(&self, place: usize) -> usize {
        self.text.as_bytes()[..place].iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    /// The places of a word in the code: not inside a longer name.
    pub fn find<'s>(&'s self, word: &'s str) -> impl Iterator<Item = usize> + 's {
        words(&self.code, word)
    }

    /// The place after the brace that closes the one at `open`, or the end of the text.
    pub fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (index, byte) in self.code.bytes().enumerate().skip(open) {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return index + 1;
            }
        }
        self.code.len()
    }
}

/// The places of a word in a text, not inside a longer name.
pub fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let within = |byte: Option<&u8>| byte.is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
    text.match_indices(word).map(|(place, _)| place).filter(move |&place| {
        let bytes = text.as_bytes();
        let begins = !within(bytes.get(place)) || place == 0 || !within(bytes.get(place - 1));
        let end = place + word.len();
        begins && (!within(bytes.get(end - 1)) || !within(bytes.get(end)))
    })
}

fn keep(to: &mut Vec<u8>, piece: &str, whole: bool) {
    to.extend(piece.bytes().map(|byte| if whole || byte == b'\n' { byte } else { b' ' }));
}

/// The kind and length of the stretch that `rest` begins with.
fn next(rest: &str, before: Option<u8>) -> (Kind, usize) {
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    let in_name = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if let Some(length) = (!in_name).then(|| raw_string(rest)).flatten() {
        return (Kind::Literal, length);
    }
    if rest.starts_with('"') {
        return (Kind::Literal, escaped(rest, '"'));
    }
    if let Some(length) = character(rest) {
        return (Kind::Literal, length);
    }
    (Kind::Code, rest.chars().next().map_or(0, char::len_utf8))
}

/// The length of a block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut index) = (0_usize, 0);
    while index + 1 < bytes.len() {
        match &bytes[index..index + 2] {
            b"/*" => (depth, index) = (depth + 1, index + 2),
            b"*/" => (depth, index) = (depth - 1, index + 2),
            _ => index += 1,
        }
        if depth == 0 {
            return index;
        }
    }
    rest.len()
}

/// The length of a raw string `r#"…"#`, also of bytes and C strings, if there is one.
fn raw_string(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inside = body[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |place| place + end.len());
    Some(rest.len() - inside.len() + length)
}

/// The length of a literal that begins and ends with `quote` and may escape it.
fn escaped(rest: &str, quote: char) -> usize {
    let mut characters = rest.char_indices().skip(1);
    while let Some((place, character)) = characters.next() {
        if character == quote {
            return place + quote.len_utf8();
        }
        if character == '\\' {
            characters.next();
        }
    }
    rest.len()
}

/// The length of a character literal, if this is one and not a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut inside = rest.strip_prefix('\'')?.chars();
    let first = inside.next()?;
    (first == '\\' || inside.next() == Some('\'')).then(|| escaped(rest, '\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::new("a.rs", text).code
    }

    #[test]
    fn strings_and_comments_are_not_code() {
        assert_eq!(code("a(\"b\\\"c\"); // d\ne"), "a(      );     \ne");
        assert_eq!(code("a /* b /* c */ d */ e"), "a                   e");
        assert_eq!(code("r#\"a\"b\"# c"), "         c");
        assert_eq!(code("br\"a\\\" c"), "       c");
        assert_eq!(code("for\"a\""), "for   ");
    }

    #[test]
    fn characters_are_literals_and_lifetimes_are_code() {
        assert_eq!(code("'\"' '\\'' b'{' x"), "         b    x");
        assert_eq!(code("&'a str, 'é' y"), "&'a str,      y");
    }

    #[test]
    fn places_agree() {
        let source = Source::new("a.rs", "/* é */\nfn a() { \"}\" }\n");
        let open = source.code.find('{').unwrap();
        assert_eq!(source.line(open), 2);
        assert_eq!(&source.text[source.closing(open)..], "\n");
        assert_eq!(source.comments.trim(), "/* é */");
    }

    #[test]
    fn words_are_whole() {
        let source = Source::new("a.rs", "unsafe {} not_unsafe unsafely std::fs::x std::fsx");
        assert_eq!(source.find("unsafe").count(), 1);
        assert_eq!(source.find("std::fs").count(), 1);
        assert_eq!(source.find("unsafe {").count(), 1);
    }
}
