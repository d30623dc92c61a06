//! Mounting a writable layer: its disk is attached (activate), then the filter that shows its parents (prepare).
//!
//! On Server 2019 attaching can report success before the volume is there, and fail when many disks are attached at once. So
//! both steps are tried again, but only for the two errors that this has (hcsshim, `internal/layers/wcow_mount.go`).

use hcs_host::{Error, Result};
use hcs_schema::HResult;

/// How often both steps are tried.
const TRIES: u32 = 5;
/// `ERROR_NOT_READY`: the volume is not there yet.
const NOT_READY: HResult = HResult::from_win32(21);
/// `ERROR_DEVICE_NOT_CONNECTED`: the disk is gone again.
const NOT_CONNECTED: HResult = HResult::from_win32(1167);

/// What mounting does, so that its order can be tried without Windows.
pub(super) trait Steps {
    /// Attaches the disk.
    fn activate(&mut self) -> Result<()>;
    /// Attaches the filter.
    fn prepare(&mut self) -> Result<()>;
    /// Finds the volume.
    fn volume(&mut self) -> Result<String>;
    /// Detaches the filter.
    fn unprepare(&mut self) -> Result<()>;
    /// Detaches the disk.
    fn deactivate(&mut self) -> Result<()>;
    /// Waits 100 ms.
    fn pause(&mut self);
}

/// Mounts, and answers the volume. A failure leaves nothing mounted.
pub(super) fn mount(steps: &mut impl Steps) -> Result<String> {
    let mut tried = 1;
    while let Err(error) = attach(steps) {
        if !is_worth_another(&error) || tried == TRIES {
            return Err(error);
        }
        tried += 1;
        steps.pause();
    }
    steps.volume().inspect_err(|_| {
        // The first failure is the one to tell; what is left is found by whoever cleans up.
        let _told = unmount(steps);
    })
}

/// Attaches the disk of a layer whose filter somebody else attaches, with the same patience.
pub(super) fn activate(steps: &mut impl Steps) -> Result<()> {
    let mut tried = 1;
    while let Err(error) = steps.activate() {
        if !is_worth_another(&error) || tried == TRIES {
            return Err(error);
        }
        tried += 1;
        steps.pause();
    }
    Ok(())
}

/// Attaches the filter of a layer whose disk is attached. Where that is what is not ready, the disk is attached anew. After a
/// failure the disk is attached or not.
pub(super) fn prepare(steps: &mut impl Steps) -> Result<()> {
    let mut attached = steps.prepare();
    for _ in 1..TRIES {
        match &attached {
            Err(error) if is_worth_another(error) => {
                // The failure before is the one to tell.
                let _told = steps.deactivate();
                steps.pause();
                attached = steps.activate().and_then(|()| steps.prepare());
            }
            _ => break,
        }
    }
    attached
}

/// Unmounts. The disk is detached even if the filter cannot be: it may never have been there. The first failure is answered.
pub(super) fn unmount(steps: &mut impl Steps) -> Result<()> {
    let filter = steps.unprepare();
    let disk = steps.deactivate();
    filter.and(disk)
}

/// Both steps. If the second fails, the first is undone.
fn attach(steps: &mut impl Steps) -> Result<()> {
    steps.activate()?;
    steps.prepare().inspect_err(|_| {
        // The failure before is the one to tell.
        let _told = steps.deactivate();
    })
}

/// Whether the error goes away by itself.
fn is_worth_another(error: &Error) -> bool {
    error.code == NOT_READY || error.code == NOT_CONNECTED
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Steps that fail as they are told, and what was done.
    #[derive(Default)]
    struct Script {
        activate: VecDeque<HResult>,
        prepare: VecDeque<HResult>,
        volume: VecDeque<HResult>,
        unprepare: VecDeque<HResult>,
        done: String,
    }

    fn next(queue: &mut VecDeque<HResult>) -> Result<()> {
        match queue.pop_front() {
            Some(code) if !code.is_ok() => Err(Error::new("step", "layer", code, "")),
            _ => Ok(()),
        }
    }

    impl Steps for Script {
        fn activate(&mut self) -> Result<()> {
            self.done.push('a');
            next(&mut self.activate)
        }
        fn prepare(&mut self) -> Result<()> {
            self.done.push('p');
            next(&mut self.prepare)
        }
        fn volume(&mut self) -> Result<String> {
            self.done.push('v');
            next(&mut self.volume).map(|()| "volume".to_owned())
        }
        fn unprepare(&mut self) -> Result<()> {
            self.done.push('u');
            next(&mut self.unprepare)
        }
        fn deactivate(&mut self) -> Result<()> {
            self.done.push('d');
            Ok(())
        }
        fn pause(&mut self) {
            self.done.push('.');
        }
    }

    fn run(mut script: Script) -> (Option<HResult>, String) {
        let outcome = mount(&mut script);
        (outcome.err().map(|error| error.code), script.done)
    }

    #[test]
    fn what_works_is_done_once() {
        assert_eq!(run(Script::default()), (None, "apv".into()));
    }

    #[test]
    fn only_two_errors_are_worth_another_try() {
        let both = Script { activate: [NOT_READY].into(), prepare: [NOT_CONNECTED].into(), ..Script::default() };
        assert_eq!(run(both), (None, "a.apd.apv".into()), "a failed activation has nothing to undo");
        let other = Script { prepare: [HResult::E_ACCESSDENIED].into(), ..Script::default() };
        assert_eq!(run(other), (Some(HResult::E_ACCESSDENIED), "apd".into()));
    }

    #[test]
    fn the_fifth_failure_is_answered() {
        let never = Script { prepare: [NOT_READY; 9].into(), ..Script::default() };
        assert_eq!(run(never), (Some(NOT_READY), "apd.apd.apd.apd.apd".into()));
    }

    #[test]
    fn a_volume_that_is_not_found_undoes_both() {
        let lost = Script { volume: [NOT_READY].into(), unprepare: [HResult::E_FAIL].into(), ..Script::default() };
        assert_eq!(run(lost), (Some(NOT_READY), "apvud".into()));
    }

    #[test]
    fn unmounting_goes_on_after_a_failure() {
        let mut script = Script { unprepare: [HResult::E_FAIL].into(), ..Script::default() };
        assert_eq!(unmount(&mut script).unwrap_err().code, HResult::E_FAIL);
        assert_eq!(script.done, "ud");
    }
}
