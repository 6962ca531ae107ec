//! CSV by RFC 4180: a heading, comma, CRLF, quotes where they are needed. NULL is an empty field, a
//! value of no characters an empty pair of quotes; several values (and every value of a
//! multi-valued column) are one JSON array.
#![forbid(unsafe_code)]

use super::cells::{CellValues, Cells, Selection};
use super::jsonl::push_values;
use crate::damage::Damage;
use crate::error::CliError;
use crate::output::Output;
use crate::value::push_plain;
use ese_core::reader::RowRef;
use std::io::Write;

/// Writes the records of one table.
pub(super) struct Csv<'s> {
    selection: Selection<'s>,
    cells: Cells,
    text: String,
    scratch: String,
}

impl<'s> Csv<'s> {
    pub(super) fn new(selection: Selection<'s>, to: &mut dyn Write) -> Result<Self, CliError> {
        let mut out = String::new();
        for (i, column) in selection.columns().iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            push_field(&column.name, &mut out);
        }
        out.push_str("\r\n");
        Output::quiet(to.write_all(out.as_bytes()))?;
        Ok(Self {
            selection,
            cells: Cells::default(),
            text: String::new(),
            scratch: String::new(),
        })
    }

    pub(super) fn record(
        &mut self,
        row: &RowRef<'_>,
        damage: &mut Damage,
        to: &mut dyn Write,
    ) -> Result<(), CliError> {
        let (text, scratch) = (&mut self.text, &mut self.scratch);
        let last = self.selection.columns().len().saturating_sub(1);
        let mut written = 0usize;
        self.cells
            .each(&self.selection, row, damage, |at, _, values| {
                text.clear();
                text.extend(std::iter::repeat_n(',', at as usize - written));
                written = at as usize;
                cell(values, scratch, text);
                Output::quiet(to.write_all(text.as_bytes()))
            })?;
        text.clear();
        text.extend(std::iter::repeat_n(',', last - written));
        text.push_str("\r\n");
        Output::quiet(to.write_all(text.as_bytes()))
    }
}

fn cell(values: &CellValues<'_>, scratch: &mut String, out: &mut String) {
    let mut field = String::new();
    if values.many {
        push_values(values, scratch, &mut field);
    } else {
        match values.get(0) {
            Some(v) => push_plain(&v, &mut field),
            None => return,
        }
    }
    push_field(&field, out);
}

/// One field, in quotes where RFC 4180 wants them and where it would be taken for NULL.
fn push_field(field: &str, out: &mut String) {
    if !field.is_empty() && !field.contains(['"', ',', '\r', '\n']) {
        out.push_str(field);
        return;
    }
    out.push('"');
    for (i, part) in field.split('"').enumerate() {
        if i > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes() {
        for (plain, wanted) in [
            ("a b", "a b"),
            ("", "\"\""),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
        ] {
            let mut out = String::new();
            push_field(plain, &mut out);
            assert_eq!(out, wanted);
        }
    }
}
