//! The service behind the DLLs of hcs-fake, which start it: `hcs-fake-service HOME`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    match hcs_fake::serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("hcs-fake-service: {problem}");
            ExitCode::FAILURE
        }
    }
}
