//! From a stop to the return of the read call under way, beside a thread that only asks the flag.
//!
//! Invariant: only stops that fell into a call count; the time begins before the flag is set.
#![forbid(unsafe_code)]

use super::Result;
use super::ours::Ours;
use ese_backup::StopFlag;
use ese_backup::external::{END_ABORT, ExternalBackup};
use ese_core::io::rng::{Rng as _, SeededRng};
use std::time::{Duration, Instant};

/// Stops that are tried for one that falls into a call.
const TRIES: usize = 4;

fn milliseconds(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1e3
}

/// Milliseconds of `n` stops of a read call that fills `buf`, each beside one of a thread that does
/// nothing but ask: (stream, floor).
///
/// # Errors
/// Those of the backup.
pub fn measure(ours: &Ours, buf: &mut [u8], n: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let backup = ExternalBackup::new(ours.instance());
    let mut rng = SeededRng::new(3);
    let (mut stream, mut spin) = (Vec::new(), Vec::new());
    for _ in 0..n.saturating_mul(TRIES) {
        if stream.len() == n {
            break;
        }
        backup.begin(0)?;
        let opened = backup.open_file(&ours.path())?;
        let stop = backup.stop_handle();
        let wait = Duration::from_micros(200 + rng.next_u64() % 8_000);
        let (set, returned, hit) = std::thread::scope(|scope| {
            let stopper = scope.spawn(move || {
                std::thread::sleep(wait);
                let set = Instant::now();
                stop.stop();
                set
            });
            let answer = backup.read_file(opened.handle, buf);
            let returned = Instant::now();
            (stopper.join(), returned, answer.is_err())
        });
        let set = set.map_err(|_| "the stopper panicked")?;
        backup.end2(END_ABORT)?;
        if hit {
            stream.push(milliseconds(set, returned));
            spin.push(floor(wait)?);
        }
    }
    Ok((stream, spin))
}

fn floor(wait: Duration) -> Result<f64> {
    let flag = StopFlag::new();
    let handle = flag.handle();
    let (set, returned) = std::thread::scope(|scope| {
        let stopper = scope.spawn(move || {
            std::thread::sleep(wait);
            let set = Instant::now();
            handle.stop();
            set
        });
        while !flag.is_stopped() {
            std::hint::spin_loop();
        }
        let returned = Instant::now();
        (stopper.join(), returned)
    });
    let set = set.map_err(|_| "the stopper panicked")?;
    Ok(milliseconds(set, returned))
}
