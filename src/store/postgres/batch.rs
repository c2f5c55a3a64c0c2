//! Rows by the batch: one statement writes many.

/// Rows of one statement.
pub(in crate::store) const BATCH_ROWS: usize = 2_000;

/// Bytes of geometry after which a statement takes no more rows: a bound on memory on both sides.
pub(in crate::store) const BATCH_BYTES: usize = 8 << 20;

/// `rows` in groups of at most `max_rows`; a group ends with the row that brings it to `max_bytes`.
pub(in crate::store) fn batches<T>(
    rows: impl Iterator<Item = T>,
    max_rows: usize,
    max_bytes: usize,
    bytes_of: impl Fn(&T) -> usize,
) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows;
    std::iter::from_fn(move || {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < max_rows && bytes < max_bytes {
            let Some(row) = rows.next() else { break };
            bytes += bytes_of(&row);
            batch.push(row);
        }
        Some(batch).filter(|batch| !batch.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_ends_by_rows_or_by_bytes() {
        let sizes = |given: &[usize]| -> Vec<Vec<usize>> { batches(given.iter().copied(), 3, 10, |&it| it).collect() };
        assert_eq!(sizes(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(sizes(&[1, 1, 1, 1]), [vec![1, 1, 1], vec![1]]);
        assert_eq!(sizes(&[20, 20, 4, 6, 1]), [vec![20], vec![20], vec![4, 6], vec![1]]);
    }
}
