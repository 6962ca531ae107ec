//! Stops that succeed: logs without a database, and databases that do not need what is cut off.
#![forbid(unsafe_code)]

use super::logs::{Rec, generation, really_end, records};
use super::recovery_support::check::{clean_and_sound, integrity_report};
use super::recovery_support::sets::{self, databases, different, is_log, logs_only};
use super::recovery_support::world::{Recovered, at, run};
use super::{Case, different_databases, held, recovered_contents, replays_to_itself, report};
use ese_core::format::header_page::{select_header, stamp_header};
use ese_core::format::ids::{Lgpos, PageSize};
use ese_core::format::log_record::LrTyp;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::maintenance::integrity::{Finding, Rule};
use ese_core::recovery::{InitBits, StopAt};
use std::collections::BTreeMap;

/// Types before which a stop is always tried.
const TURNS: &[LrTyp] = &[
    LrTyp::CreateDb,
    LrTyp::SetDbVersion,
    LrTyp::CreateDbFinish,
    LrTyp::AttachDb,
    LrTyp::DetachDb,
    LrTyp::ReAttach,
    LrTyp::ShutDownMark,
    LrTyp::Term2,
    LrTyp::Init2,
    LrTyp::RecoveryUndo2,
    LrTyp::RecoveryQuit2,
    LrTyp::RecoveryQuitKeepAttachments,
    LrTyp::MacroAbort,
    LrTyp::RootPageMove,
    LrTyp::ShrinkDb3,
];

fn position(at: Lgpos) -> StopAt {
    StopAt::Position {
        generation: at.generation,
        isec: Some(at.isec),
        ib: Some(at.ib),
    }
}

/// The record before which `stop` stops, by the documented rule; `None`: it is never reached.
fn stops_before(records: &[Rec], stop: StopAt) -> Option<Lgpos> {
    let late = |r: &&Rec| match stop {
        StopAt::Time(t) => r.time.is_after(t),
        StopAt::Position {
            generation,
            isec,
            ib,
        } => {
            let at = (r.at.generation, r.at.isec, r.at.ib);
            match (isec, ib) {
                (Some(isec), Some(ib)) => at >= (generation, isec, ib),
                (Some(isec), None) => (at.0, at.1) > (generation, isec),
                (None, _) => at.0 > generation,
            }
        }
    };
    records.iter().find(late).map(|r| r.at)
}

/// Whether an undo phase of the logs is under way at `end`, or begins there: it is gone through, as it
/// takes back what recovery would.
fn at_undo_phase(records: &[Rec], end: Lgpos) -> bool {
    let at = records.partition_point(|r| r.at < end);
    let before = &records[..at];
    let turn = before
        .iter()
        .rev()
        .find(|r| TURNS.contains(&r.typ) && r.typ != LrTyp::MacroAbort);
    match (turn.map(|r| r.typ), records.get(at).map(|r| r.typ)) {
        (_, Some(LrTyp::RecoveryUndo2)) | (Some(LrTyp::RecoveryUndo2), _) => true,
        // Its last part: the mark is there.
        (Some(LrTyp::ShutDownMark), Some(LrTyp::RecoveryQuit2)) => true,
        (Some(LrTyp::ShutDownMark), _) => {
            before.iter().rev().any(|r| r.typ == LrTyp::RecoveryUndo2)
        }
        _ => false,
    }
}

/// Stops to try: at every turn, at ends of segments and generations, in macros, in split records, at
/// times, and anywhere.
fn stops_of(records: &[Rec], few: u64, seed: u64) -> Vec<StopAt> {
    let mut rng = SeededRng::new(seed);
    let mut out = Vec::new();
    let mut by_type: BTreeMap<LrTyp, Vec<Lgpos>> = BTreeMap::new();
    for r in records.iter().filter(|r| TURNS.contains(&r.typ)) {
        by_type.entry(r.typ).or_default().push(r.at);
    }
    for places in by_type.values() {
        for _ in 0..few.min(places.len() as u64) {
            out.push(position(places[rng.below(places.len() as u64) as usize]));
        }
    }
    let mut pick = |of: &[&Rec]| (!of.is_empty()).then(|| *of[rng.below(of.len() as u64) as usize]);
    let all: Vec<&Rec> = records.iter().collect();
    let inside: Vec<&Rec> = records.iter().filter(|r| r.in_macro).collect();
    // The next record begins in another segment: this one may be split.
    let split = records
        .windows(2)
        .filter(|w| w[1].at.isec > w[0].at.isec && w[1].at.ib > 0);
    let split: Vec<&Rec> = split.map(|w| &w[0]).collect();
    for _ in 0..few {
        out.extend(pick(&all).map(|r| position(r.at)));
        out.extend(pick(&inside).map(|r| position(r.at)));
        out.extend(pick(&split).map(|r| position(Lgpos::new(r.at.generation, r.at.isec + 1, 20))));
        out.extend(pick(&all).map(|r| StopAt::Time(r.time)));
        let anywhere = pick(&all).map(|r| Lgpos::new(r.at.generation, r.at.isec, r.at.ib ^ 0x155));
        out.extend(anywhere.map(position));
        out.extend(pick(&all).map(|r| StopAt::Position {
            generation: r.at.generation,
            isec: Some(r.at.isec),
            ib: None,
        }));
        out.extend(pick(&all).map(|r| StopAt::Position {
            generation: r.at.generation,
            isec: None,
            ib: None,
        }));
        // The first record of a generation.
        out.extend(pick(&all).map(|r| position(Lgpos::new(r.at.generation, 1, 0))));
    }
    out
}

/// A second recovery has nothing to do, whether it is told to stop or not.
fn nothing_more(case: &Case, recovered: &Recovered, stop: StopAt) -> Result<(), String> {
    let files = recovered.files();
    for options in [case.with(|o| o.stop = Some(stop)), case.options.clone()] {
        let again = run(&files, &options);
        let outcome = again.outcome().map_err(|e| format!("once more: {e}"))?;
        let differ = different(&files, &again.files());
        if outcome.start.is_some() || !differ.is_empty() {
            return Err(format!("once more: {outcome:?}, {differ:?}"));
        }
    }
    Ok(())
}

/// One stop with undo.
fn undone_there(case: &Case, records: &[Rec], stop: StopAt) -> Result<(), String> {
    let end = stops_before(records, stop);
    let (recovered, ours) = recovered_contents(&case.files, &case.with(|o| o.stop = Some(stop)))?;
    let outcome = recovered.outcome()?;
    let through = end.is_some_and(|end| at_undo_phase(records, end));
    if !through && outcome.stopped != end.is_some() {
        return Err(format!("{end:?}: {outcome:?}"));
    }
    let short = end.map_or_else(|| case.files.clone(), |end| really_end(&case.files, end));
    let (_, theirs) = recovered_contents(&short, &case.options).map_err(|e| format!("cut: {e}"))?;
    different_databases(&ours, &theirs)?;
    if outcome.stopped && !through && outcome.end.is_none_or(|e| Some(e) > end) {
        return Err(format!("ends at {:?}, not {end:?}", outcome.end));
    }
    replays_to_itself(&recovered)?;
    nothing_more(case, &recovered, stop)?;
    // The logs alone say the same.
    let logs = logs_only(&recovered.files());
    let (_, rebuilt) =
        recovered_contents(&logs, &case.options).map_err(|e| format!("again: {e}"))?;
    different_databases(&rebuilt, &ours).map_err(|e| format!("from the logs left: {e}"))
}

/// One stop without undo: the logs stay as they are, and everything is still to be had.
fn left_there(
    case: &Case,
    records: &[Rec],
    stop: StopAt,
    full: &BTreeMap<String, super::Contents>,
) -> Result<(), String> {
    let Some(end) = stops_before(records, stop).filter(|&end| end > records[0].at) else {
        return Ok(());
    };
    let options = case.with(|o| {
        o.stop = Some(stop);
        o.bits |= InitBits::RECOVERY_WITHOUT_UNDO;
    });
    let recovered = run(&case.files, &options);
    let before = records[..records.partition_point(|r| r.at < end)]
        .iter()
        .rev();
    let mut before = before.filter(|r| !matches!(r.typ, LrTyp::Nop2 | LrTyp::Trace));
    let wanted = match before.next().map(|r| r.typ) {
        Some(LrTyp::Term2 | LrTyp::RecoveryQuit2) => {
            "JET_errRecoveredWithoutUndoDatabasesConsistent"
        }
        _ => "JET_errRecoveredWithoutUndo",
    };
    if recovered.answer_name() != wanted {
        return Err(format!("{}, not {wanted}", recovered.answer_name()));
    }
    let mut differ = different(&case.files, &recovered.files());
    differ.retain(|name, _| is_log(name) || name.ends_with(".chk"));
    if !differ.is_empty() {
        return Err(format!("{differ:?}"));
    }
    let (_, after) = recovered_contents(&recovered.files(), &case.options)?;
    different_databases(&after, full)
}

fn try_stops(case: &Case, few: u64) -> Vec<String> {
    let records = records(&case.files);
    let (_, full) = recovered_contents(&case.files, &case.options).expect("the whole set");
    let mut problems = Vec::new();
    let (mut tried, mut skipped) = (0, 0);
    let seed = testkit::first_seed();
    for stop in stops_of(&records, few, seed) {
        let end = stops_before(&records, stop);
        // Before the first record there is nothing to recover: see `refused`.
        if end.is_some_and(|end| end <= records[0].at) {
            skipped += 1;
            continue;
        }
        tried += 1;
        let say = |e: String| format!("{}: {stop:?} ({end:?}): {e}", case.name);
        problems.extend(undone_there(case, &records, stop).err().map(say));
        problems.extend(left_there(case, &records, stop, &full).err().map(say));
    }
    eprintln!("{}: {tried} stops, {skipped} before everything", case.name);
    assert!(tried > 0);
    problems
}

/// Logs of every kind of life: split records, aborted macros, undo phases, several databases, kept
/// attachments, a file that shrinks.
#[test]
fn a_stop_ends_with_what_was_committed_there() {
    let names = [
        "undo-4k",
        "keep-8k",
        "multi-4k",
        "macro-4k",
        "undo-twice-8k",
    ];
    let mut problems = Vec::new();
    for case in names.iter().filter_map(|n| Case::history(n)) {
        problems.extend(try_stops(&case, testkit::rounds(2, 40)));
    }
    for case in ["mixed-end-4k", "rollback-cut-8k"]
        .iter()
        .filter_map(|n| Case::crash_logs(n))
    {
        problems.extend(try_stops(&case, testkit::rounds(2, 40)));
    }
    report(&problems);
}

#[test]
fn a_stop_in_logs_of_larger_histories() {
    let names = ["mix-16k", "shrink-4k", "space-4k", "maint-4k"];
    let mut problems = Vec::new();
    for case in names.iter().filter_map(|n| Case::history(n)) {
        problems.extend(try_stops(&case, testkit::rounds(1, 10)));
    }
    report(&problems);
}

/// Stops after which the record that closes the log does not fit into the rest of its segment: its
/// position is then the start of that rest, and so says the checkpoint. That is as clean an end as any.
#[test]
fn an_end_that_begins_a_segment_is_a_clean_end() {
    let Some(case) = Case::history("multi-4k") else {
        return;
    };
    let records = records(&case.files);
    for (generation, isec, ib) in [(1, 7, 3242), (2, 16, 3379)] {
        let stop = StopAt::Position {
            generation,
            isec: Some(isec),
            ib: Some(ib),
        };
        undone_there(&case, &records, stop).unwrap();
    }
}

/// The killed base with the early copy of its database: it requires generations 1 to 3, five are there.
pub(crate) fn early_database() -> Option<Case> {
    let (Some(mut files), Some(early)) = (sets::base("killed"), sets::base("early")) else {
        testkit::skip("witness/crashes/bases");
        return None;
    };
    for (name, bytes) in early {
        if name.ends_with(".edb") || name.ends_with(".jfm") {
            files.insert(name, bytes);
        }
    }
    files.remove("edb.chk");
    Some(Case {
        name: "early".to_owned(),
        files,
        options: sets::witness_options(PageSize::K4),
    })
}

/// The killed base with a database that requires generation 3 alone, and knows that work up to
/// generation 5 was committed.
pub(crate) fn early_committed() -> Option<Case> {
    let mut case = early_database()?;
    case.files = logs_only(&case.files);
    let options = case.with(|o| {
        o.bits |= InitBits::RECOVERY_WITHOUT_UNDO;
        o.stop = Some(StopAt::Position {
            generation: 3,
            isec: None,
            ib: None,
        });
    });
    case.files = run(&case.files, &options).files();
    for name in databases(&case.files) {
        let bytes = case.files.get_mut(&name).expect("it is there");
        let header = select_header(bytes).expect("a header").header;
        assert_eq!((header.gen_min_required, header.gen_max_required), (3, 3));
        for copy in 0..2 {
            let page = &mut bytes[copy * PageSize::K4.bytes()..][..PageSize::K4.bytes()];
            page[GEN_MAX_COMMITTED..][..4].copy_from_slice(&5_i32.to_le_bytes());
            stamp_header(page);
        }
    }
    Some(case)
}

/// Place of genMaxCommitted in a database header (docs/format/recovery.md).
const GEN_MAX_COMMITTED: usize = 416;

/// A database that is behind the stop is brought up to there.
#[test]
fn a_database_that_requires_no_more_is_stopped_too() {
    let mut problems = Vec::new();
    for case in [early_database(), early_committed()].into_iter().flatten() {
        let records = records(&case.files);
        let logs = Case {
            files: logs_only(&case.files),
            ..case.clone()
        };
        let behind: Vec<Rec> = records
            .iter()
            .filter(|r| r.at.generation > 3)
            .copied()
            .collect();
        for stop in stops_of(&behind, testkit::rounds(3, 60), testkit::first_seed()) {
            let say = |e: String| format!("{stop:?}: {e}");
            let end = stops_before(&records, stop);
            let options = case.with(|o| o.stop = Some(stop));
            let recovered = run(&case.files, &options);
            let done = recovered.outcome().map(|_| ()).and_then(|()| {
                let ours = held(&recovered)?;
                // From nothing but logs that end there.
                let short = end.map_or_else(|| logs.files.clone(), |e| really_end(&logs.files, e));
                let (_, theirs) = recovered_contents(&short, &case.options)?;
                different_databases(&ours, &theirs)?;
                replays_to_itself(&recovered)?;
                nothing_more(&case, &recovered, stop)
            });
            problems.extend(done.err().map(say));
        }
    }
    report(&problems);
}

/// Between the creation of a database and the moment at which its map of object ids is filled: that is
/// a note of `integrity`, and no damage.
#[test]
fn a_stop_while_a_new_database_is_furnished() {
    let Some(case) = Case::history("multi-4k") else {
        return;
    };
    let all = records(&case.files);
    let made = all.iter().filter(|r| r.typ == LrTyp::CreateDbFinish);
    let mut problems = Vec::new();
    let mut notes = 0;
    for made in made.map(|r| r.at) {
        let behind = all.iter().filter(|r| r.at > made).map(|r| r.at);
        for at in behind.step_by(29).take(8) {
            let done = undone_there(&case, &all, position(at));
            problems.extend(done.err().map(|e| format!("{at}: {e}")));
            let recovered = run(&case.files, &case.with(|o| o.stop = Some(position(at))));
            for name in databases(&recovered.files()) {
                let report =
                    integrity_report(&recovered.fs, &super::recovery_support::world::at(&name));
                let report = report.expect("it can be looked at");
                let unfinished = |f: &&Finding| f.rule == Rule::ObjidMapUnfinished;
                notes += report.findings.iter().filter(unfinished).count();
            }
        }
    }
    report(&problems);
    assert!(notes > 0, "no stop came while the map was empty");
}

/// A stop that is never reached changes nothing at all.
#[test]
fn a_stop_behind_the_end_is_none() {
    let Some(case) = Case::crash("mixed-end-8k") else {
        return;
    };
    let full = run(&case.files, &case.options);
    full.outcome().unwrap_or_else(|e| panic!("{e}"));
    for stop in [
        StopAt::Position {
            generation: generation(&case.files, "edb.log"),
            isec: None,
            ib: None,
        },
        StopAt::Position {
            generation: i32::MAX,
            isec: Some(u16::MAX),
            ib: Some(u16::MAX),
        },
    ] {
        let recovered = run(&case.files, &case.with(|o| o.stop = Some(stop)));
        let outcome = recovered.outcome().unwrap_or_else(|e| panic!("{e}"));
        assert!(!outcome.stopped, "{stop:?}");
        let differ = different(&full.files(), &recovered.files());
        assert!(differ.is_empty(), "{stop:?}: {differ:?}");
    }
    let sound: Vec<String> = databases(&full.files())
        .iter()
        .flat_map(|n| clean_and_sound(&full.fs, &at(n)))
        .collect();
    assert!(sound.is_empty(), "{sound:?}");
}
