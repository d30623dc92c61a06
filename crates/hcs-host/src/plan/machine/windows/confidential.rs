//! Utility VMs that run Windows and keep secrets from their host: none so far, and that is said by name.

use crate::Result;
use crate::plan::Context;

/// Refuses what only such machines have. To leave one of these out in silence would be to leave out a protection.
pub(super) fn refuse(context: &Context<'_>) -> Result<()> {
    let annotations = &context.annotations;
    let machine = "io.microsoft.virtualmachine";
    let given = [
        (format!("{machine}.wcow.securitypolicy"), annotations.wcow_security_policy.is_some()),
        (format!("{machine}.wcow.enforcer"), annotations.wcow_enforcer.is_some()),
        (format!("{machine}.wcow.isolation_type"), annotations.wcow_isolation_type.is_some()),
        (format!("{machine}.wcow.gueststatefile"), annotations.wcow_guest_state_file.is_some()),
        (format!("{machine}.wcow.no_secure_boot"), annotations.wcow_no_secure_boot == Some(true)),
        (format!("{machine}.wcow.writable_efi"), annotations.wcow_writable_efi == Some(true)),
        (format!("{machine}.wcow.uvm-reference-info-file"), annotations.wcow_reference_info_file.is_some()),
        ("io.microsoft.wcow.debug".into(), annotations.wcow_debug == Some(true)),
        ("io.microsoft.wcow.debug_data_path".into(), annotations.wcow_debug_data_path.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((key, _)) => unsupported(context, &key),
        None => Ok(()),
    }
}

/// Refuses what only a container in such a machine has, also in one that is there already.
pub(super) fn refuse_in_container(context: &Context<'_>) -> Result<()> {
    match context.annotations.wcow_amd_certificate {
        Some(_) => unsupported(context, "io.microsoft.virtualmachine.wcow.amd-certificate"),
        None => Ok(()),
    }
}

fn unsupported(context: &Context<'_>, key: &str) -> Result<()> {
    let why = "confidential utility VMs that run Windows boot and run from block images (BlockCIM) with isolation \
               SecureNestedPaging, VirtualizationBasedSecurity or GuestStateOnly, none of which is supported; confidential \
               Linux machines are, by annotation io.microsoft.virtualmachine.lcow.securitypolicy";
    Err(context.wanted.unsupported(format!("annotation {key}: {why}")))
}
