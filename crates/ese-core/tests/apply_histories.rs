//! Whole log histories of the original engine, replayed from nothing: every page must become what the
//! original left, and every before-image in the logs must show the page as it is at that moment.
#![forbid(unsafe_code)]

mod replay_support;

use ese_core::format::header_page::select_header;
use ese_core::format::ids::{PageSize, Pgno, Signature};
use ese_core::format::log_record::{LogRecord, LrTyp, ShrinkDb, TrimDb};
use ese_core::format::page_mut::PageBuf;
use replay_support::database::Database;
use replay_support::same::compare_with_file;
use replay_support::{Outcome, Replayer, Tally};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The database files of a folder.
fn database_files(dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(dir)
        .expect("an unpacked set can be read")
        .map(|e| e.expect("an unpacked set can be read").path())
        .filter(|p| p.extension().is_some_and(|x| x == "edb") || p.ends_with("SRUDB.dat"))
        .collect();
    out.sort();
    out
}

/// Replays a folder and compares with its databases.
fn replay_and_compare(dir: &Path) -> Outcome<Tally> {
    let replayer = Replayer::replay_folder(dir)?;
    let files = database_files(dir);
    if files.len() != replayer.databases.len() {
        return Err(format!("{} files", files.len()).into());
    }
    let mut pages = 0;
    for path in files {
        let header = select_header(&std::fs::read(&path)?)?.header;
        let made = replayer.databases.iter().find(|d| d.sign == header.sign_db);
        let made = made.ok_or_else(|| format!("{}: not in the logs", path.display()))?;
        let compared = compare_with_file(made, &path)?;
        if let Some((pgno, why)) = compared.different.first() {
            let n = compared.different.len();
            let path = path.display();
            return Err(format!("{path}: {n} pages differ, first {pgno}: {why}").into());
        }
        if header.version() != made.version {
            return Err(format!("version {} {}", header.version(), made.version).into());
        }
        pages += compared.same;
    }
    let t = &replayer.tally;
    eprintln!(
        "  {pages} pages equal; {} changes of pages, {} images, {} moves, {} UndoInfo, {} undone",
        t.pages, t.images, t.moved, t.undo_infos, t.undone
    );
    assert_eq!((t.not_needed, t.left_over, t.unseen), (0, 0, 0));
    Ok(replayer.tally)
}

/// Types that change pages and occur in the histories.
const COVERED: &[LrTyp] = &[
    LrTyp::CreateMEFDP,
    LrTyp::CreateSEFDP,
    LrTyp::Insert,
    LrTyp::FlagInsert,
    LrTyp::FlagInsertAndReplaceData,
    LrTyp::FlagDelete,
    LrTyp::Replace,
    LrTyp::ReplaceD,
    LrTyp::Delete,
    LrTyp::UndoInfo,
    LrTyp::Delta,
    LrTyp::SetExternalHeader,
    LrTyp::Undo,
    LrTyp::EmptyTree,
    LrTyp::ConvertFDP2,
    LrTyp::Split2,
    LrTyp::Merge2,
    LrTyp::Scrub,
    LrTyp::PageMove,
    LrTyp::MacroAbort,
    LrTyp::Delta64,
    LrTyp::ShrinkDb2,
    LrTyp::NewPage,
    LrTyp::RootPageMove,
    LrTyp::ShrinkDb3,
];

#[test]
fn every_history_gives_its_database() {
    let sets = testkit::sets("histories");
    if sets.is_empty() {
        testkit::skip("witness/histories");
    }
    let mut failed = Vec::new();
    let mut table: BTreeMap<LrTyp, (u64, BTreeSet<String>)> = BTreeMap::new();
    for set in &sets {
        eprintln!("{set}");
        let dir = testkit::unpack_set("histories", set).expect("the set is there");
        match replay_and_compare(&dir) {
            Ok(tally) => {
                let golden = testkit::set_json("histories", set).expect("its golden is there");
                assert_eq!(by_name(&tally), golden_types(&golden), "{set}");
                for (typ, n) in tally.records {
                    let row = table.entry(typ).or_default();
                    row.0 += n;
                    row.1.insert(set.clone());
                }
            }
            Err(e) => failed.push(format!("{set}: {e}")),
        }
    }
    eprintln!("\n| # | type | records | sets |\n|--:|---|--:|--:|");
    for (typ, (n, sets)) in &table {
        eprintln!("| {} | {typ} | {n} | {} |", typ.number(), sets.len());
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
    if testkit::witness().is_some() {
        for typ in COVERED {
            assert!(table.contains_key(typ), "{typ} is in no set");
        }
    }
}

fn by_name(tally: &Tally) -> BTreeMap<String, u64> {
    let name = |(t, &n): (&LrTyp, &u64)| (t.name().to_owned(), n);
    tally.records.iter().map(name).collect()
}

/// Records by type over all generations; pieces of records are none.
fn golden_types(golden: &serde_json::Value) -> BTreeMap<String, u64> {
    let mut out = BTreeMap::new();
    let generations = golden["generations"].as_array().expect("a list");
    for types in generations.iter().map(|g| &g["types"]) {
        for (name, n) in types.as_object().expect("an object") {
            *out.entry(name.clone()).or_default() += n.as_u64().expect("a number");
        }
    }
    out
}

/// ShrinkDB (78) and TrimDB (81) are in no set: the pages are gone, what is left is left.
#[test]
fn records_that_cut_a_file() {
    let size = PageSize::K4;
    let mut replayer = Replayer::new(size);
    let mut database = Database::new(Signature([1; 28]), size);
    for pgno in (1..=9).map(Pgno) {
        database.pages.insert(pgno, PageBuf::zeroed(size));
    }
    replayer.databases.push(database);
    replayer.attached.insert(1, 0);
    let shrink = LogRecord::ShrinkDb(ShrinkDb {
        dbid: 1,
        pgno_last: Pgno(7),
        cpg_shrunk: 2,
    });
    let trim = LogRecord::TrimDb(TrimDb {
        dbid: 1,
        pgno_start: Pgno(3),
        cpg: 2,
    });
    for record in [shrink, trim] {
        replayer.replay(&record).unwrap_or_else(|e| panic!("{e}"));
    }
    let left: Vec<u32> = replayer.databases[0].pages.keys().map(|p| p.0).collect();
    assert_eq!(left, [1, 2, 5, 6, 7]);
}

#[test]
fn the_logs_of_windows_give_its_database() {
    let Some(log) = testkit::sample("srum-server2022-t0/SRU.log") else {
        testkit::skip("samples/srum-server2022-t0");
        return;
    };
    let dir = log.parent().expect("a folder");
    let tally = replay_and_compare(dir).unwrap_or_else(|e| panic!("{e}"));
    assert!(tally.pages > 100, "{tally:?}");
}
