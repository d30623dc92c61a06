//! Medians and their spread.

use std::time::Duration;

/// What was measured of one subject.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// The subject.
    pub name: String,
    /// How long each run took that succeeded.
    pub times: Vec<Duration>,
    /// Runs that failed.
    pub errors: usize,
    /// What the last of them said.
    pub last_error: String,
}

impl Series {
    /// A subject that was not measured yet.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Takes in the outcome of a run.
    pub fn add(&mut self, outcome: Result<Duration, String>) {
        match outcome {
            Ok(time) => self.times.push(time),
            Err(error) => {
                self.errors += 1;
                self.last_error = error;
            }
        }
    }
}

/// The figures of a series, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many runs there were.
    pub count: usize,
    /// The middle one.
    pub median: f64,
    /// The shortest.
    pub min: f64,
    /// The longest.
    pub max: f64,
    /// The median distance from the median.
    pub deviation: f64,
}

impl Summary {
    /// Sums up; none of nothing.
    pub fn of(times: &[Duration]) -> Option<Self> {
        let sorted = sorted(times.iter().map(|time| time.as_secs_f64() * 1e3));
        let (&min, &max) = (sorted.first()?, sorted.last()?);
        let median = middle(&sorted);
        let deviation = middle(&self::sorted(sorted.iter().map(|time| (time - median).abs())));
        Some(Self { count: sorted.len(), median, min, max, deviation })
    }
}

fn sorted(figures: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures
}

/// The middle of sorted figures, of which there is at least one.
fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_of_a_few() {
        let times = [9, 1, 2, 3].map(Duration::from_millis);
        let summary = Summary::of(&times).unwrap();
        assert_eq!((summary.count, summary.median, summary.min, summary.max), (4, 2.5, 1.0, 9.0));
        assert_eq!(summary.deviation, 1.0);
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn failed_runs_have_no_time() {
        let mut series = Series::new("a");
        series.add(Ok(Duration::from_millis(1)));
        series.add(Err("no".to_owned()));
        assert_eq!((series.times.len(), series.errors, series.last_error.as_str()), (1, 1, "no"));
    }
}
