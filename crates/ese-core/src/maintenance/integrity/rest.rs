//! Pages that no tree led to: freed, never used, behind the end.
//!
//! Their content means nothing, so what is wrong inside is a note; but the file must read them back as
//! they were written.
#![forbid(unsafe_code)]

use super::context::{Context, rule_of};
use super::rule::{Rule, Severity};
use crate::format::checksum::{PageVerdict, correct};
use crate::format::ids::Pgno;
use crate::format::page::{PageFlags, PageView};
use crate::format::page_check::check_page;
use std::sync::Arc;

/// Bytes read at a time.
const RUN_BYTES: usize = 512 * 1024;

/// Looks at every page of the file that is in no tree.
pub(super) fn check_rest(cx: &Context<'_>, owned_last: Pgno) {
    let most = u32::try_from(RUN_BYTES / cx.size.bytes())
        .unwrap_or(1)
        .max(1);
    let mut buf = vec![0u8; RUN_BYTES.max(cx.size.bytes())];
    let mut next = 1;
    while next <= cx.last.0 {
        if cx.seen.contains(Pgno(next)) {
            next += 1;
            continue;
        }
        let run = (next..=cx.last.0)
            .take(most as usize)
            .take_while(|&p| !cx.seen.contains(Pgno(p)))
            .count();
        let bytes = buf.get_mut(..run * cx.size.bytes()).unwrap_or(&mut []);
        let whole = cx.read_run(Pgno(next), bytes, &cx.database);
        for (page, pgno) in bytes
            .chunks_exact_mut(cx.size.bytes())
            .take(whole)
            .zip(next..)
        {
            look(cx, Pgno(pgno), page, Pgno(pgno) <= owned_last);
        }
        cx.step(run as u64);
        next += u32::try_from(run).unwrap_or(u32::MAX).max(1);
    }
}

fn look(cx: &Context<'_>, pgno: Pgno, mut page: &mut [u8], owned: bool) {
    let add = |severity: Severity, rule: Rule, detail: String| {
        cx.findings
            .add_as(severity, rule, pgno, &Arc::clone(&cx.database), detail);
    };
    match correct(&mut page, pgno) {
        PageVerdict::Zero => return,
        PageVerdict::Good => {}
        PageVerdict::Correctable { .. } => add(
            Severity::Note,
            Rule::PageBit,
            "a flipped bit in a page that is not in use".to_owned(),
        ),
        PageVerdict::Bad {
            expected, actual, ..
        } => {
            let detail =
                format!("stored {expected:016x}, computed {actual:016x}; the page is in no tree");
            if owned {
                add(Severity::Damage, Rule::PageChecksum, detail);
            } else {
                add(Severity::Note, Rule::FileTail, detail);
            }
            return;
        }
        PageVerdict::WrongPgno { found, .. } => {
            let detail = format!("the page says it is {found}; it is in no tree");
            if owned {
                add(Severity::Damage, Rule::PageNumber, detail);
            } else {
                add(Severity::Note, Rule::FileTail, detail);
            }
            return;
        }
        PageVerdict::NotAPage { .. } => return,
    }
    let Ok(view) = PageView::new(page) else {
        return;
    };
    if !owned {
        return;
    }
    cx.check_unused(pgno, &view);
    if !view.flags().contains(PageFlags::EMPTY)
        && let Err(e) = check_page(&view)
    {
        let detail = format!("{} ({e}); the page is in no tree", rule_of(&e).name());
        add(Severity::Note, Rule::PageFreed, detail);
    }
}
