//! The coordinate systems that a profile names.

use super::{
    ProfileError,
    level::unique,
    table::{Table, Value},
};
use crate::domain::{
    crs::{Crs, TransverseMercator, from_degrees},
    geometry::Extent,
    profile::{CrsNames, OwnCrs},
};

/// The keys of a system; all but those of its name and meridian have PROJ's defaults.
const KEYS: &[&str] = &["id", "name", "lon_0", "lat_0", "k", "x_0", "y_0"];

/// The names of systems: the built-in ones and those of the array `crs`, which reach all of `extent`.
pub(super) fn crs(value: Option<Value<'_>>, extent: Extent) -> Result<CrsNames, ProfileError> {
    let mut own: Vec<OwnCrs> = Vec::new();
    for value in value.map(|value| value.array()).transpose()?.unwrap_or_default() {
        let table = value.table(KEYS)?;
        let id = table.need("id")?;
        let text = id.id("-")?;
        if Crs::parse(&text).is_ok() {
            let (zh, en) = (format!("{text} 是内置坐标系"), format!("{text} is a built-in system"));
            return Err(id.error(zh, en, "an id that is not built in"));
        }
        unique(&id, &text, own.iter().map(|own| own.id.as_str()))?;
        let projection = projection(&table)?;
        own.push(OwnCrs { id: text, name: table.need("name")?.name()?, projection });
        reaches(&table, own.last().expect("just added").crs(), extent)?;
    }
    Ok(CrsNames::new(own))
}

fn projection(table: &Table<'_>) -> Result<TransverseMercator, ProfileError> {
    let number = |key, (min, max): (f64, f64), default| match table.find(key) {
        Some(value) => value.number(min, max),
        None => Ok(default),
    };
    let lon_0 = table.need("lon_0")?.number(-180.0, 180.0)?;
    let lat_0 = number("lat_0", TransverseMercator::LAT_0, 0.0)?;
    let k = number("k", TransverseMercator::SCALE, 1.0)?;
    let x_0 = number("x_0", TransverseMercator::OFFSET_M, 0.0)?;
    let y_0 = number("y_0", TransverseMercator::OFFSET_M, 0.0)?;
    Ok(TransverseMercator::new(lon_0, lat_0, k, x_0, y_0).expect("every parameter is in its range"))
}

/// An error when a corner of the extent lies beyond the system: its meridian is somebody else's.
fn reaches(table: &Table<'_>, crs: Crs, extent: Extent) -> Result<(), ProfileError> {
    let [west, south, east, north] = extent.to_degrees();
    let corners = [(west, south), (west, north), (east, south), (east, north)];
    if corners.into_iter().all(|(lon, lat)| from_degrees(crs, lon, lat).is_ok()) {
        return Ok(());
    }
    let zh = format!("中央经线离本区太远（范围 {west} 至 {east}）");
    let en = format!("the central meridian is too far from the extent, which runs from {west} to {east}");
    Err(table.error("lon_0", zh, en, "a meridian within 30 degrees of all of the extent"))
}
