//! Rows of the table: utility VMs that keep secrets from their host.

macro_rules! confidential {
    ([$next:ident $($more:ident)*] $($rows:tt)*) => {
        $next! { [$($more)*] $($rows)*
            encrypted_scratch: bool = "io.microsoft.virtualmachine.storage.scratch.encrypted", Lcow, Any, [security], "true if there is a policy, else false",
                "Encrypts the writable disks, inside the guest and with keys that never leave it.";
            no_security_hardware: bool = "io.microsoft.virtualmachine.no_security_hardware", Machine, Any, [security], "false",
                "Holds to a security policy on a processor that cannot prove it: for development, because no secret would be released to such a VM.";
            lcow_security_policy: String = "io.microsoft.virtualmachine.lcow.securitypolicy", LcowMachine, Form("base64", forms::check_base64), [security], "–",
                "Policy that the guest's agent enforces against the host. With it the VM is confidential: it boots from its guest state file, its memory is encrypted and never swapped. Needs build 20348.";
            lcow_enforcer: String = "io.microsoft.virtualmachine.lcow.enforcer", LcowMachine, Words(&["open_door", "rego"]), [security], "rego with a policy, else open_door",
                "What enforces the policy; `open_door` allows everything.";
            lcow_security_policy_env: bool = "io.microsoft.virtualmachine.lcow.securitypolicy.env", Lcow, Any, [security], "true",
                "Puts policy, certificate and reference information into the container's root.";
            lcow_reference_info_file: String = "io.microsoft.virtualmachine.lcow.uvm-reference-info-file", LcowMachine, Any, [security], "reference_info.cose",
                "File with the signed measurements of the VM, which is handed to it.";
            lcow_guest_state_file: String = "io.microsoft.virtualmachine.lcow.gueststatefile", LcowMachine, Any, [security since(20_348)], "kernel.vmgs with a policy",
                "Guest state file that a confidential VM boots from, in the folder of boot files.";
            lcow_hcl_enabled: bool = "io.microsoft.virtualmachine.lcow.hcl-enabled", LcowMachine, Any, [security], "as the host decides",
                "Whether a confidential VM runs on the host compatibility layer (HCL), which stands between it and the hypervisor.";
            lcow_amd_certificate: String = "io.microsoft.virtualmachine.lcow.amd-certificate", Lcow, Any, [security], "–",
                "File with the certificates of the host's AMD processor, beside the program, which is handed to the container.";
            dm_verity_create_args: String = "io.microsoft.virtualmachine.lcow.dmverity-create-args", LcowMachine, Any, [security], "–",
                "The kernel's `dm-mod.create`, by which it verifies the guest's root.";
            dm_verity_mode: bool = "io.microsoft.virtualmachine.lcow.dmverity-mode", LcowMachine, Any, [security], "true with a policy, else false",
                "The guest's root is a SCSI disk that the kernel verifies.";
            dm_verity_rootfs_vhd: String = "io.microsoft.virtualmachine.lcow.dmverity-rootfs-vhd", LcowMachine, Any, [security], "rootfs.vhd",
                "The disk with the root of a confidential guest, its hashes behind it, in the folder of boot files.";
            wcow_security_policy: String = "io.microsoft.virtualmachine.wcow.securitypolicy", WcowMachine, Form("base64", forms::check_base64), [security], "–",
                "As for Linux. The VM needs 2048 MiB of memory, which is the default then.";
            wcow_enforcer: String = "io.microsoft.virtualmachine.wcow.enforcer", WcowMachine, Words(&["open_door", "rego"]), [security], "rego with a policy, else open_door",
                "What enforces the policy; `open_door` allows everything.";
            wcow_security_policy_env: bool = "io.microsoft.virtualmachine.wcow.securitypolicy.env", WcowIsolated, Any, [security], "true",
                "Puts policy, certificate and reference information into the container's root. For containers in confidential VMs.";
            wcow_reference_info_file: String = "io.microsoft.virtualmachine.wcow.uvm-reference-info-file", WcowMachine, Any, [security], "reference_info.cose beside the boot files",
                "File with the signed measurements of the VM, which is handed to it.";
            wcow_guest_state_file: String = "io.microsoft.virtualmachine.wcow.gueststatefile", WcowMachine, Any, [security], "by the isolation type, beside the boot files",
                "Guest state file of a confidential VM.";
            wcow_amd_certificate: String = "io.microsoft.virtualmachine.wcow.amd-certificate", WcowIsolated, Any, [security], "–",
                "File with the certificates of the host's AMD processor, beside the program, which is handed to the container. For containers in confidential VMs.";
            hash_envelope_reference_info_file: String = "io.microsoft.virtualmachine.uvm-hash-envelope-reference-info-file", Machine, Any, [security], "reference_info_hash_envelope.cose",
                "File with the signed measurements of the VM as hashes in an envelope, which is handed to it.";
            wcow_isolation_type: String = "io.microsoft.virtualmachine.wcow.isolation_type", WcowMachine,
                Words(&["SecureNestedPaging", "SNP", "VirtualizationBasedSecurity", "VBS", "GuestStateOnly"]), [security], "SecureNestedPaging, without the hardware GuestStateOnly",
                "What keeps a confidential VM from its host. `SNP` and `VBS` are short for the words before them.";
            wcow_no_secure_boot: bool = "io.microsoft.virtualmachine.wcow.no_secure_boot", WcowMachine, Any, [security], "false",
                "A confidential VM starts unsigned programs at boot as well: for finding faults.";
            wcow_writable_efi: bool = "io.microsoft.virtualmachine.wcow.writable_efi", WcowMachine, Any, [security], "false",
                "The disk that the VM boots from is writable, so that boot traces can be taken from it.";
            wcow_debug: bool = "io.microsoft.wcow.debug", WcowMachine, Any, [security], "false",
                "Keeps boot disk and writable disk of a confidential VM when it is gone. It needs `io.microsoft.wcow.debug_data_path` and a policy.";
            wcow_debug_data_path: String = "io.microsoft.wcow.debug_data_path", WcowMachine, Any, [security], "–",
                "Folder where these disks are kept; it is made if need be.";
        }
    };
}
