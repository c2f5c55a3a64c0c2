//! How long this thread worked, whoever else had the processor in between.

use std::time::Instant;

/// Where the kernel says for how many nanoseconds this thread has run: the first number.
const SCHEDULED: &str = "/proc/thread-self/schedstat";

/// What a measurement took, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// On the processor, by this thread.
    pub working: f64,
    /// By the clock.
    pub elapsed: f64,
}

impl Took {
    /// Nanoseconds of work for each of `count`.
    pub fn working_ns(self, count: usize) -> f64 {
        self.working * 1e9 / count as f64
    }

    /// Nanoseconds by the clock for each of `count`.
    pub fn elapsed_ns(self, count: usize) -> f64 {
        self.elapsed * 1e9 / count as f64
    }
}

/// Runs `work` and says what it took.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (started, working) = (Instant::now(), worked());
    let result = work();
    let took = Took { working: worked() - working, elapsed: started.elapsed().as_secs_f64() };
    (result, took)
}

fn worked() -> f64 {
    let text = std::fs::read_to_string(SCHEDULED).expect("Linux counts the time of threads (CONFIG_SCHED_INFO)");
    let first = text.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
    first.expect("the first number of schedstat is nanoseconds") as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn sleeping_is_no_work() {
        let (_, took) = time(|| std::thread::sleep(std::time::Duration::from_millis(50)));
        assert!(took.elapsed >= 0.05 && took.working < 0.02, "{took:?}");
    }
}
