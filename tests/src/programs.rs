//! Where the programs under test are.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// The repository's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate's folder is in the repository")
}

/// Builds the programs once, so that a test never runs yesterday's, and says where they are.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = profile();
    build(&folder, &["--bins"]);
    folder
});

/// The programs with crash points and seeded bugs, in a folder of their own. Cargo puts them where the ordinary ones
/// are, so those are put back afterwards; nothing is compiled for that.
static ARMED: LazyLock<PathBuf> = LazyLock::new(|| {
    // First the ordinary ones: built later, they could take the place of these before they are copied.
    let folder = BUILT.clone();
    let armed = folder.with_file_name("faults");
    std::fs::create_dir_all(&armed).expect("a folder");
    build(&folder, &["--bins", "--features", "spool-api/faults,spool-agent/faults"]);
    for name in ["spool-api", "spool-agent"] {
        // Beside it first: another test program may be running the one that is there.
        let (new, place) = (armed.join(format!("{name}.{}", std::process::id())), armed.join(name));
        std::fs::copy(folder.join(name), &new).expect("a copy of the program");
        let bytes = std::fs::read(&new).expect("the program");
        let hook = spool_faults::CRASH.as_bytes();
        assert!(bytes.windows(hook.len()).any(|part| part == hook), "{name} was built without its faults");
        std::fs::rename(new, place).expect("the program takes its place");
    }
    build(&folder, &["--bins"]);
    armed
});

/// Of target/debug/deps/e2e-…, with the profile that this program was built with.
fn profile() -> PathBuf {
    let this = std::env::current_exe().expect("this program has a path");
    this.ancestors().nth(2).expect("the profile's folder").to_owned()
}

fn build(folder: &Path, what: &[&str]) {
    let release = folder.ends_with("release").then_some("--release");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--workspace", "--locked", "--quiet"]).args(what).args(release);
    cargo.current_dir(root());
    // What cargo tells a test of its package. The build script of ring asks for these names, so with them it and all
    // that depends on it would be built again, and once more at the next build outside a test.
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        cargo.env_remove(name);
    }
    let built = cargo.status().expect("cargo runs");
    assert!(built.success(), "the programs do not build");
}

#[must_use]
pub fn api() -> PathBuf {
    BUILT.join("spool-api")
}

#[must_use]
pub fn agent() -> PathBuf {
    BUILT.join("spool-agent")
}

/// The API's program with crash points and seeded bugs.
#[must_use]
pub fn armed_api() -> PathBuf {
    ARMED.join("spool-api")
}

/// The agent's program with crash points and seeded bugs.
#[must_use]
pub fn armed_agent() -> PathBuf {
    ARMED.join("spool-agent")
}

/// A program for the console beside the tests.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    build(&profile(), &["--example", name]);
    profile().join("examples").join(name)
}

/// A program of the virtual environment.
#[must_use]
pub fn in_venv(name: &str) -> PathBuf {
    let path = root().join(".venv/bin").join(name);
    assert!(path.exists(), "{} is missing: run `make setup`", path.display());
    path
}
