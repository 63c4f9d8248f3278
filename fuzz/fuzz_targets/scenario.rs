#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(comity_fuzz::targets::scenario(data)));
