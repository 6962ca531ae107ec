//! The project's own tasks, one file each: this file only knows their names.
//!
//! std only, so that it builds and answers in seconds. Invariant: a task that fails says what
//! failed and which command to run next, and the process ends with 1 (2 for a wrong call).
#![forbid(unsafe_code)]

mod backup_sim;
mod bench;
mod codegen;
mod coverage;
mod crash;
mod demo;
mod fixtures;
mod fuzz;
mod heavy;
mod install;
mod package;
mod process;
mod python;
mod samples;
mod test;
mod tidy;
mod tsv;

use process::{Args, Failure};

/// One task: its name, how it is called, what it is for, and its body.
struct Task {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&mut Args) -> Result<(), Failure>,
}

const TASKS: &[Task] = &[
    Task {
        name: "demo",
        usage: "demo",
        about: "back a live program up, stop a second backup half-way, restore a third and compare",
        run: demo::run,
    },
    Task {
        name: "test",
        usage: "test [--full]",
        about: "everything CI runs; --full adds the campaigns (hours)",
        run: test::run,
    },
    Task {
        name: "samples",
        usage: "samples",
        about: "fetch ten real databases into target/samples",
        run: samples::run,
    },
    Task {
        name: "tidy",
        usage: "tidy",
        about: "layers, module heads, size assertions, rooms of unsafe, file lengths",
        run: tidy::run,
    },
    Task {
        name: "bench",
        usage: "bench GROUP [--json] [--runs N] [OPTION]...",
        about: "groups: backup, checksum, engine, ffi, paths, read, recovery, stop",
        run: bench::run,
    },
    Task {
        name: "fuzz",
        usage: "fuzz TARGET --seconds N [--seed S]",
        about: "targets: database, page, record, lv, catalog, log, checkpoint, recover",
        run: fuzz::run,
    },
    Task {
        name: "codegen",
        usage: "codegen [--check]",
        about: "write what comes from the tables of crates/ese-ffi/api, esent.h too",
        run: codegen::run,
    },
    Task {
        name: "package",
        usage: "package [--verify]",
        about: "what the packages of the crates hold; --verify builds each from what it holds",
        run: package::run,
    },
    Task {
        name: "coverage",
        usage: "coverage [--check]",
        about: "write docs/api-coverage.md from the tables and the bodies of crates/ese-ffi",
        run: coverage::run,
    },
    Task {
        name: "fixtures",
        usage: "fixtures [--witness DIR] [--samples DIR]",
        about: "copy the choice of fixtures/choice.txt into fixtures/",
        run: fixtures::run,
    },
    Task {
        name: "install",
        usage: "install --prefix DIR",
        about: "build eseutil, libesent and esent.h and put them under DIR",
        run: install::run,
    },
    Task {
        name: "crash",
        usage: "crash --seeds A..B | --every-sync | --faults | --kill N",
        about: "crashes by seed [--kind process|power|torn] [--page-size N]; docs/campaigns.md",
        run: crash::run,
    },
    Task {
        name: "backup-sim",
        usage: "backup-sim --seeds A..B [--readers]",
        about: "backups under writers, with stops, crashes, faults and damage, by seed",
        run: backup_sim::run,
    },
];

fn help() -> String {
    let mut text = String::from("Tasks of this project: cargo xtask TASK\n\n");
    for t in TASKS {
        text.push_str(&format!("  {:<42} {}\n", t.usage, t.about));
    }
    text
}

fn main() {
    let mut args = Args::from_env();
    let code = match args.word() {
        None => {
            eprint!("{}", help());
            2
        }
        Some(name) if matches!(name.as_str(), "help" | "--help" | "-h") => {
            print!("{}", help());
            0
        }
        Some(name) => match TASKS.iter().find(|t| t.name == name) {
            None => {
                eprint!("xtask: there is no task {name:?}\n\n{}", help());
                2
            }
            Some(task) => match (task.run)(&mut args) {
                Ok(()) => 0,
                Err(Failure::Usage(what)) => {
                    eprintln!("xtask {name}: {what}\nusage: cargo xtask {}", task.usage);
                    2
                }
                Err(Failure::Failed(what)) => {
                    eprintln!("xtask {name}: {what}");
                    1
                }
            },
        },
    };
    std::process::exit(code);
}
