//! What the streaming calls hand on: the original's program `backup-files`, and damage.

use crate::world::{Aligned, World, at, copy, jet, params, read_all};
use ese_backup::external::{END_ABORT, ExternalBackup};
use ese_core::JetErr;
use ese_core::format::db_header::{DbHeader, DbState};
use ese_core::format::header_page::checksum_ok;
use ese_core::format::ids::PageSize;
use ese_core::format::trailer::Trailer;
use ese_core::instance::{AttachOptions, CreateOptions, TermKind};
use ese_core::io::memory::MemoryFileSystem;
use std::path::Path;
use std::sync::Arc;

fn pages(world: &World) -> u64 {
    use ese_core::cache::PageStore as _;
    let all = world.instance.databases();
    u64::from(all[0].file().pages())
}

#[test]
fn the_stream_has_two_headers_the_pages_and_a_trailer() {
    for size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        let world = World::of(params(size));
        let db = world.create("a.edb");
        world.fill(&db, 1..200, 300);
        let backup = ExternalBackup::new(&world.instance);
        backup.begin(0).unwrap();
        let current = world.instance.log().unwrap().generation();
        let bytes = copy(&backup, &at("a.edb")).unwrap();
        let n = size.bytes();
        assert_eq!(bytes.len() as u64, (pages(&world) + 3) * n as u64);
        let (header, rest) = bytes.split_at(n);
        assert_eq!(header, &rest[..n], "the shadow");
        assert!(checksum_ok(header));
        let h = DbHeader::parse(header).unwrap();
        assert_eq!(h.state(), DbState::DirtyShutdown);
        let cur = h.bkinfo_full_cur;
        assert!(h.is_unfinished_backup_copy() && cur.gen_low == 1 && cur.gen_high == 0);
        assert_eq!(cur.mark, backup.mark().unwrap());
        let trailer = Trailer::open(&bytes[bytes.len() - n..]).unwrap();
        trailer.belongs_to(&h).unwrap();
        assert_eq!(trailer.bkinfo.time, cur.time);
        assert_eq!(trailer.bkinfo.gen_low, cur.gen_low);
        assert_eq!(trailer.bkinfo.gen_high, current as u32);
        // The default format says no more.
        assert_eq!((trailer.gen_min_required, trailer.gen_max_required), (0, 0));
        // The live header knows nothing of it.
        assert!(world.header("a.edb").bkinfo_full_cur.is_none());
        // Pages are the file's, byte for byte.
        let live = world.memory.get(&at("a.edb")).unwrap();
        let end = bytes.len() - n;
        assert!(bytes[2 * n..end] == live[2 * n..end]);
        backup.end2(END_ABORT).unwrap();
    }
}

#[test]
fn a_newer_trailer_says_which_generations_are_required() {
    let mut p = params(PageSize::K4);
    p.engine_format_version = Some(9300);
    let world = World::of(p);
    let db = world.create("a.edb");
    world.fill(&db, 1..200, 300);
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    let bytes = copy(&backup, &at("a.edb")).unwrap();
    let trailer = Trailer::open(&bytes[bytes.len() - 4096..]).unwrap();
    let h = DbHeader::parse(&bytes).unwrap();
    assert_eq!(trailer.gen_min_required, h.gen_min_required);
    assert!(trailer.gen_max_required >= h.gen_max_required && trailer.gen_max_committed > 0);
}

#[test]
fn buffers() {
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..50, 100);
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    let opened = backup.open_file(Path::new("a.edb")).unwrap();
    let h = opened.handle;
    let mut buf = Aligned::new(64 * 4096);
    let refused = JetErr::INVALID_PARAMETER;
    assert_eq!(jet(&backup.read_file(h, buf.off())), refused);
    for bad in [0, 4096, 8192, 3 * 4096 + 2048] {
        assert_eq!(
            jet(&backup.read_file(h, &mut buf.get()[..bad])),
            refused,
            "{bad}"
        );
    }
    assert_eq!(
        backup.read_file(h, &mut buf.get()[..3 * 4096]).unwrap(),
        3 * 4096
    );
    assert_eq!(jet(&backup.read_file(h, &mut buf.get()[..0])), refused);
    assert_eq!(backup.read_file(h, &mut buf.get()[..4096]).unwrap(), 4096);
    let mut sum = 4 * 4096;
    loop {
        match backup.read_file(h, &mut buf.get()[..4096]).unwrap() {
            0 => break,
            n => sum += n as u64,
        }
    }
    assert_eq!(sum, opened.bytes);
    assert_eq!(backup.read_file(h, buf.get()).unwrap(), 0);
    backup.close_file(h).unwrap();
    assert_eq!(
        jet(&backup.read_file(h, buf.get())),
        refused,
        "a closed handle"
    );
    // All but the trailer, then the trailer alone.
    let opened = backup.open_file(&at("a.edb")).unwrap();
    let mut big = Aligned::new(opened.bytes as usize);
    let most = opened.bytes as usize - 4096;
    let n = backup
        .read_file(opened.handle, &mut big.get()[..most])
        .unwrap();
    assert_eq!(n, most);
    assert_eq!(backup.read_file(opened.handle, buf.get()).unwrap(), 4096);
    assert_eq!(backup.read_file(opened.handle, buf.get()).unwrap(), 0);
    backup.close_file(opened.handle).unwrap();
    // Exactly everything.
    let opened = backup.open_file(&at("a.edb")).unwrap();
    let n = backup.read_file(opened.handle, big.get()).unwrap();
    assert_eq!(n as u64, opened.bytes);
    // Growth after the open is not copied.
    let before = opened.bytes;
    world.fill(&db, 1_000..2_500, 800);
    backup.close_file(opened.handle).unwrap();
    let again = backup.open_file(&at("a.edb")).unwrap();
    assert!(again.bytes > before, "{} {before}", again.bytes);
    backup.close_file(again.handle).unwrap();
    // A log asks for two pages first.
    let log = backup.log_info().unwrap().files[0].clone();
    let opened = backup.open_file(&log).unwrap();
    for bad in [0, 4096, 2 * 4096 + 2048] {
        let part = &mut buf.get()[..bad];
        assert_eq!(
            jet(&backup.read_file(opened.handle, part)),
            refused,
            "{bad}"
        );
    }
    let n = backup
        .read_file(opened.handle, &mut buf.get()[..8192])
        .unwrap();
    assert_eq!((n, opened.bytes), (8192, 65_536));
    let n = backup
        .read_file(opened.handle, &mut buf.get()[..4096])
        .unwrap();
    assert_eq!(n, 4096);
    read_all(&backup, opened.handle).unwrap();
    backup.close_file(opened.handle).unwrap();
    // A file of no bytes, that is no log.
    world.memory.put(&at("odd.txt"), Vec::new());
    let odd = backup.open_file(&at("odd.txt")).unwrap();
    assert_eq!(odd.bytes, 0);
    assert_eq!(backup.read_file(odd.handle, buf.get()).unwrap(), 0);
    backup.close_file(odd.handle).unwrap();
    // One that can't be verified is refused at its open.
    world.memory.put(&at("odd.txt"), vec![7; 9_000]);
    assert_eq!(jet(&backup.open_file(&at("odd.txt"))), refused);
    assert!(!backup.is_running());
}

/// Flips bytes of a file.
fn damage(memory: &MemoryFileSystem, file: &Path, offset: usize) {
    let mut bytes = memory.get(file).unwrap();
    // Not the same change twice: the checksum is a sum of XORs.
    bytes[offset + 100] ^= 0x5A;
    bytes[offset + 133] ^= 0x21;
    memory.put(file, bytes);
}

#[test]
fn a_damaged_page_takes_its_database_out_after_sixteen_retries() {
    let made = World::new();
    let (a, b) = (made.create("a.edb"), made.create("b.edb"));
    made.fill(&a, 1..100, 100);
    made.fill(&b, 1..100, 100);
    drop((a, b));
    made.instance.term(TermKind::Clean).unwrap();
    let memory = made.memory.clone();
    drop(made);
    // The last page that holds anything; an attach does not look at it.
    let bytes = memory.get(&at("a.edb")).unwrap();
    let used = |pgno: usize| bytes[(pgno + 1) * 4096..][..4096].iter().any(|&b| b != 0);
    let page = (1..bytes.len() / 4096 - 2)
        .rev()
        .find(|&p| used(p))
        .unwrap();
    assert!(page > 10);
    damage(&memory, &at("a.edb"), (page + 1) * 4096);
    let world = World::over(memory.clone(), Arc::new(memory), params(PageSize::K4));
    for name in ["a.edb", "b.edb"] {
        let attached = world.instance.attach(&at(name), &AttachOptions::default());
        drop(attached.unwrap());
    }
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    let before = world.instance.env().clock.now_monotonic();
    let answer = copy(&backup, &at("a.edb"));
    assert_eq!(jet(&answer), JetErr::READ_VERIFY_FAILURE);
    let said = answer.unwrap_err().to_string();
    assert!(said.contains(&format!("page {page}")), "{said}");
    let waited = world.instance.env().clock.now_monotonic() - before;
    // 100 ms × (1 + … + 16).
    assert!(waited.as_millis() >= 13_600, "{waited:?}");
    // The backup goes on, and the other database counts.
    assert!(backup.is_running());
    copy(&backup, &at("b.edb")).unwrap();
    for log in backup.log_info().unwrap().files {
        copy(&backup, &log).unwrap();
    }
    backup.truncate_log().unwrap();
    backup.end().unwrap();
    assert!(world.header("a.edb").bkinfo_full_prev.is_none());
    assert!(!world.header("b.edb").bkinfo_full_prev.is_none());
}

#[test]
fn a_damaged_log_ends_the_backup() {
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..300, 500);
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    copy(&backup, &at("a.edb")).unwrap();
    let log = backup.log_info().unwrap().files[1].clone();
    damage(&world.memory, &log, 3 * 4096);
    let answer = copy(&backup, &log);
    assert_eq!(jet(&answer), JetErr::LOG_READ_VERIFY_FAILURE);
    assert!(!backup.is_running());
    assert_eq!(jet(&backup.end()), JetErr::NO_BACKUP);
    assert!(world.header("a.edb").bkinfo_copy_prev.is_none());
}

#[test]
fn a_database_without_a_table_is_copied_too() {
    let world = World::new();
    let made = world
        .instance
        .create(at("e.edb"), &CreateOptions::default());
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    copy(&backup, &at("e.edb")).unwrap();
    drop(made);
}
