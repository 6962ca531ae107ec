//! `cargo xtask demo`: the main job on a real database, in five steps one can watch.
//!
//! Invariants: it runs on a bare clone; every claim it prints is checked by it, not only printed.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, eseutil, in_root, run as run_command, target, works};
use crate::{python, samples};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The largest of the samples: the search index of a Windows machine.
const SAMPLE: &str = "Windows.edb";
/// Seconds that the second copy would take if nobody stopped it.
const SLOW_SECONDS: u64 = 8;
/// A stop that takes longer than this failed its purpose.
const STOP_MAX: Duration = Duration::from_secs(2);
/// How long a copy may take to begin.
const BEGIN_MAX: Duration = Duration::from_secs(10);

pub(crate) fn run(args: &mut Args) -> Outcome {
    args.done()?;
    let start = Instant::now();
    say(1, "a real database");
    let database = sample()?;
    let bytes = fs::metadata(&database).map_or(0, |m| m.len());
    println!("{}: {:.1} MiB", in_root(&database).display(), mib(bytes));

    say(
        2,
        "eseutil, built optimised (the first time this takes a while)",
    );
    let eseutil = eseutil()?;
    run_command(Command::new(&eseutil).arg("info").arg(&database))?;

    say(3, "a whole copy, every page verified on the way");
    let folder = target().join("demo");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)
        .map_err(|e| Failure::failed(format!("{}: {e}", folder.display())))?;
    let whole = folder.join("whole.edb");
    let rate = rate_for(bytes, 2);
    run_command(
        Command::new(&eseutil)
            .arg("copy")
            .arg(&database)
            .arg("--to")
            .arg(&whole)
            .args(["--throttle", &rate]),
    )?;
    if fs::read(&database).ok() != fs::read(&whole).ok() {
        return Err(Failure::failed("the copy differs from the original"));
    }
    println!("byte for byte the original: {}", in_root(&whole).display());

    say(
        4,
        "a second copy, throttled, stopped half-way (as by Ctrl-C)",
    );
    let rate = rate_for(bytes, SLOW_SECONDS);
    let half = Duration::from_secs(SLOW_SECONDS) / 2;
    stop_half_way(
        &eseutil,
        &database,
        &folder.join("stopped.edb"),
        &rate,
        half,
    )?;

    say(5, "what the copy holds");
    run_command(Command::new(&eseutil).arg("checksum").arg(&whole))?;
    run_command(
        Command::new(&eseutil)
            .args(["tables", "--count"])
            .arg(&whole),
    )?;

    println!(
        "\nThat took {}. Where to go next:\n  \
         {util} doctor {copy}\n  \
         {util} export {copy} --format jsonl --to target/demo/out\n  \
         {util} --help\n  \
         cargo xtask test               everything CI runs\n  \
         docs/architecture.md           the map of the code\n  \
         docs/format/README.md          the file format",
        crate::process::seconds(start.elapsed()),
        util = in_root(&eseutil).display(),
        copy = in_root(&whole).display(),
    );
    Ok(())
}

fn say(number: u32, what: &str) {
    println!("\n--- {number} of 5: {what}");
}

/// The sample as a plain file.
fn sample() -> Result<PathBuf, Failure> {
    let packed = samples::fetch()?.join(format!("{SAMPLE}.gz"));
    let plain = target().join("samples").join("plain").join(SAMPLE);
    if !plain.is_file() {
        let python = python::system().map_err(|m| Failure::failed(m.0))?;
        python::script(
            &python,
            "xtask/python/gunzip.py",
            &[packed.as_os_str(), plain.as_os_str()],
        )?;
    }
    Ok(plain)
}

/// Starts a slow copy, interrupts it after a while, and checks what is left.
fn stop_half_way(
    eseutil: &Path,
    database: &Path,
    to: &Path,
    rate: &str,
    after: Duration,
) -> Outcome {
    let names = |dir: &Path| -> Vec<String> {
        fs::read_dir(dir)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .collect()
    };
    let folder = to.parent().unwrap_or(Path::new("."));
    let before = names(folder);
    let mut copy = Command::new(eseutil)
        .arg("copy")
        .arg(database)
        .arg("--to")
        .arg(to)
        .args(["--throttle", rate])
        .stdin(Stdio::null())
        .spawn()
        .map_err(|e| Failure::failed(format!("eseutil could not be started: {e}")))?;
    // On a busy machine the program may take its time to begin: half-way counts from its first file.
    let begun = Instant::now();
    while names(folder).len() == before.len() && begun.elapsed() < BEGIN_MAX {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(after);
    if let Ok(Some(status)) = copy.try_wait() {
        return Err(Failure::failed(format!(
            "the throttled copy ended by itself ({status}) before it was stopped"
        )));
    }
    let asked = Instant::now();
    interrupt(&copy)?;
    let status = copy
        .wait()
        .map_err(|e| Failure::failed(format!("waiting for eseutil: {e}")))?;
    let took = asked.elapsed();
    let left: Vec<String> = names(folder)
        .into_iter()
        .filter(|n| !before.contains(n))
        .collect();
    println!(
        "stopped {:.1} ms after the signal (the end of the process included), {status}; left behind: {}",
        took.as_secs_f64() * 1e3,
        if left.is_empty() {
            "nothing".to_owned()
        } else {
            left.join(", ")
        }
    );
    if status.code() != Some(1) {
        return Err(Failure::failed("a stopped copy ends with exit code 1"));
    }
    if !left.is_empty() {
        return Err(Failure::failed("a stopped copy leaves nothing"));
    }
    if took > STOP_MAX {
        return Err(Failure::failed("the copy went on for too long"));
    }
    Ok(())
}

/// Sends what Ctrl-C sends.
fn interrupt(child: &Child) -> Outcome {
    let sent = works(Command::new("kill").args(["-INT", &child.id().to_string()]));
    if sent {
        Ok(())
    } else {
        Err(Failure::failed(
            "the signal could not be sent (`kill -INT`)",
        ))
    }
}

/// The `--throttle` with which a file of `bytes` takes about so many seconds.
fn rate_for(bytes: u64, seconds: u64) -> String {
    (bytes / seconds).max(1).to_string()
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::{rate_for, stop_half_way};
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;
    use std::time::Duration;

    /// A program that behaves like a copy which is interrupted, and does `at_the_end` then.
    fn stops(name: &str, at_the_end: &str) -> bool {
        let dir: PathBuf = std::env::temp_dir().join(format!("demo-{}-{name}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let program = dir.join("copy");
        let to = dir.join("out");
        // Python, not sh: where the tests run with SIGINT ignored, a shell can't trap it.
        let script = format!(
            "#!/usr/bin/env python3\nimport os, signal, sys, time\n\
             part = sys.argv[4] + '.part'\n\
             def stop(*_):\n    {at_the_end}\n\
             signal.signal(signal.SIGINT, stop)\n\
             open(part, 'w').close()\ntime.sleep(20)\n"
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let good = stop_half_way(&program, &program, &to, "1", Duration::from_millis(300));
        fs::remove_dir_all(&dir).unwrap();
        good.is_ok()
    }

    #[test]
    fn the_demo_sees_through_a_bad_stop() {
        assert!(stops("good", "os.remove(part); os._exit(1)"));
        assert!(!stops("leaves", "os._exit(1)"), "a file is left");
        assert!(
            !stops("success", "os.remove(part); os._exit(0)"),
            "says it is whole"
        );
    }

    #[test]
    fn rates_follow_the_length() {
        assert_eq!(rate_for(80, 8), "10");
        assert_eq!(rate_for(3, 8), "1");
    }
}
