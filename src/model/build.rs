//! Rebuilds when a scenario or a data file is added: the embedded copies are taken at build time.

fn main() {
    println!("cargo::rerun-if-changed=scenarios");
    println!("cargo::rerun-if-changed=data");
}
