//! Header transitions against headers that the original engine left: the events of whole log
//! histories, applied one after the other, give the header of the final database, field by field.
#![forbid(unsafe_code)]

use ese_core::dbfile::transitions::{
    self as t, Advance, Attach, Backup, Birth, Detach, Generation, Marks,
};
use ese_core::format::db_header::{DbHeader, DbState};
use ese_core::format::header_page::select_header;
use ese_core::format::ids::{Dbtime, Lgpos, LogTime, Objid, PageSize};
use ese_core::format::log_record::{BackupPhase, LogRecord};
use ese_core::format::version::FormatVersion;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{LogFile, LogSequence};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Fields that hold the time of day, a random number, or the machine: the logs don't tell them.
const NOT_IN_THE_LOGS: &[&str] = &[
    "checksum",
    "logtime_consistent",
    "logtime_attach",
    "logtime_detach",
    "logtime_last_extend",
    "logtime_last_shrink",
    "logtime_last_reattach",
    "sign_db_hdr_flush",
    "sign_flush_map_hdr_flush",
    "os_major",
    "os_minor",
    "os_build",
    "os_service_pack",
    // Which flavours of the engine attached it: left alone here.
    "db_flags",
    // Set by the maintenance of the MSysLocales table.
    "sort_version",
];

/// A time of day.
const NOW: LogTime = LogTime([1, 2, 3, 4, 5, 120, 1, 0]);

/// The databases of a history, as their headers would be.
#[derive(Default)]
struct Life {
    databases: Vec<DbHeader>,
    /// dbid to database, while attached.
    attached: BTreeMap<u8, usize>,
    /// dbid to what was given out.
    marks: BTreeMap<u8, Marks>,
    /// Events seen, by the name of their record.
    seen: BTreeMap<&'static str, u64>,
}

impl Life {
    fn header(&mut self, dbid: u8) -> Outcome<&mut DbHeader> {
        let at = self.attached.get(&dbid).ok_or("not attached")?;
        Ok(&mut self.databases[*at])
    }

    fn detach(&mut self, dbid: u8, lgpos: Lgpos, restored: bool) -> Outcome {
        let marks = self.marks.get(&dbid).copied().unwrap_or_default();
        let detach = Detach {
            lgpos,
            now: NOW,
            marks,
            restored,
        };
        t::detached(self.header(dbid)?, &detach);
        self.attached.remove(&dbid);
        Ok(())
    }

    fn record(
        &mut self,
        lgpos: Lgpos,
        record: &LogRecord<'_>,
        log: &LogFile,
        size: PageSize,
    ) -> Outcome {
        let current = Generation {
            number: log.header().generation(),
            created: log.header().tm_create(),
        };
        let sign_log = log.header().sign_log();
        if let (Some(dbid), Some(dbtime)) = (record.dbid(), record.dbtime()) {
            let marks = self.marks.entry(dbid).or_default();
            marks.dbtime = marks.dbtime.max(dbtime);
        }
        let objid = match record {
            LogRecord::Insert(r) => Some(r.node.objid_fdp),
            LogRecord::CreateMEFDP(r) => Some(r.objid_fdp),
            LogRecord::CreateSEFDP(r) => Some(r.objid_fdp),
            _ => None,
        };
        if let (Some(dbid), Some(objid)) = (record.dbid(), objid) {
            let marks = self.marks.entry(dbid).or_default();
            marks.objid = marks.objid.max(objid);
        }
        let name = record.typ().name();
        match record {
            LogRecord::CreateDb(r) => {
                self.attached.insert(r.dbid, self.databases.len());
                self.marks.insert(r.dbid, Marks::default());
                self.databases.push(t::just_created(&Birth {
                    sign_db: r.sign_db,
                    sign_log,
                    lgpos,
                    dbid: r.dbid,
                    page_size: size,
                    no_shadow_catalog: false,
                }));
            }
            LogRecord::CreateDbFinish(r) => {
                let marks = self.marks[&r.dbid];
                t::create_finished(self.header(r.dbid)?, marks, current, NOW, None);
            }
            LogRecord::AttachDb(r) => {
                let known = |d: &DbHeader| {
                    d.sign_db == r.sign_db && d.lgpos_consistent == r.lgpos_consistent
                };
                let at = self.databases.iter().position(known).ok_or("unknown")?;
                self.attached.insert(r.dbid, at);
                let h = &mut self.databases[at];
                assert_eq!(h.state(), DbState::CleanShutdown);
                let marks = Marks {
                    dbtime: h.dbtime_dirtied,
                    objid: Objid(h.objid_last),
                };
                self.marks.insert(r.dbid, marks);
                t::attached(
                    h,
                    &Attach {
                        lgpos,
                        sign_log,
                        dbid: r.dbid,
                        current,
                        now: NOW,
                        redo: false,
                    },
                );
            }
            LogRecord::ReAttach(r) => t::reattached(self.header(r.dbid)?, lgpos, NOW, true),
            LogRecord::SetDbVersion(r) => {
                let version = FormatVersion {
                    major: r.major,
                    update_major: r.update_major,
                    update_minor: r.update_minor,
                };
                t::set_version(self.header(r.dbid)?, version);
            }
            LogRecord::ExtendDb(r) => {
                let h = self.header(r.dbid)?;
                t::grown(h, NOW);
                t::resized_at(h, lgpos);
            }
            LogRecord::ShrinkDb2(r) => {
                let h = self.header(r.dbid)?;
                t::shrunk(h, NOW);
                t::resized_at(h, lgpos);
            }
            LogRecord::ShrinkDb3(r) => {
                let h = self.header(r.dbid)?;
                t::shrunk(h, NOW);
                t::resized_at(h, lgpos);
            }
            LogRecord::Backup2(r) if r.phase == BackupPhase::UPDATE => {
                let backup = Backup::of_record(r.backup_type, r.scope, r.info);
                t::backed_up(self.header(r.dbid)?, &backup);
            }
            LogRecord::DetachDb(r) => self.detach(r.dbid, lgpos, false)?,
            LogRecord::ShutDownMark(_) => {
                for dbid in self.attached.keys().copied().collect::<Vec<_>>() {
                    self.detach(dbid, lgpos, false)?;
                }
            }
            LogRecord::RecoveryQuit2(r) if r.hard != 0 => {
                // The last end was that of a restore.
                for h in &mut self.databases {
                    let detach = Detach {
                        lgpos: h.lgpos_detach,
                        now: NOW,
                        marks: Marks::default(),
                        restored: true,
                    };
                    t::detached(h, &detach);
                }
            }
            _ => return Ok(()),
        }
        *self.seen.entry(name).or_default() += 1;
        Ok(())
    }
}

fn life_of(dir: &Path) -> Outcome<Life> {
    let fs = RealFileSystem;
    let sequence = LogSequence::open(&fs, dir, None)?;
    let mut life = Life::default();
    for file in sequence.files.iter().filter(|f| f.kind != LogKind::Temp) {
        let log = LogFile::open(fs.open(&file.path, OpenMode::Read)?)?;
        let size = log.header().page_size().ok_or("no page size")?;
        let current = Generation {
            number: log.header().generation(),
            created: log.header().tm_create(),
        };
        for at in life.attached.values() {
            let advance = Advance {
                committed: Some(current),
                waypoint: Some(current),
                ..Advance::default()
            };
            t::generations_moved(&mut life.databases[*at], &advance);
        }
        let mut records = log.records()?;
        while let Some((pos, record)) = records.next() {
            life.record(pos, &record, &log, size)
                .map_err(|e| format!("{pos}: {e}"))?;
        }
    }
    Ok(life)
}

/// Names of the fields that differ, with both values.
fn differing(made: &DbHeader, left: &DbHeader, but: &[&str]) -> Vec<String> {
    made.values()
        .into_iter()
        .zip(left.values())
        .filter(|((name, a), (_, b))| a != b && !but.contains(name))
        .map(|((name, a), (_, b))| format!("{name}: {a}, the original has {b}"))
        .collect()
}

fn header_of(path: &Path) -> Outcome<DbHeader> {
    Ok(select_header(&std::fs::read(path)?)?.header)
}

#[test]
fn the_events_of_a_life_give_its_header() {
    let mut seen = BTreeMap::<&str, u64>::new();
    let sets = testkit::sets("histories");
    for name in &sets {
        let Some(dir) = testkit::unpack_set("histories", name) else {
            testkit::skip(name);
            continue;
        };
        let life = life_of(&dir).unwrap_or_else(|e| panic!("{name}: {e}"));
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|x| x != "edb") {
                continue;
            }
            let left = header_of(&path).unwrap();
            let made = life
                .databases
                .iter()
                .find(|d| d.sign_db == left.sign_db)
                .unwrap_or_else(|| panic!("{name}: {} is not in the logs", path.display()));
            let mut but = NOT_IN_THE_LOGS.to_vec();
            // Redo counts growths again that were counted before the crash.
            if made.extend_count < left.extend_count {
                but.push("extend_count");
            }
            if name == "patch-4k" {
                // A damaged page was met at run time.
                but.extend(["bad_checksum_count", "logtime_bad_checksum"]);
            }
            assert_eq!(differing(made, &left, &but), Vec::<String>::new(), "{name}");
        }
        for (event, n) in life.seen {
            *seen.entry(event).or_default() += n;
        }
    }
    eprintln!("{seen:?}");
    if !sets.is_empty() && testkit::witness().is_some() {
        for event in [
            "CreateDB",
            "CreateDBFinish",
            "AttachDB",
            "ReAttach",
            "SetDbVersion",
            "ExtendDB",
            "ShrinkDB2",
            "ShrinkDB3",
            "Backup2",
            "DetachDB",
            "ShutDownMark",
            "RecoveryQuit2",
        ] {
            assert!(seen.contains_key(event), "{event} is in no history");
        }
    }
}

/// What redo had written into the header of a set that stopped it in its first generation: the
/// generation it was in, and nothing else that the witness recorded.
#[test]
fn redo_that_was_stopped_leaves_its_generation() {
    let mut compared = 0;
    for name in testkit::damaged_sets() {
        let set = testkit::set_json("crashes", &format!("damaged-{name}")).unwrap();
        let results = set["result"]["databases"].as_object().unwrap();
        for (file, result) in results {
            let after = result.get("header").unwrap_or(result);
            if after["state"] != "DirtyShutdown" || after["genRecovering"] == 0 {
                continue;
            }
            let Some(dir) = testkit::unpack_damaged(&name) else {
                continue;
            };
            let mut h = header_of(&dir.join(file)).unwrap();
            let number = i32::try_from(after["genRecovering"].as_i64().unwrap()).unwrap();
            let current = Generation {
                number,
                created: LogTime::NONE,
            };
            t::redo_begins(&mut h, current);
            let field = |name: &str| after[name].as_i64().unwrap();
            assert_eq!(
                i64::from(h.gen_recovering),
                field("genRecovering"),
                "{name}"
            );
            assert_eq!(
                i64::from(h.gen_min_required),
                field("genMinRequired"),
                "{name}"
            );
            assert_eq!(
                i64::from(h.gen_max_required),
                field("genMaxRequired"),
                "{name}"
            );
            assert_eq!(
                i64::from(h.gen_max_committed),
                field("genMaxCommitted"),
                "{name}"
            );
            assert_eq!(
                i64::from(h.gen_min_consistent),
                field("genMinConsistent"),
                "{name}"
            );
            assert_eq!(
                h.dbtime_dirtied,
                Dbtime(after["dbtime"].as_u64().unwrap()),
                "{name}"
            );
            assert_eq!(
                u64::from(h.objid_last),
                after["objidLast"].as_u64().unwrap(),
                "{name}"
            );
            compared += 1;
        }
    }
    eprintln!("{compared} sets");
    assert!(compared >= 10 || testkit::witness().is_none());
}

/// Databases that the original made and closed at once: their headers have what a birth and a
/// detach give them, and nothing else.
#[test]
fn a_new_database_has_no_other_fields() {
    for efv in [8020, 9180, 9400, 9520, 9600] {
        let name = format!("empty-4k-{efv}");
        let Some(dir) = testkit::unpack_set("databases", &name) else {
            testkit::skip(&name);
            continue;
        };
        let left = header_of(&dir.join(format!("{name}.edb"))).unwrap();
        let mut h = t::just_created(&Birth {
            sign_db: left.sign_db,
            sign_log: left.sign_log,
            lgpos: left.lgpos_attach,
            dbid: 1,
            page_size: PageSize::K4,
            no_shadow_catalog: false,
        });
        let current = Generation {
            number: 1,
            created: NOW,
        };
        let marks = Marks {
            dbtime: Dbtime(0x50),
            objid: Objid(5),
        };
        t::grown(&mut h, NOW);
        t::create_finished(&mut h, marks, current, NOW, None);
        t::set_version(&mut h, FormatVersion::of_efv(efv).unwrap());
        let marks = Marks {
            dbtime: left.dbtime_dirtied,
            objid: Objid(left.objid_last),
        };
        let lgpos = left.lgpos_detach;
        t::detached(
            &mut h,
            &Detach {
                lgpos,
                now: NOW,
                marks,
                restored: false,
            },
        );
        assert_eq!(
            differing(&h, &left, NOT_IN_THE_LOGS),
            Vec::<String>::new(),
            "{name}"
        );
    }
}
