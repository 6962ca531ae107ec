//! From rows to the schema that somebody sees.
//!
//! Invariant: what is made here follows from the rows, the table's state and the eyes alone.
#![forbid(unsafe_code)]

use super::super::load::Builder;
use super::super::rows::Eyes;
use super::super::{Index, TableSchema, TableTrees};
use super::state::{Fate, LiveTable, State};
use super::{LiveCatalog, is_own, no_table};
use crate::error::{HasJetErr, JetErr};
use crate::format::catalog_row::{CatalogRow, ColumnFlags, RowKind};
use crate::format::ids::{Coltyp, Objid};
use crate::work::{Look, WorkError};
use std::sync::Arc;

impl LiveCatalog {
    /// A table as a session sees it.
    pub(super) fn view(
        &self,
        look: &Look<'_>,
        procid: u16,
        live: &LiveTable,
    ) -> Result<Arc<TableTrees>, WorkError> {
        let mut state = live.state();
        if state.notes == 0
            && let Some(settled) = &state.settled
        {
            return Ok(Arc::clone(settled));
        }
        let latest = Look::new(look.pages(), &self.store, self.store.latest());
        let latest = Eyes::of(self.db, &latest);
        if state.notes == 0 {
            let rows = self.trees.rows_of(&latest, live.objid)?;
            let trees = self.build(&latest, live.objid, rows, Vec::new(), &mut state)?;
            live.settle(&mut state, &trees);
            return Ok(trees);
        }
        let seen_whole = state.is_seen_whole(look.snapshot());
        if seen_whole && let Some(known) = &state.latest {
            return Ok(Arc::clone(known));
        }
        let own = Eyes::of(self.db, look);
        let mut rows = self.trees.rows_of(&own, live.objid)?;
        let long_values = self.trees.rows_of(&latest, live.objid)?.into_iter();
        let mut long_values = long_values.filter(|r| r.kind == RowKind::LongValue);
        let long_values = long_values.next();
        rows.retain(|row| match row.kind {
            RowKind::LongValue => long_values.is_none(),
            RowKind::Index => !state
                .fates
                .iter()
                .any(|f| f.fate == Fate::Dropped && row.objid() == Some(f.objid)),
            _ => true,
        });
        rows.extend(long_values);
        for row in &mut rows {
            override_row(row, procid, &state);
        }
        // Who sees the table sees its template, which may be of the same transaction.
        let trees = self.build(&own, live.objid, rows, Vec::new(), &mut state)?;
        if seen_whole {
            state.latest = Some(Arc::clone(&trees));
        }
        Ok(trees)
    }

    /// A table with everything that anybody made of it and nobody may leave unmaintained.
    pub(super) fn everything(
        &self,
        look: &Look<'_>,
        live: &LiveTable,
    ) -> Result<Arc<TableTrees>, WorkError> {
        let mut state = live.state();
        if state.notes == 0
            && let Some(settled) = &state.settled
        {
            return Ok(Arc::clone(settled));
        }
        let latest = Look::new(look.pages(), &self.store, self.store.latest());
        let latest = Eyes::of(self.db, &latest);
        let stamp = live.stamp();
        if let Some((of, all)) = &state.all
            && *of == stamp
        {
            return Ok(Arc::clone(all));
        }
        let everything = Eyes::everything(self.db, look.pages());
        let rows = self.trees.rows_of(&everything, live.objid)?;
        let dropped = state.fates.iter();
        let dropped = dropped.filter(|f| f.fate == Fate::Dropped && f.committed.is_none());
        let more = dropped.filter_map(|f| f.index.clone()).collect();
        let of_template = match state.notes {
            0 => &latest,
            // The template may be as new as the table.
            _ => &everything,
        };
        let trees = self.build(of_template, live.objid, rows, more, &mut state)?;
        // The rows of a change that was counted may not be written yet, or may be taken back: only
        // what nobody is changing lasts.
        match (state.notes, state.changers) {
            (0, _) => live.settle(&mut state, &trees),
            (_, 0) => state.all = Some((stamp, Arc::clone(&trees))),
            _ => state.all = None,
        }
        Ok(trees)
    }

    /// `eyes` see the template.
    fn build(
        &self,
        eyes: &Eyes<'_>,
        objid: Objid,
        rows: Vec<CatalogRow>,
        more: Vec<Index>,
        state: &mut State,
    ) -> Result<Arc<TableTrees>, WorkError> {
        let mut template = None;
        for row in &rows {
            if let (RowKind::Table, Some(name)) = (row.kind, &row.template_or_callback) {
                template = Some(name.clone());
            }
        }
        let mut builder = Builder::default();
        if !is_own(objid) && !rows.iter().any(|r| r.kind == RowKind::Table) {
            return Err(no_table(&format!("with object id {objid}")));
        }
        rows.into_iter().for_each(|row| builder.add(row));
        if let Some(name) = template
            && let Some(of) = self.trees.table_of(eyes, &name)?
        {
            let rows = self.trees.rows_of(eyes, of)?;
            rows.into_iter().for_each(|row| builder.add(row));
        }
        let catalog = builder.finish(Vec::new(), false);
        if let Some(fault) = catalog.faults().first() {
            return Err(WorkError::damaged(fault.jet_err(), fault.to_string()));
        }
        let schema = catalog.tables().iter().find(|t| t.objid == objid);
        let schema = schema.ok_or_else(|| {
            WorkError::damaged(JetErr::CATALOG_CORRUPTED, "a table without its own row")
        })?;
        let schema = match more.is_empty() {
            true => Arc::clone(schema),
            false => {
                let mut schema = TableSchema::clone(schema);
                let known = |i: &Index| schema.indexes.iter().any(|k| k.objid == i.objid);
                let more: Vec<Index> = more.into_iter().filter(|i| !known(i)).collect();
                schema.indexes.extend(more);
                Arc::new(schema)
            }
        };
        let trees = Arc::new(TableTrees::new(schema, state.last.as_deref()));
        state.last = Some(Arc::clone(&trees));
        Ok(trees)
    }
}

/// What everybody sees of a column, whatever its row says to this session.
fn override_row(row: &mut CatalogRow, procid: u16, state: &State) {
    let fid = row.fid();
    if fid.is_none() || row.coltyp() == Some(Coltyp::Nil) {
        return;
    }
    for o in state.overrides.iter().filter(|o| Some(o.fid) == fid) {
        if !o.committed && o.procid != procid {
            continue;
        }
        if let Some(name) = &o.name {
            row.name.clone_from(name);
        }
        if let Some(default) = &o.default {
            row.default_value = Some(default.clone());
            row.flags |= ColumnFlags::DEFAULT.bits();
        }
    }
}
