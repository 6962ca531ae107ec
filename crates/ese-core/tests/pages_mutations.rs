//! Seeded mutations of real pages and headers: no panic, no hang; what still passes the structural
//! test decodes, and stays sound when it is edited.
#![forbid(unsafe_code)]

mod pages_common;

use ese_core::format::ids::PageSize;
use ese_core::format::page_exercise::exercise_page;
use ese_core::io::rng::{Rng, SeededRng};
use pages_common::{Db, witness_databases};

/// Some pages and the header of a database of each page size, and flush-map pages.
fn corpus() -> Vec<(u8, Vec<u8>)> {
    let mut out = Vec::new();
    for path in witness_databases(&["types-", "deep-16k", "lv-32k", "empty-4k-9600"]) {
        let db = Db::open(&path);
        let choice = PageSize::ALL
            .iter()
            .position(|s| *s == db.size())
            .expect("one of them");
        let choice = u8::try_from(choice).expect("five sizes");
        out.push((choice, db.bytes[..db.size().bytes()].to_vec()));
        let used = db.pages().filter(|(_, p)| p[8..16] != [0; 8]);
        out.extend(used.step_by(5).take(30).map(|(_, p)| (choice, p.to_vec())));
        if let Ok(map) = std::fs::read(path.with_extension("jfm")) {
            out.extend(map.chunks_exact(8192).map(|p| (2, p.to_vec())));
        }
    }
    out
}

fn mutate(page: &mut [u8], rng: &mut SeededRng) {
    let len = page.len() as u64;
    for _ in 0..1 + rng.below(6) {
        // Half of the changes where the structure is: header, tags.
        let at = match rng.below(4) {
            0 => rng.below(84),
            1 => len - 1 - rng.below(64),
            _ => rng.below(len),
        } as usize;
        match rng.below(4) {
            0 => page[at] ^= 1 << rng.below(8),
            1 => page[at] = rng.next_u64() as u8,
            2 => page[at] = [0, 1, 0x7F, 0x80, 0xFF][rng.below(5) as usize],
            _ => {
                let n = (1 + rng.below(40) as usize).min(page.len() - at);
                let from = rng.below(len - n as u64 + 1) as usize;
                page.copy_within(from..from + n, at);
            }
        }
    }
}

#[test]
fn mutated_pages_and_headers() {
    let corpus = corpus();
    if corpus.is_empty() {
        testkit::skip("pages for mutation");
        return;
    }
    let first = testkit::first_seed();
    let mut understood = 0;
    for round in 0..testkit::rounds(4_000, 200_000) {
        let seed = first.wrapping_add(round);
        let mut rng = SeededRng::new(seed);
        let (choice, page) = &corpus[rng.below(corpus.len() as u64) as usize];
        let mut input = vec![*choice];
        input.extend_from_slice(page);
        mutate(&mut input[1..], &mut rng);
        if rng.below(20) == 0 {
            input.truncate(rng.below(input.len() as u64) as usize);
        }
        let done = std::panic::catch_unwind(|| exercise_page(&input));
        understood += done.unwrap_or_else(|_| panic!("seed {seed} (ESE_SEED={seed})"));
    }
    assert!(understood > 0);
}
