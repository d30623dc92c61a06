//! Reading: each value by itself, then what one switch stands for.
//!
//! Nothing that was written is left out in silence. A value that cannot be read is an error and never the default, because
//! many keys are switches that protect.

use super::entry::Entry;
use super::forms::{CoreLimit, LogSource};
use super::numa::Numa;
use super::table::SERVICE_TABLE;
use super::value::{Guid, List, Value, shown};
use super::{Annotations, ENTRIES, forms, registry};
use hcs_schema::v2::{HvSocketServiceConfig, RegistryValue};
use std::collections::BTreeMap;

/// What values with a form of their own say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Limit of core dumps.
    pub core_limit: Option<CoreLimit>,
    /// Sources of a guest's log.
    pub log_sources: Option<Vec<LogSource>>,
    /// Nodes of a utility VM.
    pub numa: Option<Numa>,
    /// Further ports between host and guest.
    pub vsock_ports: Vec<u32>,
    /// Values that are added to the registry of a utility VM.
    pub registry: Vec<RegistryValue>,
    /// Values that are added to the registry of a container.
    pub test_registry: Vec<RegistryValue>,
    /// Socket services by GUID.
    pub services: BTreeMap<String, HvSocketServiceConfig>,
}

pub(super) const GMSA_DISABLE: &str = "io.microsoft.container.wcow.gmsa.disable";
const DISABLE_WRITABLE: &str = "io.microsoft.virtualmachine.fileshares.disablewritable";
const NO_DIRECT_MAP: &str = "io.microsoft.virtualmachine.wcow.virtualSMB.nodirectmap";
pub(super) const DISABLE_HOST_PROCESS: &str = "microsoft.com/disable-hostprocess-container";
pub(super) const DISABLE_UNSAFE: &str = "io.microsoft.disable-unsafe-operations";
impl Annotations {
    /// Reads annotations; the second answer is notes on those that have no meaning here.
    ///
    /// # Errors
    /// Names the key whose value cannot be read, the value, and what is accepted; or the keys that do not go together.
    pub fn read(all: &BTreeMap<String, String>) -> Result<(Self, Vec<String>), String> {
        let mut read = Annotations::default();
        let mut notes = Vec::new();
        for (key, text) in all {
            let why = |why| format!("annotation {key}: {why}");
            if let Some(service) = key.strip_prefix(SERVICE_TABLE) {
                read.service(service, text).map_err(why)?;
            } else if let Some(entry) = ENTRIES.iter().find(|entry| entry.key == key) {
                read.value(entry, text).map_err(why)?;
            } else {
                notes.extend(unknown(key)?);
            }
        }
        read.expand()?;
        read.parse().map_err(|(key, why)| format!("annotation {key}: {why}"))?;
        read.parsed.numa = Numa::of(&read)?;
        Ok((read, notes))
    }

    pub(super) fn value(&mut self, entry: &Entry, text: &str) -> Result<(), String> {
        if text.is_empty() && entry.empty_is_none() {
            return Ok(());
        }
        entry.check(text)?;
        self.set(entry.key, text).map(drop)
    }

    fn service(&mut self, service: &str, text: &str) -> Result<(), String> {
        let Guid(service) = Guid::read(service)?;
        self.parsed.services.insert(service.clone(), registry::service(text)?);
        match self.service_table.insert(service, text.into()) {
            Some(_) => Err("it is there twice, in another case".into()),
            None => Ok(()),
        }
    }

    /// Gives the switches that one switch stands for its value.
    fn expand(&mut self) -> Result<(), String> {
        let Some(all) = self.disable_unsafe_operations else { return Ok(()) };
        let switches = [
            (GMSA_DISABLE, &mut self.gmsa_disable),
            (DISABLE_WRITABLE, &mut self.disable_writable_file_shares),
            (NO_DIRECT_MAP, &mut self.virtual_smb_no_direct_map),
            (DISABLE_HOST_PROCESS, &mut self.disable_host_process),
        ];
        for (key, switch) in switches {
            if let Some(own) = switch.filter(|own| *own != all) {
                return Err(format!("annotations {DISABLE_UNSAFE}={all} and {key}={own} contradict each other"));
            }
            *switch = Some(all);
        }
        Ok(())
    }

    /// Reads what has a form of its own, and brings short words to their long forms.
    fn parse(&mut self) -> Result<(), (&'static str, String)> {
        let named = |key: &'static str| move |why| (key, why);
        let core = self.rlimit_core.as_deref().map(forms::core_limit).transpose();
        self.parsed.core_limit = core.map_err(named("io.microsoft.lcow.rlimitcore"))?;
        let sources = self.forward_logs_sources.as_deref().map(forms::log_sources).transpose();
        self.parsed.log_sources = sources.map_err(named("io.microsoft.virtualmachine.forwardlogs.sources"))?;
        let List(ports) = self.extra_vsock_ports.clone().unwrap_or_default();
        let ports: Result<_, _> = ports.iter().map(|port| u32::read(port)).collect();
        self.parsed.vsock_ports = ports.map_err(named("io.microsoft.virtualmachine.lcow.extra-vsock-ports"))?;
        let machine = self.additional_registry_keys.as_deref().map(registry::registry).transpose();
        let machine = machine.map_err(named("io.microsoft.virtualmachine.wcow.additional-reg-keys"))?;
        let container = self.test_registry_values.as_deref().map(registry::registry).transpose();
        let container = container.map_err(named("io.microsoft.container.wcow.test-registry-annotation"))?;
        self.parsed.registry = machine.unwrap_or_default();
        self.parsed.test_registry = container.unwrap_or_default();
        let isolation = self.wcow_isolation_type.take();
        self.wcow_isolation_type = isolation.map(|word| match word.as_str() {
            "SNP" => "SecureNestedPaging".into(),
            "VBS" => "VirtualizationBasedSecurity".into(),
            _ => word,
        });
        Ok(())
    }
}

/// The note on a key that is not known; an error if it is a known one in another case.
fn unknown(key: &str) -> Result<Option<String>, String> {
    if let Some(entry) = ENTRIES.iter().find(|entry| entry.key.eq_ignore_ascii_case(key)) {
        return Err(format!("annotation {} is spelt {}", shown(key), entry.key));
    }
    let ours = key.starts_with("io.microsoft.") || key.starts_with("microsoft.com/");
    Ok(ours.then(|| format!("annotation {key} is not known, and has no effect")))
}
