//! Where a container's output goes: this program's own streams, a file, or both.
//!
//! The container may write to the folder that the file is in, so what is found there is not trusted: a link must not make this
//! process, which is an administrator's, append to another file of the host.

use crate::request::{Attach, OutputFile};
use hcs_host::{Error, Handle, Result, Stdio};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::windows::fs::{FileTypeExt, OpenOptionsExt};
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// `FILE_FLAG_OPEN_REPARSE_POINT`: what is at the path itself is opened, not what it leads to.
const NO_LINK: u32 = 0x0020_0000;

/// Opens the file to append to it, making it if need be.
pub fn open(file: &OutputFile) -> Result<File> {
    let path = file.folder.join(&file.name);
    let failed = |error: io::Error| crate::store::failed("open the output file", &path, &error);
    let refused = |message| Error::invalid("open the output file", &path.display().to_string(), message);
    let folder = file.folder.canonicalize().map_err(failed)?;
    let parent = path.parent().unwrap_or(Path::new("")).canonicalize().map_err(failed)?;
    if !parent.starts_with(&folder) {
        return Err(refused("a link leads out of its folder; remove it"));
    }
    let opened = File::options().append(true).create(true).custom_flags(NO_LINK).open(&path).map_err(failed)?;
    let found = opened.metadata().map_err(failed)?.file_type();
    if found.is_symlink() || found.is_symlink_dir() || !found.is_file() {
        return Err(refused("it is not a plain file"));
    }
    Ok(opened)
}

/// What copies output to several places, until it ends.
#[derive(Debug, Default)]
pub struct Tee(Vec<JoinHandle<()>>);

impl Tee {
    /// Waits until everything is copied. The ends that are written to must be closed.
    pub async fn done(self) {
        for thread in self.0 {
            // A copier that panicked has told why.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// This process's own streams for a program, and what copies its output to a file as well.
pub fn own(attach: Attach, file: Option<File>) -> Result<(Stdio, Tee)> {
    let stdin = attach.stdin.then(|| copy(io::stdin().as_handle())).transpose()?;
    let (stdout, stderr) = (copy(io::stdout().as_handle())?, copy(io::stderr().as_handle())?);
    let Some(file) = file else {
        return Ok((Stdio { stdin, stdout: Some(stdout), stderr: Some(stderr), console: None }, Tee::default()));
    };
    let file = Arc::new(Mutex::new(file));
    let (stdout, first) = tee(stdout, Arc::clone(&file))?;
    let (stderr, second) = tee(stderr, file)?;
    Ok((Stdio { stdin, stdout: Some(stdout), stderr: Some(stderr), console: None }, Tee(vec![first, second])))
}

/// A file as both outputs of a program in the background.
pub fn to_file(file: File) -> Result<Stdio> {
    let stderr = file.try_clone().map_err(failed)?;
    Ok(Stdio { stdout: Some(file.into()), stderr: Some(stderr.into()), ..Stdio::default() })
}

/// A pipe whose content is copied to a stream and a file.
fn tee(stream: Handle, file: Arc<Mutex<File>>) -> Result<(Handle, JoinHandle<()>)> {
    let (mut reader, writer) = io::pipe().map_err(failed)?;
    let mut stream = Some(File::from(stream));
    let thread = std::thread::spawn(move || {
        let mut block = vec![0; 64 << 10];
        while let Ok(read) = reader.read(&mut block) {
            if read == 0 {
                break;
            }
            // Whoever does not read any more loses the rest, and the file gets it all the same.
            if stream.as_mut().is_some_and(|stream| stream.write_all(&block[..read]).is_err()) {
                stream = None;
            }
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = file.write_all(&block[..read]) {
                eprintln!("silo: warning: the output file cannot be written: {error}");
                break;
            }
        }
        // To the end, lest the program is held up.
        let _ = io::copy(&mut reader, &mut io::sink());
    });
    Ok((writer.into(), thread))
}

fn copy(stream: BorrowedHandle<'_>) -> Result<Handle> {
    stream.try_clone_to_owned().map_err(failed)
}

fn failed(error: io::Error) -> Error {
    crate::store::failed("connect", Path::new("the standard streams"), &error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_appended_to_and_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| OutputFile { folder: folder.path().into(), name: name.into() };
        for text in ["a", "b"] {
            open(&file("out.txt")).unwrap().write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("out.txt")).unwrap(), "ab");
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        assert!(open(&file("sub")).is_err());
        let error = open(&file(r"..\elsewhere.txt")).unwrap_err().to_string();
        assert!(error.contains("leads out of its folder"), "{error}");
        assert!(open(&file(r"nowhere\out.txt")).unwrap_err().to_string().contains("nowhere"));
    }
}
