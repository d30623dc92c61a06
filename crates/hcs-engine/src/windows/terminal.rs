//! The console of this program as the one of the program inside.

use hcs_host::Host;
use hcs_schema::oci::{ConsoleBox, Process};
use hcs_windows::{RawConsole, WindowsHost, console_size};
use std::time::Duration;

/// Windows tells of a new size only those who read the console's events; all others have to look.
const LOOK: Duration = Duration::from_millis(200);

/// Makes a process's terminal as large as the caller's.
pub fn size_like_callers(process: &mut Process) {
    if process.terminal
        && process.console_size.is_none()
        && let Some((rows, columns)) = console_size()
    {
        process.console_size = Some(ConsoleBox { height: rows.into(), width: columns.into(), ..ConsoleBox::default() });
    }
}

/// Lends the caller's console to a program, if it has one; dropping the answer gives it back.
pub fn lend(terminal: bool) -> Option<RawConsole> {
    terminal.then(RawConsole::begin)
}

/// Passes new sizes of the caller's console on, for ever.
pub async fn follow_size(host: &WindowsHost, id: &str, pid: u32, terminal: bool) {
    let mut known = if terminal { console_size() } else { None };
    if known.is_none() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(LOOK).await;
        let size = console_size();
        if size != known
            && let Some((rows, columns)) = size
        {
            // A process that has ended has no size.
            let _ = host.resize(id, pid, rows, columns).await;
            known = size;
        }
    }
}
