//! Space on disk: what a tree's root says about its pages, the extents of the OE and AE trees, and the
//! split buffer.
//!
//! ```text
//! external header of a tree's root           extent node (OE, AE)
//!  0  4  cpgPrimary (v2: last growth)         key   BE32 last page                4 bytes
//!  4  4  pgnoParent                           or    0x80|pool, BE32 last page     5 bytes
//!  8  4  flags                                data  LE32 number of pages
//! 12  4  single: bitmap of free pages
//!        multiple: pgnoOE (AE = OE + 1)       split buffer (root of OE, AE): twice
//! longer than 16: u8 bitmap of the fields      0  4  last page
//!   present, then the fields in bit order      4  4  number of pages
//!   bit 0 the 16 bytes above, bit 1 u64 auto-increment
//! ```
//! Source: docs/format/database-btree-space.md §5.
//!
//! Invariants: a decoded extent lies in 1..=its last page; nothing is allocated but by
//! [`RootHeader::to_bytes`]; what parses is built again to the same bytes.
#![forbid(unsafe_code)]

use super::bytes::{array, u8_at, u32_at, u64_at};
use super::ids::Pgno;
use super::node::Node;
use crate::error::{HasJetErr, JetErr};

/// Bytes of the space header, and of a split buffer.
pub const SPACE_HEADER_BYTES: usize = 16;
/// Pages behind the root that a single extent's bitmap covers.
pub const BITMAP_PAGES: u32 = 32;
/// Bit of a long external header: the space header is there.
const FIELD_SPACE: u8 = 1;
/// Bit of a long external header: the auto-increment value is there.
const FIELD_AUTO_INCREMENT: u8 = 2;
/// First key byte of a pooled extent, its pool in the low bits.
const POOL_MARK: u8 = 0x80;

bitflags::bitflags! {
    /// Flags of the space header.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct SpaceFlags: u32 {
        /// The tree has OE and AE trees.
        const MULTIPLE = 1;
        /// Keys of the tree are not unique.
        const NON_UNIQUE = 2;
        /// The first field is the size of the last growth.
        const V2 = 4;
        // Bits of other engines are kept as they are.
        const _ = !0;
    }
}

/// Bytes that are no space structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpaceError {
    /// Too short, or without a space header.
    #[error("an external header of {0} bytes holds no space header")]
    NoSpaceHeader(usize),
    /// A node's key is no page number.
    #[error("the key of an extent has {0} bytes")]
    ExtentKey(usize),
    /// A node's data is no page count.
    #[error("the data of an extent has {0} bytes")]
    ExtentData(usize),
    /// The extent holds no page, or pages before page 1.
    #[error("no extent has {cpg} pages and ends at page {last}")]
    Extent {
        /// Last page.
        last: Pgno,
        /// Number of pages.
        cpg: u32,
    },
    /// A split buffer of a wrong length.
    #[error("a split buffer of {0} bytes")]
    SplitBuffer(usize),
}

impl HasJetErr for SpaceError {
    fn jet_err(&self) -> JetErr {
        JetErr::DATABASE_CORRUPTED
    }
}

/// The 16 bytes that say what pages a tree has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceHeader {
    /// Pages of the first extent; with [`SpaceFlags::V2`] pages of the last growth.
    pub cpg: u32,
    /// Root of the tree that this one takes space from; 0 for the database's root.
    pub parent: Pgno,
    /// Flags.
    pub flags: SpaceFlags,
    /// The bitmap of a single extent, or the number of the OE root.
    pub bitmap_or_oe: u32,
}

impl SpaceHeader {
    /// Reads the 16 bytes at the start of `b`.
    #[must_use]
    pub fn parse(b: &[u8]) -> Option<Self> {
        Some(Self {
            cpg: u32_at(b, 0)?,
            parent: Pgno(u32_at(b, 4)?),
            flags: SpaceFlags::from_bits_retain(u32_at(b, 8)?),
            bitmap_or_oe: u32_at(b, 12)?,
        })
    }

    /// The 16 bytes on disk.
    #[must_use]
    pub fn to_bytes(self) -> [u8; SPACE_HEADER_BYTES] {
        let [a, b, c, d] = self.cpg.to_le_bytes();
        let [e, f, g, h] = self.parent.0.to_le_bytes();
        let [i, j, k, l] = self.flags.bits().to_le_bytes();
        let [m, n, o, p] = self.bitmap_or_oe.to_le_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    }

    /// `true` when the tree has OE and AE trees.
    #[must_use]
    pub fn is_multiple(self) -> bool {
        self.flags.contains(SpaceFlags::MULTIPLE)
    }

    /// Roots of OE and AE; `None` for a single extent.
    #[must_use]
    pub fn oe_and_ae(self) -> Option<(Pgno, Pgno)> {
        self.is_multiple().then(|| {
            (
                Pgno(self.bitmap_or_oe),
                Pgno(self.bitmap_or_oe.wrapping_add(1)),
            )
        })
    }

    /// The one extent of a tree whose root is `fdp`; `None` when it has several, or a size that no
    /// extent has.
    #[must_use]
    pub fn single_extent(self, fdp: Pgno) -> Option<Extent> {
        if self.is_multiple() || self.cpg == 0 {
            return None;
        }
        let last = Pgno(fdp.0.checked_add(self.cpg - 1)?);
        Some(Extent {
            last,
            cpg: self.cpg,
            pool: Pool::General,
        })
    }

    /// Free pages of a single extent whose root is `fdp`, ascending; none of a tree with several.
    pub fn single_free_pages(self, fdp: Pgno) -> impl Iterator<Item = Pgno> {
        let bitmap = if self.is_multiple() {
            0
        } else {
            self.bitmap_or_oe
        };
        (0..BITMAP_PAGES)
            .filter(move |i| bitmap & (1 << i) != 0)
            .filter_map(move |i| Some(Pgno(fdp.0.checked_add(i + 1)?)))
    }
}

/// The external header of a tree's root: space, and in newer files more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootHeader<'a> {
    /// Space of the tree.
    pub space: SpaceHeader,
    /// Highest auto-increment value that is reserved (0: the field exists without a value yet);
    /// `None` without the field.
    pub auto_increment: Option<u64>,
    /// `true` for the form with a bitmap of fields.
    pub long_form: bool,
    /// Bits of fields that are not known here; their bytes are `rest`.
    pub unknown_fields: u8,
    /// Bytes behind the known fields.
    pub rest: &'a [u8],
}

impl<'a> RootHeader<'a> {
    /// Reads an external header: 16 bytes are the space header, more begin with a bitmap of fields.
    pub fn parse(b: &'a [u8]) -> Result<Self, SpaceError> {
        let none = SpaceError::NoSpaceHeader(b.len());
        if b.len() <= SPACE_HEADER_BYTES {
            return Ok(Self {
                space: SpaceHeader::parse(b).ok_or(none)?,
                auto_increment: None,
                long_form: false,
                unknown_fields: 0,
                rest: &[],
            });
        }
        let fields = u8_at(b, 0).ok_or(none)?;
        let mut rest = b.get(1..).ok_or(none)?;
        if fields & FIELD_SPACE == 0 {
            return Err(none);
        }
        let space = SpaceHeader::parse(rest).ok_or(none)?;
        rest = rest.get(SPACE_HEADER_BYTES..).ok_or(none)?;
        let mut auto_increment = None;
        if fields & FIELD_AUTO_INCREMENT != 0 {
            auto_increment = Some(u64_at(rest, 0).ok_or(none)?);
            rest = rest.get(8..).ok_or(none)?;
        }
        Ok(Self {
            space,
            auto_increment,
            long_form: true,
            unknown_fields: fields & !(FIELD_SPACE | FIELD_AUTO_INCREMENT),
            rest,
        })
    }

    /// The bytes on disk. An auto-increment value makes it the long form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1 + SPACE_HEADER_BYTES + 8 + self.rest.len());
        let long = self.long_form || self.auto_increment.is_some() || self.unknown_fields != 0;
        if long {
            let auto = if self.auto_increment.is_some() {
                FIELD_AUTO_INCREMENT
            } else {
                0
            };
            out.push(self.unknown_fields | FIELD_SPACE | auto);
        }
        out.extend_from_slice(&self.space.to_bytes());
        if let Some(value) = self.auto_increment {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.extend_from_slice(self.rest);
        out
    }
}

/// What free pages are kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pool {
    /// Any use: keys of four bytes.
    General,
    /// Pool 1: reserve for sequential use. A count of 0 is legal there.
    Continuous,
    /// Pool 2: pages behind the end of a shrunk file.
    Shelved,
    /// A pool that is not known here.
    Other(u8),
}

impl Pool {
    fn from_key_byte(b: u8) -> Option<Self> {
        match b.checked_sub(POOL_MARK)? {
            1 => Some(Self::Continuous),
            2 => Some(Self::Shelved),
            n => Some(Self::Other(n)),
        }
    }

    /// The leading key byte; none in the general pool.
    fn key_byte(self) -> Option<u8> {
        match self {
            Self::General => None,
            Self::Continuous => Some(POOL_MARK | 1),
            Self::Shelved => Some(POOL_MARK | 2),
            Self::Other(n) => Some(POOL_MARK | n),
        }
    }
}

/// A run of consecutive pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// Last page.
    pub last: Pgno,
    /// Number of pages.
    pub cpg: u32,
    /// What it is kept for (AE); general in OE.
    pub pool: Pool,
}

impl Extent {
    /// An extent, `None` when its pages would begin before page 1 (or it has none, outside the
    /// continuous pool).
    #[must_use]
    pub fn new(last: Pgno, cpg: u32, pool: Pool) -> Option<Self> {
        let empty_is_legal = pool == Pool::Continuous;
        let fits = cpg <= last.0 && last <= Pgno::MAX && (cpg > 0 || empty_is_legal);
        fits.then_some(Self { last, cpg, pool })
    }

    /// First page; one behind the last of an empty extent.
    #[must_use]
    pub fn first(self) -> Pgno {
        Pgno((self.last.0 + 1).saturating_sub(self.cpg))
    }

    /// `true` when the page lies in the extent.
    #[must_use]
    pub fn contains(self, pgno: Pgno) -> bool {
        self.first() <= pgno && pgno <= self.last
    }

    /// `true` when the two share a page.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.cpg > 0 && other.cpg > 0 && self.first() <= other.last && other.first() <= self.last
    }

    /// Reads a node of an OE or AE leaf, whatever its flags: what is flagged deleted keeps its last
    /// count and must be left out by the caller ([`Node::is_deleted`]).
    pub fn from_node(node: &Node<'_>) -> Result<Self, SpaceError> {
        let mut key = [0u8; 5];
        let key_error = SpaceError::ExtentKey(node.key_len());
        let key_bytes = node.prefix.iter().chain(node.suffix);
        let slots = key.get_mut(..node.key_len()).ok_or(key_error)?;
        for (slot, &b) in slots.iter_mut().zip(key_bytes) {
            *slot = b;
        }
        let (pool, last) = match node.key_len() {
            4 => (Pool::General, array::<4>(&key, 0)),
            5 => (
                u8_at(&key, 0)
                    .and_then(Pool::from_key_byte)
                    .ok_or(key_error)?,
                array::<4>(&key, 1),
            ),
            _ => return Err(key_error),
        };
        let last = Pgno(last.map(u32::from_be_bytes).ok_or(key_error)?);
        let cpg = array::<4>(node.data, 0)
            .filter(|_| node.data.len() == 4)
            .map(u32::from_le_bytes)
            .ok_or(SpaceError::ExtentData(node.data.len()))?;
        Self::new(last, cpg, pool).ok_or(SpaceError::Extent { last, cpg })
    }

    /// The key of the extent's node: buffer and length.
    #[must_use]
    pub fn key(self) -> ([u8; 5], usize) {
        let [a, b, c, d] = self.last.0.to_be_bytes();
        match self.pool.key_byte() {
            None => ([a, b, c, d, 0], 4),
            Some(pool) => ([pool, a, b, c, d], 5),
        }
    }

    /// The data of the extent's node.
    #[must_use]
    pub fn data(self) -> [u8; 4] {
        self.cpg.to_le_bytes()
    }
}

/// Pages that a space tree holds ready for its own splits: two extents, taken from the front of the
/// first, then of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SplitBuffer {
    /// `(last page, number of pages)`, twice; a count of 0 is an empty slot.
    pub slots: [(Pgno, u32); 2],
}

impl SplitBuffer {
    /// Reads the external header of an OE or AE root: `None` when it has none.
    pub fn parse(external_header: &[u8]) -> Result<Option<Self>, SpaceError> {
        if external_header.is_empty() {
            return Ok(None);
        }
        let wrong = SpaceError::SplitBuffer(external_header.len());
        let slot = |off: usize| {
            Some((
                Pgno(u32_at(external_header, off)?),
                u32_at(external_header, off + 4)?,
            ))
        };
        Ok(Some(Self {
            slots: [slot(0).ok_or(wrong)?, slot(8).ok_or(wrong)?],
        }))
    }

    /// The 16 bytes on disk.
    #[must_use]
    pub fn to_bytes(self) -> [u8; SPACE_HEADER_BYTES] {
        let [(last_0, cpg_0), (last_1, cpg_1)] = self.slots;
        SpaceHeader {
            cpg: last_0.0,
            parent: Pgno(cpg_0),
            flags: SpaceFlags::from_bits_retain(last_1.0),
            bitmap_or_oe: cpg_1,
        }
        .to_bytes()
    }

    /// The extents that hold pages. Slots that describe no extent are left out.
    pub fn extents(self) -> impl Iterator<Item = Extent> {
        self.slots
            .into_iter()
            .filter_map(|(last, cpg)| Extent::new(last, cpg, Pool::General))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::node::NodeFlags;
    use testkit::unhex;

    fn node<'a>(key: &'a [u8], data: &'a [u8]) -> Node<'a> {
        let (prefix, suffix) = key.split_at(key.len() / 2);
        Node {
            prefix,
            suffix,
            data,
            flags: NodeFlags::empty(),
        }
    }

    #[test]
    fn worked_headers() {
        // docs/format/database-pages.md §4.5: 20 pages, parent 1, multiple, OE 5.
        let bytes = unhex("14000000 01000000 01000000 05000000");
        let root = RootHeader::parse(&bytes).unwrap();
        assert_eq!((root.space.cpg, root.space.parent), (20, Pgno(1)));
        assert_eq!(root.space.oe_and_ae(), Some((Pgno(5), Pgno(6))));
        assert_eq!(root.space.single_extent(Pgno(4)), None);
        assert_eq!(root.space.single_free_pages(Pgno(4)).count(), 0);
        assert_eq!(root.to_bytes(), bytes);
        // docs/format/database-btree-space.md §5.1: 25 bytes with auto-increment 14.
        let bytes = unhex("03 07000000 01000000 00000000 00000000 0e00000000000000");
        let root = RootHeader::parse(&bytes).unwrap();
        assert_eq!((root.auto_increment, root.space.cpg), (Some(14), 7));
        assert_eq!(root.to_bytes(), bytes);
    }

    #[test]
    fn single_extent_and_its_bitmap() {
        // §5.2: FDP 31 with 4 pages, bitmap 7: pages 32, 33, 34 free.
        let bytes = unhex("04000000 01000000 00000000 07000000");
        let space = RootHeader::parse(&bytes).unwrap().space;
        let extent = space.single_extent(Pgno(31)).unwrap();
        assert_eq!((extent.first(), extent.last), (Pgno(31), Pgno(34)));
        let free: Vec<u32> = space.single_free_pages(Pgno(31)).map(|p| p.0).collect();
        assert_eq!(free, [32, 33, 34]);
        assert_eq!(space.single_extent(Pgno(u32::MAX)), None);
        assert_eq!(space.single_free_pages(Pgno(u32::MAX)).count(), 0);
    }

    #[test]
    fn unknown_fields_are_kept() {
        let bytes = unhex("0d 07000000 01000000 00000000 00000000 aabbcc");
        let root = RootHeader::parse(&bytes).unwrap();
        assert_eq!((root.unknown_fields, root.rest.len()), (0x0C, 3));
        assert_eq!(root.to_bytes(), bytes);
        for len in 0..16 {
            assert!(RootHeader::parse(&bytes[..len]).is_err());
        }
        // The bitmap says more than there is, or no space header.
        assert!(RootHeader::parse(&unhex("03 07000000 01000000 00000000 00000000 0e")).is_err());
        assert!(RootHeader::parse(&unhex("02 0e00000000000000 0000000000000000")).is_err());
    }

    #[test]
    fn extents() {
        // §5.3: the database's root owns pages 1-254.
        let key = unhex("000000FE");
        let data = unhex("FE000000");
        let e = Extent::from_node(&node(&key, &data)).unwrap();
        assert_eq!(
            (e.first(), e.last, e.pool),
            (Pgno(1), Pgno(254), Pool::General)
        );
        let (bytes, len) = e.key();
        assert_eq!(bytes[..len], key[..]);
        assert_eq!(e.data()[..], data[..]);
        assert!(e.contains(Pgno(1)) && e.contains(Pgno(254)));
        assert!(!e.contains(Pgno(0)) && !e.contains(Pgno(255)));

        for (key, data, pool) in [
            ("81 00000010", "00000000", Pool::Continuous),
            ("82 00000010", "04000000", Pool::Shelved),
            ("87 00000010", "04000000", Pool::Other(7)),
        ] {
            let (key, data) = (unhex(key), unhex(data));
            let e = Extent::from_node(&node(&key, &data)).unwrap();
            assert_eq!(e.pool, pool);
            assert_eq!(e.key().0[..5], key[..]);
        }
        for (key, data) in [
            ("", "01000000"),
            ("000010", "01000000"),
            ("00000000000010", "01000000"),
            ("01 00000010", "01000000"),
            ("00000010", "010000"),
            ("00000010", "0100000000"),
            ("00000010", "00000000"),
            ("00000010", "11000000"),
            ("7FF00000", "01000000"),
            ("FFFFFFFF", "FFFFFFFF"),
        ] {
            let (key, data) = (unhex(key), unhex(data));
            assert!(Extent::from_node(&node(&key, &data)).is_err(), "{key:?}");
        }
        let ext = |last, cpg| Extent::new(Pgno(last), cpg, Pool::General).unwrap();
        assert!(ext(10, 5).overlaps(ext(6, 1)) && !ext(10, 5).overlaps(ext(5, 5)));
    }

    #[test]
    fn split_buffers() {
        assert_eq!(SplitBuffer::parse(&[]), Ok(None));
        assert!(SplitBuffer::parse(&[0; 15]).is_err());
        let bytes = unhex("20000000 02000000 30000000 08000000");
        let buffer = SplitBuffer::parse(&bytes).unwrap().unwrap();
        let pages: Vec<(u32, u32)> = buffer.extents().map(|e| (e.first().0, e.last.0)).collect();
        assert_eq!(pages, [(31, 32), (41, 48)]);
        assert_eq!(buffer.to_bytes()[..], bytes[..]);
        assert_eq!(SplitBuffer::default().extents().count(), 0);
    }
}
