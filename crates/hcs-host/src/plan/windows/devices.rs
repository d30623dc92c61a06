//! Devices of a container that is isolated by the kernel.

use crate::Result;
use crate::plan::Context;
use hcs_schema::oci::WindowsDeviceIdType;
use hcs_schema::v2::{Device, DeviceType};

/// Devices of the container's document.
pub(super) fn container(context: &Context<'_>) -> Result<Vec<Device>> {
    let Some(windows) = &context.wanted.spec.windows else { return Ok(Vec::new()) };
    let device = |(index, device): (usize, &hcs_schema::oci::WindowsDevice)| {
        let refused = |why: &str| Err(context.wanted.unsupported(format!("windows.devices[{index}]: {why}")));
        if device.id.is_empty() {
            return Err(context.wanted.invalid(format!("windows.devices[{index}].id: is missing")));
        }
        match &device.id_type {
            WindowsDeviceIdType::VpciLocationPath => {
                Ok(Device { kind: DeviceType::DeviceInstance, location_path: device.id.clone(), ..Device::default() })
            }
            WindowsDeviceIdType::Class | WindowsDeviceIdType::VpciClassGuid => {
                Ok(Device { interface_class_guid: device.id.clone(), ..Device::default() })
            }
            WindowsDeviceIdType::Vpci | WindowsDeviceIdType::VpciInstanceId | WindowsDeviceIdType::Gpu => {
                refused(&format!(
                    "devices by {} are assigned to utility VMs; with process isolation give class or vpci-location-path",
                    device.id_type
                ))
            }
            WindowsDeviceIdType::Other(kind) => refused(&format!(
                "idType {kind:?} is not known; there are class, vpci-class-guid, vpci-location-path, vpci-instance-id and gpu"
            )),
        }
    };
    windows.devices.iter().enumerate().map(device).collect()
}

/// Devices, a line each.
pub(super) fn words(devices: &[Device]) -> Vec<String> {
    let line = |device: &Device| {
        if device.location_path.is_empty() {
            format!("every device of class {}", device.interface_class_guid)
        } else {
            format!("the device at {}", device.location_path)
        }
    };
    devices.iter().map(line).collect()
}
