//! Every page of every database at hand: checksum, structure, nodes, space, accounting; headers and
//! flush maps that go with them.
#![forbid(unsafe_code)]

mod pages_common;

use ese_core::format::checksum::{self, PageVerdict};
use ese_core::format::db_header::{DbHeader, DbState};
use ese_core::format::flush_map::{self, FlushMapHeader, FlushMapPage};
use ese_core::format::header_page::{CopyState, FileKind, file_kind, may_attach, stamp_header};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::node::NodeFlags;
use ese_core::format::page::{PageFlags, PageView};
use ese_core::format::page_check::{check_nodes, check_page};
use ese_core::format::page_edit::{NewPage, PageEdit, Space};
use ese_core::format::page_mut::PageBuf;
use ese_core::format::space::{Extent, RootHeader, SplitBuffer};
use ese_core::format::trailer::Trailer;
use pages_common::{Db, files_below, samples, witness_databases};
use std::collections::BTreeMap;

/// What was seen, so that a test over nothing is noticed.
#[derive(Default, Debug)]
struct Seen {
    pages: BTreeMap<usize, usize>,
    nodes: usize,
    extents: usize,
    roots: usize,
    dbtime_max: u64,
}

fn check_file(db: &Db, seen: &mut Seen) {
    let name = db.path.display();
    for (pgno, bytes) in db.pages() {
        match checksum::verify(bytes, pgno) {
            PageVerdict::Zero => continue,
            PageVerdict::Good => {}
            other => panic!("{name} page {pgno}: {other:?}"),
        }
        *seen.pages.entry(bytes.len()).or_default() += 1;
        let view = PageView::new(bytes).unwrap();
        seen.dbtime_max = seen.dbtime_max.max(view.dbtime().0);
        check_page(&view).unwrap_or_else(|e| panic!("{name} page {pgno}: {e}"));
        check_nodes(&view, &mut |p| panic!("{name} page {pgno}: {p}"));
        let flags = view.flags();
        if flags.contains(PageFlags::EMPTY) {
            continue;
        }
        seen.nodes += view.node_count();
        check_space(&view, seen);
        check_rebuilt(&view, pgno);
    }
}

fn check_space(view: &PageView<'_>, seen: &mut Seen) {
    let flags = view.flags();
    let header = view.external_header().unwrap();
    match (
        flags.contains(PageFlags::ROOT),
        flags.contains(PageFlags::SPACE_TREE),
    ) {
        (true, false) => {
            let root = RootHeader::parse(header).unwrap();
            assert_eq!(root.to_bytes(), header);
            seen.roots += 1;
        }
        (true, true) => {
            if let Some(buffer) = SplitBuffer::parse(header).unwrap() {
                assert_eq!(buffer.to_bytes(), header);
            }
        }
        _ => {}
    }
    if flags.contains(PageFlags::SPACE_TREE | PageFlags::LEAF) {
        for i in 0..view.node_count() {
            let node = view.node(i).unwrap();
            let extent = Extent::from_node(&node).unwrap();
            let (key, len) = extent.key();
            assert_eq!(key[..len], node.key());
            assert_eq!(extent.data(), node.data);
            seen.extents += 1;
        }
    }
}

/// The page's nodes, put one by one into a new page, take the same bytes.
fn check_rebuilt(view: &PageView<'_>, pgno: Pgno) {
    let mut page = PageBuf::zeroed(view.size());
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags: view.flags(),
        objid: view.objid(),
        dbtime: view.dbtime(),
        pgno,
        reserved_tags: view.itag_state() >> 12,
    })
    .unwrap();
    edit.set_pgno_prev(view.pgno_prev()).unwrap();
    edit.set_pgno_next(view.pgno_next()).unwrap();
    edit.set_external_header(view.external_header().unwrap())
        .unwrap();
    for i in 0..view.node_count() {
        let node = view.node(i).unwrap();
        let kept = node.flags - NodeFlags::COMPRESSED;
        edit.insert_node(i, &node.key(), node.data, kept, Space::Committed)
            .unwrap();
    }
    let new = edit.view();
    assert_eq!(new.cb_free(), view.cb_free());
    assert_eq!(new.itag_state(), view.itag_state());
    assert_eq!(new.flags(), view.flags());
    for i in 0..view.node_count() {
        assert_eq!(new.node(i).unwrap(), view.node(i).unwrap());
    }
}

fn check_header(db: &Db) {
    let name = db.path.display();
    assert_eq!(db.header.state, CopyState::Equal, "{name}");
    let size = db.size().bytes();
    let header = db.header.header;
    assert_eq!(
        file_kind(&db.bytes[..4096.max(2 * size)]),
        FileKind::Database
    );
    // What parses is built again, checksum included.
    let mut page = vec![0u8; size];
    header.write(&mut page).unwrap();
    page[..4].fill(0);
    stamp_header(&mut page);
    assert_eq!(page, db.bytes[..size], "{name}");
    assert!(header.version().is_readable());
    if header.state() == DbState::CleanShutdown {
        // docs/format/database-header.md §2.5.
        assert_eq!(header.required_generations(), None, "{name}");
        assert_eq!(header.committed_generation(), 0);
        assert_eq!(header.gen_min_consistent, 0);
        assert_eq!(header.lgpos_consistent, header.lgpos_detach);
    }
}

/// The flush map beside a database: its header goes with the database's, and every known state is
/// that of the page.
fn check_flush_map(db: &Db) -> usize {
    let map = db.path.with_extension("jfm");
    let Ok(bytes) = std::fs::read(&map) else {
        return 0;
    };
    let name = map.display();
    assert_eq!(file_kind(&bytes), FileKind::FlushMap, "{name}");
    let (head, data) = bytes.split_at(8192);
    let header = FlushMapHeader::open(head).unwrap();
    let mut built = vec![0u8; 8192];
    header.build(&mut built).unwrap();
    assert_eq!(built, head, "{name}");
    if header.belongs_to(&db.header.header).is_err() {
        return 0;
    }
    let mut states = 0;
    for (k, page) in (0u32..).zip(data.chunks_exact(8192)) {
        let page = FlushMapPage::new(page).unwrap();
        match page.verify(k) {
            PageVerdict::Good => {}
            PageVerdict::Zero => continue,
            other => panic!("{name} page {k}: {other:?}"),
        }
        for (pgno, bytes) in db.pages() {
            let (at, index) = flush_map::locate(pgno);
            if at != k {
                continue;
            }
            let state = page.state(index);
            let in_page = PageView::new(bytes).unwrap().flush_type();
            assert!(
                !flush_map::is_lost_flush(state, in_page),
                "{name} page {pgno}: {state} in the map, {in_page} in the page"
            );
            states += usize::from(state != 0 && state == in_page);
        }
    }
    states
}

#[test]
fn witness_databases_are_sound() {
    let files = witness_databases(&[]);
    if files.is_empty() {
        testkit::skip("witness databases");
        return;
    }
    let mut seen = Seen::default();
    let mut states = 0;
    for path in &files {
        let db = Db::open(path);
        check_header(&db);
        assert_eq!(may_attach(&db.header.header), Ok(()));
        let mut of_file = Seen::default();
        check_file(&db, &mut of_file);
        // docs/format/database-header.md §2.4: the counter in the header is the highest of any page.
        assert_eq!(
            of_file.dbtime_max,
            db.header.header.dbtime_dirtied.0,
            "{}",
            path.display()
        );
        states += check_flush_map(&db);
        for (size, n) in of_file.pages {
            *seen.pages.entry(size).or_default() += n;
        }
        seen.nodes += of_file.nodes;
        seen.extents += of_file.extents;
        seen.roots += of_file.roots;
    }
    println!("{} files, {states} flush states, {seen:?}", files.len());
    assert!(seen.nodes > 0 && seen.extents > 0 && seen.roots > 0 && states > 0);
    assert!(
        PageSize::ALL[1..]
            .iter()
            .all(|s| seen.pages.contains_key(&s.bytes()))
            || files.len() < 20
    );
}

#[test]
fn sample_databases_are_sound() {
    let mut seen = Seen::default();
    let mut states = 0;
    for path in samples() {
        let db = Db::open(&path);
        check_header(&db);
        check_file(&db, &mut seen);
        states += check_flush_map(&db);
    }
    println!("{states} flush states, {seen:?}");
}

#[test]
fn copies_of_a_backup_end_in_their_trailer() {
    let sets = testkit::sets("backup-sets");
    if sets.is_empty() {
        testkit::skip("backup sets");
    }
    for set in sets {
        let dir = testkit::unpack_set("backup-sets", &set).unwrap();
        let copies = files_below(&dir);
        for path in copies
            .iter()
            .filter(|p| p.extension().is_some_and(|x| x == "edb"))
        {
            let db = Db::open(path);
            let header: DbHeader = db.header.header;
            assert!(header.is_unfinished_backup_copy(), "{set}");
            assert!(may_attach(&header).is_err());
            let last = db
                .bytes
                .chunks_exact(db.size().bytes())
                .next_back()
                .unwrap();
            let trailer = Trailer::open(last);
            // One backup was stopped in the middle: its copy has no trailer.
            assert_eq!(trailer.is_ok(), set != "stopped", "{set}");
            let Ok(trailer) = trailer else { continue };
            let mut built = vec![1; last.len()];
            trailer.build(&mut built).unwrap();
            assert_eq!(built, last);
            let mut whole = header;
            trailer.apply(&mut whole).unwrap();
            assert!(!whole.is_unfinished_backup_copy());
            let high = i32::try_from(trailer.bkinfo.gen_high).unwrap();
            assert!(whole.gen_max_required >= header.gen_max_required.max(1));
            assert!(whole.gen_max_committed >= high);
            // Every page before the trailer is a page.
            let n = db.pages().count();
            for (pgno, bytes) in db.pages().take(n - 1) {
                assert!(
                    matches!(
                        checksum::verify(bytes, pgno),
                        PageVerdict::Good | PageVerdict::Zero
                    ),
                    "{set} page {pgno}"
                );
            }
        }
    }
}
