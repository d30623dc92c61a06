//! A session of a test with the DLL, and the steps that every test has.

use hcs_fake::raw::Argument::{Block, Document, Number, Out, Text};
use hcs_fake::raw::{Argument, Dll, Ear};
use hcs_fake::{Fake, Home};
use serde_json::{Value, json};
use std::time::Duration;

/// The call is done later, which a notification tells.
pub const PENDING: u32 = 0xc037_0103;
/// Nothing takes longer.
pub const SOON: Duration = Duration::from_secs(20);

/// A session of a test with the DLL.
pub struct Session {
    /// The home of its service.
    pub home: Home,
    dll: Dll,
}

impl Session {
    /// One with a home of its own.
    pub fn new(test: &str) -> Session {
        let home = Home::new(test);
        home.enter();
        Session { home, dll: Dll::open("vmcompute") }
    }

    /// The service.
    pub fn fake(&self) -> &Fake {
        self.home.fake()
    }

    /// Calls a function.
    pub fn call(&self, function: &str, arguments: &mut [Argument]) -> u32 {
        self.dll.call(function, arguments)
    }

    /// Makes a container with a mapped directory, and hears that it is there.
    pub fn created(&self, id: &str, last: bool) -> (usize, Ear, usize) {
        let mapped = json!([{
            "HostPath": self.home.folder(), "ContainerPath": "C:\\mapped", "ReadOnly": false,
            "BandwidthMaximum": 0, "IOPSMaximum": 0, "CreateInUtilityVM": false,
        }]);
        let document = json!({
            "SystemType": "Container", "Name": id, "Owner": "test", "Layers": [], "HvPartition": false,
            "MappedDirectories": mapped, "TerminateOnLastHandleClosed": last,
        });
        let (mut system, mut result, ear, mut callback) = (0, String::new(), Ear::default(), 0);
        let document = document.to_string();
        let mut arguments = [Text(id), Text(&document), Number(0), Out(&mut system), Document(&mut result)];
        assert_eq!(self.call("HcsCreateComputeSystem", &mut arguments), PENDING, "{result}");
        let mut arguments = [Number(system), ear.notification(), ear.context(), Out(&mut callback)];
        assert_eq!(self.call("HcsRegisterComputeSystemCallback", &mut arguments), 0);
        assert_eq!(ear.next(SOON).map(|heard| (heard.kind, heard.status)), Some((2, 0)));
        (system, ear, callback)
    }

    /// The same, and starts it.
    pub fn started(&self, id: &str) -> (usize, Ear, usize) {
        let (system, ear, callback) = self.created(id, false);
        let started = self.call("HcsStartComputeSystem", &mut [Number(system), Text(""), Document(&mut String::new())]);
        assert_eq!(started, PENDING);
        assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(3));
        (system, ear, callback)
    }

    /// Starts a process: its handle, its id and its three pipes.
    pub fn process(&self, system: usize, parameters: &Value) -> (usize, [usize; 4]) {
        let (mut process, mut information, mut result) = (0, [0; 4], String::new());
        let parameters = parameters.to_string();
        let mut arguments =
            [Number(system), Text(&parameters), Block(&mut information), Out(&mut process), Document(&mut result)];
        assert_eq!(self.call("HcsCreateProcess", &mut arguments), 0, "{result}");
        (process, information)
    }

    /// Waits for the end of a process, and answers its code.
    pub fn ended(&self, process: usize) -> u64 {
        let (ear, mut callback) = (Ear::default(), 0);
        let mut arguments = [Number(process), ear.notification(), ear.context(), Out(&mut callback)];
        assert_eq!(self.call("HcsRegisterProcessCallback", &mut arguments), 0);
        assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(0x10000));
        let mut status = String::new();
        let mut arguments = [Number(process), Document(&mut status), Document(&mut String::new())];
        assert_eq!(self.call("HcsGetProcessProperties", &mut arguments), 0);
        assert_eq!(self.call("HcsUnregisterProcessCallback", &mut [Number(callback)]), 0);
        let status: Value = serde_json::from_str(&status).expect("a status");
        assert_eq!((&status["Exited"], &status["LastWaitResult"]), (&json!(true), &json!(0)));
        status["ExitCode"].as_u64().expect("a code")
    }

    /// Ends a container, and hears it.
    pub fn terminate(&self, system: usize, ear: &Ear) {
        let mut arguments = [Number(system), Text("{}"), Document(&mut String::new())];
        assert_eq!(self.call("HcsTerminateComputeSystem", &mut arguments), PENDING);
        assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(1));
    }
}
