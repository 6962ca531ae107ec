//! Records of a part of an index, one after another, in either direction.
//!
//! ```
//! use ese_core::catalog::write::{IndexDefinition, TableDef};
//! use ese_core::database::{Given, Typed};
//! # use ese_core::instance::{CreateOptions, Instance, InstanceParams};
//! # use ese_core::io::env::Env;
//!
//! const YEAR: Typed<i32> = Typed::new("year");
//! const NAME: Typed<String> = Typed::new("name");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let instance = Instance::start(Env::real(), InstanceParams::new(folder.path()))?;
//! # let db = instance.create(folder.path().join("a.edb"), &CreateOptions::default())?;
//! # let session = instance.session()?;
//! # let def = TableDef::new("people").column(YEAR.def()).column(NAME.def())
//! #     .index(IndexDefinition::new("by_year", "+year+name"));
//! # db.create_table(&session, &def)?;
//! # let mut people = db.table(&session, "people")?;
//! # for (year, name) in [(1815, "Ada"), (1906, "Grace"), (1912, "Alan"), (1930, "Edsger")] {
//! #     let mut row = people.insert()?;
//! #     row.put(YEAR, &year)?.put(NAME, name)?;
//! #     row.save()?;
//! # }
//! people.use_index(Some("by_year"))?;
//! let from = [Given::from(1900)];
//! let to = [Given::from(1930)];
//! // A key may have fewer columns than the index: then it stands for all entries that begin with it.
//! let rows = people.range(&from[..]..&to[..])?;
//! let names: Vec<_> = rows.each(|row| row.read(NAME)).collect::<Result<_, _>>()?;
//! assert_eq!(names, [Some("Grace".to_owned()), Some("Alan".to_owned())]);
//!
//! // The same backwards, without a closure.
//! let mut rows = people.range(..=&to[..])?.rev();
//! let mut last = None;
//! while let Some(row) = rows.next()? {
//!     last = row.read(YEAR)?;
//! }
//! assert_eq!(last, Some(1815));
//! # Ok(())
//! # }
//! ```
//!
//! Invariant: the walk begins anew with every [`Rows`]; between two records the table may be changed.
#![forbid(unsafe_code)]

use super::table::eyes;
use super::{DbError, Given, Table};
use crate::btree::Seek;
use crate::cursor::{CursorError, Move, RangeFlags, SeekOptions};
use crate::error::JetErr;
use crate::format::key::MakeKeyFlags;
use crate::index::IndexDef;
use std::ops::{Bound, RangeBounds};

/// A limit of a range, made ready: values as bytes of their columns.
type Limit = Bound<Vec<Option<Vec<u8>>>>;

/// Records of a part of an index.
#[must_use = "nothing is read before `next` or `each`"]
pub struct Rows<'t, 's> {
    table: &'t mut Table<'s>,
    from: Limit,
    to: Limit,
    backwards: bool,
    begun: bool,
    ended: bool,
}

impl<'s> Table<'s> {
    /// The records of the current index between two keys, each given by values of its first columns.
    ///
    /// # Errors
    /// Values that are none of their columns; more than the index has; JET_errNoCurrentIndex in a table
    /// without a primary index while no other is current.
    pub fn range<'k>(
        &mut self,
        range: impl RangeBounds<&'k [Given<'k>]>,
    ) -> Result<Rows<'_, 's>, DbError> {
        self.ready()?;
        let from = self.limit(range.start_bound())?;
        let to = self.limit(range.end_bound())?;
        Ok(Rows {
            table: self,
            from,
            to,
            backwards: false,
            begun: false,
            ended: false,
        })
    }

    fn limit(&self, bound: Bound<&&[Given<'_>]>) -> Result<Limit, DbError> {
        Ok(match bound {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Included(values) => Bound::Included(self.key_bytes(values)?),
            Bound::Excluded(values) => Bound::Excluded(self.key_bytes(values)?),
        })
    }

    /// Values as the bytes of the current index's columns.
    fn key_bytes(&self, values: &[Given<'_>]) -> Result<Vec<Option<Vec<u8>>>, DbError> {
        let indexes = self.cursor.indexes();
        let def: Option<&IndexDef> = match self.cursor.index() {
            Some(index) => Some(&index.def),
            None => indexes.primary(),
        };
        let Some(def) = def else {
            return Err(CursorError::NoCurrentIndex.into());
        };
        if values.len() > def.segments.len() {
            let what = "more values than the index has columns";
            return Err(DbError::refused(JetErr::INVALID_PARAMETER, what));
        }
        let mut buf = Vec::new();
        let mut bytes = Vec::with_capacity(values.len());
        for (value, segment) in values.iter().zip(&def.segments) {
            let column = segment.column;
            let column = indexes.schema().column_by_fid(column.fid, column.template);
            let column = column.ok_or_else(|| {
                DbError::refused(JetErr::CATALOG_CORRUPTED, "an index of no column")
            })?;
            bytes.push(value.bytes(column, &mut buf)?.map(<[u8]>::to_vec));
        }
        Ok(bytes)
    }
}

impl<'t, 's> Rows<'t, 's> {
    /// The same records, the last first.
    pub fn rev(mut self) -> Self {
        self.backwards = !self.backwards;
        self
    }

    /// The next record: the table stands on it. `None` behind the last.
    ///
    /// # Errors
    /// What moving gives.
    #[allow(clippy::should_implement_trait)] // It can fail, and lends the table.
    pub fn next(&mut self) -> Result<Option<&mut Table<'s>>, DbError> {
        if self.ended {
            return Ok(None);
        }
        let found = match self.begun {
            false => self.begin(),
            true => self.table.step(!self.backwards),
        };
        self.begun = true;
        match found {
            Ok(true) => Ok(Some(self.table)),
            Ok(false) => {
                self.ended = true;
                Ok(None)
            }
            Err(e) => {
                self.ended = true;
                Err(e)
            }
        }
    }

    /// An iterator over what `read` makes of each record. After an error it ends.
    pub fn each<T, F>(self, read: F) -> Each<'t, 's, F>
    where
        F: FnMut(&mut Table<'s>) -> Result<T, DbError>,
    {
        Each { rows: self, read }
    }

    /// To the first record, with the range set for the way.
    fn begin(&mut self) -> Result<bool, DbError> {
        let (near, far) = match self.backwards {
            false => (&self.from, &self.to),
            true => (&self.to, &self.from),
        };
        let table = &mut *self.table;
        table.ready()?;
        let found = match near {
            Bound::Unbounded => table.to_end(!self.backwards)?,
            Bound::Included(values) => table.seek_limit(values, self.backwards, true)?,
            Bound::Excluded(values) => table.seek_limit(values, self.backwards, false)?,
        };
        match (found, far) {
            (false, _) => Ok(false),
            (true, Bound::Unbounded) => Ok(true),
            (true, Bound::Included(values)) => table.set_limit(values, self.backwards, true),
            (true, Bound::Excluded(values)) => table.set_limit(values, self.backwards, false),
        }
    }
}

/// What a `Rows` is read with.
pub struct Each<'t, 's, F> {
    rows: Rows<'t, 's>,
    read: F,
}

impl<'s, T, F> Iterator for Each<'_, 's, F>
where
    F: FnMut(&mut Table<'s>) -> Result<T, DbError>,
{
    type Item = Result<T, DbError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = match self.rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return None,
            Err(e) => return Some(Err(e)),
        };
        let read = (self.read)(row);
        if read.is_err() {
            self.rows.ended = true;
        }
        Some(read)
    }
}

fn found(done: Result<(), CursorError>) -> Result<bool, DbError> {
    match done {
        Ok(()) => Ok(true),
        Err(CursorError::NoCurrentRecord | CursorError::RecordNotFound) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

impl Table<'_> {
    fn step(&mut self, forward: bool) -> Result<bool, DbError> {
        self.ready()?;
        let eyes = eyes(self.session, &self.db);
        let by = if forward { 1 } else { -1 };
        found(self.cursor.move_to(&eyes, Move::By(by), false))
    }

    fn to_end(&mut self, first: bool) -> Result<bool, DbError> {
        let eyes = eyes(self.session, &self.db);
        let to = if first { Move::First } else { Move::Last };
        found(self.cursor.move_to(&eyes, to, false))
    }

    /// Makes a search key before, or behind, all entries that begin with these values.
    fn limit_key(&mut self, values: &[Option<Vec<u8>>], behind: bool) -> Result<(), DbError> {
        let limit = match behind {
            true => MakeKeyFlags::FULL_COLUMN_END,
            false => MakeKeyFlags::FULL_COLUMN_START,
        };
        for (place, value) in values.iter().enumerate() {
            let mut flags = MakeKeyFlags::empty();
            if place == 0 {
                flags |= MakeKeyFlags::NEW_KEY;
            }
            if place + 1 == values.len() {
                flags |= limit;
            }
            if value.as_ref().is_some_and(Vec::is_empty) {
                flags |= MakeKeyFlags::ZERO_LENGTH;
            }
            let value = value.as_deref().unwrap_or(&[]);
            self.cursor.make_key(value, flags)?;
        }
        Ok(())
    }

    fn seek_limit(
        &mut self,
        values: &[Option<Vec<u8>>],
        backwards: bool,
        included: bool,
    ) -> Result<bool, DbError> {
        if values.is_empty() {
            return match included {
                true => self.to_end(!backwards),
                false => Ok(false),
            };
        }
        // Included from the outside, excluded from the inside.
        self.limit_key(values, backwards == included)?;
        let relation = if backwards { Seek::Le } else { Seek::Ge };
        let eyes = eyes(self.session, &self.db);
        let sought = self.cursor.seek(&eyes, SeekOptions::new(relation));
        found(sought.map(|_| ()))
    }

    fn set_limit(
        &mut self,
        values: &[Option<Vec<u8>>],
        backwards: bool,
        included: bool,
    ) -> Result<bool, DbError> {
        if values.is_empty() {
            return Ok(included);
        }
        self.limit_key(values, backwards != included)?;
        let mut flags = RangeFlags::INCLUSIVE;
        flags.set(RangeFlags::UPPER, !backwards);
        let eyes = eyes(self.session, &self.db);
        found(self.cursor.set_range(&eyes, flags))
    }
}
