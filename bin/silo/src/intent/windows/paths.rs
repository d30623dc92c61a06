//! Paths of Windows, as text on every system. Cleaning is lexical.

use super::{Host, Result, refusal};
use std::path::Path;

/// Characters that no name of a file has.
const FORBIDDEN: [char; 7] = ['<', '>', '"', '|', '?', '*', '\0'];

/// Where named pipes are.
const PIPES: &str = r"\\.\pipe\";

/// Whether a text begins with a drive and a separator.
fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// Whether a path is that of a named pipe.
pub fn is_pipe(path: &str) -> bool {
    path.len() > PIPES.len() && path.get(..PIPES.len()).is_some_and(|start| start.eq_ignore_ascii_case(PIPES))
}

/// An absolute path with a drive, or on a share, with backslashes and without `.`, `..` and doubled separators.
pub fn absolute(words: &str) -> std::result::Result<String, String> {
    let path = words.replace('/', "\\");
    let start = match path.as_bytes() {
        _ if path.starts_with(r"\\?\") || path.starts_with(r"\\.\") => return device(words, path),
        _ if has_drive(&path) => 2,
        [b'\\', b'\\', ..] => share(&path).ok_or_else(|| format!("{words:?} names no share"))?,
        _ => return Err(format!("{words:?} is not an absolute path of Windows, such as C:\\folder")),
    };
    let (root, rest) = path.split_at(start);
    if let Some(bad) = rest.chars().find(|c| FORBIDDEN.contains(c) || *c == ':') {
        return Err(format!("{words:?}: a path of Windows has no {bad:?}"));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('\\') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Ok(format!("{root}\\{}", parts.join("\\")))
}

/// A path in a namespace of devices, which is not to be touched.
fn device(words: &str, path: String) -> std::result::Result<String, String> {
    match path.len() > 4 && !path.contains('\0') {
        true => Ok(path),
        false => Err(format!("{words:?} names no device")),
    }
}

/// The length of `\\server\share`.
fn share(path: &str) -> Option<usize> {
    let mut parts = path[2..].split('\\');
    let (server, share) = (parts.next()?, parts.next()?);
    (!server.is_empty() && !share.is_empty()).then_some(2 + server.len() + 1 + share.len())
}

/// An absolute path inside a container, which has no shares.
pub fn inside(words: &str) -> std::result::Result<String, String> {
    match has_drive(words) {
        true => absolute(words),
        false => Err(format!("{words:?} is not an absolute path inside the container, such as C:\\folder")),
    }
}

/// A path of the host. One that is relative starts at `folder`, the caller's, if that is on the host.
pub fn outside(words: &str, folder: &Path, host: &Host<'_>) -> std::result::Result<String, String> {
    let relative = !has_drive(words) && !words.starts_with(['\\', '/']);
    match folder.to_str().filter(|_| host.here && relative && !words.is_empty()) {
        Some(folder) => absolute(&format!("{folder}\\{words}")),
        None => absolute(words),
    }
}

/// Looks at a path of the host if the host is here.
pub fn expect(path: &str, host: &Host<'_>, subject: &str) -> Result<()> {
    if host.here && !path.starts_with(r"\\.\") {
        super::super::paths::look(host.world, Path::new(path), subject)?;
    }
    Ok(())
}

/// Splits words at colons, except those of drives.
pub fn split(words: &str) -> Vec<&str> {
    let (mut parts, mut begin) = (Vec::new(), 0);
    for (at, _) in words.match_indices(':') {
        let part = words[begin..].strip_prefix(r"\\?\").unwrap_or(&words[begin..]);
        let offset = words.len() - part.len();
        if at == offset + 1 && has_drive(part) {
            continue;
        }
        parts.push(&words[begin..at]);
        begin = at + 1;
    }
    parts.push(&words[begin..]);
    parts
}

/// A refusal of what is not a path, for a subject.
pub fn wrong(subject: &str) -> impl Fn(String) -> super::super::Refusal + '_ {
    move |message| refusal(subject, message)
}
