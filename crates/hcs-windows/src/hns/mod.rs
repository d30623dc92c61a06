//! Version 1 of the Host Networking Service: the calls that every Windows with containers has.

mod balance;
mod endpoint;
mod host;
mod network;
mod policy;

use crate::vmcompute::hns::HnsCalls;
use hcs_host::{Error, ErrorEvent, Result};
use hcs_schema::HResult;
use hcs_schema::document::Version;
use hcs_schema::hns::{AttachRequest, Call, CallError, EndpointStats, Id};
use hcs_schema::model::Field;

/// The Host Networking Service (HNS) of this host in its version 1, by `HNSCall` of `vmcompute.dll`.
///
/// Requests are [`Call`]s, which know the type of what answers them. All calls block. Source: hcsshim (`internal/hns`).
///
/// ```no_run
/// # fn main() -> hcs_host::Result<()> {
/// use hcs_schema::hns::Call;
/// use hcs_windows::Hns;
///
/// let hns = Hns::load()?;
/// for network in hns.call(&Call::networks())? {
///     println!("{} {}", network.id, network.name);
/// }
/// println!("version {:?}", hns.version()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Hns {
    calls: HnsCalls,
}

impl Hns {
    /// Binds the call.
    ///
    /// # Errors
    /// This Windows does not have `vmcompute.dll`: the feature Containers is off.
    pub fn load() -> Result<Hns> {
        Ok(Hns { calls: HnsCalls::load()? })
    }

    /// Asks the service.
    ///
    /// # Errors
    /// The service refuses; [`Error::is_not_found`] for an id it does not know. Where it has no code for that, its words tell.
    #[doc(alias = "HNSCall")]
    pub fn call<T: Field>(&self, call: &Call<T>) -> Result<T> {
        let text = self.calls.call(call.method.as_str(), &call.path, &call.body)?;
        call.answer(&text).map_err(|error| refused(call.method.as_str(), &call.path, error))
    }

    /// Version of the service. There is none before build 17134.
    ///
    /// # Errors
    /// The service does not say it.
    pub fn version(&self) -> Result<Version> {
        self.call(&Call::version())
    }

    /// What an endpoint has sent and received since it was made.
    ///
    /// # Errors
    /// There is no such endpoint.
    pub fn endpoint_stats(&self, id: &str) -> Result<EndpointStats> {
        self.call(&Call::endpoint_stats(&parse_id("read statistics of endpoint", id)?))
    }

    /// Attaches an endpoint to a container, a virtual machine or the host.
    ///
    /// # Errors
    /// One of both is not there, or the endpoint is attached already.
    pub fn attach(&self, id: &str, to: &AttachRequest) -> Result<()> {
        self.call(&Call::attach(&parse_id("attach endpoint", id)?, to)).map(drop)
    }

    /// Detaches an endpoint.
    ///
    /// # Errors
    /// One of both is not there, or the endpoint is not attached.
    pub fn detach(&self, id: &str, from: &AttachRequest) -> Result<()> {
        self.call(&Call::detach(&parse_id("detach endpoint", id)?, from)).map(drop)
    }
}

/// Reads an id.
fn parse_id(operation: &str, id: &str) -> Result<Id> {
    Id::parse(id).map_err(|error| Error::invalid(operation, &id.escape_debug().to_string(), error.to_string()))
}

/// The error of a refusal.
fn refused(method: &str, path: &str, error: CallError) -> Error {
    let operation = format!("ask network service to {method}");
    match error {
        CallError::Refused { reason, code, .. } => {
            let reason = reason.trim();
            let code = if code == 0 { code_of(reason) } else { HResult(code) };
            let mut error = crate::outcome::failure(&operation, path, code);
            if !reason.is_empty() {
                error.events.push(ErrorEvent { message: reason.to_owned(), source: "HNS".to_owned() });
            }
            error
        }
        CallError::Malformed { source, .. } => {
            let message = format!("Windows answers what cannot be read: {source}");
            Error::new(operation, path, HResult::ERROR_INVALID_DATA, message)
        }
    }
}

/// The code of a reason. Older services say only the words that Windows has for a code, in English on all servers of which
/// there are container images.
fn code_of(reason: &str) -> HResult {
    let reason = reason.to_ascii_lowercase();
    let table = [
        ("network was not found", HResult(0x803b_0001)),
        ("endpoint was not found", HResult(0x803b_0002)),
        ("not found", HResult::ERROR_NOT_FOUND),
        ("does not exist", HResult::ERROR_NOT_FOUND),
        ("port already exists", HResult(0x803b_0013)),
        ("already exists", HResult::from_win32(183)),
        ("access is denied", HResult::E_ACCESSDENIED),
        ("not supported", HResult::ERROR_NOT_SUPPORTED),
        ("parameter is incorrect", HResult::E_INVALIDARG),
    ];
    table.iter().find(|(words, _)| reason.contains(words)).map_or(HResult::E_FAIL, |(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_codes_where_there_is_no_code() {
        let refuse = |reason: &str, code| {
            let error = CallError::Refused { request: String::new(), reason: reason.to_owned(), code };
            refused("GET", "/networks/a", error)
        };
        let error = refuse("Element not found. ", 0);
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.events[0].message, "Element not found.");
        assert!(refuse("The object already exists.", 0).is_already_exists());
        assert!(refuse("", 0x803b_0001).is_not_found());
        assert_eq!(refuse("Something else", 0).code, HResult::E_FAIL);
    }

    proptest::proptest! {
        #[test]
        fn any_answer_is_read_or_refused(text: String) {
            let call = Call::<Vec<hcs_schema::hns::Network>>::networks();
            let _either = call.answer(&text).map_err(|error| refused("GET", "/networks/", error));
        }
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        let error = Call::version().answer("{").map_err(|error| refused("GET", "/globals/version", error)).unwrap_err();
        assert_eq!(error.code, HResult::ERROR_INVALID_DATA);
        assert!(parse_id("read", "../x").is_err());
    }
}
