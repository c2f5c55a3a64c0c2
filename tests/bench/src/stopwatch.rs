//! How long this thread worked, whoever else had the processor in between.

use std::time::Instant;

use cpu_time::ThreadTime;

/// What a measurement took, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// On the processor, by this thread. Exact to a microsecond (the thread's clock, not the ticks of `/proc`).
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
    let (started, working) = (Instant::now(), ThreadTime::now());
    let result = work();
    let took = Took { working: working.elapsed().as_secs_f64(), elapsed: started.elapsed().as_secs_f64() };
    (result, took)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::time;

    #[test]
    fn sleeping_is_no_work() {
        let (_, took) = time(|| std::thread::sleep(Duration::from_millis(50)));
        assert!(took.elapsed >= 0.05 && took.working < 0.02, "{took:?}");
    }

    #[test]
    fn a_tenth_of_a_millisecond_of_work_is_seen() {
        let spin = || {
            let started = Instant::now();
            while started.elapsed() < Duration::from_micros(100) {}
        };
        let seen = (0..20).filter(|_| time(spin).1.working > 20e-6).count();
        assert!(seen > 10, "{seen} of 20");
    }
}
