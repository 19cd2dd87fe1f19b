//! The node's GPUs: which there are, which slot has which, and how they fare.
//!
//! - [`mod@self`]: plain data, and who gets what
//! - `nvml`: what NVIDIA's driver says; the only place that knows its library
//!
//! A machine without that driver has no GPUs as far as Spool knows, and its workers run on the processor.

mod nvml;

use spool_shared::protocol::{Gpu, GpuLoad};

pub use nvml::{inventory, watch};

/// The variable by which CUDA is told which GPUs to use, in the agent's own environment and in a worker's.
pub const VISIBLE: &str = "CUDA_VISIBLE_DEVICES";

/// What the driver said of a GPU last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    Load(GpuLoad),
    /// It fell off the bus; only a reset or a reboot brings it back.
    Lost,
}

impl Reading {
    /// Its load, while it answers.
    #[must_use]
    pub const fn load(self) -> Option<GpuLoad> {
        match self {
            Self::Load(load) => Some(load),
            Self::Lost => None,
        }
    }
}

/// A GPU and the name by which CUDA knows it, whatever order it counts in.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// `GPU-` and 32 hexadecimal digits in five groups.
    pub uuid: String,
    pub gpu: Gpu,
}

/// What the driver says when the agent starts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    /// Those that this agent may use.
    pub devices: Vec<Device>,
    /// Versions of driver and CUDA, where there is a driver.
    pub driver: Option<Driver>,
}

/// Versions as the driver names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    pub version: String,
    pub cuda: String,
}

impl Inventory {
    /// The GPU of a slot; several slots share one if there are more of them.
    #[must_use]
    pub fn of_slot(&self, slot: u32) -> Option<&Device> {
        let count = self.devices.len();
        let index = usize::try_from(slot).ok()?.checked_rem(count)?;
        self.devices.get(index)
    }

    /// Slots unless a setting says otherwise: one for each GPU, or one.
    #[must_use]
    pub fn default_slots(&self) -> u32 {
        u32::try_from(self.devices.len()).unwrap_or(u32::MAX).clamp(1, crate::config::MAX_SLOTS)
    }

    /// The largest memory of a GPU, bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> Option<u64> {
        self.devices.iter().map(|device| device.gpu.memory_bytes).max()
    }
}

/// Those of `devices` that [`VISIBLE`] leaves, in its order: numbers or beginnings of UUIDs with commas between them.
/// As in CUDA, the first word that names no device ends the list.
#[must_use]
fn visible(devices: Vec<Device>, setting: Option<&str>) -> Vec<Device> {
    let Some(setting) = setting else { return devices };
    let named = |word: &str| {
        let found = match word.parse::<usize>() {
            Ok(number) => devices.get(number),
            Err(_) if word.starts_with("GPU-") => devices.iter().find(|device| device.uuid.starts_with(word)),
            Err(_) => None,
        };
        found.cloned()
    };
    setting.split(',').map_while(|word| named(word.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(index: u32) -> Device {
        let gpu = Gpu { index, name: "L40S".into(), memory_bytes: u64::from(index + 1) << 30 };
        Device { uuid: format!("GPU-{index}a5b"), gpu }
    }

    fn node(count: u32) -> Inventory {
        Inventory { devices: (0..count).map(device).collect(), driver: None }
    }

    #[test]
    fn each_slot_has_a_gpu_and_the_first_ones_are_shared_if_there_are_more_slots() {
        let of = |slot| node(2).of_slot(slot).map(|device| device.gpu.index);
        assert_eq!([0, 1, 2, 3].map(of), [Some(0), Some(1), Some(0), Some(1)]);
        assert_eq!(node(0).of_slot(0), None);
    }

    #[test]
    fn there_is_a_slot_for_each_gpu_and_one_without_any() {
        assert_eq!([0, 1, 8, 99].map(|count| node(count).default_slots()), [1, 1, 8, 64]);
        assert_eq!((node(3).memory_bytes(), node(0).memory_bytes()), (Some(3 << 30), None));
    }

    #[test]
    fn only_the_gpus_that_the_agent_was_given_are_its_own() {
        let left = |setting| {
            let left = visible(node(3).devices, setting);
            left.iter().map(|device| device.gpu.index).collect::<Vec<_>>()
        };
        assert_eq!(left(None), [0, 1, 2]);
        assert_eq!(left(Some("2,0")), [2, 0]);
        assert_eq!(left(Some("GPU-1a, 0")), [1, 0]);
        assert_eq!(
            left(Some("1,7,0")),
            [1],
            "as in CUDA, what follows a device that is not there is ignored"
        );
        assert_eq!(left(Some("")), [0_u32; 0]);
    }
}
