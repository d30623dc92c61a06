//! Nothing unfinished is merged: no stubs, no ignored tests, no notes to self.

use super::source::words;
use super::{Finding, Source};

/// Code that stands for other code.
const STUBS: &[&str] = &["todo!", "unimplemented!", "#[ignore"];
/// Notes to self, written so that this file holds none.
const NOTES: &[&str] = &[concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK"), concat!("TO", "DO")];

/// Refuses stubs in code and notes in comments.
pub fn check(source: &Source) -> Vec<Finding> {
    let finding = |place, word: &str| {
        Finding::new("markers", &source.path, source.line(place), format!("`{word}`: finish it or leave it out"))
    };
    let stubs = STUBS.iter().flat_map(|stub| source.find(stub).map(|place| finding(place, stub)));
    let notes = NOTES.iter().flat_map(|note| words(&source.comments, note).map(|place| finding(place, note)));
    stubs.chain(notes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        check(&Source::new("a.rs", text)).len()
    }

    #[test]
    fn stubs_and_notes_are_refused() {
        assert_eq!(found("fn a() { todo!() }"), 1);
        assert_eq!(found("fn a() { unimplemented!(\"b\") }"), 1);
        assert_eq!(found("#[test]\n#[ignore = \"slow\"]\nfn a() {}"), 1);
        assert_eq!(found("#[ignore]"), 1);
        for note in NOTES {
            assert_eq!(found(&format!("// {note}: later")), 1, "{note}");
        }
    }

    #[test]
    fn words_in_strings_and_in_longer_words_are_free() {
        assert_eq!(found("let a = \"todo!()\"; let hackney = 1;"), 0);
        assert_eq!(found(&format!("a(\"{}\"); // mktemp {}", NOTES[1], "X".repeat(6))), 0);
    }
}
