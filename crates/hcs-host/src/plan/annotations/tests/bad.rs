//! Bad annotations, each with the whole text of its error.

use super::*;
use crate::plan::Kind;

/// Annotations as they are written here.
type Pairs<'a> = &'a [(&'a str, &'a str)];

const SERVICE: &str = "io.microsoft.virtualmachine.hv-socket.service-table.0b52781f-b24d-5685-ddf6-69830ed40ec3";
const SOURCES_KEY: &str = "io.microsoft.virtualmachine.forwardlogs.sources";
const REGISTRY: &str = "io.microsoft.virtualmachine.wcow.additional-reg-keys";

/// A key with a value, and what the error says after the key.
const VALUES: &[(&str, &str, &str)] = &[
    ("io.kubernetes.cri.container-type", "pod", r#""pod" is neither sandbox nor container"#),
    ("io.kubernetes.docker.type", "sandbox", r#""sandbox" is neither podsandbox nor container"#),
    ("io.microsoft.disable-unsafe-operations", "yes", r#""yes" is neither true nor false"#),
    ("io.microsoft.container.wcow.gmsa.disable", "ture", r#""ture" is neither true nor false"#),
    ("io.microsoft.virtualmachine.fileshares.disablewritable", "", r#""" is neither true nor false"#),
    ("io.microsoft.virtualmachine.wcow.virtualSMB.nodirectmap", "on", r#""on" is neither true nor false"#),
    ("microsoft.com/disable-hostprocess-container", "tRUE", r#""tRUE" is neither true nor false"#),
    ("microsoft.com/hostprocess-container", "True", r#""True" is neither true nor false"#),
    ("microsoft.com/hostprocess-inherit-user", "1", r#""1" is neither true nor false"#),
    ("io.microsoft.container.memory.sizeinmb", "0", r#""0" is not a whole number from 1 to 17592186044415"#),
    ("io.microsoft.container.memory.sizeinmb", "512M", r#""512M" is not a whole number from 1 to 17592186044415"#),
    ("io.microsoft.container.processor.count", "0", r#""0" is not a whole number from 1 to 2147483647"#),
    ("io.microsoft.container.processor.count", "-1", r#""-1" is not a whole number from 1 to 2147483647"#),
    ("io.microsoft.container.processor.limit", "10001", r#""10001" is not a whole number from 1 to 10000"#),
    ("io.microsoft.container.processor.limit", "50%", r#""50%" is not a whole number from 1 to 10000"#),
    ("io.microsoft.container.processor.weight", "10001", r#""10001" is not a whole number from 0 to 10000"#),
    (
        "io.microsoft.container.storage.qos.iopsmaximum",
        "1e3",
        r#""1e3" is not a whole number from 0 to 18446744073709551615"#,
    ),
    (
        "io.microsoft.virtualmachine.computetopology.processor.limit",
        "100001",
        r#""100001" is not a whole number from 1 to 100000"#,
    ),
    (
        "io.microsoft.virtualmachine.computetopology.processor.count",
        "two",
        r#""two" is not a whole number from 1 to 2147483647"#,
    ),
    ("io.microsoft.wcow.processdumptype", "maxi", r#""maxi" is neither mini nor full"#),
    ("io.microsoft.wcow.processdumpcount", "0", r#""0" is not a whole number from 1 to 2147483647"#),
    ("io.microsoft.virtualmachine.lcow.enforcer", "standard", r#""standard" is neither open_door nor rego"#),
    ("io.microsoft.virtualmachine.wcow.enforcer", "", "it is empty; leave it out to have none"),
    ("io.microsoft.virtualmachine.lcow.preferredrootfstype", "vhdx", r#""vhdx" is neither initrd nor vhd"#),
    (
        "io.microsoft.virtualmachine.wcow.isolation_type",
        "SEV",
        r#""SEV" is none of SecureNestedPaging, SNP, VirtualizationBasedSecurity, VBS, GuestStateOnly"#,
    ),
    ("io.microsoft.virtualmachine.lcow.securitypolicy", "{}", r#""{}" is not base64 (Invalid symbol 123, offset 0.)"#),
    ("io.microsoft.virtualmachine.wcow.securitypolicy", "", "it is empty; leave it out to have none"),
    ("io.microsoft.lcow.rlimitcore", "0", r#""0" is not a soft and a hard limit in bytes such as 0;1048576"#),
    ("io.microsoft.lcow.rlimitcore", "2;1", r#""2;1": the soft limit 2 is above the hard limit 1"#),
    ("io.microsoft.lcow.shm.size-kb", "64k", r#""64k" is not a whole number from 1 to 18014398509481983"#),
    (
        "io.microsoft.container.lcow.tee-log-path",
        "../../etc/passwd",
        r#""../../etc/passwd" is not a path below a folder, such as app/out.log"#,
    ),
    (
        "io.microsoft.container.gpu.capabilities",
        "utility,--device=all",
        r#""utility,--device=all": "--device=all" is not a word of letters and digits"#,
    ),
    (
        "io.microsoft.virtualmachine.devices.virtualpmem.maximumcount",
        "129",
        r#""129" is not a whole number from 0 to 128"#,
    ),
    (
        "io.microsoft.virtualmachine.devices.virtualpmem.maximumsizebytes",
        "4095",
        r#""4095" is not a multiple of 4096 above 0"#,
    ),
    ("io.microsoft.virtualmachine.lcow.extra-vsock-ports", "80,x", r#""x" is not a whole number from 0 to 4294967295"#),
    (
        "io.microsoft.virtualmachine.console.pipe",
        r"\\.\com1",
        r#""\\\\.\\com1" is not a named pipe such as \\.\pipe\console"#,
    ),
    (
        "io.microsoft.virtualmachine.resource-partition-id",
        "1",
        r#""1" is not a GUID such as 0b52781f-b24d-5685-ddf6-69830ed40ec3"#,
    ),
    (
        "io.microsoft.virtualmachine.cpugroup.id",
        "group",
        r#""group" is not a GUID such as 0b52781f-b24d-5685-ddf6-69830ed40ec3"#,
    ),
    (
        "io.microsoft.virtualmachine.computetopology.numa.preferred-physical-nodes",
        "0,64",
        r#""64" is not a whole number from 0 to 63"#,
    ),
    (
        "io.microsoft.virtualmachine.computetopology.numa.mapped-physical-nodes",
        "0,64",
        r#""0,64": 64 is neither a node from 0 to 63 nor 255 for any"#,
    ),
    (
        "io.microsoft.virtualmachine.computetopology.numa.mapped-physical-nodes",
        "0,255",
        r#""0,255": 255 stands for any node, in all places or none"#,
    ),
    (
        "io.microsoft.virtualmachine.computetopology.numa.count-of-memory-blocks",
        "512,0",
        r#""0" is not a whole number from 1 to 17592186044415"#,
    ),
    (SOURCES_KEY, "e30=", "it has no LogConfig"),
    (SOURCES_KEY, "eyJsb2dDb25maWciOnsic291cmNlIjpbXX19", r#"LogConfig has "source", which is none of sources"#),
    // {"LogConfig":{"sources":[{"type":"ETW","providers":[{"level":"Error"}]}]}}
    (
        SOURCES_KEY,
        "eyJMb2dDb25maWciOnsic291cmNlcyI6W3sidHlwZSI6IkVUVyIsInByb3ZpZGVycyI6W3sibGV2ZWwiOiJFcnJvciJ9XX1dfX0=",
        "sources[0].providers[0] has neither a providerName nor a providerGuid",
    ),
    (SERVICE, "{", "it is not JSON: EOF while parsing an object at line 1 column 1"),
    (
        SERVICE,
        r#"{"Disable":true}"#,
        r#"the service has "Disable", which is none of BindSecurityDescriptor, ConnectSecurityDescriptor, AllowWildcardBinds, Disabled"#,
    ),
    (SERVICE, r#"{"Disabled":"true"}"#, "Disabled is neither true nor false"),
    (SERVICE, r#"{"Disabled":true,"disabled":false}"#, "the service has Disabled twice"),
    (REGISTRY, "{}", r#""{}" is not a list"#),
    (REGISTRY, r#"[{"Name":"a","Type":"DWord"}]"#, "[0] has no Key"),
    (
        REGISTRY,
        r#"[{"Key":{"Hive":"System","Name":"CurrentControlSet\\Control\\Lsa"},"Name":"a","Type":"DWord"}]"#,
        r#"[0].Key: "System\\CurrentControlSet\\Control\\Lsa" is not below System\CurrentControlSet\Services, System\CurrentControlSet\Policies, System\Software, Software"#,
    ),
    (
        REGISTRY,
        r#"[{"Key":{"Hive":"System","Name":"CurrentControlSet\\ServicesX"},"Name":"a","Type":"DWord"}]"#,
        r#"[0].Key: "System\\CurrentControlSet\\ServicesX" is not below System\CurrentControlSet\Services, System\CurrentControlSet\Policies, System\Software, Software"#,
    ),
    (
        REGISTRY,
        r#"[{"Key":{"Hive":"Sam","Name":"SAM"},"Name":"a","Type":"DWord"}]"#,
        r#"[0].Key: "Sam\\SAM" is not below System\CurrentControlSet\Services, System\CurrentControlSet\Policies, System\Software, Software"#,
    ),
    (
        REGISTRY,
        r#"[{"Key":{"Hive":"Software","Name":"A"},"Name":"a","Type":"Dword"}]"#,
        r#"[0].Type: "Dword" is none of None, String, ExpandedString, MultiString, Binary, DWord, QWord, CustomType"#,
    ),
    (
        REGISTRY,
        r#"[{"Key":{"Hive":"Software","Name":"A"},"Name":"a","Type":"DWord","StringValue":"1"}]"#,
        "[0] is of type DWord and has a StringValue",
    ),
    (
        REGISTRY,
        r#"[{"Key":{"Hive":"Software","Name":"A"},"Name":"a","Type":"DWord","DWordValue":4294967296}]"#,
        "[0].DWordValue is not a number of 32 bits",
    ),
    (REGISTRY, r#"[{"Key":{"Hive":"Software","Name":"A"},"Type":"String"}]"#, "[0] has no Name"),
];

#[test]
fn every_bad_value_says_what_it_is_and_what_is_accepted() {
    for (key, text, why) in VALUES {
        assert_eq!(refused(&[(key, text)]), format!("annotation {key}: {why}"));
    }
}

#[test]
fn a_long_value_is_cut_short() {
    let policy = "é?".repeat(100);
    let shown = format!("{:?}…", "é?".repeat(30));
    let why = refused(&[("io.microsoft.virtualmachine.lcow.securitypolicy", &policy)]);
    assert!(why.contains(&shown), "{why}");
}

#[test]
fn keys_in_another_case_and_services_without_a_guid_are_refused() {
    let why = r#"annotation "Microsoft.com/Disable-HostProcess-Container" is spelt microsoft.com/disable-hostprocess-container"#;
    assert_eq!(refused(&[("Microsoft.com/Disable-HostProcess-Container", "true")]), why);
    let service = "io.microsoft.virtualmachine.hv-socket.service-table.x";
    let why = format!(r#"annotation {service}: "x" is not a GUID such as 0b52781f-b24d-5685-ddf6-69830ed40ec3"#);
    assert_eq!(refused(&[(service, "{}")]), why);
    let twice = format!("annotation {SERVICE}: it is there twice, in another case");
    assert_eq!(refused(&[(SERVICE, "{}"), (&SERVICE.replace("0b5", "0B5"), "{}")]), twice);
}

#[test]
fn unknown_keys_are_noted_if_they_look_like_ours() {
    let (_, notes) =
        Annotations::read(&map(&[("io.microsoft.virtualmachine.new", "1"), ("com.example", "1")])).unwrap();
    assert_eq!(notes, ["annotation io.microsoft.virtualmachine.new is not known, and has no effect"]);
}

const TOPOLOGY: &str = "io.microsoft.virtualmachine.computetopology";

#[test]
fn incomplete_nodes_are_refused() {
    let per_node = format!("{TOPOLOGY}.processor.numa.max-processors-per-node");
    let size = format!("{TOPOLOGY}.processor.numa.max-size-per-node");
    let preferred = format!("{TOPOLOGY}.numa.preferred-physical-nodes");
    let mapped = format!("{TOPOLOGY}.numa.mapped-physical-nodes");
    let processors = format!("{TOPOLOGY}.numa.count-of-processors");
    let memory = format!("{TOPOLOGY}.numa.count-of-memory-blocks");
    let many = vec!["1"; 65].join(",");
    let table: [(Pairs, String); 9] = [
        (&[(&per_node, "1")], format!("annotation {per_node} needs annotation {size}")),
        (&[(&size, "1")], format!("annotation {size} needs annotation {per_node}")),
        (&[(&preferred, "1")], format!("annotation {preferred} needs {per_node} or {mapped}")),
        (&[(&mapped, "1")], format!("annotation {mapped} needs annotation {processors}")),
        (&[(&memory, "1"), (&mapped, "1")], format!("annotation {mapped} needs annotation {processors}")),
        (&[(&memory, "1"), (&processors, "1")], format!("annotation {processors} needs annotation {mapped}")),
        (
            &[(&mapped, "0,1"), (&processors, "1"), (&memory, "1,1")],
            format!("annotation {processors} has 1 numbers, and {mapped} has 2"),
        ),
        (
            &[(&mapped, "0"), (&processors, "1"), (&memory, "1"), (&per_node, "1"), (&size, "1")],
            format!("annotations {per_node} and {mapped} exclude each other"),
        ),
        (
            &[(&mapped, &many), (&processors, &many), (&memory, &many)],
            format!("annotation {mapped} has 65 nodes, more than 64"),
        ),
    ];
    for (pairs, why) in table {
        assert_eq!(refused(pairs), why);
    }
}

#[test]
fn what_does_not_go_together_is_refused_for_the_kinds_that_it_reaches() {
    let (overcommit, deferred) =
        (format!("{TOPOLOGY}.memory.allowovercommit"), format!("{TOPOLOGY}.memory.enabledeferredcommit"));
    let (per_node, size) = (
        format!("{TOPOLOGY}.processor.numa.max-processors-per-node"),
        format!("{TOPOLOGY}.processor.numa.max-size-per-node"),
    );
    let backed = "io.microsoft.virtualmachine.fullyphysicallybacked";
    let (group, partition) =
        ("io.microsoft.virtualmachine.cpugroup.id", "io.microsoft.virtualmachine.resource-partition-id");
    let policy = "io.microsoft.virtualmachine.lcow.securitypolicy";
    let wcow_policy = "io.microsoft.virtualmachine.wcow.securitypolicy";
    let count = "io.microsoft.virtualmachine.devices.virtualpmem.maximumcount";
    let exclude = |one: &str, other: &str| format!("annotations {one} and {other} exclude each other");
    let needs = |one: &str, other: &str| format!("annotation {one} needs {other}");
    let (linux, windows) = (Kind::LinuxHypervisor, Kind::WindowsHypervisor);
    let table: [(Pairs, Kind, String); 15] = [
        (&[(group, GUID), (partition, GUID)], windows, exclude(group, partition)),
        (&[(group, GUID), (partition, GUID)], linux, exclude(group, partition)),
        (
            &[(backed, "1"), (&overcommit, "1")],
            linux,
            exclude(&format!("{overcommit}=true"), &format!("{backed}=true")),
        ),
        (&[(policy, "YQ=="), (&overcommit, "1")], linux, exclude(&format!("{overcommit}=true"), policy)),
        (&[(wcow_policy, "YQ=="), (&overcommit, "1")], windows, exclude(&format!("{overcommit}=true"), wcow_policy)),
        (
            &[(&deferred, "1"), (&overcommit, "0")],
            windows,
            exclude(&format!("{deferred}=true"), &format!("{overcommit}=false")),
        ),
        (&[(&deferred, "1"), (backed, "1")], linux, exclude(&format!("{deferred}=true"), &format!("{backed}=true"))),
        (
            &[(&per_node, "1"), (&size, "1")],
            linux,
            format!(
                "NUMA nodes of a utility VM are of physical memory: they need annotation {overcommit}=false or {backed}=true"
            ),
        ),
        (&[("io.microsoft.wcow.debug", "1")], windows, needs("io.microsoft.wcow.debug", wcow_policy)),
        (
            &[("io.microsoft.wcow.debug", "1"), (wcow_policy, "YQ==")],
            windows,
            needs("io.microsoft.wcow.debug", "io.microsoft.wcow.debug_data_path"),
        ),
        (&[(count, "1"), (policy, "YQ==")], linux, exclude(count, policy)),
        (&[(count, "1"), (backed, "1")], linux, exclude(count, &format!("{backed}=true"))),
        (
            &[("io.microsoft.virtualmachine.lcow.preferredrootfstype", "vhd"), (policy, "YQ==")],
            linux,
            exclude("io.microsoft.virtualmachine.lcow.preferredrootfstype", policy),
        ),
        (
            &[("io.microsoft.virtualmachine.lcow.dmverity-mode", "1")],
            linux,
            needs(
                "io.microsoft.virtualmachine.lcow.dmverity-mode",
                "io.microsoft.virtualmachine.lcow.dmverity-create-args",
            ),
        ),
        (
            &[("microsoft.com/hostprocess-container", "true"), ("microsoft.com/disable-hostprocess-container", "1")],
            Kind::HostProcess,
            exclude("microsoft.com/hostprocess-container=true", "microsoft.com/disable-hostprocess-container=true"),
        ),
    ];
    for (pairs, kind, why) in table {
        let read = read(pairs);
        assert_eq!(read.conflicts(kind), Err(why), "{pairs:?}");
        if kind != Kind::HostProcess {
            assert_eq!(read.conflicts(Kind::WindowsProcess), Ok(()));
        }
    }
    let by_all =
        read(&[("microsoft.com/hostprocess-container", "true"), ("io.microsoft.disable-unsafe-operations", "true")]);
    let why = exclude("microsoft.com/hostprocess-container=true", "io.microsoft.disable-unsafe-operations=true");
    assert_eq!(by_all.conflicts(Kind::HostProcess), Err(why));
}
