//! The choice of a container's folders: no system call but what the caller's oracle does.
//!
//! `cgroupsPath` is taken as written below each hierarchy's root when it is absolute, and below `/silo` when it is relative;
//! without one the group is `/silo/<id>`. A user who may not make that folder gets one below the highest group that was
//! delegated to him (version 2 only), or none. Limits that then cannot be held are a failure.

use super::demand::{Demand, demands};
use super::{Cgroup, Group, Hierarchy, Layout};
use crate::Failure;
use hcs_host::plan::linux::support::{self, resources::refuse};
use hcs_schema::oci::Resources;
use rustix::fs::{Access, AtFlags, CWD};
use rustix::io::Errno;
use std::path::{Component, Path, PathBuf};

/// What every container takes part in, where it is mounted. Each further hierarchy costs mkdir, join and rmdir (about 40 µs).
pub(super) const ALWAYS: [&str; 6] = ["memory", "cpu", "cpuacct", "pids", "devices", "freezer"];

/// The folder of groups that name no place of their own.
pub(super) const HOME: &str = "silo";

/// What [`Cgroup::plan`] must know about this process.
pub struct Options<'a> {
    /// Whether this process may make (or change) something at a path.
    pub writable: &'a dyn Fn(&Path) -> bool,
}

impl Options<'static> {
    /// The process that asks, by the kernel's own judgement.
    pub fn here() -> Self {
        Options { writable: &writable }
    }
}

/// Whether this process may write the path or, while it does not exist, the nearest folder above it.
fn writable(path: &Path) -> bool {
    path.ancestors()
        .map(|path| rustix::fs::accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS))
        .find(|answer| *answer != Err(Errno::NOENT))
        .is_some_and(|answer| answer.is_ok())
}

impl Cgroup {
    /// Chooses the group of container `id`. Fails for limits that no controller here can hold, naming the field.
    pub fn plan(
        layout: &Layout,
        cgroups_path: Option<&str>,
        id: &str,
        resources: &Resources,
        options: &Options<'_>,
    ) -> Result<Cgroup, Failure> {
        let route = Route::new(cgroups_path, id)?;
        let demands = demands(resources);
        refuse(resources, &|controller| layout.v1(controller).is_none())?;
        find_all(layout, &demands)?;
        let wanted = |name: &String| ALWAYS.contains(&name.as_str()) || demands.iter().any(|d| d.controller == *name);
        let mut groups = Vec::new();
        for hierarchy in layout.hierarchies.iter().filter(|hierarchy| !is_named(hierarchy)) {
            let held = held(layout, hierarchy);
            let asked = demands.iter().find(|demand| held.contains(&demand.controller));
            if !held.iter().any(wanted) {
                continue;
            }
            match (route.folder(hierarchy, options), asked) {
                (Some(folder), _) => groups.push(group(hierarchy, folder, held, &demands)),
                (None, Some(demand)) => return Err(forbidden(hierarchy, &demand.field)),
                (None, None) => {}
            }
        }
        Ok(Cgroup::from_groups(groups))
    }

    /// What an update of a running container needs beside this group: its folders in hierarchies that `resources` ask for
    /// and that it takes no part in yet. Enter the folders of the answer in the ledger, then hand it to [`Cgroup::absorb`].
    pub fn extension(
        &self,
        layout: &Layout,
        resources: &Resources,
        options: &Options<'_>,
    ) -> Result<Option<Cgroup>, Failure> {
        let demands = demands(resources);
        let demands: Vec<Demand> =
            demands.into_iter().filter(|demand| self.group(&demand.controller).is_none()).collect();
        let Some(first) = demands.first() else { return Ok(None) };
        let Some(known) = self.groups.first() else {
            return Err(Failure::unsupported(&first.field, "the container was made without a control group"));
        };
        find_all(layout, &demands)?;
        let relative = known.folder.strip_prefix(&known.mountpoint).unwrap_or(&known.folder).to_path_buf();
        let route = Route { relative, absolute: true };
        let mut groups = Vec::new();
        for hierarchy in layout.hierarchies.iter().filter(|hierarchy| !is_named(hierarchy)) {
            let held = held(layout, hierarchy);
            let Some(asked) = demands.iter().find(|demand| held.contains(&demand.controller)) else { continue };
            let folder = route.folder(hierarchy, options).ok_or_else(|| forbidden(hierarchy, &asked.field))?;
            groups.push(group(hierarchy, folder, held, &demands));
        }
        Ok(Some(Cgroup::from_groups(groups)))
    }
}

/// The part of a group that a kept folder is.
pub(super) fn reopen(layout: &Layout, folder: &Path) -> Result<Group, Failure> {
    let plain = folder.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    let hierarchy = layout
        .hierarchies
        .iter()
        .filter(|hierarchy| plain && folder.starts_with(&hierarchy.mountpoint) && folder != hierarchy.mountpoint)
        .max_by_key(|hierarchy| hierarchy.mountpoint.as_os_str().len())
        .ok_or_else(|| {
            let doing = format!("open control group {}", folder.display());
            Failure::invalid(doing, "it is not below the root of any mounted hierarchy")
        })?;
    Ok(group(hierarchy, folder.to_path_buf(), held(layout, hierarchy), &[]))
}

/// The folder of version 1's freezer that belongs to the same container as `folder`: groups lie at one path everywhere.
pub(super) fn freezer_beside(folder: &Path) -> Option<PathBuf> {
    let layout = Layout::detect().ok()?;
    let group = reopen(&layout, folder).ok().filter(|group| !group.v2)?;
    let relative = folder.strip_prefix(&group.mountpoint).ok()?;
    Some(layout.v1("freezer")?.mountpoint.join(relative))
}

fn group(hierarchy: &Hierarchy, folder: PathBuf, controllers: Vec<String>, demands: &[Demand]) -> Group {
    let required = |name: &&String| demands.iter().any(|demand| demand.controller == **name);
    Group {
        mountpoint: hierarchy.mountpoint.clone(),
        required: controllers.iter().filter(required).cloned().collect(),
        folder,
        controllers,
        v2: hierarchy.v2,
    }
}

fn is_named(hierarchy: &Hierarchy) -> bool {
    !hierarchy.v2 && hierarchy.controllers.iter().all(|name| name.starts_with("name="))
}

/// What a hierarchy holds, by the names of version 1. Version 2 stops processes, counts their run time and judges devices
/// without a controller; it does so here where no version 1 hierarchy does.
fn held(layout: &Layout, hierarchy: &Hierarchy) -> Vec<String> {
    if !hierarchy.v2 {
        return hierarchy.controllers.clone();
    }
    let renamed = hierarchy.controllers.iter().map(|name| if name == "io" { "blkio" } else { name });
    let built_in = ["cpuacct", "devices", "freezer", "cgroup"].into_iter().filter(|name| layout.v1(name).is_none());
    renamed.chain(built_in).map(String::from).collect()
}

/// Checks that something here holds every controller that is asked for.
fn find_all(layout: &Layout, demands: &[Demand]) -> Result<(), Failure> {
    for demand in demands {
        let holds = |hierarchy: &&Hierarchy| {
            (hierarchy.v2 || !demand.v2) && held(layout, hierarchy).contains(&demand.controller)
        };
        if !layout.hierarchies.iter().any(|hierarchy| holds(&hierarchy)) {
            return Err(missing(demand));
        }
    }
    Ok(())
}

fn missing(demand: &Demand) -> Failure {
    let (name, version) = (&demand.controller, if demand.v2 { " in version 2" } else { "" });
    Failure::unsupported(
        &demand.field,
        format!(
            "the {name} controller is not available on this host{version}: leave the field out, or mount the controller's \
             hierarchy (or boot a kernel that has it)"
        ),
    )
}

fn forbidden(hierarchy: &Hierarchy, field: &str) -> Failure {
    let why = format!(
        "this user may not make control groups in {}: leave the limit out, have the group delegated (systemd's Delegate=yes, \
         version 2 only) or run as root",
        hierarchy.mountpoint.display()
    );
    Failure::errno(field, Errno::ACCESS).hint(why)
}

/// Where the group lies below a hierarchy's root.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    relative: PathBuf,
    absolute: bool,
}

impl Route {
    fn new(cgroups_path: Option<&str>, id: &str) -> Result<Route, Failure> {
        let (text, absolute) = match cgroups_path.filter(|path| !path.is_empty()) {
            Some(path) => (path, path.starts_with('/')),
            None => (id, false),
        };
        support::cgroups_path(text)?;
        let mut relative = PathBuf::from(if absolute { "" } else { HOME });
        relative.extend(Path::new(text).components().filter(|part| matches!(part, Component::Normal(_))));
        Ok(Route { relative, absolute })
    }

    /// The folder in one hierarchy, where this process may make one.
    fn folder(&self, hierarchy: &Hierarchy, options: &Options<'_>) -> Option<PathBuf> {
        let folder = hierarchy.mountpoint.join(&self.relative);
        // Whoever may write the root, which is there, need not look up what is not.
        if (options.writable)(&hierarchy.mountpoint) || (options.writable)(&folder) {
            return Some(folder);
        }
        (hierarchy.v2 && !self.absolute).then(|| delegated(hierarchy, options))?.map(|top| top.join(&self.relative))
    }
}

/// The highest group above this process's own, or its own, that was handed to this user.
fn delegated(hierarchy: &Hierarchy, options: &Options<'_>) -> Option<PathBuf> {
    let own = hierarchy.mountpoint.join(hierarchy.own.strip_prefix("/").unwrap_or(&hierarchy.own));
    own.ancestors()
        .take_while(|group| group.starts_with(&hierarchy.mountpoint))
        .take_while(|group| (options.writable)(group) && (options.writable)(&group.join("cgroup.procs")))
        .last()
        .map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{folders, hybrid, pure_v1, pure_v2};
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const ANYWHERE: Options<'static> = Options { writable: &|_| true };
    const NOWHERE: Options<'static> = Options { writable: &|_| false };

    fn plan(
        layout: &Layout,
        path: Option<&str>,
        value: serde_json::Value,
        options: &Options<'_>,
    ) -> Result<Cgroup, Failure> {
        Cgroup::plan(layout, path, "c1", &serde_json::from_value(value).unwrap(), options)
    }

    #[test]
    fn v1_takes_the_hierarchies_that_every_container_needs() {
        let cgroup = plan(&pure_v1(), None, json!({}), &ANYWHERE).unwrap();
        let expected = ["cpu,cpuacct", "memory", "pids", "devices", "freezer"];
        assert_eq!(folders(&cgroup), expected.map(|name| format!("/cg/{name}/silo/c1")));
    }

    #[test]
    fn further_hierarchies_come_with_their_limits() {
        let limits = json!({"cpu": {"cpus": "0"}, "blockIO": {"weight": 10}, "network": {"classID": 1}});
        let cgroup = plan(&pure_v1(), None, limits, &ANYWHERE).unwrap();
        for name in ["cpuset", "blkio", "net_cls"] {
            assert!(folders(&cgroup).contains(&format!("/cg/{name}/silo/c1")), "{cgroup:?}");
        }
    }

    #[test]
    fn hybrid_uses_v2_only_for_what_v1_lacks() {
        let none = plan(&hybrid(), None, json!({}), &ANYWHERE).unwrap();
        assert!(none.groups.iter().all(|group| !group.v2));
        let huge = json!({"hugepageLimits": [{"pageSize": "2MB", "limit": 1}]});
        let huge = plan(&hybrid(), None, huge, &ANYWHERE).unwrap();
        let v2 = huge.groups.iter().find(|group| group.v2).unwrap();
        assert_eq!(v2.folder, Path::new("/cg/unified/silo/c1"));
        assert_eq!(v2.required, ["hugetlb"]);
        assert!(!v2.holds("devices") && !v2.holds("freezer"));
    }

    #[test]
    fn pure_v2_is_one_folder_that_holds_all() {
        let cgroup = plan(&pure_v2(), Some("/kubepods/pod1/c1"), json!({"memory": {"limit": 5}}), &ANYWHERE).unwrap();
        assert_eq!(folders(&cgroup), ["/cg/kubepods/pod1/c1"]);
        let group = &cgroup.groups[0];
        assert!(["memory", "blkio", "devices", "freezer", "cpuacct"].iter().all(|name| group.holds(name)), "{group:?}");
        assert_eq!(group.required, ["memory"]);
    }

    #[test]
    fn a_controller_that_is_missing_is_named_with_its_field() {
        for (value, field, controller) in [
            (json!({"rdma": {"m": {"hcaHandles": 1}}}), "rdma", "rdma"),
            (json!({"network": {"classID": 3}}), "network.classID", "net_cls"),
            (json!({"unified": {"memory.high": "1"}}), "unified.memory.high", "memory"),
        ] {
            let failure = plan(&hybrid(), None, value, &ANYWHERE).unwrap_err();
            assert_eq!(failure.doing, format!("linux.resources.{field}"));
            assert!(failure.why.starts_with(&format!("the {controller} controller is not available")), "{failure}");
        }
    }

    #[test]
    fn a_user_without_rights_gets_no_group_or_a_reason() {
        for layout in [pure_v1(), hybrid(), pure_v2()] {
            let devices = json!({"devices": [{"allow": false}], "memory": {"limit": -1}});
            assert!(plan(&layout, None, devices, &NOWHERE).unwrap().is_empty());
            let failure = plan(&layout, None, json!({"pids": {"limit": 7}}), &NOWHERE).unwrap_err();
            assert_eq!(failure.errno, Errno::ACCESS.raw_os_error());
            assert!(failure.doing == "linux.resources.pids.limit" && failure.why.contains("run as root"), "{failure}");
        }
    }

    #[test]
    fn a_delegated_user_gets_a_group_below_the_highest_that_is_his() {
        let mine = |path: &Path| path.starts_with("/cg/user.slice/user-7.slice/user@7.service");
        let options = Options { writable: &mine };
        let mut layout = pure_v2();
        layout.hierarchies[0].own = "/user.slice/user-7.slice/user@7.service/app.slice/term.scope".into();
        let cgroup = plan(&layout, None, json!({"pids": {"limit": 7}}), &options).unwrap();
        assert_eq!(folders(&cgroup), ["/cg/user.slice/user-7.slice/user@7.service/silo/c1"]);
        assert!(plan(&layout, Some("/elsewhere"), json!({}), &options).unwrap().is_empty());
    }

    #[test]
    fn systemd_paths_and_ways_out_are_refused() {
        for (path, why) in [
            ("system.slice:silo:c1", "slice:prefix:name"),
            ("../x", ".."),
            ("/a/../../b", ".."),
            ("/", "no folder"),
            (".", "no folder"),
            ("/a\nb", "no folder"),
        ] {
            let failure = plan(&pure_v1(), Some(path), json!({}), &ANYWHERE).unwrap_err();
            assert!(failure.why.contains(why) && failure.doing.contains("cgroupsPath"), "{path}: {failure}");
        }
        assert!(Cgroup::plan(&pure_v1(), None, "..", &Resources::default(), &ANYWHERE).is_err());
        let kept = plan(&pure_v2(), Some("/a:b:c"), json!({}), &ANYWHERE).unwrap();
        assert_eq!(folders(&kept), ["/cg/a:b:c"]);
    }

    #[test]
    fn what_was_planned_opens_again() {
        let limits = json!({"hugepageLimits": [{"pageSize": "2MB", "limit": 1}], "cpu": {"cpus": "0"}});
        for layout in [hybrid(), pure_v2()] {
            let mut planned = plan(&layout, Some("/a/b"), limits.clone(), &ANYWHERE).unwrap();
            planned.groups.iter_mut().for_each(|group| group.required.clear());
            assert_eq!(Cgroup::open_in(&layout, planned.folders()).unwrap(), planned);
        }
        for folder in ["/cg/memory", "/elsewhere/x", "/cg/memory/../x", "relative"] {
            assert!(Cgroup::open_in(&hybrid(), &[folder.into()]).is_err(), "{folder}");
        }
    }

    #[test]
    fn an_update_adds_the_hierarchies_it_needs() {
        let layout = pure_v1();
        let cgroup = plan(&layout, Some("/a/b"), json!({}), &ANYWHERE).unwrap();
        let extend = |value| cgroup.extension(&layout, &serde_json::from_value(value).unwrap(), &ANYWHERE);
        assert_eq!(extend(json!({"memory": {"limit": 9}})).unwrap(), None);
        let more = extend(json!({"memory": {"limit": 9}, "cpu": {"cpus": "0"}})).unwrap().unwrap();
        assert_eq!(folders(&more), ["/cg/cpuset/a/b"]);
        assert!(extend(json!({"rdma": {"x": {}}})).is_err());
    }

    proptest! {
        #[test]
        fn no_path_leaves_the_hierarchy(path in "[/.a:\\\\ ]{0,12}") {
            if let Ok(cgroup) = plan(&pure_v2(), Some(&path), json!({}), &ANYWHERE) {
                let folder = &cgroup.folders()[0];
                prop_assert!(folder.starts_with("/cg") && folder != Path::new("/cg"));
                prop_assert!(!folder.components().any(|part| part == Component::ParentDir));
                prop_assert_eq!(path.starts_with('/') || path.is_empty() || folder.starts_with("/cg/silo"), true);
            }
        }
    }
}
