//! Every key, with its field. The page `docs/annotations.md` is made of this.
//!
//! A row is `field: Type = key, reach, accepted values, [since(build) security internal], default, effect`. The rows are in
//! one file for each subject; each file is a macro that hands its rows on to the next, and the last one makes the fields.

#[macro_use]
mod pods;
#[macro_use]
mod containers;
#[macro_use]
mod linux;
#[macro_use]
mod confidential;
#[macro_use]
mod machines;

use super::check::Parsed;
use super::entry::{Accepts, Entry, Reach};
use super::value::{Guid, List, Value};
use super::{forms, registry};
use Accepts::{Any, Form, Numbers, Range, Words};
use std::collections::BTreeMap;

/// The first part of keys with a GUID behind it, whose values are socket services as JSON.
pub const SERVICE_TABLE: &str = "io.microsoft.virtualmachine.hv-socket.service-table.";

/// The entry of those keys.
pub const SERVICE_ENTRY: Entry = Entry {
    key: "io.microsoft.virtualmachine.hv-socket.service-table.<GUID>",
    kind: "text",
    reach: Reach::Machine,
    accepts: Form("JSON object", registry::check_service),
    default: "–",
    effect: "Who on the host may listen on a socket of the VM and connect to it: `{\"BindSecurityDescriptor\": \"…\", \
        \"ConnectSecurityDescriptor\": \"…\", \"AllowWildcardBinds\": true, \"Disabled\": false}`. The GUID is the service's. \
        The agent's own service should be left alone: without it nobody reaches the guest.",
    since: None,
    security: true,
    internal: true,
};

/// Most MiB whose bytes can still be counted.
const MOST_MB: u64 = u64::MAX >> 20;

/// Most of anything that is counted by 32 bits with a sign, as documents have it.
const MOST_COUNT: u64 = i32::MAX as u64;

macro_rules! annotations {
    ([] $($field:ident: $type:ident = $key:literal, $reach:ident, $accepts:expr,
        [$($flag:ident $(($value:expr))?)*], $default:literal, $effect:literal;)*) => {
        /// What the annotations of a container say; `None` where they do not.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Annotations {
            $(#[doc = concat!("`", $key, "`: ", $effect)] pub $field: Option<$type>,)*
            /// Socket services by GUID: the keys that begin `io.microsoft.virtualmachine.hv-socket.service-table.`.
            pub service_table: BTreeMap<String, String>,
            /// What values with a form of their own say.
            pub parsed: Parsed,
        }

        /// Every key.
        pub const ENTRIES: &[Entry] = &[$(
            Entry {
                key: $key,
                kind: <$type as Value>::NAME,
                reach: Reach::$reach,
                accepts: $accepts,
                default: $default,
                effect: $effect,
                since: None,
                security: false,
                internal: false,
            }
            $(.$flag($($value)?))*
        ),*];

        impl Annotations {
            /// Sets the field of a key; `false` if there is none.
            pub(super) fn set(&mut self, key: &str, text: &str) -> Result<bool, String> {
                match key {
                    $($key => self.$field = Some(Value::read(text)?),)*
                    _ => return Ok(false),
                }
                Ok(true)
            }

            /// Every key that has a value, and whether the value asks for something.
            pub(super) fn given(&self) -> impl Iterator<Item = (&'static Entry, bool)> {
                let asks = [$(self.$field.as_ref().map(Value::asks)),*];
                ENTRIES.iter().zip(asks).filter_map(|(entry, asks)| Some((entry, asks?)))
            }
        }
    };
}

pods! { [containers linux confidential machines annotations] }
