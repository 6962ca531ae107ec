//! The columns of a stored record, as an index asks for them.
//!
//! A separated value is asked for where it lies: [`AtRest`] in a file that nobody changes, or
//! [`super::Seen`] in a tree that others change, as a snapshot sees it.
//!
//! Invariant: of a long value no more is read than the index looks at, and what was read is kept
//! for the next question about the same value: a tuple index asks for every piece of it.
#![forbid(unsafe_code)]

use super::def::ColumnRef;
use super::entries::ColumnSource;
use crate::cache::Pages;
use crate::catalog::TableSchema;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Fid;
use crate::format::lv::Lid;
use crate::format::record::{RecordError, RecordView};
use crate::format::tagged::TaggedValue;
use crate::lv::{LongValueError, LvTree, inline_into};
use crate::record::{ColumnValues, column_values};
use std::borrow::Cow;
use std::cell::RefCell;

/// Why a column of a record can't be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ColumnError {
    /// The table has no such column.
    #[error("the table has no column {}", .0.0)]
    NoColumn(Fid),
    /// The record is damaged.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A long value is damaged.
    #[error(transparent)]
    LongValue(#[from] LongValueError),
    /// A long value can't be had as a snapshot sees it.
    #[error("{what}")]
    Unseen {
        /// The error that the API gives.
        err: JetErr,
        /// Why.
        what: String,
    },
}

impl HasJetErr for ColumnError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NoColumn(_) => JetErr::COLUMN_NOT_FOUND,
            Self::Record(e) => e.jet_err(),
            Self::LongValue(e) => e.jet_err(),
            Self::Unseen { err, .. } => *err,
        }
    }
}

/// Where the separated values of a record are.
pub trait LongBytes {
    /// Appends the bytes of a value from its first on: at least `until` of them if it has that many.
    /// Gives whether that is all of it.
    ///
    /// # Errors
    /// There is no such value, or it is damaged.
    fn head(&self, lid: Lid, until: usize, out: &mut Vec<u8>) -> Result<bool, ColumnError>;
}

/// The long values of a table that nobody changes.
pub struct AtRest<'a> {
    tree: Option<&'a LvTree>,
    pages: &'a dyn Pages,
}

impl<'a> AtRest<'a> {
    /// Those of a table's tree on `pages`.
    #[must_use]
    pub fn new(schema: &'a TableSchema, pages: &'a dyn Pages) -> Self {
        Self {
            tree: schema.lv.as_ref(),
            pages,
        }
    }
}

impl LongBytes for AtRest<'_> {
    fn head(&self, lid: Lid, until: usize, out: &mut Vec<u8>) -> Result<bool, ColumnError> {
        /// A chunk callback that has enough says so by an error.
        enum Stop {
            Enough,
            Failed(LongValueError),
        }
        impl From<LongValueError> for Stop {
            fn from(e: LongValueError) -> Self {
                Self::Failed(e)
            }
        }
        let tree = self.tree.ok_or(LongValueError::NoTree)?;
        let start = out.len();
        let done = tree.for_each_chunk(self.pages, lid, |chunk| {
            out.extend_from_slice(chunk);
            if out.len() - start >= until {
                Err(Stop::Enough)
            } else {
                Ok(())
            }
        });
        match done {
            Ok(_) => Ok(true),
            Err(Stop::Enough) => Ok(false),
            Err(Stop::Failed(e)) => Err(e.into()),
        }
    }
}

/// A value that is not plain in the record, read from its start on.
struct Kept {
    column: ColumnRef,
    itag: u32,
    bytes: Vec<u8>,
    whole: bool,
}

/// One record, with what its columns need beside it.
pub struct RecordColumns<'a> {
    schema: &'a TableSchema,
    long: &'a dyn LongBytes,
    record: RecordView<'a>,
    kept: RefCell<Option<Kept>>,
}

impl<'a> RecordColumns<'a> {
    /// The columns of `record`, a record of the table; its long values are in `long`.
    #[must_use]
    pub fn new(schema: &'a TableSchema, record: RecordView<'a>, long: &'a dyn LongBytes) -> Self {
        Self {
            schema,
            long,
            record,
            kept: RefCell::new(None),
        }
    }

    /// The stored value, `None` for NULL or no such value.
    fn stored(&self, column: ColumnRef, itag: u32) -> Result<Option<TaggedValue<'a>>, ColumnError> {
        let of_schema = self
            .schema
            .column_by_fid(column.fid, column.template)
            .ok_or(ColumnError::NoColumn(column.fid))?;
        Ok(match column_values(&self.record, of_schema)? {
            ColumnValues::Default(bytes) if itag == 1 => Some(TaggedValue {
                bytes,
                separated: false,
                compressed: false,
                encrypted: false,
            }),
            ColumnValues::One(value) if itag == 1 => Some(value),
            ColumnValues::Many(values) => match usize::try_from(itag) {
                Ok(i) if i >= 1 && i <= values.value_count()? => Some(values.value(i - 1)?),
                _ => None,
            },
            _ => None,
        })
    }

    /// Reads a separated or compressed value up to byte `until`.
    fn read(&self, value: &TaggedValue<'_>, until: usize) -> Result<(Vec<u8>, bool), ColumnError> {
        let mut bytes = Vec::new();
        if !value.separated || value.encrypted {
            inline_into(value, &mut bytes)?;
            return Ok((bytes, true));
        }
        let lid = Lid::from_record(value.bytes).map_err(LongValueError::from)?;
        let whole = self.long.head(lid, until, &mut bytes)?;
        Ok((bytes, whole))
    }
}

fn cut(bytes: &[u8], offset: usize, max: usize) -> &[u8] {
    let rest = bytes.get(offset..).unwrap_or(&[]);
    rest.get(..max).unwrap_or(rest)
}

impl ColumnSource for RecordColumns<'_> {
    type Error = ColumnError;

    fn value(
        &self,
        column: ColumnRef,
        itag: u32,
        offset: usize,
        max: usize,
    ) -> Result<Option<Cow<'_, [u8]>>, ColumnError> {
        let Some(value) = self.stored(column, itag)? else {
            return Ok(None);
        };
        if max == 0 {
            return Ok(Some(Cow::Borrowed(&[])));
        }
        if value.is_plain() {
            return Ok(Some(Cow::Borrowed(cut(value.bytes, offset, max))));
        }
        let until = offset.saturating_add(max);
        let mut kept = self.kept.borrow_mut();
        let enough = kept.as_ref().is_some_and(|k| {
            k.column == column && k.itag == itag && (k.whole || k.bytes.len() >= until)
        });
        if !enough {
            // Read ahead: the pieces of a tuple index come one behind the other.
            let (bytes, whole) = self.read(&value, until.saturating_mul(2))?;
            *kept = Some(Kept {
                column,
                itag,
                bytes,
                whole,
            });
        }
        Ok(kept
            .as_ref()
            .map(|k| Cow::Owned(cut(&k.bytes, offset, max).to_vec())))
    }
}
