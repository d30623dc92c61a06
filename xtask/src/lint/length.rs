//! The length of files and functions: what does not fit in a reader's head is taken apart.

use super::{Finding, Source};
use std::ops::Range;

/// Lines of a file, without its test modules, from which it is worth taking apart.
const LONG_FILE: usize = 400;
/// Lines that no file has.
const LONGEST_FILE: usize = 800;
/// Lines between the braces that no function has.
const LONGEST_FUNCTION: usize = 80;

/// Checks a file and every function in it.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = functions(source);
    let lines = source.text.lines().count() - test_lines(source);
    let finding = |limit: usize| {
        Finding::new("length", &source.path, 1, format!("{lines} lines without tests; more than {limit} are too many"))
    };
    if lines > LONGEST_FILE {
        findings.push(finding(LONGEST_FILE));
    } else if lines > LONG_FILE {
        findings.push(finding(LONG_FILE).warning());
    }
    findings
}

/// The lines of the modules that are only there for tests.
fn test_lines(source: &Source) -> usize {
    let attributes = source.code.match_indices("#[cfg(test)]").map(|(place, _)| place);
    attributes.filter_map(|place| Some(source.line(module(source, place)?) - source.line(place) + 1)).sum()
}

/// The last place of the module that follows an attribute, if one with a body does.
fn module(source: &Source, attribute: usize) -> Option<usize> {
    let item = source.code[attribute..].find("mod ")? + attribute;
    let between = source.code[attribute..item].trim_start_matches("#[cfg(test)]");
    let open = source.code[item..].find(['{', ';'])? + item;
    let has_body = source.code.as_bytes()[open] == b'{' && !between.contains(['{', ';', '}']);
    has_body.then(|| source.closing(open) - 1)
}

fn functions(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for place in source.find("fn") {
        let Some(body) = body(source, place) else { continue };
        let lines = (source.line(body.end - 1) - source.line(body.start)).saturating_sub(1);
        if lines > LONGEST_FUNCTION {
            let message = format!("a function of {lines} lines; more than {LONGEST_FUNCTION} are too many");
            findings.push(Finding::new("length", &source.path, source.line(place), message));
        }
    }
    findings
}

/// The braces of the function whose `fn` is at a place, if it has a body: not a declaration and not the type of a pointer.
fn body(source: &Source, place: usize) -> Option<Range<usize>> {
    let after = source.code[place + 2..].trim_start();
    after.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(())?;
    let mut depth = 0_usize;
    for (index, byte) in source.code.bytes().enumerate().skip(place) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b';' if depth == 0 => return None,
            b'{' if depth == 0 => return Some(index..source.closing(index)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Finding> {
        check(&Source::new("a.rs", text))
    }

    fn function(lines: usize) -> String {
        format!("fn a(b: [u8; 2]) -> u8 {{\n{}}}\n", "    b();\n".repeat(lines))
    }

    #[test]
    fn long_functions_are_refused() {
        assert!(found(&function(LONGEST_FUNCTION)).is_empty());
        let refused = found(&format!("//! A.\n\n{}", function(LONGEST_FUNCTION + 1)));
        assert_eq!((refused[0].line, refused[0].fatal), (3, true));
    }

    #[test]
    fn declarations_and_pointers_have_no_body() {
        let text =
            format!("trait A {{ fn a(&self); }}\ntype B = fn(u8);\nstruct C {{\n{}}}\n", "    a: u8,\n".repeat(90));
        assert!(found(&text).is_empty());
    }

    #[test]
    fn long_files_warn_and_longer_ones_fail() {
        assert!(found(&"// a\n".repeat(LONG_FILE)).is_empty());
        assert!(!found(&"// a\n".repeat(LONG_FILE + 1))[0].fatal);
        assert!(found(&"// a\n".repeat(LONGEST_FILE + 1))[0].fatal);
    }

    #[test]
    fn test_modules_do_not_count() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    // }\n".repeat(500));
        assert!(found(&format!("{}{tests}", "// a\n".repeat(LONG_FILE))).is_empty());
        let helper = format!("#[cfg(test)]\nuse a;\n{}mod b {{}}\n", "// a\n".repeat(LONG_FILE));
        assert_eq!(found(&helper).len(), 1);
    }
}
