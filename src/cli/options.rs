//! Arguments that commands share, checked with messages of our own.

use std::{fs, path::Path};

use time::OffsetDateTime;

use super::{failure::Failure, profile};
use crate::{
    app::{
        District,
        district::DEFAULT_PROFILE,
        import::{FieldMap, ImportError, Scope},
    },
    clock::Clock,
    domain::{
        area::Level,
        coverage::noding::MAX_SNAP_M,
        crs::Crs,
        profile::{CrsNames, Profile},
    },
    formats::moment::parse_moment,
    store::StoreAddress,
};

/// The coordinate system that `--crs` names, in a district that may have names of its own.
pub fn crs(name: Option<&str>, names: &CrsNames) -> Result<Option<Crs>, Failure> {
    let parse = |name| {
        let own: String = names.own().iter().map(|own| format!("、{}", own.id)).collect();
        let zh = || format!("--crs：没有坐标系 {name}，可用 EPSG:4490、EPSG:4549、gcj02、bd09{own} 等");
        names.parse(name).map_err(|error| Failure::usage(zh(), format!("--crs: {error}")))
    };
    name.map(parse).transpose()
}

/// The field map that `--map` spells.
pub fn map(text: &str) -> Result<FieldMap, Failure> {
    FieldMap::parse(text).map_err(|error| {
        Failure::usage("--map：应为 字段=属性，用逗号分开，如 code=DLBM,name=MC", format!("--map: {error}"))
    })
}

/// The tolerance that `--snap-m` gives, in metres.
pub fn snap_m(text: &str) -> Result<f64, Failure> {
    let snap_m = text.parse().ok().filter(|&snap_m: &f64| snap_m > 0.0 && snap_m <= MAX_SNAP_M);
    snap_m.ok_or_else(|| {
        Failure::usage(
            format!("--snap-m：{text} 不在允许范围内，须大于 0、不超过 {MAX_SNAP_M} 米"),
            format!("--snap-m: {text:?} is no tolerance; allowed is a number above 0, at most {MAX_SNAP_M} (metres)"),
        )
    })
}

/// The time that the argument `name` says, in the district's time zone where it is a bare date.
pub fn moment(name: &str, text: Option<&str>, profile: &Profile) -> Result<Option<OffsetDateTime>, Failure> {
    moment_at(name, text, profile.time_zone.1)
}

/// The time that the argument `name` says; a bare date begins `offset_minutes` east of Greenwich.
pub fn moment_at(name: &str, text: Option<&str>, offset_minutes: i16) -> Result<Option<OffsetDateTime>, Failure> {
    let parse = |text| {
        let refused = || {
            Failure::usage(
                format!("{name}：{text} 不是时间，应为带时区的 RFC 3339（如 2027-01-01T00:00:00+08:00）或日期"),
                format!("{name}: {text:?} is no time; allowed is RFC 3339 with Z or an offset, or a date"),
            )
        };
        parse_moment(text, offset_minutes).ok_or_else(refused)
    };
    text.map(parse).transpose()
}

/// The scope that `--complete-under` and `--complete-levels` name.
pub fn scope(under: Option<&str>, levels: &[String], profile: &Profile) -> Result<Option<Scope>, Failure> {
    let Some(under) = under else { return Ok(None) };
    let found = levels.iter().map(|text| Ok(level(Some(text), profile)?.expect("a level was named")));
    let found = found.collect::<Result<Vec<Level>, Failure>>()?;
    Ok(Some(Scope::new(under, found).map_err(ImportError::from)?))
}

/// The level that `--level` names in a profile.
pub fn level(text: Option<&str>, profile: &Profile) -> Result<Option<Level>, Failure> {
    let Some(text) = text else { return Ok(None) };
    if let Some(level) = profile.find_level(text) {
        return Ok(Some(level));
    }
    let ids: Vec<String> = profile.levels.iter().map(|level| format!("{} ({})", level.id, level.name.zh)).collect();
    let (ids, last) = (ids.join(", "), profile.levels.len());
    Err(Failure::usage(
        format!("--level：配置 {} 没有层级 {text}，可用：{ids}，或 1 至 {last}", profile.id),
        format!("--level: {text:?} is no level of profile {}; allowed are {ids}, or 1 to {last}", profile.id),
    ))
}

/// The profile that `--profile` names.
pub fn profile(name: Option<&str>) -> Result<Option<Profile>, Failure> {
    Ok(name.map(profile::load).transpose()?)
}

/// The profile that a new store would get.
pub fn profile_of_new_store(given: Option<&Profile>) -> Result<Profile, Failure> {
    given.map_or_else(|| Ok(profile::load(DEFAULT_PROFILE)?), |given| Ok(given.clone()))
}

/// The district in the store at `address`.
pub async fn open(address: &StoreAddress, profile: Option<Profile>) -> Result<District, Failure> {
    let opened = District::open(address, profile, Clock::system()).await;
    opened.map_err(|error| Failure::from(error).about_store(address))
}

/// Whether there is nothing yet at `address`, so that a store will be made. A database is asked when it is opened.
pub fn is_new(address: &StoreAddress) -> bool {
    address.file().is_some_and(|path| !path.exists())
}

/// Refuses the name of a store that does not exist, where none is made.
pub fn check_store(address: &StoreAddress) -> Result<(), Failure> {
    if !is_new(address) {
        return Ok(());
    }
    let zh = "没有这个存储，请先 onemap import 或 onemap generate，或用 --store 指明";
    let en = "there is no such store; make one with onemap import or onemap generate, or name it with --store";
    Err(Failure::new(zh, en).about_store(address))
}

/// Whether both names are of one file that exists.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerance_is_above_zero_and_at_most_a_metre() {
        assert_eq!(snap_m("1"), Ok(1.0));
        assert_eq!(snap_m("0.05"), Ok(0.05));
        for text in ["0", "-0.1", "1.0001", "NaN", "inf", "", "x"] {
            assert!(snap_m(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_level_is_named_by_id_or_by_number() {
        let profile = profile_of_new_store(None).expect("built in");
        let last = &profile.levels[4].id;
        assert_eq!(level(Some(last), &profile), Ok(Some(Level(4))));
        assert_eq!(level(Some("1"), &profile), Ok(Some(Level(0))));
        assert_eq!(level(None, &profile), Ok(None));
        assert!(level(Some("0"), &profile).is_err());
        assert!(level(Some("planet"), &profile).is_err());
    }

    #[test]
    fn a_file_is_itself_by_any_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        assert!(!is_same_file(&path, &path));
        fs::write(&path, "").expect("written");
        assert!(is_same_file(&path, &folder.path().join(".").join("a.csv")));
        assert!(!is_same_file(&path, folder.path()));
    }
}
