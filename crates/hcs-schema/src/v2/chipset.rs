//! How a virtual machine boots: firmware or a kernel, and the serial numbers that the guest sees.

use crate::model::{Bytes, object, words};

object! {
    /// The board of a virtual machine. Schema 2.0.
    pub struct Chipset {
        /// UEFI firmware.
        "Uefi" uefi: Option<Uefi>,
        /// Whether the numeric keypad is off at start.
        "IsNumLockDisabled" is_num_lock_disabled: bool,
        /// Serial number of the board.
        "BaseBoardSerialNumber" base_board_serial_number: String,
        /// Serial number of the case.
        "ChassisSerialNumber" chassis_serial_number: String,
        /// Inventory tag of the case.
        "ChassisAssetTag" chassis_asset_tag: String,
        /// Whether the guest can hibernate (2.5).
        "EnableHibernation" enable_hibernation: bool,
        /// Whether the clock of the board has UTC instead of local time (2.1).
        "UseUtc" use_utc: bool,
        /// A Linux kernel, started without firmware (2.2).
        "LinuxKernelDirect" linux_kernel_direct: Option<LinuxKernelDirect>,
        /// Firmware given by the caller (unlisted).
        "FirmwareFile" firmware_file: Option<FirmwareFile>,
    }

    /// UEFI firmware. Schema 2.0.
    pub struct Uefi {
        /// Whether the firmware can be debugged.
        "EnableDebugger" enable_debugger: bool,
        /// Whether the secure boot template is put into the guest's state (2.3).
        "ApplySecureBootTemplate" apply_secure_boot_template: ApplySecureBootTemplate,
        /// Id (GUID) of that template; empty is no secure boot.
        "SecureBootTemplateId" secure_boot_template_id: String,
        /// What is booted.
        "BootThis" boot_this: Option<UefiBootEntry>,
        /// Console of the firmware.
        "Console" console: SerialConsole,
        /// Whether the machine stops where nothing can be booted (2.2).
        "StopOnBootFailure" stop_on_boot_failure: bool,
    }

    /// What UEFI boots. Schema 2.1.
    pub struct UefiBootEntry {
        /// Kind of device.
        "DeviceType" device_type: UefiBootDevice,
        /// Path of the program on it.
        "DevicePath" device_path: String,
        /// Number of the disk, of `ScsiDrive`.
        "DiskNumber" disk_number: u16,
        /// Arguments of the program, for example a kernel command line.
        "OptionalData" optional_data: String,
        /// Folder of the host that is the device, of `VmbFs`.
        "VmbFsRootPath" vmb_fs_root_path: String,
    }

    /// A Linux kernel that is started without firmware. Schema 2.2, of the service from build 18286 on.
    pub struct LinuxKernelDirect {
        /// File of the kernel on the host.
        "KernelFilePath" kernel_file_path: String,
        /// File of the initial file system on the host.
        "InitRdPath" init_rd_path: String,
        /// Its command line.
        "KernelCmdLine" kernel_cmd_line: String,
    }

    /// Firmware given by the caller (unlisted; experimental).
    pub struct FirmwareFile {
        /// Its parameters.
        "Parameters" parameters: Bytes,
    }
}

words! {
    /// Whether the secure boot template is put into the guest's state. Schema 2.3.
    pub enum ApplySecureBootTemplate {
        /// The state is left as it is.
        Skip = "Skip",
        /// It is put there.
        Apply = "Apply",
    }

    /// Kind of device that UEFI boots from. Schema 2.0.
    pub enum UefiBootDevice {
        /// A SCSI disk.
        ScsiDrive = "ScsiDrive",
        /// A folder of the host.
        VmbFs = "VmbFs",
        /// The network.
        Network = "Network",
        /// A file (2.1).
        File = "File",
    }

    /// Console of the firmware. Schema 2.0.
    pub enum SerialConsole {
        /// As the firmware has it.
        Default = "Default",
        /// None.
        Disabled = "Disabled",
        /// First serial port.
        ComPort1 = "ComPort1",
        /// Second serial port.
        ComPort2 = "ComPort2",
    }
}
