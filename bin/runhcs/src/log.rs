//! What went wrong, in the form that engines look for: they give `--log FILE --log-format json` and read the last line.

use crate::cli::{Global, LogFormat};
use crate::clock;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

/// Where messages go.
#[derive(Debug)]
pub struct Log {
    file: Option<PathBuf>,
    format: LogFormat,
    debug: bool,
}

impl Log {
    /// As the words say.
    pub fn new(global: &Global) -> Log {
        Log { file: global.log.clone(), format: global.log_format, debug: global.debug }
    }

    /// Tells of the failure that ends this program. People read it on standard error, whatever is in the log.
    pub fn error(&self, error: &anyhow::Error) {
        let text = format!("{error:#}");
        self.write("error", &text);
        if self.file.is_some() {
            eprintln!("{text}");
        }
    }

    /// Tells of something that has no effect.
    pub fn warning(&self, text: &str) {
        self.write("warning", text);
    }

    /// Tells what is being done.
    pub fn debug(&self, text: &str) {
        if self.debug {
            self.write("debug", text);
        }
    }

    fn write(&self, level: &str, text: &str) {
        let line = line(self.format, level, text, &clock::rfc3339(clock::now(), 0));
        let written = match &self.file {
            Some(path) => OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut file| file.write_all(line.as_bytes())),
            None => std::io::stderr().write_all(line.as_bytes()),
        };
        if let (Err(error), Some(path)) = (written, &self.file) {
            eprintln!("runhcs: cannot write to the log {}: {error}", path.display());
        }
    }
}

fn line(format: LogFormat, level: &str, text: &str, time: &str) -> String {
    match format {
        LogFormat::Json => format!("{}\n", serde_json::json!({"level": level, "msg": text, "time": time})),
        LogFormat::Text => format!("time={time:?} level={level} msg={text:?}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let json = line(LogFormat::Json, "error", "no \"a\"", "T");
        assert_eq!(json, "{\"level\":\"error\",\"msg\":\"no \\\"a\\\"\",\"time\":\"T\"}\n");
        let text = line(LogFormat::Text, "debug", "a\nb", "T");
        assert_eq!(text, "time=\"T\" level=debug msg=\"a\\nb\"\n");
    }
}
