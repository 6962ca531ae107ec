//! The flush map of an attached database, kept up to date.
//!
//! The map in memory follows every page write; the file does not. On the disk the map is either
//! clean, and then true, or not clean, and then nobody believes it:
//!
//! ```text
//! at rest ──begin──▶ in use ──settle──▶ at rest        unmade ──begin──▶ in use
//!    the header is written           the states, a sync, the clean header, a sync
//!    not clean, and synced
//! ```
//! `begin` comes before the first page is written, `settle` when every page is durable.
//!
//! Source: docs/format/log-files.md §9, database-header.md §5.
//!
//! Invariants:
//! * while a page may differ from what the map on the disk says, that map is not clean, or the
//!   database's header does not go with it;
//! * lGenMinRequired of a map in use is 0: nobody can rebuild it from the logs, since its pages do
//!   not reach the disk before the end;
//! * a map that can't be read or written is given up, never an error: the database is worth more.
#![forbid(unsafe_code)]

use super::flush_map::flush_map_path;
use super::page_file::LastWrites;
use crate::format::checksum::PageVerdict;
use crate::format::db_header::DbHeader;
use crate::format::flush_map::{
    FLAG_CLEAN, FlushMapHeader, FlushMapPage, MAP_PAGE, STATES_PER_PAGE, VERSION_MAJOR,
    format_page, locate, page_offset, set_state, stamp_page,
};
use crate::format::header_page::FileType;
use crate::format::ids::{Dbtime, LogTime, Pgno, Signature};
use crate::format::page_mut::PageBuf;
use crate::io::env::Env;
use crate::io::{self, ErrorKind, File, OpenMode};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Database times from here on are marks, not times (docs/format/database-header.md §2.4).
const FIRST_MARK: u64 = u64::MAX - 4;

/// What an attached database does with its flush map.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MapUse {
    /// Neither looked at nor kept. A map that lies there is cut off from the database (its header
    /// gets new signatures) before the first page is written.
    Off,
    /// Kept up to date if there is one that goes with the database and is clean; otherwise as
    /// [`MapUse::Off`].
    IfUsable,
    /// As the original does unless told otherwise: kept, and made anew, with every state unknown,
    /// where there is none or an unusable one.
    #[default]
    Keep,
}

/// Where the map is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// There is none.
    None,
    /// There will be one with the first change.
    Unmade,
    /// Clean on the disk, and true.
    AtRest,
    /// Not clean on the disk.
    InUse,
}

/// The map of one attached database.
pub(super) struct MapKeeper {
    env: Env,
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    stage: Stage,
    file: Option<Arc<dyn File>>,
    header: FlushMapHeader,
    /// Data pages by number; `None` when not brought from the file yet.
    pages: Vec<Option<StatePage>>,
    /// Data pages from this number on say nothing, whatever the file has there.
    in_file: u32,
}

struct StatePage {
    bytes: PageBuf,
    dirty: bool,
}

impl MapKeeper {
    /// Looks for the map of the database at `database`, whose header is `header`. Changes nothing.
    pub(super) fn open(env: &Env, database: &Path, header: &DbHeader, mode: MapUse) -> Self {
        let path = flush_map_path(database);
        let found = match mode {
            MapUse::Off => None,
            MapUse::IfUsable | MapUse::Keep => usable(env, &path, header),
        };
        let stage = match (&found, mode) {
            (Some(_), _) => Stage::AtRest,
            (None, MapUse::Keep) => Stage::Unmade,
            (None, _) => Stage::None,
        };
        let (file, map) = found.unzip();
        Self::at(env, path, stage, file, map.unwrap_or_default())
    }

    /// The map of a database that is being made: none that lies there is looked at.
    pub(super) fn create(env: &Env, database: &Path, mode: MapUse) -> Self {
        let stage = match mode {
            MapUse::Keep => Stage::Unmade,
            MapUse::Off | MapUse::IfUsable => Stage::None,
        };
        let path = flush_map_path(database);
        Self::at(env, path, stage, None, FlushMapHeader::default())
    }

    fn at(
        env: &Env,
        path: PathBuf,
        stage: Stage,
        file: Option<Arc<dyn File>>,
        header: FlushMapHeader,
    ) -> Self {
        Self {
            env: env.clone(),
            path,
            inner: Mutex::new(Inner {
                stage,
                file,
                header,
                pages: Vec::new(),
                in_file: u32::MAX,
            }),
        }
    }

    /// One is to be kept, and there is none yet.
    pub(super) fn is_unmade(&self) -> bool {
        self.inner.lock().stage == Stage::Unmade
    }

    /// What the database's header says of the map: its signature, not set when there is none.
    pub(super) fn signature(&self) -> Signature {
        let inner = self.inner.lock();
        match inner.stage {
            Stage::None | Stage::Unmade => Signature::NONE,
            Stage::AtRest | Stage::InUse => inner.header.sign_flush_map_hdr_flush,
        }
    }

    /// Makes the map on the disk one that nobody believes, durably, before the database changes.
    /// `false`: there is no map (any more), and the caller must see to it that the header does not
    /// go with one that lies there. `db_hdr_flush`: the signature of the header on the disk.
    pub(super) fn begin(&self, db_hdr_flush: Signature) -> bool {
        let mut inner = self.inner.lock();
        let begun = match inner.stage {
            Stage::None => return false,
            Stage::InUse => return true,
            Stage::AtRest => {
                inner.header.logtime_attach = self.now();
                self.open_for_use(&mut inner, db_hdr_flush)
            }
            Stage::Unmade => self.make(&mut inner, db_hdr_flush),
        };
        self.or_give_up(&mut inner, begun)
    }

    fn open_for_use(&self, inner: &mut Inner, db_hdr_flush: Signature) -> io::Result<()> {
        inner.header.flags &= !FLAG_CLEAN;
        inner.header.gen_min_required = 0;
        inner.header.gen_min_required_target = 0;
        self.put_header(inner, db_hdr_flush)?;
        inner.stage = Stage::InUse;
        Ok(())
    }

    /// A new map in the place of whatever lies there.
    fn make(&self, inner: &mut Inner, db_hdr_flush: Signature) -> io::Result<()> {
        let fs = &self.env.fs;
        let file = match fs.open_locked(&self.path, OpenMode::ReadWrite) {
            Err(e) if e.kind() == ErrorKind::NotFound => {
                fs.open_locked(&self.path, OpenMode::CreateNew)?
            }
            opened => opened?,
        };
        // No state of an older map may be taken for one of this.
        file.set_len(0)?;
        inner.file = Some(file);
        inner.pages.clear();
        inner.in_file = u32::MAX;
        let now = self.now();
        inner.header = FlushMapHeader {
            version_major: VERSION_MAJOR,
            logtime_create: now,
            logtime_attach: now,
            filetype: FileType::FlushMap.to_u32(),
            ..FlushMapHeader::default()
        };
        self.open_for_use(inner, db_hdr_flush)?;
        fs.sync_dir(super::folder_of(&self.path))
    }

    /// Writes every changed state and makes the map clean, durably. The database's pages are durable
    /// already. `db_hdr_flush`: as for [`Self::begin`].
    pub(super) fn settle(&self, db_hdr_flush: Signature) {
        let mut inner = self.inner.lock();
        if inner.stage == Stage::InUse {
            let settled = self.settle_in(&mut inner, db_hdr_flush);
            self.or_give_up(&mut inner, settled);
        }
    }

    fn settle_in(&self, inner: &mut Inner, db_hdr_flush: Signature) -> io::Result<()> {
        let file = inner.file()?;
        inner.header.logtime_flush_start = self.now();
        let end = page_offset(inner.in_file);
        if file.len()? > end {
            file.set_len(end)?;
        }
        inner.in_file = u32::MAX;
        for (number, page) in (0u32..).zip(&mut inner.pages) {
            let Some(page) = page.as_mut().filter(|p| p.dirty) else {
                continue;
            };
            stamp_page(&mut page.bytes).map_err(io::Error::other)?;
            file.write_all_at(&page.bytes, page_offset(number))?;
            page.dirty = false;
        }
        file.sync_data()?;
        inner.header.logtime_flush_end = self.now();
        inner.header.logtime_detach = self.now();
        inner.header.flags |= FLAG_CLEAN;
        self.put_header(inner, db_hdr_flush)?;
        inner.stage = Stage::AtRest;
        Ok(())
    }

    /// Writes the map's header with a new signature, and syncs.
    fn put_header(&self, inner: &mut Inner, db_hdr_flush: Signature) -> io::Result<()> {
        let file = inner.file()?;
        inner.header.sign_flush_map_hdr_flush = super::new_signature(&self.env);
        inner.header.sign_db_hdr_flush = db_hdr_flush;
        let mut page = PageBuf::zeroed(MAP_PAGE);
        inner
            .header
            .build(page.as_mut_slice())
            .map_err(io::Error::other)?;
        file.write_all_at(&page, 0)?;
        file.sync_data()
    }

    /// Notes the last write of a page: its flush type, 0 for one that is not known, and the page's
    /// dbtime. The map is in use.
    pub(super) fn note(&self, pgno: Pgno, flush_type: u8, dbtime: Dbtime) {
        let mut inner = self.inner.lock();
        if inner.stage != Stage::InUse {
            return;
        }
        let (number, index) = locate(pgno);
        let dbtime = if dbtime.0 < FIRST_MARK {
            dbtime
        } else {
            Dbtime(0)
        };
        let noted = inner
            .page(number)
            .is_some_and(|page| page.set(index, flush_type, dbtime));
        if !noted {
            // Out of its own bounds, which nothing leads to: a map that missed a write is no map.
            self.or_give_up(&mut inner, Err(ErrorKind::InvalidInput.into()));
        }
    }

    /// Forgets `first` and all pages behind it: they are no longer in the file.
    pub(super) fn forget_from(&self, first: Pgno) {
        let mut inner = self.inner.lock();
        if inner.stage != Stage::InUse {
            return;
        }
        let (number, index) = locate(first);
        let kept = number.saturating_add(1);
        inner.in_file = inner.in_file.min(kept);
        inner.pages.truncate(kept as usize);
        let forgotten = inner
            .page(number)
            .is_some_and(|page| (index..STATES_PER_PAGE).all(|i| page.set(i, 0, Dbtime(0))));
        if !forgotten {
            self.or_give_up(&mut inner, Err(ErrorKind::InvalidInput.into()));
        }
    }

    /// Gives the map up when something failed. The header on the disk may still go with the map's
    /// clean one; what `begin` returned, or the next header write, cuts them apart.
    fn or_give_up(&self, inner: &mut Inner, result: io::Result<()>) -> bool {
        if let Err(e) = &result {
            tracing::warn!(map = %self.path.display(), error = %e, "the flush map is given up");
            inner.stage = Stage::None;
            inner.file = None;
            inner.pages = Vec::new();
        }
        result.is_ok()
    }

    fn now(&self) -> LogTime {
        self.env.clock.now_utc().into()
    }
}

impl LastWrites for MapKeeper {
    fn last_write(&self, pgno: Pgno) -> u8 {
        let mut inner = self.inner.lock();
        match inner.stage {
            Stage::None | Stage::Unmade => 0,
            Stage::AtRest | Stage::InUse => {
                let (number, index) = locate(pgno);
                inner.page(number).map_or(0, |page| page.state(index))
            }
        }
    }
}

impl Inner {
    fn file(&self) -> io::Result<Arc<dyn File>> {
        self.file
            .clone()
            .ok_or_else(|| io::Error::other("the flush map is not open"))
    }

    /// Data page `number`, brought from the file at its first use; with every state unknown when the
    /// file has none that can be used. `None` for a number that no database page leads to.
    fn page(&mut self, number: u32) -> Option<&mut StatePage> {
        if number > locate(Pgno::MAX).0 {
            return None;
        }
        let at = usize::try_from(number).ok()?;
        if self.pages.len() <= at {
            self.pages.resize_with(at + 1, || None);
        }
        let file = self.file.as_ref().filter(|_| number < self.in_file);
        let slot = self.pages.get_mut(at)?;
        if slot.is_none() {
            *slot = Some(StatePage::bring(file, number)?);
        }
        slot.as_mut()
    }
}

impl StatePage {
    fn bring(file: Option<&Arc<dyn File>>, number: u32) -> Option<Self> {
        let mut bytes = PageBuf::zeroed(MAP_PAGE);
        let read = file.is_some_and(|file| {
            file.read_exact_at(bytes.as_mut_slice(), page_offset(number))
                .is_ok()
        });
        let good = read
            && FlushMapPage::new(&bytes).is_some_and(|p| p.verify(number) == PageVerdict::Good);
        if !good {
            format_page(&mut bytes, number).ok()?;
        }
        Some(Self {
            bytes,
            dirty: false,
        })
    }

    fn state(&self, index: u32) -> u8 {
        FlushMapPage::new(&self.bytes).map_or(0, |page| page.state(index))
    }

    fn set(&mut self, index: u32, state: u8, dbtime: Dbtime) -> bool {
        self.dirty = true;
        set_state(&mut self.bytes, index, state, dbtime).is_ok()
    }
}

/// The map at `path`, when it can be believed: clean, and that of this header.
fn usable(env: &Env, path: &Path, header: &DbHeader) -> Option<(Arc<dyn File>, FlushMapHeader)> {
    let file = env.fs.open_locked(path, OpenMode::ReadWrite).ok()?;
    let mut page = PageBuf::zeroed(MAP_PAGE);
    file.read_exact_at(page.as_mut_slice(), 0).ok()?;
    let map = FlushMapHeader::open(&page).ok()?;
    (map.is_clean() && map.belongs_to(header).is_ok()).then_some((file, map))
}
