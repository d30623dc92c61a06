//! The Host Network Service, in its version 1.

use hcs_fake::export::TaskText;
use hcs_fake::exports;
use windows_sys::core::PCWSTR;

exports! { "vmcompute":
    /// Asks the service.
    HNSCall(method: PCWSTR, path: PCWSTR, request: PCWSTR, response: TaskText);
}
