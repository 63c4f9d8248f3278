//! Interruption, and a bar that shows when work takes longer than a second.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Failure;
use comity_model::error::Error;

/// True once the user has asked to stop.
pub static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on Ctrl-C asks to stop, as do a hang-up and a request to end, and a second one
/// stops at once.
pub fn watch_interrupts() -> Result<(), Failure> {
    use signal_hook::{consts, flag};
    let failed = |e| Error::new(format!("failed to watch for Ctrl-C: {e}"));
    for signal in [
        consts::SIGINT,
        consts::SIGTERM,
        #[cfg(unix)]
        consts::SIGHUP,
    ] {
        flag::register_conditional_shutdown(signal, 130, Arc::clone(&STOP)).map_err(failed)?;
        flag::register(signal, Arc::clone(&STOP)).map_err(failed)?;
    }
    Ok(())
}

/// A bar on stderr, if that is a terminal.
pub struct Progress {
    bar: ProgressBar,
    begun: Instant,
    shown: AtomicBool,
}

impl Progress {
    /// A bar over so many `things`, to be shown after a second.
    pub fn new(count: u64, things: &str, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::hidden());
        let template = format!("{{bar:30}} {{pos}}/{{len}} {things}, {{rate}}, {{eta}} to go");
        let style = ProgressStyle::with_template(&template);
        let rate = |state: &ProgressState, text: &mut dyn Write| {
            let rate = state.per_sec();
            let digits = usize::from(rate < 10.0);
            let _ = write!(text, "{rate:.digits$}/s");
        };
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.with_key("rate", rate));
        let never = quiet || !std::io::stderr().is_terminal();
        Self {
            bar,
            begun: Instant::now(),
            shown: AtomicBool::new(never),
        }
    }

    /// A sign of work of which nobody knows how much is left.
    pub fn waiting(what: &'static str, quiet: bool) -> Self {
        let never = quiet || !std::io::stderr().is_terminal();
        let target = match never {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner} {msg}, {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            begun: Instant::now(),
            shown: AtomicBool::new(true),
        }
    }

    /// So many are done already.
    pub fn start_at(&self, done: u64) {
        self.bar.set_position(done);
        self.bar.reset_eta();
    }

    /// One more.
    pub fn step(&self) {
        self.bar.inc(1);
        if self.begun.elapsed() > Duration::from_secs(1)
            && !self.shown.swap(true, Ordering::Relaxed)
        {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// So many more were done before.
    pub fn skip(&self, count: u64) {
        if count > 0 {
            self.bar.inc(count);
            self.bar.reset_eta();
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
