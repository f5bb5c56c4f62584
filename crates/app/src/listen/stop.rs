//! One signal to stop, shared by every socket and worker.

use std::sync::Arc;
use tokio::sync::watch;

/// Clone it, wait on it, or pull it.
#[derive(Clone, Debug)]
pub struct Stop {
    pull: Arc<watch::Sender<bool>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            pull: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl Stop {
    /// Tells everybody to stop.
    pub fn pull(&self) {
        self.pull.send_replace(true);
    }

    /// Returns once somebody pulled it.
    pub async fn pulled(&self) {
        let mut seen = self.pull.subscribe();
        // The sender lives in `self`, so this wait ends only by a pull.
        let _never_closed = seen.wait_for(|stopped| *stopped).await;
    }

    /// Pulls it at SIGTERM or Ctrl-C.
    pub fn on_signals(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut term = signal(SignalKind::terminate())?;
        let mut int = signal(SignalKind::interrupt())?;
        let stop = self.clone();
        tokio::spawn(async move {
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
            stop.pull();
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Stop;

    #[tokio::test]
    async fn everybody_who_waits_is_told_even_late() {
        let stop = Stop::default();
        let other = stop.clone();
        let waits = tokio::spawn(async move { other.pulled().await });
        stop.pull();
        waits.await.unwrap();
        stop.pulled().await;
    }
}
