//! In namespaces of its own: kernel parameters, and what a user namespace forbids.

use super::*;
use crate::process::sysctl;
use std::collections::BTreeMap;

#[test]
fn kernel_parameters_are_written() {
    require_root();
    let output = child_through(&["unshare", "--ipc", "--net", "--"], || {
        let parameters =
            [("kernel.shmmax", "123456"), ("net.ipv4.conf.lo.forwarding", "1"), ("fs/mqueue/msg_max", "17")];
        let parameters: BTreeMap<String, String> =
            parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        sysctl::apply(&parameters, &proc).unwrap();
        let read = |path: &str| std::fs::read_to_string(format!("/proc/sys/{path}")).unwrap().trim().to_owned();
        println!("{} {} {}", read("kernel/shmmax"), read("net/ipv4/conf/lo/forwarding"), read("fs/mqueue/msg_max"));
    });
    assert_eq!(printed(&output), "123456 1 17");
}

#[test]
fn a_kernel_parameter_that_fails_is_named() {
    require_root();
    let output = child_through(&["unshare", "--net", "--"], || {
        for (name, value) in [("net.ipv4.nonsense", "1"), ("net.ipv4.conf.lo.forwarding", "many")] {
            let parameters = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            println!("{}", sysctl::apply(&parameters, &proc).unwrap_err());
        }
    });
    let expected = "open /proc/sys/net/ipv4/nonsense: this kernel has no parameter net.ipv4.nonsense: No such file or \
                    directory (os error 2)\n\
                    write \"many\" to /proc/sys/net/ipv4/conf/lo/forwarding: the kernel does not accept \"many\" for \
                    net.ipv4.conf.lo.forwarding: Invalid argument (os error 22)";
    assert_eq!(printed(&output), expected);
}

/// A user namespace that an ordinary user can make: one id, and supplementary groups denied.
const DENIED: [&str; 4] = ["unshare", "--user", "--map-root-user", "--"];

#[test]
fn supplementary_groups_are_denied_by_name() {
    require_root();
    let output = child_through(&DENIED, || {
        let mut settings = settings(0, 0);
        settings.identity.groups = vec![0];
        become_process(&script("true"), settings);
    });
    let expected = "set supplementary groups [0]: process.user.additionalGids cannot be set: this user namespace was made \
                    without privileges; name the group too (USER:GROUP), give yourself more ids in /etc/subuid and \
                    /etc/subgid, or run as root: Operation not permitted (os error 1)";
    assert_eq!(printed(&output), expected);
}

#[test]
fn without_supplementary_groups_the_process_runs() {
    require_root();
    let output = child_through(&DENIED, || become_process(&script("id -u; id -g"), settings(0, 0)));
    assert_eq!(printed(&output), "0\n0");
}

#[test]
fn an_id_that_is_not_mapped_is_named() {
    require_root();
    let output = child_through(&DENIED, || become_process(&script("true"), settings(1000, 0)));
    let expected = "set user id 1000: 1000 is not mapped in the container's user namespace; give yourself more ids in \
                    /etc/subuid and /etc/subgid: Invalid argument (os error 22)";
    assert_eq!(printed(&output), expected);
}
