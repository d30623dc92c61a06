//! Limits of a Windows container.

use crate::intent::size::decimal;
use hcs_schema::oci::{WindowsCpu, WindowsCpuAffinity};

/// The whole of the host's processor time.
const WHOLE: u64 = 10_000;

/// Processors' worth of time: a whole number is a number of processors, a part is a share of all of them.
pub fn processors(words: &str, of: u32) -> Result<WindowsCpu, String> {
    let wrong = || format!("{words:?} is not a number of processors; write for example 1.5");
    let share = decimal(words, u128::from(WHOLE)).and_then(|share| u64::try_from(share).ok()).ok_or_else(wrong)?;
    let most = u64::from(of.max(1)) * WHOLE;
    if share == 0 || share > most {
        return Err(format!("{words} processors are not to be had; the range is 0.01 to {}", of.max(1)));
    }
    Ok(match share % WHOLE {
        0 => count(share / WHOLE),
        _ => maximum((share / u64::from(of.max(1))).max(1)),
    })
}

/// A number of processors.
pub fn count(count: u64) -> WindowsCpu {
    WindowsCpu { count: Some(count), ..WindowsCpu::default() }
}

/// A share of all processors' time, of 10,000.
pub fn maximum(share: u64) -> WindowsCpu {
    WindowsCpu { maximum: u16::try_from(share.clamp(1, WHOLE)).ok(), ..WindowsCpu::default() }
}

/// The smaller of a number of processors and a percentage of all of them, each 0 for no limit.
pub fn smaller(number: u64, percent: u64, of: u32) -> Option<WindowsCpu> {
    let by_count = (number > 0).then(|| number.saturating_mul(WHOLE) / u64::from(of.max(1)));
    let by_percent = (percent > 0).then(|| percent.saturating_mul(WHOLE / 100));
    match (by_count, by_percent) {
        (Some(by_count), Some(by_percent)) if by_percent < by_count => Some(maximum(by_percent)),
        (Some(_), _) => Some(count(number)),
        (None, Some(by_percent)) => Some(maximum(by_percent)),
        (None, None) => None,
    }
}

/// A number of processors and a percentage of all of them, each 0 for no limit.
pub fn both(number: u64, percent: u64) -> Option<WindowsCpu> {
    let maximum = (percent > 0).then(|| maximum(percent.saturating_mul(WHOLE / 100)).maximum).flatten();
    let cpu = WindowsCpu { count: (number > 0).then_some(number), maximum, ..WindowsCpu::default() };
    (cpu != WindowsCpu::default()).then_some(cpu)
}

/// The processors of a list such as `0-2,7` as masks, a group of 64 each.
pub fn affinity(list: &str) -> Vec<WindowsCpuAffinity> {
    let mut masks: Vec<WindowsCpuAffinity> = Vec::new();
    let numbers = list.split(',').filter_map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?)
    });
    for number in numbers.flatten() {
        let (group, bit) = (number / 64, 1 << (number % 64));
        match masks.iter_mut().find(|known| known.group == group) {
            Some(known) => known.mask |= bit,
            None => masks.push(WindowsCpuAffinity { mask: bit, group, ..WindowsCpuAffinity::default() }),
        }
    }
    masks
}
