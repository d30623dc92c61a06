//! The nearest known word, for a hint after a wrong one.

/// The known word that is fewest edits away, if it is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let best = known.into_iter().map(|candidate| (distance(word, candidate), candidate)).min()?;
    let limit = (best.1.chars().count().max(word.chars().count()) / 2).max(1);
    (best.0 <= limit).then_some(best.1)
}

/// The Levenshtein distance, over at most the first 64 characters of each.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(nearest("max_ram", ["max_ram_mb", "max_cpu_percent"]), Some("max_ram_mb"));
        assert_eq!(nearest("zzz", ["max_ram_mb"]), None);
        assert_eq!(nearest("", ["ro"]), None);
    }
}
