//! What a process has used and read, as the system counts it.
//!
//! Invariant: counts only grow; where the system does not count, there is no figure rather than a wrong one.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
use std::sync::OnceLock;
use std::time::Instant;

/// Seconds of the processor that this process has used; with `ESE_BENCH_CLOCK` set, by the clock
/// (valgrind does not know the other one).
#[cfg(target_os = "linux")]
#[must_use]
pub fn used() -> f64 {
    seconds_of(rustix::time::ClockId::ProcessCPUTime)
}

/// Seconds of the processor that this thread has used; by the clock as [`used`].
#[cfg(target_os = "linux")]
#[must_use]
pub fn used_by_thread() -> f64 {
    seconds_of(rustix::time::ClockId::ThreadCPUTime)
}

#[cfg(target_os = "linux")]
fn seconds_of(clock: rustix::time::ClockId) -> f64 {
    static BY_CLOCK: OnceLock<Option<Instant>> = OnceLock::new();
    let by_clock = || std::env::var_os("ESE_BENCH_CLOCK").map(|_| Instant::now());
    if let Some(start) = BY_CLOCK.get_or_init(by_clock) {
        return start.elapsed().as_secs_f64();
    }
    let t = rustix::time::clock_gettime(clock);
    #[allow(clippy::cast_precision_loss)] // Seconds of a run.
    let seconds = t.tv_sec as f64 + t.tv_nsec as f64 / 1e9;
    seconds
}

/// Where the system does not say, those of the process.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn used_by_thread() -> f64 {
    used()
}

/// Where the system does not say, by the clock.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn used() -> f64 {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Calls of this process that read a file while `work` is done; `None` where the system does not count them.
/// What a mapped file brings in is none.
///
/// # Errors
/// Those of `work`.
pub fn read_calls_of(work: impl FnOnce() -> super::Result<()>) -> super::Result<Option<u64>> {
    // To ask is to read a file too: what that takes is seen by asking twice.
    let (first, before) = (read_calls(), read_calls());
    work()?;
    let after = read_calls();
    let taken = |first, before: u64, after: u64| (after - before).saturating_sub(before - first);
    Ok((first.zip(before).zip(after)).map(|((f, b), a)| taken(f, b, a)))
}

/// Calls of this process that read a file (`syscr` of `/proc/self/io`), so far.
fn read_calls() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/io").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("syscr:"))?;
    line.trim().parse().ok()
}

/// Nanoseconds of one load that depends on the one before, in memory of so many bytes: what the machine
/// takes for a miss of its caches and of its address buffers at that size.
#[must_use]
pub fn dependent_load(bytes: usize, loads: usize) -> f64 {
    /// Bytes of a line of the processor's caches.
    const LINE: usize = 64;
    let lines = (bytes / LINE).max(2);
    // One cycle through all lines (Sattolo), each of which says where the next one is.
    let mut next: Vec<[u64; LINE / 8]> = vec![[0; LINE / 8]; lines];
    for (at, line) in next.iter_mut().enumerate() {
        line[0] = at as u64;
    }
    let mut noise = crate::Noise::new(bytes as u64);
    for at in (1..lines).rev() {
        let other = usize::try_from(noise.next_u64() % at as u64).unwrap_or(0);
        let (low, high) = next.split_at_mut(at);
        std::mem::swap(&mut low[other][0], &mut high[0][0]);
    }
    let mut at = 0;
    // Once unmeasured, so that what fits the caches is there.
    for _ in 0..loads.min(lines) {
        at = usize::try_from(next[at][0]).unwrap_or(0);
    }
    let start = used();
    for _ in 0..loads {
        at = usize::try_from(next[at][0]).unwrap_or(0);
    }
    let spent = used() - start;
    std::hint::black_box(at);
    #[allow(clippy::cast_precision_loss)] // Loads of a run.
    let each = spent * 1e9 / loads as f64;
    each
}

#[cfg(test)]
mod tests {
    use super::{dependent_load, used};

    #[test]
    fn counts_grow() {
        let before = used();
        assert!(dependent_load(1 << 16, 1 << 20) > 0.0);
        assert!(used() > before);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_read_is_counted() {
        use std::io::Read as _;
        const READS: u64 = 1000;
        let reads = super::read_calls_of(|| {
            let mut file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))?;
            for _ in 0..READS {
                file.read_exact(&mut [0])?;
            }
            Ok(())
        });
        // Other tests of the process may read meanwhile.
        assert!(reads.unwrap().unwrap() >= READS);
    }
}
