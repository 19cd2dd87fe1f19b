//! NVIDIA's driver. Its calls can take long, and for ever with a broken driver: they are made on a thread of their own,
//! and what it said last is what counts.

use std::{env, sync::mpsc, thread, time::Duration};

use nvml_wrapper::{
    Nvml, cuda_driver_version_major, cuda_driver_version_minor, enum_wrappers::device::TemperatureSensor,
    error::NvmlError,
};
use spool_shared::protocol::{Gpu, GpuLoad};
use tracing::{debug, info, warn};

use super::{Device, Driver, Inventory, Reading, VISIBLE, visible};
use crate::event::{Event, Events};

/// The library as a driver without the development files installs it.
const LIBRARY: &str = "libnvidia-ml.so.1";
/// For the driver's first answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// From one reading to the next: as often as the API hears of it.
const EVERY: Duration = Duration::from_secs(5);

/// The GPUs that this agent may use; none where there is no driver, or none that answers.
#[must_use]
pub fn inventory() -> Inventory {
    let (sender, receiver) = mpsc::channel();
    let asked = thread::Builder::new().name("nvml".into()).spawn(move || sender.send(look()));
    if let Err(error) = asked {
        warn!(%error, "The GPU driver could not be asked");
        return Inventory::default();
    }
    match receiver.recv_timeout(ANSWERS_WITHIN) {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            debug!(%error, "There is no GPU driver");
            Inventory::default()
        }
        Err(_) => {
            warn!("The GPU driver does not answer; the agent goes on as if there were no GPU");
            Inventory::default()
        }
    }
}

/// Tells how the GPUs of slots fare, as (slot, GPU's number) pairs, until nobody listens any more.
pub fn watch(slots: Vec<(u32, u32)>, events: Events) {
    if slots.is_empty() {
        return;
    }
    let started = thread::Builder::new().name("nvml".into()).spawn(move || {
        let driver = match open() {
            Ok(driver) => driver,
            Err(error) => return warn!(%error, "The GPUs cannot be watched"),
        };
        loop {
            let readings = slots.iter().filter_map(|(slot, gpu)| Some((*slot, read(&driver, *gpu)?)));
            if !events.tell_blocking(Event::Gpus(readings.collect())) {
                return;
            }
            thread::sleep(EVERY);
        }
    });
    if let Err(error) = started {
        warn!(%error, "The GPUs cannot be watched");
    }
}

fn open() -> Result<Nvml, NvmlError> {
    Nvml::builder().lib_path(LIBRARY.as_ref()).init().or_else(|_| Nvml::init())
}

fn look() -> Result<Inventory, NvmlError> {
    let driver = open()?;
    let mut devices = Vec::new();
    for index in 0..driver.device_count()? {
        match describe(&driver, index) {
            Ok(device) => devices.push(device),
            Err(error) => warn!(gpu = index, %error, "A GPU does not answer"),
        }
    }
    let cuda = driver.sys_cuda_driver_version()?;
    let (major, minor) = (cuda_driver_version_major(cuda), cuda_driver_version_minor(cuda));
    let versions = Driver { version: driver.sys_driver_version()?, cuda: format!("{major}.{minor}") };
    let devices = visible(devices, env::var(VISIBLE).ok().as_deref());
    info!(gpus = devices.len(), driver = versions.version, cuda = versions.cuda, "Found the GPU driver");
    Ok(Inventory { devices, driver: Some(versions) })
}

fn describe(driver: &Nvml, index: u32) -> Result<Device, NvmlError> {
    let device = driver.device_by_index(index)?;
    let gpu = Gpu { index, name: device.name()?, memory_bytes: device.memory_info()?.total };
    Ok(Device { uuid: device.uuid()?, gpu })
}

/// `None` when the driver has no answer that says anything of the GPU.
fn read(driver: &Nvml, index: u32) -> Option<Reading> {
    let read = || {
        let device = driver.device_by_index(index)?;
        let memory = device.memory_info()?.used;
        // Not every GPU tells these.
        let utilisation = device.utilization_rates().map_or(0, |rates| rates.gpu);
        let temperature = device.temperature(TemperatureSensor::Gpu).unwrap_or_default();
        let milliwatts = device.power_usage().unwrap_or_default();
        Ok(GpuLoad { utilisation, memory, temperature, power: milliwatts / 1000 })
    };
    match read() {
        Ok(load) => Some(Reading::Load(load)),
        Err(NvmlError::GpuLost) => Some(Reading::Lost),
        Err(error) => {
            debug!(gpu = index, %error, "The GPU could not be read");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_machine_without_the_driver_has_no_gpus_and_says_so_at_once() {
        if Path::new("/proc/driver/nvidia").exists() {
            return;
        }
        assert_eq!(inventory(), Inventory::default());
        let (events, _inbox) = Events::new();
        watch(vec![(0, 0)], events);
    }
}
