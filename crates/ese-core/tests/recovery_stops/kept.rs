//! Bits of the call that say how recovery ends.
#![forbid(unsafe_code)]

use super::logs::{data_segments, log_of, records};
use super::recovery_support::check::{contents, header};
use super::recovery_support::logs::count;
use super::recovery_support::sets::{databases, different, is_log};
use super::recovery_support::world::{at, run};
use super::{Case, different_databases, held, recovered_contents, report};
use ese_core::format::log_record::LrTyp;
use ese_core::recovery::InitBits;

const KEEP: InitBits = InitBits::KEEP_DB_ATTACHED_AT_END_OF_RECOVERY;
const SETS: [&str; 5] = [
    "mixed-end-4k",
    "two-dbs-end",
    "undo-phase-cut-16k",
    "logs-only-16k",
    "ddl-mid-8k",
];

fn keeps(case: &Case) -> Result<(), String> {
    let (_, wanted) = recovered_contents(&case.files, &case.options)?;
    let keeping = case.with(|o| o.bits |= KEEP);
    let kept = run(&case.files, &keeping);
    kept.outcome()?;
    let files = kept.files();
    for name in databases(&files) {
        let h = header(&kept.fs, &at(&name))?;
        if h.state().is_clean() || h.gen_max_required == 0 {
            return Err(format!("{name} is {}", h.state()));
        }
        let now = contents(&kept.fs, &at(&name))?;
        if now != wanted[&name] {
            return Err(format!("{name}: other contents while it is dirty"));
        }
    }
    let mut meaning = records(&files);
    meaning.retain(|r| !matches!(r.typ, LrTyp::Nop2 | LrTyp::Trace));
    let last = meaning.last().map(|r| r.typ);
    if last != Some(LrTyp::RecoveryQuitKeepAttachments) {
        return Err(format!("the log ends with {last:?}"));
    }
    // They are kept already: the log says no more, however often.
    let twice = run(&files, &keeping);
    twice.outcome()?;
    let mut differ = different(&files, &twice.files());
    differ.retain(|name, _| is_log(name));
    if !differ.is_empty() {
        return Err(format!("kept twice: {differ:?}"));
    }
    for files in [files, twice.files()] {
        let (after, now) = recovered_contents(&files, &case.options)?;
        different_databases(&now, &wanted)?;
        let outcome = after.outcome()?;
        if !outcome.undone.is_empty() {
            return Err(format!("undone twice: {outcome:?}"));
        }
        // Its log is one that closes the databases: also when nothing else knows.
        let mut again = after.files();
        again.retain(|name, _| is_log(name) || !name.ends_with(".chk"));
        let replayed = run(&again, &case.options);
        replayed.outcome()?;
        different_databases(&held(&replayed)?, &wanted)?;
    }
    Ok(())
}

#[test]
fn databases_that_stay_attached_are_closed_by_the_next() {
    let cases = SETS.iter().filter_map(|n| Case::crash(n));
    let failed = cases.filter_map(|case| Some(format!("{}: {}", case.name, keeps(&case).err()?)));
    report(&failed.collect::<Vec<_>>());
}

/// The log ends with ShutDownMark: the databases are about to be clean, and are not kept.
#[test]
fn a_run_that_was_ending_is_ended() {
    let Some(case) = Case::crash("shutdown-mark-last-4k") else {
        return;
    };
    let kept = run(&case.files, &case.with(|o| o.bits |= KEEP));
    kept.outcome().unwrap_or_else(|e| panic!("{e}"));
    let (_, wanted) = recovered_contents(&case.files, &case.options).expect("it recovers");
    let held = held(&kept).unwrap_or_else(|e| panic!("{e}"));
    different_databases(&held, &wanted).unwrap_or_else(|e| panic!("{e}"));
    assert!(
        !count(&kept.fs)
            .expect("logs")
            .contains_key("RecoveryQuitKeepAttachments")
    );
}

fn truncates(case: &Case) -> Result<(), String> {
    let options = case.with(|o| o.bits |= InitBits::TRUNCATE_LOGS_AFTER_RECOVERY);
    let (recovered, ours) = recovered_contents(&case.files, &options)?;
    let files = recovered.files();
    let logs: Vec<&String> = files.keys().filter(|n| is_log(n)).collect();
    if logs != ["edb.log"] {
        return Err(format!("left: {logs:?}"));
    }
    let (_, wanted) = recovered_contents(&case.files, &case.options)?;
    different_databases(&ours, &wanted)?;
    let again = run(&files, &case.options);
    if again.outcome()?.start.is_some() {
        return Err(format!("once more: {:?}", again.outcome()));
    }
    // Also without its checkpoint.
    let mut without = files.clone();
    without.remove("edb.chk");
    let (_, after) = recovered_contents(&without, &case.options)?;
    different_databases(&after, &wanted)
}

#[test]
fn logs_that_are_not_needed_any_more_go() {
    let names = [
        "mixed-end-4k",
        "logs-only-16k",
        "stale-database-4k",
        "shutdown-mark-last-4k",
    ];
    let cases = names.iter().filter_map(|n| Case::crash(n));
    let failed =
        cases.filter_map(|case| Some(format!("{}: {}", case.name, truncates(&case).err()?)));
    report(&failed.collect::<Vec<_>>());
}

/// Nothing is to be undone: the databases are clean, and the answer says so.
#[test]
fn without_undo_at_a_clean_end() {
    for name in ["stale-database-4k", "two-dbs-detached"] {
        let Some(case) = Case::crash(name) else {
            continue;
        };
        let options = case.with(|o| o.bits |= InitBits::RECOVERY_WITHOUT_UNDO);
        let asked = run(&case.files, &options);
        let ends = records(&case.files).last().map(|r| r.typ);
        let clean = ends == Some(LrTyp::Term2);
        let wanted = if clean {
            "JET_errRecoveredWithoutUndoDatabasesConsistent"
        } else {
            "JET_errRecoveredWithoutUndo"
        };
        assert_eq!(asked.answer_name(), wanted, "{name}");
        let mut differ = different(&case.files, &asked.files());
        differ.retain(|n, _| is_log(n));
        assert!(differ.is_empty(), "{name}: {differ:?}");
        let (_, full) = recovered_contents(&case.files, &case.options).expect("it recovers");
        if clean {
            let held = held(&asked).unwrap_or_else(|e| panic!("{name}: {e}"));
            different_databases(&held, &full).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let (_, after) = recovered_contents(&asked.files(), &case.options).expect("it recovers");
        different_databases(&after, &full).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

/// Logs by records that begin elsewhere than at the first generation.
#[test]
fn the_tables_of_these_tests_hold() {
    let Some(case) = Case::crash("mixed-end-4k") else {
        return;
    };
    let name = log_of(&case.files, 3);
    assert_eq!(name, "edb00000003.log");
    assert!(data_segments(&case.files, &name) > 4);
}
