//! The pages of a database, one after the other, in large reads.
//!
//! Invariant: nothing is allocated for a page that is good.
#![forbid(unsafe_code)]

use super::findings::FileCheck;
use super::{READ_BYTES, Subject, trees};
use crate::text::plural;
use ese_core::dbfile::{DbFile, FlushMapUse, OpenError};
use ese_core::format::bytes::all_zero;
use ese_core::format::checksum::{PageVerdict, flip, verify};
use ese_core::format::flush_map::is_lost_flush;
use ese_core::format::header_page::{AttachRefusal, checksum_ok, may_attach, select_header};
use ese_core::format::ids::{Dbtime, PageSize, Pgno};
use ese_core::format::page::{PageFlags, PageView};
use ese_core::format::page_check::{NodeProblem, check_nodes, check_page};
use ese_core::format::page_mut::PageBuf;
use ese_core::io::real::RealFileSystem;
use ese_core::{HasJetErr, JetErr};

/// dbtimes from here on are marks (never written, shrunk away, reverted), no times.
const DBTIME_MARKS: u64 = u64::MAX - 0xFF;
/// Pages with a corrected bit that are listed by number.
const LISTED_MOST: usize = 1000;

/// Counts of the first pass.
#[derive(Default)]
struct Counts {
    seen: u64,
    bad: u64,
    correctable: u64,
    uninitialised: u64,
    wrong_pgno: u64,
    structure: u64,
    lost: u64,
    reads: u64,
    dbtime: u64,
    dbtime_page: u32,
    corrected: Vec<u32>,
}

pub(super) fn check(subject: &Subject<'_>, quick: bool, check: &mut FileCheck) {
    let selected = match select_header(&subject.head) {
        Ok(selected) => selected,
        Err(e) => {
            check.damage(-1, Some(0), e.to_string(), e.jet_err());
            subject.bar.inc(subject.len);
            return;
        }
    };
    let size = selected.page_size;
    check.page_bytes(size.bytes());
    let mut counts = Counts::default();
    header_copies(subject, size, &mut counts, check);
    let db = match DbFile::open(&RealFileSystem, subject.path) {
        Ok(db) => db.with_flush_map(&RealFileSystem, subject.path),
        Err(e) => {
            let jet = e.jet_err();
            let text = e.to_string();
            match e {
                OpenError::NoPages { .. } => check.damage(1, None, text, jet),
                _ => check.file_damage(text, jet),
            }
            subject.bar.inc(subject.len);
            return;
        }
    };
    header(&db, check);
    pages(subject, &db, &mut counts, check);
    report(subject, &db, &counts, check);
    if quick {
        check.remark("trees were not walked (--quick)");
    } else {
        trees::check(subject.path, check);
    }
}

/// Both copies of the header count as pages.
fn header_copies(
    subject: &Subject<'_>,
    size: PageSize,
    counts: &mut Counts,
    check: &mut FileCheck,
) {
    for (i, number) in [-1i64, 0].into_iter().enumerate() {
        let at = i * size.bytes();
        counts.seen += 1;
        let Some(copy) = subject.head.get(at..at + size.bytes()) else {
            check.damage(
                number,
                Some(at as u64),
                "the file ends before it".into(),
                JetErr::FILE_IO_BEYOND_EOF,
            );
            continue;
        };
        if all_zero(copy) {
            counts.uninitialised += 1;
            check.damage(
                number,
                Some(at as u64),
                "it is all zero".into(),
                JetErr::READ_VERIFY_FAILURE,
            );
        } else if !checksum_ok(copy) {
            counts.bad += 1;
            check.damage(
                number,
                Some(at as u64),
                "its checksum is wrong".into(),
                JetErr::READ_VERIFY_FAILURE,
            );
        }
    }
}

/// What the header itself says about the file.
fn header(db: &DbFile, check: &mut FileCheck) {
    let h = db.header();
    check.fact("state", h.state().name());
    if !h.has_magic() {
        check.damage(
            -1,
            Some(0),
            format!("its magic is {:#010x}, not that of a database", h.magic),
            JetErr::INVALID_DATABASE_VERSION,
        );
        return;
    }
    match may_attach(h) {
        Ok(()) => {}
        Err(AttachRefusal::FileType(t)) => check.damage(
            -1,
            Some(0),
            format!("it says file type {}, not database", t.to_u32()),
            JetErr::FILE_INVALID_TYPE,
        ),
        Err(refusal) => check.remark(format!(
            "would not attach: {refusal} [{}]",
            refusal.jet_err()
        )),
    }
}

fn pages(subject: &Subject<'_>, db: &DbFile, counts: &mut Counts, check: &mut FileCheck) {
    let size = db.selected().page_size;
    let mut pgno = 1u32;
    let last = db.pages_in_file();
    let per_read = u32::try_from(READ_BYTES / size.bytes()).unwrap_or(1).max(1);
    let mut buf = vec![0; READ_BYTES];
    let mut scratch = PageBuf::zeroed(size);
    subject.bar.inc(2 * size.bytes() as u64);
    while pgno <= last {
        let count = per_read.min(last - pgno + 1);
        let wanted = count as usize * size.bytes();
        let part = buf.get_mut(..wanted).unwrap_or_default();
        counts.reads += 1;
        if subject
            .file
            .read_exact_at(part, Pgno(pgno).offset(size))
            .is_err()
        {
            // A bad sector must not cost its neighbours: page by page.
            for p in pgno..pgno + count {
                let page = buf.get_mut(..size.bytes()).unwrap_or_default();
                counts.reads += 1;
                counts.seen += 1;
                match subject.file.read_exact_at(page, Pgno(p).offset(size)) {
                    Ok(()) => one(db, Pgno(p), page, &mut scratch, counts, check),
                    Err(e) => {
                        counts.bad += 1;
                        let offset = Some(Pgno(p).offset(size));
                        check.damage(
                            i64::from(p),
                            offset,
                            format!("reading failed: {e}"),
                            e.jet_err(),
                        );
                    }
                }
            }
        } else {
            counts.seen += u64::from(count);
            for (p, page) in (pgno..).zip(part.chunks_exact(size.bytes())) {
                one(db, Pgno(p), page, &mut scratch, counts, check);
            }
        }
        subject.bar.inc(wanted as u64);
        pgno += count;
    }
    subject.bar.inc(subject.len % size.bytes() as u64);
}

fn one(
    db: &DbFile,
    pgno: Pgno,
    page: &[u8],
    scratch: &mut PageBuf,
    counts: &mut Counts,
    check: &mut FileCheck,
) {
    let offset = Some(pgno.offset(db.selected().page_size));
    let number = i64::from(pgno.0);
    match verify(page, pgno) {
        PageVerdict::Good => structure(db, pgno, page, counts, check),
        PageVerdict::Zero => counts.uninitialised += 1,
        PageVerdict::Correctable { bits } => {
            counts.correctable += 1;
            if counts.corrected.len() < LISTED_MOST {
                counts.corrected.push(pgno.0);
            }
            use ese_core::format::page_mut::PageMut;
            if scratch.store_page(page).is_ok() && flip(scratch, &bits).is_ok() {
                structure(db, pgno, scratch, counts, check);
            }
        }
        verdict @ PageVerdict::WrongPgno { found, .. } => {
            counts.wrong_pgno += 1;
            check.damage(
                number,
                offset,
                format!("it carries the number {found}"),
                jet_of(verdict, pgno),
            );
        }
        verdict @ PageVerdict::Bad {
            expected,
            actual,
            looks_like,
            ..
        } => {
            counts.bad += 1;
            let other = looks_like
                .map_or_else(String::new, |p| format!("; by its checksum it is page {p}"));
            check.damage(
                number,
                offset,
                format!("its checksum is {expected:016x}, its bytes give {actual:016x}{other}"),
                jet_of(verdict, pgno),
            );
        }
        verdict @ PageVerdict::NotAPage { .. } => {
            counts.bad += 1;
            check.damage(
                number,
                offset,
                "it is no page".into(),
                jet_of(verdict, pgno),
            );
        }
    }
}

fn jet_of(verdict: PageVerdict, pgno: Pgno) -> JetErr {
    verdict
        .usable(pgno)
        .err()
        .map_or(JetErr::READ_VERIFY_FAILURE, |e| e.jet_err())
}

/// What the checksum can't see: structure, order, a lost write, a time from the future.
fn structure(db: &DbFile, pgno: Pgno, page: &[u8], counts: &mut Counts, check: &mut FileCheck) {
    let number = i64::from(pgno.0);
    let offset = Some(pgno.offset(db.selected().page_size));
    let Ok(view) = PageView::new(page) else {
        return;
    };
    let dbtime = view.dbtime().0;
    if dbtime > counts.dbtime && dbtime < DBTIME_MARKS {
        counts.dbtime = dbtime;
        counts.dbtime_page = pgno.0;
    }
    if let Err(e) = check_page(&view) {
        counts.structure += 1;
        check.damage(number, offset, e.to_string(), e.jet_err());
        return;
    }
    let map = db.flush_type_in_map(pgno);
    if is_lost_flush(map, view.flush_type()) {
        counts.lost += 1;
        check.damage(
            number,
            offset,
            format!(
                "a write of this page was lost: its flush type is {}, the flush map says {map}",
                view.flush_type()
            ),
            JetErr::READ_LOST_FLUSH_VERIFY_FAILURE,
        );
    }
    if view.flags().contains(PageFlags::EMPTY) {
        return;
    }
    let mut found = None;
    check_nodes(&view, &mut |problem| {
        // How much of a prefix a node shares is the writer's choice to a reader.
        if !matches!(problem, NodeProblem::PrefixRule { .. }) {
            found.get_or_insert(problem);
        }
    });
    if let Some(problem) = found {
        counts.structure += 1;
        check.damage(
            number,
            offset,
            problem.to_string(),
            JetErr::DATABASE_CORRUPTED,
        );
    }
}

fn report(subject: &Subject<'_>, db: &DbFile, counts: &Counts, check: &mut FileCheck) {
    let header_dbtime = db.header().dbtime_dirtied;
    let clean = db.state().is_clean();
    if clean && Dbtime(counts.dbtime) > header_dbtime {
        check.damage(
            i64::from(counts.dbtime_page),
            None,
            format!(
                "its dbtime {} is later than that of the whole database, {}",
                counts.dbtime, header_dbtime.0
            ),
            JetErr::DB_TIME_CORRUPTED,
        );
    }
    for (key, n) in [
        ("pages", counts.seen),
        ("bad", counts.bad),
        ("correctable", counts.correctable),
        ("uninitialised", counts.uninitialised),
        ("wrong_page_numbers", counts.wrong_pgno),
        ("structure_damaged", counts.structure),
        ("lost_writes", counts.lost),
        ("highest_dbtime", counts.dbtime),
        ("highest_dbtime_page", u64::from(counts.dbtime_page)),
        ("reads", counts.reads),
    ] {
        check.fact(key, n);
    }
    check.fact("page_size", db.selected().page_size.bytes());
    check.fact("correctable_pages", counts.corrected.clone());
    check.fact("flush_map", db.flush_map_use().to_string());
    check.line(format!(
        "{} seen (both header copies among them): {} bad, {} correctable, {} uninitialised, {} with \
         a wrong page number; {}",
        plural(counts.seen, "page", "pages"),
        counts.bad,
        counts.correctable,
        counts.uninitialised,
        counts.wrong_pgno,
        plural(counts.reads, "read", "reads"),
    ));
    check.line(format!(
        "highest dbtime {} on page {}; the header's {}",
        counts.dbtime, counts.dbtime_page, header_dbtime.0
    ));
    if !counts.corrected.is_empty() {
        let list: Vec<String> = counts.corrected.iter().map(ToString::to_string).collect();
        check.line(format!(
            "one flipped bit, corrected in memory: page {}",
            list.join(", ")
        ));
    }
    match db.flush_map_use() {
        FlushMapUse::Used => check.line("flush map: every page held against it"),
        other => check.line(format!(
            "flush map: {other}; lost writes were not looked for"
        )),
    }
    let rest = subject.len % db.selected().page_size.bytes() as u64;
    check.fact("bytes_behind_last_page", rest);
    if rest != 0 {
        check.remark(format!(
            "{} behind the last whole page belong to no page",
            plural(rest, "byte", "bytes")
        ));
    }
}
