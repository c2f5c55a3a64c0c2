//! What a profile says about places.

use super::{
    ProfileError,
    level::unique,
    table::{Table, Value},
};
use crate::domain::{
    place::{GeometryKind, PlaceLayer},
    profile::{PlaceAttribute, PlaceClass, place_class},
};

/// The classes of the tables `place_classes`; the defaults where there is none.
pub(super) fn place_classes(value: Option<Value<'_>>) -> Result<Vec<PlaceClass>, ProfileError> {
    let Some(value) = value else { return Ok(place_class::default_place_classes()) };
    let values = value.array()?;
    if values.is_empty() {
        return Err(value.error("没有点位类别", "found no classes", "at least one, or no key at all for the defaults"));
    }
    let mut read: Vec<PlaceClass> = Vec::new();
    for value in values {
        let table = value.table(&["id", "name", "layer", "rank", "geometries", "icon", "attributes"])?;
        let value = table.need("id")?;
        let id = value.id("")?;
        unique(&value, &id, read.iter().map(|before| before.id.as_str()))?;
        let icon =
            table.find("icon").map(|value| value.one_of(&place_class::ICONS.map(|icon| (icon, icon)))).transpose()?;
        let geometries = some_of(&table, "geometries", &GeometryKind::ALL.map(|kind| (kind.id(), kind)))?;
        if geometries.is_empty() {
            return Err(table.error(
                "geometries",
                "没有图形种类",
                "found none",
                "at least one of point, line, polygon",
            ));
        }
        read.push(PlaceClass {
            id,
            name: table.need("name")?.name()?,
            layer: table.need("layer")?.one_of(&PlaceLayer::ALL.map(|layer| (layer.id(), layer)))?,
            rank: table.find("rank").map_or(Ok(0), |value| value.integer(0, i64::from(u8::MAX)))? as u8,
            geometries,
            icon: icon.map(str::to_owned),
            attributes: match table.find("attributes") {
                Some(_) => some_of(&table, "attributes", &PlaceAttribute::ALL.map(|it| (it.id(), it)))?,
                None => Vec::new(),
            },
        });
    }
    Ok(read)
}

/// Some of the words, none twice, as the values beside them.
fn some_of<T: Copy + PartialEq>(
    table: &Table<'_>,
    key: &'static str,
    words: &[(&str, T)],
) -> Result<Vec<T>, ProfileError> {
    let mut read = Vec::new();
    for value in table.need(key)?.array()? {
        let one = value.one_of(words)?;
        if read.contains(&one) {
            let word = value.text()?;
            return Err(value.error(format!("{word} 重复"), format!("{word} is there twice"), "each once"));
        }
        read.push(one);
    }
    Ok(read)
}
