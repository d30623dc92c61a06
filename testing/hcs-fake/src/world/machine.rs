//! What the world needs of the machine it is on: processes. The service has real ones, and tests have none.

use hcs_schema::HResult;

/// Processes in jobs, one job for each compute system. A system is known by its serial number, which no two ever have.
pub trait Machine {
    /// Starts a process, and answers its id.
    fn start(&mut self, system: u64, start: &Start) -> Result<Started, HResult>;
    /// Pipes to the standard streams of a process that has them, in the place of those that were given before.
    fn pipes(&mut self, system: u64, pid: u32) -> Result<Pipes, HResult>;
    /// Closes the standard input of a process when all that was written to it has been read.
    fn close_input(&mut self, system: u64, pid: u32);
    /// Ends a process. That it has ended is not reported.
    fn end_process(&mut self, system: u64, pid: u32, code: u32);
    /// Ends every process of a system, and forgets it. That they have ended is not reported.
    fn end_system(&mut self, system: u64, code: u32);
    /// What the processes of a system have used until now.
    fn usage(&mut self, system: u64) -> Usage;
    /// The processes of a system, also those that processes have started.
    fn processes(&mut self, system: u64) -> Vec<Listed>;
}

/// A process that is to be started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The program; empty if the command line begins with it.
    pub application: String,
    /// The command line; empty if there is only the program.
    pub command_line: String,
    /// Where it begins; empty for the root of the system's drive.
    pub directory: String,
    /// Variables besides the usual ones.
    pub environment: Vec<(String, String)>,
    /// The name of its computer; empty for the real one.
    pub computer: String,
    /// Which of the standard streams have pipes: input, output, errors.
    pub piped: [bool; 3],
}

/// A process that was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// Its id.
    pub pid: u32,
    /// Its pipes.
    pub pipes: Pipes,
}

/// The names of the pipes to the standard streams: input, output, errors. Empty where there is none.
pub type Pipes = [String; 3];

/// What was used. Times are in hundreds of nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Usage {
    pub user_time: u64,
    pub kernel_time: u64,
    pub commit_bytes: u64,
    pub commit_peak_bytes: u64,
    pub private_bytes: u64,
    pub reads: u64,
    pub read_bytes: u64,
    pub writes: u64,
    pub written_bytes: u64,
}

/// A process as a list has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Listed {
    pub pid: u32,
    pub image: String,
    pub created: String,
    pub usage: Usage,
}
