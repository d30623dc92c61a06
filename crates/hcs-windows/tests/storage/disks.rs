//! Virtual disks by `virtdisk.dll`.

use crate::Session;
use hcs_windows::{Attachment, Disks, NewDisk};

#[test]
fn a_disk_is_made_attached_and_detached() {
    let session = Session::new("disks");
    let disks = Disks::load().expect("the functions");
    let file = session.path("a.vhdx");
    let new = NewDisk { block_size: 1 << 20, ..NewDisk::of_size(1 << 30) };
    let disk = disks.create(&file, &new).expect("a disk");
    let information = disk.information().expect("sizes");
    assert_eq!((information.virtual_size, information.block_size), (1 << 30, 1 << 20));
    disk.expand(2 << 30).expect("a greater size");
    assert_eq!(disk.information().expect("sizes").virtual_size, 2 << 30);
    disk.attach(&Attachment::default()).expect("attached");
    let device = disk.physical_path().expect("a device");
    assert!(device.starts_with(r"\\.\PhysicalDrive"), "{device}");
    disk.detach().expect("detached");
    assert!(disk.physical_path().is_err() && disk.detach().is_err());
    assert!(disks.create(&file, &new).expect_err("it is there").is_already_exists());
    drop(disk);
    session.assert_called(&[
        "CreateVirtualDisk",
        "GetVirtualDiskInformation",
        "ExpandVirtualDisk",
        "AttachVirtualDisk",
    ]);
    session.assert_called(&["GetVirtualDiskPhysicalPath", "DetachVirtualDisk"]);
    session.assert_empty();
}

#[test]
fn a_disk_can_be_of_differences() {
    let session = Session::new("disks-differences");
    let disks = Disks::load().expect("the functions");
    let (base, child) = (session.path("base.vhdx"), session.path("child.vhdx"));
    drop(disks.create(&base, &NewDisk::of_size(1 << 30)).expect("a disk"));
    drop(disks.create(&child, &NewDisk::on(&base)).expect("a disk"));
    let disk = disks.open(&child).expect("the disk");
    assert_eq!(disk.information().expect("sizes").virtual_size, 1 << 30);
    disk.attach(&Attachment { read_only: true, ..Attachment::default() }).expect("attached");
    // Whoever drops a disk that is attached detaches it.
    drop(disk);
    let disk = disks.open_read_only(&child).expect("the disk");
    assert!(disk.physical_path().is_err());
    assert!(disks.open(&session.path("none.vhdx")).expect_err("no file").is_not_found());
    session.assert_called(&["OpenVirtualDisk"]);
}
