//! A container from its parts, by hand: images, networks, an endpoint, layers, the compute system, a process, and the way back.
//!
//! ```text
//! garden C:\ProgramData\docker\windowsfilter\LAYER
//! ```
//!
//! It is the sample that programs of this kind have been written from, in which every step of theirs has its place. A real
//! program enters what it makes in a ledger first; here a failure leaves it to whoever reads the output.
#![forbid(unsafe_code)]

#[cfg(windows)]
mod sample;

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    sample::main()
}

#[cfg(not(windows))]
fn main() {
    eprintln!("this example drives the compute service of Windows; run it there");
    std::process::exit(1);
}
