//! Handles: opaque numbers that stand for instances, sessions, cursors, files and snapshots.
//!
//! A handle is an index into a table, the kind of its table, and the generation of its place, which
//! grows whenever the place is freed. Invariants: a handle that is stale, made up, or of another
//! kind is never taken for a living one; it is never 0 nor -1; a place whose generations are used up
//! is not used again. A look-up takes the lock of its own place only, so that sessions of different
//! threads never wait for each other; what calls use for each record has a [`Front`] beside its place,
//! which needs no lock ([`crate::door`]).
#![forbid(unsafe_code)]

use crate::gate::Refusal;
use ese_core::JetErr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What a handle stands for.
#[allow(dead_code, reason = "files and snapshots come with backup")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Instance = 1,
    Session = 2,
    Cursor = 3,
    File = 4,
    Snapshot = 5,
    Callback = 6,
}

impl Kind {
    /// What a call answers when a handle of this kind is not one (behaviour-instances.md §2,
    /// docs of the functions; a stale backup file handle: design §9).
    pub(crate) const fn error(self) -> JetErr {
        match self {
            Self::Session => JetErr::INVALID_SESID,
            Self::Cursor => JetErr::INVALID_TABLE_ID,
            Self::Snapshot => JetErr::OS_SNAPSHOT_INVALID_SNAP_ID,
            Self::Instance | Self::File | Self::Callback => JetErr::INVALID_PARAMETER,
        }
    }
}

/// Bits of a handle, lowest first: index, kind, generation.
const INDEX_BITS: u32 = if usize::BITS == 64 { 28 } else { 16 };
const KIND_BITS: u32 = 4;
const GENERATION_BITS: u32 = usize::BITS - INDEX_BITS - KIND_BITS;
const GENERATION_MAX: usize = (1 << GENERATION_BITS) - 1;
const _: () = assert!(GENERATION_BITS >= 12 && INDEX_BITS < u32::BITS);
// A kind of all ones could make a handle -1, which is nil.
const _: () = assert!((Kind::Callback as usize) < (1 << KIND_BITS) - 1);

/// Places of the first segment; each further one doubles the table.
const FIRST_SEGMENT: usize = 64;
/// Segments that fill the bits of an index.
const SEGMENTS: usize = (INDEX_BITS - FIRST_SEGMENT.ilog2() + 1) as usize;

/// What stands before a place for who does not lock it. Called under the lock of the place.
pub(crate) trait Front<T>: Default {
    /// Largest generation that it knows.
    const GENERATION_MOST: usize = usize::MAX;

    /// A value came into the place.
    fn opened(&self, handle: usize, generation: usize, value: &Arc<T>);

    /// It went.
    fn closed(&self);
}

impl<T> Front<T> for () {
    fn opened(&self, _handle: usize, _generation: usize, _value: &Arc<T>) {}

    fn closed(&self) {}
}

/// One place. On a cache line of its own: it is written by each call.
#[repr(align(64))]
struct Place<T, F> {
    front: F,
    inside: Mutex<Inside<T>>,
}

/// Places that were made together.
type Segment<T, F> = OnceLock<Box<[Place<T, F>]>>;

/// A place that is locked, with its index.
type Locked<'h, T, F> = (usize, &'h Place<T, F>, MutexGuard<'h, Inside<T>>);

struct Inside<T> {
    generation: usize,
    value: Option<Arc<T>>,
}

/// The table of all handles of one kind.
pub(crate) struct Handles<T, F = ()> {
    kind: Kind,
    segments: [Segment<T, F>; SEGMENTS],
    free: Mutex<Free>,
    living: AtomicUsize,
}

/// Places without value.
struct Free {
    again: Vec<usize>,
    /// First index that was never used.
    fresh: usize,
}

impl<T, F: Front<T>> Handles<T, F> {
    /// An empty table.
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            segments: [const { OnceLock::new() }; SEGMENTS],
            free: Mutex::new(Free {
                again: Vec::new(),
                fresh: 0,
            }),
            living: AtomicUsize::new(0),
        }
    }

    /// A new handle, or JET_errOutOfMemory when the table is full.
    pub(crate) fn insert(&self, value: Arc<T>) -> Result<usize, Refusal> {
        let index = {
            let mut free = lock(&self.free);
            match free.again.pop() {
                Some(index) => index,
                None if free.fresh < 1 << INDEX_BITS => {
                    free.fresh += 1;
                    free.fresh - 1
                }
                None => return Err(Refusal(JetErr::OUT_OF_MEMORY)),
            }
        };
        let (segment, at) = place_of(index);
        let full = Err(Refusal(JetErr::OUT_OF_MEMORY));
        let Some(segment) = self.segments.get(segment).map(|s| {
            s.get_or_init(|| {
                let places = FIRST_SEGMENT << segment;
                let place = || Place {
                    front: F::default(),
                    inside: Mutex::new(Inside {
                        generation: 1,
                        value: None,
                    }),
                };
                std::iter::repeat_with(place).take(places).collect()
            })
        }) else {
            return full;
        };
        let Some(place) = segment.get(at) else {
            return full;
        };
        let mut inside = lock(&place.inside);
        let handle = self.handle(index, inside.generation);
        place.front.opened(handle, inside.generation, &value);
        inside.value = Some(value);
        self.living.fetch_add(1, Ordering::Relaxed);
        Ok(handle)
    }

    /// What stands before the place of a handle, and the generation that the handle is of. Nobody says
    /// that the place is of this generation.
    #[inline(always)]
    pub(crate) fn front(&self, handle: usize) -> Option<(&F, usize)> {
        let (_, place, generation) = self.place(handle)?;
        Some((&place.front, generation))
    }

    /// What the handle stands for, or the error of its kind.
    pub(crate) fn get(&self, handle: usize) -> Result<Arc<T>, Refusal> {
        self.inside(handle)
            .and_then(|(_, _, inside)| inside.value.clone())
            .ok_or(Refusal(self.kind.error()))
    }

    /// Frees the handle: from now on it is stale.
    pub(crate) fn remove(&self, handle: usize) -> Result<Arc<T>, Refusal> {
        let stale = Refusal(self.kind.error());
        let (index, place, mut inside) = self.inside(handle).ok_or(stale)?;
        let value = inside.value.take().ok_or(stale)?;
        place.front.closed();
        self.living.fetch_sub(1, Ordering::Relaxed);
        if inside.generation < GENERATION_MAX.min(F::GENERATION_MOST) {
            inside.generation += 1;
            drop(inside);
            lock(&self.free).again.push(index);
        }
        Ok(value)
    }

    /// How many handles live.
    pub(crate) fn len(&self) -> usize {
        self.living.load(Ordering::Relaxed)
    }

    /// All living handles, in the order of their places.
    pub(crate) fn all(&self) -> Vec<(usize, Arc<T>)> {
        let used = lock(&self.free).fresh;
        (0..used)
            .filter_map(|index| {
                let (segment, at) = place_of(index);
                let place = self.segments.get(segment)?.get()?.get(at)?;
                let inside = lock(&place.inside);
                let value = inside.value.clone()?;
                Some((self.handle(index, inside.generation), value))
            })
            .collect()
    }

    fn handle(&self, index: usize, generation: usize) -> usize {
        (generation << (INDEX_BITS + KIND_BITS)) | ((self.kind as usize) << INDEX_BITS) | index
    }

    /// Index and place of a handle whose kind is right, and its generation.
    #[inline(always)]
    fn place(&self, handle: usize) -> Option<(usize, &Place<T, F>, usize)> {
        let kind = (handle >> INDEX_BITS) & ((1 << KIND_BITS) - 1);
        if kind != self.kind as usize {
            return None;
        }
        let index = handle & ((1 << INDEX_BITS) - 1);
        let (segment, at) = place_of(index);
        let place = self.segments.get(segment)?.get()?.get(at)?;
        Some((index, place, generation_of(handle)))
    }

    /// The place of a handle whose kind and generation are right.
    fn inside(&self, handle: usize) -> Option<Locked<'_, T, F>> {
        let (index, place, generation) = self.place(handle)?;
        let inside = lock(&place.inside);
        (inside.generation == generation).then_some((index, place, inside))
    }
}

/// The generation that a handle is of.
#[inline]
pub(crate) const fn generation_of(handle: usize) -> usize {
    handle >> (INDEX_BITS + KIND_BITS)
}

/// Segment of an index and the place in it.
#[inline]
const fn place_of(index: usize) -> (usize, usize) {
    let shifted = index + FIRST_SEGMENT;
    let high = shifted.ilog2();
    (
        (high - FIRST_SEGMENT.ilog2()) as usize,
        shifted - (1 << high),
    )
}

/// A value behind a lock is whole between its changes, so the poison of a panic says nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{FIRST_SEGMENT, GENERATION_MAX, Handles, INDEX_BITS, Kind, lock, place_of};
    use ese_core::JetErr;
    use std::collections::HashSet;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_handle_lives_until_it_is_removed() {
        let t = Handles::<_>::new(Kind::Session);
        let (a, b) = (
            t.insert(Arc::new(1)).unwrap(),
            t.insert(Arc::new(2)).unwrap(),
        );
        assert_ne!(a, b);
        assert_eq!((*t.get(a).unwrap(), *t.get(b).unwrap()), (1, 2));
        assert_eq!(*t.remove(a).unwrap(), 1);
        assert_eq!(t.get(a).unwrap_err().0, JetErr::INVALID_SESID);
        assert!(t.remove(a).is_err());
        // The place is used again under another handle.
        let c = t.insert(Arc::new(3)).unwrap();
        assert_ne!(c, a);
        assert!(t.get(a).is_err());
        assert_eq!(*t.get(c).unwrap(), 3);
        assert_eq!(t.len(), 2);
        assert_eq!(t.all().len(), 2);
    }

    #[test]
    fn other_kinds_and_made_up_handles_are_refused() {
        let sessions = Handles::<_>::new(Kind::Session);
        let cursors = Handles::<_>::new(Kind::Cursor);
        let s = sessions.insert(Arc::new(1)).unwrap();
        let c = cursors.insert(Arc::new(1)).unwrap();
        assert_eq!(cursors.get(s).unwrap_err().0, JetErr::INVALID_TABLE_ID);
        assert_eq!(sessions.get(c).unwrap_err().0, JetErr::INVALID_SESID);
        for made_up in [
            0,
            1,
            usize::MAX,
            usize::MAX - 1,
            s + 1,
            s ^ (1 << (usize::BITS - 1)),
            s << 1,
        ] {
            assert!(sessions.get(made_up).is_err(), "{made_up:#x}");
        }
    }

    #[test]
    fn no_handle_is_zero_or_nil() {
        for kind in [Kind::Instance, Kind::Callback] {
            let t = Handles::<u8>::new(kind);
            let last = t.handle((1 << INDEX_BITS) - 1, GENERATION_MAX);
            assert!(last != usize::MAX && t.handle(0, 1) != 0);
        }
    }

    #[test]
    fn a_place_without_generations_rests() {
        let t = Handles::<_>::new(Kind::File);
        let a = t.insert(Arc::new(1)).unwrap();
        let (_, _, mut inside) = t.inside(a).unwrap();
        inside.generation = GENERATION_MAX;
        drop(inside);
        let last = t.handle(0, GENERATION_MAX);
        assert!(t.remove(last).is_ok());
        let b = t.insert(Arc::new(2)).unwrap();
        assert_eq!(b & ((1 << INDEX_BITS) - 1), 1);
        assert!(t.get(last).is_err());
    }

    #[test]
    fn places_are_dense_and_segments_double() {
        let mut expected = (0, 0);
        for index in 0..FIRST_SEGMENT * 15 {
            assert_eq!(place_of(index), expected, "{index}");
            expected.1 += 1;
            if expected.1 == FIRST_SEGMENT << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        assert_eq!(place_of((1 << INDEX_BITS) - 1).0, super::SEGMENTS - 1);
    }

    /// Threads insert, read and remove; every value is seen by its own handle only.
    #[test]
    fn threads_never_see_each_others_values() {
        let t = Handles::<_>::new(Kind::Cursor);
        let stale_seen = AtomicUsize::new(0);
        let dead = std::sync::Mutex::new(HashSet::new());
        std::thread::scope(|scope| {
            for thread in 0..4_usize {
                let (t, dead, stale_seen) = (&t, &dead, &stale_seen);
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    for round in 0..2000_usize {
                        let value = thread * 1_000_000 + round;
                        mine.push((t.insert(Arc::new(value)).unwrap(), value));
                        if round % 3 != 0 {
                            let (handle, value) = mine.swap_remove(round % mine.len());
                            assert_eq!(*t.remove(handle).unwrap(), value);
                            lock(dead).insert(handle);
                        }
                        for (handle, value) in &mine[mine.len().saturating_sub(4)..] {
                            assert_eq!(*t.get(*handle).unwrap(), *value);
                        }
                        let one = lock(dead).iter().next().copied();
                        if let Some(one) = one {
                            assert!(t.get(one).is_err());
                            stale_seen.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    for (handle, _) in mine {
                        t.remove(handle).unwrap();
                    }
                });
            }
        });
        assert_eq!(t.len(), 0);
        assert!(stale_seen.into_inner() > 0);
    }
}
