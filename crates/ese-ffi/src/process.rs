//! What belongs to the whole process: the mode, the defaults, the tables of handles.
//!
//! The only static of the library. Invariants: the mode is open exactly when no instance exists and
//! nobody has chosen one; in single-instance mode there is at most one instance; two instances
//! never share a name (behaviour-instances.md §1).
#![forbid(unsafe_code)]

use crate::calls::Sessions;
use crate::cursor::Cursor;
use crate::door::{Door, Seat};
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::handles::{Handles, Kind, lock};
use crate::instance::Instance;
use crate::params::{Configuration, Input, Param, Scope, Value, Values, table};
use crate::session::Session;
use crate::types::{JET_INSTANCE, JET_SESID};
use ese_core::JetErr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

/// How many instances the process may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nobody has said yet.
    Open,
    /// One, which calls do not name.
    Single,
    /// Several, each with its handle.
    Multi,
}

/// The state of a process.
pub(crate) struct Process {
    state: Mutex<State>,
    pub(crate) instances: Handles<Instance>,
    pub(crate) sessions: Handles<Session, Door<Session>>,
    pub(crate) cursors: Handles<Cursor, Seat<Cursor>>,
    pub(crate) snapshots: Sessions,
}

/// What changes together.
pub(crate) struct State {
    pub(crate) mode: Mode,
    /// Global values, and the defaults of later instances.
    pub(crate) defaults: Values,
}

static PROCESS: LazyLock<Process> = LazyLock::new(Process::new);

/// The process.
pub(crate) fn process() -> &'static Process {
    &PROCESS
}

/// `true` for what stands for no handle at all.
pub(crate) fn is_nil(handle: usize) -> bool {
    handle == 0 || handle == usize::MAX
}

impl Process {
    /// A process in which nothing has happened.
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                mode: Mode::Open,
                defaults: Values::new(Configuration::Legacy),
            }),
            instances: Handles::new(Kind::Instance),
            sessions: Handles::new(Kind::Session),
            cursors: Handles::new(Kind::Cursor),
            snapshots: Sessions::default(),
        }
    }

    /// Mode and defaults; held while an instance is made, ended or set.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Makes an instance in multi-instance mode (JetCreateInstance).
    pub(crate) fn create(&self, name: Option<Vec<u16>>) -> Result<JET_INSTANCE, Refusal> {
        let mut state = self.state();
        demand(
            state.mode != Mode::Single,
            JetErr::RUNNING_IN_ONE_INSTANCE_MODE,
        )?;
        let most = state.defaults.number(table::JET_paramMaxInstances);
        demand(self.instances.len() < most, JetErr::TOO_MANY_INSTANCES)?;
        demand(
            !self.is_taken(name.as_deref()),
            JetErr::INSTANCE_NAME_IN_USE,
        )?;
        crate::fork::watch();
        let instance = Instance::new(name, state.defaults.clone());
        let handle = self.instances.insert(Arc::new(instance))?;
        state.mode = Mode::Multi;
        Ok(handle)
    }

    /// A name clashes with the same name; none clashes with none and with an empty one, while
    /// empty ones may live together.
    fn is_taken(&self, name: Option<&[u16]>) -> bool {
        self.instances
            .all()
            .iter()
            .any(|(_, i)| match (name, i.name.as_deref()) {
                (Some([]), _) => false,
                (None, other) => other.is_none_or(<[u16]>::is_empty),
                (name, other) => name == other,
            })
    }

    /// Makes the instance of JetInit when there is none to find: in single-instance mode the one, with
    /// several another without a name.
    pub(crate) fn make(&self, state: &mut State) -> Result<(JET_INSTANCE, Arc<Instance>), Refusal> {
        let most = state.defaults.number(table::JET_paramMaxInstances);
        demand(self.instances.len() < most, JetErr::TOO_MANY_INSTANCES)?;
        crate::fork::watch();
        let instance = Arc::new(Instance::new(None, state.defaults.clone()));
        let handle = self.instances.insert(Arc::clone(&instance))?;
        Ok((handle, instance))
    }

    /// Frees an instance; with the last one the mode is open again.
    pub(crate) fn free(&self, state: &mut State, handle: JET_INSTANCE) -> Answer {
        self.instances.remove(handle)?;
        if self.instances.len() == 0 {
            state.mode = Mode::Open;
        }
        DONE
    }

    /// The instance that a call means, with its handle: the only one in single-instance mode,
    /// whatever was given; that of the handle otherwise. Without any, JET_errInvalidParameter.
    pub(crate) fn instance(
        &self,
        state: &State,
        handle: JET_INSTANCE,
    ) -> Result<(JET_INSTANCE, Arc<Instance>), Refusal> {
        match state.mode {
            Mode::Open => refuse(JetErr::INVALID_PARAMETER),
            Mode::Single => self
                .instances
                .all()
                .pop()
                .ok_or(Refusal(JetErr::INVALID_PARAMETER)),
            Mode::Multi => Ok((handle, self.instances.get(handle)?)),
        }
    }

    /// For a call of the legacy kind, that names no instance: refused but in single-instance mode.
    pub(crate) fn only_instance(&self) -> Result<(JET_INSTANCE, Arc<Instance>), Refusal> {
        let state = self.state();
        demand(
            state.mode != Mode::Multi,
            JetErr::RUNNING_IN_MULTI_INSTANCE_MODE,
        )?;
        self.instance(&state, 0)
    }

    /// Whose values a call about parameters means; `None` for those of the process
    /// (behaviour-instances.md §5, addressing).
    fn whose(
        &self,
        state: &State,
        param: &Param,
        instance: JET_INSTANCE,
        sesid: JET_SESID,
    ) -> Result<Option<Arc<Instance>>, Refusal> {
        match state.mode {
            Mode::Single if param.scope == Scope::Instance => {
                Ok(self.instances.all().pop().map(|(_, i)| i))
            }
            Mode::Multi if !is_nil(sesid) => {
                Ok(Some(Arc::clone(&self.sessions.get(sesid)?.instance)))
            }
            Mode::Multi if !is_nil(instance) => self.instances.get(instance).map(Some),
            _ => Ok(None),
        }
    }

    /// Runs `body` with the values that a call about a parameter means, and whether it is too late
    /// to change all of them.
    pub(crate) fn with_values<T>(
        &self,
        param: &Param,
        instance: JET_INSTANCE,
        sesid: JET_SESID,
        body: impl FnOnce(&mut Values, bool, Scope) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut state = self.state();
        let owner = self.whose(&state, param, instance, sesid)?;
        // The configuration is the process's as long as no instance is named.
        let global = param.scope == Scope::Global
            || (param.id == table::JET_paramConfiguration && owner.is_none());
        let late = global && state.mode != Mode::Open;
        match owner {
            Some(owner) if param.scope == Scope::Instance => {
                let late = owner.is_initialised();
                body(&mut owner.params(), late, Scope::Instance)
            }
            _ => body(&mut state.defaults, late, Scope::Global),
        }
    }

    /// JetEnableMultiInstance: sets entries one after the other, or, once the mode is entered,
    /// compares them with what is in force. `err` of each looked at entry and the count of good
    /// ones go through `said`.
    pub(crate) fn enable_multi(
        &self,
        entries: &[(u32, Option<Input<'_>>)],
        mut said: impl FnMut(usize, JetErr),
    ) -> Answer {
        let mut state = self.state();
        match state.mode {
            Mode::Single => return refuse(JetErr::RUNNING_IN_ONE_INSTANCE_MODE),
            Mode::Multi => return compare(&state.defaults, entries, said),
            Mode::Open => {}
        }
        for (at, (id, input)) in entries.iter().enumerate() {
            let set = Param::of(*id).and_then(|param| match input {
                Some(input) => state.defaults.set(param, input, false, Scope::Global),
                None => refuse(JetErr::INVALID_PARAMETER),
            });
            match set {
                Ok(done) => said(at, done),
                Err(why) => {
                    said(at, why.0);
                    return Err(why);
                }
            }
        }
        state.mode = Mode::Multi;
        DONE
    }
}

/// Compares the settings of a later JetEnableMultiInstance with those in force.
fn compare(
    values: &Values,
    entries: &[(u32, Option<Input<'_>>)],
    mut said: impl FnMut(usize, JetErr),
) -> Answer {
    for (at, (id, input)) in entries.iter().enumerate() {
        let param = Param::of(*id)?;
        let fixed = param.scope == Scope::Global && !param.settable_late();
        let same = match (input, values.get(param)) {
            (Some(Input::Number(a)), Value::Number(b)) => a == b,
            (Some(Input::Text(a)), Value::Text(b)) => a.unwrap_or_default() == b,
            (Some(Input::Number(0)), Value::None) => true,
            _ => false,
        };
        if !same || (fixed && !values.is_written(param)) {
            said(at, JetErr::SYSTEM_PARAMETER_CONFLICT);
            return refuse(JetErr::SYSTEM_PARAMETER_CONFLICT);
        }
        said(at, JetErr::SUCCESS);
    }
    // A global value that can't change any more and was set by the first caller must be one that
    // this caller wants too.
    let unsaid = table::PARAMS.iter().any(|p| {
        p.scope == Scope::Global
            && !p.settable_late()
            && values.is_written(p)
            && !entries.iter().any(|(id, _)| *id == p.id)
    });
    refuse(if unsaid {
        JetErr::SYSTEM_PARAMETER_CONFLICT
    } else {
        JetErr::SYSTEM_PARAMS_ALREADY_SET
    })
}

#[cfg(test)]
mod tests {
    use super::{Mode, Process};
    use crate::params::{Input, Param, table};
    use ese_core::JetErr;

    fn name(text: &str) -> Option<Vec<u16>> {
        Some(text.encode_utf16().collect())
    }

    fn number(p: &Process, instance: usize, id: u32) -> usize {
        let param = Param::of(id).unwrap();
        p.with_values(param, instance, 0, |v, _, _| Ok(v.number(id)))
            .unwrap()
    }

    fn set(p: &Process, instance: usize, id: u32, n: usize) -> Result<JetErr, JetErr> {
        let param = Param::of(id).map_err(|r| r.0)?;
        p.with_values(param, instance, 0, |v, late, whose| {
            v.set(param, &Input::Number(n), late, whose)
        })
        .map_err(|r| r.0)
    }

    #[test]
    fn names_of_instances() {
        let p = Process::new();
        let refused = |n| p.create(n).err().map(|r| r.0);
        p.create(name("")).unwrap();
        p.create(name("")).unwrap();
        assert_eq!(refused(None), Some(JetErr::INSTANCE_NAME_IN_USE));
        p.create(name("one")).unwrap();
        assert_eq!(refused(name("one")), Some(JetErr::INSTANCE_NAME_IN_USE));
        p.create(name("one ")).unwrap();
        p.create(name("One")).unwrap();
        let q = Process::new();
        q.create(None).unwrap();
        assert!(q.create(None).is_err() && q.create(name("x")).is_ok());
    }

    #[test]
    fn instances_are_limited_and_free_their_place() {
        let p = Process::new();
        set(&p, 0, table::JET_paramMaxInstances, 2).unwrap();
        let a = p.create(name("a")).unwrap();
        assert_eq!(p.state().mode, Mode::Multi);
        assert_eq!(
            set(&p, 0, table::JET_paramMaxInstances, 3),
            Err(JetErr::ALREADY_INITIALIZED)
        );
        assert!(set(&p, 0, table::JET_paramMaxInstances, 2).is_ok());
        let b = p.create(name("b")).unwrap();
        let full = p.create(name("c")).err().map(|r| r.0);
        assert_eq!(full, Some(JetErr::TOO_MANY_INSTANCES));
        p.free(&mut p.state(), a).unwrap();
        assert!(p.free(&mut p.state(), a).is_err(), "stale");
        let c = p.create(name("c")).unwrap();
        p.free(&mut p.state(), b).unwrap();
        p.free(&mut p.state(), c).unwrap();
        assert_eq!(p.state().mode, Mode::Open);
        assert!(set(&p, 0, table::JET_paramMaxInstances, 3).is_ok());
    }

    #[test]
    fn instances_keep_what_they_were_made_with() {
        let p = Process::new();
        let a = p.create(name("a")).unwrap();
        set(&p, 0, table::JET_paramMaxCursors, 555).unwrap();
        let b = p.create(name("b")).unwrap();
        assert_eq!(number(&p, a, table::JET_paramMaxCursors), 1024);
        assert_eq!(number(&p, b, table::JET_paramMaxCursors), 555);
        set(&p, a, table::JET_paramMaxCursors, 7).unwrap();
        assert_eq!(number(&p, 0, table::JET_paramMaxCursors), 555);
        assert_eq!(number(&p, usize::MAX, table::JET_paramMaxCursors), 555);
        assert_eq!(
            set(&p, b + 1, table::JET_paramMaxCursors, 9),
            Err(JetErr::INVALID_PARAMETER)
        );
    }

    #[test]
    fn global_values_are_nobodys_own() {
        let p = Process::new();
        let a = p.create(name("a")).unwrap();
        assert_eq!(
            set(&p, a, table::JET_paramDatabasePageSize, 8192),
            Err(JetErr::ALREADY_INITIALIZED)
        );
        set(&p, a, table::JET_paramCacheSizeMax, 777).unwrap();
        assert_eq!(number(&p, 0, table::JET_paramCacheSizeMax), 777);
    }

    #[test]
    fn enabling_again_compares() {
        let p = Process::new();
        let id = table::JET_paramMaxSessions;
        let enable = |list: &[(u32, usize)]| {
            let entries: Vec<_> = list
                .iter()
                .map(|(id, n)| (*id, Some(Input::Number(*n))))
                .collect();
            p.enable_multi(&entries, |_, _| {}).map_err(|r| r.0)
        };
        let bad = enable(&[(id, 20), (9999, 1), (table::JET_paramMaxCursors, 5)]);
        assert_eq!(bad, Err(JetErr::INVALID_PARAMETER));
        assert_eq!(p.state().mode, Mode::Open);
        assert_eq!(number(&p, 0, id), 20);
        assert_eq!(number(&p, 0, table::JET_paramMaxCursors), 1024);
        enable(&[(id, 20), (table::JET_paramLogFileSize, 256)]).unwrap();
        let again = Err(JetErr::SYSTEM_PARAMS_ALREADY_SET);
        assert_eq!(enable(&[(id, 20)]), again);
        assert_eq!(enable(&[]), again);
        assert_eq!(enable(&[(table::JET_paramMaxCursors, 1024)]), again);
        assert_eq!(enable(&[(id, 21)]), Err(JetErr::SYSTEM_PARAMETER_CONFLICT));
    }
}
