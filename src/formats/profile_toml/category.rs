//! The categories of cases of a profile.

use super::{ProfileError, level::unique, table::Value};
use crate::domain::profile::{Category, category::default_categories};

/// The categories of the tables `categories`; the default where there is none.
pub(super) fn categories(value: Option<Value<'_>>) -> Result<Vec<Category>, ProfileError> {
    let Some(value) = value else { return Ok(default_categories()) };
    let values = value.array()?;
    if values.is_empty() {
        return Err(value.error(
            "没有事项类别",
            "found no categories",
            "at least one, or no key at all for the default",
        ));
    }
    let mut read: Vec<Category> = Vec::new();
    for value in values {
        let table = value.table(&["id", "name", "line", "sensitive"])?;
        let value = table.need("id")?;
        let id = value.id(".")?;
        unique(&value, &id, read.iter().map(|before| before.id.as_str()))?;
        read.push(Category {
            id,
            name: table.need("name")?.name()?,
            line: table.need("line")?.name()?,
            is_sensitive: table.find("sensitive").map_or(Ok(false), |value| value.boolean())?,
        });
    }
    Ok(read)
}
