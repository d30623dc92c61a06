//! Cases: a key, a value, a container that it reaches, and what it does to the container's plan.

mod confidential;
mod containers;
mod linux;
mod machines;
mod pods;

/// The container that a case begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// A Windows container with process isolation.
    Process,
    /// A HostProcess container.
    Job,
    /// A Windows container in a utility VM.
    Windows,
    /// A Linux container in a utility VM.
    Linux,
    /// A Linux container on a Linux host.
    LinuxHost,
}

/// What a plan shows of an annotation.
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// A document has this JSON at a place, and none had it before.
    At(&'static str, &'static str),
    /// A document has the first JSON at a place, where without the annotation it has the second, by the specification.
    Over(&'static str, &'static str, &'static str),
    /// The plan has this text, which it did not have.
    Says(&'static str),
    /// The plan has not this text, which it had.
    Lacks(&'static str),
    /// It is refused in these words.
    Refused(&'static str),
    /// A Linux guest gets the annotation and acts by it; nothing else is changed.
    Forwarded,
}

/// A case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub value: &'static str,
    /// The container.
    pub base: Base,
    /// What the plan shows.
    pub shows: Shows,
    /// Build of the host.
    pub build: u32,
    /// Annotations that are there without it, too.
    pub beside: &'static [(&'static str, &'static str)],
    /// Changes of container and host, as JSON with `wanted` and `facts`.
    pub patch: &'static str,
}

impl Case {
    const fn on(self, build: u32) -> Self {
        Case { build, ..self }
    }

    const fn beside(self, beside: &'static [(&'static str, &'static str)]) -> Self {
        Case { beside, ..self }
    }

    const fn patch(self, patch: &'static str) -> Self {
        Case { patch, ..self }
    }
}

const fn case(key: &'static str, value: &'static str, base: Base, shows: Shows) -> Case {
    Case { key, value, base, shows, build: 26_100, beside: &[], patch: "" }
}

/// Every case.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    [pods::CASES, containers::CASES, linux::CASES, confidential::CASES, machines::CASES].into_iter().flatten()
}
