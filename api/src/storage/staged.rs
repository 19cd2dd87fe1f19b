//! What writers that were killed left half written in a folder. Listings of objects do not show it.

use std::{
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// Removes what was last written up to `cutoff_ms`, milliseconds since the epoch; how many files that were.
pub(super) fn remove_older(folder: &Path, cutoff_ms: i64) -> std::io::Result<usize> {
    let mut removed = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // Folders come and go while this walks.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if is_staged(&path) && modified_ms(&path).is_some_and(|at| at <= cutoff_ms) {
                std::fs::remove_file(&path)?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// The store writes `<name>#<number>` and renames it at the end.
fn is_staged(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let number = name.and_then(|name| Some(name.split_once('#')?.1));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn modified_ms(path: &PathBuf) -> Option<i64> {
    let since = std::fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}
