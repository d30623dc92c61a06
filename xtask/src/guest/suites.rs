//! Which tests run in the virtual machine.
//!
//! Emulation is slow, so this is for what depends on the kernel and on the version of control groups. A new module of tests
//! that does is one line here.

/// Tests of one test program.
#[derive(Debug)]
pub struct Suite {
    /// The program, by the name of its crate or test target.
    pub program: &'static str,
    /// Tests whose names contain one of these; all where there is none.
    pub names: &'static [&'static str],
    /// Of these, tests that need what the machine lacks: a part of a name, and what is lacking.
    pub skips: &'static [(&'static str, &'static str)],
}

/// Everything that runs.
pub const SUITES: &[Suite] = &[
    Suite { program: "hcs_linux", names: &["cgroup::", "rootfs::", "process::tests::", "launch::"], skips: &[] },
    Suite {
        program: "it",
        names: &[
            "basics::",
            "lifecycle::",
            "limits::",
            "oci::cgroups::",
            "oci::devices::",
            "oci::exec::",
            "oci::mount_kinds::",
            "oci::namespaces::",
            "rootless::",
            "run::",
            "runhcs::life::",
            "runhcs::limits::",
        ],
        skips: &[("hooks::a_hook_of_the_runtime_can_change_the_container_s_network", "iproute2, for pairs of devices")],
    },
];

impl Suite {
    /// The arguments of the test program.
    pub fn arguments(&self, filter: Option<&str>) -> Vec<String> {
        let mut arguments: Vec<String> = match filter {
            Some(filter) => vec![filter.to_owned()],
            None => self.names.iter().map(|name| (*name).to_owned()).collect(),
        };
        for (name, _) in self.skips {
            arguments.extend(["--skip".to_owned(), (*name).to_owned()]);
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_takes_the_place_of_names_but_not_of_skips() {
        let suite = Suite { program: "p", names: &["a::", "b::"], skips: &[("a::x", "needs strace")] };
        assert_eq!(suite.arguments(None), ["a::", "b::", "--skip", "a::x"]);
        assert_eq!(suite.arguments(Some("c")), ["c", "--skip", "a::x"]);
    }

    #[test]
    fn every_skip_has_a_reason() {
        assert!(
            SUITES.iter().flat_map(|suite| suite.skips).all(|(name, reason)| !name.is_empty() && !reason.is_empty())
        );
    }
}
