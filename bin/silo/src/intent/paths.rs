//! Paths, inside and outside.
//!
//! Paths inside a container are text with slashes on every system; paths of the host belong to the host. Cleaning is
//! lexical: symbolic links are the engine's business, which resolves them below the container's root.

use super::{Found, Refusal, Result, World, refusal};
use std::io::ErrorKind;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// An absolute path inside the container, without `.`, `..` and doubled slashes. `..` at the root stays there.
pub fn inside(path: &str) -> std::result::Result<String, String> {
    if path.contains('\0') {
        return Err("a path cannot contain a NUL byte".into());
    }
    if !path.starts_with('/') {
        return Err(format!("{path:?} is not an absolute path inside the container"));
    }
    Ok(clean(path))
}

/// Cleans an absolute path with slashes.
pub fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Slashes for backslashes.
pub fn slashes(path: &str) -> String {
    path.replace('\\', "/")
}

/// The part of a path with slashes after its drive letter, if it has one. Containers of Linux have no drives.
pub fn without_drive(path: &str) -> &str {
    match path.as_bytes() {
        [letter, b':', b'/', ..] if letter.is_ascii_alphabetic() => &path[2..],
        _ => path,
    }
}

/// A path of the host made absolute, without `.` and trailing slashes.
pub fn outside(folder: &Path, path: impl AsRef<Path>) -> PathBuf {
    folder.join(path).components().filter(|part| *part != Component::CurDir).collect()
}

/// What is at a path of the host, or a refusal of `subject` that names the path.
pub fn look(world: &dyn World, path: &Path, subject: &str) -> Result<Found> {
    world.look(path).map_err(|error| unreadable(subject, path, &error))
}

/// The text of a file of the host, or a refusal of `subject` that names it.
pub fn read(world: &dyn World, path: &Path, subject: &str) -> Result<String> {
    let text = world.read(path).map_err(|error| unreadable(subject, path, &error))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Text of a path, which documents can only hold as UTF-8.
pub fn text(path: &Path, subject: &str) -> Result<String> {
    let text = path.to_str().ok_or_else(|| refusal(subject, format!("{} is not UTF-8", path.display())))?;
    Ok(text.to_owned())
}

/// The path inside a container that has the names of a path of the host.
pub fn mirrored(path: &Path, subject: &str) -> Result<String> {
    Ok(text(path, subject)?.replace(MAIN_SEPARATOR, "/"))
}

fn unreadable(subject: &str, path: &Path, error: &std::io::Error) -> Refusal {
    match error.kind() {
        ErrorKind::NotFound => refusal(subject, format!("{} does not exist", path.display())),
        ErrorKind::PermissionDenied => refusal(subject, format!("{} may not be read by you", path.display())),
        _ => refusal(subject, format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_lexically() {
        for (path, expected) in [("/", "/"), ("//a//b/", "/a/b"), ("/a/./b/../c", "/a/c"), ("/../../a", "/a")] {
            assert_eq!(inside(path).unwrap(), expected);
        }
        assert_eq!(inside("a").unwrap_err(), "\"a\" is not an absolute path inside the container");
        assert_eq!(outside(Path::new("/cwd"), "./a/./b/"), Path::new("/cwd/a/b"));
    }

    #[test]
    fn drops_drives() {
        assert_eq!(without_drive(&slashes("c:\\nspawndir")), "/nspawndir");
        assert_eq!(without_drive("c:x"), "c:x");
        assert_eq!(without_drive("é:/x"), "é:/x");
    }
}
