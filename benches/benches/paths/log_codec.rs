//! Log records written to bytes and parsed again: an insert of a row, and a commit.
#![forbid(unsafe_code)]

use super::Result;
use criterion::Criterion;
use ese_core::format::ids::{Dbtime, Objid, Pgno};
use ese_core::format::log_record::{Commit0, Insert, LogRecord, LrFlags, LrNode, LrPage};
use std::hint::black_box;

const PROCID: u16 = 0x60;
const TRX: u32 = 0x104;

/// The insert of a row of 24 and 150 bytes.
fn insert<'a>(key: &'a [u8], data: &'a [u8]) -> LogRecord<'a> {
    LogRecord::Insert(Insert {
        page: LrPage {
            procid: PROCID,
            dbid: 1,
            pgno: Pgno(1000),
            dbtime: Dbtime(2001),
            dbtime_before: Dbtime(2000),
            iline: 5,
            flags: LrFlags::UNIQUE | LrFlags::VERSIONED,
            trx_begin0: TRX,
            level: 1,
        },
        node: LrNode {
            rceid: 77,
            pgno_fdp: Pgno(40),
            objid_fdp: Objid(12),
        },
        prefix: &[],
        suffix: key,
        data,
    })
}

pub(super) fn bench(c: &mut Criterion) -> Result<()> {
    let (key, data) = ([0x7F; 24], [0x5A; 190]);
    let commit = LogRecord::Commit0(Commit0 {
        procid: PROCID,
        level_to: 0,
        trx_commit0: TRX,
    });
    let mut group = c.benchmark_group("log codec");
    for (name, record) in [("insert", insert(&key, &data)), ("commit", commit)] {
        let mut bytes = Vec::new();
        record.write(&mut bytes)?;
        let (back, used) = LogRecord::parse(&bytes)?;
        if back != record || used != bytes.len() {
            return Err(format!("{name} is not what was written").into());
        }
        let mut out = Vec::with_capacity(bytes.len());
        group.bench_function(format!("{name}, written"), |b| {
            b.iter(|| {
                out.clear();
                black_box(&record).write(&mut out)
            });
        });
        group.bench_function(format!("{name}, parsed"), |b| {
            b.iter(|| LogRecord::parse(black_box(&bytes)).map(|(_, used)| used));
        });
    }
    group.finish();
    Ok(())
}
