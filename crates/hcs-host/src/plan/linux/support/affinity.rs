//! Lists of CPUs as the kernel writes them, such as `0-3,7`.

use super::Refusal;

/// One more than the highest number of a CPU that a list may have: what the kernel's own set holds.
pub const MAX_CPU: usize = 1024;

/// Reads a CPU list; `property` names it in errors.
pub fn parse(property: &str, list: &str) -> Result<Vec<usize>, Refusal> {
    let bad = |why: String| Refusal::invalid(property, why);
    let mut cpus = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| {
            let parsed = text.trim().parse::<usize>().ok().filter(|cpu| *cpu < MAX_CPU);
            parsed.ok_or_else(|| bad(format!("{part:?} is not a CPU or a range of CPUs like 0-3")))
        };
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(bad(format!("{part:?} ends before it begins")));
        }
        cpus.extend(first..=last);
    }
    Ok(cpus)
}
