//! Which isolation an image needs on a host, by their versions.
//!
//! The rules are public: the page "Windows container version compatibility" of Microsoft's documentation
//! (<https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility>) and, for builds
//! that it leaves out, the check in `osversion/platform_compat_windows.go` of <https://github.com/microsoft/hcsshim>.
//!
//! - Nothing runs an image that is newer than the host: its programs ask for calls that the host's kernel does not have, and
//!   a utility VM would need a newer hypervisor.
//! - Process isolation shares the host's kernel. Up to Windows Server 2022 the builds must be the same. From then on the calls
//!   are stable: a host takes images from the long-term release before it up to itself. Windows 11 counts as what it is built
//!   on, so its releases up to 25H2 (build 26200) take images of Server 2022.
//! - On Server 2016 the revisions must be the same as well.
//! - Hyper-V isolation brings the image's own kernel, so it runs every image that is not newer.
//!
//! A build does not tell Windows 10 from the Server of the same build. The page wants Hyper-V isolation on Windows 10, and
//! its kernel takes process isolation by the same rules, which is what counts here.

use super::facts::builds;
use super::{HostFacts, Isolation, Os};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Windows 11, version 25H2: the last that is built on the same base as Server 2025.
const WINDOWS_11_25H2: u32 = 26200;

/// Long-term releases whose images newer hosts run on their own kernel, with the last host that does.
const STABLE: &[(u32, u32)] = &[(builds::SERVER_2022, WINDOWS_11_25H2), (builds::SERVER_2025, u32::MAX)];

/// The version of Windows that an image was made for: `os.version` of its manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageVersion {
    /// Build, for example 17763.
    pub build: u32,
    /// Revision; 0 where it is not known.
    pub revision: u32,
}

impl fmt::Display for ImageVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Os::Windows { build: self.build, revision: self.revision }.fmt(f)
    }
}

/// The isolation to use for an image on a host, with the reason in a sentence; or why there is none. An image whose version
/// is not known is taken to be the host's.
///
/// # Errors
/// A sentence that says why the image cannot run as asked, and what would help.
pub fn isolation_for(
    image: Option<ImageVersion>,
    host: &HostFacts,
    asked: Isolation,
) -> Result<(Isolation, String), String> {
    let Os::Windows { build, revision } = host.os else { return on_linux(image, asked) };
    let Some(image) = image else {
        let unknown = "the version of the image is not known, so it is taken to be the host's";
        return match asked {
            Isolation::Hypervisor => hypervisor("Hyper-V isolation is asked for", host),
            Isolation::Auto | Isolation::Process => Ok((Isolation::Process, sentence(unknown))),
        };
    };
    if image.build > build {
        return Err(format!(
            "the image was made for {image}, and the host is {host}: neither kind of isolation runs an image that is newer \
             than its host. Use an image for build {build} or an earlier one, or a newer host"
        ));
    }
    match (asked, shares_kernel(image, build, revision)) {
        (Isolation::Hypervisor, _) => hypervisor("Hyper-V isolation is asked for", host),
        (_, Ok(why)) => Ok((Isolation::Process, sentence(&why))),
        (Isolation::Auto, Err(why)) => {
            let reason = format!("the image was made for {image}, and the host is {host}, {why}");
            if host.hypervisor {
                return Ok((
                    Isolation::Hypervisor,
                    sentence(&format!("{reason}: a utility VM brings the image's own kernel")),
                ));
            }
            Err(format!(
                "{reason}: it needs Hyper-V isolation, and there is no Hyper-V. Turn Hyper-V on, or {}",
                better(build)
            ))
        }
        (Isolation::Process, Err(why)) => Err(format!(
            "the image was made for {image}, and the host is {host}, {why}. Use Hyper-V isolation, or {}",
            better(build)
        )),
    }
}

/// Linux hosts have no Windows kernel to share, and no utility VMs so far.
fn on_linux(image: Option<ImageVersion>, asked: Isolation) -> Result<(Isolation, String), String> {
    match (image, asked) {
        (Some(image), _) => Err(format!(
            "the image was made for {image}, and the host is Linux: Windows containers need a Windows host"
        )),
        (None, Isolation::Hypervisor) => {
            Err("Hyper-V isolation is asked for, and the host is Linux: it has no Hyper-V. Ask for process isolation"
                .into())
        }
        (None, _) => Ok((Isolation::Process, "The host is Linux, and its kernel isolates the container.".into())),
    }
}

/// Hyper-V isolation for a reason, if the host has it.
pub(super) fn hypervisor(reason: &str, host: &HostFacts) -> Result<(Isolation, String), String> {
    if host.hypervisor {
        return Ok((Isolation::Hypervisor, sentence(reason)));
    }
    Err(format!("{reason}, and the host, {host}, has no Hyper-V. Turn Hyper-V on"))
}

/// Whether an image that is not newer than the host can share its kernel, and why.
fn shares_kernel(image: ImageVersion, build: u32, revision: u32) -> Result<String, String> {
    let known = image.revision != 0 && revision != 0;
    if image.build == builds::SERVER_2016 && build == image.build && known && image.revision != revision {
        return Err("so their revisions differ, and on Windows Server 2016 they must be the same".into());
    }
    if image.build == build {
        return Ok(format!("image and host are both of build {build}, so the container shares the host's kernel"));
    }
    let oldest = STABLE.iter().find(|(_, last)| build <= *last).map_or(u32::MAX, |(first, _)| *first);
    if build < builds::SERVER_2022 {
        return Err("so their builds differ, and before Windows Server 2022 they must be the same".into());
    }
    if image.build < oldest {
        return Err(format!("which shares its kernel with images from build {oldest} on"));
    }
    let image = image.build;
    Ok(format!(
        "hosts of build {build} share their kernel with images from build {oldest} on, and this one is of build {image}"
    ))
}

fn better(build: u32) -> String {
    format!("use an image for build {build}")
}

/// A clause with a capital letter and a full stop.
pub(super) fn sentence(clause: &str) -> String {
    let mut chars = clause.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILDS: [u32; 13] =
        [14393, 16299, 17134, 17763, 18362, 18363, 19041, 19042, 20348, 22000, 22621, 25398, 26100];

    /// What each host makes of images of all builds, in their order, if it has Hyper-V: `P`rocess isolation, `H`yper-V
    /// isolation, or nothing. The rows of long-term releases and of Windows 11 are the page's tables; those of other Server
    /// releases are its rule that builds must match; what lies between Server 2022 and 2025 is the check named above.
    const MATRIX: [(u32, &str); 13] = [
        (14393, "P............"),
        (16299, "HP..........."),
        (17134, "HHP.........."),
        (17763, "HHHP........."),
        (18362, "HHHHP........"),
        (18363, "HHHHHP......."),
        (19041, "HHHHHHP......"),
        (19042, "HHHHHHHP....."),
        (20348, "HHHHHHHHP...."),
        (22000, "HHHHHHHHPP..."),
        (22621, "HHHHHHHHPPP.."),
        (25398, "HHHHHHHHPPPP."),
        (26100, "HHHHHHHHPPPPP"),
    ];

    fn image(build: u32) -> Option<ImageVersion> {
        Some(ImageVersion { build, revision: 0 })
    }

    fn host(build: u32, hypervisor: bool) -> HostFacts {
        HostFacts { hypervisor, ..HostFacts::windows(build) }
    }

    /// The letter of what is chosen.
    fn letter(image: Option<ImageVersion>, host: &HostFacts, asked: Isolation) -> char {
        match isolation_for(image, host, asked) {
            Ok((Isolation::Process, _)) => 'P',
            Ok((Isolation::Hypervisor, _)) => 'H',
            Ok((Isolation::Auto, _)) => panic!("nothing is chosen"),
            Err(_) => '.',
        }
    }

    fn row(build: u32, hypervisor: bool, asked: Isolation) -> String {
        BUILDS.iter().map(|of| letter(image(*of), &host(build, hypervisor), asked)).collect()
    }

    #[test]
    fn every_released_image_on_every_released_host() {
        for (build, chosen) in MATRIX {
            let process_only = chosen.replace('H', ".");
            assert_eq!(row(build, true, Isolation::Auto), chosen, "{build}");
            assert_eq!(row(build, false, Isolation::Auto), process_only, "{build} without Hyper-V");
            assert_eq!(row(build, true, Isolation::Process), process_only, "{build}, process isolation");
            assert_eq!(row(build, true, Isolation::Hypervisor), chosen.replace('P', "H"), "{build}, Hyper-V isolation");
            assert_eq!(row(build, false, Isolation::Hypervisor), ".".repeat(13), "{build}, Hyper-V isolation without");
        }
    }

    #[test]
    fn later_hosts_keep_the_images_of_the_long_term_release_before_them() {
        let on = |build, of| letter(image(of), &host(build, true), Isolation::Auto);
        assert_eq!([19043, 19044, 19045].map(|build| on(build, 19041)), ['H'; 3]);
        assert_eq!([on(22631, 20348), on(26200, 20348), on(26200, 26100), on(26200, 26200)], ['P'; 4]);
        assert_eq!([on(26201, 20348), on(26201, 26100), on(u32::MAX, 26100)], ['H', 'P', 'P']);
        assert_eq!([on(26200, 17763), on(0, 0), on(0, 1)], ['H', 'P', '.']);
    }

    #[test]
    fn revisions_count_on_server_2016_alone() {
        let on = |build, host_revision, revision| {
            let os = Os::Windows { build, revision: host_revision };
            let facts = HostFacts { os, ..HostFacts::windows(build) };
            letter(Some(ImageVersion { build, revision }), &facts, Isolation::Auto)
        };
        assert_eq!(
            [on(14393, 1914, 1914), on(14393, 1914, 1944), on(14393, 0, 1944), on(14393, 1914, 0)],
            ['P', 'H', 'P', 'P']
        );
        assert_eq!([on(16299, 1, 2), on(17763, 1, 2), on(26100, 2, 1)], ['P'; 3]);
    }

    #[test]
    fn an_image_of_unknown_version_is_taken_to_be_the_hosts() {
        let on = |asked, hypervisor| letter(None, &host(20348, hypervisor), asked);
        assert_eq!([on(Isolation::Auto, true), on(Isolation::Process, true), on(Isolation::Auto, false)], ['P'; 3]);
        assert_eq!([on(Isolation::Hypervisor, true), on(Isolation::Hypervisor, false)], ['H', '.']);
    }

    #[test]
    fn reasons_name_both_versions_and_what_to_do() {
        let why = |of: u32, facts: &HostFacts, asked| isolation_for(image(of), facts, asked).map(|(_, why)| why);
        let (with, without) = (host(20348, true), host(20348, false));
        let both = |of| format!("he image was made for {of}, and the host is Windows build 20348 (Server 2022)");
        let old = both("Windows build 17763 (Server 2019)");
        let shares = "which shares its kernel with images from build 20348 on";
        assert_eq!(
            why(17763, &with, Isolation::Auto),
            Ok(format!("T{old}, {shares}: a utility VM brings the image's own kernel."))
        );
        assert_eq!(
            why(17763, &without, Isolation::Auto),
            Err(format!(
                "t{old}, {shares}: it needs Hyper-V isolation, and there is no Hyper-V. Turn Hyper-V on, or use an image for \
                 build 20348"
            ))
        );
        assert_eq!(
            why(17763, &with, Isolation::Process),
            Err(format!("t{old}, {shares}. Use Hyper-V isolation, or use an image for build 20348"))
        );
        assert_eq!(
            why(26100, &with, Isolation::Auto),
            Err(format!(
                "t{}: neither kind of isolation runs an image that is newer than its host. Use an image for build 20348 or an \
                 earlier one, or a newer host",
                both("Windows build 26100 (Server 2025)")
            ))
        );
        assert_eq!(
            why(14393, &host(17763, true), Isolation::Process),
            Err("the image was made for Windows build 14393 (Server 2016), and the host is Windows build 17763 (Server 2019), \
                 so their builds differ, and before Windows Server 2022 they must be the same. Use Hyper-V isolation, or use an \
                 image for build 17763"
                .into())
        );
        assert_eq!(
            why(20348, &host(26100, true), Isolation::Auto),
            Ok("Hosts of build 26100 share their kernel with images from build 20348 on, and this one is of build 20348.".into())
        );
        assert_eq!(
            why(20348, &without, Isolation::Auto),
            Ok("Image and host are both of build 20348, so the container shares the host's kernel.".into())
        );
        assert_eq!(
            why(20348, &without, Isolation::Hypervisor),
            Err("Hyper-V isolation is asked for, and the host, Windows build 20348 (Server 2022), has no Hyper-V. Turn Hyper-V \
                 on"
            .into())
        );
    }

    #[test]
    fn linux_hosts_run_no_windows_images() {
        let linux = HostFacts::linux(4, 1024);
        assert_eq!(
            isolation_for(image(20348), &linux, Isolation::Auto),
            Err("the image was made for Windows build 20348 (Server 2022), and the host is Linux: Windows containers need a \
                 Windows host"
                .into())
        );
        assert_eq!(
            [Isolation::Auto, Isolation::Process, Isolation::Hypervisor].map(|asked| letter(None, &linux, asked)),
            ['P', 'P', '.']
        );
    }
}
