//! Checkpoints, flush maps, reserve logs, revert snapshots.
#![forbid(unsafe_code)]

use super::log::shown;
use super::{Subject, first_nonzero};
use crate::error::CliError;
use crate::text::{plural, size};
use crate::verbs::facts::{Facts, fields_json, signature_json, signature_text, time_json};
use ese_core::format::checkpoint::{CHECKPOINT_FILE_BYTES, Checkpoint, CheckpointFlags, CopyError};
use ese_core::format::checksum::PageVerdict;
use ese_core::format::flush_map::{
    FlushMapHeader, FlushMapPage, MAP_PAGE, STATES_PER_PAGE, page_offset,
};
use ese_core::format::header_page::checksum_ok;
use ese_core::format::log_fields::Field;
use ese_core::format::log_fields::attach::AttachList;

/// Lists the attached databases of a log or checkpoint.
pub(super) fn attachments(list: &AttachList<'_>, facts: &mut Facts) {
    let mut any = false;
    for entry in list.entries() {
        any = true;
        match entry {
            Ok(e) => facts.text(
                &format!("dbid {}", e.dbid),
                format!(
                    "{}: dbtime {}, last object id {}, attached at {}, consistent at {}, signature {}",
                    e.path_text(),
                    e.dbtime.0,
                    e.objid_last,
                    e.lgpos_attach,
                    e.lgpos_consistent,
                    signature_text(e.sign_db)
                ),
            ),
            Err(e) => facts.text("damaged", e.to_string()),
        }
    }
    if !any {
        facts.text("none", "");
    }
}

/// Describes a checkpoint.
pub(super) fn checkpoint(subject: &Subject<'_>, facts: &mut Facts) -> Option<String> {
    facts.group("Checkpoint");
    let file = match Checkpoint::parse_file(&subject.head) {
        Ok(file) => file,
        Err(e) => {
            return Some(format!(
                "{e}; recovery then reads all logs that are there, so nothing is lost"
            ));
        }
    };
    let c = &file.checkpoint;
    let copy = |r: Result<(), CopyError>| r.map_or_else(|e| e.to_string(), |()| "good".into());
    facts.text("first copy", copy(file.first));
    facts.text("second copy", copy(file.second));
    for (label, key, pos) in [
        ("checkpoint", "checkpoint", c.lgpos_checkpoint()),
        (
            "database consistency",
            "consistency",
            c.lgpos_db_consistency(),
        ),
        (
            "checkpoint of full backup",
            "checkpoint_of_full_backup",
            c.lgpos_last_full_backup(),
        ),
    ] {
        facts.fact(
            label,
            format!("{pos} = ({}, {}, {})", pos.generation, pos.isec, pos.ib),
            key,
            pos.to_string(),
        );
    }
    facts.text(
        "full backup",
        format!("{}, mark {}", c.tm_full_backup(), c.lgpos_full_backup()),
    );
    facts.text(
        "incremental backup",
        format!("{}, mark {}", c.tm_inc_backup(), c.lgpos_inc_backup()),
    );
    facts.fact(
        "log signature",
        signature_text(c.sign_log()),
        "sign_log",
        signature_json(c.sign_log()),
    );
    facts.group("Parameters and paths");
    let mut lines = Vec::new();
    c.dbms_param().show("", &mut |name, value| {
        lines.push((name.trim_start_matches('.').to_owned(), value.to_string()));
    });
    for (name, value) in lines {
        facts.text(&name, value);
    }
    facts.group("Databases attached");
    if c.flags().contains(CheckpointFlags::ATTACH_LIST) {
        attachments(&c.attachments(), facts);
    } else {
        facts.text("not kept", "");
    }
    facts.value("header", shown(|sink| c.show(sink)));
    if let Err(e) = file.first.and(file.second) {
        return Some(format!(
            "one of the two copies is damaged: {e}; the other one counts"
        ));
    }
    (subject.len != CHECKPOINT_FILE_BYTES as u64).then(|| {
        format!(
            "a checkpoint has {CHECKPOINT_FILE_BYTES} bytes, this file {}",
            subject.len
        )
    })
}

/// Describes a flush map.
pub(super) fn flush_map(subject: &Subject<'_>, facts: &mut Facts) -> Option<String> {
    facts.group("Flush map");
    facts.text("length", size(subject.len));
    let head = subject
        .head
        .get(..MAP_PAGE.bytes())
        .unwrap_or(&subject.head);
    let h = match FlushMapHeader::open(head) {
        Ok(h) => h,
        Err(e) => return Some(format!("{e}; the engine makes a new one")),
    };
    facts.fact(
        "version",
        format!("{}.{}.{}", h.version_major, h.update_major, h.update_minor),
        "version",
        format!("{}.{}.{}", h.version_major, h.update_major, h.update_minor),
    );
    facts.fact(
        "closed in order",
        if h.is_clean() { "yes" } else { "no" },
        "clean",
        h.is_clean(),
    );
    for (label, key, t) in [
        ("made", "created", h.logtime_create),
        ("last attach", "attached", h.logtime_attach),
        ("last detach", "detached", h.logtime_detach),
        ("last flush began", "flush_start", h.logtime_flush_start),
        ("last flush ended", "flush_end", h.logtime_flush_end),
    ] {
        facts.fact(label, t.to_string(), key, time_json(t));
    }
    facts.fact(
        "required generation",
        format!(
            "{} (wanted {})",
            h.gen_min_required, h.gen_min_required_target
        ),
        "required_generation",
        h.gen_min_required,
    );
    for (label, key, s) in [
        (
            "database header flush",
            "sign_db_hdr_flush",
            h.sign_db_hdr_flush,
        ),
        (
            "map header flush",
            "sign_flush_map_hdr_flush",
            h.sign_flush_map_hdr_flush,
        ),
    ] {
        facts.fact(label, signature_text(s), key, signature_json(s));
    }
    facts.value("header", fields_json(h.values()));
    states(subject, facts)
}

fn states(subject: &Subject<'_>, facts: &mut Facts) -> Option<String> {
    let data_pages = (subject.len / MAP_PAGE.bytes() as u64).saturating_sub(1);
    let mut page = vec![0; MAP_PAGE.bytes()];
    let (mut known, mut bad) = (0u64, Vec::new());
    for k in 0..u32::try_from(data_pages).unwrap_or(u32::MAX) {
        let read = subject.file.read_exact_at(&mut page, page_offset(k));
        let view = FlushMapPage::new(&page).filter(|_| read.is_ok());
        match view.map(|v| (v, v.verify(k))) {
            Some((v, PageVerdict::Good)) => {
                known += (0..STATES_PER_PAGE).filter(|&i| v.state(i) != 0).count() as u64;
            }
            Some((_, PageVerdict::Zero)) => {}
            _ => bad.push(k),
        }
    }
    facts.fact(
        "states",
        format!(
            "{} known, of {}",
            plural(known, "page is", "pages are"),
            data_pages * u64::from(STATES_PER_PAGE)
        ),
        "known_states",
        known,
    );
    facts.value("bad_pages", bad.clone());
    (!bad.is_empty()).then(|| {
        format!(
            "{} of the map damaged (the first: {}); they say nothing about their pages",
            plural(bad.len() as u64, "page is", "pages are"),
            bad.first().unwrap_or(&0)
        )
    })
}

/// Describes a revert snapshot, as far as its header's frame goes.
pub(super) fn revert_snapshot(subject: &Subject<'_>, facts: &mut Facts) -> Option<String> {
    facts.group("Revert snapshot");
    facts.text("length", size(subject.len));
    let right = [4096, 8192, 16384, 32768]
        .into_iter()
        .any(|n| subject.head.get(..n).is_some_and(checksum_ok));
    facts.fact(
        "header checksum",
        if right { "right" } else { "WRONG" },
        "header_valid",
        right,
    );
    (!right).then(|| "the header of the snapshot is damaged".into())
}

/// Describes a reserve log or a log being prepared: space that is held ready.
pub(super) fn reserve(
    subject: &Subject<'_>,
    what: &str,
    facts: &mut Facts,
) -> Result<Option<String>, CliError> {
    facts.group(if what == "reserve log" {
        "Reserve log"
    } else {
        "Log being prepared"
    });
    facts.value("kind", what);
    facts.text(
        "length",
        format!("{} bytes ({})", subject.len, size(subject.len)),
    );
    let first = first_nonzero(subject)?;
    facts.fact(
        "contents",
        match first {
            None => "zeros only: space held ready, nothing to read".to_owned(),
            Some(at) => format!("left-over bytes from byte {at} on, no log header"),
        },
        "all_zero",
        first.is_none(),
    );
    Ok(None)
}
