//! Makes the folder that the built viewer is embedded from, so that a clean clone compiles without it.

fn main() -> std::io::Result<()> {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web-viewer/dist");
    std::fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed=web-viewer/dist");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
