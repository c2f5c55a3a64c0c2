//! What a store keeps of a place as text: the same in either kind.

use time::{Date, format_description::BorrowedFormatItem, macros::format_description};

use super::{ChangePlacesError, StoreError};
use crate::domain::{
    area::AreaCode,
    place::{BorderOwner, PlaceChange},
};

/// Stands between two aliases.
const SEPARATOR: char = '|';

const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Aliases, one behind the other; one that holds the separator is refused, since it would come back as two.
pub(super) fn aliases_text(aliases: &[String]) -> Result<String, StoreError> {
    match aliases.iter().find(|alias| alias.is_empty() || alias.contains(SEPARATOR)) {
        Some(alias) => Err(StoreError::Inconsistent(format!("the alias {alias:?} is empty or holds {SEPARATOR}"))),
        None => Ok(aliases.join("|")),
    }
}

/// The aliases of a text.
pub(super) fn aliases_of(text: &str) -> Vec<String> {
    text.split(SEPARATOR).filter(|alias| !alias.is_empty()).map(str::to_owned).collect()
}

/// A date as YYYY-MM-DD; years outside 0..=9999 are refused.
pub(super) fn date_text(date: Date) -> Result<String, StoreError> {
    let text = date.format(DATE).ok().filter(|_| (0..=9999).contains(&date.year()));
    text.ok_or_else(|| StoreError::Inconsistent(format!("the date {date} is outside the years 0 to 9999")))
}

/// The date that a text was written for.
pub(super) fn date_of(text: &str) -> Result<Date, StoreError> {
    Date::parse(text, DATE).map_err(|error| StoreError::Inconsistent(format!("the date {text:?}: {error}")))
}

/// Who answers on a border, from its two columns.
pub(super) fn owner_of(code: Option<&str>, width_cm: Option<u32>) -> Result<Option<BorderOwner>, StoreError> {
    match (code, width_cm) {
        (None, None) => Ok(None),
        (Some(code), Some(width_cm)) => {
            let area = AreaCode::new(code).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
            Ok(Some(BorderOwner { area, width_cm }))
        }
        _ => Err(StoreError::Inconsistent("the owner of a border lacks its code or width".to_owned())),
    }
}

/// An error when the places are not those that the change was made for.
pub(super) fn check_revision(expected: i64, found: i64) -> Result<(), ChangePlacesError> {
    if expected == found { Ok(()) } else { Err(ChangePlacesError::Stale { expected, found }) }
}

/// One line about a change, for the log.
pub(super) fn summary(change: &PlaceChange) -> String {
    let (created, removed) = (change.created(), change.removed.len());
    format!("{created} places created, {} changed, {removed} removed", change.put.len() - created)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn what_is_written_comes_back() {
        let aliases = ["老市场".to_owned(), "Old market, east".to_owned()];
        assert_eq!(aliases_of(&aliases_text(&aliases).expect("a text")), aliases);
        assert_eq!(aliases_of(&aliases_text(&[]).expect("a text")), Vec::<String>::new());
        assert!(aliases_text(&["a|b".to_owned()]).is_err() && aliases_text(&[String::new()]).is_err());
        assert_eq!(date_text(date!(2026 - 03 - 07)).expect("a text"), "2026-03-07");
        assert_eq!(date_of("2026-03-07").expect("a date"), date!(2026 - 03 - 07));
        assert!(date_of("2026-3-7").is_err() && date_text(date!(-0001 - 01 - 01)).is_err());
        assert!(owner_of(Some("35"), None).is_err() && owner_of(Some(""), Some(1)).is_err());
    }
}
