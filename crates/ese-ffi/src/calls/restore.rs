//! Restores (behaviour-backup.md §10): JetRestore over [`ese_backup::set::restore_directory`],
//! JetExternalRestore over [`ese_core::recovery::recover_hard`].
//!
//! Invariants: nothing of a backup is changed; an instance that is restored into counts as being
//! initialised meanwhile, and is as before afterwards.

use crate::arguments::{array_mut, given};
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::instance::{Instance, Phase};
use crate::params::{Input, Param, Scope, absolute, table};
use crate::process::{Mode, is_nil, process};
use crate::start::restore_options;
use crate::strings::{PATH_UNITS_MAX, os_path, path, text};
use crate::structs::{JET_LOGINFO, JET_RSTMAP, JET_SNPROG};
use crate::types::{Char, JET_INSTANCE, JET_PFNSTATUS};
use ese_backup::set::restore_directory;
use ese_core::JetErr;
use ese_core::io::env::Env;
use ese_core::recovery::{HardOptions, Watch, recover_hard};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

/// Units of work that a status function hears of.
const UNITS: u32 = 100;
/// Name of the instance that a restore makes for itself.
const RESTORE_INSTANCE: &str = "Restore";

/// Tells a status function how far it is (JET_snpRestore). An error that it answers ends the restore.
struct Teller {
    status: JET_PFNSTATUS,
    refused: Cell<Option<JetErr>>,
}

impl Teller {
    fn new(status: JET_PFNSTATUS) -> Self {
        Self {
            status,
            refused: Cell::new(None),
        }
    }

    fn tell(&self, kind: u32, done: u32) {
        let Some(status) = self.status else { return };
        let mut progress = JET_SNPROG {
            cbStruct: size_of::<JET_SNPROG>() as u32,
            cunitDone: done.min(UNITS),
            cunitTotal: UNITS,
        };
        // SAFETY: the caller of the restore gave it for just this.
        let said = unsafe { status(0, jet::JET_snpRestore, kind, (&raw mut progress).cast()) };
        if said < 0 && self.refused.get().is_none() {
            self.refused.set(Some(JetErr(said)));
        }
    }

    /// Begin, the work, Complete.
    fn around(&self, work: impl FnOnce() -> Result<(), Refusal>) -> Answer {
        self.tell(jet::JET_sntBegin, 0);
        let done = match self.refused.get() {
            Some(_) => DONE,
            None => work().map(|()| JetErr::SUCCESS),
        };
        match self.refused.get() {
            Some(err) => refuse(err),
            None => {
                done?;
                self.tell(jet::JET_sntComplete, UNITS);
                DONE
            }
        }
    }
}

impl Watch for Teller {
    fn generation(&self, generation: i32, first: i32, last: i32) {
        let all = i64::from(last) - i64::from(first) + 1;
        let done = i64::from(generation) - i64::from(first);
        let share = done.saturating_mul(i64::from(UNITS)) / all.max(1);
        self.tell(jet::JET_sntProgress, u32::try_from(share).unwrap_or(0));
    }

    fn give_up(&self) -> bool {
        self.refused.get().is_some()
    }
}

/// A path that a call needs, absolute.
///
/// # Safety
/// `pointer` is null or ends with a zero.
unsafe fn place<C: Char>(pointer: *const C) -> Result<Option<Vec<u16>>, Refusal> {
    // SAFETY: passed on.
    let given = unsafe { path(pointer, PATH_UNITS_MAX, JetErr::INVALID_PATH) }?;
    given.map(|text| absolute(&text)).transpose()
}

/// Runs a restore into an instance: nobody initialises it meanwhile.
fn into_instance(instance: &Arc<Instance>, work: impl FnOnce(&Arc<Instance>) -> Answer) -> Answer {
    demand(
        instance.advance(Phase::Created, Phase::Restoring),
        JetErr::ALREADY_INITIALIZED,
    )?;
    let done = catch_unwind(AssertUnwindSafe(|| work(instance)));
    instance.advance(Phase::Restoring, Phase::Created);
    done.unwrap_or(refuse(JetErr::INTERNAL_ERROR))
}

/// # Safety
/// The pointers are null or text.
unsafe fn directory<C: Char>(
    instance: &Arc<Instance>,
    source: *const C,
    target: *const C,
    status: JET_PFNSTATUS,
) -> Answer {
    // SAFETY: the caller's contract.
    let (source, target) = unsafe { (place(source)?, place(target)?) };
    into_instance(instance, |instance| {
        let Some(source) = source.as_deref().map(os_path) else {
            return refuse(JetErr::INVALID_PARAMETER);
        };
        let target = target.as_deref().map(os_path);
        let options = restore_options(instance)?;
        let teller = Teller::new(status);
        teller.around(|| {
            let env = Env::real();
            restore_directory(&env, &source, target.as_deref(), &options, &teller)?;
            Ok(())
        })
    })
}

/// JetRestore.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_restore<C: Char>(source: *const C, status: JET_PFNSTATUS) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_restore2(source, std::ptr::null(), status) }
}

/// JetRestore2. Chooses single-instance mode if nobody has chosen one; the instance made for it goes
/// with the call.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_restore2<C: Char>(
    source: *const C,
    target: *const C,
    status: JET_PFNSTATUS,
) -> Answer {
    let process = process();
    let (handle, instance, made) = {
        let mut state = process.state();
        match state.mode {
            Mode::Multi => return refuse(JetErr::RUNNING_IN_MULTI_INSTANCE_MODE),
            Mode::Single => {
                let (handle, instance) = process.instance(&state, 0)?;
                (handle, instance, false)
            }
            Mode::Open => {
                let (handle, instance) = process.make(&mut state)?;
                state.mode = Mode::Single;
                (handle, instance, true)
            }
        }
    };
    // SAFETY: passed on.
    let done = unsafe { directory(&instance, source, target, status) };
    if made {
        let _ = process.free(&mut process.state(), handle);
    }
    done
}

/// JetRestoreInstance. Without an instance one is made, and goes with the call.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_restore_instance<C: Char>(
    instance: JET_INSTANCE,
    source: *const C,
    target: *const C,
    status: JET_PFNSTATUS,
) -> Answer {
    let process = process();
    let makes = is_nil(instance) && process.state().mode != Mode::Single;
    let (handle, found) = if makes {
        let handle = process.create(Some(RESTORE_INSTANCE.encode_utf16().collect()))?;
        (handle, process.instances.get(handle)?)
    } else {
        process.instance(&process.state(), instance)?
    };
    // SAFETY: passed on.
    let done = unsafe { directory(&found, source, target, status) };
    if makes {
        let _ = process.free(&mut process.state(), handle);
    }
    done
}

/// What JetExternalRestore and 2 are told.
struct External<'e, C: Char> {
    checkpoint: *const C,
    logs: *const C,
    map: *mut JET_RSTMAP<C>,
    count: i32,
    set_logs: *const C,
    generations: (i32, i32),
    base: Option<Vec<u16>>,
    target: Target<'e>,
    status: JET_PFNSTATUS,
}

/// For which instance the databases are.
enum Target<'t> {
    /// None that is known.
    None,
    /// One that runs, by its name: its logs come behind those of the set.
    Running(&'t [u16]),
    /// One that does not run: its folders are those of the restore.
    Folders(Vec<u16>, Vec<u16>),
}

/// JetExternalRestore.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_external_restore<C: Char>(
    checkpoint: *mut C,
    logs: *mut C,
    map: *mut JET_RSTMAP<C>,
    count: i32,
    set_logs: *mut C,
    low: i32,
    high: i32,
    status: JET_PFNSTATUS,
) -> Answer {
    let call = External {
        checkpoint,
        logs,
        map,
        count,
        set_logs,
        generations: (low, high),
        base: None,
        target: Target::None,
        status,
    };
    // SAFETY: passed on.
    unsafe { external(&call) }
}

/// JetExternalRestore2.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_external_restore2<C: Char>(
    checkpoint: *mut C,
    logs: *mut C,
    map: *mut JET_RSTMAP<C>,
    count: i32,
    set_logs: *mut C,
    info: *mut JET_LOGINFO<C>,
    target_name: *mut C,
    target_logs: *mut C,
    target_checkpoint: *mut C,
    status: JET_PFNSTATUS,
) -> Answer {
    // SAFETY: the caller's contract.
    let info = unsafe { given(info) }?;
    let size = size_of::<JET_LOGINFO<C>>();
    demand(info.cbSize as usize == size, JetErr::INVALID_PARAMETER)?;
    // SAFETY: the caller's contract.
    let (name, folders) = unsafe {
        (
            text(target_name, PATH_UNITS_MAX, JetErr::INVALID_PARAMETER)?,
            (place(target_logs)?, place(target_checkpoint)?),
        )
    };
    let target = match (&name, folders) {
        (None, (None, None)) => Target::None,
        (Some(name), (None, None)) => Target::Running(name),
        (None, (Some(logs), Some(checkpoint))) => Target::Folders(logs, checkpoint),
        _ => return refuse(JetErr::INVALID_PARAMETER),
    };
    let units = info.szBaseName.iter().take_while(|c| **c != C::NUL);
    let call = External {
        checkpoint,
        logs,
        map,
        count,
        set_logs,
        generations: (info.ulGenLow.cast_signed(), info.ulGenHigh.cast_signed()),
        base: Some(units.map(|c| c.unit()).collect()),
        target,
        status,
    };
    // SAFETY: passed on.
    unsafe { external(&call) }
}

/// Log folder of a running instance.
fn logs_of(name: &[u16]) -> Result<PathBuf, Refusal> {
    let all = process().instances.all();
    let running = all.iter().map(|(_, i)| i);
    let found = running
        .filter(|i| i.engine().is_some())
        .find(|i| i.name.as_deref() == Some(name));
    match found.and_then(|i| i.engine()) {
        Some(engine) => Ok(engine.core.params().log_dir.clone()),
        None => refuse(JetErr::BAD_RESTORE_TARGET_INSTANCE),
    }
}

/// # Safety
/// Strings end with a zero, and the map has as many entries as it says.
unsafe fn external<C: Char>(call: &External<'_, C>) -> Answer {
    let process = process();
    let single = process.state().mode == Mode::Single;
    demand(!single, JetErr::RUNNING_IN_ONE_INSTANCE_MODE)?;
    let count = u32::try_from(call.count).map_err(|_| Refusal(JetErr::INVALID_PARAMETER))?;
    // SAFETY: the caller's contract.
    let (checkpoint, logs, set_logs) = unsafe {
        (
            place(call.checkpoint)?,
            place(call.logs)?,
            place(call.set_logs)?,
        )
    };
    let mut databases = Vec::new();
    // SAFETY: the caller's contract.
    for entry in unsafe { array_mut(call.map, count) }? {
        // SAFETY: the caller's contract. The old name is not compared with anything.
        let new = unsafe { place(entry.szNewDatabaseName) }?;
        let Some(new) = new else {
            return refuse(JetErr::INVALID_PARAMETER);
        };
        databases.push(os_path(&new));
    }
    let (logs, checkpoint, more_logs) = match &call.target {
        Target::None => (logs, checkpoint, Vec::new()),
        Target::Running(name) => (logs, checkpoint, vec![logs_of(name)?]),
        Target::Folders(logs, checkpoint) => {
            (Some(logs.clone()), Some(checkpoint.clone()), Vec::new())
        }
    };
    // Several restores may run at a time: their instances have no name to share.
    let handle = process.create(Some(Vec::new()))?;
    let instance = process.instances.get(handle)?;
    let done = into_instance(&instance, |instance| {
        let set = |id: u32, value: &Option<Vec<u16>>| -> Result<(), Refusal> {
            if let Some(value) = value {
                let (param, input) = (Param::of(id)?, Input::Text(Some(value)));
                instance
                    .params()
                    .set(param, &input, false, Scope::Instance)?;
            }
            Ok(())
        };
        set(table::JET_paramLogFilePath, &logs)?;
        set(table::JET_paramSystemPath, &checkpoint)?;
        set(table::JET_paramBaseName, &call.base)?;
        let options = restore_options(instance)?;
        let set_logs = set_logs.as_deref().map(os_path);
        let hard = HardOptions {
            set_logs: set_logs.unwrap_or_else(|| options.log_dir.clone()),
            generations: call.generations,
            more_logs,
            databases,
            options,
        };
        let teller = Teller::new(call.status);
        teller.around(|| {
            recover_hard(&Env::real(), &hard, &teller)?;
            Ok(())
        })
    });
    let _ = process.free(&mut process.state(), handle);
    done
}
