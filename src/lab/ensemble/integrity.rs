//! Whether a result is as it was written: every file against the SHA-256 that stands in the
//! manifest or, for a part, beside it.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::manifest::{AnyManifest, MANIFEST, Manifest, is_sealed};
use super::place;
use comity_model::error::{Error, Result};

/// Bytes that are hashed at once.
const BLOCK: usize = 1 << 16;

/// SHA-256 of a file in hexadecimal digits.
///
/// # Errors
/// If it cannot be read.
pub fn hash_of(path: &Path) -> Result<String> {
    let failed = |e: std::io::Error| Error::new(format!("failed to read: {e}")).in_file(path);
    let mut file = File::open(path).map_err(failed)?;
    let (mut hash, mut block) = (Sha256::new(), vec![0; BLOCK]);
    loop {
        match file.read(&mut block).map_err(failed)? {
            0 => {
                let hash = hash.finalize();
                return Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect());
            }
            n => hash.update(&block[..n]),
        }
    }
}

/// Refuses a file that is not as it was written.
///
/// # Errors
/// If it is not there, cannot be read, or has another hash.
pub fn same(path: &Path, sha256: &str) -> Result<()> {
    if !path.is_file() {
        return Err(Error::new("is not there any more, and belongs to the result").in_file(path));
    }
    match hash_of(path)? == sha256 {
        true => Ok(()),
        false => Err(changed(path)),
    }
}

/// The error of a file that is not as it was written.
pub fn changed(path: &Path) -> Error {
    Error::new("is not as it was written: its SHA-256 is another").in_file(path)
}

/// Refuses a manifest that is not as it was written.
///
/// # Errors
/// If it is not there, cannot be read, or has been changed since.
pub fn sealed(folder: &Path) -> Result<()> {
    let path = folder.join(MANIFEST);
    let bytes =
        fs::read(&path).map_err(|e| Error::new(format!("failed to read: {e}")).in_file(&path))?;
    match is_sealed(&bytes) {
        true => Ok(()),
        false => {
            let problem = "is not as it was written: its text does not agree with its seal";
            Err(Error::new(problem).in_file(path))
        }
    }
}

/// What is wrong with the files that a manifest lists, in their order, as far as `go_on` lets it
/// look.
pub fn faults<B>(folder: &Path, manifest: &Manifest<B>, go_on: &dyn Fn() -> bool) -> Vec<Error> {
    let listed = manifest.listed().into_iter();
    let fault = |(file, sha256): (&str, &str)| same(&folder.join(file), sha256).err();
    listed.take_while(|_| go_on()).filter_map(fault).collect()
}

/// Whether every file that a manifest lists is as it was written.
pub fn whole<B>(folder: &Path, manifest: &Manifest<B>) -> bool {
    let mut listed = manifest.listed().into_iter();
    listed.all(|(file, sha256)| same(&folder.join(file), sha256).is_ok())
}

/// What keeps the result in a folder from being used: its manifest, a table or another file that
/// it lists is not as it was written. A figure that was taken away keeps nobody. Before that, what
/// a killed command left is put right.
///
/// # Errors
/// If there is no manifest of this program, or a half replaced result cannot be put right.
pub fn look_through(folder: &Path) -> Result<Vec<Error>> {
    place::settle(folder)?;
    let Some(mut manifest) = AnyManifest::read(folder)? else {
        return Ok(Vec::new());
    };
    manifest.files.retain(|f| folder.join(&f.file).exists());
    let broken = sealed(folder).err();
    let faults = faults(folder, &manifest, &|| true);
    Ok(broken.into_iter().chain(faults).collect())
}
