//! Prints how many allocations one look-up makes. A program of its own, because it counts in the allocator.

fn main() {
    let per_lookup = onemap_bench::locate::allocations_of_one_lookup(|lookups| {
        // The counter sees what it is to see.
        let seen = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 100])));
        assert_eq!(seen.count_total, 1, "the allocator counts");
        allocation_counter::measure(lookups).count_total
    });
    println!("{per_lookup}");
}
