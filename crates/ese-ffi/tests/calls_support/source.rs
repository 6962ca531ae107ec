//! What arguments are made of: numbers, bits, texts, buffers and pointers, from the bytes of an input.
//!
//! Invariants: a pointer is null, misaligned inside of room that is large enough, or good; what a call
//! may write into is exactly as large as the call is told, so that a sanitizer sees each byte too many.
//! No text names a place outside of the current folder. An exhausted input gives zeros: the calls at its
//! end are the plain ones.

use arbitrary::Unstructured;
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ffi::{c_char, c_void};

/// The bytes of an input, and how wrong the arguments of the current call may be.
pub struct Source<'a> {
    bytes: Unstructured<'a>,
    wild: bool,
}

/// Names of tables, columns and indexes: those that exist in the beginning, new ones, wrong ones.
const TABLES: &[&str] = &["t", "t", "t", "t", "t", "u", "u", "v", "T", "MSysObjects"];
const COLUMNS: &[&str] = &["id", "word", "large", "tags", "count", "more", "auto"];
const INDEXES: &[&str] = &["by_id", "by_word", "by_tags", "by_more", "by_count"];
const WRONG_NAMES: &[&str] = &["", " x", ".", "a.b", "a!b", "\u{1}", "trailing ", "[x]"];
/// Databases and folders.
const PATHS: &[&str] = &["a.edb", "b.edb", "c.edb", "sub/d.edb", "bk", "bk2"];
const WRONG_PATHS: &[&str] = &[
    "",
    "none.edb",
    ".",
    "edb.log",
    "edb00001.log",
    "a.edb/x",
    "edb.chk",
];
/// Sizes of buffers and values.
const SIZES: &[usize] = &[
    4, 8, 0, 1, 2, 3, 5, 7, 10, 16, 20, 24, 40, 64, 255, 256, 257, 1000, 1024, 4000, 4096, 8200,
    70_000,
];

/// A text that both forms of a function take; or null.
pub struct Text(Option<(Vec<c_char>, Vec<u16>)>);

/// A character of either form.
pub trait Form: Sized {
    /// Where the text begins in this form.
    fn of(text: &Text) -> *const Self;
}

impl Form for c_char {
    fn of(text: &Text) -> *const Self {
        text.0.as_ref().map_or(std::ptr::null(), |t| t.0.as_ptr())
    }
}

impl Form for u16 {
    fn of(text: &Text) -> *const Self {
        text.0.as_ref().map_or(std::ptr::null(), |t| t.1.as_ptr())
    }
}

impl Text {
    pub fn new(text: &str) -> Self {
        let a = text.bytes().chain([0]).map(|b| c_char::from_ne_bytes([b]));
        let w = text.encode_utf16().chain([0]);
        Self(Some((a.collect(), w.collect())))
    }

    pub fn null() -> Self {
        Self(None)
    }

    /// In the form that the call takes.
    pub fn p<C: Form>(&self) -> *const C {
        C::of(self)
    }

    /// The same where the prototype forgets that it only reads.
    pub fn m<C: Form>(&self) -> *mut C {
        C::of(self).cast_mut()
    }

    /// Bytes with the end, in the A form.
    pub fn len(&self) -> u32 {
        self.0.as_ref().map_or(0, |t| t.0.len() as u32)
    }
}

/// Room for a call to read or to write, of exactly the size that the call is told.
pub struct Room {
    block: *mut u8,
    layout: Layout,
    offset: usize,
    null: bool,
    size: u32,
}

impl Room {
    fn new(size: usize, odd: bool, null: bool) -> Self {
        let offset = usize::from(odd);
        let layout = Layout::from_size_align(size.max(1) + offset, 16).expect("a small block");
        // SAFETY: the layout is not empty.
        let block = unsafe { alloc_zeroed(layout) };
        assert!(!block.is_null(), "there is memory");
        Self {
            block,
            layout,
            offset,
            null,
            size: size as u32,
        }
    }

    /// Its beginning, or null.
    pub fn at<T>(&self) -> *mut T {
        if self.null {
            return std::ptr::null_mut();
        }
        self.block.wrapping_add(self.offset).cast()
    }

    /// The same for a void pointer.
    pub fn v(&self) -> *mut c_void {
        self.at()
    }

    /// Bytes, as the call is told.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// The value that a call left, wherever it lies.
    pub fn value<T: Copy>(&self) -> T {
        assert!(self.layout.size() >= size_of::<T>() + self.offset);
        // SAFETY: the block is as large as that, and zeroed or written.
        unsafe { self.block.add(self.offset).cast::<T>().read_unaligned() }
    }

    /// Writes a value into it.
    pub fn put<T>(&self, value: T) {
        assert!(self.layout.size() >= size_of::<T>() + self.offset);
        // SAFETY: the block is as large as that.
        unsafe {
            self.block
                .add(self.offset)
                .cast::<T>()
                .write_unaligned(value)
        }
    }

    /// Its bytes, to be filled.
    pub fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the block has so many bytes behind the offset, and they are ours alone.
        unsafe { std::slice::from_raw_parts_mut(self.block.add(self.offset), self.size as usize) }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout, and freed once.
        unsafe { dealloc(self.block, self.layout) }
    }
}

impl<'a> Source<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes: Unstructured::new(bytes),
            wild: false,
        }
    }

    /// Nothing is left.
    pub fn is_over(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        self.bytes.arbitrary().unwrap_or(0)
    }

    /// A new call: one in sixteen may have wrong arguments.
    pub fn begin(&mut self) -> bool {
        self.wild = self.byte() % 16 == 15;
        self.wild
    }

    /// `true` for one of `n`; never at the end of the input.
    pub fn chance(&mut self, n: u8) -> bool {
        self.byte() % n == n - 1
    }

    /// `true` where this argument is to be wrong.
    pub fn wrong(&mut self) -> bool {
        self.wild && self.chance(4)
    }

    pub fn below(&mut self, n: usize) -> usize {
        match n {
            0 | 1 => 0,
            _ => usize::from(self.byte()) % n,
        }
    }

    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Small, or any.
    pub fn number(&mut self) -> u32 {
        match self.byte() {
            n @ 0..=247 => u32::from(n % 32),
            _ => self.any(),
        }
    }

    /// Any number, those at the edges of its range among them.
    pub fn any(&mut self) -> u32 {
        match self.byte() % 4 {
            0 => u32::MAX,
            1 => 0x8000_0000,
            2 => 0x7FFF_FFFF,
            _ => self.bytes.arbitrary().unwrap_or(0),
        }
    }

    pub fn wide(&mut self) -> u64 {
        self.bytes.arbitrary().unwrap_or(0)
    }

    /// None, some of the bits that the call knows, or any.
    pub fn bits(&mut self, known: &[u32]) -> u32 {
        if self.wrong() {
            return self.any();
        }
        match self.byte() {
            _ if known.is_empty() => 0,
            0..=159 => 0,
            n @ 160..=247 => known[usize::from(n) % known.len()],
            _ => self.of(known) | self.of(known),
        }
    }

    fn name_of(&mut self, known: &[&str]) -> Text {
        if !self.wrong() {
            return Text::new(self.of(known));
        }
        match self.byte() % 4 {
            0 => Text::null(),
            1 => Text::new(&"n".repeat(64 + self.below(3) * 100)),
            2 => Text::new(self.of(TABLES)),
            _ => Text::new(self.of(WRONG_NAMES)),
        }
    }

    /// The name of a table, of a column, of an index.
    pub fn table(&mut self) -> Text {
        self.name_of(TABLES)
    }

    pub fn column(&mut self) -> Text {
        self.name_of(COLUMNS)
    }

    pub fn index(&mut self) -> Text {
        self.name_of(INDEXES)
    }

    pub fn path(&mut self) -> Text {
        if !self.wrong() {
            return Text::new(self.of(PATHS));
        }
        match self.byte() % 8 {
            0 => Text::null(),
            1 => Text::new(&"p".repeat(250 + self.below(8) * 100)),
            _ => Text::new(self.of(WRONG_PATHS)),
        }
    }

    /// A pointer to one value.
    pub fn out<T>(&mut self) -> Room {
        let (odd, null) = (self.wrong(), self.wrong());
        Room::new(size_of::<T>(), odd, null)
    }

    /// A pointer to a structure that is filled already.
    pub fn given<T>(&mut self, value: T) -> Room {
        let room = self.out::<T>();
        room.put(value);
        room
    }

    /// Room of a size that callers use.
    pub fn room(&mut self) -> Room {
        let size = self.of(SIZES);
        let null = self.wrong();
        Room::new(size, false, null)
    }

    /// Room of this size, or of another.
    pub fn room_of(&mut self, size: usize) -> Room {
        if self.wrong() {
            return self.room();
        }
        Room::new(size, false, false)
    }

    /// A value to hand in: bytes of the input, longer ones repeated.
    pub fn data(&mut self) -> Room {
        let mut room = match self.byte() {
            0..=127 => Room::new(4, false, false),
            _ => self.room(),
        };
        let seed: [u8; 4] = self.bytes.arbitrary().unwrap_or_default();
        let small = seed.map(|b| b % 8);
        for (at, byte) in room.bytes().iter_mut().enumerate() {
            // Mostly few values: keys that meet each other.
            *byte = if at == 0 {
                small[0]
            } else if at < 4 {
                0
            } else {
                small[at % 4]
            };
        }
        room
    }

    /// The size that a structure is said to have.
    pub fn size_of<T>(&mut self) -> u32 {
        let right = size_of::<T>() as u32;
        if self.wrong() {
            right - self.of(&[1_u32, 4, 8])
        } else {
            right
        }
    }
}
