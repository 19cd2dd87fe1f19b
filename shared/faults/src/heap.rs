//! How much of its heap a process uses. What it has in RAM says less: allocators keep what a burst took.

use std::{fs, path::Path, process, thread, time::Duration};

use peak_alloc::PeakAlloc;

use crate::HEAP;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const EACH: Duration = Duration::from_secs(1);

/// From now on the process writes each second how many bytes of its heap are in use, into a file that has its id for a
/// name, in the folder that the environment names.
pub fn tell_heap() {
    let Some(folder) = std::env::var_os(HEAP) else { return };
    let told = thread::Builder::new().name("heap".to_owned()).spawn(move || {
        let (file, next) = (format!("{}", process::id()), format!("{}.next", process::id()));
        let (file, next) = (Path::new(&folder).join(file), Path::new(&folder).join(next));
        // Whoever reads finds a whole number; when the folder is gone, nobody reads.
        while fs::write(&next, MEMORY.current_usage().to_string()).is_ok() && fs::rename(&next, &file).is_ok()
        {
            thread::sleep(EACH);
        }
    });
    if let Err(error) = told {
        eprintln!("the heap cannot be told: {error}");
    }
}
