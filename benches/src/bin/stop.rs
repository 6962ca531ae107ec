//! How long a verified stream goes on after its stop flag was set.
//!
//! `stop FILE STOPS`: makes FILE (1 GiB of stamped 8 KiB pages behind a real header) when it is not
//! there, reads it with a 64 MiB buffer and stops that in the middle, STOPS times; between, a
//! thread that only spins on the flag shows what the machine's scheduler allows. Prints lines
//! `ours|spin, microseconds`.
#![forbid(unsafe_code)]

use ese_backup::{Control, StopFlag, StreamError, VerifiedFile, VerifiedReader};
use ese_bench::Noise;
use ese_core::format::checksum::stamp;
use ese_core::format::ids::Pgno;
use ese_core::format::page::{OFF_DBTIME, OFF_FLAGS, PageFlags};
use ese_core::format::page_mut::PageBuf;
use ese_core::io::real::RealFileSystem;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

const FILE_BYTES: u64 = 1 << 30;
const PAGE_BYTES: usize = 8192;
const BUFFER_BYTES: usize = 64 << 20;
/// The header of this fixture begins the file.
const HEADER_OF: &str = "types-8k-8920";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (path, stops) = match args.as_slice() {
        [path, stops] => (Path::new(path), stops.parse::<usize>().unwrap_or(300)),
        _ => {
            eprintln!("stop FILE STOPS");
            std::process::exit(2);
        }
    };
    if fs::metadata(path).map_or(true, |m| m.len() != FILE_BYTES) {
        generate(path).expect("the file can be made");
    }
    let file = VerifiedFile::open(&RealFileSystem, path).expect("the file was made to be read");
    let mut buffer = vec![0_u8; BUFFER_BYTES];
    let mut noise = Noise::new(1);
    // One whole pass puts the file into the page cache.
    read_until_stopped(&file, &StopFlag::new(), &mut buffer, true);
    for _ in 0..stops {
        let wait = Duration::from_micros(2_000 + noise.next_u64() % 38_000);
        let ours = stop_after(wait, |flag| {
            read_until_stopped(&file, flag, &mut buffer, false)
        });
        println!("ours\t{:.3}", ours.as_secs_f64() * 1e6);
        let spin = stop_after(wait, |flag| {
            let handle = flag.handle();
            while !handle.is_stopped() {
                std::hint::spin_loop();
            }
            Instant::now()
        });
        println!("spin\t{:.3}", spin.as_secs_f64() * 1e6);
    }
}

/// Sets the flag after a while and says how long `body` went on.
fn stop_after(wait: Duration, body: impl FnOnce(&StopFlag) -> Instant + Send) -> Duration {
    let flag = StopFlag::new();
    let handle = flag.handle();
    thread::scope(|s| {
        let worker = s.spawn(|| body(&flag));
        thread::sleep(wait);
        let asked = Instant::now();
        handle.stop();
        let ended = worker.join().expect("a reader does not panic");
        ended.saturating_duration_since(asked)
    })
}

/// Reads round and round (once, when asked) and returns when the stop came back.
fn read_until_stopped(
    file: &VerifiedFile,
    flag: &StopFlag,
    buffer: &mut [u8],
    once: bool,
) -> Instant {
    let mut control = Control::new(flag.handle());
    let mut reader = VerifiedReader::new(file);
    loop {
        match reader.read(&mut control, buffer) {
            Ok(0) if once => return Instant::now(),
            Ok(0) => reader = VerifiedReader::new(file),
            Ok(_) => {}
            Err(StreamError::Stopped { .. }) => return Instant::now(),
            Err(e) => panic!("the generated file is whole: {e}"),
        }
    }
}

fn generate(path: &Path) -> std::io::Result<()> {
    let set = testkit::unpack_set("databases", HEADER_OF).expect("a fixture");
    let base = fs::read(set.join(format!("{HEADER_OF}.edb")))?;
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    let part = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(&part)?);
    out.write_all(&base[..2 * PAGE_BYTES])?;
    let mut noise = Noise::new(3);
    let mut bytes = vec![0_u8; PAGE_BYTES];
    noise.fill(&mut bytes);
    bytes[OFF_FLAGS..OFF_FLAGS + 4].copy_from_slice(&PageFlags::NEW_CHECKSUM.bits().to_le_bytes());
    bytes[OFF_DBTIME..OFF_DBTIME + 8].copy_from_slice(&1_u64.to_le_bytes());
    let mut page = PageBuf::from_slice(&bytes);
    let pages = FILE_BYTES / PAGE_BYTES as u64 - 2;
    for number in 1..=u32::try_from(pages).expect("1 GiB has few pages") {
        page.as_mut_slice()[PAGE_BYTES / 2..PAGE_BYTES / 2 + 8]
            .copy_from_slice(&noise.next_u64().to_le_bytes());
        stamp(&mut page, Pgno(number)).expect("a page has a place for its checksum");
        out.write_all(&page)?;
    }
    out.into_inner()
        .map_err(std::io::IntoInnerError::into_error)?;
    fs::rename(part, path)
}
