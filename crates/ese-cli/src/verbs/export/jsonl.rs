//! JSON lines: one object a record, columns without a value left out (`null` where a default would
//! stand else), multi-valued columns as arrays.
#![forbid(unsafe_code)]

use super::cells::{CellValues, Cells, Selection};
use crate::damage::Damage;
use crate::error::CliError;
use crate::output::Output;
use crate::value::{push_json, push_json_str};
use ese_core::reader::RowRef;
use std::io::Write;

/// Writes the records of one table.
pub(super) struct Jsonl<'s> {
    selection: Selection<'s>,
    cells: Cells,
    text: String,
    scratch: String,
}

impl<'s> Jsonl<'s> {
    pub(super) fn new(selection: Selection<'s>) -> Self {
        Self {
            selection,
            cells: Cells::default(),
            text: String::new(),
            scratch: String::new(),
        }
    }

    pub(super) fn record(
        &mut self,
        row: &RowRef<'_>,
        damage: &mut Damage,
        to: &mut dyn Write,
    ) -> Result<(), CliError> {
        let (text, scratch) = (&mut self.text, &mut self.scratch);
        let mut before = '{';
        self.cells
            .each(&self.selection, row, damage, |_, column, values| {
                text.clear();
                text.push(before);
                before = ',';
                push_json_str(&column.name, text);
                text.push(':');
                if values.many {
                    push_values(values, scratch, text);
                } else {
                    match values.get(0) {
                        Some(v) => push_json(&v, scratch, text),
                        None => text.push_str("null"),
                    }
                }
                Output::quiet(to.write_all(text.as_bytes()))
            })?;
        let end: &[u8] = if before == '{' { b"{}\n" } else { b"}\n" };
        Output::quiet(to.write_all(end))
    }
}

/// Appends several values as an array.
pub(super) fn push_values(values: &CellValues<'_>, scratch: &mut String, out: &mut String) {
    out.push('[');
    for i in 0..values.len() {
        if i > 0 {
            out.push(',');
        }
        match values.get(i) {
            Some(v) => push_json(&v, scratch, out),
            None => out.push_str("null"),
        }
    }
    out.push(']');
}
