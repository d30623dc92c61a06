//! Execution domains.

use super::Refusal;
use hcs_schema::oci;

/// Domains by the specification's name.
const DOMAINS: [(&str, u32); 2] = [("LINUX", 0x0000), ("LINUX32", 0x0008)];

/// Reads the specification's section into the kernel's value.
pub fn parse(wanted: &oci::Personality) -> Result<u32, Refusal> {
    if let Some(flag) = wanted.flags.first() {
        let why = format!("{flag:?}: the specification defines no flag");
        return Err(Refusal::unsupported("linux.personality.flags", why));
    }
    let found = DOMAINS.iter().find(|(name, _)| *name == wanted.domain);
    found.map(|(_, domain)| *domain).ok_or_else(|| {
        let why = format!("{:?} is neither LINUX nor LINUX32", wanted.domain);
        Refusal::invalid("linux.personality.domain", why)
    })
}
