//! Tests of limits.

use super::*;
use hcs_schema::oci::Spec;
use serde_json::{Value, json};

/// A container whose Windows section has these resources.
fn wanted(resources: Value, annotations: &[(&str, &str)]) -> Wanted {
    let spec: Spec = serde_json::from_value(json!({ "windows": { "resources": resources } })).unwrap();
    let annotations = annotations.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    Wanted { id: "c".into(), spec: Spec { annotations, ..spec }, ..Wanted::default() }
}

fn limits_of(wanted: &Wanted, facts: &HostFacts, kind: Kind, machine: Option<u32>) -> Result<(Limits, Vec<String>)> {
    let (annotations, _) = Annotations::read(&wanted.annotations()).unwrap();
    Limits::new(wanted, &annotations, facts, kind, machine)
}

/// Limits of a container with process isolation on a host of four processors, and the notes.
fn limits(resources: Value, annotations: &[(&str, &str)]) -> (Limits, Vec<String>) {
    limits_of(&wanted(resources, annotations), &HostFacts::windows(17763), Kind::WindowsProcess, None).unwrap()
}

fn machine_of(wanted: &Wanted, facts: &HostFacts, kind: Kind) -> Result<(MachineLimits, Vec<String>)> {
    let (annotations, _) = Annotations::read(&wanted.annotations()).unwrap();
    MachineLimits::new(wanted, &annotations, facts, kind)
}

const MEMORY_KEY: &str = "io.microsoft.container.memory.sizeinmb";
const MACHINE: &str = "io.microsoft.virtualmachine.computetopology";
const POLICY: &str = "io.microsoft.virtualmachine.wcow.securitypolicy";

#[test]
fn an_annotation_goes_before_a_field_and_0_is_no_limit() {
    let memory =
        |bytes: u64, annotations: &[_]| limits(json!({ "memory": { "limit": bytes } }), annotations).0.memory_mb;
    assert_eq!(memory(0, &[]), None);
    assert_eq!(memory(1 << 20, &[]), Some(1));
    assert_eq!(memory((512 << 20) + 5, &[]), Some(512));
    assert_eq!(memory(512 << 20, &[(MEMORY_KEY, "100")]), Some(100));
    assert_eq!(memory(u64::MAX, &[]), Some(u64::MAX >> 20));
    assert_eq!(limits(json!({}), &[]), (Limits::default(), Vec::new()));

    let storage = json!({ "storage": { "iops": 5, "bps": 0, "sandboxSize": 7 } });
    let read = limits(storage.clone(), &[]).0;
    assert_eq!((read.iops, read.bandwidth, read.scratch_size), (Some(5), None, Some(7)));
    let (iops, bandwidth) =
        ("io.microsoft.container.storage.qos.iopsmaximum", "io.microsoft.container.storage.qos.bandwidthmaximum");
    let read = limits(storage, &[(iops, "0"), (bandwidth, "9")]).0;
    assert_eq!((read.iops, read.bandwidth), (None, Some(9)));
}

#[test]
fn the_options_give_the_size_of_the_writable_layer() {
    let mut wanted = wanted(json!({}), &[]);
    wanted.options.default_container_scratch_size_in_gb = 30;
    let size = |wanted: &Wanted| {
        limits_of(wanted, &HostFacts::windows(17763), Kind::WindowsProcess, None).unwrap().0.scratch_size
    };
    assert_eq!(size(&wanted), Some(30 << 30));
    wanted.spec = serde_json::from_value(json!({"windows":{"resources":{"storage":{"sandboxSize":5}}}})).unwrap();
    assert_eq!(size(&wanted), Some(5));
}

#[test]
fn processors_are_capped_to_what_there_are() {
    let (read, notes) = limits(json!({ "cpu": { "count": 4 } }), &[]);
    assert_eq!((read.processor_count, notes.len()), (Some(4), 0));
    let (read, notes) = limits(json!({ "cpu": { "count": 5_000_000_000_u64 } }), &[]);
    assert_eq!(read.processor_count, Some(4));
    assert_eq!(notes, ["windows.resources.cpu.count: 5000000000 processors are capped to the 4 of the host"]);
    let wanted = wanted(json!({}), &[(COUNT, "3")]);
    let (read, notes) = limits_of(&wanted, &HostFacts::windows(17763), Kind::WindowsHypervisor, Some(2)).unwrap();
    assert_eq!(read.processor_count, Some(2));
    assert_eq!(notes, [format!("annotation {COUNT}: 3 processors are capped to the 2 of the utility VM")]);
}

#[test]
fn a_share_is_rescaled_to_the_machine_where_the_options_say_so() {
    let mut wanted = wanted(json!({ "cpu": { "maximum": 2000 } }), &[]);
    let facts = HostFacts { processors: 8, ..HostFacts::windows(17763) };
    let share = |wanted: &Wanted, machine| {
        let (limits, notes) = limits_of(wanted, &facts, Kind::WindowsHypervisor, machine).unwrap();
        (limits.processor_maximum.unwrap(), notes)
    };
    assert_eq!(share(&wanted, Some(2)), (2000, Vec::new()));
    wanted.options.scale_cpu_limits_to_sandbox = true;
    let told =
        "windows.resources.cpu.maximum: a share of 2000 of 8 processors of the host is 8000 of the 2 of the utility VM";
    assert_eq!(share(&wanted, Some(2)), (8000, vec![told.into()]));
    assert_eq!(share(&wanted, Some(1)).0, 10_000);
    assert_eq!(share(&wanted, Some(100_000)).0, 1);
    assert_eq!(share(&wanted, Some(8)), (2000, Vec::new()));
    assert_eq!(share(&wanted, None), (2000, Vec::new()));
}

#[test]
fn a_job_has_a_rate_and_a_small_weight() {
    let job = |limits: Limits, host| limits.job_processors(host);
    let count = |count| Limits { processor_count: Some(count), ..Limits::default() };
    assert_eq!(job(count(2), 8), (Some(2500), None));
    assert_eq!(job(count(1), 20_000), (Some(1), None));
    assert_eq!(job(count(9), 0), (Some(10_000), None));
    let weight = |weight| Limits { processor_weight: Some(weight), ..Limits::default() };
    let weights = [1, 1249, 1250, 5000, 10_000].map(|given| job(weight(given), 4).1.unwrap());
    assert_eq!(weights, [1, 1, 2, 5, 9]);
    assert_eq!(job(Limits { processor_maximum: Some(7), ..Limits::default() }, 4), (Some(7), None));
    assert_eq!(job(Limits::default(), 4), (None, None));
}

#[test]
fn affinity_is_for_the_hosts_own_processors() {
    let affinity = |entries: Value, facts: &HostFacts, kind| {
        let limits = limits_of(&wanted(json!({ "cpu": { "affinity": entries } }), &[]), facts, kind, Some(2));
        limits.map(|(limits, _)| limits.affinity).map_err(|error| error.message)
    };
    let (old, new) = (HostFacts::windows(17763), HostFacts::windows(20348));
    let large = |facts: &HostFacts| HostFacts { processors: 128, ..facts.clone() };
    let one = json!([{ "mask": 0b1010 }]);
    let two = json!([{ "mask": u64::MAX }, { "mask": 1, "group": 1 }]);
    let process = Kind::WindowsProcess;
    assert_eq!(affinity(one.clone(), &old, process), Ok(vec![Affinity { mask: 0b1010, group: 0 }]));
    assert_eq!(affinity(one.clone(), &old, Kind::HostProcess).unwrap().len(), 1);
    assert_eq!(affinity(two.clone(), &large(&new), process).unwrap().len(), 2);
    let path = "windows.resources.cpu.affinity";
    let late = "windows.resources.cpu.affinity beyond processor group 0 needs Windows build 20348 or later, and the host is \
                Windows build 17763 (Server 2019)";
    for (entries, facts, kind, why) in [
        (
            one,
            &new,
            Kind::WindowsHypervisor,
            format!("{path} names processors of the host, and a utility VM has processors of its own"),
        ),
        (json!([{ "mask": 0 }]), &new, process, format!("{path}[0]: a mask of 0 selects no processor")),
        (json!([{ "mask": 1, "group": 70_000 }]), &new, process, format!("{path}[0]: group 70000 is more than 65535")),
        (json!([{ "mask": 1 }, { "mask": 2 }]), &new, process, format!("{path}[1]: group 0 is there twice")),
        (
            json!([{ "mask": 16 }]),
            &new,
            process,
            format!("{path}[0]: mask 0x10 selects more than the host's 4 processors"),
        ),
        (
            json!([{ "mask": 1, "group": 1 }]),
            &new,
            process,
            format!("{path}[0]: the host's 4 processors are all in group 0"),
        ),
        (two, &large(&old), process, late.into()),
        (json!([{ "mask": 1, "group": 1 }]), &large(&old), process, late.into()),
    ] {
        assert_eq!(affinity(entries, facts, kind), Err(why));
    }
}

#[test]
fn bad_limits_name_their_source() {
    let exclude = "exclude each other: a container has a number, a share or a weight of processors";
    let (maximum, count) = ("windows.resources.cpu.maximum", "windows.resources.cpu.count");
    for (resources, annotations, why) in [
        (json!({"cpu":{"count":1,"maximum":5}}), &[][..], format!("{count} and {maximum} {exclude}")),
        (json!({"cpu":{"maximum":5}}), &[(COUNT, "1")], format!("annotation {COUNT} and {maximum} {exclude}")),
        (
            json!({}),
            &[(COUNT, "1"), (LIMIT, "1"), (WEIGHT, "1")],
            format!("annotation {COUNT} and annotation {LIMIT} and annotation {WEIGHT} {exclude}"),
        ),
        (json!({"cpu":{"shares":5,"maximum":5}}), &[], format!("{maximum} and windows.resources.cpu.shares {exclude}")),
        (json!({"cpu":{"maximum":10_001}}), &[], format!("{maximum}: 10001 is more than 10000")),
        (json!({"cpu":{"shares":65_535}}), &[], "windows.resources.cpu.shares: 65535 is more than 10000".into()),
        (
            json!({"memory":{"limit":1_048_575}}),
            &[],
            "windows.resources.memory.limit: 1048575 bytes are less than 1 MiB, the least there is".into(),
        ),
    ] {
        let wanted = wanted(resources, annotations);
        let error = limits_of(&wanted, &HostFacts::windows(17763), Kind::WindowsProcess, None).unwrap_err();
        assert_eq!(error, wanted.invalid(why));
    }
    // 0 is none, so it excludes nothing; as an annotation it takes back what the field says.
    let read = limits(json!({"cpu":{"count":0,"maximum":5,"shares":9}}), &[(WEIGHT, "0")]).0;
    assert_eq!((read.processor_count, read.processor_maximum, read.processor_weight), (None, Some(5), None));
}

#[test]
fn linux_limits_are_told_in_the_same_words() {
    let limits = |resources: Value, processors: u32| {
        let spec: Spec = serde_json::from_value(json!({ "linux": { "resources": resources } })).unwrap();
        let wanted = Wanted { spec, ..Wanted::default() };
        let limits = limits_of(&wanted, &HostFacts::linux(processors, 1), Kind::LinuxProcess, None).unwrap().0;
        (limits.memory_mb, limits.processor_maximum, limits.processor_weight)
    };
    assert_eq!(limits(json!({}), 4), (None, None, None));
    assert_eq!(limits(json!({"memory":{"limit":-1},"cpu":{"quota":-1,"shares":0}}), 4), (None, None, None));
    assert_eq!(limits(json!({"memory":{"limit":1},"cpu":{"quota":50_000}}), 4), (Some(1), Some(1250), None));
    assert_eq!(limits(json!({"cpu":{"quota":50_000,"period":25_000}}), 4).1, Some(5000));
    assert_eq!(limits(json!({"cpu":{"quota":i64::MAX,"period":1}}), 0).1, Some(10_000));
    assert_eq!(limits(json!({"cpu":{"quota":1,"period":u64::MAX}}), 4).1, Some(1));
    let weights = [0, 1, 2, 1024, 262_144, u64::MAX].map(linux::weight);
    assert_eq!(weights, [1, 1, 1, 39, 10_000, 10_000]);
}

#[test]
fn a_machine_has_defaults() {
    let size = |facts: &HostFacts| machine_of(&wanted(json!({}), &[]), facts, Kind::LinuxHypervisor).unwrap();
    let (machine, notes) = size(&HostFacts::windows(17763));
    assert_eq!(machine, MachineLimits { processors: 2, memory_mb: 1024, ..MachineLimits::default() });
    assert_eq!(notes, [""; 0]);
    assert_eq!(size(&HostFacts { processors: 1, ..HostFacts::windows(17763) }).0.processors, 1);
    assert_eq!(size(&HostFacts { processors: 0, ..HostFacts::windows(17763) }).0.processors, 1);
}

#[test]
fn a_machine_is_as_large_as_asked() {
    let resources = json!({
        "cpu": { "count": 3, "shares": 7 }, "memory": { "limit": 513 << 20 }, "storage": { "iops": 1, "bps": 2 },
    });
    let facts = HostFacts::windows(17763);
    let (machine, notes) = machine_of(&wanted(resources.clone(), &[]), &facts, Kind::WindowsHypervisor).unwrap();
    let mut expected = MachineLimits {
        processors: 3,
        processor_weight: Some(7),
        memory_mb: 514,
        iops: Some(1),
        bandwidth: Some(2),
        processor_limit: None,
    };
    assert_eq!(machine, expected);
    assert_eq!(notes, ["windows.resources.memory.limit: 513 MiB of memory are rounded up to 514"]);

    let key = |name: &str| format!("{MACHINE}.{name}");
    let annotations = [
        (&*key("processor.count"), "9"),
        (&*key("processor.limit"), "100000"),
        (&*key("processor.weight"), "0"),
        (&*key("memory.sizeinmb"), "2001"),
        ("io.microsoft.virtualmachine.storageqos.iopsmaximum", "0"),
        ("io.microsoft.virtualmachine.storageqos.bandwidthmaximum", "4"),
    ];
    let (machine, notes) = machine_of(&wanted(resources, &annotations), &facts, Kind::WindowsHypervisor).unwrap();
    expected = MachineLimits {
        processors: 4,
        processor_limit: Some(100_000),
        processor_weight: None,
        memory_mb: 2002,
        iops: None,
        bandwidth: Some(4),
    };
    assert_eq!(machine, expected);
    let told = [
        format!("annotation {MACHINE}.processor.count: 9 processors are capped to the 4 of the host"),
        format!("annotation {MACHINE}.memory.sizeinmb: 2001 MiB of memory are rounded up to 2002"),
    ];
    assert_eq!(notes, told);
}

#[test]
fn the_share_of_a_container_is_not_taken_twice() {
    let wanted = wanted(json!({ "cpu": { "maximum": 5000 } }), &[]);
    let machine = machine_of(&wanted, &HostFacts::windows(17763), Kind::WindowsHypervisor).unwrap().0;
    assert_eq!(machine.processor_limit, None);
}

#[test]
fn a_confidential_windows_machine_needs_more_memory() {
    let size = |annotations: &[(&str, &str)]| {
        machine_of(&wanted(json!({}), annotations), &HostFacts::windows(26100), Kind::WindowsHypervisor)
            .map(|(machine, _)| machine.memory_mb)
            .map_err(|error| error.message)
    };
    let memory = format!("{MACHINE}.memory.sizeinmb");
    assert_eq!(size(&[(POLICY, "YQ==")]), Ok(2048));
    assert_eq!(size(&[(POLICY, "YQ=="), (&memory, "4096")]), Ok(4096));
    let why = format!("annotation {memory}: 2047 MiB are less than the 2048 that a confidential utility VM needs");
    assert_eq!(size(&[(POLICY, "YQ=="), (&memory, "2047")]), Err(why));
}

#[test]
fn nodes_must_add_up_to_the_machine() {
    let key = |name: &str| format!("{MACHINE}.{name}");
    let nodes = [
        (&*key("numa.mapped-physical-nodes"), "0,1"),
        (&*key("numa.count-of-processors"), "1,1"),
        (&*key("numa.count-of-memory-blocks"), "512,256"),
    ];
    let error = machine_of(&wanted(json!({}), &nodes), &HostFacts::windows(26100), Kind::LinuxHypervisor).unwrap_err();
    let why = "the nodes have 768 MiB of memory, and the VM has 1024";
    assert_eq!(error.message, format!("annotation {MACHINE}.numa.count-of-memory-blocks: {why}"));
}
