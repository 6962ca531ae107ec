//! Text for people: aligned columns, hex, sizes, and names made harmless for a terminal.
#![forbid(unsafe_code)]

use std::fmt::Write as _;

/// Replaces control characters, so that a name in a file can't move the cursor.
pub(crate) fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() && c != '\t') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() && c != '\t' {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        let _ = write!(out, "{b:02x}");
    }
    out
}

/// `17 files`, `1 file`.
pub(crate) fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Bytes as people read them, exact below 1 KiB.
pub(crate) fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}

/// Rows with a heading, columns aligned; a column whose cells are all numbers stands right.
pub(crate) struct Grid {
    heading: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// An empty grid.
    pub(crate) fn new(heading: &[&'static str]) -> Self {
        Self {
            heading: heading.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines, indented by `indent` spaces.
    pub(crate) fn lines(&self, indent: usize) -> Vec<String> {
        let count = self.heading.len();
        let width = |s: &str| harmless(s).chars().count();
        let mut widths: Vec<usize> = self.heading.iter().map(|h| width(h)).collect();
        let mut right = vec![true; count];
        for row in &self.rows {
            for (i, cell) in row.iter().enumerate().take(count) {
                widths[i] = widths[i].max(width(cell));
                right[i] &= cell.is_empty()
                    || cell == "-"
                    || cell
                        .chars()
                        .all(|c| c.is_ascii_digit() || c == '.' || c == '%');
            }
        }
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut out = " ".repeat(indent);
            for (i, cell) in cells.enumerate().take(count) {
                if i > 0 {
                    out.push_str("  ");
                }
                let pad = widths[i].saturating_sub(width(cell));
                if right[i] {
                    out.extend(std::iter::repeat_n(' ', pad));
                }
                out.push_str(cell);
                if !right[i] && i + 1 < count {
                    out.extend(std::iter::repeat_n(' ', pad));
                }
            }
            out
        };
        std::iter::once(line(&mut self.heading.iter().copied()))
            .chain(
                self.rows
                    .iter()
                    .map(|r| line(&mut r.iter().map(String::as_str))),
            )
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_not_move_the_cursor() {
        assert_eq!(harmless("Ünicode\tname"), "Ünicode\tname");
        assert_eq!(harmless("a\u{1b}[2Jb\u{9b}\n"), "a\\u{1b}[2Jb\\u{9b}\\u{a}");
    }

    #[test]
    fn numbers_stand_right() {
        let mut g = Grid::new(&["name", "n"]);
        g.row(vec!["a".into(), "5".into()]);
        g.row(vec!["long".into(), "120".into()]);
        assert_eq!(g.lines(1), [" name    n", " a       5", " long  120"]);
    }
}
