//! The hypervisor (0xC035xxxx), the virtualisation driver below 0xC0370100, and the shares between host and guest (0xC0370400).

/// The table.
pub(super) const TABLE: &str = table! {
    ERROR_HV_NOT_PRESENT = 0xC035_1000: "The hypervisor does not run."
        cause "Hyper-V is not enabled, or the hypervisor is not started at boot, or virtualisation is off in the \
            firmware."
        advice "`bcdedit /set hypervisorlaunchtype auto`, and restart; see `systeminfo` for what is missing.";
    ERROR_HV_INVALID_PARAMETER = 0xC035_0005: "The hypervisor was given a value that is not valid."
        cause "More processors, memory or NUMA nodes were asked for than the host has."
        advice "Ask for less.";
    ERROR_HV_ACCESS_DENIED = 0xC035_0006: "The hypervisor refuses the operation."
        advice "Run it on the host itself, in an elevated shell.";
    ERROR_HV_OPERATION_DENIED = 0xC035_0008: "The hypervisor does not allow the operation for this partition."
        cause "The host is a virtual machine itself, whose own host does not allow it."
        advice "See that nested virtualisation is on: `Set-VMProcessor NAME -ExposeVirtualizationExtensions $true` on \
            the outer host.";
    ERROR_HV_INSUFFICIENT_MEMORY = 0xC035_000B: "The hypervisor has not enough memory."
        cause "The host's memory is used up by other machines."
        advice "Stop some of them, or give this one less memory.";
    ERROR_HV_INSUFFICIENT_BUFFERS = 0xC035_0013: "The hypervisor has not enough buffers."
        cause "A guest does not fetch its messages."
        advice "Restart the guest.";
    ERROR_HV_INVALID_PARTITION_STATE = 0xC035_0007: "The partition's state does not allow the operation."
        advice "Try again; end the machine by force if it lasts.";
    ERROR_HV_FEATURE_UNAVAILABLE = 0xC035_001E: "The hypervisor or the processor lacks the feature."
        cause "Nested virtualisation, or a feature for confidential machines, was asked for on a processor without it."
        advice "Leave the feature out, or use another host.";
    ERROR_HV_NX_NOT_DETECTED = 0xC035_0055: "Protection against execution of data is off in the firmware, and Hyper-V \
            needs it."
        advice "Switch on NX (AMD) or XD (Intel) in the firmware.";
    ERROR_HV_INSUFFICIENT_ROOT_MEMORY = 0xC035_0073: "The host has not enough memory to run the machine."
        advice "Stop other machines or programs, or give this one less memory.";
    ERROR_VID_DUPLICATE_HANDLER = 0xC037_0001: "The machine's devices were set up twice."
        also STATUS_VID_DUPLICATE_HANDLER = 0xC037_0001
        cause "Another hypervisor on the host interferes."
        advice "Update the other hypervisor's software, or remove it.";
    ERROR_VID_PARTITION_ALREADY_EXISTS = 0xC037_0008: "A machine with this id exists in the hypervisor already."
        also STATUS_VID_PARTITION_ALREADY_EXISTS = 0xC037_0008
        cause "The process of an earlier machine (`vmwp.exe`) has not ended yet."
        advice "End it: `hcsdiag list`, then `hcsdiag kill ID`.";
    ERROR_VID_PARTITION_DOES_NOT_EXIST = 0xC037_0009: "The hypervisor has no such machine."
        also STATUS_VID_PARTITION_DOES_NOT_EXIST = 0xC037_0009
        cause "It has ended."
        advice "Start it again.";
    ERROR_VID_PARTITION_NAME_NOT_FOUND = 0xC037_000A: "The hypervisor has no machine of this name."
        also STATUS_VID_PARTITION_NAME_NOT_FOUND = 0xC037_000A
        advice "Start it again.";
    ERROR_VID_STOP_PENDING = 0xC037_001C: "The machine's processors are being stopped."
        also STATUS_VID_STOP_PENDING = 0xC037_001C
        advice "Wait a moment and try again.";
    ERROR_VID_SAVED_STATE_CORRUPT = 0xC037_0027: "The machine's saved state is damaged."
        also STATUS_VID_SAVED_STATE_CORRUPT = 0xC037_0027
        advice "Delete the saved state, and start the machine anew.";
    ERROR_VID_SAVED_STATE_UNRECOGNIZED_ITEM = 0xC037_0028: "The machine's saved state has something that is not known \
            here."
        also STATUS_VID_SAVED_STATE_UNRECOGNIZED_ITEM = 0xC037_0028
        cause "It was saved by a newer Windows."
        advice "Delete the saved state, and start the machine anew.";
    ERROR_VID_SAVED_STATE_INCOMPATIBLE = 0xC037_0029: "The machine's saved state does not fit this hypervisor."
        also STATUS_VID_SAVED_STATE_INCOMPATIBLE = 0xC037_0029
        cause "It was saved on another processor, or before an update. Templates of utility machines are saved states \
            as well."
        advice "Delete the saved state or template, and start the machine anew.";
    ERROR_VID_VTL_ACCESS_DENIED = 0xC037_002A: "The machine touched memory that its protection level does not allow."
        also STATUS_VID_VTL_ACCESS_DENIED = 0xC037_002A
        advice "Update Windows on host and guest.";
    ERROR_VID_INSUFFICIENT_RESOURCES_RESERVE = 0xC037_002B: "The memory that the machine asks for cannot be reserved."
        also STATUS_VID_INSUFFICIENT_RESOURCES_RESERVE = 0xC037_002B
        advice "Give the machine less memory, or free memory on the host.";
    ERROR_VID_INSUFFICIENT_RESOURCES_PHYSICAL_BUFFER = 0xC037_002C: "The host has no physical memory for a buffer of \
            the machine."
        also STATUS_VID_INSUFFICIENT_RESOURCES_PHYSICAL_BUFFER = 0xC037_002C
        advice "Free memory on the host.";
    ERROR_VID_INSUFFICIENT_RESOURCES_HV_DEPOSIT = 0xC037_002D: "The host has no memory to hand to the hypervisor for \
            the machine."
        also STATUS_VID_INSUFFICIENT_RESOURCES_HV_DEPOSIT = 0xC037_002D
        advice "Free memory on the host.";
    ERROR_VID_MEMORY_TYPE_NOT_SUPPORTED = 0xC037_002E: "The kind of memory is not supported for this machine."
        also STATUS_VID_MEMORY_TYPE_NOT_SUPPORTED = 0xC037_002E
        advice "Leave settings for the backing of memory out of the document.";
    ERROR_VSMB_SAVED_STATE_FILE_NOT_FOUND = 0xC037_0400: "A file that was open on a share between host and guest is \
            gone."
        cause "A layer or shared folder was changed while the machine was saved."
        advice "Start the machine anew.";
    ERROR_VSMB_SAVED_STATE_CORRUPT = 0xC037_0401: "What was saved of the shares between host and guest is damaged."
        advice "Delete the saved state, and start the machine anew.";
};
