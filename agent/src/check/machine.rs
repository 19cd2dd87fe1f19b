//! The node itself: its id, its temporary folder, its GPUs.

use std::{env, path::Path};

use nix::sys::statvfs::statvfs;

use super::Line;
use crate::{
    gpu::{Inventory, VISIBLE},
    identity::{self, IdentityError},
    scratch,
};

/// What a job's inputs and result need at most, bytes, with room for what an engine writes meanwhile.
const FOR_EACH_SLOT: u64 = 1 << 30;

pub(super) fn identity(path: &Path) -> Line {
    const NAME: &str = "id";
    match identity::look(path) {
        Ok(Some(id)) => Line::ok(NAME, format!("{id}, in {}", path.display())),
        Ok(None) => Line::ok(NAME, format!("{} will be made at the first start", path.display())),
        Err(IdentityError::InUse(_)) => {
            Line::ok(NAME, format!("an agent on this machine is using {}", path.display()))
        }
        Err(error) => Line::fails(NAME, error.to_string(), ""),
    }
}

pub(super) async fn disk(slots: u32) -> Line {
    const NAME: &str = "disk";
    let folder = env::temp_dir();
    let shown = folder.display();
    let hint = "TMPDIR names another folder.";
    let written = match tempfile::tempdir_in(&folder) {
        Ok(inside) => scratch::test(inside.path()).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        return Line::fails(NAME, format!("{shown} cannot be written: {error}"), hint);
    }
    match statvfs(&folder) {
        Ok(facts) => {
            let free = facts.blocks_available().saturating_mul(facts.fragment_size());
            let (free_mib, needed) = (free >> 20, FOR_EACH_SLOT * u64::from(slots));
            if free < needed {
                let why = format!("{shown} has {free_mib} MiB left, and the jobs may need {}", needed >> 20);
                return Line::fails(NAME, why, hint);
            }
            Line::ok(NAME, format!("{shown} has {free_mib} MiB left"))
        }
        Err(error) => Line::fails(NAME, format!("{shown} cannot be measured: {error}"), hint),
    }
}

pub(super) fn gpus(found: &Inventory) -> Line {
    const NAME: &str = "gpu";
    let Some(driver) = &found.driver else {
        return Line::skipped(NAME, "no NVIDIA driver answers; engines run on the processor".into());
    };
    let names = found
        .devices
        .iter()
        .map(|device| format!("{} with {} MiB", device.gpu.name, device.gpu.memory_bytes >> 20));
    let names: Vec<String> = names.collect();
    let driver = format!("driver {}, CUDA {}", driver.version, driver.cuda);
    if names.is_empty() {
        let hint = format!("{VISIBLE} may leave none, or the container was started without GPUs.");
        return Line::fails(NAME, format!("the driver shows no GPU ({driver})"), &hint);
    }
    Line::ok(NAME, format!("{} ({driver})", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use spool_shared::protocol::Gpu;

    use super::*;
    use crate::{
        check::Verdict,
        gpu::{Device, Driver},
        identity::Identity,
    };

    #[test]
    fn an_id_is_looked_at_and_neither_made_nor_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent-id");
        assert!(identity(&path).detail.ends_with("will be made at the first start"));
        assert!(!path.exists());
        let held = Identity::claim(&path, [1; 16]).unwrap();
        let line = identity(&path);
        assert_eq!(line.verdict, Verdict::Ok);
        assert!(line.detail.starts_with("an agent on this machine is using"), "{}", line.detail);
        let id = held.id;
        drop(held);
        assert!(identity(&path).detail.starts_with(&id.to_string()));
    }

    #[test]
    fn gpus_are_named_with_driver_and_cuda_and_without_a_driver_there_is_nothing_to_say() {
        assert_eq!(gpus(&Inventory::default()).verdict, Verdict::Skipped);
        let driver = Some(Driver { version: "570.86".into(), cuda: "12.8".into() });
        let none = Inventory { devices: vec![], driver: driver.clone() };
        assert_eq!(gpus(&none).verdict, Verdict::Fails);
        let gpu = Gpu { index: 0, name: "NVIDIA L40S".into(), memory_bytes: 48 << 30 };
        let one = Inventory { devices: vec![Device { uuid: "GPU-1".into(), gpu }], driver };
        assert_eq!(gpus(&one).detail, "NVIDIA L40S with 49152 MiB (driver 570.86, CUDA 12.8)");
    }
}
