//! `bench stop`: how long a stream goes on after a stop, and what the stream costs.
//!
//! A generated database of 1 GiB (real, signed pages; read once before, so that it is cached) is
//! streamed into a buffer of 64 MiB while another thread sets the flag at random moments. Measured:
//! from before the set to the return of the read call. Beside it, as the floor that the machine
//! sets, a thread that does nothing but ask the flag.
//!
//! Then, into the same buffer: the stream, a plain read, and a plain read with the checksums after.
//! Ratios, never bare times: all variants in one process, in turn, the median of the rounds.
#![forbid(unsafe_code)]

use ese_backup::{Control, INNER_READ, StopFlag, VerifiedFile, VerifiedReader};
use ese_bench::generated::database;
use ese_bench::report::{Comparison, Measure, Report};
use ese_bench::stop_options::Options;
use ese_core::format::checksum::{PageVerdict, verify};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::io::{File, FileSystem as _, OpenMode};
use serde_json::{Value, json};
use std::error::Error;
use std::sync::mpsc;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const PAGE: PageSize = PageSize::K8;
const BUFFER: usize = 64 << 20;

fn main() -> Result<()> {
    let options = Options::read("stop", 1024)?;
    let path = database("stop", PAGE, options.mib)?;
    let file = VerifiedFile::open(&RealFileSystem, &path)?;
    let plain = RealFileSystem.open(&path, OpenMode::Read)?;
    let mut buf = vec![0; BUFFER];
    // Warms the file's cache, and touches every page of the buffer.
    read_plain(&*plain, &mut buf)?;

    let mut rng = SeededRng::new(1);
    let stream = stops(options.stops, &mut rng, |stop, ready| {
        let mut control = Control::new(stop.handle());
        let _ = ready.send(());
        loop {
            let mut reader = VerifiedReader::new(&file);
            loop {
                match reader.read(&mut control, &mut buf) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(e) if e.is_stopped() => return Ok(Instant::now()),
                    Err(e) => return Err(e.into()),
                }
            }
        }
    })?;
    let floor = stops(options.stops, &mut rng, |stop, ready| {
        let handle = stop.handle();
        let _ = ready.send(());
        while !handle.is_stopped() {
            std::hint::spin_loop();
        }
        Ok(Instant::now())
    })?;

    let names = [
        "stream",
        "plain read",
        "plain read, then checksums",
        "plain read in 256 KiB",
    ];
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..options.runs {
        for (variant, times) in times.iter_mut().enumerate() {
            let start = Instant::now();
            match variant {
                0 => read_stream(&file, &mut buf)?,
                1 => read_plain(&*plain, &mut buf)?,
                2 => read_then_verify(&*plain, &mut buf)?,
                _ => read_inner(&*plain, &mut buf)?,
            }
            times.push(start.elapsed());
        }
    }
    let named: Vec<_> = names.into_iter().zip(times.iter().cloned()).collect();
    let report = gathered(&options, file.len(), &stream, &floor, &named);
    let medians = times.map(|mut t| {
        t.sort();
        t[t.len() / 2]
    });
    if !options.put(&report)? {
        print(&options, file.len(), &stream, &floor, &names, &medians);
    }
    Ok(())
}

/// Stops `work` `n` times at random moments; how long each took to return, sorted. `work` says when
/// it is at it, and gives the time at which it returned.
fn stops(
    n: usize,
    rng: &mut SeededRng,
    mut work: impl FnMut(&StopFlag, mpsc::Sender<()>) -> Result<Instant> + Send,
) -> Result<Vec<Duration>> {
    let mut out = Vec::with_capacity(n);
    for _ in 0..n {
        let stop = StopFlag::new();
        let (tx, rx) = mpsc::channel();
        let wait = Duration::from_micros(2_000 + rng.below(30_000));
        let (set, returned) = std::thread::scope(|s| {
            let worker = s.spawn(|| work(&stop, tx));
            let _ = rx.recv();
            std::thread::sleep(wait);
            let set = Instant::now();
            stop.stop();
            (set, worker.join())
        });
        let returned = returned.map_err(|_| "the worker panicked")??;
        out.push(returned.saturating_duration_since(set));
    }
    out.sort();
    Ok(out)
}

fn read_stream(file: &VerifiedFile, buf: &mut [u8]) -> Result<()> {
    let stop = StopFlag::new();
    let mut control = Control::new(stop.handle());
    let mut reader = VerifiedReader::new(file);
    while reader.read(&mut control, buf)? > 0 {}
    Ok(())
}

/// Calls `each` for every filled buffer.
fn read_all(
    file: &dyn File,
    buf: &mut [u8],
    inner: usize,
    mut each: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut at = 0;
    loop {
        let mut filled = 0;
        while let Some(part) = buf.get_mut(filled..).filter(|p| !p.is_empty()) {
            let want = part.len().min(inner);
            let n = file.read_at(&mut part[..want], at + filled as u64)?;
            filled += n;
            if n < want {
                break;
            }
        }
        if filled == 0 {
            return Ok(());
        }
        each(at, &buf[..filled])?;
        at += filled as u64;
    }
}

fn read_plain(file: &dyn File, buf: &mut [u8]) -> Result<()> {
    read_all(file, buf, BUFFER, |_, _| Ok(()))
}

fn read_inner(file: &dyn File, buf: &mut [u8]) -> Result<()> {
    read_all(file, buf, INNER_READ, |_, _| Ok(()))
}

fn read_then_verify(file: &dyn File, buf: &mut [u8]) -> Result<()> {
    read_all(file, buf, BUFFER, |at, bytes| {
        let first = at / PAGE.bytes() as u64;
        for (i, page) in (first..)
            .zip(bytes.chunks(PAGE.bytes()))
            .filter(|(i, _)| *i > 1)
        {
            let pgno = Pgno(u32::try_from(i - 1)?);
            if verify(page, pgno) != PageVerdict::Good {
                return Err(format!("{pgno:?} is damaged").into());
            }
        }
        Ok(())
    })
}

fn quantile(sorted: &[Duration], per_cent: usize) -> f64 {
    let at = (sorted.len() * per_cent / 100).min(sorted.len() - 1);
    sorted[at].as_secs_f64() * 1e3
}

/// The stream against each of the others, pass by pass, and how long stops took.
fn gathered(
    options: &Options,
    len: u64,
    stream: &[Duration],
    floor: &[Duration],
    times: &[(&str, Vec<Duration>)],
) -> Value {
    let rounds = |(name, times): &(&str, Vec<Duration>)| {
        let seconds = times.iter().map(Duration::as_secs_f64).collect();
        ((*name).to_owned(), seconds)
    };
    let report = Report {
        group: "stop".into(),
        notes: vec![format!(
            "a cached file of {} MiB, a buffer of {} MiB, reads of {} KiB",
            len >> 20,
            BUFFER >> 20,
            INNER_READ >> 10
        )],
        engines: Vec::new(),
        comparisons: vec![Comparison {
            name: "into the same buffer".into(),
            unit: "s",
            durability: "none: nothing kept",
            measure: Measure::Cost,
            rounds: times.iter().map(rounds).collect(),
        }],
        lines: Vec::new(),
    };
    let stop = |t: &[Duration]| {
        let [p50, p99, worst] = [50, 99, 100].map(|q| quantile(t, q));
        let all: Vec<f64> = t.iter().map(|t| t.as_secs_f64() * 1e3).collect();
        json!({"p50_ms": p50, "p99_ms": p99, "worst_ms": worst, "stops": t.len(), "rounds": all})
    };
    let mut all = report.json();
    all["runs"] = json!(options.runs);
    all["file_bytes"] = json!(len);
    all["stop"] = json!({"stream": stop(stream), "spinning_thread": stop(floor)});
    all
}

fn print(
    options: &Options,
    len: u64,
    stream: &[Duration],
    floor: &[Duration],
    names: &[&str; 4],
    medians: &[Duration; 4],
) {
    let gb_s = medians.map(|t| len as f64 / 1e9 / t.as_secs_f64());
    let quantiles = |t: &[Duration]| [50, 99, 100].map(|q| quantile(t, q));
    println!(
        "stop in a {} MiB call on a cached file of {} MiB, {} times (ms)",
        BUFFER >> 20,
        len >> 20,
        stream.len()
    );
    println!("{:32} {:>9} {:>9} {:>9}", "", "p50", "p99", "worst");
    for (name, t) in [("stream", stream), ("thread that only spins", floor)] {
        let [p50, p99, worst] = quantiles(t);
        println!("{name:32} {p50:9.3} {p99:9.3} {worst:9.3}");
    }
    println!();
    println!("into the same buffer, median of {} rounds", options.runs);
    println!("{:32} {:>9} {:>16}", "", "GB/s", "stream is times");
    for (name, v) in names.iter().zip(gb_s) {
        println!("{name:32} {v:9.2} {:16.2}", gb_s[0] / v);
    }
}
