//! Tells the linker what the splitting of the app's module needs.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // By these, what is only needed later is split off the module after it was linked.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        println!("cargo:rustc-link-arg-cdylib=--emit-relocs");
    }
}
