//! Texts of the kernel and of images: mount tables, control group memberships, user databases. Nothing may panic.
#![no_main]

use hcs_linux::cgroup::Layout;
use hcs_linux::process::users;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    // The first line says where one file ends and the next begins.
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let middle = rest.char_indices().nth(first.len()).map_or(rest.len(), |(place, _)| place);
    let (one, other) = rest.split_at(middle);
    let _ = Layout::parse(one, other);
    let _ = users::lookup(first, one, other);
    let _ = users::home_of(0, one);
});
