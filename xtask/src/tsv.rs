//! Tab-separated tables with a header line, `-` for nothing: the form of `crates/ese-ffi/api/*.tsv`.
#![forbid(unsafe_code)]

use crate::process::{Failure, in_root, read};
use std::path::Path;

/// A table in memory.
pub(crate) struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    name: String,
}

impl Table {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Self::parse(&read(path)?, &in_root(path).display().to_string())
    }

    pub(crate) fn parse(text: &str, name: &str) -> Result<Self, Failure> {
        let split = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
        let mut lines = text.lines();
        let columns = split(lines.next().unwrap_or_default());
        let rows: Vec<_> = lines.map(split).collect();
        for (i, row) in rows.iter().enumerate() {
            if row.len() != columns.len() {
                return Err(Failure::failed(format!(
                    "{name}:{}: {} columns, the head has {}",
                    i + 2,
                    row.len(),
                    columns.len()
                )));
            }
        }
        Ok(Self {
            columns,
            rows,
            name: name.to_owned(),
        })
    }

    /// The named columns of every row.
    pub(crate) fn select<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<Vec<[&str; N]>, Failure> {
        let mut at = [0; N];
        for (slot, name) in at.iter_mut().zip(names) {
            *slot = self.columns.iter().position(|c| c == name).ok_or_else(|| {
                Failure::failed(format!("{}: there is no column {name}", self.name))
            })?;
        }
        Ok(self
            .rows
            .iter()
            .map(|row| at.map(|i| row[i].as_str()))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_are_found_by_name_and_short_rows_named() {
        let t = Table::parse("a\tb\n1\t2\n3\t4\n", "t").unwrap();
        assert_eq!(t.select(["b", "a"]).unwrap(), [["2", "1"], ["4", "3"]]);
        assert!(t.select(["c"]).is_err());
        let e = Table::parse("a\tb\n1\n", "t.tsv")
            .err()
            .map(|e| format!("{e:?}"));
        assert!(e.unwrap().contains("t.tsv:2"));
    }
}
