//! Bytes moved between a page and a buffer of one's own while others may look at the page, or change it, by
//! blocks of instructions (design §4.1): the second body beside `words`, for x86-64.
//!
//! What comes out of a page that is changed meanwhile may be of no page that ever was, as with words; it counts
//! once the version was the same afterwards. The compiler knows of a block only that it may touch memory:
//! nothing is moved across it, and the processor keeps loads and stores in order among each other, those of
//! one string instruction apart, which stand together between what comes before and what comes behind.
//!
//! The model checker and the sanitizers see words (`cfg(loom)`, `cfg(words_only)`), other processors, too.
//!
//! Invariant: nothing outside of the page and the buffer is touched, whatever is asked for.
#![allow(unsafe_code)]

use std::arch::asm;
use std::sync::atomic::AtomicU64 as Word;

/// From so many bytes on one string instruction is faster than a loop.
const LONG: usize = 1024;
/// Bytes that a turn of the loop moves.
const TURN: usize = 32;

/// Where `len` bytes from `offset` on lie; `None` when they are not all in `words`.
#[inline]
fn place(words: &[Word], offset: usize, len: usize) -> Option<*mut u8> {
    let end = offset.checked_add(len)?;
    // Words may be changed through a shared reference.
    let base = words.as_ptr().cast::<u8>().cast_mut();
    (end <= size_of_val(words)).then(|| base.wrapping_add(offset))
}

/// Copies bytes from `offset` on out of a page; `false`, and nothing, when they don't lie in it.
#[inline]
pub(super) fn load(words: &[Word], offset: usize, to: &mut [u8]) -> bool {
    let Some(from) = place(words, offset, to.len()) else {
        return false;
    };
    // SAFETY: `from` has that many bytes of `words`, which live; `to` is the caller's alone, so they don't
    // overlap.
    unsafe { copy(from, to.as_mut_ptr(), to.len()) };
    true
}

/// Copies bytes into a page, from `offset` on; `false`, and nothing, when there is no such place. The caller
/// holds the exclusive latch.
#[inline]
pub(super) fn store(words: &[Word], offset: usize, src: &[u8]) -> bool {
    let Some(to) = place(words, offset, src.len()) else {
        return false;
    };
    // SAFETY: `to` has that many bytes of `words`, which live and may change through a shared reference; no
    // slice of bytes refers to a page of which the exclusive latch is held but the holder's own, and that
    // one is borrowed for this change, so `src` lies elsewhere.
    unsafe { copy(src.as_ptr(), to, src.len()) };
    true
}

/// Stores zeros everywhere.
#[inline]
pub(super) fn clear(words: &[Word]) {
    // SAFETY: as of `store`, for all of `words`.
    unsafe {
        asm!(
            "rep stosq",
            inout("rcx") words.len() => _,
            inout("rdi") words.as_ptr() => _,
            in("rax") 0,
            options(nostack, preserves_flags),
        );
    }
}

/// Moves `len` bytes.
///
/// # Safety
/// `from` can be read and `to` written for `len` bytes; they do not overlap. One of them may be read or
/// written by others at the same time.
#[inline]
unsafe fn copy(from: *const u8, to: *mut u8, len: usize) {
    match len {
        LONG.. => {
            // SAFETY: as said by the caller; the direction flag is clear where Rust runs.
            unsafe {
                asm!(
                    "rep movsb",
                    inout("rcx") len => _,
                    inout("rsi") from => _,
                    inout("rdi") to => _,
                    options(nostack, preserves_flags),
                );
            }
        }
        TURN.. => {
            // SAFETY: each turn moves bytes below `len`: it begins at or before `last`, a turn before the end;
            // the last one, which may overlap the one before, ends with the range.
            unsafe {
                asm!(
                    "2:",
                    "movups {a}, [{from} + {at}]",
                    "movups {b}, [{from} + {at} + 16]",
                    "movups [{to} + {at}], {a}",
                    "movups [{to} + {at} + 16], {b}",
                    "add {at}, 32",
                    "cmp {at}, {last}",
                    "jb 2b",
                    "movups {a}, [{from} + {last}]",
                    "movups {b}, [{from} + {last} + 16]",
                    "movups [{to} + {last}], {a}",
                    "movups [{to} + {last} + 16], {b}",
                    from = in(reg) from,
                    to = in(reg) to,
                    at = inout(reg) 0usize => _,
                    last = in(reg) len - TURN,
                    a = out(xmm_reg) _,
                    b = out(xmm_reg) _,
                    options(nostack),
                );
            }
        }
        16.. => {
            // SAFETY: the first and the last 16 of at least 16 bytes.
            unsafe {
                asm!(
                    "movups {a}, [{from}]",
                    "movups {b}, [{from} + {last}]",
                    "movups [{to}], {a}",
                    "movups [{to} + {last}], {b}",
                    from = in(reg) from,
                    to = in(reg) to,
                    last = in(reg) len - 16,
                    a = out(xmm_reg) _,
                    b = out(xmm_reg) _,
                    options(nostack, preserves_flags),
                );
            }
        }
        8.. => {
            // SAFETY: the first and the last 8 of at least 8 bytes.
            unsafe {
                asm!(
                    "mov {a}, [{from}]",
                    "mov {b}, [{from} + {last}]",
                    "mov [{to}], {a}",
                    "mov [{to} + {last}], {b}",
                    from = in(reg) from,
                    to = in(reg) to,
                    last = in(reg) len - 8,
                    a = out(reg) _,
                    b = out(reg) _,
                    options(nostack, preserves_flags),
                );
            }
        }
        4.. => {
            // SAFETY: the first and the last 4 of at least 4 bytes.
            unsafe {
                asm!(
                    "mov {a:e}, [{from}]",
                    "mov {b:e}, [{from} + {last}]",
                    "mov [{to}], {a:e}",
                    "mov [{to} + {last}], {b:e}",
                    from = in(reg) from,
                    to = in(reg) to,
                    last = in(reg) len - 4,
                    a = out(reg) _,
                    b = out(reg) _,
                    options(nostack, preserves_flags),
                );
            }
        }
        _ => {
            for at in 0..len {
                // SAFETY: `at` is below `len`.
                unsafe {
                    asm!(
                        "movzx {a:e}, byte ptr [{from}]",
                        "mov byte ptr [{to}], {a:l}",
                        from = in(reg) from.add(at),
                        to = in(reg) to.add(at),
                        a = out(reg) _,
                        options(nostack, preserves_flags),
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering::Relaxed;

    fn page() -> (Vec<Word>, Vec<u8>) {
        let bytes: Vec<u8> = (0..4096u32).map(|n| (n * 7 + n / 256) as u8).collect();
        let words = bytes.as_chunks::<8>().0.iter();
        let words = words.map(|w| Word::new(u64::from_ne_bytes(*w))).collect();
        (words, bytes)
    }

    fn bytes_of(words: &[Word]) -> Vec<u8> {
        let word = |w: &Word| w.load(Relaxed).to_ne_bytes();
        words.iter().flat_map(word).collect()
    }

    /// Lengths on both sides of every form's ends.
    fn lengths() -> impl Iterator<Item = usize> {
        (0..100).chain(1000..1050).chain([2047, 2048, 4090, 4096])
    }

    #[test]
    fn the_bytes_asked_for_and_no_others() {
        let (words, bytes) = page();
        for offset in (0..4096).step_by(131) {
            for len in lengths() {
                let mut to = vec![0xEE; len + 2];
                let done = load(&words, offset, &mut to[1..=len]);
                assert_eq!(done, offset + len <= 4096, "{offset} {len}");
                assert_eq!((to[0], to[len + 1]), (0xEE, 0xEE), "{offset} {len}");
                match done {
                    true => assert_eq!(to[1..=len], bytes[offset..offset + len], "{offset} {len}"),
                    false => assert!(to.iter().all(|&b| b == 0xEE)),
                }
            }
        }
        assert!(!load(&words, usize::MAX, &mut [0]));
    }

    #[test]
    fn the_place_named_and_no_other() {
        let src: Vec<u8> = (0..4096u32).map(|n| (n * 11 + 3) as u8).collect();
        for offset in (0..4096).step_by(131) {
            for len in lengths() {
                let (words, mut bytes) = page();
                let done = store(&words, offset, &src[..len]);
                assert_eq!(done, offset + len <= 4096, "{offset} {len}");
                if done {
                    bytes[offset..offset + len].copy_from_slice(&src[..len]);
                }
                assert!(bytes_of(&words) == bytes, "{offset} {len}");
            }
        }
        let (words, _) = page();
        assert!(!store(&words, usize::MAX, &[0]));
        clear(&words[1..511]);
        let bytes = bytes_of(&words);
        assert!(bytes[8..4088].iter().all(|&b| b == 0) && bytes[4095] != 0 && bytes[1] != 0);
    }
}
