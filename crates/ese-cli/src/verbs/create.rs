//! `create`: a database without tables.
//!
//! Invariants: the database appears whole, clean and under its name, or not at all (with `--logs`: the
//! next start on those logs sees to it); what exists is never replaced.
#![forbid(unsafe_code)]

use crate::cli::Create;
use crate::engine::{Engine, Logs, about, absolute, hidden};
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::target::exists;
use ese_core::instance::CreateOptions;
use ese_core::io::FileSystem as _;
use ese_core::io::real::RealFileSystem;
use ese_core::reader;
use serde_json::json;
use std::fs;
use std::path::Path;

pub(super) fn run(args: &Create, out: &mut Output) -> Result<Verdict, CliError> {
    if fs::symlink_metadata(&args.db).is_ok() {
        return Err(exists(&args.db).next("name a database that does not exist"));
    }
    match &args.logs {
        Some(dir) => {
            let logs = Logs::Kept(dir);
            let engine = Engine::start(&logs, args.page_size, args.format_version)?;
            made(&engine, &absolute(&args.db)?)?;
            engine.finish(&args.db)?;
        }
        None => apart(args)?,
    }
    print(args, out)?;
    Ok(Verdict::Good)
}

/// Makes the database in a hidden folder, and gives it its name.
fn apart(args: &Create) -> Result<(), CliError> {
    let folder = hidden(&args.db, "part")?;
    let io = |e| CliError::io(&args.db, &e);
    fs::create_dir(&folder).map_err(io)?;
    let done = (|| {
        let name = args.db.file_name().unwrap_or_default();
        let db = absolute(&folder)?.join(name);
        let logs = Logs::In(folder.join("logs"));
        let engine = Engine::start(&logs, args.page_size, args.format_version)?;
        if let Err(e) = made(&engine, &db) {
            engine.give_up();
            return Err(e);
        }
        engine.finish(&args.db)?;
        match RealFileSystem.rename_new(&db, &args.db) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(exists(&args.db)),
            done => done.map_err(io),
        }?;
        let parent = args.db.parent().filter(|p| !p.as_os_str().is_empty());
        RealFileSystem
            .sync_dir(parent.unwrap_or(Path::new(".")))
            .map_err(io)
    })();
    let removed = fs::remove_dir_all(&folder).map_err(io);
    done.and(removed)
}

fn made(engine: &Engine, db: &Path) -> Result<(), CliError> {
    let created = engine.instance().create(db, &CreateOptions::default());
    created.map(drop).map_err(|e| about(db, &e))
}

fn print(args: &Create, out: &mut Output) -> Result<(), CliError> {
    let db = reader::Database::open(&args.db).map_err(|e| CliError::of(&args.db, &e))?;
    let version = db.header().version();
    let logs = args.logs.as_ref().map(|dir| dir.display().to_string());
    if out.is_json() {
        return out.json(&json!({
            "database": args.db.display().to_string(),
            "page_size": db.page_size().bytes(),
            "pages": db.file_pages(),
            "version": version.to_string(),
            "state": db.state().name(),
            "logs": logs,
        }));
    }
    out.line(format!(
        "{}: format {version}, {} pages of {} bytes, clean; {}",
        args.db.display(),
        db.file_pages(),
        db.page_size().bytes(),
        match logs {
            Some(dir) => format!("logs kept in {dir}"),
            None => "no logs kept".to_owned(),
        }
    ))
}
