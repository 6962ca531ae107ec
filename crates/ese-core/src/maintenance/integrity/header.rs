//! Header and file: copies, state, generations, signatures, length.
//!
//! Source: docs/format/database-header.md §1, §2.5.
#![forbid(unsafe_code)]

use super::context::Context;
use super::rule::{Rule, Severity};
use crate::dbfile::DbFile;
use crate::format::db_header::DbHeader;
use crate::format::header_page::{CopyState, FileType};
use crate::format::ids::{Lgpos, Pgno};

/// Checks everything that the header says about itself and about the file.
pub(super) fn check_header(cx: &Context<'_>) {
    let add = |rule: Rule, detail: String| cx.findings.add(rule, None, &cx.database, detail);
    let header = cx.file.header();
    match cx.file.copies() {
        CopyState::Equal => {}
        CopyState::Differ => add(
            Rule::HeaderCopiesDiffer,
            "both copies of the header are valid, but different; the first counts".to_owned(),
        ),
        CopyState::FirstOnly => add(
            Rule::HeaderCopies,
            "the second copy of the header is damaged".to_owned(),
        ),
        CopyState::SecondOnly => add(
            Rule::HeaderCopies,
            "the first copy of the header is damaged".to_owned(),
        ),
    }
    if !header.has_magic() {
        add(
            Rule::HeaderVersion,
            format!("the magic number is {:#x}", header.magic),
        );
    }
    match header.file_type() {
        FileType::Database | FileType::Unspecified => {}
        other => add(
            Rule::HeaderVersion,
            format!("the header says file type {}", other.to_u32()),
        ),
    }
    let version = header.version();
    if !version.is_readable() {
        add(
            Rule::HeaderVersion,
            format!("format version {version} is none of this format"),
        );
    } else if !version.is_known() {
        add(
            Rule::HeaderNewer,
            format!("format version {version} is newer than what is known here"),
        );
    }
    if header.sign_db.is_none() {
        add(
            Rule::HeaderSignature,
            "the database has no signature".to_owned(),
        );
    } else if header.sign_db.random() == 0 {
        cx.findings.add_as(
            Severity::Note,
            Rule::HeaderSignature,
            None,
            &cx.database,
            "the random part of the signature is 0",
        );
    }
    check_state(cx, header);
    check_length(cx, cx.file);
}

fn check_state(cx: &Context<'_>, header: &DbHeader) {
    let add = |rule: Rule, detail: String| cx.findings.add(rule, None, &cx.database, detail);
    let generations = [
        ("lowest required", header.gen_min_required),
        ("highest required", header.gen_max_required),
        ("highest committed", header.gen_max_committed),
        ("lowest consistent", header.gen_min_consistent),
    ];
    let state = header.state();
    if state.is_clean() {
        for (name, generation) in generations {
            if generation != 0 {
                let detail = format!("clean, but the {name} generation is {generation}");
                add(Rule::HeaderGenerations, detail);
            }
        }
        if header.lgpos_consistent != header.lgpos_detach {
            let detail = format!(
                "clean, but consistent at {} and detached at {}",
                header.lgpos_consistent, header.lgpos_detach
            );
            add(Rule::HeaderGenerations, detail);
        }
        return;
    }
    add(
        Rule::HeaderState,
        format!(
            "{}: recover it first; what is found below may be what recovery repairs",
            state.words()
        ),
    );
    let [(_, min), (_, max), (_, committed), _] = generations;
    if min > max || max > committed || min < 0 {
        let detail =
            format!("generations required {min} to {max}, committed {committed} do not ascend");
        add(Rule::HeaderGenerations, detail);
    }
    if header.lgpos_detach != Lgpos::MIN {
        add(
            Rule::HeaderGenerations,
            format!("{}, but detached at {}", state.words(), header.lgpos_detach),
        );
    }
}

fn check_length(cx: &Context<'_>, file: &DbFile) {
    let rest = file.len() % cx.size.bytes() as u64;
    if rest != 0 {
        cx.findings.add(
            Rule::FilePart,
            Pgno(cx.last.0.saturating_add(1)),
            &cx.database,
            format!("the file ends with {rest} bytes of a page"),
        );
    }
}
