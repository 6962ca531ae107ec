//! `cargo xtask demo`: the main job on a live program, in six steps one can watch.
//!
//! A program (`live_service`, an example of ese-backup) has a real database and a fresh one of 256 MiB
//! open, with writers on it. It is backed up from outside, a second backup is stopped half-way, a third
//! one is finished, restored elsewhere and compared.
//!
//! Invariants: it runs on a bare clone; every claim it prints is checked by it, not only printed.
#![forbid(unsafe_code)]

use crate::process::{
    Args, Failure, Outcome, cargo, eseutil, in_root, output, run as run_command, target,
};
use crate::{python, samples};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A real database that was closed cleanly.
const SAMPLE: &str = "large.edb";
/// Size of the fresh database.
const FRESH_MIB: u64 = 256;
/// Seconds that the second backup would take if nobody stopped it.
const SLOW_SECONDS: u64 = 8;
/// A stop that takes longer than this failed its purpose.
const STOP_MAX: Duration = Duration::from_secs(2);
/// How long the program may take to be ready, and a backup to begin.
const BEGIN_MAX: Duration = Duration::from_secs(300);
/// Writers of the program.
const WRITERS: usize = 3;

pub(crate) fn run(args: &mut Args) -> Outcome {
    args.done()?;
    let start = Instant::now();
    say(
        1,
        "eseutil and a program to back up, built optimised (the first time this takes a while)",
    );
    let eseutil = eseutil()?;
    let service = service()?;
    let folder = target().join("demo");
    let _ = fs::remove_dir_all(&folder);
    let live = folder.join("live");
    make_folder(&live)?;
    let sample = live.join(SAMPLE);
    unpack(&sample)?;

    say(
        2,
        "the program: a real database, a fresh one of 256 MiB, three writers",
    );
    let mut service = Service::start(&service, &live, &sample)?;
    let bytes = size(&sample) + size(&live.join("fresh.edb"));
    println!(
        "{} and {}: {:.0} MiB; writers have committed {:?} rows",
        in_root(&sample).display(),
        in_root(&live.join("fresh.edb")).display(),
        mib(bytes),
        service.committed()?
    );

    say(
        3,
        "a backup from outside, every page verified, while they write",
    );
    let first = folder.join("first");
    let began = Instant::now();
    run_command(&mut backup(&eseutil, &service.socket, &first))?;
    let rate = mib(bytes) / began.elapsed().as_secs_f64();

    say(
        4,
        "a second one, throttled, stopped half-way from another process",
    );
    let stopped = stop_half_way(&eseutil, &service.socket, &folder.join("second"), bytes)?;

    say(5, "a third one, to its end");
    let third = folder.join("third");
    let before = service.committed()?;
    run_command(backup(&eseutil, &service.socket, &third).arg("--verify"))?;
    let after = service.committed()?;
    let last = service.end()?;

    say(6, "restored elsewhere, and compared");
    let restored = folder.join("restored");
    restore(&eseutil, &third, &restored, None)?;
    let found = contents(&eseutil, &restored.join("fresh.edb"))?;
    let mut rows = [0; WRITERS];
    for (n, rows) in rows.iter_mut().enumerate() {
        *rows = records(&found, &format!("writer{n}"))?;
        let (low, high) = (before[n], after[n]);
        // A transaction may have been committed, and not counted yet.
        if *rows < low || *rows > high + ROWS_OF_A_TRANSACTION {
            return Err(Failure::failed(format!(
                "writer {n} had {low} rows when the backup began and {high} when it had ended; the \
                 restored database has {rows}"
            )));
        }
    }
    println!("writers' rows at the begin {before:?}, restored {rows:?}, at the end {after:?}");
    let rolled = folder.join("rolled-forward");
    restore(&eseutil, &third, &rolled, Some(&live))?;
    for name in [SAMPLE, "fresh.edb"] {
        same(&eseutil, &live.join(name), &rolled.join(name))?;
        println!(
            "{name}: rolled forward through the live logs it is what the program left, table by table"
        );
    }
    run_command(
        Command::new(&eseutil)
            .arg("integrity")
            .arg(rolled.join("fresh.edb")),
    )?;

    println!(
        "\n  backed up under load    {rate:>8.0} MiB/s (end to end)\n  \
         stopped half-way        {:>8.1} ms until the backup had ended\n  \
         rows while it ran       {:>8}\n  \
         rows at the very end    {:>8}\n",
        stopped.as_secs_f64() * 1e3,
        after.iter().sum::<u64>() - before.iter().sum::<u64>(),
        last.iter().sum::<u64>(),
    );
    println!(
        "That took {}. Where to go next:\n  \
         docs/backup.md                 the operator's guide\n  \
         {util} doctor {copy}\n  \
         {util} --help\n  \
         cargo xtask backup-sim --seeds 0..100   backups under accidents\n  \
         docs/architecture.md           the map of the code",
        crate::process::seconds(start.elapsed()),
        util = in_root(&eseutil).display(),
        copy = in_root(&restored.join("fresh.edb")).display(),
    );
    Ok(())
}

/// Rows that a writer commits at once.
const ROWS_OF_A_TRANSACTION: u64 = 20;

fn say(number: u32, what: &str) {
    println!("\n--- {number} of 6: {what}");
}

fn make_folder(path: &Path) -> Outcome {
    fs::create_dir_all(path).map_err(|e| Failure::failed(format!("{}: {e}", path.display())))
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The sample as a plain file.
fn unpack(to: &Path) -> Outcome {
    let packed = samples::fetch()?.join(format!("{SAMPLE}.gz"));
    let python = python::system().map_err(|m| Failure::failed(m.0))?;
    python::script(
        &python,
        "xtask/python/gunzip.py",
        &[packed.as_os_str(), to.as_os_str()],
    )
    .map(drop)
}

/// Builds the program.
fn service() -> Result<PathBuf, Failure> {
    run_command(cargo().args([
        "build",
        "--release",
        "--package",
        "ese-backup",
        "--example",
        "live_service",
    ]))?;
    Ok(target()
        .join("release")
        .join("examples")
        .join("live_service"))
}

/// The program that is backed up.
struct Service {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    socket: PathBuf,
}

impl Service {
    fn start(program: &Path, live: &Path, sample: &Path) -> Result<Self, Failure> {
        let mut child = Command::new(program)
            .arg(live)
            .arg(FRESH_MIB.to_string())
            .arg(sample)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| {
                Failure::failed(format!("{} could not be started: {e}", program.display()))
            })?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let (tx, lines) = channel();
        thread::spawn(move || {
            for line in stdout.into_iter().flat_map(|s| BufReader::new(s).lines()) {
                if line.is_ok_and(|line| tx.send(line).is_err()) {
                    return;
                }
            }
        });
        let mut service = Self {
            child,
            stdin,
            lines,
            socket: live.join("control.sock"),
        };
        service.wait_for("ready")?;
        Ok(service)
    }

    /// The next line that begins with a word.
    fn wait_for(&mut self, word: &str) -> Result<String, Failure> {
        loop {
            let line = self.lines.recv_timeout(BEGIN_MAX).map_err(|_| {
                Failure::failed(format!(
                    "the program did not say {word:?}: it ended, or hangs"
                ))
            })?;
            if line.starts_with(word) {
                return Ok(line);
            }
        }
    }

    /// What the writers have committed now.
    fn committed(&mut self) -> Result<[u64; WRITERS], Failure> {
        while self.lines.try_recv().is_ok() {}
        counts(&self.wait_for("committed")?)
    }

    /// Ends it; gives what the writers had committed then.
    fn end(mut self) -> Result<[u64; WRITERS], Failure> {
        if let Some(mut stdin) = self.stdin.take() {
            let _ = stdin.write_all(b"quit\n");
        }
        let last = self.wait_for("final")?;
        let status = self.child.wait();
        match status {
            Ok(status) if status.success() => counts(&last),
            other => Err(Failure::failed(format!(
                "the program did not end well: {other:?}"
            ))),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // A demo that failed leaves no program behind.
        drop(self.stdin.take());
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// `committed 1 2 3`.
fn counts(line: &str) -> Result<[u64; WRITERS], Failure> {
    let numbers: Vec<u64> = line
        .split(' ')
        .skip(1)
        .filter_map(|w| w.parse().ok())
        .collect();
    numbers
        .try_into()
        .map_err(|_| Failure::failed(format!("the program said {line:?}")))
}

fn backup(eseutil: &Path, socket: &Path, to: &Path) -> Command {
    let mut c = Command::new(eseutil);
    c.arg("backup")
        .arg("--live")
        .arg(socket)
        .arg("--to")
        .arg(to);
    c
}

fn restore(eseutil: &Path, set: &Path, to: &Path, more: Option<&Path>) -> Outcome {
    let mut c = Command::new(eseutil);
    c.arg("restore").arg(set).arg("--to").arg(to);
    if let Some(more) = more {
        c.arg("--logs").arg(more);
    }
    run_command(&mut c)
}

/// Starts a slow backup, stops it from another process, and checks what is left; gives the time from the
/// stop to the end of the backup.
fn stop_half_way(
    eseutil: &Path,
    socket: &Path,
    to: &Path,
    bytes: u64,
) -> Result<Duration, Failure> {
    let mut slow = backup(eseutil, socket, to)
        .args(["--throttle", &rate_for(bytes, SLOW_SECONDS)])
        .stdin(Stdio::null())
        .spawn()
        .map_err(|e| Failure::failed(format!("eseutil could not be started: {e}")))?;
    let begun = Instant::now();
    while !to.join("ese-backup.json").is_file() && begun.elapsed() < BEGIN_MAX {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_secs(SLOW_SECONDS) / 2);
    if let Ok(Some(status)) = slow.try_wait() {
        return Err(Failure::failed(format!(
            "the throttled backup ended by itself ({status}) before it was stopped"
        )));
    }
    let asked = Instant::now();
    run_command(
        Command::new(eseutil)
            .arg("stop-backup")
            .arg("--live")
            .arg(socket),
    )?;
    let status = slow
        .wait()
        .map_err(|e| Failure::failed(format!("waiting for eseutil: {e}")))?;
    let took = asked.elapsed();
    println!(
        "ended {:.1} ms after the stop was asked for (two processes included), {status}",
        took.as_secs_f64() * 1e3
    );
    if status.code() != Some(1) {
        return Err(Failure::failed("a stopped backup ends with exit code 1"));
    }
    if took > STOP_MAX {
        return Err(Failure::failed("the backup went on for too long"));
    }
    let refused = Command::new(eseutil)
        .arg("restore")
        .arg(to)
        .arg("--to")
        .arg(to.with_extension("restored"))
        .output()
        .map_err(|e| Failure::failed(format!("eseutil could not be started: {e}")))?;
    let said = String::from_utf8_lossy(&refused.stderr);
    print!("what was written does not restore: {said}");
    if refused.status.success() || !said.contains("stopped or interrupted") {
        return Err(Failure::failed("a stopped backup restores"));
    }
    Ok(took)
}

/// Records and hash of every table.
fn contents(eseutil: &Path, db: &Path) -> Result<String, Failure> {
    output(
        Command::new(eseutil)
            .args(["--json", "export"])
            .arg(db)
            .args(["--format", "canonical"]),
    )
}

/// Both databases hold the same, table by table; what the engine keeps of their lives does not count.
fn same(eseutil: &Path, one: &Path, two: &Path) -> Outcome {
    let (one, two) = (contents(eseutil, one)?, contents(eseutil, two)?);
    match one == two {
        true => Ok(()),
        false => Err(Failure::failed(
            "the restored contents differ from the live ones",
        )),
    }
}

/// The number of records of a table, in what `export --json` says.
fn records(said: &str, table: &str) -> Result<u64, Failure> {
    let after = |text: &'_ str, what: &str| text.split_once(what).map(|(_, rest)| rest.to_owned());
    after(said, &format!("\"{table}\": {{"))
        .and_then(|rest| after(&rest, "\"records\": "))
        .and_then(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        })
        .ok_or_else(|| Failure::failed(format!("table {table} is not in the restored database")))
}

/// The `--throttle` with which `bytes` take about so many seconds.
fn rate_for(bytes: u64, seconds: u64) -> String {
    (bytes / seconds).max(1).to_string()
}

#[cfg(test)]
mod tests {
    use super::{counts, rate_for, records, stop_half_way};
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    #[test]
    fn what_the_program_says() {
        assert_eq!(counts("committed 1 20 300").unwrap(), [1, 20, 300]);
        assert!(counts("committed 1 2").is_err() && counts("final a b c").is_err());
        let said = "{\n \"tables\": {\n \"a\": {\n \"records\": 7,\n \"x\": 1 },\n \"writer1\": {\n \
                    \"records\": 4200,\n \"sha256\": \"00\"";
        assert_eq!(records(said, "writer1").unwrap(), 4200);
        assert!(records(said, "writer2").is_err());
    }

    #[test]
    fn rates_follow_the_length() {
        assert_eq!(rate_for(80, 8), "10");
        assert_eq!(rate_for(3, 8), "1");
    }

    /// A program that behaves like eseutil whose backup is stopped: ends with `code`, restores if told.
    fn stops(name: &str, code: i32, restores: bool) -> bool {
        let dir: PathBuf = std::env::temp_dir().join(format!("demo-{}-{name}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let program = dir.join("eseutil");
        let refusal = match restores {
            true => "exit 0",
            false => "echo 'stopped or interrupted' >&2; exit 1",
        };
        let script = format!(
            "#!/bin/sh\ncase $1 in\n\
             backup) mkdir -p \"$5\"; : > \"$5/ese-backup.json\"; \
             while [ ! -e \"$3\" ]; do sleep 0.05; done; exit {code};;\n\
             stop-backup) : > \"$3\";;\nrestore) {refusal};;\nesac\n"
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let good = stop_half_way(&program, &dir.join("stop"), &dir.join("set"), 8);
        fs::remove_dir_all(&dir).unwrap();
        good.is_ok()
    }

    #[test]
    fn the_demo_sees_through_a_bad_stop() {
        assert!(stops("good", 1, false));
        assert!(!stops("success", 0, false), "says it is whole");
        assert!(!stops("restores", 1, true), "a stopped set restores");
    }
}
