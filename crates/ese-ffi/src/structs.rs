//! Generated from `api/structs.md` by `cargo xtask codegen`; not edited by hand.
//!
//! Every structure of the API, in the layout of 64-bit Windows. The A and the W form of one are one
//! type over its characters, so that one body serves both. Invariant: sizes and offsets are those
//! of the table, or this file does not compile.
#![allow(non_snake_case, non_camel_case_types, missing_docs)]

use crate::types::*;
use std::ffi::{c_char, c_void};
use std::mem::{align_of, offset_of, size_of};

/// `JET_INDEXID`: Opaque index id from JET_IdxInfoIndexId; speeds up JetSetCurrentIndex.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_INDEXID {
    pub cbStruct: u32,
    pub rgbIndexId: [u8; 16],
}

/// `JET_RSTMAP`: Maps an original database path to a new one during restore or recovery.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RSTMAP<C: Char> {
    pub szDatabaseName: *mut C,
    pub szNewDatabaseName: *mut C,
}

/// The A form of [`JET_RSTMAP`].
pub type JET_RSTMAP_A = JET_RSTMAP<c_char>;
/// The W form of [`JET_RSTMAP`].
pub type JET_RSTMAP_W = JET_RSTMAP<JET_WCHAR>;
/// `JET_CONVERT`: Conversion settings of JetCompact (obsolete).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_CONVERT<C: Char> {
    pub szOldDll: *mut C,
    pub fFlags: u32,
}

/// The A form of [`JET_CONVERT`].
pub type JET_CONVERT_A = JET_CONVERT<c_char>;
/// The W form of [`JET_CONVERT`].
pub type JET_CONVERT_W = JET_CONVERT<JET_WCHAR>;
/// `JET_SNPROG`: Progress counts given to a status callback.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SNPROG {
    pub cbStruct: u32,
    pub cunitDone: u32,
    pub cunitTotal: u32,
}

/// `JET_DBINFOUPGRADE`: Upgrade estimate of JET_DbInfoUpgrade.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_DBINFOUPGRADE {
    pub cbStruct: u32,
    pub cbFilesizeLow: u32,
    pub cbFilesizeHigh: u32,
    pub cbFreeSpaceRequiredLow: u32,
    pub cbFreeSpaceRequiredHigh: u32,
    pub csecToUpgrade: u32,
    pub ulFlags: u32,
}

/// `JET_OBJECTINFO`: Facts about one object; the two dates are deprecated.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_OBJECTINFO {
    pub cbStruct: u32,
    pub objtyp: JET_OBJTYP,
    pub dtCreate: JET_DATESERIAL,
    pub dtUpdate: JET_DATESERIAL,
    pub grbit: JET_GRBIT,
    pub flags: u32,
    pub cRecord: u32,
    pub cPage: u32,
}

/// `JET_OBJECTLIST`: Temporary table that lists objects.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_OBJECTLIST {
    pub cbStruct: u32,
    pub tableid: JET_TABLEID,
    pub cRecord: u32,
    pub columnidcontainername: JET_COLUMNID,
    pub columnidobjectname: JET_COLUMNID,
    pub columnidobjtyp: JET_COLUMNID,
    pub columniddtCreate: JET_COLUMNID,
    pub columniddtUpdate: JET_COLUMNID,
    pub columnidgrbit: JET_COLUMNID,
    pub columnidflags: JET_COLUMNID,
    pub columnidcRecord: JET_COLUMNID,
    pub columnidcPage: JET_COLUMNID,
}

/// `JET_COLUMNLIST`: Temporary table that lists columns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_COLUMNLIST {
    pub cbStruct: u32,
    pub tableid: JET_TABLEID,
    pub cRecord: u32,
    pub columnidPresentationOrder: JET_COLUMNID,
    pub columnidcolumnname: JET_COLUMNID,
    pub columnidcolumnid: JET_COLUMNID,
    pub columnidcoltyp: JET_COLUMNID,
    pub columnidCountry: JET_COLUMNID,
    pub columnidLangid: JET_COLUMNID,
    pub columnidCp: JET_COLUMNID,
    pub columnidCollate: JET_COLUMNID,
    pub columnidcbMax: JET_COLUMNID,
    pub columnidgrbit: JET_COLUMNID,
    pub columnidDefault: JET_COLUMNID,
    pub columnidBaseTableName: JET_COLUMNID,
    pub columnidBaseColumnName: JET_COLUMNID,
    pub columnidDefinitionName: JET_COLUMNID,
}

/// `JET_COLUMNDEF`: Column definition.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_COLUMNDEF {
    pub cbStruct: u32,
    pub columnid: JET_COLUMNID,
    pub coltyp: JET_COLTYP,
    pub wCountry: u16,
    pub langid: u16,
    pub cp: u16,
    pub wCollate: u16,
    pub cbMax: u32,
    pub grbit: JET_GRBIT,
}

/// `JET_COLUMNBASE`: Column definition with base names.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_COLUMNBASE<C: Char> {
    pub cbStruct: u32,
    pub columnid: JET_COLUMNID,
    pub coltyp: JET_COLTYP,
    pub wCountry: u16,
    pub langid: u16,
    pub cp: u16,
    pub wFiller: u16,
    pub cbMax: u32,
    pub grbit: JET_GRBIT,
    pub szBaseTableName: [C; 256],
    pub szBaseColumnName: [C; 256],
}

/// The A form of [`JET_COLUMNBASE`].
pub type JET_COLUMNBASE_A = JET_COLUMNBASE<c_char>;
/// The W form of [`JET_COLUMNBASE`].
pub type JET_COLUMNBASE_W = JET_COLUMNBASE<JET_WCHAR>;
/// `JET_INDEXLIST`: Temporary table that lists index columns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_INDEXLIST {
    pub cbStruct: u32,
    pub tableid: JET_TABLEID,
    pub cRecord: u32,
    pub columnidindexname: JET_COLUMNID,
    pub columnidgrbitIndex: JET_COLUMNID,
    pub columnidcKey: JET_COLUMNID,
    pub columnidcEntry: JET_COLUMNID,
    pub columnidcPage: JET_COLUMNID,
    pub columnidcColumn: JET_COLUMNID,
    pub columnidiColumn: JET_COLUMNID,
    pub columnidcolumnid: JET_COLUMNID,
    pub columnidcoltyp: JET_COLUMNID,
    pub columnidCountry: JET_COLUMNID,
    pub columnidLangid: JET_COLUMNID,
    pub columnidCp: JET_COLUMNID,
    pub columnidCollate: JET_COLUMNID,
    pub columnidgrbitColumn: JET_COLUMNID,
    pub columnidcolumnname: JET_COLUMNID,
    pub columnidLCMapFlags: JET_COLUMNID,
}

/// `JET_COLUMNCREATE`: Column to create with a table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_COLUMNCREATE<C: Char> {
    pub cbStruct: u32,
    pub szColumnName: *mut C,
    pub coltyp: JET_COLTYP,
    pub cbMax: u32,
    pub grbit: JET_GRBIT,
    pub pvDefault: *mut c_void,
    pub cbDefault: u32,
    pub cp: u32,
    pub columnid: JET_COLUMNID,
    pub err: JET_ERR,
}

/// The A form of [`JET_COLUMNCREATE`].
pub type JET_COLUMNCREATE_A = JET_COLUMNCREATE<c_char>;
/// The W form of [`JET_COLUMNCREATE`].
pub type JET_COLUMNCREATE_W = JET_COLUMNCREATE<JET_WCHAR>;
/// `JET_USERDEFINEDDEFAULT`: Callback that computes a column default.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_USERDEFINEDDEFAULT<C: Char> {
    pub szCallback: *mut C,
    pub pbUserData: *mut u8,
    pub cbUserData: u32,
    pub szDependantColumns: *mut C,
}

/// The A form of [`JET_USERDEFINEDDEFAULT`].
pub type JET_USERDEFINEDDEFAULT_A = JET_USERDEFINEDDEFAULT<c_char>;
/// The W form of [`JET_USERDEFINEDDEFAULT`].
pub type JET_USERDEFINEDDEFAULT_W = JET_USERDEFINEDDEFAULT<JET_WCHAR>;
/// `JET_CONDITIONALCOLUMN`: Index condition on a column.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_CONDITIONALCOLUMN<C: Char> {
    pub cbStruct: u32,
    pub szColumnName: *mut C,
    pub grbit: JET_GRBIT,
}

/// The A form of [`JET_CONDITIONALCOLUMN`].
pub type JET_CONDITIONALCOLUMN_A = JET_CONDITIONALCOLUMN<c_char>;
/// The W form of [`JET_CONDITIONALCOLUMN`].
pub type JET_CONDITIONALCOLUMN_W = JET_CONDITIONALCOLUMN<JET_WCHAR>;
/// `JET_UNICODEINDEX`: Locale (LCID) and map flags.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_UNICODEINDEX {
    pub lcid: u32,
    pub dwMapFlags: u32,
}

/// `JET_UNICODEINDEX2`: Locale name and map flags.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_UNICODEINDEX2 {
    pub szLocaleName: *mut JET_WCHAR,
    pub dwMapFlags: u32,
}

/// `JET_TUPLELIMITS`: Tuple index limits.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_TUPLELIMITS {
    pub chLengthMin: u32,
    pub chLengthMax: u32,
    pub chToIndexMax: u32,
    pub cchIncrement: u32,
    pub ichStart: u32,
}

/// `JET_SPACEHINTS`: Space allocation hints of a tree.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SPACEHINTS {
    pub cbStruct: u32,
    pub ulInitialDensity: u32,
    pub cbInitial: u32,
    pub grbit: JET_GRBIT,
    pub ulMaintDensity: u32,
    pub ulGrowth: u32,
    pub cbMinExtent: u32,
    pub cbMaxExtent: u32,
}

/// `JET_INDEXCREATE`: Index to create.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_INDEXCREATE<C: Char> {
    pub cbStruct: u32,
    pub szIndexName: *mut C,
    pub szKey: *mut C,
    pub cbKey: u32,
    pub grbit: JET_GRBIT,
    pub ulDensity: u32,
    pub u1: JET_INDEXCREATE_u1,
    pub u2: JET_INDEXCREATE_u2,
    pub rgconditionalcolumn: *mut JET_CONDITIONALCOLUMN<C>,
    pub cConditionalColumn: u32,
    pub err: JET_ERR,
    pub cbKeyMost: u32,
}

/// Inside [`JET_INDEXCREATE`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_INDEXCREATE_u1 {
    pub lcid: u32,
    pub pidxunicode: *mut JET_UNICODEINDEX,
}

/// Inside [`JET_INDEXCREATE`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_INDEXCREATE_u2 {
    pub cbVarSegMac: u32,
    pub ptuplelimits: *mut JET_TUPLELIMITS,
}

/// The A form of [`JET_INDEXCREATE`].
pub type JET_INDEXCREATE_A = JET_INDEXCREATE<c_char>;
/// The W form of [`JET_INDEXCREATE`].
pub type JET_INDEXCREATE_W = JET_INDEXCREATE<JET_WCHAR>;
/// `JET_INDEXCREATE2`: JET_INDEXCREATE plus space hints.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_INDEXCREATE2<C: Char> {
    pub cbStruct: u32,
    pub szIndexName: *mut C,
    pub szKey: *mut C,
    pub cbKey: u32,
    pub grbit: JET_GRBIT,
    pub ulDensity: u32,
    pub u1: JET_INDEXCREATE2_u1,
    pub u2: JET_INDEXCREATE2_u2,
    pub rgconditionalcolumn: *mut JET_CONDITIONALCOLUMN<C>,
    pub cConditionalColumn: u32,
    pub err: JET_ERR,
    pub cbKeyMost: u32,
    pub pSpacehints: *mut JET_SPACEHINTS,
}

/// Inside [`JET_INDEXCREATE2`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_INDEXCREATE2_u1 {
    pub lcid: u32,
    pub pidxunicode: *mut JET_UNICODEINDEX,
}

/// Inside [`JET_INDEXCREATE2`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_INDEXCREATE2_u2 {
    pub cbVarSegMac: u32,
    pub ptuplelimits: *mut JET_TUPLELIMITS,
}

/// The A form of [`JET_INDEXCREATE2`].
pub type JET_INDEXCREATE2_A = JET_INDEXCREATE2<c_char>;
/// The W form of [`JET_INDEXCREATE2`].
pub type JET_INDEXCREATE2_W = JET_INDEXCREATE2<JET_WCHAR>;
/// `JET_INDEXCREATE3`: JET_INDEXCREATE2 with locale name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_INDEXCREATE3<C: Char> {
    pub cbStruct: u32,
    pub szIndexName: *mut C,
    pub szKey: *mut C,
    pub cbKey: u32,
    pub grbit: JET_GRBIT,
    pub ulDensity: u32,
    pub pidxunicode: *mut JET_UNICODEINDEX2,
    pub u1: JET_INDEXCREATE3_u1,
    pub rgconditionalcolumn: *mut JET_CONDITIONALCOLUMN<C>,
    pub cConditionalColumn: u32,
    pub err: JET_ERR,
    pub cbKeyMost: u32,
    pub pSpacehints: *mut JET_SPACEHINTS,
}

/// Inside [`JET_INDEXCREATE3`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_INDEXCREATE3_u1 {
    pub cbVarSegMac: u32,
    pub ptuplelimits: *mut JET_TUPLELIMITS,
}

/// The A form of [`JET_INDEXCREATE3`].
pub type JET_INDEXCREATE3_A = JET_INDEXCREATE3<c_char>;
/// The W form of [`JET_INDEXCREATE3`].
pub type JET_INDEXCREATE3_W = JET_INDEXCREATE3<JET_WCHAR>;
/// `JET_TABLECREATE`: Table to create.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_TABLECREATE<C: Char> {
    pub cbStruct: u32,
    pub szTableName: *mut C,
    pub szTemplateTableName: *mut C,
    pub ulPages: u32,
    pub ulDensity: u32,
    pub rgcolumncreate: *mut JET_COLUMNCREATE<C>,
    pub cColumns: u32,
    pub rgindexcreate: *mut JET_INDEXCREATE<C>,
    pub cIndexes: u32,
    pub grbit: JET_GRBIT,
    pub tableid: JET_TABLEID,
    pub cCreated: u32,
}

/// The A form of [`JET_TABLECREATE`].
pub type JET_TABLECREATE_A = JET_TABLECREATE<c_char>;
/// The W form of [`JET_TABLECREATE`].
pub type JET_TABLECREATE_W = JET_TABLECREATE<JET_WCHAR>;
/// `JET_TABLECREATE2`: Plus a callback.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_TABLECREATE2<C: Char> {
    pub cbStruct: u32,
    pub szTableName: *mut C,
    pub szTemplateTableName: *mut C,
    pub ulPages: u32,
    pub ulDensity: u32,
    pub rgcolumncreate: *mut JET_COLUMNCREATE<C>,
    pub cColumns: u32,
    pub rgindexcreate: *mut JET_INDEXCREATE<C>,
    pub cIndexes: u32,
    pub szCallback: *mut C,
    pub cbtyp: JET_CBTYP,
    pub grbit: JET_GRBIT,
    pub tableid: JET_TABLEID,
    pub cCreated: u32,
}

/// The A form of [`JET_TABLECREATE2`].
pub type JET_TABLECREATE2_A = JET_TABLECREATE2<c_char>;
/// The W form of [`JET_TABLECREATE2`].
pub type JET_TABLECREATE2_W = JET_TABLECREATE2<JET_WCHAR>;
/// `JET_TABLECREATE3`: Plus space hints for table and long values.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_TABLECREATE3<C: Char> {
    pub cbStruct: u32,
    pub szTableName: *mut C,
    pub szTemplateTableName: *mut C,
    pub ulPages: u32,
    pub ulDensity: u32,
    pub rgcolumncreate: *mut JET_COLUMNCREATE<C>,
    pub cColumns: u32,
    pub rgindexcreate: *mut JET_INDEXCREATE2<C>,
    pub cIndexes: u32,
    pub szCallback: *mut C,
    pub cbtyp: JET_CBTYP,
    pub grbit: JET_GRBIT,
    pub pSeqSpacehints: *mut JET_SPACEHINTS,
    pub pLVSpacehints: *mut JET_SPACEHINTS,
    pub cbSeparateLV: u32,
    pub tableid: JET_TABLEID,
    pub cCreated: u32,
}

/// The A form of [`JET_TABLECREATE3`].
pub type JET_TABLECREATE3_A = JET_TABLECREATE3<c_char>;
/// The W form of [`JET_TABLECREATE3`].
pub type JET_TABLECREATE3_W = JET_TABLECREATE3<JET_WCHAR>;
/// `JET_TABLECREATE4`: With JET_INDEXCREATE3.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_TABLECREATE4<C: Char> {
    pub cbStruct: u32,
    pub szTableName: *mut C,
    pub szTemplateTableName: *mut C,
    pub ulPages: u32,
    pub ulDensity: u32,
    pub rgcolumncreate: *mut JET_COLUMNCREATE<C>,
    pub cColumns: u32,
    pub rgindexcreate: *mut JET_INDEXCREATE3<C>,
    pub cIndexes: u32,
    pub szCallback: *mut C,
    pub cbtyp: JET_CBTYP,
    pub grbit: JET_GRBIT,
    pub pSeqSpacehints: *mut JET_SPACEHINTS,
    pub pLVSpacehints: *mut JET_SPACEHINTS,
    pub cbSeparateLV: u32,
    pub tableid: JET_TABLEID,
    pub cCreated: u32,
}

/// The A form of [`JET_TABLECREATE4`].
pub type JET_TABLECREATE4_A = JET_TABLECREATE4<c_char>;
/// The W form of [`JET_TABLECREATE4`].
pub type JET_TABLECREATE4_W = JET_TABLECREATE4<JET_WCHAR>;
/// `JET_OPENTEMPORARYTABLE`: Temporary table to open.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_OPENTEMPORARYTABLE {
    pub cbStruct: u32,
    pub prgcolumndef: *const JET_COLUMNDEF,
    pub ccolumn: u32,
    pub pidxunicode: *mut JET_UNICODEINDEX,
    pub grbit: JET_GRBIT,
    pub prgcolumnid: *mut JET_COLUMNID,
    pub cbKeyMost: u32,
    pub cbVarSegMac: u32,
    pub tableid: JET_TABLEID,
}

/// `JET_OPENTEMPORARYTABLE2`: With locale name.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_OPENTEMPORARYTABLE2 {
    pub cbStruct: u32,
    pub prgcolumndef: *const JET_COLUMNDEF,
    pub ccolumn: u32,
    pub pidxunicode: *mut JET_UNICODEINDEX2,
    pub grbit: JET_GRBIT,
    pub prgcolumnid: *mut JET_COLUMNID,
    pub cbKeyMost: u32,
    pub cbVarSegMac: u32,
    pub tableid: JET_TABLEID,
}

/// `JET_RETINFO`: Offset, sequence number and result column of a retrieve.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RETINFO {
    pub cbStruct: u32,
    pub ibLongValue: u32,
    pub itagSequence: u32,
    pub columnidNextTagged: JET_COLUMNID,
}

/// `JET_SETINFO`: Offset and sequence number of a set.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SETINFO {
    pub cbStruct: u32,
    pub ibLongValue: u32,
    pub itagSequence: u32,
}

/// `JET_RECPOS`: Fractional position of a record (32-bit counts).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RECPOS {
    pub cbStruct: u32,
    pub centriesLT: u32,
    pub centriesInRange: u32,
    pub centriesTotal: u32,
}

/// `JET_RECPOS2`: Fractional position of a record (64-bit counts).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RECPOS2 {
    pub cbStruct: u32,
    pub centriesLTDeprecated: u32,
    pub centriesInRangeDeprecated: u32,
    pub centriesTotalDeprecated: u32,
    pub centriesLT: u64,
    pub centriesTotal: u64,
}

/// `JET_RECORDLIST`: Temporary table of bookmarks.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RECORDLIST {
    pub cbStruct: u32,
    pub tableid: JET_TABLEID,
    pub cRecord: u32,
    pub columnidBookmark: JET_COLUMNID,
}

/// `JET_INDEXRANGE`: Cursor with a range, for intersection.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_INDEXRANGE {
    pub cbStruct: u32,
    pub tableid: JET_TABLEID,
    pub grbit: JET_GRBIT,
}

/// `JET_INDEX_COLUMN`: Key column condition.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_INDEX_COLUMN {
    pub columnid: JET_COLUMNID,
    pub relop: JET_RELOP,
    pub pv: *mut c_void,
    pub cb: u32,
    pub grbit: JET_GRBIT,
}

/// `JET_INDEX_RANGE`: Range of key conditions.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_INDEX_RANGE {
    pub rgStartColumns: *mut JET_INDEX_COLUMN,
    pub cStartColumns: u32,
    pub rgEndColumns: *mut JET_INDEX_COLUMN,
    pub cEndColumns: u32,
}

/// `JET_LOGTIME`: Date and time, byte fields; month 1-12, year since 1900.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug)]
pub struct JET_LOGTIME {
    pub bSeconds: c_char,
    pub bMinutes: c_char,
    pub bHours: c_char,
    pub bDay: c_char,
    pub bMonth: c_char,
    pub bYear: c_char,
    pub bFiller1: c_char,
    pub bFiller2: c_char,
}

/// `JET_BKLOGTIME`: JET_LOGTIME with a snapshot bit.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug)]
pub struct JET_BKLOGTIME {
    pub bSeconds: c_char,
    pub bMinutes: c_char,
    pub bHours: c_char,
    pub bDay: c_char,
    pub bMonth: c_char,
    pub bYear: c_char,
    pub bFiller1: c_char,
    pub bFiller2: c_char,
}

/// `JET_LGPOS`: Log position: byte offset, sector, generation.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug)]
pub struct JET_LGPOS {
    pub ib: u16,
    pub isec: u16,
    pub lGeneration: i32,
}

/// `JET_SIGNATURE`: Random number, creation time and computer name.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SIGNATURE {
    pub ulRandom: u32,
    pub logtimeCreate: JET_LOGTIME,
    pub szComputerName: [c_char; 16],
}

/// `JET_BKINFO`: One backup record of a database header.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct JET_BKINFO {
    pub lgposMark: JET_LGPOS,
    pub u1: JET_BKINFO_u1,
    pub genLow: u32,
    pub genHigh: u32,
}

/// Inside [`JET_BKINFO`].
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub union JET_BKINFO_u1 {
    pub logtimeMark: JET_LOGTIME,
    pub bklogtimeMark: JET_BKLOGTIME,
}

/// `JET_DBINFOMISC`: Database header facts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBINFOMISC {
    pub ulVersion: u32,
    pub ulUpdate: u32,
    pub signDb: JET_SIGNATURE,
    pub dbstate: u32,
    pub lgposConsistent: JET_LGPOS,
    pub logtimeConsistent: JET_LOGTIME,
    pub logtimeAttach: JET_LOGTIME,
    pub lgposAttach: JET_LGPOS,
    pub logtimeDetach: JET_LOGTIME,
    pub lgposDetach: JET_LGPOS,
    pub signLog: JET_SIGNATURE,
    pub bkinfoFullPrev: JET_BKINFO,
    pub bkinfoIncPrev: JET_BKINFO,
    pub bkinfoFullCur: JET_BKINFO,
    pub fShadowingDisabled: u32,
    pub fUpgradeDb: u32,
    pub dwMajorVersion: u32,
    pub dwMinorVersion: u32,
    pub dwBuildNumber: u32,
    pub lSPNumber: i32,
    pub cbPageSize: u32,
}

/// `JET_DBINFOMISC2`: Plus page fix and bad checksum counters.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBINFOMISC2 {
    pub ulVersion: u32,
    pub ulUpdate: u32,
    pub signDb: JET_SIGNATURE,
    pub dbstate: u32,
    pub lgposConsistent: JET_LGPOS,
    pub logtimeConsistent: JET_LOGTIME,
    pub logtimeAttach: JET_LOGTIME,
    pub lgposAttach: JET_LGPOS,
    pub logtimeDetach: JET_LOGTIME,
    pub lgposDetach: JET_LGPOS,
    pub signLog: JET_SIGNATURE,
    pub bkinfoFullPrev: JET_BKINFO,
    pub bkinfoIncPrev: JET_BKINFO,
    pub bkinfoFullCur: JET_BKINFO,
    pub fShadowingDisabled: u32,
    pub fUpgradeDb: u32,
    pub dwMajorVersion: u32,
    pub dwMinorVersion: u32,
    pub dwBuildNumber: u32,
    pub lSPNumber: i32,
    pub cbPageSize: u32,
    pub genMinRequired: u32,
    pub genMaxRequired: u32,
    pub logtimeGenMaxCreate: JET_LOGTIME,
    pub ulRepairCount: u32,
    pub logtimeRepair: JET_LOGTIME,
    pub ulRepairCountOld: u32,
    pub ulECCFixSuccess: u32,
    pub logtimeECCFixSuccess: JET_LOGTIME,
    pub ulECCFixSuccessOld: u32,
    pub ulECCFixFail: u32,
    pub logtimeECCFixFail: JET_LOGTIME,
    pub ulECCFixFailOld: u32,
    pub ulBadChecksum: u32,
    pub logtimeBadChecksum: JET_LOGTIME,
    pub ulBadChecksumOld: u32,
}

/// `JET_DBINFOMISC3`: Plus committed generation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBINFOMISC3 {
    pub ulVersion: u32,
    pub ulUpdate: u32,
    pub signDb: JET_SIGNATURE,
    pub dbstate: u32,
    pub lgposConsistent: JET_LGPOS,
    pub logtimeConsistent: JET_LOGTIME,
    pub logtimeAttach: JET_LOGTIME,
    pub lgposAttach: JET_LGPOS,
    pub logtimeDetach: JET_LOGTIME,
    pub lgposDetach: JET_LGPOS,
    pub signLog: JET_SIGNATURE,
    pub bkinfoFullPrev: JET_BKINFO,
    pub bkinfoIncPrev: JET_BKINFO,
    pub bkinfoFullCur: JET_BKINFO,
    pub fShadowingDisabled: u32,
    pub fUpgradeDb: u32,
    pub dwMajorVersion: u32,
    pub dwMinorVersion: u32,
    pub dwBuildNumber: u32,
    pub lSPNumber: i32,
    pub cbPageSize: u32,
    pub genMinRequired: u32,
    pub genMaxRequired: u32,
    pub logtimeGenMaxCreate: JET_LOGTIME,
    pub ulRepairCount: u32,
    pub logtimeRepair: JET_LOGTIME,
    pub ulRepairCountOld: u32,
    pub ulECCFixSuccess: u32,
    pub logtimeECCFixSuccess: JET_LOGTIME,
    pub ulECCFixSuccessOld: u32,
    pub ulECCFixFail: u32,
    pub logtimeECCFixFail: JET_LOGTIME,
    pub ulECCFixFailOld: u32,
    pub ulBadChecksum: u32,
    pub logtimeBadChecksum: JET_LOGTIME,
    pub ulBadChecksumOld: u32,
    pub genCommitted: u32,
}

/// `JET_DBINFOMISC4`: Plus copy and differential backup records.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBINFOMISC4 {
    pub ulVersion: u32,
    pub ulUpdate: u32,
    pub signDb: JET_SIGNATURE,
    pub dbstate: u32,
    pub lgposConsistent: JET_LGPOS,
    pub logtimeConsistent: JET_LOGTIME,
    pub logtimeAttach: JET_LOGTIME,
    pub lgposAttach: JET_LGPOS,
    pub logtimeDetach: JET_LOGTIME,
    pub lgposDetach: JET_LGPOS,
    pub signLog: JET_SIGNATURE,
    pub bkinfoFullPrev: JET_BKINFO,
    pub bkinfoIncPrev: JET_BKINFO,
    pub bkinfoFullCur: JET_BKINFO,
    pub fShadowingDisabled: u32,
    pub fUpgradeDb: u32,
    pub dwMajorVersion: u32,
    pub dwMinorVersion: u32,
    pub dwBuildNumber: u32,
    pub lSPNumber: i32,
    pub cbPageSize: u32,
    pub genMinRequired: u32,
    pub genMaxRequired: u32,
    pub logtimeGenMaxCreate: JET_LOGTIME,
    pub ulRepairCount: u32,
    pub logtimeRepair: JET_LOGTIME,
    pub ulRepairCountOld: u32,
    pub ulECCFixSuccess: u32,
    pub logtimeECCFixSuccess: JET_LOGTIME,
    pub ulECCFixSuccessOld: u32,
    pub ulECCFixFail: u32,
    pub logtimeECCFixFail: JET_LOGTIME,
    pub ulECCFixFailOld: u32,
    pub ulBadChecksum: u32,
    pub logtimeBadChecksum: JET_LOGTIME,
    pub ulBadChecksumOld: u32,
    pub genCommitted: u32,
    pub bkinfoCopyPrev: JET_BKINFO,
    pub bkinfoDiffPrev: JET_BKINFO,
}

/// `JET_THREADSTATS`: Page counters of the calling thread.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_THREADSTATS {
    pub cbStruct: u32,
    pub cPageReferenced: u32,
    pub cPageRead: u32,
    pub cPagePreread: u32,
    pub cPageDirtied: u32,
    pub cPageRedirtied: u32,
    pub cLogRecord: u32,
    pub cbLogRecord: u32,
}

/// `JET_THREADSTATS2`: Plus cache miss time and count.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_THREADSTATS2 {
    pub cbStruct: u32,
    pub cPageReferenced: u32,
    pub cPageRead: u32,
    pub cPagePreread: u32,
    pub cPageDirtied: u32,
    pub cPageRedirtied: u32,
    pub cLogRecord: u32,
    pub cbLogRecord: u32,
    pub cusecPageCacheMiss: u64,
    pub cPageCacheMiss: u32,
}

/// `JET_THREADSTATS3`: Plus long-value cache miss figures.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_THREADSTATS3 {
    pub cbStruct: u32,
    pub cPageReferenced: u32,
    pub cPageRead: u32,
    pub cPagePreread: u32,
    pub cPageDirtied: u32,
    pub cPageRedirtied: u32,
    pub cLogRecord: u32,
    pub cbLogRecord: u32,
    pub cusecPageCacheMiss: u64,
    pub cPageCacheMiss: u32,
    pub cSeparatedLongValueRead: u32,
    pub cusecLongValuePageCacheMiss: u64,
    pub cLongValuePageCacheMiss: u32,
}

/// `JET_RSTINFO`: Recovery options of JetInit3.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RSTINFO<C: Char> {
    pub cbStruct: u32,
    pub rgrstmap: *mut JET_RSTMAP<C>,
    pub crstmap: i32,
    pub lgposStop: JET_LGPOS,
    pub logtimeStop: JET_LOGTIME,
    pub pfnStatus: JET_PFNSTATUS,
}

/// The A form of [`JET_RSTINFO`].
pub type JET_RSTINFO_A = JET_RSTINFO<c_char>;
/// The W form of [`JET_RSTINFO`].
pub type JET_RSTINFO_W = JET_RSTINFO<JET_WCHAR>;
/// `JET_ERRINFOBASIC_W`: Category of an error code.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_ERRINFOBASIC_W {
    pub cbStruct: u32,
    pub errValue: JET_ERR,
    pub errcatMostSpecific: JET_ERRCAT,
    pub rgCategoricalHierarchy: [u8; 8],
    pub lSourceLine: u32,
    pub rgszSourceFile: [JET_WCHAR; 64],
}

/// `JET_COMMIT_ID`: Log signature and commit number.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_COMMIT_ID {
    pub signLog: JET_SIGNATURE,
    pub reserved: i32,
    pub commitId: i64,
}

/// `JET_OPERATIONCONTEXT`: Caller identity for traces.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_OPERATIONCONTEXT {
    pub ulUserID: u32,
    pub nOperationID: u8,
    pub nOperationType: u8,
    pub nClientType: u8,
    pub fFlags: u8,
}

/// `JET_SETCOLUMN`: One column to set.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SETCOLUMN {
    pub columnid: JET_COLUMNID,
    pub pvData: *const c_void,
    pub cbData: u32,
    pub grbit: JET_GRBIT,
    pub ibLongValue: u32,
    pub itagSequence: u32,
    pub err: JET_ERR,
}

/// `JET_SETSYSPARAM`: One system parameter to set.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SETSYSPARAM<C: Char> {
    pub paramid: u32,
    pub lParam: JET_API_PTR,
    pub sz: *const C,
    pub err: JET_ERR,
}

/// The A form of [`JET_SETSYSPARAM`].
pub type JET_SETSYSPARAM_A = JET_SETSYSPARAM<c_char>;
/// The W form of [`JET_SETSYSPARAM`].
pub type JET_SETSYSPARAM_W = JET_SETSYSPARAM<JET_WCHAR>;
/// `JET_RETRIEVECOLUMN`: One column to retrieve.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RETRIEVECOLUMN {
    pub columnid: JET_COLUMNID,
    pub pvData: *mut c_void,
    pub cbData: u32,
    pub cbActual: u32,
    pub grbit: JET_GRBIT,
    pub ibLongValue: u32,
    pub itagSequence: u32,
    pub columnidNextTagged: JET_COLUMNID,
    pub err: JET_ERR,
}

/// `JET_ENUMCOLUMNID`: Column and sequence numbers wanted.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_ENUMCOLUMNID {
    pub columnid: JET_COLUMNID,
    pub ctagSequence: u32,
    pub rgtagSequence: *mut u32,
}

/// `JET_ENUMCOLUMNVALUE`: One enumerated value.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_ENUMCOLUMNVALUE {
    pub itagSequence: u32,
    pub err: JET_ERR,
    pub cbData: u32,
    pub pvData: *mut c_void,
}

/// `JET_ENUMCOLUMN`: One enumerated column.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_ENUMCOLUMN {
    pub columnid: JET_COLUMNID,
    pub err: JET_ERR,
    pub u1: JET_ENUMCOLUMN_u1,
}

/// Inside [`JET_ENUMCOLUMN`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_ENUMCOLUMN_u1 {
    pub s1: JET_ENUMCOLUMN_u1_s1,
    pub s2: JET_ENUMCOLUMN_u1_s2,
}

/// Inside [`JET_ENUMCOLUMN_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_ENUMCOLUMN_u1_s1 {
    pub cEnumColumnValue: u32,
    pub rgEnumColumnValue: *mut JET_ENUMCOLUMNVALUE,
}

/// Inside [`JET_ENUMCOLUMN_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_ENUMCOLUMN_u1_s2 {
    pub cbData: u32,
    pub pvData: *mut c_void,
}

/// `JET_RECSIZE`: Record size figures.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RECSIZE {
    pub cbData: u64,
    pub cbLongValueData: u64,
    pub cbOverhead: u64,
    pub cbLongValueOverhead: u64,
    pub cNonTaggedColumns: u64,
    pub cTaggedColumns: u64,
    pub cLongValues: u64,
    pub cMultiValues: u64,
}

/// `JET_RECSIZE2`: Plus compressed figures.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RECSIZE2 {
    pub cbData: u64,
    pub cbLongValueData: u64,
    pub cbOverhead: u64,
    pub cbLongValueOverhead: u64,
    pub cNonTaggedColumns: u64,
    pub cTaggedColumns: u64,
    pub cLongValues: u64,
    pub cMultiValues: u64,
    pub cCompressedColumns: u64,
    pub cbDataCompressed: u64,
    pub cbLongValueDataCompressed: u64,
}

/// `JET_LOGINFO`: Log range and base name for backup and restore.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_LOGINFO<C: Char> {
    pub cbSize: u32,
    pub ulGenLow: u32,
    pub ulGenHigh: u32,
    pub szBaseName: [C; 4],
}

/// The A form of [`JET_LOGINFO`].
pub type JET_LOGINFO_A = JET_LOGINFO<c_char>;
/// The W form of [`JET_LOGINFO`].
pub type JET_LOGINFO_W = JET_LOGINFO<JET_WCHAR>;
/// `JET_INSTANCE_INFO`: Instance and its databases.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_INSTANCE_INFO<C: Char> {
    pub hInstanceId: JET_INSTANCE,
    pub szInstanceName: *mut C,
    pub cDatabases: JET_API_PTR,
    pub szDatabaseFileName: *mut *mut C,
    pub szDatabaseDisplayName: *mut *mut C,
    pub szDatabaseSLVFileName_Obsolete: *mut *mut C,
}

/// The A form of [`JET_INSTANCE_INFO`].
pub type JET_INSTANCE_INFO_A = JET_INSTANCE_INFO<c_char>;
/// The W form of [`JET_INSTANCE_INFO`].
pub type JET_INSTANCE_INFO_W = JET_INSTANCE_INFO<JET_WCHAR>;
/// `JET_SETDBPARAM`: One database parameter.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SETDBPARAM {
    pub dbparamid: u32,
    pub pvParam: *mut c_void,
    pub cbParam: u32,
}

/// `JET_RSTMAP2`: As JET_RSTMAP plus database parameters and grbits.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RSTMAP2<C: Char> {
    pub cbStruct: u32,
    pub szDatabaseName: *mut C,
    pub szNewDatabaseName: *mut C,
    pub rgsetdbparam: *mut JET_SETDBPARAM,
    pub csetdbparam: u32,
    pub grbit: JET_GRBIT,
}

/// The A form of [`JET_RSTMAP2`].
pub type JET_RSTMAP2_A = JET_RSTMAP2<c_char>;
/// The W form of [`JET_RSTMAP2`].
pub type JET_RSTMAP2_W = JET_RSTMAP2<JET_WCHAR>;
/// `JET_DBUTIL`: Request of JetDBUtilities.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBUTIL<C: Char> {
    pub cbStruct: u32,
    pub sesid: JET_SESID,
    pub dbid: JET_DBID,
    pub tableid: JET_TABLEID,
    pub op: DBUTIL_OP,
    pub edbdump: EDBDUMP_OP,
    pub grbitOptions: JET_GRBIT,
    pub u1: JET_DBUTIL_u1<C>,
}

/// Inside [`JET_DBUTIL`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_DBUTIL_u1<C: Char> {
    pub s1: JET_DBUTIL_u1_s1<C>,
    pub checksumlogfrommemory: JET_DBUTIL_u1_checksumlogfrommemory<C>,
    pub spcatOptions: JET_DBUTIL_u1_spcatOptions<C>,
    pub rbsOptions: JET_DBUTIL_u1_rbsOptions<C>,
}

/// Inside [`JET_DBUTIL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBUTIL_u1_s1<C: Char> {
    pub szDatabase: *mut C,
    pub szSLV_ObsoleteAndUnused: *mut C,
    pub szBackup: *mut C,
    pub szTable: *const C,
    pub szIndex: *const C,
    pub szIntegPrefix: *mut C,
    pub pgno: i32,
    pub iline: i32,
    pub lGeneration: i32,
    pub isec: i32,
    pub ib: i32,
    pub cRetry: i32,
    pub pfnCallback: *mut c_void,
    pub pvCallback: *mut c_void,
}

/// Inside [`JET_DBUTIL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBUTIL_u1_checksumlogfrommemory<C: Char> {
    pub szLog: *mut C,
    pub szBase: *mut C,
    pub pvBuffer: *mut c_void,
    pub cbBuffer: i32,
}

/// Inside [`JET_DBUTIL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBUTIL_u1_spcatOptions<C: Char> {
    pub szDatabase: *mut C,
    pub pgnoFirst: u32,
    pub pgnoLast: u32,
    pub pfnSpaceCatCallback: *mut c_void,
    pub pvContext: *mut c_void,
}

/// Inside [`JET_DBUTIL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBUTIL_u1_rbsOptions<C: Char> {
    pub szDatabase: *mut C,
    pub pgnoFirst: u32,
    pub pgnoLast: u32,
}

/// The A form of [`JET_DBUTIL`].
pub type JET_DBUTIL_A = JET_DBUTIL<c_char>;
/// The W form of [`JET_DBUTIL`].
pub type JET_DBUTIL_W = JET_DBUTIL<JET_WCHAR>;
/// `JET_SESSIONINFO`: Session facts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SESSIONINFO {
    pub ulTrxBegin0: u32,
    pub ulTrxLevel: u32,
    pub ulProcid: u32,
    pub ulFlags: u32,
    pub ulTrxContext: JET_API_PTR,
}

/// `JET_INDEXCREATEOLD`: Index create form before cbKeyMost.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_INDEXCREATEOLD<C: Char> {
    pub cbStruct: u32,
    pub szIndexName: *mut C,
    pub szKey: *mut C,
    pub cbKey: u32,
    pub grbit: JET_GRBIT,
    pub ulDensity: u32,
    pub u1: JET_INDEXCREATEOLD_u1,
    pub u2: JET_INDEXCREATEOLD_u2,
    pub rgconditionalcolumn: *mut JET_CONDITIONALCOLUMN<C>,
    pub cConditionalColumn: u32,
    pub err: JET_ERR,
}

/// Inside [`JET_INDEXCREATEOLD`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_INDEXCREATEOLD_u1 {
    pub lcid: u32,
    pub pidxunicode: *mut JET_UNICODEINDEX,
}

/// Inside [`JET_INDEXCREATEOLD`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_INDEXCREATEOLD_u2 {
    pub cbVarSegMac: u32,
    pub ptuplelimits: *mut JET_TUPLELIMITS,
}

/// The A form of [`JET_INDEXCREATEOLD`].
pub type JET_INDEXCREATEOLD_A = JET_INDEXCREATEOLD<c_char>;
/// The W form of [`JET_INDEXCREATEOLD`].
pub type JET_INDEXCREATEOLD_W = JET_INDEXCREATEOLD<JET_WCHAR>;
/// `JET_TABLECREATE5`: Plus long-value separation size.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_TABLECREATE5<C: Char> {
    pub cbStruct: u32,
    pub szTableName: *mut C,
    pub szTemplateTableName: *mut C,
    pub ulPages: u32,
    pub ulDensity: u32,
    pub rgcolumncreate: *mut JET_COLUMNCREATE<C>,
    pub cColumns: u32,
    pub rgindexcreate: *mut JET_INDEXCREATE3<C>,
    pub cIndexes: u32,
    pub szCallback: *mut C,
    pub cbtyp: JET_CBTYP,
    pub grbit: JET_GRBIT,
    pub pSeqSpacehints: *mut JET_SPACEHINTS,
    pub pLVSpacehints: *mut JET_SPACEHINTS,
    pub cbSeparateLV: u32,
    pub cbLVChunkMax: u32,
    pub tableid: JET_TABLEID,
    pub cCreated: u32,
}

/// The A form of [`JET_TABLECREATE5`].
pub type JET_TABLECREATE5_A = JET_TABLECREATE5<c_char>;
/// The W form of [`JET_TABLECREATE5`].
pub type JET_TABLECREATE5_W = JET_TABLECREATE5<JET_WCHAR>;
/// `JET_CHECKPOINTINFO`: Checkpoint position.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug)]
pub struct JET_CHECKPOINTINFO {
    pub genMin: u32,
    pub genMax: u32,
    pub logtimeGenMaxCreate: JET_LOGTIME,
}

/// `JET_DBINFOMISC5`: Plus incremental reseed facts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBINFOMISC5 {
    pub ulVersion: u32,
    pub ulUpdate: u32,
    pub signDb: JET_SIGNATURE,
    pub dbstate: u32,
    pub lgposConsistent: JET_LGPOS,
    pub logtimeConsistent: JET_LOGTIME,
    pub logtimeAttach: JET_LOGTIME,
    pub lgposAttach: JET_LGPOS,
    pub logtimeDetach: JET_LOGTIME,
    pub lgposDetach: JET_LGPOS,
    pub signLog: JET_SIGNATURE,
    pub bkinfoFullPrev: JET_BKINFO,
    pub bkinfoIncPrev: JET_BKINFO,
    pub bkinfoFullCur: JET_BKINFO,
    pub fShadowingDisabled: u32,
    pub fUpgradeDb: u32,
    pub dwMajorVersion: u32,
    pub dwMinorVersion: u32,
    pub dwBuildNumber: u32,
    pub lSPNumber: i32,
    pub cbPageSize: u32,
    pub genMinRequired: u32,
    pub genMaxRequired: u32,
    pub logtimeGenMaxCreate: JET_LOGTIME,
    pub ulRepairCount: u32,
    pub logtimeRepair: JET_LOGTIME,
    pub ulRepairCountOld: u32,
    pub ulECCFixSuccess: u32,
    pub logtimeECCFixSuccess: JET_LOGTIME,
    pub ulECCFixSuccessOld: u32,
    pub ulECCFixFail: u32,
    pub logtimeECCFixFail: JET_LOGTIME,
    pub ulECCFixFailOld: u32,
    pub ulBadChecksum: u32,
    pub logtimeBadChecksum: JET_LOGTIME,
    pub ulBadChecksumOld: u32,
    pub genCommitted: u32,
    pub bkinfoCopyPrev: JET_BKINFO,
    pub bkinfoDiffPrev: JET_BKINFO,
    pub ulIncrementalReseedCount: u32,
    pub logtimeIncrementalReseed: JET_LOGTIME,
    pub ulIncrementalReseedCountOld: u32,
    pub ulPagePatchCount: u32,
    pub logtimePagePatch: JET_LOGTIME,
    pub ulPagePatchCountOld: u32,
}

/// `JET_DBINFOMISC6`: Plus format update and last resize facts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBINFOMISC6 {
    pub ulVersion: u32,
    pub ulUpdate: u32,
    pub signDb: JET_SIGNATURE,
    pub dbstate: u32,
    pub lgposConsistent: JET_LGPOS,
    pub logtimeConsistent: JET_LOGTIME,
    pub logtimeAttach: JET_LOGTIME,
    pub lgposAttach: JET_LGPOS,
    pub logtimeDetach: JET_LOGTIME,
    pub lgposDetach: JET_LGPOS,
    pub signLog: JET_SIGNATURE,
    pub bkinfoFullPrev: JET_BKINFO,
    pub bkinfoIncPrev: JET_BKINFO,
    pub bkinfoFullCur: JET_BKINFO,
    pub fShadowingDisabled: u32,
    pub fUpgradeDb: u32,
    pub dwMajorVersion: u32,
    pub dwMinorVersion: u32,
    pub dwBuildNumber: u32,
    pub lSPNumber: i32,
    pub cbPageSize: u32,
    pub genMinRequired: u32,
    pub genMaxRequired: u32,
    pub logtimeGenMaxCreate: JET_LOGTIME,
    pub ulRepairCount: u32,
    pub logtimeRepair: JET_LOGTIME,
    pub ulRepairCountOld: u32,
    pub ulECCFixSuccess: u32,
    pub logtimeECCFixSuccess: JET_LOGTIME,
    pub ulECCFixSuccessOld: u32,
    pub ulECCFixFail: u32,
    pub logtimeECCFixFail: JET_LOGTIME,
    pub ulECCFixFailOld: u32,
    pub ulBadChecksum: u32,
    pub logtimeBadChecksum: JET_LOGTIME,
    pub ulBadChecksumOld: u32,
    pub genCommitted: u32,
    pub bkinfoCopyPrev: JET_BKINFO,
    pub bkinfoDiffPrev: JET_BKINFO,
    pub ulIncrementalReseedCount: u32,
    pub logtimeIncrementalReseed: JET_LOGTIME,
    pub ulIncrementalReseedCountOld: u32,
    pub ulPagePatchCount: u32,
    pub logtimePagePatch: JET_LOGTIME,
    pub ulPagePatchCountOld: u32,
    pub logtimeChecksumPrev: JET_LOGTIME,
    pub logtimeChecksumStart: JET_LOGTIME,
    pub cpgDatabaseChecked: u32,
}

/// `JET_DBINFOMISC7`: Plus required generation time.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_DBINFOMISC7 {
    pub ulVersion: u32,
    pub ulUpdate: u32,
    pub signDb: JET_SIGNATURE,
    pub dbstate: u32,
    pub lgposConsistent: JET_LGPOS,
    pub logtimeConsistent: JET_LOGTIME,
    pub logtimeAttach: JET_LOGTIME,
    pub lgposAttach: JET_LGPOS,
    pub logtimeDetach: JET_LOGTIME,
    pub lgposDetach: JET_LGPOS,
    pub signLog: JET_SIGNATURE,
    pub bkinfoFullPrev: JET_BKINFO,
    pub bkinfoIncPrev: JET_BKINFO,
    pub bkinfoFullCur: JET_BKINFO,
    pub fShadowingDisabled: u32,
    pub fUpgradeDb: u32,
    pub dwMajorVersion: u32,
    pub dwMinorVersion: u32,
    pub dwBuildNumber: u32,
    pub lSPNumber: i32,
    pub cbPageSize: u32,
    pub genMinRequired: u32,
    pub genMaxRequired: u32,
    pub logtimeGenMaxCreate: JET_LOGTIME,
    pub ulRepairCount: u32,
    pub logtimeRepair: JET_LOGTIME,
    pub ulRepairCountOld: u32,
    pub ulECCFixSuccess: u32,
    pub logtimeECCFixSuccess: JET_LOGTIME,
    pub ulECCFixSuccessOld: u32,
    pub ulECCFixFail: u32,
    pub logtimeECCFixFail: JET_LOGTIME,
    pub ulECCFixFailOld: u32,
    pub ulBadChecksum: u32,
    pub logtimeBadChecksum: JET_LOGTIME,
    pub ulBadChecksumOld: u32,
    pub genCommitted: u32,
    pub bkinfoCopyPrev: JET_BKINFO,
    pub bkinfoDiffPrev: JET_BKINFO,
    pub ulIncrementalReseedCount: u32,
    pub logtimeIncrementalReseed: JET_LOGTIME,
    pub ulIncrementalReseedCountOld: u32,
    pub ulPagePatchCount: u32,
    pub logtimePagePatch: JET_LOGTIME,
    pub ulPagePatchCountOld: u32,
    pub logtimeChecksumPrev: JET_LOGTIME,
    pub logtimeChecksumStart: JET_LOGTIME,
    pub cpgDatabaseChecked: u32,
    pub logtimeLastReAttach: JET_LOGTIME,
    pub lgposLastReAttach: JET_LGPOS,
}

/// `JET_LOGINFOMISC`: Log header facts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_LOGINFOMISC {
    pub ulGeneration: u32,
    pub signLog: JET_SIGNATURE,
    pub logtimeCreate: JET_LOGTIME,
    pub logtimePreviousGeneration: JET_LOGTIME,
    pub ulFlags: u32,
    pub ulVersionMajor: u32,
    pub ulVersionMinor: u32,
    pub ulVersionUpdate: u32,
    pub cbSectorSize: u32,
    pub cbHeader: u32,
    pub cbFile: u32,
    pub cbDatabasePageSize: u32,
}

/// `JET_LOGINFOMISC2`: Plus checkpoint generation.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_LOGINFOMISC2 {
    pub ulGeneration: u32,
    pub signLog: JET_SIGNATURE,
    pub logtimeCreate: JET_LOGTIME,
    pub logtimePreviousGeneration: JET_LOGTIME,
    pub ulFlags: u32,
    pub ulVersionMajor: u32,
    pub ulVersionMinor: u32,
    pub ulVersionUpdate: u32,
    pub cbSectorSize: u32,
    pub cbHeader: u32,
    pub cbFile: u32,
    pub cbDatabasePageSize: u32,
    pub lgposCheckpoint: JET_LGPOS,
}

/// `JET_LOGINFOMISC3`: Plus previous log checksum.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_LOGINFOMISC3 {
    pub ulGeneration: u32,
    pub signLog: JET_SIGNATURE,
    pub logtimeCreate: JET_LOGTIME,
    pub logtimePreviousGeneration: JET_LOGTIME,
    pub ulFlags: u32,
    pub ulVersionMajor: u32,
    pub ulVersionUpdateMajor: u32,
    pub ulVersionUpdateMinor: u32,
    pub cbSectorSize: u32,
    pub cbHeader: u32,
    pub cbFile: u32,
    pub cbDatabasePageSize: u32,
    pub lgposCheckpoint: JET_LGPOS,
    pub ulVersionMinorDeprecated: u32,
    pub checksumPrevLogAllSegments: u64,
}

/// `JET_RECOVERYCONTROL`: Private structure.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL {
    pub cbStruct: u32,
    pub errDefault: JET_ERR,
    pub instance: JET_INSTANCE,
    pub sntUnion: JET_SNT,
    pub u1: JET_RECOVERYCONTROL_u1,
}

/// Inside [`JET_RECOVERYCONTROL`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union JET_RECOVERYCONTROL_u1 {
    pub OpenLog: JET_RECOVERYCONTROL_u1_OpenLog,
    pub OpenCheckpoint: JET_RECOVERYCONTROL_u1_OpenCheckpoint,
    pub MissingLog: JET_RECOVERYCONTROL_u1_MissingLog,
    pub BeginUndo: JET_RECOVERYCONTROL_u1_BeginUndo,
    pub NotificationEvent: JET_RECOVERYCONTROL_u1_NotificationEvent,
    pub SignalErrorCondition: JET_RECOVERYCONTROL_u1_SignalErrorCondition,
    pub AttachedDb: JET_RECOVERYCONTROL_u1_AttachedDb,
    pub DetachingDb: JET_RECOVERYCONTROL_u1_DetachingDb,
    pub CommitCtx: JET_RECOVERYCONTROL_u1_CommitCtx,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_OpenLog {
    pub cbStruct: u32,
    pub lGenNext: u32,
    /// Bits: `fCurrentLog` 0..1.
    pub bits1: u8,
    pub eReason: u8,
    pub rgbReserved: [u8; 6],
    pub wszLogFile: *mut JET_WCHAR,
    pub cdbinfomisc: u32,
    pub rgdbinfomisc: *mut JET_DBINFOMISC7,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_OpenCheckpoint {
    pub cbStruct: u32,
    pub wszCheckpoint: *mut JET_WCHAR,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_MissingLog {
    pub cbStruct: u32,
    pub lGenMissing: u32,
    /// Bits: `fCurrentLog` 0..1.
    pub bits1: u8,
    pub eNextAction: u8,
    pub rgbReserved: [u8; 6],
    pub wszLogFile: *mut JET_WCHAR,
    pub cdbinfomisc: u32,
    pub rgdbinfomisc: *mut JET_DBINFOMISC7,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_BeginUndo {
    pub cbStruct: u32,
    pub cdbinfomisc: u32,
    pub rgdbinfomisc: *mut JET_DBINFOMISC7,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_NotificationEvent {
    pub cbStruct: u32,
    pub EventID: u32,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_SignalErrorCondition {
    pub cbStruct: u32,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_AttachedDb {
    pub cbStruct: u32,
    pub wszDbPath: *const JET_WCHAR,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_DetachingDb {
    pub cbStruct: u32,
    pub wszDbPath: *const JET_WCHAR,
}

/// Inside [`JET_RECOVERYCONTROL_u1`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_RECOVERYCONTROL_u1_CommitCtx {
    pub cbStruct: u32,
    pub pbCommitCtx: *const c_void,
    pub cbCommitCtx: u32,
    pub fCallbackType: u32,
}

/// `JET_SNMSG`: Private structure.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_SNMSG {
    pub cbStruct: u32,
    pub snc: JET_SNC,
    pub ul: u32,
    pub sz: [c_char; 256],
}

/// `JET_SNPATCHREQUEST`: Private structure.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_SNPATCHREQUEST {
    pub cbStruct: u32,
    pub pageNumber: u32,
    pub szLogFile: *const JET_WCHAR,
    pub instance: JET_INSTANCE,
    pub dbinfomisc: JET_DBINFOMISC7,
    pub pvToken: *const c_void,
    pub cbToken: u32,
    pub pvData: *const c_void,
    pub cbData: u32,
    pub dbid: JET_DBID,
}

/// `JET_SNCORRUPTEDPAGE`: Private structure.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JET_SNCORRUPTEDPAGE {
    pub cbStruct: u32,
    pub wszDatabase: *const JET_WCHAR,
    pub dbid: JET_DBID,
    pub dbinfomisc: JET_DBINFOMISC7,
    pub pageNumber: u32,
}

/// `JET_STREAMINGFILESPACEINFO`: Streaming file space (obsolete).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_STREAMINGFILESPACEINFO {
    pub cpageOwned: u32,
    pub cpageAvail: u32,
}

/// `JET_THREADSTATS4`: Plus wait figures.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_THREADSTATS4 {
    pub cbStruct: u32,
    pub cPageReferenced: u32,
    pub cPageRead: u32,
    pub cPagePreread: u32,
    pub cPageDirtied: u32,
    pub cPageRedirtied: u32,
    pub cLogRecord: u32,
    pub cbLogRecord: u32,
    pub cusecPageCacheMiss: u64,
    pub cPageCacheMiss: u32,
    pub cSeparatedLongValueRead: u32,
    pub cusecLongValuePageCacheMiss: u64,
    pub cLongValuePageCacheMiss: u32,
    pub cSeparatedLongValueCreated: u32,
    pub cPageUniqueCacheHits: u32,
    pub cPageUniqueCacheRequests: u32,
    pub cDatabaseReads: u32,
    pub cSumDatabaseReadQueueDepthImpact: u32,
    pub cSumDatabaseReadQueueDepth: u32,
    pub cusecWait: u64,
    pub cWait: u32,
    pub cNodesFlagDeleted: u32,
    pub cbNodesFlagDeleted: u32,
    pub cPageTableAllocated: u32,
    pub cPageTableReleased: u32,
    pub cPageUpdateAllocated: u32,
    pub cPageUpdateReleased: u32,
    pub cPageUniqueModified: u32,
}

/// `JET_RSTINFO2`: Recovery options of JetInit4.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RSTINFO2<C: Char> {
    pub cbStruct: u32,
    pub rgrstmap: *mut JET_RSTMAP2<C>,
    pub crstmap: i32,
    pub lgposStop: JET_LGPOS,
    pub logtimeStop: JET_LOGTIME,
    pub pfnCallback: JET_PFNINITCALLBACK,
    pub pvCallbackContext: *mut c_void,
}

/// The A form of [`JET_RSTINFO2`].
pub type JET_RSTINFO2_A = JET_RSTINFO2<c_char>;
/// The W form of [`JET_RSTINFO2`].
pub type JET_RSTINFO2_W = JET_RSTINFO2<JET_WCHAR>;
/// `JET_RBSINFOMISC`: Private structure.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RBSINFOMISC {
    pub lRBSGeneration: i32,
    pub logtimeCreate: JET_LOGTIME,
    pub logtimeCreatePrevRBS: JET_LOGTIME,
    pub ulMajor: u32,
    pub ulMinor: u32,
    pub cbLogicalFileSize: u64,
}

/// `JET_RBSREVERTINFOMISC`: Private structure.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RBSREVERTINFOMISC {
    pub lGenMinRevertStart: i32,
    pub lGenMaxRevertStart: i32,
    pub lGenMinRevertEnd: i32,
    pub lGenMaxRevertEnd: i32,
    pub logtimeRevertFrom: JET_LOGTIME,
    pub cSecRevert: u64,
    pub cPagesReverted: u64,
    pub lGenRBSMaxApplied: i32,
    pub lGenRBSMinApplied: i32,
}

/// `JET_RETRIEVEMULTIVALUECOUNT`: Private structure.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RETRIEVEMULTIVALUECOUNT {
    pub columnid: JET_COLUMNID,
    pub cMultiValues: u16,
    pub usFlags: u16,
}

/// `JET_PAGEINFO`: Page check result.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_PAGEINFO {
    pub pgno: u32,
    /// Bits: `fPageIsInitialized` 0..1, `fCorrectableError` 1..2.
    pub bits1: u32,
    pub checksumActual: u64,
    pub checksumExpected: u64,
    pub dbtime: u64,
    pub structureChecksum: u64,
    pub flags: u64,
}

/// `JET_RECSIZE3`: Plus intrinsic and key figures.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_RECSIZE3 {
    pub cbData: u64,
    pub cbLongValueData: u64,
    pub cbOverhead: u64,
    pub cbLongValueOverhead: u64,
    pub cNonTaggedColumns: u64,
    pub cTaggedColumns: u64,
    pub cLongValues: u64,
    pub cMultiValues: u64,
    pub cCompressedColumns: u64,
    pub cbDataCompressed: u64,
    pub cbLongValueDataCompressed: u64,
    pub cbIntrinsicLongValueData: u64,
    pub cbIntrinsicLongValueDataCompressed: u64,
    pub cIntrinsicLongValues: u64,
    pub cbKey: u64,
}

/// `JET_PAGEINFO2`: Page check result with dbtime pair.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_PAGEINFO2 {
    pub pageInfo: JET_PAGEINFO,
    pub rgChecksumActual: [u64; 3],
    pub rgChecksumExpected: [u64; 3],
}

/// `JET_EMITDATACTX`: Private structure.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct JET_EMITDATACTX {
    pub cbStruct: u32,
    pub dwVersion: u32,
    pub qwSequenceNum: u64,
    pub grbitOperationalFlags: JET_GRBIT,
    pub logtimeEmit: JET_LOGTIME,
    pub lgposLogData: JET_LGPOS,
    pub cbLogData: u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<JET_INDEXID>() == 20);
    assert!(align_of::<JET_INDEXID>() == 4);
    assert!(offset_of!(JET_INDEXID, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXID, rgbIndexId) == 4);
    assert!(size_of::<JET_RSTMAP<c_char>>() == 16);
    assert!(align_of::<JET_RSTMAP<c_char>>() == 8);
    assert!(offset_of!(JET_RSTMAP<c_char>, szDatabaseName) == 0);
    assert!(offset_of!(JET_RSTMAP<c_char>, szNewDatabaseName) == 8);
    assert!(size_of::<JET_RSTMAP<JET_WCHAR>>() == 16);
    assert!(align_of::<JET_RSTMAP<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_RSTMAP<JET_WCHAR>, szDatabaseName) == 0);
    assert!(offset_of!(JET_RSTMAP<JET_WCHAR>, szNewDatabaseName) == 8);
    assert!(size_of::<JET_CONVERT<c_char>>() == 16);
    assert!(align_of::<JET_CONVERT<c_char>>() == 8);
    assert!(offset_of!(JET_CONVERT<c_char>, szOldDll) == 0);
    assert!(offset_of!(JET_CONVERT<c_char>, fFlags) == 8);
    assert!(size_of::<JET_CONVERT<JET_WCHAR>>() == 16);
    assert!(align_of::<JET_CONVERT<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_CONVERT<JET_WCHAR>, szOldDll) == 0);
    assert!(offset_of!(JET_CONVERT<JET_WCHAR>, fFlags) == 8);
    assert!(size_of::<JET_SNPROG>() == 12);
    assert!(align_of::<JET_SNPROG>() == 4);
    assert!(offset_of!(JET_SNPROG, cbStruct) == 0);
    assert!(offset_of!(JET_SNPROG, cunitDone) == 4);
    assert!(offset_of!(JET_SNPROG, cunitTotal) == 8);
    assert!(size_of::<JET_DBINFOUPGRADE>() == 28);
    assert!(align_of::<JET_DBINFOUPGRADE>() == 4);
    assert!(offset_of!(JET_DBINFOUPGRADE, cbStruct) == 0);
    assert!(offset_of!(JET_DBINFOUPGRADE, cbFilesizeLow) == 4);
    assert!(offset_of!(JET_DBINFOUPGRADE, cbFilesizeHigh) == 8);
    assert!(offset_of!(JET_DBINFOUPGRADE, cbFreeSpaceRequiredLow) == 12);
    assert!(offset_of!(JET_DBINFOUPGRADE, cbFreeSpaceRequiredHigh) == 16);
    assert!(offset_of!(JET_DBINFOUPGRADE, csecToUpgrade) == 20);
    assert!(offset_of!(JET_DBINFOUPGRADE, ulFlags) == 24);
    assert!(size_of::<JET_OBJECTINFO>() == 40);
    assert!(align_of::<JET_OBJECTINFO>() == 8);
    assert!(offset_of!(JET_OBJECTINFO, cbStruct) == 0);
    assert!(offset_of!(JET_OBJECTINFO, objtyp) == 4);
    assert!(offset_of!(JET_OBJECTINFO, dtCreate) == 8);
    assert!(offset_of!(JET_OBJECTINFO, dtUpdate) == 16);
    assert!(offset_of!(JET_OBJECTINFO, grbit) == 24);
    assert!(offset_of!(JET_OBJECTINFO, flags) == 28);
    assert!(offset_of!(JET_OBJECTINFO, cRecord) == 32);
    assert!(offset_of!(JET_OBJECTINFO, cPage) == 36);
    assert!(size_of::<JET_OBJECTLIST>() == 56);
    assert!(align_of::<JET_OBJECTLIST>() == 8);
    assert!(offset_of!(JET_OBJECTLIST, cbStruct) == 0);
    assert!(offset_of!(JET_OBJECTLIST, tableid) == 8);
    assert!(offset_of!(JET_OBJECTLIST, cRecord) == 16);
    assert!(offset_of!(JET_OBJECTLIST, columnidcontainername) == 20);
    assert!(offset_of!(JET_OBJECTLIST, columnidobjectname) == 24);
    assert!(offset_of!(JET_OBJECTLIST, columnidobjtyp) == 28);
    assert!(offset_of!(JET_OBJECTLIST, columniddtCreate) == 32);
    assert!(offset_of!(JET_OBJECTLIST, columniddtUpdate) == 36);
    assert!(offset_of!(JET_OBJECTLIST, columnidgrbit) == 40);
    assert!(offset_of!(JET_OBJECTLIST, columnidflags) == 44);
    assert!(offset_of!(JET_OBJECTLIST, columnidcRecord) == 48);
    assert!(offset_of!(JET_OBJECTLIST, columnidcPage) == 52);
    assert!(size_of::<JET_COLUMNLIST>() == 80);
    assert!(align_of::<JET_COLUMNLIST>() == 8);
    assert!(offset_of!(JET_COLUMNLIST, cbStruct) == 0);
    assert!(offset_of!(JET_COLUMNLIST, tableid) == 8);
    assert!(offset_of!(JET_COLUMNLIST, cRecord) == 16);
    assert!(offset_of!(JET_COLUMNLIST, columnidPresentationOrder) == 20);
    assert!(offset_of!(JET_COLUMNLIST, columnidcolumnname) == 24);
    assert!(offset_of!(JET_COLUMNLIST, columnidcolumnid) == 28);
    assert!(offset_of!(JET_COLUMNLIST, columnidcoltyp) == 32);
    assert!(offset_of!(JET_COLUMNLIST, columnidCountry) == 36);
    assert!(offset_of!(JET_COLUMNLIST, columnidLangid) == 40);
    assert!(offset_of!(JET_COLUMNLIST, columnidCp) == 44);
    assert!(offset_of!(JET_COLUMNLIST, columnidCollate) == 48);
    assert!(offset_of!(JET_COLUMNLIST, columnidcbMax) == 52);
    assert!(offset_of!(JET_COLUMNLIST, columnidgrbit) == 56);
    assert!(offset_of!(JET_COLUMNLIST, columnidDefault) == 60);
    assert!(offset_of!(JET_COLUMNLIST, columnidBaseTableName) == 64);
    assert!(offset_of!(JET_COLUMNLIST, columnidBaseColumnName) == 68);
    assert!(offset_of!(JET_COLUMNLIST, columnidDefinitionName) == 72);
    assert!(size_of::<JET_COLUMNDEF>() == 28);
    assert!(align_of::<JET_COLUMNDEF>() == 4);
    assert!(offset_of!(JET_COLUMNDEF, cbStruct) == 0);
    assert!(offset_of!(JET_COLUMNDEF, columnid) == 4);
    assert!(offset_of!(JET_COLUMNDEF, coltyp) == 8);
    assert!(offset_of!(JET_COLUMNDEF, wCountry) == 12);
    assert!(offset_of!(JET_COLUMNDEF, langid) == 14);
    assert!(offset_of!(JET_COLUMNDEF, cp) == 16);
    assert!(offset_of!(JET_COLUMNDEF, wCollate) == 18);
    assert!(offset_of!(JET_COLUMNDEF, cbMax) == 20);
    assert!(offset_of!(JET_COLUMNDEF, grbit) == 24);
    assert!(size_of::<JET_COLUMNBASE<c_char>>() == 540);
    assert!(align_of::<JET_COLUMNBASE<c_char>>() == 4);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, columnid) == 4);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, coltyp) == 8);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, wCountry) == 12);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, langid) == 14);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, cp) == 16);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, wFiller) == 18);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, cbMax) == 20);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, grbit) == 24);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, szBaseTableName) == 28);
    assert!(offset_of!(JET_COLUMNBASE<c_char>, szBaseColumnName) == 284);
    assert!(size_of::<JET_COLUMNBASE<JET_WCHAR>>() == 1052);
    assert!(align_of::<JET_COLUMNBASE<JET_WCHAR>>() == 4);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, columnid) == 4);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, coltyp) == 8);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, wCountry) == 12);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, langid) == 14);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, cp) == 16);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, wFiller) == 18);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, cbMax) == 20);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, grbit) == 24);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, szBaseTableName) == 28);
    assert!(offset_of!(JET_COLUMNBASE<JET_WCHAR>, szBaseColumnName) == 540);
    assert!(size_of::<JET_INDEXLIST>() == 88);
    assert!(align_of::<JET_INDEXLIST>() == 8);
    assert!(offset_of!(JET_INDEXLIST, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXLIST, tableid) == 8);
    assert!(offset_of!(JET_INDEXLIST, cRecord) == 16);
    assert!(offset_of!(JET_INDEXLIST, columnidindexname) == 20);
    assert!(offset_of!(JET_INDEXLIST, columnidgrbitIndex) == 24);
    assert!(offset_of!(JET_INDEXLIST, columnidcKey) == 28);
    assert!(offset_of!(JET_INDEXLIST, columnidcEntry) == 32);
    assert!(offset_of!(JET_INDEXLIST, columnidcPage) == 36);
    assert!(offset_of!(JET_INDEXLIST, columnidcColumn) == 40);
    assert!(offset_of!(JET_INDEXLIST, columnidiColumn) == 44);
    assert!(offset_of!(JET_INDEXLIST, columnidcolumnid) == 48);
    assert!(offset_of!(JET_INDEXLIST, columnidcoltyp) == 52);
    assert!(offset_of!(JET_INDEXLIST, columnidCountry) == 56);
    assert!(offset_of!(JET_INDEXLIST, columnidLangid) == 60);
    assert!(offset_of!(JET_INDEXLIST, columnidCp) == 64);
    assert!(offset_of!(JET_INDEXLIST, columnidCollate) == 68);
    assert!(offset_of!(JET_INDEXLIST, columnidgrbitColumn) == 72);
    assert!(offset_of!(JET_INDEXLIST, columnidcolumnname) == 76);
    assert!(offset_of!(JET_INDEXLIST, columnidLCMapFlags) == 80);
    assert!(size_of::<JET_COLUMNCREATE<c_char>>() == 56);
    assert!(align_of::<JET_COLUMNCREATE<c_char>>() == 8);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, szColumnName) == 8);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, coltyp) == 16);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, cbMax) == 20);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, grbit) == 24);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, pvDefault) == 32);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, cbDefault) == 40);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, cp) == 44);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, columnid) == 48);
    assert!(offset_of!(JET_COLUMNCREATE<c_char>, err) == 52);
    assert!(size_of::<JET_COLUMNCREATE<JET_WCHAR>>() == 56);
    assert!(align_of::<JET_COLUMNCREATE<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, szColumnName) == 8);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, coltyp) == 16);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, cbMax) == 20);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, grbit) == 24);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, pvDefault) == 32);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, cbDefault) == 40);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, cp) == 44);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, columnid) == 48);
    assert!(offset_of!(JET_COLUMNCREATE<JET_WCHAR>, err) == 52);
    assert!(size_of::<JET_USERDEFINEDDEFAULT<c_char>>() == 32);
    assert!(align_of::<JET_USERDEFINEDDEFAULT<c_char>>() == 8);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<c_char>, szCallback) == 0);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<c_char>, pbUserData) == 8);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<c_char>, cbUserData) == 16);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<c_char>, szDependantColumns) == 24);
    assert!(size_of::<JET_USERDEFINEDDEFAULT<JET_WCHAR>>() == 32);
    assert!(align_of::<JET_USERDEFINEDDEFAULT<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<JET_WCHAR>, szCallback) == 0);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<JET_WCHAR>, pbUserData) == 8);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<JET_WCHAR>, cbUserData) == 16);
    assert!(offset_of!(JET_USERDEFINEDDEFAULT<JET_WCHAR>, szDependantColumns) == 24);
    assert!(size_of::<JET_CONDITIONALCOLUMN<c_char>>() == 24);
    assert!(align_of::<JET_CONDITIONALCOLUMN<c_char>>() == 8);
    assert!(offset_of!(JET_CONDITIONALCOLUMN<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_CONDITIONALCOLUMN<c_char>, szColumnName) == 8);
    assert!(offset_of!(JET_CONDITIONALCOLUMN<c_char>, grbit) == 16);
    assert!(size_of::<JET_CONDITIONALCOLUMN<JET_WCHAR>>() == 24);
    assert!(align_of::<JET_CONDITIONALCOLUMN<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_CONDITIONALCOLUMN<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_CONDITIONALCOLUMN<JET_WCHAR>, szColumnName) == 8);
    assert!(offset_of!(JET_CONDITIONALCOLUMN<JET_WCHAR>, grbit) == 16);
    assert!(size_of::<JET_UNICODEINDEX>() == 8);
    assert!(align_of::<JET_UNICODEINDEX>() == 4);
    assert!(offset_of!(JET_UNICODEINDEX, lcid) == 0);
    assert!(offset_of!(JET_UNICODEINDEX, dwMapFlags) == 4);
    assert!(size_of::<JET_UNICODEINDEX2>() == 16);
    assert!(align_of::<JET_UNICODEINDEX2>() == 8);
    assert!(offset_of!(JET_UNICODEINDEX2, szLocaleName) == 0);
    assert!(offset_of!(JET_UNICODEINDEX2, dwMapFlags) == 8);
    assert!(size_of::<JET_TUPLELIMITS>() == 20);
    assert!(align_of::<JET_TUPLELIMITS>() == 4);
    assert!(offset_of!(JET_TUPLELIMITS, chLengthMin) == 0);
    assert!(offset_of!(JET_TUPLELIMITS, chLengthMax) == 4);
    assert!(offset_of!(JET_TUPLELIMITS, chToIndexMax) == 8);
    assert!(offset_of!(JET_TUPLELIMITS, cchIncrement) == 12);
    assert!(offset_of!(JET_TUPLELIMITS, ichStart) == 16);
    assert!(size_of::<JET_SPACEHINTS>() == 32);
    assert!(align_of::<JET_SPACEHINTS>() == 4);
    assert!(offset_of!(JET_SPACEHINTS, cbStruct) == 0);
    assert!(offset_of!(JET_SPACEHINTS, ulInitialDensity) == 4);
    assert!(offset_of!(JET_SPACEHINTS, cbInitial) == 8);
    assert!(offset_of!(JET_SPACEHINTS, grbit) == 12);
    assert!(offset_of!(JET_SPACEHINTS, ulMaintDensity) == 16);
    assert!(offset_of!(JET_SPACEHINTS, ulGrowth) == 20);
    assert!(offset_of!(JET_SPACEHINTS, cbMinExtent) == 24);
    assert!(offset_of!(JET_SPACEHINTS, cbMaxExtent) == 28);
    assert!(size_of::<JET_INDEXCREATE<c_char>>() == 80);
    assert!(align_of::<JET_INDEXCREATE<c_char>>() == 8);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, u1) == 40);
    assert!(size_of::<JET_INDEXCREATE_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATE_u1, lcid) == 0);
    assert!(offset_of!(JET_INDEXCREATE_u1, pidxunicode) == 0);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, u2) == 48);
    assert!(size_of::<JET_INDEXCREATE_u2>() == 8);
    assert!(offset_of!(JET_INDEXCREATE_u2, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATE_u2, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, err) == 68);
    assert!(offset_of!(JET_INDEXCREATE<c_char>, cbKeyMost) == 72);
    assert!(size_of::<JET_INDEXCREATE<JET_WCHAR>>() == 80);
    assert!(align_of::<JET_INDEXCREATE<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, u1) == 40);
    assert!(size_of::<JET_INDEXCREATE_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATE_u1, lcid) == 0);
    assert!(offset_of!(JET_INDEXCREATE_u1, pidxunicode) == 0);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, u2) == 48);
    assert!(size_of::<JET_INDEXCREATE_u2>() == 8);
    assert!(offset_of!(JET_INDEXCREATE_u2, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATE_u2, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, err) == 68);
    assert!(offset_of!(JET_INDEXCREATE<JET_WCHAR>, cbKeyMost) == 72);
    assert!(size_of::<JET_INDEXCREATE2<c_char>>() == 88);
    assert!(align_of::<JET_INDEXCREATE2<c_char>>() == 8);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, u1) == 40);
    assert!(size_of::<JET_INDEXCREATE2_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATE2_u1, lcid) == 0);
    assert!(offset_of!(JET_INDEXCREATE2_u1, pidxunicode) == 0);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, u2) == 48);
    assert!(size_of::<JET_INDEXCREATE2_u2>() == 8);
    assert!(offset_of!(JET_INDEXCREATE2_u2, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATE2_u2, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, err) == 68);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, cbKeyMost) == 72);
    assert!(offset_of!(JET_INDEXCREATE2<c_char>, pSpacehints) == 80);
    assert!(size_of::<JET_INDEXCREATE2<JET_WCHAR>>() == 88);
    assert!(align_of::<JET_INDEXCREATE2<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, u1) == 40);
    assert!(size_of::<JET_INDEXCREATE2_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATE2_u1, lcid) == 0);
    assert!(offset_of!(JET_INDEXCREATE2_u1, pidxunicode) == 0);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, u2) == 48);
    assert!(size_of::<JET_INDEXCREATE2_u2>() == 8);
    assert!(offset_of!(JET_INDEXCREATE2_u2, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATE2_u2, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, err) == 68);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, cbKeyMost) == 72);
    assert!(offset_of!(JET_INDEXCREATE2<JET_WCHAR>, pSpacehints) == 80);
    assert!(size_of::<JET_INDEXCREATE3<c_char>>() == 88);
    assert!(align_of::<JET_INDEXCREATE3<c_char>>() == 8);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, pidxunicode) == 40);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, u1) == 48);
    assert!(size_of::<JET_INDEXCREATE3_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATE3_u1, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATE3_u1, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, err) == 68);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, cbKeyMost) == 72);
    assert!(offset_of!(JET_INDEXCREATE3<c_char>, pSpacehints) == 80);
    assert!(size_of::<JET_INDEXCREATE3<JET_WCHAR>>() == 88);
    assert!(align_of::<JET_INDEXCREATE3<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, pidxunicode) == 40);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, u1) == 48);
    assert!(size_of::<JET_INDEXCREATE3_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATE3_u1, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATE3_u1, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, err) == 68);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, cbKeyMost) == 72);
    assert!(offset_of!(JET_INDEXCREATE3<JET_WCHAR>, pSpacehints) == 80);
    assert!(size_of::<JET_TABLECREATE<c_char>>() == 80);
    assert!(align_of::<JET_TABLECREATE<c_char>>() == 8);
    assert!(offset_of!(JET_TABLECREATE<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE<c_char>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE<c_char>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE<c_char>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE<c_char>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE<c_char>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE<c_char>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE<c_char>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE<c_char>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE<c_char>, grbit) == 60);
    assert!(offset_of!(JET_TABLECREATE<c_char>, tableid) == 64);
    assert!(offset_of!(JET_TABLECREATE<c_char>, cCreated) == 72);
    assert!(size_of::<JET_TABLECREATE<JET_WCHAR>>() == 80);
    assert!(align_of::<JET_TABLECREATE<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, grbit) == 60);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, tableid) == 64);
    assert!(offset_of!(JET_TABLECREATE<JET_WCHAR>, cCreated) == 72);
    assert!(size_of::<JET_TABLECREATE2<c_char>>() == 96);
    assert!(align_of::<JET_TABLECREATE2<c_char>>() == 8);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, tableid) == 80);
    assert!(offset_of!(JET_TABLECREATE2<c_char>, cCreated) == 88);
    assert!(size_of::<JET_TABLECREATE2<JET_WCHAR>>() == 96);
    assert!(align_of::<JET_TABLECREATE2<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, tableid) == 80);
    assert!(offset_of!(JET_TABLECREATE2<JET_WCHAR>, cCreated) == 88);
    assert!(size_of::<JET_TABLECREATE3<c_char>>() == 120);
    assert!(align_of::<JET_TABLECREATE3<c_char>>() == 8);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, pSeqSpacehints) == 80);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, pLVSpacehints) == 88);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, cbSeparateLV) == 96);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, tableid) == 104);
    assert!(offset_of!(JET_TABLECREATE3<c_char>, cCreated) == 112);
    assert!(size_of::<JET_TABLECREATE3<JET_WCHAR>>() == 120);
    assert!(align_of::<JET_TABLECREATE3<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, pSeqSpacehints) == 80);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, pLVSpacehints) == 88);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, cbSeparateLV) == 96);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, tableid) == 104);
    assert!(offset_of!(JET_TABLECREATE3<JET_WCHAR>, cCreated) == 112);
    assert!(size_of::<JET_TABLECREATE4<c_char>>() == 120);
    assert!(align_of::<JET_TABLECREATE4<c_char>>() == 8);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, pSeqSpacehints) == 80);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, pLVSpacehints) == 88);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, cbSeparateLV) == 96);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, tableid) == 104);
    assert!(offset_of!(JET_TABLECREATE4<c_char>, cCreated) == 112);
    assert!(size_of::<JET_TABLECREATE4<JET_WCHAR>>() == 120);
    assert!(align_of::<JET_TABLECREATE4<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, pSeqSpacehints) == 80);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, pLVSpacehints) == 88);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, cbSeparateLV) == 96);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, tableid) == 104);
    assert!(offset_of!(JET_TABLECREATE4<JET_WCHAR>, cCreated) == 112);
    assert!(size_of::<JET_OPENTEMPORARYTABLE>() == 64);
    assert!(align_of::<JET_OPENTEMPORARYTABLE>() == 8);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, cbStruct) == 0);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, prgcolumndef) == 8);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, ccolumn) == 16);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, pidxunicode) == 24);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, grbit) == 32);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, prgcolumnid) == 40);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, cbKeyMost) == 48);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, cbVarSegMac) == 52);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE, tableid) == 56);
    assert!(size_of::<JET_OPENTEMPORARYTABLE2>() == 64);
    assert!(align_of::<JET_OPENTEMPORARYTABLE2>() == 8);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, cbStruct) == 0);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, prgcolumndef) == 8);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, ccolumn) == 16);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, pidxunicode) == 24);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, grbit) == 32);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, prgcolumnid) == 40);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, cbKeyMost) == 48);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, cbVarSegMac) == 52);
    assert!(offset_of!(JET_OPENTEMPORARYTABLE2, tableid) == 56);
    assert!(size_of::<JET_RETINFO>() == 16);
    assert!(align_of::<JET_RETINFO>() == 4);
    assert!(offset_of!(JET_RETINFO, cbStruct) == 0);
    assert!(offset_of!(JET_RETINFO, ibLongValue) == 4);
    assert!(offset_of!(JET_RETINFO, itagSequence) == 8);
    assert!(offset_of!(JET_RETINFO, columnidNextTagged) == 12);
    assert!(size_of::<JET_SETINFO>() == 12);
    assert!(align_of::<JET_SETINFO>() == 4);
    assert!(offset_of!(JET_SETINFO, cbStruct) == 0);
    assert!(offset_of!(JET_SETINFO, ibLongValue) == 4);
    assert!(offset_of!(JET_SETINFO, itagSequence) == 8);
    assert!(size_of::<JET_RECPOS>() == 16);
    assert!(align_of::<JET_RECPOS>() == 4);
    assert!(offset_of!(JET_RECPOS, cbStruct) == 0);
    assert!(offset_of!(JET_RECPOS, centriesLT) == 4);
    assert!(offset_of!(JET_RECPOS, centriesInRange) == 8);
    assert!(offset_of!(JET_RECPOS, centriesTotal) == 12);
    assert!(size_of::<JET_RECPOS2>() == 32);
    assert!(align_of::<JET_RECPOS2>() == 8);
    assert!(offset_of!(JET_RECPOS2, cbStruct) == 0);
    assert!(offset_of!(JET_RECPOS2, centriesLTDeprecated) == 4);
    assert!(offset_of!(JET_RECPOS2, centriesInRangeDeprecated) == 8);
    assert!(offset_of!(JET_RECPOS2, centriesTotalDeprecated) == 12);
    assert!(offset_of!(JET_RECPOS2, centriesLT) == 16);
    assert!(offset_of!(JET_RECPOS2, centriesTotal) == 24);
    assert!(size_of::<JET_RECORDLIST>() == 24);
    assert!(align_of::<JET_RECORDLIST>() == 8);
    assert!(offset_of!(JET_RECORDLIST, cbStruct) == 0);
    assert!(offset_of!(JET_RECORDLIST, tableid) == 8);
    assert!(offset_of!(JET_RECORDLIST, cRecord) == 16);
    assert!(offset_of!(JET_RECORDLIST, columnidBookmark) == 20);
    assert!(size_of::<JET_INDEXRANGE>() == 24);
    assert!(align_of::<JET_INDEXRANGE>() == 8);
    assert!(offset_of!(JET_INDEXRANGE, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXRANGE, tableid) == 8);
    assert!(offset_of!(JET_INDEXRANGE, grbit) == 16);
    assert!(size_of::<JET_INDEX_COLUMN>() == 24);
    assert!(align_of::<JET_INDEX_COLUMN>() == 8);
    assert!(offset_of!(JET_INDEX_COLUMN, columnid) == 0);
    assert!(offset_of!(JET_INDEX_COLUMN, relop) == 4);
    assert!(offset_of!(JET_INDEX_COLUMN, pv) == 8);
    assert!(offset_of!(JET_INDEX_COLUMN, cb) == 16);
    assert!(offset_of!(JET_INDEX_COLUMN, grbit) == 20);
    assert!(size_of::<JET_INDEX_RANGE>() == 32);
    assert!(align_of::<JET_INDEX_RANGE>() == 8);
    assert!(offset_of!(JET_INDEX_RANGE, rgStartColumns) == 0);
    assert!(offset_of!(JET_INDEX_RANGE, cStartColumns) == 8);
    assert!(offset_of!(JET_INDEX_RANGE, rgEndColumns) == 16);
    assert!(offset_of!(JET_INDEX_RANGE, cEndColumns) == 24);
    assert!(size_of::<JET_LOGTIME>() == 8);
    assert!(align_of::<JET_LOGTIME>() == 1);
    assert!(offset_of!(JET_LOGTIME, bSeconds) == 0);
    assert!(offset_of!(JET_LOGTIME, bMinutes) == 1);
    assert!(offset_of!(JET_LOGTIME, bHours) == 2);
    assert!(offset_of!(JET_LOGTIME, bDay) == 3);
    assert!(offset_of!(JET_LOGTIME, bMonth) == 4);
    assert!(offset_of!(JET_LOGTIME, bYear) == 5);
    assert!(offset_of!(JET_LOGTIME, bFiller1) == 6);
    assert!(offset_of!(JET_LOGTIME, bFiller2) == 7);
    assert!(size_of::<JET_BKLOGTIME>() == 8);
    assert!(align_of::<JET_BKLOGTIME>() == 1);
    assert!(offset_of!(JET_BKLOGTIME, bSeconds) == 0);
    assert!(offset_of!(JET_BKLOGTIME, bMinutes) == 1);
    assert!(offset_of!(JET_BKLOGTIME, bHours) == 2);
    assert!(offset_of!(JET_BKLOGTIME, bDay) == 3);
    assert!(offset_of!(JET_BKLOGTIME, bMonth) == 4);
    assert!(offset_of!(JET_BKLOGTIME, bYear) == 5);
    assert!(offset_of!(JET_BKLOGTIME, bFiller1) == 6);
    assert!(offset_of!(JET_BKLOGTIME, bFiller2) == 7);
    assert!(size_of::<JET_LGPOS>() == 8);
    assert!(align_of::<JET_LGPOS>() == 1);
    assert!(offset_of!(JET_LGPOS, ib) == 0);
    assert!(offset_of!(JET_LGPOS, isec) == 2);
    assert!(offset_of!(JET_LGPOS, lGeneration) == 4);
    assert!(size_of::<JET_SIGNATURE>() == 28);
    assert!(align_of::<JET_SIGNATURE>() == 1);
    assert!(offset_of!(JET_SIGNATURE, ulRandom) == 0);
    assert!(offset_of!(JET_SIGNATURE, logtimeCreate) == 4);
    assert!(offset_of!(JET_SIGNATURE, szComputerName) == 12);
    assert!(size_of::<JET_BKINFO>() == 24);
    assert!(align_of::<JET_BKINFO>() == 1);
    assert!(offset_of!(JET_BKINFO, lgposMark) == 0);
    assert!(offset_of!(JET_BKINFO, u1) == 8);
    assert!(size_of::<JET_BKINFO_u1>() == 8);
    assert!(offset_of!(JET_BKINFO_u1, logtimeMark) == 0);
    assert!(offset_of!(JET_BKINFO_u1, bklogtimeMark) == 0);
    assert!(offset_of!(JET_BKINFO, genLow) == 16);
    assert!(offset_of!(JET_BKINFO, genHigh) == 20);
    assert!(size_of::<JET_DBINFOMISC>() == 216);
    assert!(align_of::<JET_DBINFOMISC>() == 4);
    assert!(offset_of!(JET_DBINFOMISC, ulVersion) == 0);
    assert!(offset_of!(JET_DBINFOMISC, ulUpdate) == 4);
    assert!(offset_of!(JET_DBINFOMISC, signDb) == 8);
    assert!(offset_of!(JET_DBINFOMISC, dbstate) == 36);
    assert!(offset_of!(JET_DBINFOMISC, lgposConsistent) == 40);
    assert!(offset_of!(JET_DBINFOMISC, logtimeConsistent) == 48);
    assert!(offset_of!(JET_DBINFOMISC, logtimeAttach) == 56);
    assert!(offset_of!(JET_DBINFOMISC, lgposAttach) == 64);
    assert!(offset_of!(JET_DBINFOMISC, logtimeDetach) == 72);
    assert!(offset_of!(JET_DBINFOMISC, lgposDetach) == 80);
    assert!(offset_of!(JET_DBINFOMISC, signLog) == 88);
    assert!(offset_of!(JET_DBINFOMISC, bkinfoFullPrev) == 116);
    assert!(offset_of!(JET_DBINFOMISC, bkinfoIncPrev) == 140);
    assert!(offset_of!(JET_DBINFOMISC, bkinfoFullCur) == 164);
    assert!(offset_of!(JET_DBINFOMISC, fShadowingDisabled) == 188);
    assert!(offset_of!(JET_DBINFOMISC, fUpgradeDb) == 192);
    assert!(offset_of!(JET_DBINFOMISC, dwMajorVersion) == 196);
    assert!(offset_of!(JET_DBINFOMISC, dwMinorVersion) == 200);
    assert!(offset_of!(JET_DBINFOMISC, dwBuildNumber) == 204);
    assert!(offset_of!(JET_DBINFOMISC, lSPNumber) == 208);
    assert!(offset_of!(JET_DBINFOMISC, cbPageSize) == 212);
    assert!(size_of::<JET_DBINFOMISC2>() == 296);
    assert!(align_of::<JET_DBINFOMISC2>() == 4);
    assert!(offset_of!(JET_DBINFOMISC2, ulVersion) == 0);
    assert!(offset_of!(JET_DBINFOMISC2, ulUpdate) == 4);
    assert!(offset_of!(JET_DBINFOMISC2, signDb) == 8);
    assert!(offset_of!(JET_DBINFOMISC2, dbstate) == 36);
    assert!(offset_of!(JET_DBINFOMISC2, lgposConsistent) == 40);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeConsistent) == 48);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeAttach) == 56);
    assert!(offset_of!(JET_DBINFOMISC2, lgposAttach) == 64);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeDetach) == 72);
    assert!(offset_of!(JET_DBINFOMISC2, lgposDetach) == 80);
    assert!(offset_of!(JET_DBINFOMISC2, signLog) == 88);
    assert!(offset_of!(JET_DBINFOMISC2, bkinfoFullPrev) == 116);
    assert!(offset_of!(JET_DBINFOMISC2, bkinfoIncPrev) == 140);
    assert!(offset_of!(JET_DBINFOMISC2, bkinfoFullCur) == 164);
    assert!(offset_of!(JET_DBINFOMISC2, fShadowingDisabled) == 188);
    assert!(offset_of!(JET_DBINFOMISC2, fUpgradeDb) == 192);
    assert!(offset_of!(JET_DBINFOMISC2, dwMajorVersion) == 196);
    assert!(offset_of!(JET_DBINFOMISC2, dwMinorVersion) == 200);
    assert!(offset_of!(JET_DBINFOMISC2, dwBuildNumber) == 204);
    assert!(offset_of!(JET_DBINFOMISC2, lSPNumber) == 208);
    assert!(offset_of!(JET_DBINFOMISC2, cbPageSize) == 212);
    assert!(offset_of!(JET_DBINFOMISC2, genMinRequired) == 216);
    assert!(offset_of!(JET_DBINFOMISC2, genMaxRequired) == 220);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeGenMaxCreate) == 224);
    assert!(offset_of!(JET_DBINFOMISC2, ulRepairCount) == 232);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeRepair) == 236);
    assert!(offset_of!(JET_DBINFOMISC2, ulRepairCountOld) == 244);
    assert!(offset_of!(JET_DBINFOMISC2, ulECCFixSuccess) == 248);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeECCFixSuccess) == 252);
    assert!(offset_of!(JET_DBINFOMISC2, ulECCFixSuccessOld) == 260);
    assert!(offset_of!(JET_DBINFOMISC2, ulECCFixFail) == 264);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeECCFixFail) == 268);
    assert!(offset_of!(JET_DBINFOMISC2, ulECCFixFailOld) == 276);
    assert!(offset_of!(JET_DBINFOMISC2, ulBadChecksum) == 280);
    assert!(offset_of!(JET_DBINFOMISC2, logtimeBadChecksum) == 284);
    assert!(offset_of!(JET_DBINFOMISC2, ulBadChecksumOld) == 292);
    assert!(size_of::<JET_DBINFOMISC3>() == 300);
    assert!(align_of::<JET_DBINFOMISC3>() == 4);
    assert!(offset_of!(JET_DBINFOMISC3, ulVersion) == 0);
    assert!(offset_of!(JET_DBINFOMISC3, ulUpdate) == 4);
    assert!(offset_of!(JET_DBINFOMISC3, signDb) == 8);
    assert!(offset_of!(JET_DBINFOMISC3, dbstate) == 36);
    assert!(offset_of!(JET_DBINFOMISC3, lgposConsistent) == 40);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeConsistent) == 48);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeAttach) == 56);
    assert!(offset_of!(JET_DBINFOMISC3, lgposAttach) == 64);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeDetach) == 72);
    assert!(offset_of!(JET_DBINFOMISC3, lgposDetach) == 80);
    assert!(offset_of!(JET_DBINFOMISC3, signLog) == 88);
    assert!(offset_of!(JET_DBINFOMISC3, bkinfoFullPrev) == 116);
    assert!(offset_of!(JET_DBINFOMISC3, bkinfoIncPrev) == 140);
    assert!(offset_of!(JET_DBINFOMISC3, bkinfoFullCur) == 164);
    assert!(offset_of!(JET_DBINFOMISC3, fShadowingDisabled) == 188);
    assert!(offset_of!(JET_DBINFOMISC3, fUpgradeDb) == 192);
    assert!(offset_of!(JET_DBINFOMISC3, dwMajorVersion) == 196);
    assert!(offset_of!(JET_DBINFOMISC3, dwMinorVersion) == 200);
    assert!(offset_of!(JET_DBINFOMISC3, dwBuildNumber) == 204);
    assert!(offset_of!(JET_DBINFOMISC3, lSPNumber) == 208);
    assert!(offset_of!(JET_DBINFOMISC3, cbPageSize) == 212);
    assert!(offset_of!(JET_DBINFOMISC3, genMinRequired) == 216);
    assert!(offset_of!(JET_DBINFOMISC3, genMaxRequired) == 220);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeGenMaxCreate) == 224);
    assert!(offset_of!(JET_DBINFOMISC3, ulRepairCount) == 232);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeRepair) == 236);
    assert!(offset_of!(JET_DBINFOMISC3, ulRepairCountOld) == 244);
    assert!(offset_of!(JET_DBINFOMISC3, ulECCFixSuccess) == 248);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeECCFixSuccess) == 252);
    assert!(offset_of!(JET_DBINFOMISC3, ulECCFixSuccessOld) == 260);
    assert!(offset_of!(JET_DBINFOMISC3, ulECCFixFail) == 264);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeECCFixFail) == 268);
    assert!(offset_of!(JET_DBINFOMISC3, ulECCFixFailOld) == 276);
    assert!(offset_of!(JET_DBINFOMISC3, ulBadChecksum) == 280);
    assert!(offset_of!(JET_DBINFOMISC3, logtimeBadChecksum) == 284);
    assert!(offset_of!(JET_DBINFOMISC3, ulBadChecksumOld) == 292);
    assert!(offset_of!(JET_DBINFOMISC3, genCommitted) == 296);
    assert!(size_of::<JET_DBINFOMISC4>() == 348);
    assert!(align_of::<JET_DBINFOMISC4>() == 4);
    assert!(offset_of!(JET_DBINFOMISC4, ulVersion) == 0);
    assert!(offset_of!(JET_DBINFOMISC4, ulUpdate) == 4);
    assert!(offset_of!(JET_DBINFOMISC4, signDb) == 8);
    assert!(offset_of!(JET_DBINFOMISC4, dbstate) == 36);
    assert!(offset_of!(JET_DBINFOMISC4, lgposConsistent) == 40);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeConsistent) == 48);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeAttach) == 56);
    assert!(offset_of!(JET_DBINFOMISC4, lgposAttach) == 64);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeDetach) == 72);
    assert!(offset_of!(JET_DBINFOMISC4, lgposDetach) == 80);
    assert!(offset_of!(JET_DBINFOMISC4, signLog) == 88);
    assert!(offset_of!(JET_DBINFOMISC4, bkinfoFullPrev) == 116);
    assert!(offset_of!(JET_DBINFOMISC4, bkinfoIncPrev) == 140);
    assert!(offset_of!(JET_DBINFOMISC4, bkinfoFullCur) == 164);
    assert!(offset_of!(JET_DBINFOMISC4, fShadowingDisabled) == 188);
    assert!(offset_of!(JET_DBINFOMISC4, fUpgradeDb) == 192);
    assert!(offset_of!(JET_DBINFOMISC4, dwMajorVersion) == 196);
    assert!(offset_of!(JET_DBINFOMISC4, dwMinorVersion) == 200);
    assert!(offset_of!(JET_DBINFOMISC4, dwBuildNumber) == 204);
    assert!(offset_of!(JET_DBINFOMISC4, lSPNumber) == 208);
    assert!(offset_of!(JET_DBINFOMISC4, cbPageSize) == 212);
    assert!(offset_of!(JET_DBINFOMISC4, genMinRequired) == 216);
    assert!(offset_of!(JET_DBINFOMISC4, genMaxRequired) == 220);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeGenMaxCreate) == 224);
    assert!(offset_of!(JET_DBINFOMISC4, ulRepairCount) == 232);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeRepair) == 236);
    assert!(offset_of!(JET_DBINFOMISC4, ulRepairCountOld) == 244);
    assert!(offset_of!(JET_DBINFOMISC4, ulECCFixSuccess) == 248);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeECCFixSuccess) == 252);
    assert!(offset_of!(JET_DBINFOMISC4, ulECCFixSuccessOld) == 260);
    assert!(offset_of!(JET_DBINFOMISC4, ulECCFixFail) == 264);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeECCFixFail) == 268);
    assert!(offset_of!(JET_DBINFOMISC4, ulECCFixFailOld) == 276);
    assert!(offset_of!(JET_DBINFOMISC4, ulBadChecksum) == 280);
    assert!(offset_of!(JET_DBINFOMISC4, logtimeBadChecksum) == 284);
    assert!(offset_of!(JET_DBINFOMISC4, ulBadChecksumOld) == 292);
    assert!(offset_of!(JET_DBINFOMISC4, genCommitted) == 296);
    assert!(offset_of!(JET_DBINFOMISC4, bkinfoCopyPrev) == 300);
    assert!(offset_of!(JET_DBINFOMISC4, bkinfoDiffPrev) == 324);
    assert!(size_of::<JET_THREADSTATS>() == 32);
    assert!(align_of::<JET_THREADSTATS>() == 4);
    assert!(offset_of!(JET_THREADSTATS, cbStruct) == 0);
    assert!(offset_of!(JET_THREADSTATS, cPageReferenced) == 4);
    assert!(offset_of!(JET_THREADSTATS, cPageRead) == 8);
    assert!(offset_of!(JET_THREADSTATS, cPagePreread) == 12);
    assert!(offset_of!(JET_THREADSTATS, cPageDirtied) == 16);
    assert!(offset_of!(JET_THREADSTATS, cPageRedirtied) == 20);
    assert!(offset_of!(JET_THREADSTATS, cLogRecord) == 24);
    assert!(offset_of!(JET_THREADSTATS, cbLogRecord) == 28);
    assert!(size_of::<JET_THREADSTATS2>() == 48);
    assert!(align_of::<JET_THREADSTATS2>() == 8);
    assert!(offset_of!(JET_THREADSTATS2, cbStruct) == 0);
    assert!(offset_of!(JET_THREADSTATS2, cPageReferenced) == 4);
    assert!(offset_of!(JET_THREADSTATS2, cPageRead) == 8);
    assert!(offset_of!(JET_THREADSTATS2, cPagePreread) == 12);
    assert!(offset_of!(JET_THREADSTATS2, cPageDirtied) == 16);
    assert!(offset_of!(JET_THREADSTATS2, cPageRedirtied) == 20);
    assert!(offset_of!(JET_THREADSTATS2, cLogRecord) == 24);
    assert!(offset_of!(JET_THREADSTATS2, cbLogRecord) == 28);
    assert!(offset_of!(JET_THREADSTATS2, cusecPageCacheMiss) == 32);
    assert!(offset_of!(JET_THREADSTATS2, cPageCacheMiss) == 40);
    assert!(size_of::<JET_THREADSTATS3>() == 64);
    assert!(align_of::<JET_THREADSTATS3>() == 8);
    assert!(offset_of!(JET_THREADSTATS3, cbStruct) == 0);
    assert!(offset_of!(JET_THREADSTATS3, cPageReferenced) == 4);
    assert!(offset_of!(JET_THREADSTATS3, cPageRead) == 8);
    assert!(offset_of!(JET_THREADSTATS3, cPagePreread) == 12);
    assert!(offset_of!(JET_THREADSTATS3, cPageDirtied) == 16);
    assert!(offset_of!(JET_THREADSTATS3, cPageRedirtied) == 20);
    assert!(offset_of!(JET_THREADSTATS3, cLogRecord) == 24);
    assert!(offset_of!(JET_THREADSTATS3, cbLogRecord) == 28);
    assert!(offset_of!(JET_THREADSTATS3, cusecPageCacheMiss) == 32);
    assert!(offset_of!(JET_THREADSTATS3, cPageCacheMiss) == 40);
    assert!(offset_of!(JET_THREADSTATS3, cSeparatedLongValueRead) == 44);
    assert!(offset_of!(JET_THREADSTATS3, cusecLongValuePageCacheMiss) == 48);
    assert!(offset_of!(JET_THREADSTATS3, cLongValuePageCacheMiss) == 56);
    assert!(size_of::<JET_RSTINFO<c_char>>() == 48);
    assert!(align_of::<JET_RSTINFO<c_char>>() == 8);
    assert!(offset_of!(JET_RSTINFO<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_RSTINFO<c_char>, rgrstmap) == 8);
    assert!(offset_of!(JET_RSTINFO<c_char>, crstmap) == 16);
    assert!(offset_of!(JET_RSTINFO<c_char>, lgposStop) == 20);
    assert!(offset_of!(JET_RSTINFO<c_char>, logtimeStop) == 28);
    assert!(offset_of!(JET_RSTINFO<c_char>, pfnStatus) == 40);
    assert!(size_of::<JET_RSTINFO<JET_WCHAR>>() == 48);
    assert!(align_of::<JET_RSTINFO<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_RSTINFO<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_RSTINFO<JET_WCHAR>, rgrstmap) == 8);
    assert!(offset_of!(JET_RSTINFO<JET_WCHAR>, crstmap) == 16);
    assert!(offset_of!(JET_RSTINFO<JET_WCHAR>, lgposStop) == 20);
    assert!(offset_of!(JET_RSTINFO<JET_WCHAR>, logtimeStop) == 28);
    assert!(offset_of!(JET_RSTINFO<JET_WCHAR>, pfnStatus) == 40);
    assert!(size_of::<JET_ERRINFOBASIC_W>() == 152);
    assert!(align_of::<JET_ERRINFOBASIC_W>() == 4);
    assert!(offset_of!(JET_ERRINFOBASIC_W, cbStruct) == 0);
    assert!(offset_of!(JET_ERRINFOBASIC_W, errValue) == 4);
    assert!(offset_of!(JET_ERRINFOBASIC_W, errcatMostSpecific) == 8);
    assert!(offset_of!(JET_ERRINFOBASIC_W, rgCategoricalHierarchy) == 12);
    assert!(offset_of!(JET_ERRINFOBASIC_W, lSourceLine) == 20);
    assert!(offset_of!(JET_ERRINFOBASIC_W, rgszSourceFile) == 24);
    assert!(size_of::<JET_COMMIT_ID>() == 40);
    assert!(align_of::<JET_COMMIT_ID>() == 8);
    assert!(offset_of!(JET_COMMIT_ID, signLog) == 0);
    assert!(offset_of!(JET_COMMIT_ID, reserved) == 28);
    assert!(offset_of!(JET_COMMIT_ID, commitId) == 32);
    assert!(size_of::<JET_OPERATIONCONTEXT>() == 8);
    assert!(align_of::<JET_OPERATIONCONTEXT>() == 4);
    assert!(offset_of!(JET_OPERATIONCONTEXT, ulUserID) == 0);
    assert!(offset_of!(JET_OPERATIONCONTEXT, nOperationID) == 4);
    assert!(offset_of!(JET_OPERATIONCONTEXT, nOperationType) == 5);
    assert!(offset_of!(JET_OPERATIONCONTEXT, nClientType) == 6);
    assert!(offset_of!(JET_OPERATIONCONTEXT, fFlags) == 7);
    assert!(size_of::<JET_SETCOLUMN>() == 40);
    assert!(align_of::<JET_SETCOLUMN>() == 8);
    assert!(offset_of!(JET_SETCOLUMN, columnid) == 0);
    assert!(offset_of!(JET_SETCOLUMN, pvData) == 8);
    assert!(offset_of!(JET_SETCOLUMN, cbData) == 16);
    assert!(offset_of!(JET_SETCOLUMN, grbit) == 20);
    assert!(offset_of!(JET_SETCOLUMN, ibLongValue) == 24);
    assert!(offset_of!(JET_SETCOLUMN, itagSequence) == 28);
    assert!(offset_of!(JET_SETCOLUMN, err) == 32);
    assert!(size_of::<JET_SETSYSPARAM<c_char>>() == 32);
    assert!(align_of::<JET_SETSYSPARAM<c_char>>() == 8);
    assert!(offset_of!(JET_SETSYSPARAM<c_char>, paramid) == 0);
    assert!(offset_of!(JET_SETSYSPARAM<c_char>, lParam) == 8);
    assert!(offset_of!(JET_SETSYSPARAM<c_char>, sz) == 16);
    assert!(offset_of!(JET_SETSYSPARAM<c_char>, err) == 24);
    assert!(size_of::<JET_SETSYSPARAM<JET_WCHAR>>() == 32);
    assert!(align_of::<JET_SETSYSPARAM<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_SETSYSPARAM<JET_WCHAR>, paramid) == 0);
    assert!(offset_of!(JET_SETSYSPARAM<JET_WCHAR>, lParam) == 8);
    assert!(offset_of!(JET_SETSYSPARAM<JET_WCHAR>, sz) == 16);
    assert!(offset_of!(JET_SETSYSPARAM<JET_WCHAR>, err) == 24);
    assert!(size_of::<JET_RETRIEVECOLUMN>() == 48);
    assert!(align_of::<JET_RETRIEVECOLUMN>() == 8);
    assert!(offset_of!(JET_RETRIEVECOLUMN, columnid) == 0);
    assert!(offset_of!(JET_RETRIEVECOLUMN, pvData) == 8);
    assert!(offset_of!(JET_RETRIEVECOLUMN, cbData) == 16);
    assert!(offset_of!(JET_RETRIEVECOLUMN, cbActual) == 20);
    assert!(offset_of!(JET_RETRIEVECOLUMN, grbit) == 24);
    assert!(offset_of!(JET_RETRIEVECOLUMN, ibLongValue) == 28);
    assert!(offset_of!(JET_RETRIEVECOLUMN, itagSequence) == 32);
    assert!(offset_of!(JET_RETRIEVECOLUMN, columnidNextTagged) == 36);
    assert!(offset_of!(JET_RETRIEVECOLUMN, err) == 40);
    assert!(size_of::<JET_ENUMCOLUMNID>() == 16);
    assert!(align_of::<JET_ENUMCOLUMNID>() == 8);
    assert!(offset_of!(JET_ENUMCOLUMNID, columnid) == 0);
    assert!(offset_of!(JET_ENUMCOLUMNID, ctagSequence) == 4);
    assert!(offset_of!(JET_ENUMCOLUMNID, rgtagSequence) == 8);
    assert!(size_of::<JET_ENUMCOLUMNVALUE>() == 24);
    assert!(align_of::<JET_ENUMCOLUMNVALUE>() == 8);
    assert!(offset_of!(JET_ENUMCOLUMNVALUE, itagSequence) == 0);
    assert!(offset_of!(JET_ENUMCOLUMNVALUE, err) == 4);
    assert!(offset_of!(JET_ENUMCOLUMNVALUE, cbData) == 8);
    assert!(offset_of!(JET_ENUMCOLUMNVALUE, pvData) == 16);
    assert!(size_of::<JET_ENUMCOLUMN>() == 24);
    assert!(align_of::<JET_ENUMCOLUMN>() == 8);
    assert!(offset_of!(JET_ENUMCOLUMN, columnid) == 0);
    assert!(offset_of!(JET_ENUMCOLUMN, err) == 4);
    assert!(offset_of!(JET_ENUMCOLUMN, u1) == 8);
    assert!(size_of::<JET_ENUMCOLUMN_u1>() == 16);
    assert!(offset_of!(JET_ENUMCOLUMN_u1, s1) == 0);
    assert!(size_of::<JET_ENUMCOLUMN_u1_s1>() == 16);
    assert!(offset_of!(JET_ENUMCOLUMN_u1_s1, cEnumColumnValue) == 0);
    assert!(offset_of!(JET_ENUMCOLUMN_u1_s1, rgEnumColumnValue) == 8);
    assert!(offset_of!(JET_ENUMCOLUMN_u1, s2) == 0);
    assert!(size_of::<JET_ENUMCOLUMN_u1_s2>() == 16);
    assert!(offset_of!(JET_ENUMCOLUMN_u1_s2, cbData) == 0);
    assert!(offset_of!(JET_ENUMCOLUMN_u1_s2, pvData) == 8);
    assert!(size_of::<JET_RECSIZE>() == 64);
    assert!(align_of::<JET_RECSIZE>() == 8);
    assert!(offset_of!(JET_RECSIZE, cbData) == 0);
    assert!(offset_of!(JET_RECSIZE, cbLongValueData) == 8);
    assert!(offset_of!(JET_RECSIZE, cbOverhead) == 16);
    assert!(offset_of!(JET_RECSIZE, cbLongValueOverhead) == 24);
    assert!(offset_of!(JET_RECSIZE, cNonTaggedColumns) == 32);
    assert!(offset_of!(JET_RECSIZE, cTaggedColumns) == 40);
    assert!(offset_of!(JET_RECSIZE, cLongValues) == 48);
    assert!(offset_of!(JET_RECSIZE, cMultiValues) == 56);
    assert!(size_of::<JET_RECSIZE2>() == 88);
    assert!(align_of::<JET_RECSIZE2>() == 8);
    assert!(offset_of!(JET_RECSIZE2, cbData) == 0);
    assert!(offset_of!(JET_RECSIZE2, cbLongValueData) == 8);
    assert!(offset_of!(JET_RECSIZE2, cbOverhead) == 16);
    assert!(offset_of!(JET_RECSIZE2, cbLongValueOverhead) == 24);
    assert!(offset_of!(JET_RECSIZE2, cNonTaggedColumns) == 32);
    assert!(offset_of!(JET_RECSIZE2, cTaggedColumns) == 40);
    assert!(offset_of!(JET_RECSIZE2, cLongValues) == 48);
    assert!(offset_of!(JET_RECSIZE2, cMultiValues) == 56);
    assert!(offset_of!(JET_RECSIZE2, cCompressedColumns) == 64);
    assert!(offset_of!(JET_RECSIZE2, cbDataCompressed) == 72);
    assert!(offset_of!(JET_RECSIZE2, cbLongValueDataCompressed) == 80);
    assert!(size_of::<JET_LOGINFO<c_char>>() == 16);
    assert!(align_of::<JET_LOGINFO<c_char>>() == 4);
    assert!(offset_of!(JET_LOGINFO<c_char>, cbSize) == 0);
    assert!(offset_of!(JET_LOGINFO<c_char>, ulGenLow) == 4);
    assert!(offset_of!(JET_LOGINFO<c_char>, ulGenHigh) == 8);
    assert!(offset_of!(JET_LOGINFO<c_char>, szBaseName) == 12);
    assert!(size_of::<JET_LOGINFO<JET_WCHAR>>() == 20);
    assert!(align_of::<JET_LOGINFO<JET_WCHAR>>() == 4);
    assert!(offset_of!(JET_LOGINFO<JET_WCHAR>, cbSize) == 0);
    assert!(offset_of!(JET_LOGINFO<JET_WCHAR>, ulGenLow) == 4);
    assert!(offset_of!(JET_LOGINFO<JET_WCHAR>, ulGenHigh) == 8);
    assert!(offset_of!(JET_LOGINFO<JET_WCHAR>, szBaseName) == 12);
    assert!(size_of::<JET_INSTANCE_INFO<c_char>>() == 48);
    assert!(align_of::<JET_INSTANCE_INFO<c_char>>() == 8);
    assert!(offset_of!(JET_INSTANCE_INFO<c_char>, hInstanceId) == 0);
    assert!(offset_of!(JET_INSTANCE_INFO<c_char>, szInstanceName) == 8);
    assert!(offset_of!(JET_INSTANCE_INFO<c_char>, cDatabases) == 16);
    assert!(offset_of!(JET_INSTANCE_INFO<c_char>, szDatabaseFileName) == 24);
    assert!(offset_of!(JET_INSTANCE_INFO<c_char>, szDatabaseDisplayName) == 32);
    assert!(offset_of!(JET_INSTANCE_INFO<c_char>, szDatabaseSLVFileName_Obsolete) == 40);
    assert!(size_of::<JET_INSTANCE_INFO<JET_WCHAR>>() == 48);
    assert!(align_of::<JET_INSTANCE_INFO<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_INSTANCE_INFO<JET_WCHAR>, hInstanceId) == 0);
    assert!(offset_of!(JET_INSTANCE_INFO<JET_WCHAR>, szInstanceName) == 8);
    assert!(offset_of!(JET_INSTANCE_INFO<JET_WCHAR>, cDatabases) == 16);
    assert!(offset_of!(JET_INSTANCE_INFO<JET_WCHAR>, szDatabaseFileName) == 24);
    assert!(offset_of!(JET_INSTANCE_INFO<JET_WCHAR>, szDatabaseDisplayName) == 32);
    assert!(offset_of!(JET_INSTANCE_INFO<JET_WCHAR>, szDatabaseSLVFileName_Obsolete) == 40);
    assert!(size_of::<JET_SETDBPARAM>() == 24);
    assert!(align_of::<JET_SETDBPARAM>() == 8);
    assert!(offset_of!(JET_SETDBPARAM, dbparamid) == 0);
    assert!(offset_of!(JET_SETDBPARAM, pvParam) == 8);
    assert!(offset_of!(JET_SETDBPARAM, cbParam) == 16);
    assert!(size_of::<JET_RSTMAP2<c_char>>() == 40);
    assert!(align_of::<JET_RSTMAP2<c_char>>() == 8);
    assert!(offset_of!(JET_RSTMAP2<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_RSTMAP2<c_char>, szDatabaseName) == 8);
    assert!(offset_of!(JET_RSTMAP2<c_char>, szNewDatabaseName) == 16);
    assert!(offset_of!(JET_RSTMAP2<c_char>, rgsetdbparam) == 24);
    assert!(offset_of!(JET_RSTMAP2<c_char>, csetdbparam) == 32);
    assert!(offset_of!(JET_RSTMAP2<c_char>, grbit) == 36);
    assert!(size_of::<JET_RSTMAP2<JET_WCHAR>>() == 40);
    assert!(align_of::<JET_RSTMAP2<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_RSTMAP2<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_RSTMAP2<JET_WCHAR>, szDatabaseName) == 8);
    assert!(offset_of!(JET_RSTMAP2<JET_WCHAR>, szNewDatabaseName) == 16);
    assert!(offset_of!(JET_RSTMAP2<JET_WCHAR>, rgsetdbparam) == 24);
    assert!(offset_of!(JET_RSTMAP2<JET_WCHAR>, csetdbparam) == 32);
    assert!(offset_of!(JET_RSTMAP2<JET_WCHAR>, grbit) == 36);
    assert!(size_of::<JET_DBUTIL<c_char>>() == 136);
    assert!(align_of::<JET_DBUTIL<c_char>>() == 8);
    assert!(offset_of!(JET_DBUTIL<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_DBUTIL<c_char>, sesid) == 8);
    assert!(offset_of!(JET_DBUTIL<c_char>, dbid) == 16);
    assert!(offset_of!(JET_DBUTIL<c_char>, tableid) == 24);
    assert!(offset_of!(JET_DBUTIL<c_char>, op) == 32);
    assert!(offset_of!(JET_DBUTIL<c_char>, edbdump) == 36);
    assert!(offset_of!(JET_DBUTIL<c_char>, grbitOptions) == 40);
    assert!(offset_of!(JET_DBUTIL<c_char>, u1) == 48);
    assert!(size_of::<JET_DBUTIL_u1<c_char>>() == 88);
    assert!(offset_of!(JET_DBUTIL_u1<c_char>, s1) == 0);
    assert!(size_of::<JET_DBUTIL_u1_s1<c_char>>() == 88);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, szDatabase) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, szSLV_ObsoleteAndUnused) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, szBackup) == 16);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, szTable) == 24);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, szIndex) == 32);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, szIntegPrefix) == 40);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, pgno) == 48);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, iline) == 52);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, lGeneration) == 56);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, isec) == 60);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, ib) == 64);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, cRetry) == 68);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, pfnCallback) == 72);
    assert!(offset_of!(JET_DBUTIL_u1_s1<c_char>, pvCallback) == 80);
    assert!(offset_of!(JET_DBUTIL_u1<c_char>, checksumlogfrommemory) == 0);
    assert!(size_of::<JET_DBUTIL_u1_checksumlogfrommemory<c_char>>() == 32);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<c_char>, szLog) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<c_char>, szBase) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<c_char>, pvBuffer) == 16);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<c_char>, cbBuffer) == 24);
    assert!(offset_of!(JET_DBUTIL_u1<c_char>, spcatOptions) == 0);
    assert!(size_of::<JET_DBUTIL_u1_spcatOptions<c_char>>() == 32);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<c_char>, szDatabase) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<c_char>, pgnoFirst) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<c_char>, pgnoLast) == 12);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<c_char>, pfnSpaceCatCallback) == 16);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<c_char>, pvContext) == 24);
    assert!(offset_of!(JET_DBUTIL_u1<c_char>, rbsOptions) == 0);
    assert!(size_of::<JET_DBUTIL_u1_rbsOptions<c_char>>() == 16);
    assert!(offset_of!(JET_DBUTIL_u1_rbsOptions<c_char>, szDatabase) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_rbsOptions<c_char>, pgnoFirst) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_rbsOptions<c_char>, pgnoLast) == 12);
    assert!(size_of::<JET_DBUTIL<JET_WCHAR>>() == 136);
    assert!(align_of::<JET_DBUTIL<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, sesid) == 8);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, dbid) == 16);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, tableid) == 24);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, op) == 32);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, edbdump) == 36);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, grbitOptions) == 40);
    assert!(offset_of!(JET_DBUTIL<JET_WCHAR>, u1) == 48);
    assert!(size_of::<JET_DBUTIL_u1<JET_WCHAR>>() == 88);
    assert!(offset_of!(JET_DBUTIL_u1<JET_WCHAR>, s1) == 0);
    assert!(size_of::<JET_DBUTIL_u1_s1<JET_WCHAR>>() == 88);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, szDatabase) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, szSLV_ObsoleteAndUnused) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, szBackup) == 16);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, szTable) == 24);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, szIndex) == 32);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, szIntegPrefix) == 40);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, pgno) == 48);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, iline) == 52);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, lGeneration) == 56);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, isec) == 60);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, ib) == 64);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, cRetry) == 68);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, pfnCallback) == 72);
    assert!(offset_of!(JET_DBUTIL_u1_s1<JET_WCHAR>, pvCallback) == 80);
    assert!(offset_of!(JET_DBUTIL_u1<JET_WCHAR>, checksumlogfrommemory) == 0);
    assert!(size_of::<JET_DBUTIL_u1_checksumlogfrommemory<JET_WCHAR>>() == 32);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<JET_WCHAR>, szLog) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<JET_WCHAR>, szBase) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<JET_WCHAR>, pvBuffer) == 16);
    assert!(offset_of!(JET_DBUTIL_u1_checksumlogfrommemory<JET_WCHAR>, cbBuffer) == 24);
    assert!(offset_of!(JET_DBUTIL_u1<JET_WCHAR>, spcatOptions) == 0);
    assert!(size_of::<JET_DBUTIL_u1_spcatOptions<JET_WCHAR>>() == 32);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<JET_WCHAR>, szDatabase) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<JET_WCHAR>, pgnoFirst) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<JET_WCHAR>, pgnoLast) == 12);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<JET_WCHAR>, pfnSpaceCatCallback) == 16);
    assert!(offset_of!(JET_DBUTIL_u1_spcatOptions<JET_WCHAR>, pvContext) == 24);
    assert!(offset_of!(JET_DBUTIL_u1<JET_WCHAR>, rbsOptions) == 0);
    assert!(size_of::<JET_DBUTIL_u1_rbsOptions<JET_WCHAR>>() == 16);
    assert!(offset_of!(JET_DBUTIL_u1_rbsOptions<JET_WCHAR>, szDatabase) == 0);
    assert!(offset_of!(JET_DBUTIL_u1_rbsOptions<JET_WCHAR>, pgnoFirst) == 8);
    assert!(offset_of!(JET_DBUTIL_u1_rbsOptions<JET_WCHAR>, pgnoLast) == 12);
    assert!(size_of::<JET_SESSIONINFO>() == 24);
    assert!(align_of::<JET_SESSIONINFO>() == 8);
    assert!(offset_of!(JET_SESSIONINFO, ulTrxBegin0) == 0);
    assert!(offset_of!(JET_SESSIONINFO, ulTrxLevel) == 4);
    assert!(offset_of!(JET_SESSIONINFO, ulProcid) == 8);
    assert!(offset_of!(JET_SESSIONINFO, ulFlags) == 12);
    assert!(offset_of!(JET_SESSIONINFO, ulTrxContext) == 16);
    assert!(size_of::<JET_INDEXCREATEOLD<c_char>>() == 72);
    assert!(align_of::<JET_INDEXCREATEOLD<c_char>>() == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, u1) == 40);
    assert!(size_of::<JET_INDEXCREATEOLD_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD_u1, lcid) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD_u1, pidxunicode) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, u2) == 48);
    assert!(size_of::<JET_INDEXCREATEOLD_u2>() == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD_u2, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD_u2, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATEOLD<c_char>, err) == 68);
    assert!(size_of::<JET_INDEXCREATEOLD<JET_WCHAR>>() == 72);
    assert!(align_of::<JET_INDEXCREATEOLD<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, szIndexName) == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, szKey) == 16);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, cbKey) == 24);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, grbit) == 28);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, ulDensity) == 32);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, u1) == 40);
    assert!(size_of::<JET_INDEXCREATEOLD_u1>() == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD_u1, lcid) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD_u1, pidxunicode) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, u2) == 48);
    assert!(size_of::<JET_INDEXCREATEOLD_u2>() == 8);
    assert!(offset_of!(JET_INDEXCREATEOLD_u2, cbVarSegMac) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD_u2, ptuplelimits) == 0);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, rgconditionalcolumn) == 56);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, cConditionalColumn) == 64);
    assert!(offset_of!(JET_INDEXCREATEOLD<JET_WCHAR>, err) == 68);
    assert!(size_of::<JET_TABLECREATE5<c_char>>() == 120);
    assert!(align_of::<JET_TABLECREATE5<c_char>>() == 8);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, pSeqSpacehints) == 80);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, pLVSpacehints) == 88);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, cbSeparateLV) == 96);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, cbLVChunkMax) == 100);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, tableid) == 104);
    assert!(offset_of!(JET_TABLECREATE5<c_char>, cCreated) == 112);
    assert!(size_of::<JET_TABLECREATE5<JET_WCHAR>>() == 120);
    assert!(align_of::<JET_TABLECREATE5<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, szTableName) == 8);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, szTemplateTableName) == 16);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, ulPages) == 24);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, ulDensity) == 28);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, rgcolumncreate) == 32);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, cColumns) == 40);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, rgindexcreate) == 48);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, cIndexes) == 56);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, szCallback) == 64);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, cbtyp) == 72);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, grbit) == 76);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, pSeqSpacehints) == 80);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, pLVSpacehints) == 88);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, cbSeparateLV) == 96);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, cbLVChunkMax) == 100);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, tableid) == 104);
    assert!(offset_of!(JET_TABLECREATE5<JET_WCHAR>, cCreated) == 112);
    assert!(size_of::<JET_CHECKPOINTINFO>() == 16);
    assert!(align_of::<JET_CHECKPOINTINFO>() == 1);
    assert!(offset_of!(JET_CHECKPOINTINFO, genMin) == 0);
    assert!(offset_of!(JET_CHECKPOINTINFO, genMax) == 4);
    assert!(offset_of!(JET_CHECKPOINTINFO, logtimeGenMaxCreate) == 8);
    assert!(size_of::<JET_DBINFOMISC5>() == 380);
    assert!(align_of::<JET_DBINFOMISC5>() == 4);
    assert!(offset_of!(JET_DBINFOMISC5, ulVersion) == 0);
    assert!(offset_of!(JET_DBINFOMISC5, ulUpdate) == 4);
    assert!(offset_of!(JET_DBINFOMISC5, signDb) == 8);
    assert!(offset_of!(JET_DBINFOMISC5, dbstate) == 36);
    assert!(offset_of!(JET_DBINFOMISC5, lgposConsistent) == 40);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeConsistent) == 48);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeAttach) == 56);
    assert!(offset_of!(JET_DBINFOMISC5, lgposAttach) == 64);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeDetach) == 72);
    assert!(offset_of!(JET_DBINFOMISC5, lgposDetach) == 80);
    assert!(offset_of!(JET_DBINFOMISC5, signLog) == 88);
    assert!(offset_of!(JET_DBINFOMISC5, bkinfoFullPrev) == 116);
    assert!(offset_of!(JET_DBINFOMISC5, bkinfoIncPrev) == 140);
    assert!(offset_of!(JET_DBINFOMISC5, bkinfoFullCur) == 164);
    assert!(offset_of!(JET_DBINFOMISC5, fShadowingDisabled) == 188);
    assert!(offset_of!(JET_DBINFOMISC5, fUpgradeDb) == 192);
    assert!(offset_of!(JET_DBINFOMISC5, dwMajorVersion) == 196);
    assert!(offset_of!(JET_DBINFOMISC5, dwMinorVersion) == 200);
    assert!(offset_of!(JET_DBINFOMISC5, dwBuildNumber) == 204);
    assert!(offset_of!(JET_DBINFOMISC5, lSPNumber) == 208);
    assert!(offset_of!(JET_DBINFOMISC5, cbPageSize) == 212);
    assert!(offset_of!(JET_DBINFOMISC5, genMinRequired) == 216);
    assert!(offset_of!(JET_DBINFOMISC5, genMaxRequired) == 220);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeGenMaxCreate) == 224);
    assert!(offset_of!(JET_DBINFOMISC5, ulRepairCount) == 232);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeRepair) == 236);
    assert!(offset_of!(JET_DBINFOMISC5, ulRepairCountOld) == 244);
    assert!(offset_of!(JET_DBINFOMISC5, ulECCFixSuccess) == 248);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeECCFixSuccess) == 252);
    assert!(offset_of!(JET_DBINFOMISC5, ulECCFixSuccessOld) == 260);
    assert!(offset_of!(JET_DBINFOMISC5, ulECCFixFail) == 264);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeECCFixFail) == 268);
    assert!(offset_of!(JET_DBINFOMISC5, ulECCFixFailOld) == 276);
    assert!(offset_of!(JET_DBINFOMISC5, ulBadChecksum) == 280);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeBadChecksum) == 284);
    assert!(offset_of!(JET_DBINFOMISC5, ulBadChecksumOld) == 292);
    assert!(offset_of!(JET_DBINFOMISC5, genCommitted) == 296);
    assert!(offset_of!(JET_DBINFOMISC5, bkinfoCopyPrev) == 300);
    assert!(offset_of!(JET_DBINFOMISC5, bkinfoDiffPrev) == 324);
    assert!(offset_of!(JET_DBINFOMISC5, ulIncrementalReseedCount) == 348);
    assert!(offset_of!(JET_DBINFOMISC5, logtimeIncrementalReseed) == 352);
    assert!(offset_of!(JET_DBINFOMISC5, ulIncrementalReseedCountOld) == 360);
    assert!(offset_of!(JET_DBINFOMISC5, ulPagePatchCount) == 364);
    assert!(offset_of!(JET_DBINFOMISC5, logtimePagePatch) == 368);
    assert!(offset_of!(JET_DBINFOMISC5, ulPagePatchCountOld) == 376);
    assert!(size_of::<JET_DBINFOMISC6>() == 400);
    assert!(align_of::<JET_DBINFOMISC6>() == 4);
    assert!(offset_of!(JET_DBINFOMISC6, ulVersion) == 0);
    assert!(offset_of!(JET_DBINFOMISC6, ulUpdate) == 4);
    assert!(offset_of!(JET_DBINFOMISC6, signDb) == 8);
    assert!(offset_of!(JET_DBINFOMISC6, dbstate) == 36);
    assert!(offset_of!(JET_DBINFOMISC6, lgposConsistent) == 40);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeConsistent) == 48);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeAttach) == 56);
    assert!(offset_of!(JET_DBINFOMISC6, lgposAttach) == 64);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeDetach) == 72);
    assert!(offset_of!(JET_DBINFOMISC6, lgposDetach) == 80);
    assert!(offset_of!(JET_DBINFOMISC6, signLog) == 88);
    assert!(offset_of!(JET_DBINFOMISC6, bkinfoFullPrev) == 116);
    assert!(offset_of!(JET_DBINFOMISC6, bkinfoIncPrev) == 140);
    assert!(offset_of!(JET_DBINFOMISC6, bkinfoFullCur) == 164);
    assert!(offset_of!(JET_DBINFOMISC6, fShadowingDisabled) == 188);
    assert!(offset_of!(JET_DBINFOMISC6, fUpgradeDb) == 192);
    assert!(offset_of!(JET_DBINFOMISC6, dwMajorVersion) == 196);
    assert!(offset_of!(JET_DBINFOMISC6, dwMinorVersion) == 200);
    assert!(offset_of!(JET_DBINFOMISC6, dwBuildNumber) == 204);
    assert!(offset_of!(JET_DBINFOMISC6, lSPNumber) == 208);
    assert!(offset_of!(JET_DBINFOMISC6, cbPageSize) == 212);
    assert!(offset_of!(JET_DBINFOMISC6, genMinRequired) == 216);
    assert!(offset_of!(JET_DBINFOMISC6, genMaxRequired) == 220);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeGenMaxCreate) == 224);
    assert!(offset_of!(JET_DBINFOMISC6, ulRepairCount) == 232);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeRepair) == 236);
    assert!(offset_of!(JET_DBINFOMISC6, ulRepairCountOld) == 244);
    assert!(offset_of!(JET_DBINFOMISC6, ulECCFixSuccess) == 248);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeECCFixSuccess) == 252);
    assert!(offset_of!(JET_DBINFOMISC6, ulECCFixSuccessOld) == 260);
    assert!(offset_of!(JET_DBINFOMISC6, ulECCFixFail) == 264);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeECCFixFail) == 268);
    assert!(offset_of!(JET_DBINFOMISC6, ulECCFixFailOld) == 276);
    assert!(offset_of!(JET_DBINFOMISC6, ulBadChecksum) == 280);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeBadChecksum) == 284);
    assert!(offset_of!(JET_DBINFOMISC6, ulBadChecksumOld) == 292);
    assert!(offset_of!(JET_DBINFOMISC6, genCommitted) == 296);
    assert!(offset_of!(JET_DBINFOMISC6, bkinfoCopyPrev) == 300);
    assert!(offset_of!(JET_DBINFOMISC6, bkinfoDiffPrev) == 324);
    assert!(offset_of!(JET_DBINFOMISC6, ulIncrementalReseedCount) == 348);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeIncrementalReseed) == 352);
    assert!(offset_of!(JET_DBINFOMISC6, ulIncrementalReseedCountOld) == 360);
    assert!(offset_of!(JET_DBINFOMISC6, ulPagePatchCount) == 364);
    assert!(offset_of!(JET_DBINFOMISC6, logtimePagePatch) == 368);
    assert!(offset_of!(JET_DBINFOMISC6, ulPagePatchCountOld) == 376);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeChecksumPrev) == 380);
    assert!(offset_of!(JET_DBINFOMISC6, logtimeChecksumStart) == 388);
    assert!(offset_of!(JET_DBINFOMISC6, cpgDatabaseChecked) == 396);
    assert!(size_of::<JET_DBINFOMISC7>() == 416);
    assert!(align_of::<JET_DBINFOMISC7>() == 4);
    assert!(offset_of!(JET_DBINFOMISC7, ulVersion) == 0);
    assert!(offset_of!(JET_DBINFOMISC7, ulUpdate) == 4);
    assert!(offset_of!(JET_DBINFOMISC7, signDb) == 8);
    assert!(offset_of!(JET_DBINFOMISC7, dbstate) == 36);
    assert!(offset_of!(JET_DBINFOMISC7, lgposConsistent) == 40);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeConsistent) == 48);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeAttach) == 56);
    assert!(offset_of!(JET_DBINFOMISC7, lgposAttach) == 64);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeDetach) == 72);
    assert!(offset_of!(JET_DBINFOMISC7, lgposDetach) == 80);
    assert!(offset_of!(JET_DBINFOMISC7, signLog) == 88);
    assert!(offset_of!(JET_DBINFOMISC7, bkinfoFullPrev) == 116);
    assert!(offset_of!(JET_DBINFOMISC7, bkinfoIncPrev) == 140);
    assert!(offset_of!(JET_DBINFOMISC7, bkinfoFullCur) == 164);
    assert!(offset_of!(JET_DBINFOMISC7, fShadowingDisabled) == 188);
    assert!(offset_of!(JET_DBINFOMISC7, fUpgradeDb) == 192);
    assert!(offset_of!(JET_DBINFOMISC7, dwMajorVersion) == 196);
    assert!(offset_of!(JET_DBINFOMISC7, dwMinorVersion) == 200);
    assert!(offset_of!(JET_DBINFOMISC7, dwBuildNumber) == 204);
    assert!(offset_of!(JET_DBINFOMISC7, lSPNumber) == 208);
    assert!(offset_of!(JET_DBINFOMISC7, cbPageSize) == 212);
    assert!(offset_of!(JET_DBINFOMISC7, genMinRequired) == 216);
    assert!(offset_of!(JET_DBINFOMISC7, genMaxRequired) == 220);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeGenMaxCreate) == 224);
    assert!(offset_of!(JET_DBINFOMISC7, ulRepairCount) == 232);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeRepair) == 236);
    assert!(offset_of!(JET_DBINFOMISC7, ulRepairCountOld) == 244);
    assert!(offset_of!(JET_DBINFOMISC7, ulECCFixSuccess) == 248);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeECCFixSuccess) == 252);
    assert!(offset_of!(JET_DBINFOMISC7, ulECCFixSuccessOld) == 260);
    assert!(offset_of!(JET_DBINFOMISC7, ulECCFixFail) == 264);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeECCFixFail) == 268);
    assert!(offset_of!(JET_DBINFOMISC7, ulECCFixFailOld) == 276);
    assert!(offset_of!(JET_DBINFOMISC7, ulBadChecksum) == 280);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeBadChecksum) == 284);
    assert!(offset_of!(JET_DBINFOMISC7, ulBadChecksumOld) == 292);
    assert!(offset_of!(JET_DBINFOMISC7, genCommitted) == 296);
    assert!(offset_of!(JET_DBINFOMISC7, bkinfoCopyPrev) == 300);
    assert!(offset_of!(JET_DBINFOMISC7, bkinfoDiffPrev) == 324);
    assert!(offset_of!(JET_DBINFOMISC7, ulIncrementalReseedCount) == 348);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeIncrementalReseed) == 352);
    assert!(offset_of!(JET_DBINFOMISC7, ulIncrementalReseedCountOld) == 360);
    assert!(offset_of!(JET_DBINFOMISC7, ulPagePatchCount) == 364);
    assert!(offset_of!(JET_DBINFOMISC7, logtimePagePatch) == 368);
    assert!(offset_of!(JET_DBINFOMISC7, ulPagePatchCountOld) == 376);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeChecksumPrev) == 380);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeChecksumStart) == 388);
    assert!(offset_of!(JET_DBINFOMISC7, cpgDatabaseChecked) == 396);
    assert!(offset_of!(JET_DBINFOMISC7, logtimeLastReAttach) == 400);
    assert!(offset_of!(JET_DBINFOMISC7, lgposLastReAttach) == 408);
    assert!(size_of::<JET_LOGINFOMISC>() == 80);
    assert!(align_of::<JET_LOGINFOMISC>() == 4);
    assert!(offset_of!(JET_LOGINFOMISC, ulGeneration) == 0);
    assert!(offset_of!(JET_LOGINFOMISC, signLog) == 4);
    assert!(offset_of!(JET_LOGINFOMISC, logtimeCreate) == 32);
    assert!(offset_of!(JET_LOGINFOMISC, logtimePreviousGeneration) == 40);
    assert!(offset_of!(JET_LOGINFOMISC, ulFlags) == 48);
    assert!(offset_of!(JET_LOGINFOMISC, ulVersionMajor) == 52);
    assert!(offset_of!(JET_LOGINFOMISC, ulVersionMinor) == 56);
    assert!(offset_of!(JET_LOGINFOMISC, ulVersionUpdate) == 60);
    assert!(offset_of!(JET_LOGINFOMISC, cbSectorSize) == 64);
    assert!(offset_of!(JET_LOGINFOMISC, cbHeader) == 68);
    assert!(offset_of!(JET_LOGINFOMISC, cbFile) == 72);
    assert!(offset_of!(JET_LOGINFOMISC, cbDatabasePageSize) == 76);
    assert!(size_of::<JET_LOGINFOMISC2>() == 88);
    assert!(align_of::<JET_LOGINFOMISC2>() == 4);
    assert!(offset_of!(JET_LOGINFOMISC2, ulGeneration) == 0);
    assert!(offset_of!(JET_LOGINFOMISC2, signLog) == 4);
    assert!(offset_of!(JET_LOGINFOMISC2, logtimeCreate) == 32);
    assert!(offset_of!(JET_LOGINFOMISC2, logtimePreviousGeneration) == 40);
    assert!(offset_of!(JET_LOGINFOMISC2, ulFlags) == 48);
    assert!(offset_of!(JET_LOGINFOMISC2, ulVersionMajor) == 52);
    assert!(offset_of!(JET_LOGINFOMISC2, ulVersionMinor) == 56);
    assert!(offset_of!(JET_LOGINFOMISC2, ulVersionUpdate) == 60);
    assert!(offset_of!(JET_LOGINFOMISC2, cbSectorSize) == 64);
    assert!(offset_of!(JET_LOGINFOMISC2, cbHeader) == 68);
    assert!(offset_of!(JET_LOGINFOMISC2, cbFile) == 72);
    assert!(offset_of!(JET_LOGINFOMISC2, cbDatabasePageSize) == 76);
    assert!(offset_of!(JET_LOGINFOMISC2, lgposCheckpoint) == 80);
    assert!(size_of::<JET_LOGINFOMISC3>() == 104);
    assert!(align_of::<JET_LOGINFOMISC3>() == 8);
    assert!(offset_of!(JET_LOGINFOMISC3, ulGeneration) == 0);
    assert!(offset_of!(JET_LOGINFOMISC3, signLog) == 4);
    assert!(offset_of!(JET_LOGINFOMISC3, logtimeCreate) == 32);
    assert!(offset_of!(JET_LOGINFOMISC3, logtimePreviousGeneration) == 40);
    assert!(offset_of!(JET_LOGINFOMISC3, ulFlags) == 48);
    assert!(offset_of!(JET_LOGINFOMISC3, ulVersionMajor) == 52);
    assert!(offset_of!(JET_LOGINFOMISC3, ulVersionUpdateMajor) == 56);
    assert!(offset_of!(JET_LOGINFOMISC3, ulVersionUpdateMinor) == 60);
    assert!(offset_of!(JET_LOGINFOMISC3, cbSectorSize) == 64);
    assert!(offset_of!(JET_LOGINFOMISC3, cbHeader) == 68);
    assert!(offset_of!(JET_LOGINFOMISC3, cbFile) == 72);
    assert!(offset_of!(JET_LOGINFOMISC3, cbDatabasePageSize) == 76);
    assert!(offset_of!(JET_LOGINFOMISC3, lgposCheckpoint) == 80);
    assert!(offset_of!(JET_LOGINFOMISC3, ulVersionMinorDeprecated) == 88);
    assert!(offset_of!(JET_LOGINFOMISC3, checksumPrevLogAllSegments) == 96);
    assert!(size_of::<JET_RECOVERYCONTROL>() == 64);
    assert!(align_of::<JET_RECOVERYCONTROL>() == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL, errDefault) == 4);
    assert!(offset_of!(JET_RECOVERYCONTROL, instance) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL, sntUnion) == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL, u1) == 24);
    assert!(size_of::<JET_RECOVERYCONTROL_u1>() == 40);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, OpenLog) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_OpenLog>() == 40);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, lGenNext) == 4);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, bits1) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, eReason) == 9);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, rgbReserved) == 10);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, wszLogFile) == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, cdbinfomisc) == 24);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenLog, rgdbinfomisc) == 32);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, OpenCheckpoint) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_OpenCheckpoint>() == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenCheckpoint, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_OpenCheckpoint, wszCheckpoint) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, MissingLog) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_MissingLog>() == 40);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, lGenMissing) == 4);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, bits1) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, eNextAction) == 9);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, rgbReserved) == 10);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, wszLogFile) == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, cdbinfomisc) == 24);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_MissingLog, rgdbinfomisc) == 32);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, BeginUndo) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_BeginUndo>() == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_BeginUndo, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_BeginUndo, cdbinfomisc) == 4);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_BeginUndo, rgdbinfomisc) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, NotificationEvent) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_NotificationEvent>() == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_NotificationEvent, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_NotificationEvent, EventID) == 4);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, SignalErrorCondition) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_SignalErrorCondition>() == 4);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_SignalErrorCondition, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, AttachedDb) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_AttachedDb>() == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_AttachedDb, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_AttachedDb, wszDbPath) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, DetachingDb) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_DetachingDb>() == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_DetachingDb, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_DetachingDb, wszDbPath) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1, CommitCtx) == 0);
    assert!(size_of::<JET_RECOVERYCONTROL_u1_CommitCtx>() == 24);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_CommitCtx, cbStruct) == 0);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_CommitCtx, pbCommitCtx) == 8);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_CommitCtx, cbCommitCtx) == 16);
    assert!(offset_of!(JET_RECOVERYCONTROL_u1_CommitCtx, fCallbackType) == 20);
    assert!(size_of::<JET_SNMSG>() == 268);
    assert!(align_of::<JET_SNMSG>() == 4);
    assert!(offset_of!(JET_SNMSG, cbStruct) == 0);
    assert!(offset_of!(JET_SNMSG, snc) == 4);
    assert!(offset_of!(JET_SNMSG, ul) == 8);
    assert!(offset_of!(JET_SNMSG, sz) == 12);
    assert!(size_of::<JET_SNPATCHREQUEST>() == 472);
    assert!(align_of::<JET_SNPATCHREQUEST>() == 8);
    assert!(offset_of!(JET_SNPATCHREQUEST, cbStruct) == 0);
    assert!(offset_of!(JET_SNPATCHREQUEST, pageNumber) == 4);
    assert!(offset_of!(JET_SNPATCHREQUEST, szLogFile) == 8);
    assert!(offset_of!(JET_SNPATCHREQUEST, instance) == 16);
    assert!(offset_of!(JET_SNPATCHREQUEST, dbinfomisc) == 24);
    assert!(offset_of!(JET_SNPATCHREQUEST, pvToken) == 440);
    assert!(offset_of!(JET_SNPATCHREQUEST, cbToken) == 448);
    assert!(offset_of!(JET_SNPATCHREQUEST, pvData) == 456);
    assert!(offset_of!(JET_SNPATCHREQUEST, cbData) == 464);
    assert!(offset_of!(JET_SNPATCHREQUEST, dbid) == 468);
    assert!(size_of::<JET_SNCORRUPTEDPAGE>() == 440);
    assert!(align_of::<JET_SNCORRUPTEDPAGE>() == 8);
    assert!(offset_of!(JET_SNCORRUPTEDPAGE, cbStruct) == 0);
    assert!(offset_of!(JET_SNCORRUPTEDPAGE, wszDatabase) == 8);
    assert!(offset_of!(JET_SNCORRUPTEDPAGE, dbid) == 16);
    assert!(offset_of!(JET_SNCORRUPTEDPAGE, dbinfomisc) == 20);
    assert!(offset_of!(JET_SNCORRUPTEDPAGE, pageNumber) == 436);
    assert!(size_of::<JET_STREAMINGFILESPACEINFO>() == 8);
    assert!(align_of::<JET_STREAMINGFILESPACEINFO>() == 4);
    assert!(offset_of!(JET_STREAMINGFILESPACEINFO, cpageOwned) == 0);
    assert!(offset_of!(JET_STREAMINGFILESPACEINFO, cpageAvail) == 4);
    assert!(size_of::<JET_THREADSTATS4>() == 128);
    assert!(align_of::<JET_THREADSTATS4>() == 8);
    assert!(offset_of!(JET_THREADSTATS4, cbStruct) == 0);
    assert!(offset_of!(JET_THREADSTATS4, cPageReferenced) == 4);
    assert!(offset_of!(JET_THREADSTATS4, cPageRead) == 8);
    assert!(offset_of!(JET_THREADSTATS4, cPagePreread) == 12);
    assert!(offset_of!(JET_THREADSTATS4, cPageDirtied) == 16);
    assert!(offset_of!(JET_THREADSTATS4, cPageRedirtied) == 20);
    assert!(offset_of!(JET_THREADSTATS4, cLogRecord) == 24);
    assert!(offset_of!(JET_THREADSTATS4, cbLogRecord) == 28);
    assert!(offset_of!(JET_THREADSTATS4, cusecPageCacheMiss) == 32);
    assert!(offset_of!(JET_THREADSTATS4, cPageCacheMiss) == 40);
    assert!(offset_of!(JET_THREADSTATS4, cSeparatedLongValueRead) == 44);
    assert!(offset_of!(JET_THREADSTATS4, cusecLongValuePageCacheMiss) == 48);
    assert!(offset_of!(JET_THREADSTATS4, cLongValuePageCacheMiss) == 56);
    assert!(offset_of!(JET_THREADSTATS4, cSeparatedLongValueCreated) == 60);
    assert!(offset_of!(JET_THREADSTATS4, cPageUniqueCacheHits) == 64);
    assert!(offset_of!(JET_THREADSTATS4, cPageUniqueCacheRequests) == 68);
    assert!(offset_of!(JET_THREADSTATS4, cDatabaseReads) == 72);
    assert!(offset_of!(JET_THREADSTATS4, cSumDatabaseReadQueueDepthImpact) == 76);
    assert!(offset_of!(JET_THREADSTATS4, cSumDatabaseReadQueueDepth) == 80);
    assert!(offset_of!(JET_THREADSTATS4, cusecWait) == 88);
    assert!(offset_of!(JET_THREADSTATS4, cWait) == 96);
    assert!(offset_of!(JET_THREADSTATS4, cNodesFlagDeleted) == 100);
    assert!(offset_of!(JET_THREADSTATS4, cbNodesFlagDeleted) == 104);
    assert!(offset_of!(JET_THREADSTATS4, cPageTableAllocated) == 108);
    assert!(offset_of!(JET_THREADSTATS4, cPageTableReleased) == 112);
    assert!(offset_of!(JET_THREADSTATS4, cPageUpdateAllocated) == 116);
    assert!(offset_of!(JET_THREADSTATS4, cPageUpdateReleased) == 120);
    assert!(offset_of!(JET_THREADSTATS4, cPageUniqueModified) == 124);
    assert!(size_of::<JET_RSTINFO2<c_char>>() == 56);
    assert!(align_of::<JET_RSTINFO2<c_char>>() == 8);
    assert!(offset_of!(JET_RSTINFO2<c_char>, cbStruct) == 0);
    assert!(offset_of!(JET_RSTINFO2<c_char>, rgrstmap) == 8);
    assert!(offset_of!(JET_RSTINFO2<c_char>, crstmap) == 16);
    assert!(offset_of!(JET_RSTINFO2<c_char>, lgposStop) == 20);
    assert!(offset_of!(JET_RSTINFO2<c_char>, logtimeStop) == 28);
    assert!(offset_of!(JET_RSTINFO2<c_char>, pfnCallback) == 40);
    assert!(offset_of!(JET_RSTINFO2<c_char>, pvCallbackContext) == 48);
    assert!(size_of::<JET_RSTINFO2<JET_WCHAR>>() == 56);
    assert!(align_of::<JET_RSTINFO2<JET_WCHAR>>() == 8);
    assert!(offset_of!(JET_RSTINFO2<JET_WCHAR>, cbStruct) == 0);
    assert!(offset_of!(JET_RSTINFO2<JET_WCHAR>, rgrstmap) == 8);
    assert!(offset_of!(JET_RSTINFO2<JET_WCHAR>, crstmap) == 16);
    assert!(offset_of!(JET_RSTINFO2<JET_WCHAR>, lgposStop) == 20);
    assert!(offset_of!(JET_RSTINFO2<JET_WCHAR>, logtimeStop) == 28);
    assert!(offset_of!(JET_RSTINFO2<JET_WCHAR>, pfnCallback) == 40);
    assert!(offset_of!(JET_RSTINFO2<JET_WCHAR>, pvCallbackContext) == 48);
    assert!(size_of::<JET_RBSINFOMISC>() == 40);
    assert!(align_of::<JET_RBSINFOMISC>() == 8);
    assert!(offset_of!(JET_RBSINFOMISC, lRBSGeneration) == 0);
    assert!(offset_of!(JET_RBSINFOMISC, logtimeCreate) == 4);
    assert!(offset_of!(JET_RBSINFOMISC, logtimeCreatePrevRBS) == 12);
    assert!(offset_of!(JET_RBSINFOMISC, ulMajor) == 20);
    assert!(offset_of!(JET_RBSINFOMISC, ulMinor) == 24);
    assert!(offset_of!(JET_RBSINFOMISC, cbLogicalFileSize) == 32);
    assert!(size_of::<JET_RBSREVERTINFOMISC>() == 48);
    assert!(align_of::<JET_RBSREVERTINFOMISC>() == 8);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, lGenMinRevertStart) == 0);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, lGenMaxRevertStart) == 4);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, lGenMinRevertEnd) == 8);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, lGenMaxRevertEnd) == 12);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, logtimeRevertFrom) == 16);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, cSecRevert) == 24);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, cPagesReverted) == 32);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, lGenRBSMaxApplied) == 40);
    assert!(offset_of!(JET_RBSREVERTINFOMISC, lGenRBSMinApplied) == 44);
    assert!(size_of::<JET_RETRIEVEMULTIVALUECOUNT>() == 8);
    assert!(align_of::<JET_RETRIEVEMULTIVALUECOUNT>() == 4);
    assert!(offset_of!(JET_RETRIEVEMULTIVALUECOUNT, columnid) == 0);
    assert!(offset_of!(JET_RETRIEVEMULTIVALUECOUNT, cMultiValues) == 4);
    assert!(offset_of!(JET_RETRIEVEMULTIVALUECOUNT, usFlags) == 6);
    assert!(size_of::<JET_PAGEINFO>() == 48);
    assert!(align_of::<JET_PAGEINFO>() == 8);
    assert!(offset_of!(JET_PAGEINFO, pgno) == 0);
    assert!(offset_of!(JET_PAGEINFO, bits1) == 4);
    assert!(offset_of!(JET_PAGEINFO, checksumActual) == 8);
    assert!(offset_of!(JET_PAGEINFO, checksumExpected) == 16);
    assert!(offset_of!(JET_PAGEINFO, dbtime) == 24);
    assert!(offset_of!(JET_PAGEINFO, structureChecksum) == 32);
    assert!(offset_of!(JET_PAGEINFO, flags) == 40);
    assert!(size_of::<JET_RECSIZE3>() == 120);
    assert!(align_of::<JET_RECSIZE3>() == 8);
    assert!(offset_of!(JET_RECSIZE3, cbData) == 0);
    assert!(offset_of!(JET_RECSIZE3, cbLongValueData) == 8);
    assert!(offset_of!(JET_RECSIZE3, cbOverhead) == 16);
    assert!(offset_of!(JET_RECSIZE3, cbLongValueOverhead) == 24);
    assert!(offset_of!(JET_RECSIZE3, cNonTaggedColumns) == 32);
    assert!(offset_of!(JET_RECSIZE3, cTaggedColumns) == 40);
    assert!(offset_of!(JET_RECSIZE3, cLongValues) == 48);
    assert!(offset_of!(JET_RECSIZE3, cMultiValues) == 56);
    assert!(offset_of!(JET_RECSIZE3, cCompressedColumns) == 64);
    assert!(offset_of!(JET_RECSIZE3, cbDataCompressed) == 72);
    assert!(offset_of!(JET_RECSIZE3, cbLongValueDataCompressed) == 80);
    assert!(offset_of!(JET_RECSIZE3, cbIntrinsicLongValueData) == 88);
    assert!(offset_of!(JET_RECSIZE3, cbIntrinsicLongValueDataCompressed) == 96);
    assert!(offset_of!(JET_RECSIZE3, cIntrinsicLongValues) == 104);
    assert!(offset_of!(JET_RECSIZE3, cbKey) == 112);
    assert!(size_of::<JET_PAGEINFO2>() == 96);
    assert!(align_of::<JET_PAGEINFO2>() == 8);
    assert!(offset_of!(JET_PAGEINFO2, pageInfo) == 0);
    assert!(offset_of!(JET_PAGEINFO2, rgChecksumActual) == 48);
    assert!(offset_of!(JET_PAGEINFO2, rgChecksumExpected) == 72);
    assert!(size_of::<JET_EMITDATACTX>() == 40);
    assert!(align_of::<JET_EMITDATACTX>() == 8);
    assert!(offset_of!(JET_EMITDATACTX, cbStruct) == 0);
    assert!(offset_of!(JET_EMITDATACTX, dwVersion) == 4);
    assert!(offset_of!(JET_EMITDATACTX, qwSequenceNum) == 8);
    assert!(offset_of!(JET_EMITDATACTX, grbitOperationalFlags) == 16);
    assert!(offset_of!(JET_EMITDATACTX, logtimeEmit) == 20);
    assert!(offset_of!(JET_EMITDATACTX, lgposLogData) == 28);
    assert!(offset_of!(JET_EMITDATACTX, cbLogData) == 36);
};
