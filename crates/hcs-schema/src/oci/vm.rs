//! The section of the specification about containers that run in a virtual machine of their own.
//!
//! Utility VMs of Windows are not described by it (annotations and runtime options are), but it must survive being
//! forwarded, and a front end can say that it has no effect.
//!
//! Source of the fields: <https://github.com/opencontainers/runtime-spec> (`config-vm.md`).

use crate::model::object;

object! {
    /// A virtual machine and what it boots.
    pub struct Vm {
        /// The hypervisor; absent means the runtime's own.
        "hypervisor" hypervisor: Option<VmHypervisor>,
        /// The kernel.
        "kernel" kernel: VmKernel = always,
        /// The root filesystem that the kernel boots into; not the container's.
        "image" image: Option<VmImage>,
        /// Hardware that is passed through (specification 1.3).
        "hwConfig" hw_config: Option<VmHardware>,
        ..extra
    }

    /// A hypervisor.
    pub struct VmHypervisor {
        /// Absolute path of its program on the host.
        "path" path: String = always,
        /// Its arguments.
        "parameters" parameters: Vec<String>,
        ..extra
    }

    /// A kernel.
    pub struct VmKernel {
        /// Absolute path of its file on the host.
        "path" path: String = always,
        /// Words of its command line.
        "parameters" parameters: Vec<String>,
        /// Absolute path of an initial memory disk.
        "initrd" initrd: Option<String>,
        ..extra
    }

    /// A disk image.
    pub struct VmImage {
        /// Absolute path of its file on the host.
        "path" path: String = always,
        /// `raw` (also when empty), `qcow2`, `vdi`, `vmdk`, `vhd` or another.
        "format" format: String = always,
        ..extra
    }

    /// Hardware of the machine.
    pub struct VmHardware {
        /// Path of a device tree blob.
        "deviceTree" device_tree: Option<String>,
        /// Number of virtual processors.
        "vcpus" vcpus: Option<u32>,
        /// Most memory in bytes.
        "memory" memory: Option<u64>,
        /// Paths of device tree nodes of the host that are passed through.
        "dtdevs" dt_devs: Vec<String>,
        /// Memory of devices that the machine may use.
        "iomems" io_mems: Vec<VmIoMemory>,
        /// Numbers of physical interrupts that the machine may use.
        "irqs" irqs: Vec<u32>,
        ..extra
    }

    /// A range of memory of devices, in pages.
    pub struct VmIoMemory {
        /// First page in the guest; absent means the same number as on the host.
        "firstGFN" first_guest_page: Option<u64>,
        /// First page on the host.
        "firstMFN" first_host_page: u64 = always,
        /// Number of pages.
        "nrMFNs" pages: u64 = always,
        ..extra
    }
}
