//! Goal: whatever the bytes are, the check ends with a report: no panic, no circle, bounded memory.
//!
//! Method: pages of small databases are changed at random places, signed again (so that the change is
//! believed) and checked. A seed that fails is printed; `ESE_SEED` starts elsewhere.

#[path = "integrity/image.rs"]
#[allow(dead_code)]
mod image;

use ese_core::format::ids::Pgno;
use ese_core::io::rng::{Rng, SeededRng};
use image::Image;

/// Places where a page or a header holds a number that others are believed by.
const FIELDS: [usize; 9] = [8, 16, 20, 24, 28, 30, 32, 34, 36];

fn mutate(image: &mut Image, rng: &mut SeededRng) {
    let pages = u64::from(image.db.file_pages());
    for _ in 0..=rng.below(4) {
        let pgno = Pgno(1 + rng.below(pages) as u32);
        let size = image.size.bytes() as u64;
        let count = 1 + rng.below(6);
        image.poke(pgno, |p| {
            for _ in 0..count {
                let at = match rng.below(4) {
                    0 => FIELDS[rng.below(FIELDS.len() as u64) as usize],
                    1 => size as usize - 1 - rng.below(64) as usize,
                    2 => 40 + rng.below(128) as usize,
                    _ => rng.below(size) as usize,
                };
                p[at] = match rng.below(4) {
                    0 => 0,
                    1 => 0xFF,
                    2 => p[at] ^ (1 << rng.below(8)),
                    _ => rng.below(256) as u8,
                };
            }
        });
    }
    if rng.below(8) == 0 {
        let at = 8 + rng.below(700) as usize;
        let v = rng.below(256) as u8;
        image.headers(|h| h[at] = v);
    }
    if rng.below(16) == 0 {
        let len = rng.below(image.bytes.len() as u64) as usize;
        image.bytes.truncate(len);
    }
}

#[test]
fn any_bytes_end_in_a_report() {
    let bases = ["damage-4k-8920", "template-4k-8920", "types-16k-8920"].map(Image::open);
    let first = testkit::first_seed();
    let (mut sound, mut damaged) = (0, 0);
    for seed in first..first + testkit::rounds(60, 20_000) {
        let mut rng = SeededRng::new(seed);
        let mut image = bases[rng.below(3) as usize].fresh();
        mutate(&mut image, &mut rng);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| image.check()));
        match result {
            Ok(Ok(report)) if report.is_sound() => sound += 1,
            Ok(_) => damaged += 1,
            Err(_) => panic!("seed {seed}, {}", image.name),
        }
    }
    println!("{sound} sound (unused bytes), {damaged} damaged");
    assert!(damaged > sound / 4);
}
