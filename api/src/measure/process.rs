//! What this process takes, as far as the kernel tells.

use ::metrics::gauge;

use super::names;

pub(super) fn show() {
    if let Some(bytes) = std::fs::read_to_string("/proc/self/status").ok().as_deref().and_then(resident) {
        gauge!(names::MEMORY).set(f64::from(bytes) * 1024.0);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        // The folder itself is open while it is read.
        let open = u32::try_from(files.count().saturating_sub(1)).unwrap_or(u32::MAX);
        gauge!(names::FDS).set(f64::from(open));
    }
}

/// KiB.
fn resident(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_memory_in_kib() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t   12345 kB\nVmData:\t 1 kB\n"), Some(12_345));
        assert_eq!(resident("Name:\tx\n"), None);
    }
}
