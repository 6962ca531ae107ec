//! Columns are read from the key of the current entry (JET_bitRetrieveFromIndex,
//! JET_bitRetrieveFromPrimaryBookmark; behaviour-records.md §7).
//!
//! Invariant: what a key does not tell exactly is read from the record.
#![forbid(unsafe_code)]

use super::retrieve::{Found, Wanted};
use crate::constants as jet;
use ese_core::JetErr;
use ese_core::cursor::Eyes;
use ese_core::database::DbError;
use ese_core::database::open_table::{From, OpenTable};
use ese_core::format::key::{DecodedSegment, Segment, decode_key};
use ese_core::index::{ColumnRef, IndexDef};
use ese_core::session::Session;
use ese_core::work::WorkError;

/// Key length from which on a key may have been cut.
const CUT_FROM: u16 = 255;

fn refused<T>(err: JetErr, what: &str) -> Result<T, DbError> {
    Err(WorkError::refused(err, what).into())
}

/// As [`Wanted::read`], from a key where that is possible.
pub(super) fn read(
    wanted: &Wanted,
    table: &mut OpenTable,
    session: &Session,
    most: usize,
    out: &mut Vec<u8>,
) -> Result<Found, DbError> {
    let from_index = wanted.grbit & jet::JET_bitRetrieveFromIndex != 0;
    let from_primary = wanted.grbit & jet::JET_bitRetrieveFromPrimaryBookmark != 0;
    if from_index && from_primary {
        return refused(JetErr::INVALID_GRBIT, "from one key, not from two");
    }
    let schema = table.schema(session)?;
    let column = schema.by_columnid(wanted.columnid)?;
    let of = ColumnRef {
        fid: column.fid,
        template: column.derived,
    };
    let (at, eyes) = table.at(session)?;
    let indexes = std::sync::Arc::clone(at.indexes());
    let secondary = at.index().map(|i| i.def.clone());
    let def: &IndexDef = match (&secondary, from_primary) {
        (Some(def), false) => def,
        (None, false) | (_, true) => match indexes.primary() {
            Some(def) => def,
            None => return refused(JetErr::COLUMN_NOT_FOUND, "no primary index"),
        },
    };
    let on_primary = secondary.is_none() && from_index;
    let Some(place) = def.segments.iter().position(|s| s.column == of) else {
        return refused(JetErr::COLUMN_NOT_FOUND, "not a column of the index");
    };
    if def.tuples.is_some()
        && place == 0
        && wanted.grbit & jet::JET_bitRetrieveTuple == 0
        && from_index
    {
        let what = "a tuple does not tell its column";
        return refused(JetErr::INDEX_TUPLES_CANNOT_RETRIEVE_FROM_INDEX, what);
    }
    let key = match from_primary {
        true => {
            at.record(&eyes)?;
            at.bookmark()?.to_vec()
        }
        false => at.key(&eyes)?.to_vec(),
    };
    let record_needed = wanted.grbit & jet::JET_bitRetrieveTag != 0;
    let value = match on_primary || record_needed {
        true => None,
        false => of_key(&key, def, place),
    };
    match value {
        Some(None) => Ok(wanted.null()),
        Some(Some(bytes)) => {
            let offset = match column.coltyp.is_long() {
                true => wanted.offset as usize,
                false => 0,
            };
            let rest = bytes.get(offset..).unwrap_or(&[]);
            out.extend_from_slice(rest.get(..most).unwrap_or(rest));
            Ok(Found {
                len: rest.len() as u64,
                columnid: wanted.columnid,
                answer: JetErr::SUCCESS,
                itag: None,
            })
        }
        None => of_record(wanted, table, session, &key, (def, place), most, out),
    }
}

/// What a key tells of a column: NULL, or bytes; `None` when it does not tell.
fn of_key(key: &[u8], def: &IndexDef, place: usize) -> Option<Option<Vec<u8>>> {
    let cut = key.len() >= usize::from(def.rules.key_most) && def.rules.key_most >= CUT_FROM;
    if cut {
        return None;
    }
    let segments: Vec<Segment> = def.segments.iter().map(|s| s.segment).collect();
    match decode_key(key, &def.rules, &segments).get(place)? {
        DecodedSegment::Null => Some(None),
        DecodedSegment::ZeroLength => Some(Some(Vec::new())),
        DecodedSegment::Value(bytes) => Some(Some(bytes.clone())),
        _ => None,
    }
}

/// The value of the record that made the entry.
fn of_record(
    wanted: &Wanted,
    table: &mut OpenTable,
    session: &Session,
    key: &[u8],
    (def, place): (&IndexDef, usize),
    most: usize,
    out: &mut Vec<u8>,
) -> Result<Found, DbError> {
    let schema = table.schema(session)?;
    let column = schema.by_columnid(wanted.columnid)?;
    let several = def.segments.get(place).is_some_and(|s| s.multi_valued);
    let tells = several && def.first_multi_valued() == Some(place);
    let itag = match tells {
        true => {
            let (at, eyes): (_, Eyes<'_>) = table.at(session)?;
            at.itag_of_entry(&eyes, key)?
        }
        false => Some(1),
    };
    let Some(itag) = itag else {
        return refused(
            JetErr::SECONDARY_INDEX_CORRUPTED,
            "no value made this entry",
        );
    };
    let one = Wanted { itag, ..*wanted };
    let mut found = table.read(session, From::Record, |reading| {
        one.read_column(reading, column, most, out)
    })?;
    found.itag = Some(itag);
    Ok(found)
}
