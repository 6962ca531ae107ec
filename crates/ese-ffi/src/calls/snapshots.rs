//! OS snapshots (behaviour-backup.md §11): the calls of the API over
//! [`ese_backup::snapshot::Snapshots`], which keeps their order and the time of a freeze.
//!
//! Invariant: the members of a session are known here by handle and name in the order in which they
//! became members there.

use super::instance_lists::{self, Row};
use crate::arguments::needed;
use crate::gate::{Answer, DONE, Refusal};
use crate::handles::lock;
use crate::instance::Instance;
use crate::params::table;
use crate::process::process;
use crate::structs::JET_INSTANCE_INFO;
use crate::types::{Char, JET_GRBIT, JET_INSTANCE, JET_OSSNAPID};
use ese_backup::external::ExternalBackup;
use ese_backup::snapshot::{FrozenInstance, PREPARE_EXPLICIT, SnapshotId, Snapshots};
use ese_core::JetErr;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// An instance of a session.
struct Member {
    handle: JET_INSTANCE,
    name: Option<Vec<u16>>,
    backup: Arc<ExternalBackup>,
}

/// The sessions of the process.
#[derive(Default)]
pub(crate) struct Sessions {
    all: Snapshots,
    members: Mutex<BTreeMap<SnapshotId, Vec<Member>>>,
}

fn sessions() -> &'static Sessions {
    &process().snapshots
}

fn id_of(id: JET_OSSNAPID) -> SnapshotId {
    SnapshotId(id as u64)
}

impl Member {
    /// `None` for an instance that does not run.
    fn new(handle: JET_INSTANCE, instance: &Instance) -> Option<Self> {
        Some(Self {
            handle,
            name: instance.name.clone(),
            backup: Arc::clone(&instance.engine()?.backup),
        })
    }
}

impl Sessions {
    /// Forgets the members of a session that is over.
    fn forget(&self, id: SnapshotId) {
        lock(&self.members).remove(&id);
    }

    fn rows(&self, id: SnapshotId, frozen: Vec<FrozenInstance>) -> Vec<Row> {
        let members = lock(&self.members);
        let Some(members) = members.get(&id) else {
            return Vec::new();
        };
        let known = |f: FrozenInstance| {
            let member = members.get(f.member)?;
            Some(Row {
                handle: member.handle,
                name: member.name.clone(),
                databases: f.databases,
            })
        };
        frozen.into_iter().filter_map(known).collect()
    }
}

/// JetOSSnapshotPrepare.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_prepare(id: *mut JET_OSSNAPID, grbit: JET_GRBIT) -> Answer {
    // SAFETY: the caller's contract.
    let place = unsafe { needed(id) }?;
    let sessions = sessions();
    let instances = process().instances.all();
    let running: Vec<Member> = instances
        .iter()
        .filter_map(|(handle, instance)| Member::new(*handle, instance))
        .collect();
    let mut members = lock(&sessions.members);
    let backups: Vec<_> = running.iter().map(|m| Arc::clone(&m.backup)).collect();
    let id = sessions.all.prepare(grbit, instances.len(), &backups)?;
    let mut free = running;
    if grbit & PREPARE_EXPLICIT != 0 {
        free.clear();
    }
    let taken = |m: &Member| {
        let mut others = members.values().flatten();
        others.any(|o| Arc::ptr_eq(&o.backup, &m.backup))
    };
    free.retain(|m| !taken(m));
    members.insert(id, free);
    *place = id.0 as JET_OSSNAPID;
    DONE
}

/// The instance of a call, if it runs.
fn member(instance: JET_INSTANCE) -> Result<Member, Refusal> {
    let process = process();
    let (handle, found) = process.instance(&process.state(), instance)?;
    Member::new(handle, &found).ok_or(Refusal(JetErr::OS_SNAPSHOT_NOT_ALLOWED))
}

/// JetOSSnapshotPrepareInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_prepare_instance(
    id: JET_OSSNAPID,
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> Answer {
    let sessions = sessions();
    let member = member(instance)?;
    let id = id_of(id);
    let mut members = lock(&sessions.members);
    sessions.all.prepare_instance(id, &member.backup, grbit)?;
    members.entry(id).or_default().push(member);
    DONE
}

/// JetOSSnapshotFreeze.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_freeze<C: Char>(
    id: JET_OSSNAPID,
    count: *mut u32,
    list: *mut *mut JET_INSTANCE_INFO<C>,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: the caller's contract.
    let (count, list) = unsafe { (needed(count)?, needed(list)?) };
    let most = process()
        .state()
        .defaults
        .number(table::JET_paramOSSnapshotTimeout);
    let most = Duration::from_millis(u64::try_from(most).unwrap_or(u64::MAX));
    let id = id_of(id);
    let frozen = sessions().all.freeze(id, grbit, most)?;
    instance_lists::give(&sessions().rows(id, frozen), count, list)
}

/// JetOSSnapshotGetFreezeInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_get_freeze_info<C: Char>(
    id: JET_OSSNAPID,
    count: *mut u32,
    list: *mut *mut JET_INSTANCE_INFO<C>,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: the caller's contract.
    let (count, list) = unsafe { (needed(count)?, needed(list)?) };
    let id = id_of(id);
    let frozen = sessions().all.freeze_info(id, grbit)?;
    instance_lists::give(&sessions().rows(id, frozen), count, list)
}

/// JetOSSnapshotThaw.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_thaw(id: JET_OSSNAPID, grbit: JET_GRBIT) -> Answer {
    let id = id_of(id);
    sessions().all.thaw(id, grbit)?;
    if sessions().all.freeze_info(id, 0).is_err() {
        sessions().forget(id);
    }
    DONE
}

/// JetOSSnapshotTruncateLog.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_truncate_log(id: JET_OSSNAPID, grbit: JET_GRBIT) -> Answer {
    sessions().all.truncate(id_of(id), grbit)?;
    DONE
}

/// JetOSSnapshotTruncateLogInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_truncate_log_instance(
    id: JET_OSSNAPID,
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> Answer {
    let member = member(instance)?;
    let all = &sessions().all;
    all.truncate_instance(id_of(id), &member.backup, grbit)?;
    DONE
}

/// JetOSSnapshotEnd.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_end(id: JET_OSSNAPID, grbit: JET_GRBIT) -> Answer {
    let id = id_of(id);
    sessions().all.end(id, grbit)?;
    sessions().forget(id);
    DONE
}

/// JetOSSnapshotAbort.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_os_snapshot_abort(id: JET_OSSNAPID, grbit: JET_GRBIT) -> Answer {
    let id = id_of(id);
    sessions().all.abort(id, grbit)?;
    sessions().forget(id);
    DONE
}
