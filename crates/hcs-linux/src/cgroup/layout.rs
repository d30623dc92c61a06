//! How control groups are mounted here, read from two files of `/proc`.
//!
//! Every container start asks, so each file is read once and only lines that mention a control group are taken apart. The
//! parser works on strings; reading is three lines around it. Mounts that show only a part of a hierarchy are kept, with this
//! process's own group counted from what they show.

use super::file;
use crate::{Context, Failure};
use std::path::{Path, PathBuf};

/// How this machine's control groups are mounted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Layout {
    /// Every mounted hierarchy.
    pub hierarchies: Vec<Hierarchy>,
}

/// One mounted hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hierarchy {
    /// Where it is mounted.
    pub mountpoint: PathBuf,
    /// Controllers it carries; a named hierarchy has `name=…` as its only one.
    pub controllers: Vec<String>,
    /// Whether this is a version 2 hierarchy.
    pub v2: bool,
    /// This process's own group in it, as a path that begins with `/`.
    pub own: PathBuf,
}

impl Layout {
    /// Reads the layout that this process sees.
    pub fn detect() -> Result<Layout, Failure> {
        let mountinfo = read("/proc/self/mountinfo")?;
        let own = read("/proc/self/cgroup")?;
        let mut layout = Layout::parse(&mountinfo, &own);
        for v2 in layout.hierarchies.iter_mut().filter(|hierarchy| hierarchy.v2) {
            let list = v2.mountpoint.join("cgroup.controllers");
            let text = file::read(&list).doing(|| format!("read {}", list.display()))?;
            v2.controllers = text.split_whitespace().map(String::from).collect();
        }
        Ok(layout)
    }

    /// Takes apart the texts of `/proc/PID/mountinfo` and `/proc/PID/cgroup`. A version 2 hierarchy's controllers are in a
    /// file of its own and stay empty; lines that make no sense are left out.
    pub fn parse(mountinfo: &str, own: &str) -> Layout {
        let memberships: Vec<Membership> = own.lines().filter_map(Membership::parse).collect();
        let mut found: Vec<(usize, bool, Hierarchy)> = Vec::new();
        for mount in mountinfo.lines().filter(|line| line.contains(" - cgroup")).filter_map(Mount::parse) {
            let Some((index, membership)) = mount.hierarchy(&memberships) else { continue };
            let below = below(membership.path, &mount.root);
            let entry = Hierarchy {
                mountpoint: PathBuf::from(unescape(mount.point)),
                controllers: membership.controllers().map(String::from).collect(),
                v2: mount.v2,
                own: PathBuf::from(below.unwrap_or("/")),
            };
            match found.iter_mut().find(|(other, ..)| *other == index) {
                None => found.push((index, below.is_some(), entry)),
                Some(seen) if !seen.1 && below.is_some() => *seen = (index, true, entry),
                Some(_) => {}
            }
        }
        Layout { hierarchies: found.into_iter().map(|(_, _, hierarchy)| hierarchy).collect() }
    }

    /// The version 1 hierarchy that carries a controller.
    pub fn v1(&self, controller: &str) -> Option<&Hierarchy> {
        self.hierarchies.iter().find(|hierarchy| !hierarchy.v2 && hierarchy.carries(controller))
    }

    /// The version 2 hierarchy.
    pub fn v2(&self) -> Option<&Hierarchy> {
        self.hierarchies.iter().find(|hierarchy| hierarchy.v2)
    }
}

impl Hierarchy {
    /// Whether it carries this controller.
    pub fn carries(&self, controller: &str) -> bool {
        self.controllers.iter().any(|carried| carried == controller)
    }
}

fn read(path: &str) -> Result<String, Failure> {
    file::read(Path::new(path)).doing(|| format!("read {path}"))
}

/// A line of `/proc/PID/cgroup`: `4:memory:/group`, `9:name=systemd:/`, `0::/group`.
struct Membership<'a> {
    controllers: &'a str,
    path: &'a str,
}

impl<'a> Membership<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.splitn(3, ':');
        fields.next()?;
        let (controllers, path) = (fields.next()?, fields.next()?);
        path.starts_with('/').then_some(Membership { controllers, path })
    }

    fn controllers(&self) -> impl Iterator<Item = &'a str> {
        self.controllers.split(',').filter(|name| !name.is_empty())
    }
}

/// The fields of a mountinfo line that matter for a control group.
struct Mount<'a> {
    root: String,
    point: &'a str,
    v2: bool,
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (left, right) = line.split_once(" - ")?;
        let mut left = left.split(' ').skip(3);
        let (root, point) = (unescape(left.next()?), left.next()?);
        let mut right = right.split(' ');
        let v2 = match right.next()? {
            "cgroup" => false,
            "cgroup2" => true,
            _ => return None,
        };
        let options = right.nth(1)?;
        point.starts_with('/').then_some(Mount { root, point, v2, options })
    }

    /// The membership of this process in the mounted hierarchy: version 1 mounts list its controllers among their options.
    fn hierarchy<'m, 'b>(&self, memberships: &'m [Membership<'b>]) -> Option<(usize, &'m Membership<'b>)> {
        memberships.iter().enumerate().find(|(_, membership)| match self.v2 {
            true => membership.controllers.is_empty(),
            false => {
                !membership.controllers.is_empty()
                    && membership.controllers().all(|name| self.options.split(',').any(|option| option == name))
            }
        })
    }
}

/// The part of `path` below `root`, or nothing when it is elsewhere (a control group namespace shows such paths with `..`).
fn below<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(root.trim_end_matches('/'))?;
    match rest {
        "" => Some("/"),
        rest if rest.starts_with('/') && !rest.split('/').any(|part| part == "..") => Some(rest),
        _ => None,
    }
}

/// Undoes the kernel's octal escapes of space, tab, newline and backslash.
fn unescape(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut rest = field;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 4).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match digits.filter(u8::is_ascii) {
            Some(byte) => {
                text.push(byte as char);
                rest = &rest[at + 4..];
            }
            None => {
                text.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HYBRID_MOUNTS: &str = "\
23 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:10 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
";
    const HYBRID_OWN: &str = "9:name=systemd:/user.slice\n4:memory:/a/b\n1:cpu,cpuacct:/\n0::/user.slice/x\n";

    fn summary(layout: &Layout) -> Vec<(&str, String, bool, &str)> {
        layout
            .hierarchies
            .iter()
            .map(|h| (h.mountpoint.to_str().unwrap(), h.controllers.join(","), h.v2, h.own.to_str().unwrap()))
            .collect()
    }

    #[test]
    fn a_hybrid_machine() {
        let layout = Layout::parse(HYBRID_MOUNTS, HYBRID_OWN);
        assert_eq!(
            summary(&layout),
            [
                ("/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct".into(), false, "/"),
                ("/sys/fs/cgroup/memory", "memory".into(), false, "/a/b"),
                ("/sys/fs/cgroup/systemd", "name=systemd".into(), false, "/user.slice"),
                ("/sys/fs/cgroup/unified", String::new(), true, "/user.slice/x"),
            ]
        );
        assert_eq!(layout.v1("cpuacct").unwrap().mountpoint, Path::new("/sys/fs/cgroup/cpu,cpuacct"));
        assert_eq!(layout.v1("pids"), None);
        assert!(layout.v2().is_some());
    }

    #[test]
    fn a_pure_v2_machine() {
        let layout = Layout::parse(
            "28 23 0:25 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n",
            "0::/user.slice/user-1000.slice\n",
        );
        assert_eq!(summary(&layout), [("/sys/fs/cgroup", String::new(), true, "/user.slice/user-1000.slice")]);
    }

    #[test]
    fn a_mount_that_shows_a_part_counts_own_from_there() {
        let mounts = "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
        let own = |text: &str| Layout::parse(mounts, text).hierarchies[0].own.clone();
        assert_eq!(own("4:memory:/docker/abc"), Path::new("/"));
        assert_eq!(own("4:memory:/docker/abc/x/y"), Path::new("/x/y"));
        assert_eq!(own("4:memory:/docker/abcd"), Path::new("/"));
        assert_eq!(own("4:memory:/../other"), Path::new("/"));
    }

    #[test]
    fn a_mount_that_shows_own_wins_over_an_earlier_one_that_does_not() {
        let mounts = "35 31 0:32 /other /part rw - cgroup cgroup rw,memory\n\
                      36 31 0:32 / /whole rw - cgroup cgroup rw,memory\n\
                      37 31 0:32 / /again rw - cgroup cgroup rw,memory\n";
        let layout = Layout::parse(mounts, "4:memory:/mine\n");
        assert_eq!(summary(&layout), [("/whole", "memory".into(), false, "/mine")]);
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescape(r"/a\040b\134c\011"), "/a b\\c\t");
        assert_eq!(unescape(r"\04"), r"\04");
        assert_eq!(unescape(r"\999\é"), r"\999\é");
    }

    #[test]
    fn detection_finds_this_machines_hierarchies() {
        let layout = Layout::detect().unwrap();
        for hierarchy in &layout.hierarchies {
            assert!(hierarchy.own.starts_with("/"), "{hierarchy:?}");
            assert!(hierarchy.mountpoint.join("cgroup.procs").exists(), "{hierarchy:?}");
        }
    }

    fn place() -> impl Strategy<Value = (String, String)> {
        ("[a-z \\\\]{1,6}", prop::collection::vec("[a-z0-9.]{0,2}[a-z0-9]", 0..4))
            .prop_map(|(point, own)| (format!("/{point}"), format!("/{}", own.join("/"))))
    }

    proptest! {
        #[test]
        fn what_is_mounted_is_found(entries in prop::collection::btree_map("c[a-z]{1,5}", place(), 0..6)) {
            let escape = |text: &str| text.replace('\\', r"\134").replace(' ', r"\040");
            let (mut mounts, mut own, mut expected) = (String::new(), String::new(), Vec::new());
            for (id, (controller, (point, path))) in entries.iter().enumerate() {
                mounts += &format!("{id} 1 0:{id} / {} rw shared:{id} - cgroup cgroup rw,{controller}\n", escape(point));
                own = format!("{id}:{controller}:{path}\n{own}");
                let (mountpoint, controllers) = (point.into(), vec![controller.clone()]);
                expected.push(Hierarchy { mountpoint, controllers, v2: false, own: path.into() });
            }
            prop_assert_eq!(Layout::parse(&mounts, &own).hierarchies, expected);
        }

        #[test]
        fn nonsense_is_survived(mounts in any::<String>(), own in any::<String>()) {
            let _ = Layout::parse(&mounts, &own);
            let _ = Layout::parse(&format!("1 2 3 {mounts} - cgroup {own}"), &format!("{own}\n0::{mounts}"));
            let _ = unescape(&mounts);
        }
    }
}
