//! Newest logs that are damaged or missing, and that no database requires.
#![forbid(unsafe_code)]

use super::logs::{data_segments, log_of, really_end};
use super::recovery_support::sets::{Files, different, is_log, logs_only};
use super::recovery_support::world::{Recovered, at, memory, run};
use super::stops::{early_committed, early_database};
use super::{Case, different_databases, held, recovered_contents, replays_to_itself, report};
use ese_core::format::ids::Lgpos;
use ese_core::format::log_header::SEGMENT_BYTES;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::LogFile;
use ese_core::recovery::{InitBits, Options};

/// What is done to the logs.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// Garbage in a segment of a generation.
    Segment(i32, usize),
    /// An archived generation is gone.
    Gone(i32),
}

impl Damage {
    fn inflict(self, files: &mut Files) {
        match self {
            Self::Segment(generation, isec) => {
                let name = log_of(files, generation);
                let bytes = files.get_mut(&name).expect("it is there");
                let segment = &mut bytes[isec * SEGMENT_BYTES..][..SEGMENT_BYTES];
                for (i, b) in segment.iter_mut().enumerate() {
                    *b = (i * 7 + 3) as u8;
                }
            }
            Self::Gone(generation) => {
                let name = log_of(files, generation);
                files.remove(&name);
            }
        }
    }

    /// Where what can be read ends.
    fn end(self, damaged: &Files) -> Lgpos {
        match self {
            Self::Gone(generation) => Lgpos::new(generation, 1, 0),
            Self::Segment(generation, _) => {
                let fs = memory(damaged);
                let name = log_of(damaged, generation);
                let log = fs.open(&at(&name), OpenMode::Read).expect("a log");
                let log = LogFile::open(log).expect("its header is whole");
                log.records().expect("a log").finish().pos()
            }
        }
    }

    fn plain_answer(self) -> &'static str {
        match self {
            Self::Segment(..) => "JET_errLogFileCorrupt",
            Self::Gone(_) => "JET_errInvalidLogSequence",
        }
    }

    fn committed_answer(self) -> &'static str {
        match self {
            Self::Segment(..) => "JET_errCommittedLogFileCorrupt",
            Self::Gone(_) => "JET_errCommittedLogFilesMissing",
        }
    }
}

fn accepting(options: &Options) -> Options {
    Options {
        bits: options.bits | InitBits::REPLAY_IGNORE_LOST_LOGS,
        delete_out_of_range_logs: true,
        ..options.clone()
    }
}

/// Damages from generation `first` on; `last` is the current one.
fn damages(files: &Files, first: i32, last: i32) -> Vec<Damage> {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut out = Vec::new();
    for generation in first..=last {
        let used = data_segments(files, &log_of(files, generation)) as u64;
        // The first, and others; in the current log one that is followed by whole ones, so that it is
        // no torn end.
        let most = if generation == last {
            used - 4
        } else {
            used - 1
        };
        out.push(Damage::Segment(generation, 1));
        for _ in 0..testkit::rounds(2, 12) {
            out.push(Damage::Segment(
                generation,
                1 + rng.below(most - 1) as usize,
            ));
        }
        if generation < last {
            out.push(Damage::Gone(generation));
        }
    }
    out
}

/// Refused, and everything but the database is as it was.
fn refused(damaged: &Files, recovered: &Recovered, wanted: &str) -> Result<(), String> {
    if recovered.answer_name() != wanted {
        return Err(format!("{}, not {wanted}", recovered.answer_name()));
    }
    let mut differ = different(damaged, &recovered.files());
    differ.retain(|name, _| is_log(name));
    if differ.is_empty() {
        Ok(())
    } else {
        Err(format!("{differ:?}"))
    }
}

fn check(case: &Case, damage: Damage, committed: bool) -> Result<(), String> {
    let mut damaged = case.files.clone();
    damage.inflict(&mut damaged);
    let wanted = if committed {
        damage.committed_answer()
    } else {
        damage.plain_answer()
    };
    let first = run(&damaged, &case.options);
    refused(&damaged, &first, wanted)?;
    // One bit alone is not enough.
    let options = case.with(|o| o.bits |= InitBits::REPLAY_IGNORE_LOST_LOGS);
    refused(&damaged, &run(&damaged, &options), wanted)?;
    // With the undamaged files put back all is there, also after it was refused.
    let mut mended = first.files();
    mended.extend(logs_only(&case.files));
    let (_, after) = recovered_contents(&mended, &case.options)?;
    let (_, full) = recovered_contents(&case.files, &case.options)?;
    different_databases(&after, &full).map_err(|e| format!("mended: {e}"))?;

    let end = damage.end(&damaged);
    let short = really_end(&logs_only(&case.files), end);
    let (_, theirs) = recovered_contents(&short, &case.options).map_err(|e| format!("cut: {e}"))?;
    for files in [&damaged, &first.files()] {
        let (recovered, ours) = recovered_contents(files, &accepting(&case.options))?;
        different_databases(&ours, &theirs)?;
        let outcome = recovered.outcome()?;
        if !outcome.committed_logs_lost || outcome.stopped {
            return Err(format!("{outcome:?}"));
        }
        replays_to_itself(&recovered)?;
        let again = run(&recovered.files(), &case.options);
        if again.outcome()?.start.is_some() {
            return Err(format!("once more: {:?}", again.outcome()));
        }
        different_databases(&held(&again)?, &ours)?;
    }
    Ok(())
}

#[test]
fn work_that_is_lost_can_be_given_up() {
    let mut problems = Vec::new();
    for (case, committed) in [(early_database(), false), (early_committed(), true)] {
        let Some(case) = case else { continue };
        for damage in damages(&case.files, 4, 5) {
            let done = check(&case, damage, committed);
            let say = |e: String| format!("{damage:?}, committed {committed}: {e}");
            problems.extend(done.err().map(say));
        }
    }
    report(&problems);
}

#[test]
fn logs_alone_end_before_their_damage() {
    let mut problems = Vec::new();
    for case in ["logs-only-16k", "macro-cut-8k"]
        .iter()
        .filter_map(|n| Case::crash_logs(n))
    {
        let last = super::logs::generation(&case.files, "edb.log");
        for damage in damages(&case.files, last - 2, last) {
            let done = check(&case, damage, false);
            problems.extend(
                done.err()
                    .map(|e| format!("{}, {damage:?}: {e}", case.name)),
            );
        }
    }
    report(&problems);
}

/// What the database requires can't be given up.
#[test]
fn work_that_the_database_holds_is_not_given_up() {
    let Some(case) = Case::crash("mixed-end-8k") else {
        return;
    };
    let last = super::logs::generation(&case.files, "edb.log");
    let mut problems = Vec::new();
    for damage in damages(&case.files, last - 1, last) {
        let mut damaged = case.files.clone();
        damage.inflict(&mut damaged);
        let recovered = run(&damaged, &accepting(&case.options));
        let done = refused(&damaged, &recovered, damage.plain_answer());
        problems.extend(done.err().map(|e| format!("{damage:?}: {e}")));
    }
    report(&problems);
}
