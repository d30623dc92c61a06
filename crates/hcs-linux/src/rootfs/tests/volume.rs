//! A volume that somebody shares, with a link in it that leads out of the root.

use super::resolve::mount_id;
use super::*;
use std::os::unix::fs::symlink;

/// A bundle with the volume in its root, and a folder beside the root that must stay as it is.
pub struct Volume {
    pub bundle: Bundle,
}

impl Volume {
    /// Makes it, with or without the folder `dir` that is later exchanged for the link.
    pub fn new(with_folder: bool) -> Self {
        let bundle = Bundle::new();
        let outside = bundle.folder.path().join("outside");
        fs::create_dir_all(outside.join("sub")).expect("a folder");
        fs::create_dir_all(bundle.host("volume")).expect("a volume");
        if with_folder {
            fs::create_dir_all(bundle.host("volume/dir/sub")).expect("a folder");
        }
        let up = "../".repeat(12);
        let target = format!("{up}{}", text(&outside).trim_start_matches('/'));
        symlink(target, bundle.host("volume/link")).expect("a link");
        Volume { bundle }
    }

    /// The volume's folder.
    pub fn open(&self) -> OwnedFd {
        host(&self.bundle.host("volume"), OFlags::PATH).expect("a volume")
    }

    /// Makes the folder that the link leads to as seen inside of the root.
    pub fn lead_inside(&self) {
        let outside = text(&self.bundle.folder.path().join("outside/sub"));
        fs::create_dir_all(self.bundle.host(outside.trim_start_matches('/'))).expect("a folder");
    }

    /// The root, without the mounts of the bundle.
    pub fn root(&self) -> Root {
        let mut bare = Bundle::new();
        bare.document.oci_bundle_path.clone_from(&self.bundle.document.oci_bundle_path);
        bare.assemble().expect("a root")
    }

    /// Nothing was mounted on what is outside, and nothing was made there.
    pub fn outside_is_untouched(&self) {
        let folder = self.bundle.folder.path();
        let outside = folder.join("outside");
        let id = |path: &Path| mount_id(host(path, OFlags::PATH).expect("a folder").as_fd()).expect("an id");
        assert_eq!(id(&outside.join("sub")), id(folder), "mounted outside");
        assert_eq!(id(&outside), id(folder), "mounted outside");
        assert_eq!(fs::read_dir(&outside).expect("a folder").count(), 1, "made outside");
        assert_eq!(fs::read_dir(outside.join("sub")).expect("a folder").count(), 0, "made outside");
    }
}

/// The check after a mount has failed, not the lookup before it.
pub fn assert_noticed(text: &str) {
    assert!(text.contains("exchanged during the mount") || text.contains("find the mount"), "{text}");
}
