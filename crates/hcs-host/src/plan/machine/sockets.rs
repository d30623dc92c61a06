//! Hyper-V sockets between a utility VM and its host: ids of services, and who may use them.

use crate::plan::Context;
use hcs_schema::v2::{HvSocketServiceConfig, HvSocketSystemConfig};

/// Administrators and the system itself, in the language of security descriptors.
pub const ADMINISTRATORS: &str = "D:P(A;;FA;;;SY)(A;;FA;;;BA)";
/// Everyone.
pub const EVERYONE: &str = "D:P(A;;FA;;;WD)";

/// Port of the guest agent of Linux, on which it takes messages.
pub const AGENT_PORT: u32 = 0x4000_0000;

/// A service that the machine's own side may serve under any address.
pub fn open(bind: &str) -> HvSocketServiceConfig {
    HvSocketServiceConfig {
        allow_wildcard_binds: true,
        bind_security_descriptor: bind.into(),
        connect_security_descriptor: ADMINISTRATORS.into(),
        ..HvSocketServiceConfig::default()
    }
}

/// Rights of sockets as annotations have them: nobody but administrators where nothing is said.
pub fn config(context: &Context<'_>) -> HvSocketSystemConfig {
    HvSocketSystemConfig {
        default_bind_security_descriptor: ADMINISTRATORS.into(),
        service_table: context.annotations.parsed.services.clone(),
        ..HvSocketSystemConfig::default()
    }
}
