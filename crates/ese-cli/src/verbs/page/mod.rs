//! `page`: one page: header, flags in words, tags, nodes with their keys and data decoded as far as
//! the catalog says what they are; hex where nothing else is left.
//!
//! Invariant: any page of any database is shown, damaged or not; exit 1 when it is damaged.
#![forbid(unsafe_code)]

mod nodes;
mod owner;

use super::facts::{Facts, fields_json};
use crate::cli::Page;
use crate::database::refused;
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::text::hex;
use ese_core::dbfile::{DbFile, FlushMapUse};
use ese_core::format::bytes::all_zero;
use ese_core::format::checksum::{PageVerdict, flip, verify};
use ese_core::format::db_header::DbHeader;
use ese_core::format::flush_map::is_lost_flush;
use ese_core::format::header_page::checksum_ok;
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::page::PageView;
use ese_core::format::page_check::{NodeProblem, check_nodes, check_page};
use ese_core::format::page_mut::{PageBuf, PageMut};
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::reader::{Database, Error};
use owner::Owner;
use serde_json::json;

pub(super) fn run(args: &Page, out: &mut Output) -> Result<Verdict, CliError> {
    let path = args.db.as_path();
    let file = DbFile::open(&RealFileSystem, path)
        .map_err(|e| refused(path, &Error::Open(e)))?
        .with_flush_map(&RealFileSystem, path);
    let size = file.selected().page_size;
    if args.pgno == -1 || args.pgno == 0 {
        return header(args, size, out);
    }
    let last = file.pages_in_file();
    let pgno = u32::try_from(args.pgno)
        .ok()
        .filter(|&n| n <= last)
        .map(Pgno)
        .ok_or_else(|| {
            CliError::new(format!(
                "{}: there is no page {}; the file has pages 1 to {last}, and its header as -1 and 0",
                path.display(),
                args.pgno
            ))
        })?;
    let raw = file.raw_page(pgno).map_err(|e| CliError::io(path, &e))?;
    let mut facts = Facts::default();
    facts.group(&format!(
        "Page {pgno} of {} at byte {} ({} bytes)",
        path.display(),
        pgno.offset(size),
        size.bytes()
    ));
    facts.value("page", pgno.0);
    facts.value("offset", pgno.offset(size));
    facts.value("bytes", size.bytes());
    if all_zero(&raw) {
        facts.fact("checksum", "never written (all zeros)", "checksum", "zero");
        facts.print(out)?;
        return Ok(Verdict::Good);
    }
    let mut page = PageBuf::zeroed(size);
    page.store_page(&raw)
        .map_err(|e| CliError::new(format!("{}: {e:?}", path.display())))?;
    let mut good = checksum(pgno, &mut page, &mut facts);
    let view = PageView::new(&page).map_err(|e| CliError::of(path, &e))?;
    // Without a catalog the page is still shown, only without names.
    let db = Database::open(path).ok();
    let owner = Owner::find(db.as_ref(), &view);
    page_header(&view, &file, pgno, &owner, &mut facts);
    let structure = check_page(&view);
    let (text, ok) = match &structure {
        Ok(()) => problems(&view),
        Err(e) => (format!("DAMAGED: {e}"), false),
    };
    good &= ok;
    facts.fact("structure", text.clone(), "structure", text);
    if is_lost_flush(file.flush_type_in_map(pgno), view.flush_type()) {
        good = false;
        facts.text(
            "lost write",
            "the flush map knows a later write of this page",
        );
    }
    let list = nodes::show(&view, &owner, &mut facts);
    facts.value("nodes", list);
    if !good {
        facts.group("Bytes as they lie in the file");
        dump(&raw, &mut facts);
        facts.value("raw", hex(&raw));
    }
    facts.print(out)?;
    Ok(if good { Verdict::Good } else { Verdict::Damage })
}

/// Judges the checksum and corrects what it can; `false` for damage.
fn checksum(pgno: Pgno, page: &mut PageBuf, facts: &mut Facts) -> bool {
    let (text, word, good) = match verify(page, pgno) {
        PageVerdict::Good => ("right".to_owned(), "good", true),
        PageVerdict::Correctable { bits } => {
            let text = format!(
                "one flipped bit a block, shown corrected: bit {:?}",
                bits.as_slice()
            );
            let flipped = flip(page, &bits).is_ok();
            (text, "correctable", flipped)
        }
        PageVerdict::Zero => ("never written".to_owned(), "zero", true),
        PageVerdict::Bad {
            expected,
            actual,
            block,
            looks_like,
        } => {
            let other = looks_like
                .map_or_else(String::new, |p| format!("; by its checksum it is page {p}"));
            (
                format!(
                    "DAMAGED: block {block} stores {expected:016x}, its bytes give {actual:016x}{other}"
                ),
                "bad",
                false,
            )
        }
        PageVerdict::WrongPgno { found, .. } => (
            format!("DAMAGED: right for this place, but the page carries the number {found}"),
            "wrong page number",
            false,
        ),
        PageVerdict::NotAPage { len } => (format!("DAMAGED: {len} bytes"), "bad", false),
    };
    facts.fact("checksum", text, "checksum", word);
    good
}

/// What an integrity check would say of the nodes.
fn problems(view: &PageView<'_>) -> (String, bool) {
    let mut list = Vec::new();
    check_nodes(view, &mut |p| {
        if !matches!(p, NodeProblem::PrefixRule { .. }) && list.len() < 20 {
            list.push(p.to_string());
        }
    });
    if list.is_empty() {
        ("sound".into(), true)
    } else {
        (format!("DAMAGED: {}", list.join("; ")), false)
    }
}

fn page_header(
    view: &PageView<'_>,
    file: &DbFile,
    pgno: Pgno,
    owner: &Owner<'_>,
    facts: &mut Facts,
) {
    facts.fact("what it is", owner.words(view), "what", owner.words(view));
    facts.fact(
        "object",
        format!("{} ({})", view.objid(), owner.name()),
        "objid",
        view.objid().0,
    );
    facts.value("owner", owner.json());
    facts.fact(
        "dbtime",
        format!("{} ({:#x})", view.dbtime().0, view.dbtime().0),
        "dbtime",
        view.dbtime().0,
    );
    facts.fact(
        "previous page",
        view.pgno_prev().to_string(),
        "prev",
        view.pgno_prev().0,
    );
    facts.fact(
        "next page",
        view.pgno_next().to_string(),
        "next",
        view.pgno_next().0,
    );
    let flags: Vec<String> = view
        .flags()
        .iter_names()
        .map(|(n, _)| n.to_ascii_lowercase().replace('_', "-"))
        .filter(|n| n != "flush-type")
        .collect();
    facts.text(
        "flags",
        format!("{:#x}: {}", view.flags().bits(), flags.join(", ")),
    );
    facts.value("flag_bits", view.flags().bits());
    facts.value("flags", flags);
    let map = match file.flush_map_use() {
        FlushMapUse::Used => format!("the flush map says {}", file.flush_type_in_map(pgno)),
        other => format!("no flush map: {other}"),
    };
    facts.fact(
        "flush type",
        format!("{} ({map})", view.flush_type()),
        "flush_type",
        view.flush_type(),
    );
    if let Some(own) = view.own_pgno() {
        facts.fact("own number", own.to_string(), "own_pgno", own.0);
    }
    facts.text(
        "tags",
        format!(
            "{}, {} of them no nodes",
            view.tag_count(),
            view.reserved_tags()
        ),
    );
    facts.value("tags", view.tag_count());
    facts.text(
        "free bytes",
        format!(
            "cbFree {}, cbUncommittedFree {}, ibMicFree {}",
            view.cb_free(),
            view.cb_uncommitted_free(),
            view.ib_mic_free()
        ),
    );
    facts.value(
        "free",
        json!({
            "cb_free": view.cb_free(),
            "cb_uncommitted_free": view.cb_uncommitted_free(),
            "ib_mic_free": view.ib_mic_free(),
        }),
    );
}

/// Sixteen bytes a line; runs of equal lines are one `*`.
fn dump(bytes: &[u8], facts: &mut Facts) {
    let mut before: Option<&[u8]> = None;
    let mut starred = false;
    for (i, line) in bytes.chunks(16).enumerate() {
        if before == Some(line) {
            if !starred {
                facts.text("*", "");
            }
            starred = true;
            continue;
        }
        starred = false;
        before = Some(line);
        let ascii: String = line
            .iter()
            .map(|&b| {
                if b.is_ascii_graphic() {
                    char::from(b)
                } else {
                    '.'
                }
            })
            .collect();
        let words: Vec<String> = line.chunks(4).map(hex).collect();
        facts.text(
            &format!("{:#06x}", i * 16),
            format!("{:35}  {ascii}", words.join(" ")),
        );
    }
}

/// One of the two header copies.
fn header(args: &Page, size: PageSize, out: &mut Output) -> Result<Verdict, CliError> {
    let path = args.db.as_path();
    let io = |e| CliError::io(path, &e);
    let second = args.pgno == 0;
    let offset = if second { size.bytes() as u64 } else { 0 };
    let file = RealFileSystem.open(path, OpenMode::Read).map_err(io)?;
    let mut copy = vec![0; size.bytes()];
    let n = file.read_at(&mut copy, offset).map_err(io)?;
    copy.truncate(n);
    let good = copy.len() == size.bytes() && checksum_ok(&copy) && !all_zero(&copy);
    let mut facts = Facts::default();
    facts.group(&format!(
        "{} header copy of {} at byte {offset}",
        if second { "Second" } else { "First" },
        path.display()
    ));
    facts.value("page", args.pgno);
    facts.value("offset", offset);
    facts.fact(
        "checksum",
        if good { "right" } else { "WRONG" },
        "checksum",
        if good { "good" } else { "bad" },
    );
    if let Some(h) = DbHeader::parse(&copy) {
        for (name, value) in h.values() {
            facts.text(name, value.to_string());
        }
        facts.value("header", fields_json(h.values()));
    }
    if !good {
        facts.group("Bytes as they lie in the file");
        dump(&copy, &mut facts);
        facts.value("raw", hex(&copy));
    }
    facts.print(out)?;
    Ok(if good { Verdict::Good } else { Verdict::Damage })
}
