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
    let this = std::env::current_exe().expect("this program has a path");
    // Of target/debug/deps/e2e-…, with the profile that this program was built with.
    let folder = this.ancestors().nth(2).expect("the profile's folder");
    let release = folder.ends_with("release").then_some("--release");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--workspace", "--bins", "--locked", "--quiet"]).args(release).current_dir(root());
    // What cargo tells a test of its package. The build script of ring asks for these names, so with them it and all
    // that depends on it would be built again, and once more at the next build outside a test.
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        build.env_remove(name);
    }
    let built = build.status().expect("cargo runs");
    assert!(built.success(), "the programs do not build");
    folder.to_owned()
});

#[must_use]
pub fn api() -> PathBuf {
    BUILT.join("spool-api")
}

#[must_use]
pub fn agent() -> PathBuf {
    BUILT.join("spool-agent")
}

/// A program of the virtual environment.
#[must_use]
pub fn in_venv(name: &str) -> PathBuf {
    let path = root().join(".venv/bin").join(name);
    assert!(path.exists(), "{} is missing: run `make setup`", path.display());
    path
}
