//! Paths of Windows as text: a plan is made on any system, so the paths of this one are no help.

/// A file or folder of a folder.
pub fn join(folder: &str, name: &str) -> String {
    let folder = folder.trim_end_matches(SEPARATORS);
    format!(r"{folder}\{}", name.trim_start_matches(SEPARATORS))
}

/// The folder that a path is in, without a separator at its end unless it is the root of a drive.
pub fn parent(path: &str) -> &str {
    let path = path.trim_end_matches(SEPARATORS);
    let Some(end) = path.rfind(SEPARATORS) else { return "" };
    let parent = path[..end].trim_end_matches(SEPARATORS);
    if parent.ends_with(':') { &path[..=end] } else { parent }
}

/// The last component of a path.
pub fn name(path: &str) -> &str {
    let path = path.trim_end_matches(SEPARATORS);
    path.rfind(SEPARATORS).map_or(path, |end| &path[end + 1..])
}

/// What two spellings of one path have in common: Windows does not tell upper from lower case.
pub fn key(path: &str) -> String {
    path.trim_end_matches(SEPARATORS).replace('/', r"\").to_lowercase()
}

const SEPARATORS: [char; 2] = ['\\', '/'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_with_one_separator() {
        assert_eq!(join(r"C:\a", "b"), r"C:\a\b");
        assert_eq!(join(r"C:\a\", r"\b"), r"C:\a\b");
        assert_eq!(join(r"C:\", "b"), r"C:\b");
    }

    #[test]
    fn paths_are_taken_apart() {
        assert_eq!((parent(r"C:\a\b.txt"), name(r"C:\a\b.txt")), (r"C:\a", "b.txt"));
        assert_eq!((parent(r"C:\a"), name(r"C:\a")), (r"C:\", "a"));
        assert_eq!((parent("C:/a/b/"), name("C:/a/b/")), ("C:/a", "b"));
        assert_eq!((parent("b"), name("b")), ("", "b"));
    }

    #[test]
    fn spellings_of_one_path_are_equal() {
        assert_eq!(key(r"C:\A\b\"), key("c:/a/B"));
        assert_ne!(key(r"C:\a"), key(r"C:\ab"));
    }
}
