//! Notifications of the service, as a stream.

use super::abi::{Functions, NotificationCallback, Object, Registration};
use crate::notice::Registry;
use crate::outcome::check;
use crate::wide::lent;
use hcs_host::Result;
use hcs_schema::HResult;
use hcs_schema::hcn::Notification;
use std::ffi::c_void;
use std::sync::Arc;
use tokio::sync::mpsc;
use windows_sys::core::{HRESULT, PCWSTR};

/// Who gets notices.
static TAKERS: Registry<Notice> = Registry::new();

/// Something that the service tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened. Flags are left out.
    pub kind: Notification,
    /// How it went.
    pub status: HResult,
    /// Details as JSON, such as the id of the network; empty where there are none.
    pub data: String,
}

/// Notifications of the service from when this was made until it is dropped. None is lost; who does not take them collects
/// them. The service gives them on threads of its own, and dropping this waits for what is being given.
///
/// ```no_run
/// # async fn example() -> hcs_host::Result<()> {
/// use hcs_schema::hcn::Notification;
/// use hcs_windows::Hcn;
///
/// let mut subscription = Hcn::load()?.subscribe()?;
/// while let Some(notice) = subscription.next().await {
///     if notice.kind == Notification::SERVICE_DISCONNECT {
///         break;
///     }
///     println!("{:?} {}", notice.kind, notice.data);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[doc(alias = "HcnUnregisterServiceCallback")]
#[doc(alias = "HcnUnregisterGuestNetworkServiceCallback")]
pub struct Subscription {
    functions: Arc<Functions>,
    /// Whether it is of a guest network service.
    of_guest: bool,
    registration: RegistrationHandle,
    context: Context,
    notices: mpsc::UnboundedReceiver<Notice>,
}

/// A registration, which any thread may end.
#[derive(Debug)]
struct RegistrationHandle(Registration);

// SAFETY: it is a handle, which the DLL takes from any thread.
unsafe impl Send for RegistrationHandle {}
// SAFETY: the same; nothing but ending it is done with it, which needs `&mut`.
unsafe impl Sync for RegistrationHandle {}

/// A number of the registry.
#[derive(Debug)]
struct Context(*const c_void);

// SAFETY: it is a number, and nothing is ever read there.
unsafe impl Send for Context {}
// SAFETY: the same.
unsafe impl Sync for Context {}

impl Subscription {
    /// `HcnRegisterServiceCallback`.
    pub(super) fn of_service(functions: &Arc<Functions>) -> Result<Subscription> {
        let function = functions.HcnRegisterServiceCallback()?;
        functions.HcnUnregisterServiceCallback()?;
        Self::register(functions, false, "subscribe to network service", |callback, context, registration| {
            // SAFETY: the callback lives as long as the program and takes any context; the registration is writable.
            unsafe { function(callback, context, registration) }
        })
    }

    /// `HcnRegisterGuestNetworkServiceCallback`. The service must be open.
    pub(super) fn of_guest(functions: &Arc<Functions>, service: Object) -> Result<Subscription> {
        let function = functions.HcnRegisterGuestNetworkServiceCallback()?;
        functions.HcnUnregisterGuestNetworkServiceCallback()?;
        Self::register(functions, true, "subscribe to guest network service", |callback, context, registration| {
            // SAFETY: the service is open; the callback lives as long as the program and takes any context; the registration
            // is writable.
            unsafe { function(service, callback, context, registration) }
        })
    }

    fn register(
        functions: &Arc<Functions>,
        of_guest: bool,
        operation: &str,
        call: impl FnOnce(NotificationCallback, *const c_void, *mut Registration) -> HRESULT,
    ) -> Result<Subscription> {
        let (sender, notices) = mpsc::unbounded_channel();
        let context = TAKERS.add(Arc::new(move |notice| {
            // Who does not listen any more has nothing to be told.
            let _gone = sender.send(notice);
        }));
        let mut registration: Registration = std::ptr::null_mut();
        let code = call(take, context, &raw mut registration);
        if let Err(error) = check(operation, "", code) {
            TAKERS.remove(context);
            return Err(error);
        }
        Ok(Subscription {
            functions: Arc::clone(functions),
            of_guest,
            registration: RegistrationHandle(registration),
            context: Context(context),
            notices,
        })
    }

    /// The next notice.
    pub async fn next(&mut self) -> Option<Notice> {
        self.notices.recv().await
    }

    /// The next notice, if it is there already.
    pub fn try_next(&mut self) -> Option<Notice> {
        self.notices.try_recv().ok()
    }

    /// Waits for the next notice and blocks the thread meanwhile, which must not be one of an async runtime.
    pub fn blocking_next(&mut self) -> Option<Notice> {
        self.notices.blocking_recv()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let function = if self.of_guest {
            self.functions.HcnUnregisterGuestNetworkServiceCallback()
        } else {
            self.functions.HcnUnregisterServiceCallback()
        };
        if let Ok(function) = function {
            // SAFETY: it is registered, and this is the only place that ends it. It may wait for a callback, so no lock is held.
            let _nobody_to_tell = unsafe { function(self.registration.0) };
        }
        TAKERS.remove(self.context.0);
    }
}

/// The callback: copies what is lent to it, and hands it on.
unsafe extern "system" fn take(kind: u32, context: *const c_void, status: HRESULT, data: PCWSTR) {
    let kind = Notification(kind).without_flags();
    // SAFETY: the data is text with a zero at its end, or nothing, as long as this call takes.
    let data = unsafe { lent(data) };
    TAKERS.give(context, Notice { kind, status: HResult(status.cast_unsigned()), data });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_copied_on_their_way() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let context = TAKERS.add(Arc::new(move |notice| sender.send(notice).unwrap()));
        let data = crate::wide::Wide::new("test", r#"{"a":1}"#).unwrap();
        // SAFETY: the data is text with a zero at its end.
        unsafe { take(0x8000_0002, context, 0, data.as_ptr()) };
        // SAFETY: no data is allowed.
        unsafe { take(4, context, -1, std::ptr::null()) };
        TAKERS.remove(context);
        let notices: Vec<Notice> = receiver.iter().collect();
        assert_eq!((notices[0].kind, notices[0].data.as_str()), (Notification::NETWORK_CREATE, r#"{"a":1}"#));
        assert_eq!((notices[1].status, notices[1].data.as_str()), (HResult(u32::MAX), ""));
    }
}
