//! The out-of-memory killer's score adjustment.

use super::Refusal;

/// Checks the range.
pub fn parse(adjustment: i32) -> Result<i32, Refusal> {
    if (-1000..=1000).contains(&adjustment) {
        return Ok(adjustment);
    }
    Err(Refusal::invalid("process.oomScoreAdj", format!("{adjustment} is not in -1000 to 1000")))
}
