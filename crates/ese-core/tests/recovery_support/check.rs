//! The questions that a recovered database has to answer.
#![forbid(unsafe_code)]

use super::world::{answer_name, at};
use crate::replay_support::same::same_page;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::db_header::DbHeader;
use ese_core::format::header_page::{may_attach, select_header};
use ese_core::format::ids::{Lgpos, PageSize, Pgno, Signature};
use ese_core::io::{FileSystem, OpenMode, PathKind};
use ese_core::maintenance::integrity::{self, Report, check_path};
use ese_core::reader::canonical::dump;
use ese_core::reader::{Database, OpenOptions};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// Records and hash of the canonical dump, by table.
pub type Contents = BTreeMap<String, (u64, String)>;

/// All bytes of a file.
pub fn read(fs: &dyn FileSystem, path: &Path) -> Result<Vec<u8>, String> {
    let file = fs.open(path, OpenMode::Read);
    let file = file.map_err(|e| format!("{}: {e}", path.display()))?;
    let len = file.len().map_err(|e| e.to_string())?;
    let mut bytes = vec![0; usize::try_from(len).expect("a small file")];
    file.read_exact_at(&mut bytes, 0)
        .map_err(|e| e.to_string())?;
    Ok(bytes)
}

pub fn open(fs: &dyn FileSystem, path: &Path) -> Result<Database, String> {
    let db = OpenOptions::new().open_in(fs, path);
    db.map_err(|e| format!("{}: {e}", path.display()))
}

/// What the tables hold.
pub fn contents(fs: &dyn FileSystem, path: &Path) -> Result<Contents, String> {
    let db = open(fs, path)?;
    let mut out = Contents::new();
    for table in db.tables() {
        let name = table.schema().name.clone();
        let mut bytes = Vec::new();
        let report = dump(&table, &|_| true, &mut bytes).map_err(|e| e.to_string())?;
        if let Some(fault) = report.faults.first() {
            return Err(format!("{}: {name}: {fault}", path.display()));
        }
        let hash = testkit::hex(&Sha256::digest(&bytes));
        out.insert(name, (report.records, hash));
    }
    Ok(out)
}

/// The tables of a golden JSON.
#[must_use]
pub fn golden_contents(tables: &Json) -> Contents {
    let tables = tables.as_object().expect("tables");
    let table = |(name, t): (&String, &Json)| {
        let records = t["records"].as_u64().or(t["count_agreed"].as_u64());
        let hash = t["sha256"].as_str().or(t["sha256"]["original"].as_str());
        let row = (records.expect("a number"), hash.expect("a hash").to_owned());
        (name.clone(), row)
    };
    tables.iter().map(table).collect()
}

/// Tables that hold numbers of pages: equal only where the same pages were chosen.
#[must_use]
pub fn names_pages(table: &str) -> bool {
    table.starts_with("MSysObjects")
}

/// How contents differ, `also` decides about tables that name pages.
#[must_use]
pub fn different_tables(ours: &Contents, theirs: &Contents, also_pages: bool) -> Vec<String> {
    let mut out = Vec::new();
    for (name, wanted) in theirs {
        match ours.get(name) {
            None => out.push(format!("table {name} is missing")),
            Some(found) if found.0 != wanted.0 => out.push(format!(
                "table {name} has {} records, not {}",
                found.0, wanted.0
            )),
            Some(found) if found.1 != wanted.1 && (also_pages || !names_pages(name)) => {
                out.push(format!("table {name} has another content"));
            }
            Some(_) => {}
        }
    }
    for name in ours.keys().filter(|n| !theirs.contains_key(*n)) {
        out.push(format!("table {name} is too many"));
    }
    out
}

/// The header that counts.
pub fn header(fs: &dyn FileSystem, path: &Path) -> Result<DbHeader, String> {
    let bytes = read(fs, path)?;
    let selected = select_header(&bytes).map_err(|e| e.to_string())?;
    Ok(selected.header)
}

fn lgpos(p: Lgpos) -> Json {
    json!(format!("{:08X}:{:04X}:{:04X}", p.generation, p.isec, p.ib))
}

fn signature(s: &Signature) -> String {
    format!("{:08x}/{}", s.random(), s.time())
}

/// A header by the names of the sets' JSON, without the length of the file.
#[must_use]
pub fn header_json(h: &DbHeader) -> Json {
    json!({
        "state": h.state().name(),
        "page_size": h.page_size().map_or(0, PageSize::bytes),
        "version": format!("0x{:x},0x{:x}", h.version_major, h.update_major),
        "upd_minor": h.update_minor,
        "create_version": format!("0x{:x},0x{:x}", h.create_version, h.create_update),
        "dbtime": h.dbtime_dirtied.0,
        "objidLast": h.objid_last,
        "lgposConsistent": lgpos(h.lgpos_consistent),
        "lgposAttach": lgpos(h.lgpos_attach),
        "lgposDetach": lgpos(h.lgpos_detach),
        "lgposLastReAttach": lgpos(h.lgpos_last_reattach),
        "lgposLastResize": lgpos(h.lgpos_last_resize),
        "genMinRequired": h.gen_min_required,
        "genMaxRequired": h.gen_max_required,
        "genMaxCommitted": h.gen_max_committed,
        "genRecovering": h.gen_recovering,
        "genMinConsistent": h.gen_min_consistent,
        "signDb": signature(&h.sign_db),
        "signLog": signature(&h.sign_log),
        "repair_count": h.repair_count,
    })
}

/// How a header differs from the JSON of a set: every field that the JSON names, but the length of
/// the file and those `but`.
#[must_use]
pub fn different_fields(ours: &DbHeader, theirs: &Json, but: &[&str]) -> Vec<String> {
    let ours = header_json(ours);
    let theirs = theirs.as_object().expect("a header");
    let wanted = theirs.iter();
    let wanted = wanted.filter(|(n, _)| *n != "bytes" && !but.contains(&n.as_str()));
    wanted
        .filter(|(n, v)| ours[n.as_str()] != **v)
        .map(|(n, v)| format!("{n} is {}, not {v}", ours[n.as_str()]))
        .collect()
}

/// What JetAttachDatabase says to the file.
#[must_use]
pub fn attach_answer(fs: &dyn FileSystem, name: &str) -> &'static str {
    let path = at(name);
    match fs.kind(&path) {
        Ok(Some(PathKind::File)) => {}
        _ => return JetErr::FILE_NOT_FOUND.name(),
    }
    let bytes = read(fs, &path).expect("a file in memory");
    match select_header(&bytes) {
        Ok(selected) => answer_name(&may_attach(&selected.header)),
        Err(e) => e.jet_err().name(),
    }
}

pub fn integrity_report(fs: &dyn FileSystem, path: &Path) -> Result<Report, String> {
    let options = integrity::Options {
        threads: 1,
        ..integrity::Options::default()
    };
    check_path(fs, path, &options, &|_| {}).map_err(|e| e.to_string())
}

/// What `integrity` has to complain about; notes are no complaint.
pub fn damage(fs: &dyn FileSystem, path: &Path) -> Result<Vec<String>, String> {
    let report = integrity_report(fs, path)?;
    Ok(report.damage().map(ToString::to_string).collect())
}

/// A clean header, two equal copies of it, and a sound file.
pub fn clean_and_sound(fs: &dyn FileSystem, path: &Path) -> Vec<String> {
    let bytes = match read(fs, path) {
        Ok(bytes) => bytes,
        Err(e) => return vec![e],
    };
    let selected = match select_header(&bytes) {
        Ok(selected) => selected,
        Err(e) => return vec![e.to_string()],
    };
    let mut out = Vec::new();
    let h = &selected.header;
    if !h.state().is_clean() {
        out.push(format!("state {}", h.state()));
    }
    let state = selected.state;
    if state != ese_core::format::header_page::CopyState::Equal {
        out.push(format!("header copies: {state:?}"));
    }
    let required = (h.gen_min_required, h.gen_max_required, h.gen_max_committed);
    if required != (0, 0, 0) || h.gen_min_consistent != 0 || h.gen_recovering != 0 {
        out.push("a clean header that names generations".to_owned());
    }
    if h.lgpos_consistent != h.lgpos_detach || h.lgpos_consistent < h.lgpos_attach {
        out.push("a clean header whose positions do not fit".to_owned());
    }
    match damage(fs, path) {
        Ok(found) => out.extend(found),
        Err(e) => out.push(e),
    }
    out
}

/// What [`different_pages`] says of a page that was never written in the other file.
pub const ONLY_IN_OURS: &str = "it is only in ours";

/// Compares two database files page for page: pages that were ever written, in either.
#[must_use]
pub fn different_pages(ours: &[u8], theirs: &[u8], size: PageSize) -> Vec<(Pgno, String)> {
    let zeros = vec![0; size.bytes()];
    let page = |bytes: &[u8], pgno: Pgno| -> Option<Vec<u8>> {
        let at = usize::try_from(pgno.offset(size)).ok()?;
        let page = bytes.get(at..)?.get(..size.bytes())?;
        (page != zeros).then(|| page.to_vec())
    };
    let last = ours.len().max(theirs.len()) / size.bytes();
    let mut out = Vec::new();
    for pgno in (1..=last as u32).map(Pgno) {
        let why = match (page(ours, pgno), page(theirs, pgno)) {
            (None, None) => continue,
            (Some(a), Some(b)) => same_page(&a, &b).err().map(|e| e.to_string()),
            (Some(_), None) => Some(ONLY_IN_OURS.to_owned()),
            (None, Some(_)) => Some("it is only in theirs".to_owned()),
        };
        out.extend(why.map(|why| (pgno, why)));
    }
    out
}
