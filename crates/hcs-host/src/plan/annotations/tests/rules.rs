//! Tests of what annotations mean together, and on which hosts and kinds.

use super::*;
use crate::plan::{HostFacts, Kind, Role};

const OVERCOMMIT: &str = "io.microsoft.virtualmachine.computetopology.memory.allowovercommit";
const BACKED: &str = "io.microsoft.virtualmachine.fullyphysicallybacked";
const PER_NODE: &str = "io.microsoft.virtualmachine.computetopology.processor.numa.max-processors-per-node";
const SIZE: &str = "io.microsoft.virtualmachine.computetopology.processor.numa.max-size-per-node";
const PREFERRED: &str = "io.microsoft.virtualmachine.computetopology.numa.preferred-physical-nodes";
const MAPPED: &str = "io.microsoft.virtualmachine.computetopology.numa.mapped-physical-nodes";
const PROCESSORS: &str = "io.microsoft.virtualmachine.computetopology.numa.count-of-processors";
const MEMORY: &str = "io.microsoft.virtualmachine.computetopology.numa.count-of-memory-blocks";
const UNSAFE: &str = "io.microsoft.disable-unsafe-operations";
const LCOW_POLICY: &str = "io.microsoft.virtualmachine.lcow.securitypolicy";

fn switches(read: &Annotations) -> [Option<bool>; 4] {
    [read.gmsa_disable, read.disable_writable_file_shares, read.virtual_smb_no_direct_map, read.disable_host_process]
}

#[test]
fn one_switch_stands_for_four() {
    assert_eq!(switches(&read(&[(UNSAFE, "true")])), [Some(true); 4]);
    assert_eq!(switches(&read(&[(UNSAFE, "0")])), [Some(false); 4]);
    assert_eq!(switches(&read(&[])), [None; 4]);
    // The same value in other words is no contradiction.
    assert_eq!(
        switches(&read(&[(UNSAFE, "True"), ("io.microsoft.container.wcow.gmsa.disable", "1")])),
        [Some(true); 4]
    );
    for key in [
        "io.microsoft.container.wcow.gmsa.disable",
        "io.microsoft.virtualmachine.fileshares.disablewritable",
        "io.microsoft.virtualmachine.wcow.virtualSMB.nodirectmap",
        "microsoft.com/disable-hostprocess-container",
    ] {
        let why = format!("annotations {UNSAFE}=true and {key}=false contradict each other");
        assert_eq!(refused(&[(UNSAFE, "true"), (key, "false")]), why);
    }
}

#[test]
fn credentials_can_be_forbidden() {
    let spec = |text| serde_json::from_str(text).unwrap();
    let with = spec(r#"{"windows":{"credentialSpec":{"CmsPlugins":[]}}}"#);
    let key = "io.microsoft.container.wcow.gmsa.disable";
    assert_eq!(read(&[(key, "false")]).refuse_spec(&with), Ok(()));
    for (switch, without) in [(key, r#"{"windows":{"credentialSpec":null}}"#), (UNSAFE, r#"{"linux":{}}"#)] {
        let why = format!("windows.credentialSpec is forbidden by annotation {switch}=true");
        assert_eq!(read(&[(switch, "true")]).refuse_spec(&with), Err(why));
        assert_eq!(read(&[(switch, "true")]).refuse_spec(&spec(without)), Ok(()));
    }
}

#[test]
fn dumps_go_where_and_as_they_are_asked_for() {
    for (folder, wanted) in [
        (r"C:\dumps", r"C:\dumps"),
        (r"C:\dumps\{container_id}", r"C:\dumps\c1"),
        (r"C:\dumps\{CONTAINER_ID}", r"C:\dumps\c1"),
        (r"C:\{container_id}\dumps", r"C:\{container_id}\dumps"),
        (r"C:\dumps\{Container_Id}", r"C:\dumps\{Container_Id}"),
        ("{container_id}", "c1"),
    ] {
        assert_eq!(dump_folder(folder, "c1"), wanted);
    }
    let none = read(&[]);
    assert_eq!((none.dump_type(), none.dump_count()), (DumpType::Full, 10));
    let mini = read(&[("io.microsoft.wcow.processdumptype", "mini"), ("io.microsoft.wcow.processdumpcount", "3")]);
    assert_eq!((mini.dump_type() as u32, mini.dump_count()), (1, 3));
    assert_eq!(read(&[("io.microsoft.wcow.processdumptype", "full")]).dump_type() as u32, 2);
}

#[test]
fn values_with_a_form_are_parsed() {
    let all = read(&[
        ("io.microsoft.lcow.rlimitcore", "1;2"),
        ("io.microsoft.virtualmachine.forwardlogs.sources", SOURCES),
        ("io.microsoft.virtualmachine.lcow.extra-vsock-ports", "1, 4294967295"),
        ("io.microsoft.virtualmachine.wcow.isolation_type", "VBS"),
        (
            "io.microsoft.virtualmachine.hv-socket.service-table.0B52781F-B24D-5685-DDF6-69830ED40EC3",
            r#"{"disabled":true}"#,
        ),
    ]);
    assert_eq!(all.parsed.core_limit, Some(CoreLimit { soft: 1, hard: 2 }));
    assert_eq!(all.parsed.vsock_ports, [1, u32::MAX]);
    assert_eq!(all.wcow_isolation_type.as_deref(), Some("VirtualizationBasedSecurity"));
    assert_eq!(all.service_table.keys().collect::<Vec<_>>(), [GUID]);
    assert!(all.parsed.services[GUID].disabled);
    let provider = LogProvider { name: "a".into(), level: "Information".into(), ..LogProvider::default() };
    assert_eq!(all.parsed.log_sources, Some(vec![LogSource { kind: "ETW".into(), providers: vec![provider] }]));
}

#[test]
fn registry_values_are_parsed_for_machine_and_container() {
    let signed = VALUES.replace(":1}", ":-1}");
    let all = read(&[
        ("io.microsoft.virtualmachine.wcow.additional-reg-keys", VALUES),
        ("io.microsoft.container.wcow.test-registry-annotation", &signed),
    ]);
    let numbers = [&all.parsed.registry, &all.parsed.test_registry].map(|values| values[0].dword_value.0);
    assert_eq!(numbers, [1, u32::MAX]);
    assert_eq!(all.parsed.registry[0].key.as_ref().unwrap().name, r"CurrentControlSet\Services\a");
}

#[test]
fn nodes_are_a_bound_or_a_list() {
    let numa = |pairs: &[(&str, &str)]| read(pairs).parsed.numa;
    assert_eq!(numa(&[(MAPPED, "")]), None);
    let bounded = numa(&[(PER_NODE, "2"), (SIZE, "512"), (PREFERRED, "1,0")]).unwrap();
    assert_eq!(bounded.preferred, [1, 0]);
    assert_eq!(bounded.layout, NumaLayout::Bounded { processors: 2, memory_mb: 512 });
    let nodes = numa(&[(MAPPED, "0,1"), (PROCESSORS, "1,3"), (MEMORY, "512, 1536")]).unwrap();
    let second = NumaNode { physical: 1, processors: 3, memory_mb: 1536 };
    assert_eq!(nodes.layout, NumaLayout::Nodes(vec![NumaNode { physical: 0, processors: 1, memory_mb: 512 }, second]));
    assert_eq!(nodes.check(4, 2048), Ok(()));
    let why = |key, rest| Err(format!("annotation {key}: the nodes have {rest}"));
    assert_eq!(nodes.check(2, 2048), why(PROCESSORS, "4 processors, and the VM has 2"));
    assert_eq!(nodes.check(4, 1024), why(MEMORY, "2048 MiB of memory, and the VM has 1024"));
    assert_eq!(bounded.check(9, 9), Ok(()));
}

#[test]
fn memory_is_overcommitted_unless_something_forbids_it() {
    for (pairs, linux, windows) in [
        (&[][..], true, true),
        (&[(OVERCOMMIT, "false")], false, false),
        (&[(BACKED, "true")], false, false),
        (&[(BACKED, "false"), (OVERCOMMIT, "true")], true, true),
        (&[(LCOW_POLICY, "YQ==")], false, true),
        (&[(LCOW_POLICY, "YQ=="), ("io.microsoft.virtualmachine.no_security_hardware", "true")], true, true),
        (&[("io.microsoft.virtualmachine.wcow.securitypolicy", "YQ==")], true, false),
    ] {
        let read = read(pairs);
        let both = (read.overcommits(Kind::LinuxHypervisor), read.overcommits(Kind::WindowsHypervisor));
        assert_eq!(both, (linux, windows), "{pairs:?}");
    }
}

#[test]
fn every_annotation_has_a_note_where_it_has_no_effect() {
    let own = |entry: &Entry| map(&[(entry.key, "x")]);
    for entry in ENTRIES {
        for kind in Kind::ALL {
            // What other keys need is there.
            let all = Annotations {
                host_process: Some("true".into()),
                ncproxy: Some("proxy".into()),
                lcow_security_policy: Some("YQ==".into()),
                wcow_security_policy: Some("YQ==".into()),
                no_security_hardware: Some(true),
                ..Annotations::default()
            };
            let notes = all.notes_for(kind, Role::Standalone, &own(entry));
            let wanted = format!("annotation {} has no effect on {}", entry.key, kind.plural());
            let wanted: Vec<_> = Some(wanted).filter(|_| !entry.reach.kinds().contains(&kind)).into_iter().collect();
            assert_eq!(notes, wanted, "{kind}");
        }
    }
}

#[test]
fn notes_tell_of_pods_of_host_process_and_of_confidential_machines() {
    let (kind, none) = (Kind::WindowsHypervisor, Annotations::default());
    let notes = |read: &Annotations, kind, role, key| read.notes_for(kind, role, &map(&[(key, "x")]));
    let cpu = "io.microsoft.virtualmachine.computetopology.processor.count";
    assert_eq!(notes(&none, kind, Role::Sandbox, cpu), [""; 0]);
    let joined =
        format!("annotation {cpu} has no effect on containers that join a pod: the utility VM is its sandbox's");
    assert_eq!(notes(&none, kind, Role::Member, cpu), [joined]);
    let user = "microsoft.com/hostprocess-inherit-user";
    let plain = format!("annotation {user} has no effect on containers that are not HostProcess containers");
    assert_eq!(notes(&none, kind, Role::Member, user), [plain]);
    let service = "io.microsoft.virtualmachine.hv-socket.service-table.00000000-0000-0000-0000-000000000000";
    assert_eq!(notes(&none, Kind::HostProcess, Role::Standalone, service).len(), 1);
    let options = "io.microsoft.virtualmachine.lcow.kernelbootoptions";
    let confidential = read(&[(LCOW_POLICY, "YQ==")]);
    assert_eq!(notes(&confidential, Kind::LinuxHypervisor, Role::Standalone, options).len(), 1);
    // What is empty was not asked for, and what is unknown has its note from reading.
    assert_eq!(none.notes_for(Kind::HostProcess, Role::Standalone, &map(&[(cpu, ""), ("a", "b")])), [""; 0]);
}

#[test]
fn a_host_refuses_what_came_with_a_later_build() {
    let refuse = |pairs: &[(&str, &str)], kind, build| read(pairs).refuse_for(kind, &HostFacts::windows(build));
    for (pair, kind, since) in [
        (("io.microsoft.virtualmachine.cpugroup.id", GUID), Kind::WindowsHypervisor, 19043),
        (("io.microsoft.virtualmachine.lcow.kerneldirectboot", "true"), Kind::LinuxHypervisor, 18286),
        (
            ("io.microsoft.virtualmachine.computetopology.memory.enablecolddiscardhint", "true"),
            Kind::LinuxHypervisor,
            18967,
        ),
        (("io.microsoft.container.wcow.deviceextensions", r"C:\a.json"), Kind::WindowsProcess, 20348),
        (("io.microsoft.migration.support-enabled", "true"), Kind::LinuxHypervisor, 26100),
        ((LCOW_POLICY, "YQ=="), Kind::LinuxHypervisor, 20348),
    ] {
        assert_eq!(refuse(&[pair], kind, since), Ok(()));
        assert!(refuse(&[pair], kind, since - 1).is_err(), "{}", pair.0);
        let why = refuse(&[pair], kind, 17763).unwrap_err();
        let host = "the host is Windows build 17763 (Server 2019)";
        assert_eq!(why, format!("annotation {} needs Windows build {since} or later, and {host}", pair.0));
        // It says nothing to other kinds.
        assert_eq!(refuse(&[pair], Kind::HostProcess, 17763), Ok(()));
    }
    let off = [("io.microsoft.virtualmachine.lcow.kerneldirectboot", "false")];
    assert_eq!(refuse(&off, Kind::LinuxHypervisor, 17763), Ok(()));
    assert_eq!(read(&off).refuse_for(Kind::LinuxProcess, &HostFacts::linux(1, 1)), Ok(()));
}

#[test]
fn arm_has_neither_direct_boot_nor_persistent_memory() {
    let facts = HostFacts { architecture: crate::plan::Architecture::Arm64, ..HostFacts::windows(26100) };
    for (key, on, off) in [
        ("io.microsoft.virtualmachine.lcow.kerneldirectboot", "true", "false"),
        ("io.microsoft.virtualmachine.devices.virtualpmem.maximumcount", "1", "0"),
    ] {
        let why = format!("annotation {key} is for x86-64, and the host is ARM");
        assert_eq!(read(&[(key, on)]).refuse_for(Kind::LinuxHypervisor, &facts), Err(why));
        assert_eq!(read(&[(key, off)]).refuse_for(Kind::LinuxHypervisor, &facts), Ok(()));
        assert_eq!(read(&[(key, on)]).refuse_for(Kind::WindowsHypervisor, &facts), Ok(()));
    }
}

#[test]
fn roles_are_read_in_three_dialects() {
    let role = |pairs: &[(&str, &str)]| Role::of(&read(pairs));
    let (kind, id) = ("io.kubernetes.cri.container-type", "io.kubernetes.cri.sandbox-id");
    let (docker, docker_id) = ("io.kubernetes.docker.type", "io.kubernetes.sandbox.id");
    assert_eq!(role(&[]), Ok((Role::Standalone, None)));
    assert_eq!(role(&[(kind, "sandbox"), (id, "p")]), Ok((Role::Sandbox, Some("p".into()))));
    assert_eq!(role(&[(kind, "container"), (id, "p")]), Ok((Role::Member, Some("p".into()))));
    let crio = [("io.kubernetes.cri-o.ContainerType", "container"), ("io.kubernetes.cri-o.SandboxID", "p")];
    assert_eq!(role(&crio), Ok((Role::Member, Some("p".into()))));
    assert_eq!(role(&[(docker, "podsandbox"), (docker_id, "p")]), Ok((Role::Sandbox, Some("p".into()))));
    // Several dialects may say the same.
    assert_eq!(
        role(&[(kind, "sandbox"), (id, "p"), (docker, "podsandbox"), (docker_id, "p")]).unwrap().0,
        Role::Sandbox
    );
    assert_eq!(role(&[(kind, "sandbox")]), Err(format!("annotation {kind} needs annotation {id}")));
    assert_eq!(role(&[(kind, "sandbox"), (id, "")]), Err(format!("annotation {kind} needs annotation {id}")));
    assert_eq!(role(&[(id, "p")]), Err(format!("annotation {id} needs annotation {kind}")));
    let contradict = format!("annotations {kind} and {docker}, or the ids beside them, contradict each other");
    for (word, other) in [("podsandbox", "q"), ("container", "p")] {
        let pairs = [(kind, "sandbox"), (id, "p"), (docker, word), (docker_id, other)];
        assert_eq!(role(&pairs), Err(contradict.clone()));
    }
}
