//! Full decode of a database: every column of every record of every table, values decompressed,
//! long values joined, text as UTF-8.
//!
//! `decode FILE` prints `seconds, records, bytes of the decoded records, faults`; the seconds are
//! those of opening and decoding, as the peers' scripts measure theirs.
#![forbid(unsafe_code)]

use ese_core::reader::Database;
use ese_core::reader::canonical::dump;
use std::io::{self, Write};
use std::time::Instant;

/// Counts what is written.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0 += buf.len() as u64;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("decode FILE");
        std::process::exit(2);
    };
    let start = Instant::now();
    let db = match Database::open(&path) {
        Ok(db) => db,
        Err(e) => {
            eprintln!("{}: {e}", path.display());
            std::process::exit(1);
        }
    };
    let (mut count, mut records, mut faults) = (Count(0), 0, 0);
    for table in db.tables() {
        let report = dump(&table, &|_| true, &mut count).expect("counting does not fail");
        records += report.records;
        faults += report.faults.len();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{seconds:.6}\t{records}\t{}\t{faults}", count.0);
}
