//! Any tables, columns, indexes and values, from a source of random numbers.
#![forbid(unsafe_code)]

use super::model::{BY_ID, Class, Column, ID, Index, Set, Table, Uid};
use ese_core::catalog::write::{ColumnBits, IndexBits};
use ese_core::format::ids::{Coltyp, PageSize};
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::record::edit::SetFlags;
use std::collections::BTreeMap;

const COLTYPS: [Coltyp; 17] = [
    Coltyp::Bit,
    Coltyp::UnsignedByte,
    Coltyp::Short,
    Coltyp::Long,
    Coltyp::Currency,
    Coltyp::IeeeSingle,
    Coltyp::IeeeDouble,
    Coltyp::DateTime,
    Coltyp::Binary,
    Coltyp::Text,
    Coltyp::LongBinary,
    Coltyp::LongText,
    Coltyp::UnsignedLong,
    Coltyp::LongLong,
    Coltyp::Guid,
    Coltyp::UnsignedShort,
    Coltyp::UnsignedLongLong,
];

/// What is asked for at random.
#[derive(Debug)]
pub struct Dice {
    rng: SeededRng,
    page_size: PageSize,
    /// Values that the independent readers can show too.
    pub gentle: bool,
}

impl Dice {
    pub fn new(seed: u64, page_size: PageSize) -> Self {
        Self {
            rng: SeededRng::new(seed),
            page_size,
            gentle: false,
        }
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.rng.below(n as u64) as usize
    }

    /// Once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let i = self.below(all.len());
        all.get(i)
    }

    // ---- schemas ---------------------------------------------------------------------------------

    /// A table without rows.
    pub fn table(&mut self, uid: Uid, name: String) -> Table {
        let id = Column {
            uid: ID,
            name: "id".into(),
            coltyp: Coltyp::Long,
            code_page: 0,
            cb_max: 0,
            bits: ColumnBits::NOT_NULL,
            default: None,
        };
        let by_id = Index {
            uid: BY_ID,
            name: "by_id".into(),
            key: vec![(ID, self.one_in(4))],
            conditions: Vec::new(),
            bits: match self.below(2) {
                0 => IndexBits::PRIMARY,
                _ => IndexBits::UNIQUE,
            },
            unicode: None,
            var_seg_mac: 0,
            key_most: 0,
        };
        let mut table = Table {
            uid,
            name,
            columns: vec![id],
            indexes: vec![by_id],
            ghosts: Vec::new(),
            rows: BTreeMap::new(),
            next: BY_ID + 1,
        };
        for _ in 0..2 + self.below(8) {
            let column = self.column(&table, true);
            table.next += 1;
            table.columns.push(column);
        }
        if table.primary().is_none()
            && self.one_in(2)
            && let Some(index) = self.index(&table, true)
        {
            table.next += 1;
            table.indexes.push(index);
        }
        for _ in 0..self.below(4) {
            if let Some(index) = self.index(&table, false) {
                table.next += 1;
                table.indexes.push(index);
            }
        }
        table
    }

    /// A column that can be added to a table.
    pub fn column(&mut self, table: &Table, is_new: bool) -> Column {
        let uid = table.next;
        let mut column = Column {
            uid,
            name: format!("c{uid}"),
            coltyp: COLTYPS[self.below(COLTYPS.len())],
            code_page: 0,
            cb_max: 0,
            bits: ColumnBits::empty(),
            default: None,
        };
        if is_new && self.one_in(8) && self.special(table, &mut column) {
            return column;
        }
        if column.coltyp.is_text() {
            column.code_page = [1252, 1200][self.below(2)];
        }
        if column.is_long() {
            if self.one_in(3) {
                column.cb_max = (2000 + self.below(30_000) as u32) & !1;
            }
            for bit in [ColumnBits::MULTI_VALUED, ColumnBits::COMPRESSED] {
                column.bits.set(bit, self.one_in(3));
            }
        } else if self.one_in(3) {
            column.bits |= ColumnBits::TAGGED;
            column.bits.set(ColumnBits::MULTI_VALUED, self.one_in(2));
        }
        if matches!(column.coltyp, Coltyp::Binary | Coltyp::Text) {
            if self.one_in(2) {
                column.cb_max = (2 + self.below(200) as u32) & !1;
            }
            if !column.has(ColumnBits::TAGGED) && self.one_in(3) {
                column.bits |= ColumnBits::FIXED;
                column.cb_max = (2 + self.below(30) as u32) & !1;
            }
        }
        column.bits.set(ColumnBits::NOT_NULL, self.one_in(6));
        if self.gentle {
            Self::plain(table, &mut column);
            return column;
        }
        if self.one_in(3) {
            let value = self.value(&column, 100);
            // A short default of a fixed column is padded in records that hold it, and in others not.
            let value = match column.class() {
                Class::Fixed => super::model::fixed(&column, &value).unwrap_or_default(),
                _ => value,
            };
            column.default = Some(value).filter(|v| !v.is_empty());
        }
        column
    }

    /// Makes a column one that the independent readers show: none of them knows defaults that a record
    /// does not hold, one not the NULLs of fixed columns, nor several values and compressed binary.
    fn plain(table: &Table, column: &mut Column) {
        if column.class() == Class::Fixed {
            column.bits |= ColumnBits::NOT_NULL;
        }
        if !table.uid.is_multiple_of(3) {
            column.bits -= ColumnBits::COMPRESSED | ColumnBits::MULTI_VALUED;
        }
    }

    /// Makes a column one that the engine sets, where the table has none of the kind yet.
    fn special(&mut self, table: &Table, column: &mut Column) -> bool {
        let none = |bit| table.special(bit).is_none();
        match self.below(3) {
            0 if none(ColumnBits::AUTOINCREMENT) => {
                column.bits = ColumnBits::AUTOINCREMENT;
                column.coltyp = [
                    Coltyp::Long,
                    Coltyp::LongLong,
                    Coltyp::Currency,
                    Coltyp::UnsignedLongLong,
                ][self.below(4)];
            }
            1 if none(ColumnBits::VERSION) => {
                column.bits = ColumnBits::VERSION;
                column.coltyp = Coltyp::Long;
            }
            2 => {
                column.bits = ColumnBits::ESCROW_UPDATE;
                column.coltyp = Coltyp::Long;
                column.default = Some(7_i32.to_le_bytes().to_vec());
            }
            _ => return false,
        }
        true
    }

    /// An index that a table can get; `None` when it has no columns for one.
    pub fn index(&mut self, table: &Table, primary: bool) -> Option<Index> {
        let fits = |c: &&Column| {
            let fixed_wide = c.class() == Class::Fixed && c.code_page == 1200;
            let multi = primary && c.has(ColumnBits::MULTI_VALUED);
            let changes = primary && c.has(ColumnBits::VERSION);
            !(fixed_wide || multi || changes || c.has(ColumnBits::ESCROW_UPDATE))
        };
        let columns: Vec<&Column> = table.columns.iter().filter(fits).collect();
        let mut key = Vec::new();
        for _ in 0..1 + self.below(3) {
            key.push((self.pick(&columns)?.uid, self.one_in(3)));
        }
        let first = table.column(key[0].0)?;
        let mut bits = match primary {
            true => IndexBits::PRIMARY,
            false if self.one_in(4) => IndexBits::UNIQUE,
            false => IndexBits::empty(),
        };
        bits |= match self.below(12) {
            0 | 1 if !primary => IndexBits::IGNORE_NULL,
            2 | 3 if !primary => IndexBits::IGNORE_ANY_NULL,
            4 | 5 if !primary => IndexBits::IGNORE_FIRST_NULL,
            6 => IndexBits::DISALLOW_NULL,
            7 | 8 => IndexBits::SORT_NULLS_HIGH,
            _ => IndexBits::empty(),
        };
        let text =
            first.coltyp.is_text() || matches!(first.coltyp, Coltyp::Binary | Coltyp::LongBinary);
        let tuples = text && first.class() != Class::Fixed && bits.is_empty() && self.one_in(3);
        if tuples {
            bits |= IndexBits::TUPLES;
        } else if !primary {
            bits |= match self.below(8) {
                0 => IndexBits::CROSS_PRODUCT,
                1 => IndexBits::NESTED_TABLE,
                _ => IndexBits::empty(),
            };
        }
        bits.set(IndexBits::DISALLOW_TRUNCATION, self.one_in(16));
        bits.set(IndexBits::DOT_NET_GUID, self.one_in(8));
        let key_most_most = if self.page_size == PageSize::K4 {
            1000
        } else {
            2000
        };
        let mut key_most = 0;
        if self.one_in(5) {
            bits |= IndexBits::KEY_MOST;
            key_most = 255 + self.below(key_most_most - 254) as u32;
        }
        let mut var_seg_mac = 0;
        if !tuples && self.one_in(6) {
            var_seg_mac = 2 + self.below(253) as u32;
        }
        let mut unicode = None;
        if self.one_in(4) {
            bits |= IndexBits::UNICODE;
            let locales = [("en-US", 0), ("", 0x403), ("en-US", 0x1000), ("", 0x400)];
            let (locale, flags) = locales[self.below(locales.len())];
            unicode = Some((locale.to_owned(), flags));
        }
        let mut conditions = Vec::new();
        if !primary && self.one_in(6) {
            let column = self.pick(&table.columns)?;
            conditions.push((column.uid, self.one_in(3)));
        }
        Some(Index {
            uid: table.next,
            name: format!("i{}", table.next),
            key,
            conditions,
            bits,
            unicode,
            var_seg_mac,
            key_most,
        })
    }

    // ---- values ----------------------------------------------------------------------------------

    /// A value that a column takes, of at most `most` bytes.
    pub fn value(&mut self, column: &Column, most: usize) -> Vec<u8> {
        let most = column.most().unwrap_or(usize::MAX).min(most);
        if let Some(bytes) = column.coltyp.fixed_bytes() {
            return self.number(column, bytes);
        }
        let full = column.class() == Class::Fixed && (column.code_page == 1200 || self.one_in(2));
        let len = match full {
            true => most,
            false => self.length(most),
        };
        match (column.coltyp.is_text(), column.code_page) {
            (false, _) => {
                let any = [0, 1, 8, 9, 0x40, 0x7F, 200, 255];
                let seed = self.below(256);
                let base = if self.gentle { 128 } else { 0 };
                let few = self.one_in(2) && !self.gentle;
                (0..len)
                    .map(|i| match few {
                        true => any[(seed * (i + 1)) % any.len()],
                        false => (base + (seed * (i + 3) / 2 + i) % (256 - base)) as u8,
                    })
                    .collect()
            }
            (true, 1200) => {
                let text = self.text(len / 2);
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            }
            (true, _) => self.text(len).into_bytes(),
        }
    }

    fn length(&mut self, most: usize) -> usize {
        let most = match self.below(16) {
            0 if !self.gentle => return 0,
            1..=8 => most.min(12),
            9..=11 => most.min(100),
            12 | 13 => most.min(1200),
            _ => most.min(20_000),
        };
        (2 + self.below(most.max(2) - 1)).min(most) & !1
    }

    /// Letters, digits and blanks; many are equal but for their case.
    fn text(&mut self, len: usize) -> String {
        let letters = b"abcABC012 xyzXYZ";
        let seed = self.below(64);
        let step = 1 + self.below(5);
        let letter = |i: usize| char::from(letters[(seed + i * i * step) % letters.len()]);
        (0..len).map(letter).collect()
    }

    fn number(&mut self, column: &Column, bytes: usize) -> Vec<u8> {
        let n = self.below(24) as i64 - 8;
        let n = if self.one_in(8) { n << 27 } else { n };
        match column.coltyp {
            Coltyp::Bit => vec![[0, 0xFF][self.below(2)]],
            Coltyp::IeeeSingle => (n as f32 / 4.0).to_le_bytes().to_vec(),
            Coltyp::IeeeDouble | Coltyp::DateTime => (n as f64 / 4.0).to_le_bytes().to_vec(),
            Coltyp::Guid => {
                let mut guid = [7; 16];
                guid[self.below(16)] = n as u8;
                guid[self.below(16)] ^= 0x80;
                guid.to_vec()
            }
            _ => n.to_le_bytes()[..bytes].to_vec(),
        }
    }

    /// A call that sets a column.
    pub fn set(&mut self, column: &Column, count: usize) -> Set {
        let mut set = Set {
            column: column.uid,
            itag: 1,
            offset: 0,
            value: None,
            flags: SetFlags::empty(),
        };
        if !self.one_in(7) {
            set.value = Some(self.value(column, usize::MAX));
        }
        if column.class() != Class::Tagged {
            return set;
        }
        let multi = column.has(ColumnBits::MULTI_VALUED);
        if multi {
            set.itag = self.below(count + 3) as u32;
        }
        if set.value.is_none() && self.one_in(3) {
            set.flags |= SetFlags::REVERT_TO_DEFAULT;
        }
        if column.coltyp.fixed_bytes().is_some() && set.value.as_ref().is_some_and(Vec::is_empty) {
            set.value = None;
        }
        if !column.is_long() {
            set.flags.set(SetFlags::UNIQUE, multi && self.one_in(4));
            return set;
        }
        match self.below(10) {
            0 | 1 => set.flags |= SetFlags::APPEND,
            2 | 3 => set.flags |= SetFlags::OVERWRITE,
            4 if !self.gentle => set.flags |= SetFlags::SIZE,
            5 => set.flags |= SetFlags::SIZE | SetFlags::OVERWRITE,
            6 if multi => set.flags |= SetFlags::UNIQUE,
            _ => {}
        }
        if set.flags.contains(SetFlags::OVERWRITE) {
            set.offset = [0, self.below(40), self.below(5000)][self.below(3)] as u32 & !1;
        }
        for (flag, n) in [
            (SetFlags::SEPARATE, 5),
            (SetFlags::INTRINSIC, 6),
            (SetFlags::COMPRESSED, 6),
            (SetFlags::UNCOMPRESSED, 8),
        ] {
            let wanted = self.one_in(n) && !(self.gentle && flag == SetFlags::COMPRESSED);
            set.flags.set(flag, wanted);
        }
        set
    }
}
