#![no_main]

// Bytes are choices: which keys of the schemas a file has, and with which values.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut rest = data.iter();
    let mut draw = |below: usize| {
        let mut next = || usize::from(rest.next().copied().unwrap_or(0));
        (next() | next() << 8) % below.max(1)
    };
    use comity_fuzz::{generated, targets};
    match draw(3) {
        0 => targets::scenario(generated::scenario(&mut draw).as_bytes()),
        1 => targets::experiment(generated::experiment(&mut draw).as_bytes()),
        _ => targets::claims(generated::claims(&mut draw).as_bytes()),
    };
});
