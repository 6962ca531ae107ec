//! Where the tests find what the original engine made, and how they unpack it.
//!
//! Three places, all optional but the first:
//! * `fixtures/` of this repository: a choice of witness data, so that a bare clone tests;
//! * the whole witness folder: `$ESE_WITNESS`, else `../shared/witness`;
//! * real Windows files: `$ESE_SAMPLES`, else `../shared/samples`, and `target/samples`
//!   (filled by `cargo xtask samples`).
//!
//! What is not at hand is skipped loudly ([`skip`]): under `CI=true` that is a failure.
//!
//! Invariant: nothing here writes outside `target/`.
#![deny(unsafe_code)]

pub mod counting;
pub mod crash;

use sha2::{Digest, Sha256};
use std::fs;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("testkit lies in the root")
        .to_path_buf()
}

/// The build folder, for unpacked data.
#[must_use]
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The fixtures of the repository (same folders as the witness: `databases`, `histories`, ...).
#[must_use]
pub fn fixtures() -> PathBuf {
    root().join("fixtures")
}

/// The whole witness folder, when it is at hand.
#[must_use]
pub fn witness() -> Option<PathBuf> {
    let dir = std::env::var_os("ESE_WITNESS")
        .map_or_else(|| root().join("../shared/witness"), PathBuf::from);
    dir.is_dir().then_some(dir)
}

/// Folders with real Windows files, best first.
#[must_use]
pub fn sample_roots() -> Vec<PathBuf> {
    let first = std::env::var_os("ESE_SAMPLES")
        .map_or_else(|| root().join("../shared/samples"), PathBuf::from);
    [first, target().join("samples")]
        .into_iter()
        .filter(|p| p.is_dir())
        .collect()
}

/// `true` where a skipped sample is a failure.
#[must_use]
pub fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|v| v == "true" || v == "1")
}

/// Says that something was not tested because its data is not at hand; fails under `CI=true`.
pub fn skip(what: &str) {
    assert!(!in_ci(), "under CI every sample must be at hand: {what}");
    eprintln!("SKIPPED: {what}");
    let log = target().join("skipped.log");
    let _ = fs::create_dir_all(target());
    if let Ok(mut f) = fs::OpenOptions::new().create(true).append(true).open(log) {
        let _ = writeln!(f, "{what}");
    }
}

/// A file of the witness by its path inside it (`keys.tsv`, `databases/types-4k-9600.json`):
/// from the whole witness when at hand, else from the fixtures.
#[must_use]
pub fn witness_file(rel: &str) -> Option<PathBuf> {
    witness()
        .into_iter()
        .chain([fixtures()])
        .map(|d| d.join(rel))
        .find(|p| p.is_file())
}

/// Names (without `.tar.xz`) of the sets in a witness folder (`databases`, `histories`, `crashes`,
/// `backup-sets`), from the whole witness when at hand, else from the fixtures.
#[must_use]
pub fn sets(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = witness()
        .into_iter()
        .chain([fixtures()])
        .map(|d| d.join(folder))
        .filter(|d| d.is_dir())
        .take(1)
        .flat_map(|d| fs::read_dir(d).expect("a folder that is there can be read"))
        .filter_map(|e| {
            Some(
                e.ok()?
                    .file_name()
                    .to_str()?
                    .strip_suffix(".tar.xz")?
                    .to_owned(),
            )
        })
        .collect();
    names.sort();
    names
}

static UNIQUE: AtomicU64 = AtomicU64::new(0);

/// Makes `dir` exist whole or not at all: filled under another name, then renamed.
fn build_once(dir: &Path, fill: impl FnOnce(&Path)) {
    if dir.is_dir() {
        return;
    }
    let parent = dir.parent().expect("a folder under target");
    fs::create_dir_all(parent).expect("target can be written");
    let tmp = parent.join(format!(
        ".tmp-{}-{}",
        std::process::id(),
        UNIQUE.fetch_add(1, Ordering::Relaxed)
    ));
    fs::create_dir_all(&tmp).expect("target can be written");
    fill(&tmp);
    // Another test may have been faster: then its folder serves.
    if fs::rename(&tmp, dir).is_err() {
        let _ = fs::remove_dir_all(&tmp);
        assert!(dir.is_dir(), "{} could not be made", dir.display());
    }
}

/// Unpacks a `.tar.xz` into a folder of `target/testdata` (once) and returns it. Read only: a test
/// that writes copies first.
#[must_use]
pub fn unpack(archive: &Path) -> PathBuf {
    let bytes = fs::read(archive).unwrap_or_else(|e| panic!("{}: {e}", archive.display()));
    let name = archive
        .file_name()
        .and_then(|n| n.to_str())
        .unwrap_or("x")
        .trim_end_matches(".tar.xz");
    let dir = target()
        .join("testdata")
        .join(format!("{name}-{}", &hex(&Sha256::digest(&bytes))[..12]));
    build_once(&dir, |tmp| {
        let mut tar = Vec::new();
        lzma_rs::xz_decompress(&mut BufReader::new(&bytes[..]), &mut tar)
            .unwrap_or_else(|e| panic!("{}: {e:?}", archive.display()));
        tar::Archive::new(&tar[..])
            .unpack(tmp)
            .unwrap_or_else(|e| panic!("{}: {e}", archive.display()));
    });
    dir
}

/// Unpacks a set of the witness (see [`sets`]); `None` when it is nowhere.
#[must_use]
pub fn unpack_set(folder: &str, name: &str) -> Option<PathBuf> {
    witness_file(&format!("{folder}/{name}.tar.xz")).map(|p| unpack(&p))
}

/// Names of the damaged sets (`crashes/damaged-NAME.json`), without prefix and suffix.
#[must_use]
pub fn damaged_sets() -> Vec<String> {
    let mut names: Vec<String> = witness()
        .into_iter()
        .chain([fixtures()])
        .map(|d| d.join("crashes"))
        .filter(|d| d.is_dir())
        .take(1)
        .flat_map(|d| fs::read_dir(d).expect("a folder that is there can be read"))
        .filter_map(|e| {
            let name = e.ok()?.file_name();
            let name = name.to_str()?.strip_prefix("damaged-")?;
            Some(name.strip_suffix(".json")?.to_owned())
        })
        .collect();
    names.sort();
    names
}

/// Makes the files of a damaged set (its base set with its changes) once, and returns their folder;
/// `None` when the set or a base is nowhere.
#[must_use]
pub fn unpack_damaged(name: &str) -> Option<PathBuf> {
    let path = witness_file(&format!("crashes/damaged-{name}.json"))?;
    let digest = hex(&Sha256::digest(fs::read(&path).expect("a set can be read")));
    let set = json(&path);
    let base = |base: &str| {
        witness_file(&format!("crashes/bases/{base}.tar.xz")).map(|archive| unpack(&archive))
    };
    let text = |v: &serde_json::Value| v.as_str().expect("a name").to_owned();
    let number = |v: &serde_json::Value| v.as_u64().expect("a number") as usize;
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(base(&text(&set["base"]))?)
        .expect("an unpacked base can be read")
        .map(|e| e.expect("an unpacked base can be read"))
        .map(|e| {
            let bytes = fs::read(e.path()).expect("an unpacked base can be read");
            (e.file_name().into_string().expect("a name"), bytes)
        })
        .collect();
    for change in set["changes"].as_array().expect("changes") {
        let file = text(&change["file"]);
        let old = files
            .iter()
            .position(|(n, _)| *n == file)
            .map(|at| files.remove(at).1);
        let new = match change["op"].as_str() {
            Some("delete") => continue,
            Some("read-only") => old.expect("a file of the base"),
            Some("copy") => {
                let from = text(&change["from"]);
                let (set, name) = from.split_once('/').expect("BASE/FILE");
                fs::read(base(set)?.join(name)).expect("a file of a base")
            }
            Some("patch") => {
                let mut bytes = old.unwrap_or_default();
                bytes.resize(number(&change["size"]), 0);
                for patch in change["bytes"].as_array().expect("patches") {
                    let at = number(&patch[0]);
                    let what = match patch[1].as_str() {
                        Some(digits) => unhex(digits),
                        None => vec![0; number(&patch[1])],
                    };
                    bytes[at..at + what.len()].copy_from_slice(&what);
                }
                bytes
            }
            op => panic!("{}: change {op:?}", path.display()),
        };
        files.push((file, new));
    }
    let dir = target()
        .join("testdata")
        .join(format!("damaged-{name}-{}", &digest[..12]));
    build_once(&dir, |tmp| {
        for (name, bytes) in &files {
            fs::write(tmp.join(name), bytes).expect("target can be written");
        }
    });
    Some(dir)
}

/// The golden JSON of a set.
#[must_use]
pub fn set_json(folder: &str, name: &str) -> Option<serde_json::Value> {
    witness_file(&format!("{folder}/{name}.json")).map(|p| json(&p))
}

/// Reads a JSON file.
#[must_use]
pub fn json(path: &Path) -> serde_json::Value {
    let text = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A real Windows file by its path inside the samples (`dissect-esedb/multi.edb`), unpacked when it
/// lies there as `.gz`; `None` when it is not at hand.
#[must_use]
pub fn sample(rel: &str) -> Option<PathBuf> {
    for dir in sample_roots() {
        let plain = dir.join(rel);
        if plain.is_file() {
            return Some(plain);
        }
        let packed = dir.join(format!("{rel}.gz"));
        if packed.is_file() {
            let bytes = fs::read(&packed).expect("a sample can be read");
            let out = target().join("testdata").join(format!(
                "{}-{}",
                rel.replace('/', "__"),
                &hex(&Sha256::digest(&bytes))[..12]
            ));
            let file_name = Path::new(rel).file_name().expect("a file name");
            build_once(&out, |tmp| {
                let mut plain = Vec::new();
                flate2::read::GzDecoder::new(&bytes[..])
                    .read_to_end(&mut plain)
                    .expect("a gzip file");
                fs::write(tmp.join(file_name), plain).expect("target can be written");
            });
            return Some(out.join(file_name));
        }
    }
    None
}

/// Golden files of the samples (`golden/NAME.json`): those of the samples folder, else the ones
/// committed as `fixtures/golden`.
#[must_use]
pub fn goldens() -> Vec<PathBuf> {
    let dir = sample_roots()
        .into_iter()
        .map(|d| d.join("golden"))
        .find(|d| d.is_dir())
        .unwrap_or_else(|| fixtures().join("golden"));
    let mut out: Vec<PathBuf> = fs::read_dir(dir)
        .map(|d| {
            d.filter_map(|e| Some(e.ok()?.path()))
                .filter(|p| p.extension().is_some_and(|x| x == "json"))
                .collect()
        })
        .unwrap_or_default();
    out.sort();
    out
}

/// SHA-256 of some bytes, in hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
            let _ = write!(s, "{b:02x}");
            s
        })
}

/// Bytes of a hex string (spaces ignored).
#[must_use]
pub fn unhex(s: &str) -> Vec<u8> {
    let digits: Vec<u8> = s
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).expect("hex") as u8)
        .collect();
    digits.chunks(2).map(|p| p[0] << 4 | p[1]).collect()
}

/// How many rounds a seeded campaign runs: `few` in the normal tests, `many` under
/// `cargo xtask test --full` (`ESE_FULL=1`).
#[must_use]
pub fn rounds(few: u64, many: u64) -> u64 {
    if std::env::var_os("ESE_FULL").is_some() {
        many
    } else {
        few
    }
}

/// First seed of a campaign: `ESE_SEED`, else 1.
#[must_use]
pub fn first_seed() -> u64 {
    std::env::var("ESE_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::{damaged_sets, fixtures, sets, unpack_damaged, unpack_set};
    use std::fs;

    #[test]
    fn every_kind_of_set_is_in_the_fixtures_and_unpacks() {
        assert!(fixtures().join("keys.tsv").is_file());
        for folder in ["databases", "histories", "crashes", "backup-sets"] {
            let names = sets(folder);
            assert!(!names.is_empty(), "{folder}");
            let dir = unpack_set(folder, &names[0]).expect("a set that has a name");
            assert!(fs::read_dir(dir).unwrap().next().is_some(), "{folder}");
        }
    }

    #[test]
    fn a_damaged_set_differs_from_its_base_where_it_says() {
        assert!(damaged_sets().iter().any(|n| n == "none"));
        let none = unpack_damaged("none").unwrap();
        let bit = unpack_damaged("one-bit-last").unwrap();
        let read = |dir: &std::path::Path, name: &str| fs::read(dir.join(name)).unwrap();
        let (a, b) = (read(&none, "edb.log"), read(&bit, "edb.log"));
        let bits: u32 = a.iter().zip(&b).map(|(x, y)| (x ^ y).count_ones()).sum();
        assert_eq!((a.len(), bits), (b.len(), 1));
        assert_eq!(read(&none, "a.edb"), read(&bit, "a.edb"));
        let short = unpack_damaged("checkpoint-short").unwrap();
        assert_eq!(read(&short, "edb.chk").len(), 4096);
        assert!(
            !unpack_damaged("missing-middle")
                .unwrap()
                .join("edb00000004.log")
                .exists()
        );
    }
}
