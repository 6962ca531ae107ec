//! `bench backup`: the stream of a running instance, what a backup costs the writers, and the peers.
//!
//! An instance, SQLite and LMDB with the same rows (read once before, so that they are cached). All
//! in one process, one after the other in every round; ratios are formed within a round, by the clock and,
//! for a machine that is not one's own, by the processor time of the process:
//! * the streaming calls into a buffer of 64 MiB, against a plain read and the checksums into the same
//!   buffer, and against the plain read alone;
//! * a whole backup into a folder, against SQLite's backup API into a file, LMDB's copy and `cp`'s way;
//!   all of them durable when they return, and the disk idle when they begin;
//! * a whole backup into a sink that takes nothing, against SQLite's into a file and into memory (LMDB
//!   maps its file: into /dev/null it would not even read);
//! * rows a second of a writer while backups into nothing run one after the other, against the same
//!   writer alone;
//! * the time from a stop to the return of a read call under way, beside a thread that only asks the
//!   flag.
#![forbid(unsafe_code)]

use ese_bench::backup::ours::Ours;
use ese_bench::backup::peers::{Lmdb, Sqlite};
use ese_bench::backup::plain::{Aligned, copy, read};
use ese_bench::backup::{Result, Took, settle, stops, took};
use ese_bench::generated::folder;
use ese_bench::report::{Comparison, Measure, Promise, Report};
use ese_bench::stop_options::Options;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{File, FileSystem as _, OpenMode};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a writer is watched, alone and beside backups in turn.
const WATCHED: Duration = Duration::from_millis(700);
/// How often in a round.
const TURNS: usize = 3;

/// One ratio, round by round.
struct Ratio {
    name: &'static str,
    wanted: Option<f64>,
    values: Vec<f64>,
    /// The same by processor time.
    cpu: Vec<f64>,
}

const NAMES: [(&str, Option<f64>); 10] = [
    ("stream / read and checksums", Some(0.9)),
    ("stream / read", None),
    ("into a folder / SQLite into a file", Some(1.5)),
    ("into a folder / LMDB into a file", Some(1.0)),
    ("into a folder / cp and sync", None),
    ("into nothing / SQLite into a file", Some(3.0)),
    ("into nothing / SQLite into memory", None),
    ("into nothing / read", None),
    ("into nothing / read and checksums", None),
    ("writer beside backups / alone", Some(0.9)),
];

struct Bench {
    folder: PathBuf,
    ours: Ours,
    sqlite: Sqlite,
    lmdb: Lmdb,
}

impl Bench {
    fn new(mib: u64) -> Result<Self> {
        let folder = folder()?.join("backup");
        let _ = std::fs::remove_dir_all(&folder);
        eprintln!("filling three databases with {mib} MiB of rows");
        Ok(Self {
            ours: Ours::fill(&folder.join("ours"), mib)?,
            sqlite: Sqlite::fill(&folder.join("sqlite"), mib)?,
            lmdb: Lmdb::fill(&folder.join("lmdb"), mib)?,
            folder,
        })
    }

    /// A name for a copy, where nothing lies.
    fn target(&self) -> Result<PathBuf> {
        let to = self.folder.join("copy");
        match std::fs::metadata(&to) {
            Ok(m) if m.is_dir() => std::fs::remove_dir_all(&to)?,
            Ok(_) => std::fs::remove_file(&to)?,
            Err(_) => {}
        }
        Ok(to)
    }

    fn copied(&self, work: impl FnOnce(&Path) -> Result<()>) -> Result<Took> {
        let to = self.target()?;
        settle(&self.folder)?;
        let took = took(|| work(&to));
        self.target()?;
        took
    }

    /// The ratios of a round, in the order of [`NAMES`]: by the clock, and of processor time.
    fn round(&self, file: &dyn File, buf: &mut Aligned) -> Result<[(f64, f64); NAMES.len()]> {
        self.ours.settle()?;
        let stream = self.ours.stream(buf.get())?;
        let checked = took(|| read(file, buf.get(), true))?;
        let plain = took(|| read(file, buf.get(), false))?;
        let nothing = took(|| self.ours.to_nowhere())?;
        let sqlite_memory = took(|| self.sqlite.to_memory())?;
        let into_folder = self.copied(|to| self.ours.to_folder(to))?;
        let sqlite = self.copied(|to| self.sqlite.to_file(to))?;
        let lmdb = self.copied(|to| self.lmdb.to_file(to))?;
        let by_hand = self.copied(|to| copy(file, to))?;
        let (mut alone, mut beside) = (0.0, 0.0);
        for _ in 0..TURNS {
            alone += self.ours.work(WATCHED, || {
                std::thread::sleep(WATCHED / 10);
                Ok(())
            })?;
            beside += self.ours.work(WATCHED, || self.ours.to_nowhere())?;
        }
        let ratio = |other: Took, ours: Took| (other.wall / ours.wall, other.cpu / ours.cpu);
        Ok([
            ratio(checked, stream),
            ratio(plain, stream),
            ratio(sqlite, into_folder),
            ratio(lmdb, into_folder),
            ratio(by_hand, into_folder),
            ratio(sqlite, nothing),
            ratio(sqlite_memory, nothing),
            ratio(plain, nothing),
            ratio(checked, nothing),
            (beside / alone, f64::NAN),
        ])
    }
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

fn main() -> Result<()> {
    let options = Options::read("backup", 512)?;
    let bench = Bench::new(options.mib)?;
    let file = RealFileSystem.open(&bench.ours.path(), OpenMode::Read)?;
    let mut buf = Aligned::default();
    read(&*file, buf.get(), false)?;
    let sizes = [file.len()?, bench.sqlite.bytes()?, bench.lmdb.bytes()?];
    let mut ratios = NAMES.map(|(name, wanted)| Ratio {
        name,
        wanted,
        values: Vec::new(),
        cpu: Vec::new(),
    });
    // The first round only warms the caches.
    for round in 0..=options.runs {
        let found = bench.round(&*file, &mut buf)?;
        if round > 0 {
            for (ratio, (wall, cpu)) in ratios.iter_mut().zip(found) {
                ratio.values.push(wall);
                ratio.cpu.push(cpu);
            }
        }
    }
    let (stop, spin) = stops::measure(&bench.ours, buf.get(), options.stops)?;
    drop(file);
    let folder = bench.folder.clone();
    bench.ours.end()?;
    drop((bench.sqlite, bench.lmdb));
    let _ = std::fs::remove_dir_all(folder);
    let report = gathered(&options, &ratios, &stop, &spin, sizes);
    if !options.put(&report)? {
        print_text(&options, &ratios, &stop, &spin, sizes);
    }
    Ok(())
}

fn latency(times: &[f64]) -> [f64; 3] {
    [0.5, 0.99, 1.0].map(|share| quantile(times, share))
}

/// What stands on either side of a ratio: whether it was on the disk at its end.
fn durability(name: &str) -> &'static str {
    match name {
        n if n.starts_with("into a folder") => "synced at the end",
        n if n.starts_with("writer") => "not synced",
        // Unequal, and said: a sink that keeps nothing has nothing to sync.
        "into nothing / SQLite into a file" => "only SQLite's synced",
        _ => "none: nothing kept",
    }
}

/// The ratios as they are in every report, and the figures that only this one has.
fn gathered(
    options: &Options,
    ratios: &[Ratio],
    stop: &[f64],
    spin: &[f64],
    sizes: [u64; 3],
) -> Value {
    let promise = |name: &str, durable: &str| Promise {
        name: name.into(),
        durable: durable.into(),
        lazy: "rows are written without syncs before the backups; the writer beside them too"
            .into(),
        cache: "holds everything".into(),
    };
    let comparison = |r: &Ratio| Comparison {
        name: r.name.into(),
        unit: "x",
        durability: durability(r.name),
        measure: Measure::Plain,
        rounds: [("by the clock", &r.values), ("by processor", &r.cpu)]
            .into_iter()
            .filter(|(_, values)| values.iter().all(|v| v.is_finite()))
            .map(|(name, values)| (name.into(), values.clone()))
            .collect(),
    };
    let report = Report {
        group: "backup".into(),
        notes: vec![format!("{} MiB of rows, all cached", options.mib)],
        engines: vec![
            promise("ours", "each file of the folder synced, then its manifest"),
            promise(
                "SQLite",
                "the target synced by the backup API (synchronous = FULL)",
            ),
            promise("LMDB", "the copy synced after mdb_env_copy"),
        ],
        comparisons: ratios.iter().map(comparison).collect(),
        lines: Vec::new(),
    };
    let stops = |times: &[f64]| {
        let [p50, p99, worst] = latency(times);
        json!({"p50_ms": p50, "p99_ms": p99, "worst_ms": worst, "stops": times.len(), "rounds": times})
    };
    let wanted: Map<_, _> = (ratios.iter())
        .map(|r| (r.name.to_owned(), json!(r.wanted)))
        .collect();
    let mut all = report.json();
    all["file_bytes"] = json!({"ours": sizes[0], "sqlite": sizes[1], "lmdb": sizes[2]});
    all["wanted"] = Value::Object(wanted);
    all["stop"] = json!({"stream": stops(stop), "spinning_thread": stops(spin)});
    all["stop_check_share"] = json!(options.stop_cost);
    all
}

fn print_text(options: &Options, ratios: &[Ratio], stop: &[f64], spin: &[f64], sizes: [u64; 3]) {
    let mib = sizes.map(|bytes| bytes >> 20);
    println!(
        "{} MiB of rows; files of {} (ours), {} (SQLite), {} MiB (LMDB); {} rounds",
        options.mib, mib[0], mib[1], mib[2], options.runs
    );
    println!(
        "{:<36} {:<20} {:>8} {:>8} {:>8} {:>8}  wanted",
        "speed, times the other's", "durability", "median", "lowest", "highest", "by CPU"
    );
    for r in ratios {
        let [low, middle, high] = [0.0, 0.5, 1.0].map(|share| quantile(&r.values, share));
        let wanted = r.wanted.map_or(String::new(), |w| format!(">= {w}"));
        let cpu = quantile(&r.cpu, 0.5);
        println!(
            "{:<36} {:<20} {middle:>8.2} {low:>8.2} {high:>8.2} {cpu:>8.2}  {wanted}",
            r.name,
            durability(r.name)
        );
    }
    println!(
        "{:<36} {:>8} {:>8} {:>8}",
        "from a stop to the return, ms", "p50", "p99", "worst"
    );
    for (name, times, wanted) in [
        ("read call of 64 MiB", stop, "p99 < 1"),
        ("thread that only asks the flag", spin, ""),
    ] {
        let [p50, p99, worst] = latency(times);
        println!("{name:<36} {p50:>8.3} {p99:>8.3} {worst:>8.3}  {wanted}");
    }
    if let Some(share) = options.stop_cost {
        println!(
            "asking the flag: {:.2} % of the loop's instructions at 4 KiB pages, wanted <= 1",
            share * 100.0
        );
    }
}
