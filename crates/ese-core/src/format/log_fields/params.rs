//! `DBMS_PARAM` (567 bytes): what the instance that wrote a log was set to.
//!
//! ```text
//! off size field                        off size field
//!   0  261 system path (ANSI, lossy)    531    4 max version pages
//! 261  261 log path (ANSI, lossy)       535    4 max cursors
//! 522    1 flags (1 circular logging)   539    4 log buffers (sectors)
//! 523    4 max sessions                 543    4 log file size (segments)
//! 527    4 max open tables              547    4 cache size max (pages)
//!                                       551   16 reserved
//! ```
//! Source: docs/format/log-files.md §1.4. Stands in log header, checkpoint and Init records.
//! Invariant: reading and storing gives the same 567 bytes, whatever stands behind a path's NUL.
#![forbid(unsafe_code)]

use super::super::bytes::slice;
use super::{Field, Sink, ansi_text, covers, put, sub};
use std::fmt;

/// A path field of 261 bytes: NUL-terminated ANSI, for display only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AnsiPath<'a>(&'a [u8]);

impl<'a> AnsiPath<'a> {
    /// Length of the field in bytes.
    pub const BYTES: usize = 261;

    /// A field for `text` (with its NUL, which the rest is filled with); `None` when it is longer
    /// than 260 bytes.
    #[must_use]
    pub fn new(text: &'a [u8]) -> Option<Self> {
        (text.len() < Self::BYTES).then_some(Self(text))
    }

    /// The text up to the NUL.
    #[must_use]
    pub fn text(&self) -> String {
        ansi_text(self.0)
    }
}

impl<'a> Field<'a> for AnsiPath<'a> {
    const BYTES: usize = 261;
    fn get(b: &'a [u8], off: usize) -> Self {
        Self(slice(b, off, Self::BYTES).unwrap_or_default())
    }
    fn store(&self, dst: &mut [u8]) {
        dst.fill(0);
        put(dst, self.0);
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        sink(name, &self.text());
    }
}

impl fmt::Debug for AnsiPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

/// `fDBMSPARAMCircularLogging` of [`DbmsParam::flags`].
pub const CIRCULAR_LOGGING: u8 = 0x01;

macro_rules! dbms_param {
    ($lt:lifetime; $( $(#[$meta:meta])* $off:literal $field:ident : $ty:ty ),* $(,)?) => {
        /// The parameters; see the module.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct DbmsParam<$lt> {
            $(
                $(#[$meta])*
                #[doc = concat!("Offset ", stringify!($off), ".")]
                pub $field: $ty
            ),*
        }

        impl<$lt> DbmsParam<$lt> {
            const COVERED: () = assert!(
                covers(0, 567, &[$(($off, <$ty as Field<'_>>::BYTES)),*]),
                "the fields must cover every byte once"
            );
        }
        const _: () = DbmsParam::<'static>::COVERED;

        impl<$lt> Field<$lt> for DbmsParam<$lt> {
            const BYTES: usize = 567;
            fn get(b: &$lt [u8], off: usize) -> Self {
                let b = slice(b, off, Self::BYTES).unwrap_or_default();
                Self { $($field: <$ty as Field<'_>>::get(b, $off)),* }
            }
            fn store(&self, dst: &mut [u8]) {
                $(
                    let end = $off + <$ty as Field<'_>>::BYTES;
                    self.$field.store(dst.get_mut($off..end).unwrap_or_default());
                )*
            }
            fn show(&self, name: &str, sink: &mut Sink<'_>) {
                $(self.$field.show(&sub(name, stringify!($field)), sink);)*
            }
        }
    };
}
dbms_param! {
    'a;
    /// System path.
    0 system_path: AnsiPath<'a>,
    /// Log path.
    261 log_path: AnsiPath<'a>,
    /// [`CIRCULAR_LOGGING`].
    522 flags: u8,
    /// Sessions at most.
    523 sessions_max: u32,
    /// Open tables at most.
    527 open_tables_max: u32,
    /// Version pages at most.
    531 version_pages_max: u32,
    /// Cursors at most.
    535 cursors_max: u32,
    /// Log buffers, in sectors.
    539 log_buffers: u32,
    /// Length of a log file, in segments.
    543 log_file_segments: u32,
    /// Pages of the cache at most.
    547 cache_pages_max: u32,
    /// Zero.
    551 reserved: [u8; 16],
}
