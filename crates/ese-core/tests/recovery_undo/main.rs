//! The undo phase against the original's: logs of the original engine that hold an undo phase are
//! replayed up to it, ours runs, and must log the same records and leave the same pages.
#![forbid(unsafe_code)]

mod mirror;
#[path = "../replay_support/mod.rs"]
mod replay_support;
mod world;

use ese_core::cache::DbNo;
use ese_core::format::ids::Pgno;
use ese_core::format::log_record::{LogRecord, LrTyp, UndoOper};
use ese_core::recovery::Unwatched;
use ese_core::recovery::undo::UndoPhase;
use ese_core::{HasJetErr, JetErr};
use mirror::Mirror;
use replay_support::same::same_page;
use replay_support::{Outcome, Replayer};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use world::{ListLog, World};

/// Logs up to their `which`th undo phase, that phase, and the state behind it.
struct Cut {
    before: Replayer,
    mirror: Mirror,
    theirs: Vec<Vec<u8>>,
    /// `None` when the phase is cut off.
    after: Option<Replayer>,
}

/// What an undo phase logs.
fn is_undo(record: &LogRecord<'_>) -> bool {
    matches!(
        record.typ(),
        LrTyp::Undo | LrTyp::UndoInfo | LrTyp::Rollback | LrTyp::MacroAbort
    )
}

/// `None` when there are not so many undo phases.
fn cut_at(dir: &Path, which: usize) -> Outcome<Option<Cut>> {
    let mut seen = 0;
    let mut mirror = Mirror::default();
    let mut before: Option<Replayer> = None;
    let mut theirs: Vec<Vec<u8>> = Vec::new();
    let mut after: Option<Replayer> = None;
    let end = Replayer::watch_folder(dir, |replayer, record| {
        if before.is_none() {
            let undo = matches!(record.typ(), LrTyp::RecoveryUndo | LrTyp::RecoveryUndo2);
            seen += usize::from(undo);
            if undo && seen == which {
                before = Some(replayer.clone());
            } else {
                mirror.see(replayer, record)?;
            }
        } else if after.is_none() {
            if is_undo(record) {
                let mut bytes = Vec::new();
                record.write(&mut bytes)?;
                theirs.push(bytes);
            } else if !matches!(record.typ(), LrTyp::Nop2 | LrTyp::Trace | LrTyp::MacroInfo) {
                after = Some(replayer.clone());
            }
        }
        Ok(())
    })?;
    let Some(before) = before else {
        return Ok(None);
    };
    // The next thing in the log is another undo phase, or nothing: theirs was cut off.
    let levels = |r: &Replayer| r.sessions.values().map(|s| u32::from(s.level)).sum::<u32>();
    let after = after.unwrap_or(end);
    let whole = levels(&after) == 0;
    Ok(Some(Cut {
        before,
        mirror,
        theirs,
        after: whole.then_some(after),
    }))
}

/// A record as text, without what depends on an engine's memory and not on the log: the longest data
/// of a node comes from transactions that are long over, and the page of UndoInfo is where the original
/// last noted the debt, which after a split may be the page that the node has left.
fn text(bytes: &[u8]) -> String {
    match LogRecord::parse(bytes).unwrap().0 {
        LogRecord::UndoInfo(mut r) => {
            assert!(r.oper != UndoOper::REPLACE || r.cb_max_size > 0);
            r.cb_max_size = 0;
            r.page.pgno = Pgno::NULL;
            LogRecord::UndoInfo(r).line()
        }
        r => r.line(),
    }
}

fn texts(world: &World) -> Vec<String> {
    world.log.records.lock().iter().map(|r| text(r)).collect()
}

/// How our undo phase is run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// All pages find room.
    Large,
    /// Hardly any page finds room: pages that owe must be written meanwhile.
    Small,
    /// The log takes no more than so many records.
    Records(usize),
}

/// Runs our undo phase from the state before theirs; `None` when it was cut off.
fn undo(before: &Replayer, mirror: Mirror, how: How) -> (World, Option<u64>) {
    let owed = Arc::clone(&mirror.owed);
    let most = match how {
        How::Records(n) => Some(n),
        How::Large | How::Small => None,
    };
    let log = ListLog::that_takes(most);
    let world = World::new(before, &owed, mirror.dbtimes, log);
    let phase = Arc::new(UndoPhase::new(mirror.sessions).unwrap());
    assert!(world.gate.phase.set(Arc::clone(&phase)).is_ok());
    if how == How::Small {
        world.soil(&owed);
        world.cache.set_size(8);
    }
    match phase.run(&world, &Unwatched) {
        Ok(undone) => {
            assert_eq!((phase.open_sessions(), phase.oldest_begin0()), (0, None));
            assert_eq!(owed.pages(), 0);
            assert!(undone.is_sorted_by_key(|t| t.procid));
            (world, Some(undone.iter().map(|t| t.changes).sum()))
        }
        Err(e) => {
            assert!(most.is_some(), "{e}");
            assert_eq!(e.jet_err(), JetErr::LOG_WRITE_FAIL);
            (world, None)
        }
    }
}

fn compare_pages(world: &World, before: &Replayer, after: &Replayer) -> Outcome<usize> {
    let mut changed = 0;
    for (&dbid, &at) in &after.attached {
        for (&pgno, page) in &after.databases[at].pages {
            let ours = world.page(DbNo(dbid), pgno);
            same_page(&ours, page).map_err(|e| format!("page {pgno}: {e}"))?;
            changed += usize::from(before.databases[at].pages.get(&pgno) != Some(page));
        }
    }
    Ok(changed)
}

/// Compares one undo phase; returns how many records it has and how many pages it changed.
fn compare_phase(dir: &Path, which: usize) -> Outcome<Option<(usize, usize)>> {
    let Some(mut cut) = cut_at(dir, which)? else {
        return Ok(None);
    };
    let before = &cut.before;
    cut.mirror.compare(before)?;
    let theirs: Vec<String> = cut.theirs.iter().map(|r| text(r)).collect();
    let (world, changes) = undo(before, cut.mirror, How::Large);
    let ours = texts(&world);
    for (i, theirs) in theirs.iter().enumerate() {
        let ours = ours.get(i).map_or("nothing", String::as_str);
        if ours != theirs {
            return Err(format!("record {i}:\n  theirs {theirs}\n  ours   {ours}").into());
        }
    }
    let undos = ours.iter().filter(|l| l.starts_with("Undo ")).count();
    assert_eq!(Some(u64::try_from(undos)?), changes);
    infos_name_the_page(&world);
    let mut pages = 0;
    if let Some(after) = &cut.after {
        if ours.len() != theirs.len() {
            let (ours, theirs) = (ours.len(), theirs.len());
            return Err(format!("{ours} records, theirs has {theirs}").into());
        }
        pages = compare_pages(&world, before, after)?;
    }
    Ok(Some((theirs.len(), pages)))
}

/// Each UndoInfo is followed by its Undo, on the same page.
fn infos_name_the_page(world: &World) {
    let records = world.log.records.lock();
    let parsed: Vec<LogRecord<'_>> = records
        .iter()
        .map(|r| LogRecord::parse(r).unwrap().0)
        .collect();
    for (i, record) in parsed.iter().enumerate() {
        if let LogRecord::UndoInfo(info) = record {
            let Some(LogRecord::Undo(undo)) = parsed.get(i + 1) else {
                panic!("{} has no Undo", record.line());
            };
            assert_eq!(info.page.pgno, undo.page.pgno);
            assert_eq!(info.node.rceid, undo.node.rceid);
        }
    }
}

/// Every set whose logs go back to the creation of its databases.
fn sets() -> Vec<(&'static str, String)> {
    let sets = ["histories", "crashes"].into_iter().flat_map(|folder| {
        let sets = testkit::sets(folder).into_iter();
        sets.map(move |set| (folder, set))
    });
    sets.filter(|(folder, set)| {
        let dir = testkit::unpack_set(folder, set).expect("the set is there");
        dir.join("edb00000001.log").exists()
    })
    .collect()
}

#[test]
fn undo_phases_are_those_of_the_original() {
    let sets = sets();
    if sets.is_empty() {
        testkit::skip("witness/histories");
    }
    let mut phases = 0;
    for (folder, set) in sets {
        let dir = testkit::unpack_set(folder, &set).expect("the set is there");
        for which in 1.. {
            match compare_phase(&dir, which) {
                Ok(None) => break,
                Ok(Some((records, pages))) => {
                    eprintln!("{set}: phase {which}: {records} records, {pages} pages");
                    phases += 1;
                }
                Err(e) => panic!("{set}: phase {which}: {e}"),
            }
        }
    }
    if testkit::witness().is_some() {
        assert!(phases >= 8, "{phases}");
    }
}

/// Records by type in the logs of a set, as its JSON tells them.
fn golden(of: &serde_json::Value) -> BTreeMap<LrTyp, u64> {
    let kinds = [
        LrTyp::Undo,
        LrTyp::UndoInfo,
        LrTyp::Rollback,
        LrTyp::MacroAbort,
    ];
    let generations = of["generations"].as_array().expect("a list");
    let count = |typ: LrTyp| {
        let counts = generations.iter().map(|g| &g["types"][typ.name()]);
        counts.map(|n| n.as_u64().unwrap_or(0)).sum()
    };
    kinds.into_iter().map(|typ| (typ, count(typ))).collect()
}

/// The original's recovery of a crash state logged as many records of each kind as ours.
#[test]
fn crash_states_are_undone_with_as_many_records() {
    let mut compared = 0;
    for (_, set) in sets()
        .into_iter()
        .filter(|(folder, _)| *folder == "crashes")
    {
        let dir = testkit::unpack_set("crashes", &set).expect("the set is there");
        let json = testkit::set_json("crashes", &set).expect("its golden is there");
        let mut mirror = Mirror::default();
        let before = Replayer::watch_folder(&dir, |replayer, r| mirror.see(replayer, r));
        let before = match before {
            Ok(before) => before,
            Err(e) => {
                eprintln!("{set}: not replayed: {e}");
                continue;
            }
        };
        mirror.compare(&before).unwrap();
        let (world, _) = undo(&before, mirror, How::Large);
        let mut ours: BTreeMap<LrTyp, u64> = BTreeMap::new();
        for bytes in world.log.records.lock().iter() {
            let (record, _) = LogRecord::parse(bytes).unwrap();
            *ours.entry(record.typ()).or_default() += 1;
        }
        let (left, result) = (golden(&json["as_left"]), golden(&json["result"]));
        let theirs: BTreeMap<LrTyp, u64> = result.iter().map(|(t, n)| (*t, n - left[t])).collect();
        eprintln!("{set}: {ours:?}");
        for (typ, n) in theirs {
            assert_eq!(ours.get(&typ).copied().unwrap_or(0), n, "{set}: {typ}");
        }
        compared += 1;
    }
    if testkit::witness().is_some() {
        assert!(compared >= 12, "{compared}");
    }
}

/// Pages that owe are written in the middle of the phase: their UndoInfo comes first, once, and the
/// result is the same.
#[test]
fn pages_that_owe_can_be_written_meanwhile() {
    let mut made_way = 0;
    for set in ["undo-4k", "undo-twice-8k", "macro-4k", "keep-8k"] {
        let Some(dir) = testkit::unpack_set("histories", set) else {
            testkit::skip("witness/histories");
            continue;
        };
        let cut = || cut_at(&dir, 1).unwrap().expect("it has an undo phase");
        let large = cut();
        let (large_world, _) = undo(&large.before, large.mirror, How::Large);
        let small = cut();
        let (world, _) = undo(&small.before, small.mirror, How::Small);
        let (mut ours, mut expected) = (texts(&world), texts(&large_world));
        let first_undo = ours.iter().position(|l| l.starts_with("Undo "));
        assert!(first_undo.is_some());
        // The same records; only UndoInfo may come earlier.
        let no_info = |l: &[String]| -> Vec<String> {
            let others = l.iter().filter(|l| !l.starts_with("UndoInfo"));
            others.cloned().collect()
        };
        assert_eq!(no_info(&ours), no_info(&expected), "{set}");
        ours.sort();
        expected.sort();
        assert_eq!(ours, expected, "{set}");
        for (&dbid, &at) in &small.before.attached {
            let written = world.stores[&DbNo(dbid)].writes.load(Ordering::SeqCst);
            eprintln!("{set}: {written} pages written on the way");
            for &pgno in small.before.databases[at].pages.keys() {
                let (a, b) = (
                    world.page(DbNo(dbid), pgno),
                    large_world.page(DbNo(dbid), pgno),
                );
                same_page(&a, &b).unwrap_or_else(|e| panic!("{set}: page {pgno}: {e}"));
            }
        }
        made_way += world.gate.made_way.load(Ordering::SeqCst);
    }
    if testkit::witness().is_some() {
        assert!(made_way > 10, "{made_way}");
    }
}

/// The phase is cut off after any of its records; what it logged is redone, and the next phase goes
/// on as if nothing had been.
#[test]
fn a_phase_that_was_cut_off_goes_on() {
    let Some(dir) = testkit::unpack_set("histories", "undo-4k") else {
        testkit::skip("witness/histories");
        return;
    };
    let cut = || cut_at(&dir, 1).unwrap().expect("it has an undo phase");
    let whole = cut();
    let (whole_world, _) = undo(&whole.before, whole.mirror, How::Large);
    let expected = texts(&whole_world);
    let step = testkit::rounds(23, 1).max(1);
    for most in (0..expected.len()).step_by(usize::try_from(step).unwrap()) {
        let first = cut();
        let (broken, undone) = undo(&first.before, first.mirror, How::Records(most));
        assert_eq!(undone, None);
        let logged = broken.log.records.lock().clone();
        assert_eq!(logged.len(), most);
        let Cut {
            mut before,
            mut mirror,
            ..
        } = cut();
        for bytes in &logged {
            let (record, _) = LogRecord::parse(bytes).unwrap();
            mirror.see(&before, &record).unwrap();
            before.replay(&record).unwrap();
        }
        let (world, _) = undo(&before, mirror, How::Large);
        let ours = texts(&world);
        assert_eq!(ours, expected[most..], "cut off after {most} records");
        for (&dbid, &at) in &before.attached {
            for &pgno in before.databases[at].pages.keys() {
                let (a, b) = (
                    world.page(DbNo(dbid), pgno),
                    whole_world.page(DbNo(dbid), pgno),
                );
                same_page(&a, &b).unwrap_or_else(|e| panic!("{most}: page {pgno}: {e}"));
            }
        }
    }
}
