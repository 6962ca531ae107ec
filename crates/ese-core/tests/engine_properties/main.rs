//! Goal: whatever schemas and calls there are, the engine holds what a plain model holds, its file is
//! sound, and its logs give the file again.
//!
//! Method: from a seed come tables with columns of every type and indexes of every kind, then calls of
//! three sessions in nested transactions, schema changes between them, ends of the instance in order and
//! out of it. Every answer is foretold by `model`, `keys` and `world`, errors and conflicts too. At the
//! end: contents through the API and every index, through the reader, `integrity`, and the replay of all
//! logs from nothing, page for page.
//!
//! A seed that fails is run again alone by `ESE_SEED=n cargo test -p ese-core --test engine_properties`;
//! `ESE_FULL=1` runs many.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

mod check;
mod define;
mod keys;
mod mends;
mod model;
mod play;
mod readers;
#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;
mod schema;
mod world;

use ese_core::format::ids::PageSize;
use ese_core::instance::TermKind;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use world::World;

/// Lines of the diary that are shown when something is wrong.
const SHOWN: usize = 120;

fn run(world: &mut World, steps: usize) {
    let ends = [Some(TermKind::Dirty), None, Some(TermKind::Clean)];
    for end in ends {
        world.create_table(0);
        for _ in 0..steps / ends.len() {
            world.step();
        }
        world.check();
        world.stop(end);
        if end.is_none_or(|e| e != TermKind::Clean) {
            world.restart();
            world.check();
        }
    }
    world.judge();
}

/// Runs seeds for one page size; says which one fails, and what it did last.
fn play(page_size: PageSize) {
    let first = testkit::first_seed();
    for seed in first..first + testkit::rounds(2, 100) {
        let format = [None, Some(9600)][(seed % 2) as usize];
        let mut world = World::new(seed * 4 + page_size.bytes() as u64, page_size, format);
        println!(
            "seed {seed}, pages of {}, format {format:?}",
            page_size.bytes()
        );
        let steps = if seed % 4 == 2 { 1500 } else { 300 };
        let done = catch_unwind(AssertUnwindSafe(|| run(&mut world, steps)));
        if let Err(e) = done {
            println!(
                "seed {seed} failed; what came last:\n{}",
                world.diary.last(SHOWN)
            );
            // Its sessions may be in the middle of something.
            std::mem::forget(world);
            resume_unwind(e);
        }
    }
}

#[test]
fn anything_on_pages_of_4_kib() {
    play(PageSize::K4);
}

#[test]
fn anything_on_pages_of_8_kib() {
    play(PageSize::K8);
}

#[test]
fn anything_on_pages_of_16_kib() {
    play(PageSize::K16);
}

#[test]
fn anything_on_pages_of_32_kib() {
    play(PageSize::K32);
}
