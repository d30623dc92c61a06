//! What compute systems and the service tell of themselves, and how systems are changed.

use super::documents::{Failure, read};
use super::model::{State, System, Version};
use super::{Systems, resources};
use crate::strict::Schema;
use crate::world::machine::{Listed, Machine, Usage};
use crate::{Call, Reply, clock};
use hcs_schema::HResult;
use serde_json::{Map, Value, json};
use std::time::SystemTime;

impl Systems {
    pub(super) fn enumerate(&mut self, call: &Call) -> Result<Reply, Failure> {
        let query = read(call, "query", &[(Schema::Version1, "ComputeSystemQuery")], true)?;
        let meant = |key: &str, value: &str| {
            let wanted = query.get(key).and_then(Value::as_array).filter(|wanted| !wanted.is_empty());
            wanted.is_none_or(|wanted| {
                wanted.iter().filter_map(Value::as_str).any(|wanted| wanted.eq_ignore_ascii_case(value))
            })
        };
        let living = self.systems.values().filter(|system| system.state != State::Stopped);
        let found = living.filter(|system| {
            meant("Ids", &system.id)
                && meant("Types", system.kind())
                && meant("Names", name(system))
                && meant("Owners", system.text("Owner"))
        });
        let found: Value = found.map(|system| Value::Object(basics(system))).collect();
        Ok(Reply::ok().with("systems", found.to_string()))
    }

    pub(super) fn properties(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        let (serial, system) = self.system(call)?;
        let types: &[(Schema, &str)] = match system.version {
            Version::One => &[(Schema::Version1, "PropertyQuery")],
            // hcsshim asks all systems in version 1 too.
            Version::Two => &[(Schema::Version2, "PropertyQuery"), (Schema::Version1, "PropertyQuery")],
        };
        let query = read(call, "query", types, true)?;
        let mut properties = basics(system);
        let wanted = query.get("PropertyTypes").and_then(Value::as_array).into_iter().flatten();
        for kind in wanted.filter_map(Value::as_str) {
            if let Some((key, value)) = property(system, kind, serial, machine) {
                properties.insert(key.into(), value);
            }
        }
        Ok(Reply::ok().with("properties", Value::Object(properties).to_string()))
    }

    pub(super) fn modify(&mut self, call: &Call) -> Result<Reply, Failure> {
        self.in_state(call, &[State::Created, State::Running, State::Paused])?;
        let (_, system) = self.system(call)?;
        let kind = match system.version {
            Version::One => (Schema::Version1, "ResourceModificationRequestResponse"),
            Version::Two => (Schema::Version2, "ModifySettingRequest"),
        };
        let request = read(call, "configuration", &[kind], false)?;
        if system.version == Version::Two {
            resources::check(system.kind(), &request, call.build)?;
        }
        system.modifications.push(request);
        Ok(Reply::ok())
    }

    pub(super) fn service_properties(call: &Call) -> Result<Reply, Failure> {
        let query = read(call, "query", &[(Schema::Version2, "PropertyQuery")], true)?;
        let wanted = query.get("PropertyTypes").and_then(Value::as_array).into_iter().flatten();
        let properties = wanted.filter_map(Value::as_str).map(|kind| service_property(kind, call.build));
        let mut properties: Vec<Value> = properties.collect::<Result<_, _>>()?;
        if properties.is_empty() {
            properties.push(supported_versions(call.build));
        }
        Ok(Reply::ok().with("properties", json!({ "Properties": properties }).to_string()))
    }

    pub(super) fn modify_service(call: &Call) -> Result<Reply, Failure> {
        read(call, "settings", &[(Schema::Version2, "ModificationRequest")], false)?;
        Ok(Reply::ok())
    }
}

fn service_property(kind: &str, build: u32) -> Result<Value, Failure> {
    match kind {
        "Memory" => Ok(json!({
            "VirtualNodeCount": 0, "VirtualMachineMemory": { "AvailableMemory": 0, "AssignedMemory": 0 },
        })),
        "CpuGroup" => Ok(json!({ "CpuGroups": [] })),
        "ProcessorTopology" => {
            let count = std::thread::available_parallelism().map_or(1, |count| count.get());
            let processor = |index: usize| json!({ "LpIndex": index, "NodeNumber": 0, "PackageId": 0, "CoreId": index, "RootVpIndex": 0 });
            let processors: Vec<Value> = (0..count).map(processor).collect();
            Ok(json!({ "LogicalProcessorCount": count, "LogicalProcessors": processors }))
        }
        "Basic" => Ok(supported_versions(build)),
        other => Err(Failure::new(HResult::E_INVALIDARG, format!("{other} is no property of the service"))),
    }
}

/// The versions of documents that a build reads.
fn supported_versions(build: u32) -> Value {
    let minors: &[u32] = match build {
        ..17763 => &[],
        17763..20348 => &[0, 1],
        _ => &[0, 1, 2, 3, 4, 5],
    };
    let mut versions = vec![json!({ "Major": 1, "Minor": 0 })];
    versions.extend(minors.iter().map(|minor| json!({ "Major": 2, "Minor": minor })));
    json!({ "SupportedSchemaVersions": versions })
}

fn name(system: &System) -> &str {
    if system.version == Version::One { system.text("Name") } else { &system.id }
}

/// What is always told.
fn basics(system: &System) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut put = |key: &str, value: Value| properties.insert(key.to_owned(), value);
    put("Id", system.id.as_str().into());
    put("SystemType", system.kind().into());
    put("RuntimeOsType", operating_system(system).into());
    put("Name", name(system).into());
    put("Owner", system.text("Owner").into());
    put("RuntimeId", runtime_id(system).into());
    put("State", system.state.name().into());
    if let Some(exit) = system.exit {
        put("Stopped", true.into());
        put("ExitType", exit.kind.into());
    }
    properties
}

fn operating_system(system: &System) -> &'static str {
    let linux = !system.document["VirtualMachine"]["Chipset"]["LinuxKernelDirect"].is_null()
        || !system.document["HvRuntime"]["LinuxKernelFile"].is_null();
    if linux { "Linux" } else { "Windows" }
}

/// The GUID of what runs, which no other system has, not even a later one of the same id.
fn runtime_id(system: &System) -> String {
    let created = system.created.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let own = format!("{} {created}", system.id);
    let hash = |seed: u128| {
        own.bytes()
            .fold(seed, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b))
    };
    let text = format!("{:032x}", hash(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d));
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// A property that was asked for, with its key.
fn property(system: &System, kind: &str, serial: u64, machine: &mut dyn Machine) -> Option<(&'static str, Value)> {
    match kind {
        "Statistics" => Some(("Statistics", statistics(system, machine.usage(serial)))),
        "ProcessList" => {
            let list = machine.processes(serial);
            Some(("ProcessList", list.into_iter().map(listed).collect()))
        }
        "GuestConnection" if system.kind() == "VirtualMachine" => {
            let versions = json!([{ "Major": 2, "Minor": 1 }]);
            let guest = json!({ "NamespaceAddRequestSupported": true, "SignalProcessSupported": true });
            let connection =
                json!({ "SupportedSchemaVersions": versions, "ProtocolVersion": 4, "GuestDefinedCapabilities": guest });
            Some(("GuestConnectionInfo", connection))
        }
        "Memory" if system.kind() == "VirtualMachine" => {
            let megabytes = system.document["VirtualMachine"]["ComputeTopology"]["Memory"]["SizeInMB"].as_u64();
            let pages = megabytes.unwrap_or_default() * 256;
            Some(("Memory", json!({ "VirtualNodeCount": 1, "VirtualMachineMemory": { "AssignedMemory": pages } })))
        }
        "TerminateOnLastHandleClosed" => Some(("TerminateOnLastHandleClosed", system.ends_with_handles().into())),
        "MappedVirtualDisk" => Some(("MappedVirtualDiskControllers", json!({}))),
        _ => None,
    }
}

fn statistics(system: &System, usage: Usage) -> Value {
    let now = SystemTime::now();
    let started = system.started.unwrap_or(system.created);
    let uptime = now.duration_since(started).unwrap_or_default().as_nanos() / 100;
    json!({
        "Timestamp": clock::text(now),
        "ContainerStartTime": clock::text(started),
        "Uptime100ns": u64::try_from(uptime).unwrap_or(u64::MAX),
        "Processor": {
            "TotalRuntime100ns": usage.user_time + usage.kernel_time,
            "RuntimeUser100ns": usage.user_time,
            "RuntimeKernel100ns": usage.kernel_time,
        },
        "Memory": {
            "MemoryUsageCommitBytes": usage.commit_bytes,
            "MemoryUsageCommitPeakBytes": usage.commit_peak_bytes,
            "MemoryUsagePrivateWorkingSetBytes": usage.private_bytes,
        },
        "Storage": {
            "ReadCountNormalized": usage.reads, "ReadSizeBytes": usage.read_bytes,
            "WriteCountNormalized": usage.writes, "WriteSizeBytes": usage.written_bytes,
        },
    })
}

fn listed(process: Listed) -> Value {
    json!({
        "ProcessId": process.pid, "ImageName": process.image, "CreateTimestamp": process.created,
        "UserTime100ns": process.usage.user_time, "KernelTime100ns": process.usage.kernel_time,
        "MemoryCommitBytes": process.usage.commit_bytes,
        "MemoryWorkingSetPrivateBytes": process.usage.private_bytes,
        "MemoryWorkingSetSharedBytes": 0,
    })
}
