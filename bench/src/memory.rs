//! What a process costs while it waits, from `/proc`.

use anyhow::{Context, Result};

/// The share of memory that a process is charged for, and its threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Proportional set size in KiB: its own pages, and its share of those that it shares.
    pub pss: u64,
    /// Threads.
    pub threads: u64,
}

/// Reads the footprint of a process.
pub fn footprint(pid: u32) -> Result<Footprint> {
    let read = |file: &str| {
        let path = format!("/proc/{pid}/{file}");
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
    };
    Ok(Footprint { pss: field(&read("smaps_rollup")?, "Pss")?, threads: field(&read("status")?, "Threads")? })
}

/// Memory in KiB that the machine could still give to programs.
pub fn available() -> Result<u64> {
    field(&std::fs::read_to_string("/proc/meminfo").context("cannot read /proc/meminfo")?, "MemAvailable")
}

/// The number of the line `NAME: NUMBER …`.
fn field(text: &str, name: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse().ok());
    number.with_context(|| format!("there is no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_whole_names() {
        let text = "Rss:  12 kB\nPss_Dirty:  3 kB\nPss:   7 kB\n";
        assert_eq!(field(text, "Pss").unwrap(), 7);
        assert!(field(text, "Ps").is_err());
        assert!(field("Pss: many\n", "Pss").is_err());
    }
}
