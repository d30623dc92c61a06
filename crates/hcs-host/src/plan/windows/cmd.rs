//! Command lines for `cmd.exe` inside a container: what starts a program on some processors only, and what appends its output
//! to a file, where nothing of Windows but `cmd.exe` does it. The founding tool started every program this way.
//!
//! A line is read three times, and each reading has rules of its own:
//!
//! 1. `cmd.exe` expands `%NAME%`, in quotes and out of them, and no escape hinders it. A percent sign is therefore followed by
//!    an expansion to nothing, `%cd:~,%`, which parts it from whatever would be a name. Extensions are on for it.
//!    Source: `std::process` of Rust does the same for batch files.
//! 2. `cmd.exe` acts on `& | < > ( ) ^` out of quotes. In arguments, which have quotes of their own, each of them has a caret
//!    before it, and so has each quote, so that `cmd.exe` sees no quotes at all. The names of the program and of the file have
//!    no quote in them, and stand in real ones. `!` is an ordinary character: delayed expansion is off.
//!    Source: <https://learn.microsoft.com/windows-server/administration/windows-commands/cmd>.
//! 3. The program takes apart what is left by the rules of `CommandLineToArgvW`, as without `cmd.exe`.
//!
//! Nothing escapes the end of a line, so control characters are refused. The exit code is the program's: `start /wait` makes
//! it that of `start`, and `/c` the last command's that of `cmd.exe`.

use super::process::{quote, wrapped};

/// What the founding tool ran, too.
const CMD: &str = r"C:\Windows\System32\cmd.exe";

/// Without the commands of the registry's AutoRun, with extensions, without delayed expansion; and of what follows only the
/// outer quotes are removed.
const SWITCHES: &str = "/d /e:on /v:off /s /c";

/// The longest line that `cmd.exe` takes.
/// Source: <https://learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-line-string-limitation>.
const LONGEST: usize = 8191;

/// An expansion to nothing, whatever the current folder is.
const NOTHING: &str = "%cd:~,%";

/// Commands that are no programs. `start` would run a second `cmd.exe` for them that never ends.
const INTERNAL: [&str; 44] = [
    "assoc", "break", "call", "cd", "chdir", "cls", "color", "copy", "date", "del", "dir", "dpath", "echo", "endlocal",
    "erase", "exit", "for", "ftype", "goto", "if", "keys", "md", "mkdir", "mklink", "move", "path", "pause", "popd",
    "prompt", "pushd", "rd", "rem", "ren", "rename", "rmdir", "set", "setlocal", "shift", "start", "time", "title",
    "type", "ver", "verify",
];

/// Why `cmd.exe` is in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Form<'a> {
    /// Processors of group 0 that the program and its children run on.
    pub mask: Option<u64>,
    /// The file inside to which its output is appended.
    pub file: Option<&'a str>,
}

impl Form<'_> {
    /// Whether there is a reason.
    pub fn is_needed(&self) -> bool {
        self.mask.is_some() || self.file.is_some()
    }

    /// The line for a list of arguments, the program first.
    ///
    /// # Errors
    /// What no line can say.
    pub fn arguments(&self, args: &[String]) -> Result<String, String> {
        let [program, args @ ..] = args else { return Err("there is no program".into()) };
        // `start` takes `/?` for its own wherever it stands, except in quotes.
        let help = |arg: &str| self.mask.is_some() && arg.contains("/?");
        if let Some(arg) = args.iter().find(|arg| help(arg) && arg.contains('"')) {
            return Err(format!("argument {arg:?} has a quote and /?, which start of cmd.exe cannot pass on"));
        }
        let words: Vec<String> = args.iter().map(|arg| if help(arg) { wrapped(arg) } else { quote(arg) }).collect();
        self.line(program, &words.join(" "))
    }

    /// The line for a whole command line.
    ///
    /// # Errors
    /// What no line can say.
    pub fn command_line(&self, line: &str) -> Result<String, String> {
        let line = line.trim_start_matches([' ', '\t']);
        let (program, rest) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or("the program's name has no quote at its end")?,
            None => line.split_once([' ', '\t']).unwrap_or((line, "")),
        };
        if self.mask.is_some() && rest.contains("/?") {
            return Err("/? is taken by start of cmd.exe for its own; give process.args instead".into());
        }
        self.line(program, rest.trim_start_matches([' ', '\t']))
    }

    fn line(&self, program: &str, rest: &str) -> Result<String, String> {
        named(program)?;
        if let Some(control) = [program, rest].iter().find_map(|text| control(text)) {
            return Err(format!("cmd.exe cannot pass on {control:?}"));
        }
        let mut inner = String::new();
        if let Some(mask) = self.mask {
            inner.push_str(&format!("start \"\" /b /wait /affinity 0x{mask:x} "));
        }
        inner.push_str(&quoted(program));
        if !rest.is_empty() {
            inner.push(' ');
            inner.push_str(&escaped(rest));
        }
        if let Some(file) = self.file {
            file_name(file)?;
            inner.push_str(&format!(" >> {} 2>&1", quoted(file)));
        }
        let line = format!("{CMD} {SWITCHES} \"{inner}\"");
        match line.encode_utf16().count() {
            0..=LONGEST => Ok(line),
            length => Err(format!("the line for cmd.exe has {length} characters, and it takes {LONGEST}")),
        }
    }
}

/// Refuses programs that `cmd.exe` does not run as programs.
fn named(program: &str) -> Result<(), String> {
    let lower = program.to_ascii_lowercase();
    if program.is_empty() || program.contains('"') {
        return Err(format!("{program:?} is not the name of a program that cmd.exe can start"));
    }
    if INTERNAL.contains(&lower.as_str()) {
        return Err(format!("{program} is a command of cmd.exe and no program; write cmd /c {program}"));
    }
    // Their arguments are read once more, by other rules, and `start` never ends the cmd.exe that reads them.
    if lower.trim_end_matches(['.', ' ']).ends_with(".bat") || lower.trim_end_matches(['.', ' ']).ends_with(".cmd") {
        return Err(format!("{program} is a batch file; write cmd /c before it"));
    }
    Ok(())
}

fn file_name(file: &str) -> Result<(), String> {
    match file.chars().find(|char| matches!(char, '"' | '<' | '>' | '|' | '?' | '*') || char.is_control()) {
        Some(bad) => Err(format!("the file {file:?}: no file has {bad:?} in its name")),
        None if file.is_empty() || file.ends_with(['\\', '/']) => Err(format!("{file:?} is not a file")),
        None => Ok(()),
    }
}

/// A control character other than the tab.
fn control(text: &str) -> Option<char> {
    text.chars().find(|char| char.is_control() && *char != '\t')
}

/// A name without quotes in real ones.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('%', &format!("%{NOTHING}")))
}

/// Words that `cmd.exe` hands on as they are.
fn escaped(words: &str) -> String {
    let mut line = String::with_capacity(words.len());
    for char in words.chars() {
        match char {
            '%' => {
                line.push('%');
                line.push_str(NOTHING);
            }
            '"' | '&' | '|' | '<' | '>' | '(' | ')' | '^' => line.extend(['^', char]),
            _ => line.push(char),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = r"C:\Windows\System32\cmd.exe /d /e:on /v:off /s /c ";

    fn args(form: Form<'_>, args: &[&str]) -> Result<String, String> {
        form.arguments(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn lines() {
        let pinned = Form { mask: Some(0x1f), file: None };
        let file = Form { mask: None, file: Some(r"C:\d & e\50%.txt") };
        let both = Form { mask: Some(1), file: Some("o.txt") };
        for (form, words, expected) in [
            (
                pinned,
                &["ping", "/?", "-t", "a b"][..],
                r#""start "" /b /wait /affinity 0x1f "ping" ^"/?^" -t ^"a b^"""#,
            ),
            (pinned, &[r"C:\P (x86)\a^b.exe"], r#""start "" /b /wait /affinity 0x1f "C:\P (x86)\a^b.exe"""#),
            (
                file,
                &["x%y%", "%PATH%", ""],
                r#"""x%%cd:~,%y%%cd:~,%" %%cd:~,%PATH%%cd:~,% ^"^" >> "C:\d & e\50%%cd:~,%.txt" 2>&1""#,
            ),
            (
                both,
                &["p", r#"a"b\"#, "&|<>()^!,;="],
                r#""start "" /b /wait /affinity 0x1 "p" ^"a\^"b\\^" ^&^|^<^>^(^)^^!,;= >> "o.txt" 2>&1""#,
            ),
        ] {
            assert_eq!(args(form, words).unwrap(), format!("{START}{expected}"));
        }
    }

    #[test]
    fn whole_command_lines_keep_their_words() {
        let form = Form { mask: Some(1), file: None };
        for (line, expected) in [
            (r#""C:\a b\x.exe" /c "y & z""#, r#""C:\a b\x.exe" /c ^"y ^& z^""#),
            ("  ping  -t %A%", r#""ping" -t %%cd:~,%A%%cd:~,%"#),
            ("ping", r#""ping""#),
        ] {
            let expected = format!(r#"{START}"start "" /b /wait /affinity 0x1 {expected}""#);
            assert_eq!(form.command_line(line).unwrap(), expected);
        }
        assert!(form.command_line("ping /?").unwrap_err().contains("process.args"));
        assert!(form.command_line(r#""ping"#).unwrap_err().contains("no quote at its end"));
        assert!(form.command_line("").unwrap_err().contains("is not the name of a program"));
    }

    #[test]
    fn what_no_line_can_say_is_refused() {
        let (pinned, file) = (Form { mask: Some(1), file: None }, Form { mask: None, file: Some("o") });
        for (words, why) in [
            (&["a", "b\nc"][..], r"cmd.exe cannot pass on '\n'"),
            (&["a\u{1a}"], r"cmd.exe cannot pass on '\u{1a}'"),
            (&[r#"a"b"#], "is not the name of a program"),
            (&["Echo", "x"], "Echo is a command of cmd.exe and no program; write cmd /c Echo"),
            (&[r"C:\run.BAT"], "is a batch file; write cmd /c before it"),
            (&["run.cmd. "], "is a batch file"),
            (&[], "there is no program"),
        ] {
            for form in [pinned, file] {
                let error = args(form, words).unwrap_err();
                assert!(error.contains(why), "{words:?}: {error}");
            }
        }
        assert!(args(pinned, &["a", r#"" /?"#]).unwrap_err().contains("has a quote and /?"));
        assert!(args(file, &["a", r#"" /?"#]).is_ok() && args(pinned, &["a", "/?"]).is_ok());
        for name in ["", "a\"b", r"C:\d\", "a\nb", "a?"] {
            assert!(args(Form { mask: None, file: Some(name) }, &["a"]).is_err(), "{name:?}");
        }
        let fits = |length: usize| args(pinned, &["a", &"x".repeat(length)]).map(|line| line.len());
        let room = LONGEST - fits(1).unwrap() + 1;
        assert_eq!(fits(room), Ok(LONGEST));
        assert!(fits(room + 1).unwrap_err().contains("has 8192 characters, and it takes 8191"));
    }
}
