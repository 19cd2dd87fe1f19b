//! How much memory this machine has.

use std::fs;

/// The machine's memory, bytes; 0 where the kernel does not say.
#[must_use]
pub fn total_bytes() -> u64 {
    fs::read_to_string("/proc/meminfo").ok().and_then(|text| parse(&text)).unwrap_or(0)
}

/// The first line of `/proc/meminfo`, proc(5): `MemTotal:       16316412 kB`, in units of 1,024 bytes.
fn parse(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_total_is_read_in_units_of_1024_bytes() {
        assert_eq!(parse("MemTotal:       16316412 kB\nMemFree: 1 kB\n"), Some(16_316_412 * 1024));
        assert_eq!(parse("something else"), None);
        assert!(total_bytes() > 0);
    }
}
