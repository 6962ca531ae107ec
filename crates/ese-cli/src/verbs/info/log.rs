//! The header of a log in words, and how its data ends.
#![forbid(unsafe_code)]

use super::Subject;
use crate::text::size;
use crate::verbs::facts::{Facts, signature_json, signature_text, time_json};
use crate::verbs::logs::report_json;
use ese_core::format::log_fields::Field;
use ese_core::format::log_header::LogHeader;
use ese_core::log::report::FileReport;
use ese_core::log::{LogFile, LogRecords};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Describes the log; the answer is what is wrong with the file.
pub(super) fn describe(subject: &Subject<'_>, facts: &mut Facts) -> Option<String> {
    facts.group("Transaction log");
    facts.text("length", size(subject.len));
    let log = match LogFile::open(Arc::clone(&subject.file)) {
        Ok(log) => log,
        Err(e) => {
            if let Some(header) = LogHeader::unchecked(&subject.head) {
                facts.value("header", shown(|sink| header.show(sink)));
            }
            return Some(format!("{e}: recovery can't use this file"));
        }
    };
    header(log.header(), facts);
    if !log.size_ok() {
        facts.text(
            "length by the header",
            format!(
                "{} bytes, the file has {}",
                log.header().file_bytes(),
                log.len()
            ),
        );
    }
    match FileReport::read(&log) {
        Ok(report) => {
            facts.group("Contents");
            facts.text("records", report.records.to_string());
            facts.text("page references", page_references(&log).to_string());
            facts.text("end of data", report.end.to_string());
            facts.value("report", report_json(&report));
            facts.value("page_references", page_references(&log));
            if !report.size_ok {
                return Some(format!(
                    "the file has {} bytes, its header says {}",
                    log.len(),
                    log.header().file_bytes()
                ));
            }
            report
                .end
                .jet_err()
                .map(|jet| format!("{} [{jet}]", report.end))
        }
        Err(e) => {
            facts.text("contents", e.to_string());
            None
        }
    }
}

fn page_references(log: &LogFile) -> u64 {
    let mut n = 0;
    let Ok(mut records) = log.records() else {
        return 0;
    };
    let step = |records: &mut LogRecords| Some(records.next()?.1.page().is_some());
    while let Some(has) = step(&mut records) {
        n += u64::from(has);
    }
    n
}

/// The fields that a structure shows, as one object.
pub(super) fn shown(show: impl FnOnce(&mut ese_core::format::log_fields::Sink<'_>)) -> Value {
    let mut map = Map::new();
    show(&mut |name, value| {
        map.insert(name.to_owned(), value.to_string().into());
    });
    Value::Object(map)
}

fn header(h: &LogHeader, facts: &mut Facts) {
    facts.fact(
        "generation",
        format!("{} ({:#x})", h.generation(), h.generation()),
        "generation",
        h.generation(),
    );
    facts.fact(
        "format version",
        h.version().to_string(),
        "version",
        h.version().to_string(),
    );
    facts.text("checksum", if h.checksum_ok() { "right" } else { "WRONG" });
    facts.fact(
        "signature",
        signature_text(h.sign_log()),
        "sign_log",
        signature_json(h.sign_log()),
    );
    facts.fact(
        "made",
        h.tm_create().to_string(),
        "created",
        time_json(h.tm_create()),
    );
    facts.fact(
        "generation before made",
        h.tm_prev_gen().to_string(),
        "previous_created",
        time_json(h.tm_prev_gen()),
    );
    facts.text(
        "generation before XOR",
        format!("{:016x}", h.prev_segments_xor()),
    );
    facts.text("checkpoint", h.lgpos_checkpoint().to_string());
    facts.text(
        "segments",
        format!(
            "{} of {} bytes, {} of the header",
            h.file_segments(),
            h.segment_bytes(),
            h.header_segments()
        ),
    );
    facts.text(
        "database page size",
        h.page_size()
            .map_or_else(|| "impossible".into(), |p| p.bytes().to_string()),
    );
    facts.text("flags", format!("{:?}", h.flags()));
    facts.text("efv of the engine", h.engine_format_version().to_string());
    facts.group("Parameters and paths");
    let mut lines = Vec::new();
    h.dbms_param().show("", &mut |name, value| {
        lines.push((name.trim_start_matches('.').to_owned(), value.to_string()));
    });
    for (name, value) in lines {
        facts.text(&name, value);
    }
    facts.group("Databases attached");
    super::small::attachments(&h.attachments(), facts);
    facts.value("header", shown(|sink| h.show(sink)));
}
