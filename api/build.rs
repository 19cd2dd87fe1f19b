//! Has the crate built again when files of the studio come or go: what is embedded is known to cargo only as long as
//! its names stay, and they change with their content.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A debug build reads the studio while it runs, and need not be built again for it.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../web/dist");
    }
}
