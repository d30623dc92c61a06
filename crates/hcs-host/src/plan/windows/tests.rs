//! Parts of plans for Windows whose rules are not seen from outside.

use super::process::quoted;
use proptest::prelude::*;

fn line(args: &[&str]) -> String {
    quoted(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
}

#[test]
fn arguments_are_quoted_as_windows_takes_them_apart() {
    for (args, expected) in [
        (&["cmd", "/c", "dir"][..], r"cmd /c dir"),
        (&[r"C:\Program Files\a.exe", ""], r#""C:\Program Files\a.exe" """#),
        (&["a", r#"say "hi""#], r#"a "say \"hi\"""#),
        (&["a", r"C:\with space\"], r#"a "C:\with space\\""#),
        (&["a", r#"\"x"#], r#"a "\\\"x""#),
        (&["a", r"plain\"], r"a plain\"),
        (&["a", "tab\there"], "a \"tab\there\""),
    ] {
        assert_eq!(line(args), expected);
    }
}

/// Takes a command line apart as `CommandLineToArgvW` does with every argument but the first.
fn apart(line: &str) -> Vec<String> {
    let (mut args, mut arg, mut quotes, mut backslashes, mut begun) = (Vec::new(), String::new(), false, 0, false);
    for char in line.chars() {
        match char {
            '\\' => {
                backslashes += 1;
                begun = true;
                continue;
            }
            '"' => {
                arg.extend(std::iter::repeat_n('\\', backslashes / 2));
                if backslashes % 2 == 1 {
                    arg.push('"')
                } else {
                    quotes = !quotes
                }
                begun = true;
            }
            ' ' | '\t' if !quotes => {
                arg.extend(std::iter::repeat_n('\\', backslashes));
                if begun {
                    args.push(std::mem::take(&mut arg));
                }
                begun = false;
            }
            char => {
                arg.extend(std::iter::repeat_n('\\', backslashes));
                arg.push(char);
                begun = true;
            }
        }
        backslashes = 0;
    }
    arg.extend(std::iter::repeat_n('\\', backslashes));
    if begun {
        args.push(arg);
    }
    args
}

proptest! {
    #[test]
    fn quoting_and_taking_apart_is_the_same(args in proptest::collection::vec(r#"[a-c \\"\t]{0,8}"#, 1..5)) {
        prop_assert_eq!(apart(&quoted(&args)), args);
    }
}
