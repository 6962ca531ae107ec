//! The header of a database in words.
#![forbid(unsafe_code)]

use super::Subject;
use crate::text::{hex, plural, size};
use crate::verbs::facts::{Facts, fields_json, signature_json, signature_text, time_json};
use ese_core::format::checksum::header_xor;
use ese_core::format::db_header::{DbHeader, SORT_VERSION_IN_LOCALES};
use ese_core::format::header_page::{CopyState, FileKind, HeaderCopy, may_attach, select_header};
use ese_core::format::ids::{BkInfo, Lgpos, LogTime};
use ese_core::format::version::FormatVersion;

/// Describes the database; the answer is what is wrong with the file.
pub(super) fn describe(subject: &Subject<'_>, kind: FileKind, facts: &mut Facts) -> Option<String> {
    let selected = match select_header(&subject.head) {
        Ok(selected) => selected,
        Err(e) => {
            facts.group("Damaged database");
            facts.fact("length", size(subject.len), "state", "Unknown");
            return Some(format!(
                "this was a database, but {e}; restore it from a backup (eseutil page shows what \
                 single pages still hold once a header is there)"
            ));
        }
    };
    let h = &selected.header;
    let page = selected.page_size.bytes() as u64;
    let pages = (subject.len / page).saturating_sub(2);
    let rest = subject.len % page;

    facts.group(if kind == FileKind::TempDatabase {
        "Temporary database"
    } else {
        "Database"
    });
    let state = h.state();
    facts.fact(
        "state",
        format!("{} ({})", state.name(), state.words()),
        "state",
        state.name(),
    );
    facts.value("state_text", state.words());
    facts.value("state_number", state.to_u32());
    facts.fact(
        "length",
        format!(
            "{} bytes ({}): two header copies and {}",
            subject.len,
            size(subject.len),
            plural(pages, "page", "pages")
        ),
        "pages",
        pages,
    );
    facts.fact("page size", page.to_string(), "page_size", page);
    facts.fact(
        "header copies",
        copies_text(selected.state, selected.copy),
        "header_copies",
        copies_word(selected.state),
    );
    copies(subject, selected.page_size.bytes(), facts);
    versions(h, facts);
    signatures(h, facts);
    required(h, facts);
    times(h, facts);
    backups(h, facts);
    history(h, facts);
    facts.value("header", fields_json(h.values()));
    problem(subject, h, pages, rest, selected.state)
}

fn problem(
    subject: &Subject<'_>,
    h: &DbHeader,
    pages: u64,
    rest: u64,
    copies: CopyState,
) -> Option<String> {
    if pages == 0 {
        return Some(format!(
            "the file ends after its header ({} bytes): there is no page in it; restore it from a \
             backup",
            subject.len
        ));
    }
    if matches!(copies, CopyState::FirstOnly | CopyState::SecondOnly) {
        return Some(format!(
            "one of the two header copies is damaged ({}); the other one counts, so the database \
             can be read",
            copies_word(copies)
        ));
    }
    if rest != 0 {
        return Some(format!(
            "{rest} bytes behind the last whole page: the file was cut off, or something was \
             appended (eseutil checksum {})",
            subject.path.display()
        ));
    }
    if h.is_unfinished_backup_copy() {
        return Some(
            "this is the copy of a streaming backup that was not finished: the logs of the backup \
             are needed to make it whole"
                .into(),
        );
    }
    None
}

/// One word for how the copies compare.
pub(crate) fn copies_word(state: CopyState) -> &'static str {
    match state {
        CopyState::Equal => "equal",
        CopyState::Differ => "both valid, different",
        CopyState::FirstOnly => "second copy damaged",
        CopyState::SecondOnly => "first copy damaged",
    }
}

fn copies_text(state: CopyState, used: HeaderCopy) -> String {
    let which = match used {
        HeaderCopy::First => "first",
        HeaderCopy::Second => "second",
    };
    format!("{}; the {which} one is shown", copies_word(state))
}

fn copies(subject: &Subject<'_>, page: usize, facts: &mut Facts) {
    let mut list = Vec::new();
    for (i, name) in ["first checksum", "second checksum"].iter().enumerate() {
        let Some(copy) = subject.head.get(i * page..(i + 1) * page) else {
            facts.text(name, "the file ends before it");
            continue;
        };
        let stored = copy
            .first_chunk::<4>()
            .map_or(0, |b| u32::from_le_bytes(*b));
        let actual = header_xor(copy);
        let verdict = if stored == actual { "right" } else { "WRONG" };
        facts.text(
            name,
            format!("stored {stored:08x}, computed {actual:08x}: {verdict}"),
        );
        list.push(serde_json::json!({
            "stored": format!("{stored:08x}"),
            "computed": format!("{actual:08x}"),
            "valid": stored == actual,
        }));
    }
    facts.value("header_checksums", list);
}

fn version_json(v: FormatVersion) -> serde_json::Value {
    serde_json::json!({
        "text": v.to_string(),
        "major": v.major,
        "update_major": v.update_major,
        "update_minor": v.update_minor,
        "efv": v.efv(),
        "known": v.is_known(),
    })
}

fn versions(h: &DbHeader, facts: &mut Facts) {
    facts.group("Versions");
    facts.text(
        "magic",
        format!(
            "{:#010x}{}",
            h.magic,
            if h.has_magic() {
                ""
            } else {
                ": WRONG, 0x89abcdef is right"
            }
        ),
    );
    let v = h.version();
    let efv = v.efv().map_or_else(
        || "newer than this program knows".into(),
        |efv| format!("engine format version {efv}"),
    );
    facts.text("format", format!("{v} ({efv})"));
    facts.value("format_version", version_json(v));
    facts.fact(
        "efv of the last engine",
        h.efv_max_bin_attach.to_string(),
        "efv_max_bin_attach",
        h.efv_max_bin_attach,
    );
    facts.text(
        "created as",
        format!("{:#x},{}", h.create_version, h.create_update),
    );
    facts.fact(
        "this program",
        env!("CARGO_PKG_VERSION"),
        "program_version",
        env!("CARGO_PKG_VERSION"),
    );
    facts.fact(
        "operating system",
        h.os_version().unwrap_or_else(|| "not said".into()),
        "os_version",
        h.os_version(),
    );
    facts.text(
        "sort version (NLS)",
        if h.sort_version == SORT_VERSION_IN_LOCALES {
            "per locale, in MSysLocales".into()
        } else {
            format!("{:#x}", h.sort_version)
        },
    );
    match may_attach(h) {
        Ok(()) => facts.fact("would attach", "yes", "attach", "yes"),
        Err(e) => {
            let jet = ese_core::HasJetErr::jet_err(&e);
            facts.fact(
                "would attach",
                format!("no: {e} [{jet}]"),
                "attach",
                jet.name(),
            );
        }
    }
}

fn signatures(h: &DbHeader, facts: &mut Facts) {
    facts.group("Signatures");
    for (label, key, s) in [
        ("database", "sign_db", h.sign_db),
        ("log sequence", "sign_log", h.sign_log),
        ("header flush", "sign_db_hdr_flush", h.sign_db_hdr_flush),
        (
            "flush map",
            "sign_flush_map_hdr_flush",
            h.sign_flush_map_hdr_flush,
        ),
        (
            "revert snapshot",
            "sign_rbs_hdr_flush",
            h.sign_rbs_hdr_flush,
        ),
    ] {
        facts.fact(label, signature_text(s), key, signature_json(s));
    }
}

fn required(h: &DbHeader, facts: &mut Facts) {
    facts.group("Logs");
    let (text, value) = match h.required_generations() {
        None => ("none".into(), serde_json::Value::Null),
        Some((min, max)) => (
            format!("{min} to {max} ({min:#x}-{max:#x})"),
            serde_json::json!([min, max]),
        ),
    };
    facts.fact("required generations", text, "required_generations", value);
    facts.fact(
        "highest required made",
        h.logtime_gen_max_required.to_string(),
        "required_time",
        time_json(h.logtime_gen_max_required),
    );
    facts.fact(
        "committed generation",
        h.gen_max_committed.to_string(),
        "committed_generation",
        h.gen_max_committed,
    );
    facts.fact(
        "committed made",
        h.logtime_gen_max_create.to_string(),
        "committed_time",
        time_json(h.logtime_gen_max_create),
    );
    facts.text("consistent generation", h.gen_min_consistent.to_string());
    facts.text("recovering generation", h.gen_recovering.to_string());
    facts.text(
        "before redo",
        format!(
            "required {}, consistent {}",
            h.gen_pre_redo_min_required, h.gen_pre_redo_min_consistent
        ),
    );
}

fn at(p: Lgpos, t: LogTime) -> String {
    if p.is_min() && t.is_none() {
        return "never".into();
    }
    format!("{t} at ({}, {}, {}) = {p}", p.generation, p.isec, p.ib)
}

fn times(h: &DbHeader, facts: &mut Facts) {
    facts.group("Life (time, log position: generation, sector, byte)");
    facts.text(
        "last consistent",
        at(h.lgpos_consistent, h.logtime_consistent),
    );
    facts.text("last attach", at(h.lgpos_attach, h.logtime_attach));
    facts.text("last detach", at(h.lgpos_detach, h.logtime_detach));
    facts.text(
        "last re-attach",
        at(h.lgpos_last_reattach, h.logtime_last_reattach),
    );
    facts.text("last resize", at(h.lgpos_last_resize, LogTime::NONE));
    facts.text("dbid", h.dbid.to_string());
    facts.fact(
        "dbtime",
        format!("{} ({:#x})", h.dbtime_dirtied.0, h.dbtime_dirtied.0),
        "dbtime",
        h.dbtime_dirtied.0,
    );
    facts.text("last object id", h.objid_last.to_string());
    facts.text("shadowed", "yes (the header has a second copy)");
    facts.text("flags", format!("{:#010x}", h.db_flags));
    facts.value("last_time", time_json(h.last_time()));
}

fn backups(h: &DbHeader, facts: &mut Facts) {
    facts.group("Backups");
    let how = |kind: u32| match kind {
        0 => "streaming",
        1 => "OS snapshot",
        2 => "engine snapshot",
        3 => "surrogate",
        _ => "unknown kind",
    };
    let text = |b: BkInfo, kind: Option<u32>| {
        if b.is_none() {
            return "none".to_owned();
        }
        let kind = kind.map_or_else(String::new, |k| format!(", {}", how(k)));
        format!(
            "generations {}-{}, mark {}, {}{kind}",
            b.gen_low, b.gen_high, b.mark, b.time
        )
    };
    facts.text(
        "last full",
        text(h.bkinfo_full_prev, Some(h.bkinfo_type_full_prev)),
    );
    facts.text(
        "last incremental",
        text(h.bkinfo_inc_prev, Some(h.bkinfo_type_inc_prev)),
    );
    facts.text(
        "last copy",
        text(h.bkinfo_copy_prev, Some(h.bkinfo_type_copy_prev)),
    );
    facts.text(
        "last differential",
        text(h.bkinfo_diff_prev, Some(h.bkinfo_type_diff_prev)),
    );
    facts.text("full under way", text(h.bkinfo_full_cur, None));
    facts.text("snapshot under way", text(h.bkinfo_snapshot_cur, None));
}

fn history(h: &DbHeader, facts: &mut Facts) {
    facts.group("History (count, last time, count before the last reset)");
    let line = |n: u32, t: LogTime, old: u32| format!("{n}, {t}, {old}");
    facts.text(
        "repairs",
        line(h.repair_count, h.logtime_repair, h.repair_count_old),
    );
    facts.text(
        "bits corrected",
        line(
            h.ecc_fix_success_count,
            h.logtime_ecc_fix_success,
            h.ecc_fix_success_count_old,
        ),
    );
    facts.text(
        "corrections failed",
        line(
            h.ecc_fix_fail_count,
            h.logtime_ecc_fix_fail,
            h.ecc_fix_fail_count_old,
        ),
    );
    facts.text(
        "bad checksums",
        line(
            h.bad_checksum_count,
            h.logtime_bad_checksum,
            h.bad_checksum_count_old,
        ),
    );
    facts.text(
        "pages patched",
        line(
            h.page_patch_count,
            h.logtime_page_patch,
            h.page_patch_count_old,
        ),
    );
    facts.text(
        "incremental reseeds",
        line(
            h.incremental_reseed_count,
            h.logtime_incremental_reseed,
            h.incremental_reseed_count_old,
        ),
    );
    facts.text(
        "scrubs",
        format!("{}, dbtime {}", h.logtime_scrub, h.dbtime_last_scrub.0),
    );
    facts.text(
        "scans",
        format!(
            "last {}, running since {}, up to page {} of {}",
            h.logtime_dbscan_prev,
            h.logtime_dbscan_start,
            h.pgno_dbscan_highest_continuous,
            h.pgno_dbscan_highest
        ),
    );
    facts.text(
        "growths, shrinks, trims",
        format!(
            "{} ({}), {} ({}), {}",
            h.extend_count,
            h.logtime_last_extend,
            h.shrink_count,
            h.logtime_last_shrink,
            h.trim_count
        ),
    );
    facts.text(
        "reverts",
        format!(
            "{}, from {} to {}, {} pages, last commit before {}",
            h.revert_count,
            h.logtime_revert_from,
            h.logtime_revert_to,
            h.revert_page_count,
            h.lgpos_commit_before_revert
        ),
    );
    facts.value("sign_db_hex", hex(&h.sign_db.0));
}
