//! Goal: a recovery that ends before the logs do (a stop that was asked for, logs that are lost, a
//! caller who gives up, databases that stay attached) leaves what the logs up to there say, and
//! nothing is lost where it refuses.
//!
//! Method: sets of the witness in memory. The truth for an end inside the logs is a recovery of logs
//! that really end there, cut off by the test itself (`logs::really_end`); and the reference replayer
//! over the logs that recovery left must come to the recovered file page for page.
//!
//! Rooms: `logs` (records of a set, sets that end earlier), `stops` (positions and times), `refused`
//! (what may not be cut), `lost` (damaged and missing logs), `kept` (bits of the call), `cut_off`
//! (crashes, callers who give up), `caches` (small ones), `limits` (numbers at their ends).
#![forbid(unsafe_code)]

#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;

mod caches;
mod cut_off;
mod kept;
mod limits;
mod logs;
mod lost;
mod refused;
mod stops;

use ese_core::format::ids::Pgno;
use ese_core::recovery::Options;
use recovery_support::check::{Contents, clean_and_sound, contents, different_tables, header};
use recovery_support::sets::{self, Files, databases, logs_only};
use recovery_support::world::{DIR, Recovered, at, run};
use replay_support::Replayer;
use replay_support::same::compare_with_bytes;
use std::collections::BTreeMap;
use std::path::Path;

/// A set: its files, and how it is recovered.
#[derive(Clone)]
struct Case {
    name: String,
    files: Files,
    options: Options,
}

impl Case {
    /// The logs of a history.
    fn history(name: &str) -> Option<Self> {
        let Some(set) = sets::history(name) else {
            testkit::skip(&format!("witness/histories/{name}"));
            return None;
        };
        Some(Self {
            name: name.to_owned(),
            files: logs_only(&set.files),
            options: set.options,
        })
    }

    /// A crash set with all its files.
    fn crash(name: &str) -> Option<Self> {
        let Some(set) = sets::crash(name) else {
            testkit::skip(&format!("witness/crashes/{name}"));
            return None;
        };
        Some(Self {
            name: name.to_owned(),
            files: set.files,
            options: set.options,
        })
    }

    /// The logs of a crash set.
    fn crash_logs(name: &str) -> Option<Self> {
        let mut case = Self::crash(name)?;
        case.files = logs_only(&case.files);
        Some(case)
    }

    fn with(&self, change: impl FnOnce(&mut Options)) -> Options {
        let mut options = self.options.clone();
        change(&mut options);
        options
    }
}

/// What the databases of a recovered set hold, all of them clean and sound.
fn held(recovered: &Recovered) -> Result<BTreeMap<String, Contents>, String> {
    let files = recovered.files();
    let mut out = BTreeMap::new();
    for name in databases(&files) {
        let problems = clean_and_sound(&recovered.fs, &at(&name));
        if !problems.is_empty() {
            return Err(format!("{name}: {}", problems.join("; ")));
        }
        out.insert(name.clone(), contents(&recovered.fs, &at(&name))?);
    }
    Ok(out)
}

/// A recovery that must succeed, and what the databases hold then.
fn recovered_contents(
    files: &Files,
    options: &Options,
) -> Result<(Recovered, BTreeMap<String, Contents>), String> {
    let recovered = run(files, options);
    recovered.outcome()?;
    let held = held(&recovered)?;
    Ok((recovered, held))
}

/// How two sets of databases differ.
fn different_databases(
    ours: &BTreeMap<String, Contents>,
    theirs: &BTreeMap<String, Contents>,
) -> Result<(), String> {
    if !ours.keys().eq(theirs.keys()) {
        return Err(format!(
            "databases {:?}, not {:?}",
            ours.keys(),
            theirs.keys()
        ));
    }
    for (name, ours) in ours {
        let differ = different_tables(ours, &theirs[name], true);
        if !differ.is_empty() {
            return Err(format!("{name}: {}", differ.join("; ")));
        }
    }
    Ok(())
}

/// The logs that lie there say how the databases came to be what they are. For sets whose logs reach
/// back to the creation of every database.
fn replays_to_itself(recovered: &Recovered) -> Result<(), String> {
    let replayer = Replayer::watch_in(&recovered.fs, Path::new(DIR), |_, _| Ok(()));
    let replayer = replayer.map_err(|e| format!("replay of the logs that are left: {e}"))?;
    if replayer.tally.left_over != 0 {
        let n = replayer.tally.left_over;
        return Err(format!("{n} versions were rolled back without an Undo"));
    }
    let files = recovered.files();
    for name in databases(&files) {
        let sign = header(&recovered.fs, &at(&name))?.sign_db;
        let made = replayer.databases.iter().find(|d| d.sign == sign);
        let made = made.ok_or_else(|| format!("{name} is not in the logs"))?;
        let compared = compare_with_bytes(made, &files[&name]).map_err(|e| e.to_string())?;
        // What the file has room for by its own space tree: the record that cuts it off comes later.
        let size = made.page_size;
        let in_file = |pgno: Pgno| pgno.offset(size) < files[&name].len() as u64;
        let mut different = compared.different;
        different.retain(|(pgno, _)| in_file(*pgno));
        if let Some((pgno, why)) = different.first() {
            let n = different.len();
            return Err(format!(
                "{name}: {n} pages are not as logged, first {pgno}: {why}"
            ));
        }
    }
    Ok(())
}

/// Fails with all of them.
fn report(problems: &[String]) {
    let n = problems.len();
    assert!(
        problems.is_empty(),
        "{n} problems:\n{}",
        problems.join("\n")
    );
}
