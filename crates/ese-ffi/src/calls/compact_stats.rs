//! The file in which JetCompact says what it did with each table (JET_bitCompactStats): DFRGINFO.TXT in
//! the folder of the temporary database, to which each compaction adds a part.
//!
//! ```text
//! ***** heading
//! source
//! names of columns, tabs between them
//! a line for each table
//! target
//! ***** end
//! ```
//! Name, place and columns are the original's (`comp.cxx`, `_comp.hxx`), the words are ours.
//!
//! Invariant: what can't be written does not end the compaction; only a file that can't be opened does.

use crate::gate::{Refusal, refuse};
use ese_core::JetErr;
use ese_core::maintenance::compact::TableCompacted;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Its name.
const FILE_NAME: &str = "DFRGINFO.TXT";
/// The columns.
const COLUMNS: [&str; 15] = [
    "Table",
    "Own columns, fixed and variable",
    "Own columns, tagged",
    "Own columns",
    "Secondary indexes",
    "Pages owned in the source",
    "Pages free in the source",
    "Time to make it",
    "Records",
    "Bytes of records",
    "Bytes of long values",
    "Leaves of records",
    "Leaves of long values",
    "Time to fill it",
    "Time",
];

/// A part of the file, under way.
pub(super) struct Stats {
    file: File,
    begun: Instant,
}

/// Seconds, with thousandths.
fn seconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}

impl Stats {
    /// Begins a part for the compaction of `source`.
    pub(super) fn begin(folder: &Path, source: &Path) -> Result<Self, Refusal> {
        let path = folder.join(FILE_NAME);
        let opened = OpenOptions::new().create(true).append(true).open(path);
        let Ok(file) = opened else {
            return refuse(JetErr::FILE_ACCESS_DENIED);
        };
        let mut stats = Self {
            file,
            begun: Instant::now(),
        };
        let bytes = std::fs::metadata(source).map_or(0, |m| m.len());
        stats.write(&format!(
            "\n\n***** Compaction of '{}' begins [libesent {}]\n\nThe database has {bytes} bytes.\n\n{}\n\n",
            source.display(),
            env!("CARGO_PKG_VERSION"),
            COLUMNS.join("\t")
        ));
        Ok(stats)
    }

    pub(super) fn table(&mut self, table: &TableCompacted) {
        let numbers = [
            u64::from(table.untagged),
            u64::from(table.tagged),
            u64::from(table.untagged) + u64::from(table.tagged),
            u64::from(table.secondary),
            table.pages_owned,
            table.pages_free,
        ];
        let copied = [
            table.records,
            table.record_bytes,
            table.long_value_bytes,
            table.leaves,
            table.long_value_leaves,
        ];
        let mut fields = vec![table.name.clone()];
        fields.extend(numbers.iter().map(u64::to_string));
        fields.push(seconds(table.making));
        fields.extend(copied.iter().map(u64::to_string));
        fields.push(seconds(table.copying));
        fields.push(seconds(table.making.saturating_add(table.copying)));
        self.write(&(fields.join("\t") + "\n"));
    }

    /// Ends the part; `target` was made, or not.
    pub(super) fn end(&mut self, target: Option<&Path>) {
        if let Some(bytes) = target.and_then(|t| std::fs::metadata(t).ok()) {
            let bytes = bytes.len();
            self.write(&format!("\nThe new database has {bytes} bytes.\n"));
        }
        let took = seconds(self.begun.elapsed());
        self.write(&format!("\n\n***** It took {took} seconds.\n\n"));
    }

    fn write(&mut self, text: &str) {
        if let Err(e) = self.file.write_all(text.as_bytes()) {
            tracing::debug!(error = %e, "statistics of a compaction are lost");
        }
    }
}
