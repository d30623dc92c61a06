//! One model of operations over both DLLs of compute systems.
//!
//! `vmcompute.dll` answers "pending" and later notifies those who have registered; `computecore.dll` completes an operation
//! object. Either way a [`Watch`] is told, and whoever waits is woken by what comes first: the end that is expected, the exit
//! of the system, the service's going away, the handle's being closed, or the deadline. Dropping the future of an operation
//! gives it up.
//!
//! Callbacks get a number, never an address: `registry` knows which watch has it. A notification that comes late, twice or
//! after everything was released finds nothing, and does nothing.

mod registry;
mod timeouts;
mod unfinished;
mod watch;

#[cfg(test)]
mod tests;

pub use registry::live_watches;
pub(crate) use registry::{Registration, notify};
pub use timeouts::Timeouts;
pub(crate) use unfinished::Unfinished;
pub(crate) use watch::{Arrived, Kind, Watch};

use hcs_host::{Error, Result};
use hcs_schema::HResult;
use std::future::Future;
use std::time::Duration;

/// `HCS_E_OPERATION_TIMEOUT`.
pub(crate) const TIMEOUT: HResult = HResult(0x8037_0118);
/// `HCS_E_SERVICE_DISCONNECT`.
pub(crate) const DISCONNECTED: HResult = HResult(0x8037_011e);
/// `ERROR_INVALID_HANDLE` as an HRESULT.
pub(crate) const CLOSED: HResult = HResult(0x8007_0006);

/// After the exit of a system the end of an operation is waited for so long.
const GRACE: Duration = Duration::from_millis(250);

/// What is being done, for the words of errors, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doing<'a> {
    /// What, as a phrase: `start`.
    pub(crate) operation: &'a str,
    /// To which system or process.
    pub(crate) id: &'a str,
    /// How long it may take; `None` is for ever.
    pub(crate) limit: Option<Duration>,
}

impl Doing<'_> {
    /// Waits for the end that is expected, unless the system that `watch` is told of ends first, or time is over.
    pub(crate) async fn until(self, expected: impl Future<Output = Arrived>, watch: &Watch) -> Result<Arrived> {
        let ended = watch.first(&[Kind::Exited, Kind::Disconnected, Kind::Closed]);
        tokio::pin!(expected);
        tokio::select! {
            biased;
            arrived = &mut expected => Ok(arrived),
            (kind, arrived) = ended => {
                // What the service says of the operation itself tells more, and may be on its way: the system can have ended
                // long ago.
                if kind == Kind::Exited && let Ok(arrived) = tokio::time::timeout(GRACE, expected).await {
                    return Ok(arrived);
                }
                Err(self.ended(kind, &arrived))
            }
            () = expired(self.limit) => Err(self.error(TIMEOUT, format!(
                "the compute service did not answer within {} s",
                self.limit.unwrap_or_default().as_secs_f32()
            ))),
        }
    }

    /// The error of a system that ended otherwise than was expected.
    fn ended(self, kind: Kind, arrived: &Arrived) -> Error {
        match kind {
            Kind::Disconnected => {
                let message =
                    "the connection to the compute service was lost; see that the services vmcompute and hns run";
                self.error(DISCONNECTED, message.into())
            }
            Kind::Closed => self.error(CLOSED, "its handle was closed meanwhile".into()),
            _ => {
                let code = if arrived.code.is_ok() { HResult::HCS_E_UNEXPECTED_EXIT } else { arrived.code };
                let mut error = crate::error::of(self.operation, self.id, code, &arrived.data);
                error.message = format!("the system ended before that was done: {}", error.message);
                error
            }
        }
    }

    fn error(self, code: HResult, message: String) -> Error {
        Error::new(self.operation, self.id, code, message)
    }
}

async fn expired(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

/// Runs a call that may block on a thread for such calls.
pub(crate) async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(call).await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down, and nobody will read the answer.
            Err(_) => std::future::pending().await,
        },
    }
}
