#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = comity_fuzz::targets::sets(data);
});
