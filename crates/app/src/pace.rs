//! How long work still takes, from how long it took so far.

use std::time::{Duration, Instant};

/// Before this much time has passed, nothing is said.
const FIRST: Duration = Duration::from_secs(2);

/// The pace of one piece of work, from its making on.
#[derive(Debug, Clone, Copy)]
pub struct Pace(Instant);

impl Pace {
    /// Work begins.
    #[must_use]
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    /// The seconds that are left, where enough is done to tell.
    #[must_use]
    pub fn left(&self, done_bytes: u64, total_bytes: u64) -> Option<u32> {
        left(self.0.elapsed(), done_bytes, total_bytes)
    }
}

/// What is left, at the same pace.
fn left(elapsed: Duration, done: u64, total: u64) -> Option<u32> {
    if elapsed < FIRST || done == 0 || done.saturating_mul(100) < total {
        return None;
    }
    let millis = elapsed.as_millis() * u128::from(total.saturating_sub(done)) / u128::from(done);
    u32::try_from(millis.div_ceil(1000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_what_was_done() {
        let second = Duration::from_secs(1);
        assert_eq!(left(second, 50, 100), None, "too early to tell");
        assert_eq!(left(second * 60, 0, 100), None);
        assert_eq!(left(second * 60, 1, 1000), None, "too little to tell");
        assert_eq!(left(second * 60, 25, 100), Some(180));
        assert_eq!(left(second * 3, 100, 100), Some(0));
        assert_eq!(left(second * 10, 99, 100), Some(1), "never nothing while there is something to do");
    }
}
