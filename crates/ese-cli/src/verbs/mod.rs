//! One room a verb.
#![forbid(unsafe_code)]

mod backup;
mod checksum;
mod compact;
mod copy;
mod create;
mod doctor;
mod export;
mod facts;
mod import;
mod info;
mod integrity;
mod logs;
mod page;
mod recover;
mod restore;
mod schema;
mod space;
mod tables;
mod verify_backup;

pub(crate) use import::parse_column;

use crate::cli::Verb;
use crate::error::CliError;
use crate::output::{Output, Verdict};

pub(crate) fn run(verb: &Verb, out: &mut Output) -> Result<Verdict, CliError> {
    match verb {
        Verb::Info(args) => info::run(args, out),
        Verb::Doctor(args) => doctor::run(args, out),
        Verb::Integrity(args) => integrity::run(args, out),
        Verb::Tables(args) => tables::run(args, out),
        Verb::Schema(args) => schema::run(args, out),
        Verb::Export(args) => export::run(args, out),
        Verb::Checksum(args) => checksum::run(args, out),
        Verb::Logs(args) => logs::run(args, out),
        Verb::Space(args) => space::run(args, out),
        Verb::Page(args) => page::run(args, out),
        Verb::Copy(args) => copy::run(args, out),
        Verb::Recover(args) => recover::run(args, out),
        Verb::Backup(args) => backup::run(args, out),
        #[cfg(target_os = "linux")]
        Verb::StopBackup(args) => backup::stop(args, out),
        Verb::VerifyBackup(args) => verify_backup::run(args, out),
        Verb::Restore(args) => restore::run(args, out),
        Verb::Compact(args) => compact::run(args, out),
        Verb::Create(args) => create::run(args, out),
        Verb::Import(args) => import::run(args, out),
    }
}
