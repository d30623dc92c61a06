//! Writing limits: at first, and again for an update.
//!
//! What is written is chosen by [`v1`](super::v1) and [`v2`](super::v2); here is when. An update leaves alone what it does
//! not name, device rules included.

use super::demand::demands;
use super::{Cgroup, Group, device_v1, device_v2, end, file, v1, v2};
use crate::{Context, Failure};
use hcs_host::plan::linux::support::resources::refuse;
use hcs_schema::oci::{DeviceRule, Memory, Resources};

impl Cgroup {
    /// Writes the limits of a new container, and its device rules.
    pub fn apply(&self, resources: &Resources) -> Result<(), Failure> {
        self.limit(resources)?;
        self.restrict(&resources.devices)
    }

    /// Writes the limits of a new container.
    pub fn limit(&self, resources: &Resources) -> Result<(), Failure> {
        self.groups.iter().try_for_each(|group| group.limit(resources))
    }

    /// Writes the device rules of a new container: whoever names none gets the devices of every container.
    pub fn restrict(&self, rules: &[DeviceRule]) -> Result<(), Failure> {
        self.groups.iter().filter(|group| group.holds("devices")).try_for_each(|group| match group.v2 {
            true => device_v2::apply(&group.folder, rules),
            false => device_v1::apply(&group.folder, rules),
        })
    }

    /// Writes the limits of a running container anew. [`Cgroup::extension`] comes first.
    pub fn update(&self, resources: &Resources) -> Result<(), Failure> {
        let on_v2 = |name: &str| self.group(name).is_some_and(|group| group.v2);
        refuse(resources, &on_v2)?;
        let demands = demands(resources);
        for demand in &demands {
            if self.group(&demand.controller).is_none_or(|group| demand.v2 && !group.v2) {
                let why = format!("the container has no control group with the {} controller", demand.controller);
                return Err(Failure::unsupported(&demand.field, why));
            }
        }
        for group in &self.groups {
            if group.v2 {
                let required: Vec<String> = demands.iter().map(|demand| demand.controller.clone()).collect();
                let required: Vec<String> = required.into_iter().filter(|name| group.holds(name)).collect();
                group.enable(&required)?;
            }
            group.limit(resources)?;
            if group.holds("devices") && !resources.devices.is_empty() {
                match group.v2 {
                    true => device_v2::update(&group.folder, &resources.devices)?,
                    false => device_v1::update(&group.folder, &resources.devices)?,
                }
            }
        }
        Ok(())
    }

    /// Makes the groups of an [extension](Cgroup::extension), moves every process of the container into them and makes them
    /// part of this group. The limits follow with [`Cgroup::update`].
    pub fn absorb(&mut self, extension: Cgroup) -> Result<(), Failure> {
        const ROUNDS: usize = 100;
        extension.create()?;
        for group in &extension.groups {
            let procs = group.file("cgroup.procs");
            for round in 0.. {
                let there = end::pids_below(&group.folder)?;
                let left: Vec<u32> = self.pids()?.into_iter().filter(|pid| !there.contains(pid)).collect();
                if left.is_empty() || round == ROUNDS {
                    break;
                }
                for pid in left {
                    match file::write(&procs, &pid.to_string()) {
                        Ok(()) | Err(rustix::io::Errno::SRCH) => {}
                        moved => moved.doing(|| format!("move process {pid} to {}", group.folder.display()))?,
                    }
                }
            }
        }
        self.folders.extend(extension.folders);
        self.groups.extend(extension.groups);
        Ok(())
    }
}

impl Group {
    fn limit(&self, resources: &Resources) -> Result<(), Failure> {
        if let Some(memory) = resources.memory.as_ref().filter(|_| self.holds("memory")) {
            self.check_usage(memory)?;
        }
        let settings = if self.v2 { v2::settings(self, resources)? } else { v1::settings(self, resources)? };
        file::settle(&self.folder, settings)
    }

    /// Refuses a limit below the present use, where that was asked for. Version 1 always refuses it.
    fn check_usage(&self, memory: &Memory) -> Result<(), Failure> {
        let Some(limit) = memory.limit.filter(|limit| *limit > 0 && memory.check_before_update == Some(true)) else {
            return Ok(());
        };
        let path = self.file(if self.v2 { "memory.current" } else { "memory.usage_in_bytes" });
        let used = file::read(&path).doing(|| format!("read {}", path.display()))?;
        match used.trim().parse::<i64>() {
            Ok(used) if used <= limit => Ok(()),
            _ => Err(Failure::invalid(
                "linux.resources.memory.limit",
                format!("the container uses {} bytes and checkBeforeUpdate is set", used.trim()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fake_group;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_limit_below_the_use_is_refused_when_asked() {
        let (_root, group) = fake_group("memory", true, &[("memory.current", "5000\n"), ("memory.max", "max")]);
        let limit = |value| group.limit(&serde_json::from_value(json!({ "memory": value })).unwrap());
        let failure = limit(json!({"limit": 4999, "checkBeforeUpdate": true})).unwrap_err();
        assert!(failure.why.contains("uses 5000 bytes"), "{failure}");
        limit(json!({"limit": 5000, "checkBeforeUpdate": true})).unwrap();
        assert_eq!(file::read(&group.file("memory.max")).unwrap(), "5000");
        limit(json!({"limit": 4999})).unwrap();
    }

    #[test]
    fn an_update_needs_a_group_for_each_limit() {
        let (_root, group) = fake_group("memory", false, &[]);
        let cgroup = Cgroup::from_groups(vec![group]);
        let update = |value| cgroup.update(&serde_json::from_value(value).unwrap()).unwrap_err().doing;
        assert_eq!(update(json!({"cpu": {"cpus": "0"}})), "linux.resources.cpu.cpus");
        assert_eq!(update(json!({"unified": {"memory.high": "1"}})), "linux.resources.unified.memory.high");
        assert_eq!(update(json!({"memory": {"kernel": 1}})), "linux.resources.memory.kernel");
    }

    #[test]
    fn an_update_enables_what_it_needs() {
        let files = [("cgroup.controllers", "pids\n"), ("pids.max", "")];
        let (_root, group) = fake_group("pids", true, &files);
        let cgroup = Cgroup::from_groups(vec![group]);
        cgroup.update(&serde_json::from_value(json!({"pids": {"limit": 9}})).unwrap()).unwrap();
        assert_eq!(file::read(&cgroup.groups[0].file("pids.max")).unwrap(), "9");
    }
}
