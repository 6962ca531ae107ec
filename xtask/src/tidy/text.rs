//! Source text with what is no code blanked out: comments, strings, test modules.
//!
//! Invariant: every line keeps its number, every byte that stays keeps its place.
#![forbid(unsafe_code)]

/// Code of a file; comments and the insides of strings and characters are blanks.
pub(crate) struct Code(Vec<u8>);

impl Code {
    pub(crate) fn of(text: &str) -> Self {
        let b = text.as_bytes();
        let mut out = b.to_vec();
        let mut i = 0;
        while i < b.len() {
            let end = match b[i] {
                b'/' if b.get(i + 1) == Some(&b'/') => find(b, i, b"\n"),
                b'/' if b.get(i + 1) == Some(&b'*') => block_comment(b, i),
                b'"' => string(b, i + 1),
                b'r' if !follows_word(b, i) => match raw_string(b, i) {
                    Some(end) => end,
                    None => {
                        i += 1;
                        continue;
                    }
                },
                b'\'' => match character(b, i) {
                    Some(end) => end,
                    None => {
                        i += 1; // a lifetime
                        continue;
                    }
                },
                _ => {
                    i += 1;
                    continue;
                }
            };
            for byte in &mut out[i..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            i = end;
        }
        Self(out)
    }

    /// The code without the bodies of `#[cfg(test)] mod … { … }`.
    pub(crate) fn without_tests(&self) -> String {
        let mut out = self.0.clone();
        let mut i = 0;
        const MARK: &[u8] = b"#[cfg(test)]";
        while i < out.len() {
            let at = find(&out, i, MARK);
            if at == out.len() {
                break;
            }
            i = at + MARK.len();
            let item = skip_blanks(&out, i);
            if !out[item..].starts_with(b"mod ") {
                continue;
            }
            let (open, semicolon) = (find(&out, item, b"{"), find(&out, item, b";"));
            if semicolon < open {
                continue; // a module of its own file, named `tests`
            }
            let end = matching_brace(&out, open);
            for byte in &mut out[open..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            i = end;
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    pub(crate) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

/// Number of the line of a position, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())]
        .iter()
        .filter(|&&b| b == b'\n')
        .count()
}

/// Positions of `word` where no letter, digit or underscore touches it.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let b = code.as_bytes();
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |&at| {
            !follows_word(b, at) && !b.get(at + word.len()).copied().is_some_and(is_word)
        })
}

/// The word that begins at a position.
pub(crate) fn word_at(code: &str, at: usize) -> &str {
    let rest = code.get(at..).unwrap_or_default();
    let end = rest.bytes().position(|b| !is_word(b)).unwrap_or(rest.len());
    &rest[..end]
}

/// Position behind the brace that closes the one at `open`.
pub(crate) fn matching_brace(b: &[u8], open: usize) -> usize {
    let mut depth = 0;
    for (i, &c) in b.iter().enumerate().skip(open) {
        match c {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
    }
    b.len()
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn follows_word(b: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|i| is_word(b[i]))
}

fn skip_blanks(b: &[u8], mut i: usize) -> usize {
    loop {
        while b.get(i).is_some_and(u8::is_ascii_whitespace) {
            i += 1;
        }
        // Further attributes.
        if b.get(i) == Some(&b'#') {
            i = find(b, i, b"]") + 1;
        } else {
            return i.min(b.len());
        }
    }
}

/// Position of `what` at or behind `from`, the end when there is none.
fn find(b: &[u8], from: usize, what: &[u8]) -> usize {
    b.get(from..)
        .and_then(|rest| rest.windows(what.len()).position(|w| w == what))
        .map_or(b.len(), |at| from + at)
}

fn block_comment(b: &[u8], mut i: usize) -> usize {
    let mut depth = 0;
    while i < b.len() {
        if b[i..].starts_with(b"/*") {
            depth += 1;
            i += 2;
        } else if b[i..].starts_with(b"*/") {
            depth -= 1;
            i += 2;
            if depth == 0 {
                return i;
            }
        } else {
            i += 1;
        }
    }
    b.len()
}

/// End of a string whose opening quote lies before `i`.
fn string(b: &[u8], mut i: usize) -> usize {
    while i < b.len() {
        match b[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    b.len()
}

fn raw_string(b: &[u8], i: usize) -> Option<usize> {
    let hashes = b[i + 1..].iter().take_while(|&&c| c == b'#').count();
    if b.get(i + 1 + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.extend(std::iter::repeat_n(b'#', hashes));
    Some((find(b, i + 2 + hashes, &close) + close.len()).min(b.len()))
}

fn character(b: &[u8], i: usize) -> Option<usize> {
    if b.get(i + 1) == Some(&b'\\') {
        return Some((find(b, i + 3, b"'") + 1).min(b.len()));
    }
    // One character of any width, then the quote; otherwise it is a lifetime.
    let end = (i + 2..=i + 5).find(|&e| b.get(e) == Some(&b'\''))?;
    let one = std::str::from_utf8(&b[i + 1..end]).ok()?.chars().count();
    (one == 1).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::{Code, line_of, words};

    #[test]
    fn comments_and_strings_go_lines_stay() {
        let text = "a /* x\n /* y */ */ b // c\n\"d\\\"e\" r#\"f\"# 'g' '\\'' &'h i\n";
        let code = Code::of(text).into_text();
        assert_eq!(code.lines().count(), text.lines().count());
        let left: Vec<&str> = code.split_whitespace().collect();
        assert_eq!(left, ["a", "b", "&'h", "i"]);
    }

    #[test]
    fn test_modules_go() {
        let text = "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests { fn b() { {} } }\nfn c() {}\n";
        let code = Code::of(text).without_tests();
        assert!(code.contains("fn a") && code.contains("fn c") && !code.contains("fn b"));
    }

    #[test]
    fn words_are_whole() {
        let at: Vec<usize> = words("unsafe unsafe_code munsafe (unsafe)", "unsafe").collect();
        assert_eq!(at, [0, 28]);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
