//! The platform's view of device nodes: the one thing that words refer to and that not every system has.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "other.rs")]
mod imp;

pub use imp::device;

#[cfg(test)]
mod tests {
    #[test]
    fn a_file_is_no_device() {
        let metadata = std::fs::metadata(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(super::device(&metadata), None);
    }
}
