//! The arguments.
#![forbid(unsafe_code)]

use clap::{Args, Parser, Subcommand, ValueEnum};
use ese_core::database::ColumnType;
use ese_core::format::ids::PageSize;
use ese_core::log::names::BASE_CHARS;
use ese_core::recovery::StopAt;
use std::path::PathBuf;

/// Page size that can be read but not made any more.
const PAGE_SIZE_OLD: u32 = 2048;

/// Look into, check, copy, make and fill ESE (ESENT, JET Blue) databases and logs. Nothing is ever
/// written to a file that is looked at.
#[derive(Parser, Debug)]
#[command(
    name = "eseutil",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
#[command(after_help = "Exit code: 0 good, 1 damage or failure, 2 usage.")]
pub(crate) struct Cli {
    /// Answer in JSON (times in UTC, binary as hex)
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Verb {
    /// What a file is: database, log, checkpoint, flush map, reserve log; its header in words
    Info(Info),
    /// The verdict on a database, which logs it needs, which are there, and the next command
    Doctor(Doctor),
    /// The tables of a database
    Tables(Tables),
    /// Columns and indexes of every table
    Schema(Schema),
    /// The records of tables as CSV, JSON lines or canonical dump
    Export(Export),
    /// Verify every page, segment and header of files (a folder: all ESE files in it)
    Checksum(Checksum),
    /// Every promise of the format: order, links, space, catalog, records, indexes, long values
    Integrity(Integrity),
    /// Log files: generations, chain, records
    Logs(Logs),
    /// Who owns the space of a database
    Space(Space),
    /// One page: header, tags, nodes
    Page(Page),
    /// Copy files, every page verified on the way; Ctrl-C leaves nothing behind
    Copy(Copy),
    /// Make dirty databases clean with their logs; works on a copy, the input stays as it is
    Recover(Recover),
    /// Back up databases into a new folder: pages verified, logs with it; Ctrl-C is a stop
    Backup(Backup),
    /// Stop the backup of a running program
    #[cfg(target_os = "linux")]
    StopBackup(StopBackup),
    /// Verify a backup set: every page, every log, the chain, the trailers, the manifest
    VerifyBackup(VerifyBackup),
    /// Restore a backup set into a new folder, rolled forward as far as wanted
    Restore(Restore),
    /// Make a database without tables
    Create(Create),
    /// Put JSON lines from standard input into a table
    Import(Import),
    /// Write a clean database anew, smaller; the source stays as it is
    Compact(Compact),
}

#[derive(Args, Debug)]
pub(crate) struct Info {
    /// The file
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// The database
    pub(crate) db: PathBuf,
    /// Folder with its logs (default: the database's own)
    #[arg(long, value_name = "DIR")]
    pub(crate) logs: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Tables {
    /// The database
    pub(crate) db: PathBuf,
    /// Count the records
    #[arg(long)]
    pub(crate) count: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Schema {
    /// The database
    pub(crate) db: PathBuf,
    /// Only these tables
    #[arg(long = "table", value_name = "T")]
    pub(crate) tables: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Comma-separated values, RFC 4180
    Csv,
    /// One JSON object a record
    Jsonl,
    /// The canonical dump (with --json: its hashes)
    Canonical,
}

/// What `export --help` says of the forms.
const EXPORT_FORMS: &str = "\
Values: numbers plain, 64-bit ones exact (Currency as the stored integer, in ten-thousandths); Bit \
true/false; GUID with dashes; binary as hex; text without NULs at its end, a lone surrogate as U+FFFD. \
DateTime as ISO 8601 without zone; where its eight bytes are a FILETIME of the years 1900 to 2300, as \
many programs keep there, as ISO 8601 with seven decimals and Z; else the number. A value that the \
record does not hold is its column's default.

csv: RFC 4180 with a heading; NULL is an empty field, a value of no characters \"\"; the values of a \
multi-valued column are a JSON array.
jsonl: an object a record; columns that are NULL are left out (null where the column has a default); a \
multi-valued column is an array.
canonical: per record a u32 length, then for each column that holds a value, in byte order of the \
names: u16 length and name, u32 number of values, per value u32 length and bytes; stored values only. \
With --json and without --to: {state, tables: {NAME: {records, sha256}}} over these bytes.

Without --table: all tables, those of the engine in the canonical form only. One --table goes to a \
file (or standard output), anything else to a new folder, a file a table. With --json, csv and jsonl \
need --to. What exists is never replaced; a target appears when it is whole. Damaged pages are named \
on standard error, everything else is written, exit 1.";

#[derive(Args, Debug)]
#[command(after_help = EXPORT_FORMS)]
pub(crate) struct Export {
    /// The database
    pub(crate) db: PathBuf,
    /// Only these tables (default: all)
    #[arg(long = "table", value_name = "T")]
    pub(crate) tables: Vec<String>,
    /// Only these columns
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Form of the records
    #[arg(long, value_enum)]
    pub(crate) format: Format,
    /// Where to: a file for one table, a new folder for several (default: standard output for one)
    #[arg(long, value_name = "PATH")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Checksum {
    /// Files, or folders: all ESE files in them and in their folders
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Databases: pages only, trees are not walked
    #[arg(long)]
    pub(crate) quick: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Integrity {
    /// The database
    pub(crate) db: PathBuf,
    /// Threads that walk trees (default: all of the machine)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
}

#[derive(Args, Debug)]
pub(crate) struct Logs {
    /// A log file or a folder of logs
    pub(crate) path: PathBuf,
    /// Print every record
    #[arg(long)]
    pub(crate) records: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Space {
    /// The database
    pub(crate) db: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Page {
    /// The database
    pub(crate) db: PathBuf,
    /// Page number (0 and -1: the shadow header and the header)
    #[arg(allow_negative_numbers = true)]
    pub(crate) pgno: i64,
}

#[derive(Args, Debug)]
pub(crate) struct Copy {
    /// Files; several (a database with its logs, say) need a folder as target
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Target file or folder; must not exist
    #[arg(long, value_name = "PATH")]
    pub(crate) to: PathBuf,
    /// Bytes a second, with K, M or G
    #[arg(long, value_name = "50M", value_parser = parse_rate)]
    pub(crate) throttle: Option<u64>,
}

/// What `recover --help` says beyond the options.
const RECOVER_NOTES: &str = "\
Databases and logs are copied into a hidden folder inside --to, recovered there, and each clean database \
then appears under its own name; until then nothing does, and after a failure or Ctrl-C nothing is left. \
What exists is never replaced. recover-report.json beside the result holds the SHA-256 of every input \
(before and after) and output, the generations applied and the transactions undone.

Databases are found in the logs by their signature; the Windows paths in the logs don't matter. A DB that \
does not exist is made again when the logs reach back to its creation (by the file name that they hold). \
A clean database needs no log and is copied as it is.

--until: GEN alone is a number (0x for hex), as in the generation column of `eseutil logs`: the end of \
that generation. With colons it is a position as `eseutil logs` prints it (hex): GEN:SEC is the end of \
that segment, GEN:SEC:OFF keeps what lies before it. Transactions that are not committed there are undone.

A failure names the JET error, the file, the position (generation:segment:byte, hex) and what to do next; \
see docs/recover.md.";

#[derive(Args, Debug)]
#[command(after_help = RECOVER_NOTES)]
pub(crate) struct Recover {
    /// The databases; all that share the logs may be given
    #[arg(required = true, value_name = "DB")]
    pub(crate) dbs: Vec<PathBuf>,
    /// Folder with the logs and the checkpoint (default: the databases' own)
    #[arg(long, value_name = "DIR")]
    pub(crate) logs: Option<PathBuf>,
    /// Folder for the clean databases and the report; made when it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "in_place")]
    pub(crate) to: Option<PathBuf>,
    /// Base name of the logs, when there are several in the folder
    #[arg(long, value_name = "edb", value_parser = parse_base)]
    pub(crate) base: Option<String>,
    /// Stop at this position of the logs
    #[arg(long, value_name = "GEN[:SEC[:OFF]]", value_parser = crate::until::position)]
    pub(crate) until: Option<StopAt>,
    /// Stop at this time (UTC, ISO 8601)
    #[arg(long, value_name = "TIME", value_parser = crate::until::time, conflicts_with = "until")]
    pub(crate) until_time: Option<StopAt>,
    /// Go on when the newest logs are lost, and with them committed transactions
    #[arg(long)]
    pub(crate) accept_lost_logs: bool,
    /// Recover where the files lie instead of a copy: they are changed
    #[arg(long, conflicts_with_all = ["to", "until", "until_time"])]
    pub(crate) in_place: bool,
}

/// What `backup --help` says beyond the options.
const BACKUP_NOTES: &str = "\
A closed database, or a folder of databases with their logs, is opened by an instance of its own: recovered \
if need be, attached, streamed out page by page with its logs, and closed again. The folder gets logs and a \
checkpoint, the headers remember the backup. A database that is in use by a running program is backed up \
through the socket that the program opens (--live).

Full and incremental backups truncate the logs that nothing needs any more; --no-truncate leaves everything \
as it is (a copy, or a differential set), and no incremental backup continues it.

The set says of itself whether it is complete (ese-backup.json): after a failure, a stop or Ctrl-C it is not, \
and never restores. See docs/backup.md.";

#[derive(Args, Debug)]
#[command(after_help = BACKUP_NOTES)]
pub(crate) struct Backup {
    /// The database, or the folder with the databases of one instance
    #[arg(value_name = "DB|DIR", required_unless_present = "live")]
    pub(crate) from: Option<PathBuf>,
    /// Folder for the set; must be new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Only the logs since the last full or incremental backup
    #[arg(long)]
    pub(crate) incremental: bool,
    /// Leave all logs where they are: a copy, or a differential set
    #[arg(long)]
    pub(crate) no_truncate: bool,
    /// Bytes a second, with K, M or G
    #[arg(long, value_name = "50M", value_parser = parse_rate)]
    pub(crate) throttle: Option<u64>,
    /// Overwrite what is deleted, in the databases and so in the set; a running program decides it itself
    #[arg(long, conflicts_with = "live")]
    pub(crate) scrub: bool,
    /// Read the set again when it is made, and check everything that a restore would
    #[arg(long)]
    pub(crate) verify: bool,
    /// Folder with the logs (default: the databases' own)
    #[arg(long, value_name = "DIR", conflicts_with = "live")]
    pub(crate) logs: Option<PathBuf>,
    /// Base name of the logs
    #[arg(long, value_name = "edb", value_parser = parse_base, conflicts_with = "live")]
    pub(crate) base: Option<String>,
    /// The control socket of a running program: it makes the backup
    #[arg(long, value_name = "SOCKET", conflicts_with = "from")]
    pub(crate) live: Option<PathBuf>,
}

#[cfg(target_os = "linux")]
#[derive(Args, Debug)]
pub(crate) struct StopBackup {
    /// The control socket of the program
    #[arg(long, value_name = "SOCKET")]
    pub(crate) live: PathBuf,
}

/// What `verify-backup --help` says beyond the options.
const VERIFY_NOTES: &str = "\
A set is a folder of databases and logs: made by this program (with ese-backup.json), by JetBackup (with .pat \
files, or in the folders new and old), or by a program with the streaming calls. Logs alone are an \
incremental set. Nothing is written. Exit 1 when the set would not restore; see docs/backup.md.";

#[derive(Args, Debug)]
#[command(after_help = VERIFY_NOTES)]
pub(crate) struct VerifyBackup {
    /// The set's folder
    pub(crate) dir: PathBuf,
}

/// What `restore --help` says beyond the options.
const RESTORE_NOTES: &str = "\
The databases of the set are copied into a hidden folder inside --to, every page verified; the logs are \
replayed over them where they lie; each clean database then appears under its own name, and \
restore-report.json beside it. After a failure or Ctrl-C nothing is left. The set is never written to.

--logs names what comes behind the set: an incremental set, or a folder with the logs that survived, the \
current one (edb.log) among them. Several are read in order of their generations.

--until: as in recover. A stop can't lie before what the copies hold: the message names the earliest \
generation. Transactions that are not committed there are undone.

A failure names the JET error, the file, and what to do next; see docs/backup.md.";

#[derive(Args, Debug)]
#[command(after_help = RESTORE_NOTES)]
pub(crate) struct Restore {
    /// The set's folder
    pub(crate) dir: PathBuf,
    /// Folder with further logs; may be given several times
    #[arg(long, value_name = "MORE")]
    pub(crate) logs: Vec<PathBuf>,
    /// Folder for the databases; must be new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Stop at this position of the logs
    #[arg(long, value_name = "GEN[:SEC[:OFF]]", value_parser = crate::until::position)]
    pub(crate) until: Option<StopAt>,
    /// Stop at this time (UTC, ISO 8601)
    #[arg(long, value_name = "TIME", value_parser = crate::until::time, conflicts_with = "until")]
    pub(crate) until_time: Option<StopAt>,
    /// Databases that the logs leave attached and the set lacks are passed over
    #[arg(long)]
    pub(crate) pass_over_missing: bool,
}

/// What `create --help` says beyond the options.
const CREATE_NOTES: &str = "\
The database is made under a hidden name, with its logs in a hidden folder beside it, and appears when it \
is clean; the logs are gone then. With --logs it is made in place and the logs stay: they hold all of its \
history, and a later start on them goes on there. What exists is never replaced.";

#[derive(Args, Debug)]
#[command(after_help = CREATE_NOTES)]
pub(crate) struct Create {
    /// The database; must not exist
    pub(crate) db: PathBuf,
    /// Bytes of a page: 4096, 8192, 16384 or 32768
    #[arg(long, value_name = "N", default_value = "4096", value_parser = parse_page_size)]
    pub(crate) page_size: PageSize,
    /// Format by its engine version (JET_paramEngineFormatVersion; default: what Windows 10 and 11 write)
    #[arg(long, value_name = "EFV")]
    pub(crate) format_version: Option<u32>,
    /// Keep the logs, in this folder (made when it is not there)
    #[arg(long, value_name = "DIR")]
    pub(crate) logs: Option<PathBuf>,
}

/// What `import --help` says of the values.
const IMPORT_NOTES: &str = "\
Each line is an object; a member is a column. Without the table, the first lines make it: whole numbers \
become Long, LongLong or UnsignedLongLong, others IEEEDouble, true and false Bit, text LongText \
(Unicode), arrays of such a multi-valued column of that type, objects and other arrays LongText with their \
JSON text, and so does what is of different kinds. --column says otherwise.

Values go into a column of another type as `export --format jsonl` writes them: Currency as the stored \
integer, GUID with dashes, binary as hex (or --binary base64), DateTime as ISO 8601 or RFC 3339 (kept in \
UTC; with seven decimals and Z as a FILETIME) or a number of days. Into text everything goes: what is no \
text as its JSON text. null is no value. Numbers of an autoincrement column are kept.

Records are committed a thousand at a time. A line that can't go in ends the import: all lines before it \
are in the table, and the message names the line. The database is left clean. The logs of the work lie in \
a hidden folder beside it meanwhile and are removed; with --logs they are kept there (a database that has \
logs elsewhere goes on with those of --logs from then on).";

#[derive(Args, Debug)]
#[command(after_help = IMPORT_NOTES)]
pub(crate) struct Import {
    /// The database; it is changed
    pub(crate) db: PathBuf,
    /// The table; made when it is not there
    #[arg(long, value_name = "T")]
    pub(crate) table: String,
    /// Type of a column of the new table, as in when:DateTime; NAME:TYPE[] for several values
    #[arg(long = "column", value_name = "NAME:TYPE", value_parser = crate::verbs::parse_column)]
    pub(crate) columns: Vec<NamedColumn>,
    /// Primary key of the new table, as in +country-born
    #[arg(long, value_name = "+A-B")]
    pub(crate) key: Option<String>,
    /// How binary values are written
    #[arg(long, value_enum, default_value_t = BinaryForm::Hex)]
    pub(crate) binary: BinaryForm,
    /// Lines that are looked at for the columns of a new table
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) sample: usize,
    /// Keep the logs, in this folder (made when it is not there)
    #[arg(long, value_name = "DIR")]
    pub(crate) logs: Option<PathBuf>,
}

/// What `compact --help` says beyond the options.
const COMPACT_NOTES: &str = "\
Tables come in the order in which they were made, records in the order of their keys, on pages that are as \
full as the table's density says; indexes, long values with their references, and the numbers that tables \
give stay as they are. Deleted records, free pages and long values that nothing refers to stay behind. The \
database must be clean, and undamaged: what can't be read ends the work. The new file is made under a \
hidden name beside --to and appears when it is whole; nothing is logged.";

#[derive(Args, Debug)]
#[command(after_help = COMPACT_NOTES)]
pub(crate) struct Compact {
    /// The database; it is only read
    pub(crate) db: PathBuf,
    /// The new database; must not exist
    #[arg(long, value_name = "NEW")]
    pub(crate) to: PathBuf,
}

/// A column of a new table, named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedColumn {
    pub(crate) name: String,
    pub(crate) column_type: ColumnType,
    pub(crate) many: bool,
}

/// How binary values are written in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BinaryForm {
    /// Hex digits, as export writes them
    Hex,
    /// RFC 4648, padded or not
    Base64,
}

/// A page size of today's format.
fn parse_page_size(s: &str) -> Result<PageSize, String> {
    match s.parse::<u32>() {
        Ok(n) if n != PAGE_SIZE_OLD => PageSize::from_bytes(n),
        _ => None,
    }
    .ok_or_else(|| format!("{s}: pages have 4096, 8192, 16384 or 32768 bytes"))
}

/// Three characters before the digits of a log's name.
fn parse_base(s: &str) -> Result<String, String> {
    if s.chars().count() == BASE_CHARS && s.is_ascii() {
        Ok(s.to_owned())
    } else {
        Err(format!(
            "a base name has {BASE_CHARS} characters, as edb in edb.log"
        ))
    }
}

/// A number of bytes with an optional K, M or G (powers of 1,024).
fn parse_rate(s: &str) -> Result<u64, String> {
    let (digits, unit) = match s
        .trim_end_matches(['b', 'B'])
        .split_at_checked(s.trim_end_matches(['b', 'B']).len().saturating_sub(1))
    {
        Some((d, "k" | "K")) => (d, 1 << 10),
        Some((d, "m" | "M")) => (d, 1 << 20),
        Some((d, "g" | "G")) => (d, 1 << 30),
        _ => (s, 1),
    };
    match digits.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)) {
        Some(n) if n > 0 => Ok(n),
        _ => Err(format!(
            "{s}: a number of bytes a second is wanted, such as 50M"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn rates() {
        assert_eq!(parse_rate("50M"), Ok(50 << 20));
        assert_eq!(parse_rate("4kB"), Ok(4096));
        assert_eq!(parse_rate("123"), Ok(123));
        for bad in [
            "",
            "M",
            "-1",
            "0",
            "5T",
            "99999999999999999999",
            "18446744073709551615G",
        ] {
            assert!(parse_rate(bad).is_err(), "{bad}");
        }
    }
}
