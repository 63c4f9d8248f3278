//! Rebuilds when an experiment is added: the embedded copies are taken at build time.

fn main() {
    println!("cargo::rerun-if-changed=experiments");
}
