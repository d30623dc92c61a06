//! The bytes of every message, written by hand from the field numbers, and what reading makes of any bytes.

use super::*;
use crate::testing::{Any, Source};
use proptest::prelude::*;
use prost::Message;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Checks that a message is written as some bytes and read from them.
#[track_caller]
fn wire<M: Message + Default + PartialEq + Debug>(message: &M, bytes: &[u8]) {
    assert_eq!(message.encode_to_vec(), bytes);
    assert_eq!(&M::decode(bytes).unwrap(), message);
}

#[test]
fn options_have_their_field_numbers() {
    let options = Options {
        debug: true,
        debug_type: DebugType::Etw.into(),
        registry_root: "r".into(),
        sandbox_image: "i".into(),
        sandbox_platform: "p".into(),
        sandbox_isolation: SandboxIsolation::Hypervisor.into(),
        boot_files_root_path: "b".into(),
        vm_processor_count: 2,
        vm_memory_size_in_mb: 1024,
        gpu_vhd_path: "g".into(),
        scale_cpu_limits_to_sandbox: true,
        default_container_scratch_size_in_gb: 20,
        default_vm_scratch_size_in_gb: -1,
        share_scratch: true,
        nc_proxy_addr: "n".into(),
        log_level: "l".into(),
        io_retry_timeout_in_sec: 5,
        default_container_annotations: BTreeMap::from([("k".to_owned(), "v".to_owned())]),
        no_inherit_host_timezone: true,
        scrub_logs: Some(false),
    };
    let bytes: &[&[u8]] = &[
        &[0x08, 1],
        &[0x10, 2],
        b"\x1a\x01r",
        b"\x22\x01i",
        b"\x2a\x01p",
        &[0x30, 1],
        b"\x3a\x01b",
        &[0x40, 2],
        &[0x48, 0x80, 0x08],
        b"\x52\x01g",
        &[0x58, 1],
        &[0x60, 20],
        &[0x68, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        &[0x70, 1],
        b"\x7a\x01n",
        b"\x82\x01\x01l",
        &[0x88, 0x01, 5],
        b"\x92\x01\x06\x0a\x01k\x12\x01v",
        &[0x98, 0x01, 1],
        &[0xa0, 0x01, 0],
    ];
    wire(&options, &bytes.concat());
    wire(&Options::default(), &[]);
    assert_eq!((options.debug_type(), options.sandbox_isolation()), (DebugType::Etw, SandboxIsolation::Hypervisor));
    assert!(!options.scrubs_logs() && Options::default().scrubs_logs());
}

#[test]
fn details_of_a_process_have_their_field_numbers() {
    let details = ProcessDetails {
        image_name: "cmd".into(),
        created_at: Some(Timestamp { seconds: 1, nanos: 2 }),
        kernel_time_100_ns: 3,
        memory_commit_bytes: 4,
        memory_working_set_private_bytes: 5,
        memory_working_set_shared_bytes: 6,
        process_id: 300,
        user_time_100_ns: 8,
        exec_id: "e".into(),
    };
    let bytes = b"\x0a\x03cmd\x12\x04\x08\x01\x10\x02\x18\x03\x20\x04\x28\x05\x30\x06\x38\xac\x02\x40\x08\x4a\x01e";
    wire(&details, bytes);
}

#[test]
fn statistics_of_a_windows_container_have_their_field_numbers() {
    let processor =
        WindowsContainerProcessorStatistics { total_runtime_ns: 1, runtime_user_ns: 2, runtime_kernel_ns: 3 };
    let memory = WindowsContainerMemoryStatistics {
        memory_usage_commit_bytes: 1,
        memory_usage_commit_peak_bytes: 2,
        memory_usage_private_working_set_bytes: 3,
    };
    let storage = WindowsContainerStorageStatistics {
        read_count_normalized: 1,
        read_size_bytes: 2,
        write_count_normalized: 3,
        write_size_bytes: 4,
    };
    let windows = WindowsContainerStatistics {
        timestamp: Some(Timestamp { seconds: 7, nanos: 0 }),
        container_start_time: Some(Timestamp::default()),
        uptime_ns: 9,
        processor: Some(processor),
        memory: Some(memory),
        storage: Some(storage),
    };
    let inner: &[&[u8]] = &[
        &[0x0a, 2, 0x08, 7],
        &[0x12, 0],
        &[0x18, 9],
        &[0x22, 6, 0x08, 1, 0x10, 2, 0x18, 3],
        &[0x2a, 6, 0x08, 1, 0x10, 2, 0x18, 3],
        &[0x32, 8, 0x08, 1, 0x10, 2, 0x18, 3, 0x20, 4],
    ];
    let inner = inner.concat();
    wire(&windows, &inner);
    let statistics = Statistics { container: Some(ContainerStatistics::Windows(windows)), vm: None };
    wire(&statistics, &[&[0x0a, inner.len().try_into().unwrap()], inner.as_slice()].concat());
}

#[test]
fn statistics_of_a_virtual_machine_have_their_field_numbers() {
    let vm_memory = VirtualMachineMemory {
        available_memory: -1,
        available_memory_buffer: 2,
        reserved_memory: 3,
        assigned_memory: 4,
        slp_active: true,
        balancing_enabled: true,
        dm_operation_in_progress: true,
    };
    let mut inner = vec![0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    inner.extend([0x10, 2, 0x18, 3, 0x20, 4, 0x28, 1, 0x30, 1, 0x38, 1]);
    wire(&vm_memory, &inner);
    let memory =
        VirtualMachineMemoryStatistics { working_set_bytes: 1, virtual_node_count: 2, vm_memory: Some(vm_memory) };
    let processor = VirtualMachineProcessorStatistics { total_runtime_ns: 5 };
    let vm = VirtualMachineStatistics { processor: Some(processor), memory: Some(memory) };
    // The metrics of a Linux container are bytes here and a message there, which are written alike.
    let statistics = Statistics { container: Some(ContainerStatistics::Linux(vec![0x0a, 0])), vm: Some(vm) };
    let bytes =
        [&[0x12, 2, 0x0a, 0, 0x1a, 35, 0x0a, 2, 0x08, 5, 0x12, 29, 0x08, 1, 0x10, 2, 0x1a, 23], inner.as_slice()];
    wire(&statistics, &bytes.concat());
}

#[test]
fn what_is_not_known_is_left_out_and_what_is_broken_is_refused() {
    assert_eq!(
        Options::decode([0xf8, 0x01, 1, 0x08, 1].as_slice()).unwrap(),
        Options { debug: true, ..Options::default() }
    );
    let unknown = Options::decode([0x30, 9].as_slice()).unwrap();
    assert_eq!((unknown.sandbox_isolation, unknown.sandbox_isolation()), (9, SandboxIsolation::Process));
    for bytes in [&[0x08][..], &[0x1a, 5, b'x'], &[0x1a, 1, 0xff], &[0x0b], &[0x00]] {
        assert!(Options::decode(bytes).is_err(), "{bytes:?}");
    }
}

macro_rules! any {
    ($($name:ident { $($field:ident)* })*) => {$(
        impl Any for $name {
            fn any(source: &mut Source<'_>) -> Self {
                $name { $($field: Any::any(source),)* }
            }
        }
    )*};
}

any! {
    Timestamp { seconds nanos }
    Options {
        debug debug_type registry_root sandbox_image sandbox_platform sandbox_isolation boot_files_root_path vm_processor_count
        vm_memory_size_in_mb gpu_vhd_path scale_cpu_limits_to_sandbox default_container_scratch_size_in_gb
        default_vm_scratch_size_in_gb share_scratch nc_proxy_addr log_level io_retry_timeout_in_sec
        default_container_annotations no_inherit_host_timezone scrub_logs
    }
    ProcessDetails {
        image_name created_at kernel_time_100_ns memory_commit_bytes memory_working_set_private_bytes
        memory_working_set_shared_bytes process_id user_time_100_ns exec_id
    }
    Statistics { container vm }
    WindowsContainerStatistics { timestamp container_start_time uptime_ns processor memory storage }
    WindowsContainerProcessorStatistics { total_runtime_ns runtime_user_ns runtime_kernel_ns }
    WindowsContainerMemoryStatistics {
        memory_usage_commit_bytes memory_usage_commit_peak_bytes memory_usage_private_working_set_bytes
    }
    WindowsContainerStorageStatistics { read_count_normalized read_size_bytes write_count_normalized write_size_bytes }
    VirtualMachineStatistics { processor memory }
    VirtualMachineProcessorStatistics { total_runtime_ns }
    VirtualMachineMemoryStatistics { working_set_bytes virtual_node_count vm_memory }
    VirtualMachineMemory {
        available_memory available_memory_buffer reserved_memory assigned_memory slp_active balancing_enabled
        dm_operation_in_progress
    }
}

impl Any for ContainerStatistics {
    fn any(source: &mut Source<'_>) -> Self {
        match bool::any(source) {
            true => ContainerStatistics::Windows(Any::any(source)),
            false => ContainerStatistics::Linux(Any::any(source)),
        }
    }
}

fn round_trip<M: Message + Default + PartialEq + Any + Debug>(bytes: &[u8]) {
    let message = M::any(&mut Source(bytes));
    assert_eq!(M::decode(message.encode_to_vec().as_slice()).unwrap(), message);
}

/// Reads any bytes; what is read is written so that it is read as the same.
fn reads_anything<M: Message + Default + PartialEq + Debug>(bytes: &[u8]) {
    if let Ok(message) = M::decode(bytes) {
        assert_eq!(M::decode(message.encode_to_vec().as_slice()).unwrap(), message);
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        round_trip::<Options>(&bytes);
        round_trip::<ProcessDetails>(&bytes);
        round_trip::<Statistics>(&bytes);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        reads_anything::<Options>(&bytes);
        reads_anything::<ProcessDetails>(&bytes);
        reads_anything::<Statistics>(&bytes);
    }

    /// Bytes that are nearly a message reach further than those of chance.
    #[test]
    fn a_changed_message_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 100..400), place: usize, byte: u8) {
        let mut changed = Statistics::any(&mut Source(&bytes)).encode_to_vec();
        let length = changed.len().max(1);
        if let Some(found) = changed.get_mut(place % length) {
            *found = byte;
        }
        reads_anything::<Statistics>(&changed);
    }
}
