//! Traditional characters and variants as simplified ones.

use std::sync::LazyLock;

/// Pairs of characters, the simplified one second; lines that begin with `#` say where they are from.
const PAIRS: &str = include_str!("../../../data/text/simplified.txt");

/// The pairs, sorted by the first.
static TABLE: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let characters: Vec<char> =
        PAIRS.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.chars()).collect();
    characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// The simplified form of a character; itself when it has none.
pub fn simplified(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    TABLE.binary_search_by_key(&c, |&(from, _)| from).map_or(c, |at| TABLE[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_what_it_gives_is_final() {
        assert!(TABLE.len() > 3000);
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(TABLE.iter().all(|&(from, to)| from != to && simplified(to) == to));
    }

    #[test]
    fn names_of_places_are_simplified() {
        let folded: String = "鳳凰城新邨貳拾號樓單層戶臺灣鎮嶺莆田a1".chars().map(simplified).collect();
        assert_eq!(folded, "凤凰城新村贰拾号楼单层户台湾镇岭莆田a1");
    }
}
