//! Logs, checkpoints, flush maps.
#![forbid(unsafe_code)]

use super::findings::FileCheck;
use super::{READ_BYTES, Subject};
use crate::text::plural;
use ese_core::format::bytes::all_zero;
use ese_core::format::checkpoint::{CHECKPOINT_COPY_BYTES, Checkpoint};
use ese_core::format::checksum::PageVerdict;
use ese_core::format::flush_map::{FlushMapHeader, FlushMapPage, MAP_PAGE, page_offset};
use ese_core::format::log_header::SEGMENT_BYTES;
use ese_core::log::report::FileReport;
use ese_core::log::{LogEnd, LogError, LogFile};
use ese_core::{HasJetErr, JetErr};
use std::sync::Arc;

pub(super) fn log(subject: &Subject<'_>, check: &mut FileCheck) {
    check.unit("segment");
    subject.bar.inc(subject.len);
    let log = match LogFile::open(Arc::clone(&subject.file)) {
        Ok(log) => log,
        Err(e) => {
            check.damage(0, Some(0), e.to_string(), e.jet_err());
            return;
        }
    };
    let report = match FileReport::read(&log) {
        Ok(report) => report,
        Err(e @ LogError::Version(_)) => {
            check.remark(format!("only the header was verified: {e}"));
            return;
        }
        Err(e) => {
            check.file_damage(e.to_string(), e.jet_err());
            return;
        }
    };
    let v = &report.verdict;
    check.fact("generation", report.facts.generation);
    check.fact("segments", v.segments);
    check.fact("correctable", v.corrected);
    check.fact("bad", u32::from(v.damage.is_some()));
    check.fact("older_segments", v.older);
    check.fact("shadow_used", v.shadow_used);
    check.fact("records", report.records);
    check.fact("end", report.end.word());
    check.line(format!(
        "generation {}: header and {} verified, {} correctable, {} left of an older generation; {}",
        report.facts.generation,
        plural(u64::from(v.segments), "segment", "segments"),
        v.corrected,
        v.older,
        report.end
    ));
    if v.shadow_used {
        check.remark("the last segment is torn, its shadow is whole and stands in for it");
    }
    if let (Some(jet), end) = (report.end.jet_err(), report.end) {
        let (segment, text) = match end {
            LogEnd::CorruptRecord { pos, .. } => (pos.isec, end.to_string()),
            LogEnd::Missing { isec, .. } | LogEnd::CorruptSegment { isec, .. } => {
                (isec, end.to_string())
            }
            _ => (v.damage.map_or(end.pos().isec, |d| d.isec), end.to_string()),
        };
        let offset = u64::from(segment) * SEGMENT_BYTES as u64;
        check.damage(i64::from(segment), Some(offset), text, jet);
    } else if !report.size_ok {
        check.file_damage(
            format!(
                "the file has {} bytes, its header says {}",
                report.bytes, report.facts.file_bytes
            ),
            JetErr::LOG_FILE_SIZE_MISMATCH,
        );
    }
}

pub(super) fn checkpoint(subject: &Subject<'_>, check: &mut FileCheck) {
    check.unit("copy");
    subject.bar.inc(subject.len);
    for i in 0..2usize {
        let at = i * CHECKPOINT_COPY_BYTES;
        if let Err(e) = Checkpoint::parse(subject.head.get(at..).unwrap_or_default()) {
            check.damage(
                i as i64 + 1,
                Some(at as u64),
                e.to_string(),
                JetErr::CHECKPOINT_CORRUPT,
            );
        }
    }
    check.line("two copies");
}

pub(super) fn flush_map(subject: &Subject<'_>, check: &mut FileCheck) {
    let head = subject
        .head
        .get(..MAP_PAGE.bytes())
        .unwrap_or(&subject.head);
    subject.bar.inc(subject.len);
    if let Err(e) = FlushMapHeader::open(head) {
        check.file_damage(e.to_string(), e.jet_err());
        return;
    }
    let count = (subject.len / MAP_PAGE.bytes() as u64).saturating_sub(1);
    let mut page = vec![0; MAP_PAGE.bytes()];
    let mut zero = 0u64;
    for k in 0..u32::try_from(count).unwrap_or(u32::MAX) {
        let read = subject.file.read_exact_at(&mut page, page_offset(k));
        let verdict = match read {
            Ok(()) => FlushMapPage::new(&page).map(|p| p.verify(k)),
            Err(_) => None,
        };
        match verdict {
            Some(PageVerdict::Good) => {}
            Some(PageVerdict::Zero) => zero += 1,
            _ => check.damage(
                i64::from(k) + 1,
                Some(page_offset(k)),
                format!("data page {k} of the flush map is damaged"),
                JetErr::READ_VERIFY_FAILURE,
            ),
        }
    }
    check.fact("pages", count + 1);
    check.fact("uninitialised", zero);
    check.line(format!("header and {}", plural(count, "page", "pages")));
}

/// A reserve log, or a log being prepared: nothing but zeros; any other file of zeros is lost.
pub(super) fn zeros(subject: &Subject<'_>, check: &mut FileCheck) {
    use ese_core::log::names::{LogKind, LogName};
    subject.bar.inc(subject.len);
    let name = subject.path.file_name().and_then(|n| n.to_str());
    let kind = name.and_then(LogName::parse).map(|n| n.kind);
    if matches!(kind, Some(LogKind::Reserve { .. } | LogKind::Temp)) {
        check.line("space held ready for logs: nothing to verify");
        return;
    }
    let mut buf = vec![0; READ_BYTES];
    let mut at = 0;
    let text = loop {
        match subject.file.read_at(&mut buf, at) {
            Ok(0) => break "the file is nothing but zeros".to_owned(),
            Ok(n) if all_zero(buf.get(..n).unwrap_or(&[])) => at += n as u64,
            Ok(_) => break "the file begins with zeros: its header is lost".to_owned(),
            Err(e) => break format!("reading failed: {e}"),
        }
    };
    check.file_damage(text, JetErr::READ_VERIFY_FAILURE);
}
