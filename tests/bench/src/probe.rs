//! What one load from memory costs here when its address is known only from the load before it.

use std::hint::black_box;

use crate::random::Random;
use crate::series::Series;
use crate::stopwatch::time;

/// Words of 4 bytes in a cache line: each line holds one link of the chase.
const WORDS_PER_LINE: usize = 16;
/// Loads of one turn.
const LOADS: usize = 2_000_000;
/// Turns of each buffer.
const TURNS: usize = 5;
/// The two buffers, in MiB: one larger than most last-level caches, one larger than what a TLB reaches.
const BUFFERS_MIB: [usize; 2] = [64, 1024];

/// FINDINGS: "one cold dependent load is 127-333 ns here"; the geometric mean of the two ends.
pub const FINDINGS_NS: f64 = 205.6;

/// What a load costs here, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// Geometric mean of the buffers' medians.
    pub mean_ns: f64,
    /// Median of the largest buffer: a load that no cache answers.
    pub uncached_ns: f64,
}

/// Prints the probe and returns what it found.
pub fn run() -> Probe {
    println!("## Probe\n");
    println!(
        "One load of 4 bytes whose address comes from the load before: a random cycle through all cache lines of a buffer."
    );
    println!("Median and spread of {TURNS} turns of {LOADS} loads.\n");
    println!("| buffer, MiB | ns per load |\n|---:|---:|");
    let (mut product, mut uncached_ns) = (1.0, 0.0);
    for mib in BUFFERS_MIB {
        let buffer = cycle(mib << 20);
        let mut series = Series::default();
        let mut at = 0;
        for _ in 0..TURNS {
            let (end, took) = time(|| (0..LOADS).fold(at, |at, _| buffer[at as usize]));
            at = end;
            series.push(took.working_ns(LOADS));
        }
        black_box(at);
        println!("| {mib} | {series:.1} |");
        uncached_ns = series.median();
        product *= uncached_ns;
    }
    let mean_ns = product.powf(1.0 / BUFFERS_MIB.len() as f64);
    println!(
        "\nGeometric mean {mean_ns:.0} ns; FINDINGS' machine had 127-333 ns, geometric mean {FINDINGS_NS:.0} ns: this one is {:.2} times as slow.\n",
        mean_ns / FINDINGS_NS
    );
    Probe { mean_ns, uncached_ns }
}

/// A buffer whose lines' first words form one cycle (Sattolo's shuffle).
fn cycle(bytes: usize) -> Vec<u32> {
    let lines = bytes / 4 / WORDS_PER_LINE;
    let mut order: Vec<u32> = (0..lines as u32).collect();
    let mut random = Random::new(lines as u64);
    for last in (1..lines).rev() {
        order.swap(last, random.below(last as u64) as usize);
    }
    let mut buffer = vec![0_u32; lines * WORDS_PER_LINE];
    for (line, &next) in order.iter().enumerate() {
        buffer[line * WORDS_PER_LINE] = next * WORDS_PER_LINE as u32;
    }
    buffer
}

#[cfg(test)]
mod tests {
    use super::{WORDS_PER_LINE, cycle};

    #[test]
    fn the_chase_comes_back_only_after_every_line() {
        let buffer = cycle(1 << 16);
        let (mut at, mut steps) = (0, 0);
        loop {
            at = buffer[at as usize];
            steps += 1;
            if at == 0 {
                break;
            }
        }
        assert_eq!(steps, buffer.len() / WORDS_PER_LINE);
    }
}
