//! A second reader of sets, which shares nothing with the engine: offsets from docs/format, the checks of
//! the contract's restore section, bytes only.

use crate::world::{World, at, copy, params};
use ese_backup::external::{BEGIN_INCREMENTAL, ExternalBackup};
use ese_backup::legacy::{BACKUP_ATOMIC, backup_to_directory};
use ese_backup::set::SetKind;
use ese_backup::{Backup, DirectorySink};
use ese_core::format::ids::PageSize;
use ese_core::io::FileSystem;
use std::path::Path;
use std::sync::Arc;

fn u32_at(b: &[u8], off: usize) -> u32 {
    u32::from_le_bytes(b[off..off + 4].try_into().unwrap())
}

/// docs/format/database-header.md §1.3: XOR of all words but the first.
fn header_xor(page: &[u8]) -> u32 {
    let words = page.chunks(4).skip(1);
    words.fold(0x89AB_CDEF, |x, w| x ^ u32_at(w, 0))
}

/// Mark, time and generations at `off`.
fn bkinfo(b: &[u8], off: usize) -> ([u8; 16], u32, u32) {
    let mark = b[off..off + 16].try_into().unwrap();
    (mark, u32_at(b, off + 16), u32_at(b, off + 20))
}

/// A database of a set; gives the signature of its logs and the generations that it requires.
fn database(b: &[u8]) -> Result<([u8; 28], u32, u32), String> {
    let page = u32_at(b, 236) as usize;
    if b.len() < 4 * page || !b.len().is_multiple_of(page) {
        return Err("no whole pages".into());
    }
    let (header, trailer) = (&b[..page], &b[b.len() - page..]);
    if header != &b[page..2 * page] || header_xor(header) != u32_at(header, 0) {
        return Err("the header pair".into());
    }
    let (mark, low, high) = bkinfo(header, 184);
    if low == 0 || high != 0 || u32_at(header, 52) != 2 {
        return Err("bkinfoFullCur or the state".into());
    }
    if header_xor(trailer) != u32_at(trailer, 0) || trailer[4..40].iter().any(|&x| x != 0) {
        return Err("the trailer's checksum".into());
    }
    let (their_mark, their_low, their_high) = bkinfo(trailer, 40);
    if their_mark != mark || their_low != low || their_high < low {
        return Err("the trailer's bkinfo".into());
    }
    if trailer[64..92] != header[24..52] || trailer[92..120] != header[108..136] {
        return Err("the trailer's signatures".into());
    }
    Ok((header[108..136].try_into().unwrap(), low, their_high))
}

/// The logs of a set, in order: one sequence without a hole; gives first and last.
fn logs(files: &[Vec<u8>], sign_log: [u8; 28]) -> Result<(u32, u32), String> {
    let mut before: Option<(u32, [u8; 8])> = None;
    for b in files {
        if header_xor(&b[..4096]) != u32_at(b, 0) {
            return Err("a log header".into());
        }
        let (generation, created) = (u32_at(b, 4), b[16..24].try_into().unwrap());
        if b[44..72] != sign_log {
            return Err("a log signature".into());
        }
        if let Some((last, created)) = before
            && (generation != last + 1 || b[24..32] != created)
        {
            return Err(format!("generation {generation} does not follow {last}"));
        }
        before = Some((generation, created));
    }
    let last = before.ok_or("no log")?.0;
    Ok((u32_at(&files[0], 4), last))
}

/// CRC-32 (IEEE), bit by bit.
fn crc32(b: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in b {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// The manifest says that the set is complete, and of every file what it is; no other file is there.
fn manifest(world: &World, dir: &str) -> Result<(), String> {
    let dir = Path::new(dir);
    let bytes = world.memory.get(&dir.join("ese-backup.json")).unwrap();
    let said: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
    if said["complete"] != true {
        return Err("it is not complete".into());
    }
    let files = said["files"].as_array().ok_or("no files")?;
    for file in files {
        let name = file["name"].as_str().ok_or("a name")?;
        let there = world.memory.get(&dir.join(name)).ok_or(name)?;
        if file["bytes"] != there.len() as u64 {
            return Err(format!("{name}: its length is {}", file["bytes"]));
        }
        let sum = format!("{:08x}", crc32(&there));
        if file["crc32"] != sum.as_str() {
            return Err(format!("{name}: {} is not {sum}", file["crc32"]));
        }
    }
    let there = world.memory.read_dir(dir).unwrap().len();
    match there == files.len() + 1 {
        true => Ok(()),
        false => Err(format!("{there} files are there")),
    }
}

/// What the contract asks of a set, but the pages.
fn check(world: &World, dir: &str, databases: usize, sign: &mut [u8; 28]) -> Result<(), String> {
    let (found, log_files) = read(world, dir);
    if found.len() != databases {
        return Err(format!("{} databases", found.len()));
    }
    let mut required = Vec::new();
    for b in &found {
        let (sign_log, low, high) = database(b)?;
        *sign = sign_log;
        required.push((low, high));
    }
    let (first, last) = logs(&log_files, *sign)?;
    match required
        .iter()
        .find(|(low, high)| *low < first || *high > last)
    {
        None => Ok(()),
        Some((low, high)) => Err(format!("{low}..={high} in {first}..={last}")),
    }
}

fn read(world: &World, dir: &str) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut out = (Vec::new(), Vec::new());
    for entry in world.memory.read_dir(Path::new(dir)).unwrap() {
        let bytes = world.memory.get(&entry.path).unwrap();
        match entry.path.extension().and_then(|e| e.to_str()) {
            Some("edb") => out.0.push(bytes),
            Some("log") => out.1.push(bytes),
            _ => {}
        }
    }
    out
}

#[test]
fn sets_of_each_kind_pass_a_reader_of_their_own() {
    let world = World::new();
    let db = world.create("a.edb");
    let second = world.create("b.edb");
    let mut sign = [0; 28];
    for (n, kind) in [
        SetKind::Copy,
        SetKind::Full,
        SetKind::Differential,
        SetKind::Incremental,
        SetKind::Full,
    ]
    .into_iter()
    .enumerate()
    {
        let n = n as i32;
        world.fill(&db, n * 100..n * 100 + 60, 400);
        world.fill(&second, n * 100..n * 100 + 10, 100);
        let dir = format!("/set{n}");
        let mut sink = DirectorySink::new(Arc::new(world.memory.clone()), Path::new(&dir));
        Backup::builder(&world.instance)
            .kind(kind)
            .run(&mut sink)
            .unwrap();
        let wanted = match kind {
            SetKind::Full | SetKind::Copy => 2,
            _ => 0,
        };
        check(&world, &dir, wanted, &mut sign).unwrap_or_else(|e| panic!("{kind:?}: {e}"));
        manifest(&world, &dir).unwrap_or_else(|e| panic!("{kind:?}: {e}"));
    }
    // And it sees what is wrong.
    let (databases, mut log_files) = read(&world, "/set1");
    let mut bad = databases[0].clone();
    let end = bad.len();
    bad[end - 4096 + 50] ^= 1;
    assert!(database(&bad).unwrap_err().contains("trailer"));
    assert!(database(&databases[0][..end - 4096]).is_err());
    log_files.swap(0, 1);
    assert!(logs(&log_files, sign).is_err());
    bad = databases[0].clone();
    bad[end / 2] ^= 1;
    world.memory.put(Path::new("/set1/a.edb"), bad);
    assert!(manifest(&world, "/set1").unwrap_err().contains("a.edb"));
}

#[test]
fn sets_of_the_calls_of_old_pass_it_too() {
    let mut p = params(PageSize::K4);
    p.create_path = true;
    let world = World::of(p);
    let db = world.create("a.edb");
    let backup = ExternalBackup::new(&world.instance);
    let mut sign = [0; 28];
    for (n, (dir, grbit, lies)) in [
        ("/plain", 0, "/plain"),
        ("/plain", BEGIN_INCREMENTAL, "/plain"),
        ("/atomic", BACKUP_ATOMIC, "/atomic/new"),
    ]
    .into_iter()
    .enumerate()
    {
        let n = n as i32;
        world.fill(&db, n * 100..n * 100 + 60, 400);
        backup_to_directory(&backup, Some(Path::new(dir)), grbit, &mut |_| {}).unwrap();
        check(&world, lies, 1, &mut sign).unwrap_or_else(|e| panic!("{lies}: {e}"));
    }
    // The streaming calls, whoever keeps what they give.
    for grbit in [0, BEGIN_INCREMENTAL] {
        let first = 600 + 100 * grbit as i32;
        world.fill(&db, first..first + 40, 400);
        let dir = format!("/calls{grbit}");
        world.memory.create_dir(Path::new(&dir)).unwrap();
        let keep = |path: &Path| {
            let bytes = copy(&backup, path).unwrap();
            let to = Path::new(&dir).join(path.file_name().unwrap());
            world.memory.put(&to, bytes);
        };
        backup.begin(grbit).unwrap();
        if grbit == 0 {
            keep(&at("a.edb"));
        }
        backup
            .log_info()
            .unwrap()
            .files
            .iter()
            .for_each(|f| keep(f));
        backup.truncate_log().unwrap();
        backup.end().unwrap();
        let databases = usize::from(grbit == 0);
        check(&world, &dir, databases, &mut sign).unwrap_or_else(|e| panic!("{dir}: {e}"));
    }
}
