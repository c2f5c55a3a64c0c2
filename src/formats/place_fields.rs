//! What a table or file says of a place: its columns, under Chinese and English names.

use std::collections::BTreeMap;

use super::table::ColumnKind;
use crate::domain::profile::{PlaceAttribute, PlaceClass};

/// A field of a place that a file may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceField {
    /// Our own number, for files that were exported here. No plain `id`: lists of others have such.
    Id,
    /// The class: its id or its Chinese name.
    Class,
    /// 编号 of whoever keeps the list.
    ExternalId,
    /// The name.
    Name,
    /// Other names.
    Aliases,
    /// Longitude, or easting.
    Lon,
    /// Latitude, or northing.
    Lat,
    /// Which is drawn first.
    Rank,
    /// 小区.
    Estate,
    /// 楼号.
    BuildingNumber,
    /// 梯位.
    Stairs,
    /// 层数.
    Floors,
    /// 户数.
    Households,
    /// 人数.
    Residents,
    /// Where its picture is seen live.
    VideoUrl,
    /// Telephone.
    Phone,
    /// Address.
    Address,
    /// Code of the area that answers on a border.
    Owner,
    /// Width of the border road or ditch in metres.
    WidthM,
    /// Where it is known from.
    Source,
    /// As of when.
    Date,
}

use PlaceField as F;

/// Every field with the names under which it is found: the English one, the Chinese one, others; case does not matter.
const NAMES: [(PlaceField, &[&str]); 21] = [
    (F::Id, &["onemap_id", "系统编号"]),
    (F::Class, &["class", "类别"]),
    (F::ExternalId, &["external_id", "编号", "external_i"]),
    (F::Name, &["name", "名称"]),
    (F::Aliases, &["aliases", "别名"]),
    (F::Lon, &["lon", "经度", "longitude", "lng"]),
    (F::Lat, &["lat", "纬度", "latitude"]),
    (F::Rank, &["rank", "等级"]),
    (F::Estate, &["estate", "小区"]),
    (F::BuildingNumber, &["building_number", "楼号", "building_n"]),
    (F::Stairs, &["stairs", "梯位"]),
    (F::Floors, &["floors", "层数"]),
    (F::Households, &["households", "户数"]),
    (F::Residents, &["residents", "人数"]),
    (F::VideoUrl, &["video_url", "视频地址"]),
    (F::Phone, &["phone", "电话"]),
    (F::Address, &["address", "地址"]),
    (F::Owner, &["owner", "归属"]),
    (F::WidthM, &["width_m", "宽度"]),
    (F::Source, &["source", "来源"]),
    (F::Date, &["date", "日期"]),
];

impl PlaceField {
    /// All of them, in the order of a table's columns.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(field, _)| *field)
    }

    fn names(self) -> &'static [&'static str] {
        NAMES.iter().find(|(field, _)| *field == self).map_or(&[], |(_, names)| names)
    }

    /// The name in files that programs read.
    pub fn id(self) -> &'static str {
        self.names()[0]
    }

    /// The name in tables for people.
    pub fn zh(self) -> &'static str {
        self.names()[1]
    }

    /// Whether a column of this name is this field.
    pub fn is_called(self, name: &str) -> bool {
        self.names().iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
    }

    /// What a column of it holds.
    pub const fn kind(self) -> ColumnKind {
        match self {
            Self::ExternalId | Self::Owner => ColumnKind::Token,
            Self::Aliases => ColumnKind::LongText,
            Self::Date => ColumnKind::Date,
            _ if self.is_number() => ColumnKind::Number,
            _ => ColumnKind::Text,
        }
    }

    /// Whether what it says is a number, which a table has without the marks of texts.
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Id
                | Self::Lon
                | Self::Lat
                | Self::Rank
                | Self::Stairs
                | Self::Floors
                | Self::Households
                | Self::Residents
                | Self::WidthM
        )
    }

    /// What a place must be able to carry to have this field; `None` where every place has it.
    pub const fn attribute(self) -> Option<PlaceAttribute> {
        match self {
            Self::Estate | Self::BuildingNumber | Self::Stairs | Self::Floors | Self::Households | Self::Residents => {
                Some(PlaceAttribute::Building)
            }
            Self::VideoUrl => Some(PlaceAttribute::VideoUrl),
            Self::Phone => Some(PlaceAttribute::Phone),
            Self::Address => Some(PlaceAttribute::Address),
            Self::Owner | Self::WidthM => Some(PlaceAttribute::Owner),
            _ => None,
        }
    }

    /// The columns of a table of places of `class`, or of all classes.
    pub fn columns(class: Option<&PlaceClass>) -> Vec<Self> {
        let carried = |field: &Self| match (field.attribute(), class) {
            (Some(attribute), Some(class)) => class.carries(attribute),
            _ => true,
        };
        Self::all().filter(carried).collect()
    }

    /// What is allowed in it, for people.
    pub const fn allowed(self) -> (&'static str, &'static str) {
        match self {
            Self::Id => (
                "导出时的系统编号，编号须与之相符；新增的点位留空",
                "our number of an exported place, with its own external_id; empty for a new one",
            ),
            Self::Class => ("类别代号或名称", "id or Chinese name of a class"),
            Self::ExternalId => {
                ("类别内唯一，至多 64 字；再次导入同一编号即更新", "unique in its class, at most 64 characters")
            }
            Self::Name => ("至多 200 字", "at most 200 characters"),
            Self::Aliases => ("用 | 或 、 或 ； 分开，至多 20 个", "with | between them, at most 20"),
            Self::Lon => ("经度，或投影坐标系的东坐标", "degrees, or metres of a projected system"),
            Self::Lat => ("纬度，或投影坐标系的北坐标", "degrees, or metres of a projected system"),
            Self::Rank => ("0 至 255，0 最先显示", "a whole number from 0 to 255"),
            Self::Estate | Self::BuildingNumber => ("至多 100 字", "at most 100 characters"),
            Self::Stairs | Self::Floors => ("0 至 65535 的整数", "a whole number from 0 to 65535"),
            Self::Households | Self::Residents => ("不小于 0 的整数", "a whole number from 0"),
            Self::VideoUrl => (
                "http://、https:// 或 rtsp:// 开头，至多 500 字",
                "http://, https:// or rtsp://, at most 500 characters",
            ),
            Self::Phone => {
                ("5 至 20 位数字，可有 + - 空格 括号", "5 to 20 digits, + - spaces and brackets between them")
            }
            Self::Address => ("至多 200 字", "at most 200 characters"),
            Self::Owner => {
                ("现行版本中的区域编码，与宽度同给", "code of an area of the edition in force, with width_m")
            }
            Self::WidthM => ("大于 0、不超过 500 的米数", "metres above 0, at most 500"),
            Self::Source => ("至多 100 字", "at most 100 characters"),
            Self::Date => ("如 2026-03-07", "a date such as 2026-03-07"),
        }
    }
}

/// A user's word on which attribute gives which field (`external_id=SBBH,name=MC`); others keep their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceFieldMap(BTreeMap<PlaceField, String>);

impl PlaceFieldMap {
    /// The map that `text` spells, empty text being the default; else what is wrong with it, in English.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut map = BTreeMap::new();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let Some((name, attribute)) = pair.split_once('=').filter(|(_, attribute)| !attribute.trim().is_empty())
            else {
                return Err(format!("{pair:?} is not of the form field=attribute"));
            };
            let Some(field) = PlaceField::all().find(|field| field.id() == name.trim()) else {
                let allowed = PlaceField::all().map(PlaceField::id).collect::<Vec<_>>().join(", ");
                return Err(format!("{name:?} is no field; allowed are {allowed}"));
            };
            if map.insert(field, attribute.trim().to_owned()).is_some() {
                return Err(format!("field {name:?} is given twice"));
            }
        }
        Ok(Self(map))
    }

    /// The value of a field and the attribute that gives it; blank values are none.
    pub fn value<'a>(&self, fields: &'a BTreeMap<String, String>, field: PlaceField) -> Option<(&'a str, &'a str)> {
        let found = match self.0.get(&field) {
            Some(attribute) => fields.get_key_value(attribute),
            None => field
                .names()
                .iter()
                .find_map(|name| fields.iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name))),
        };
        found.map(|(attribute, value)| (attribute.as_str(), value.trim())).filter(|(_, value)| !value.is_empty())
    }

    /// The attribute that gives a field, or would: for findings about what is missing.
    pub fn attribute(&self, field: PlaceField) -> &str {
        self.0.get(&field).map_or(field.id(), String::as_str)
    }

    /// The names under which a column of a table gives `field`.
    pub fn names(&self, field: PlaceField) -> Vec<&str> {
        self.0.get(&field).map_or_else(|| field.names().to_vec(), |attribute| vec![attribute.as_str()])
    }

    /// Whether a column of this name gives `field`.
    pub fn is_called(&self, field: PlaceField, name: &str) -> bool {
        self.0.get(&field).map_or_else(|| field.is_called(name), |attribute| attribute == name.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::profile::place_class::default_place_classes;

    #[test]
    fn fields_are_found_by_both_names_and_by_the_map() {
        let fields: BTreeMap<String, String> = [("编号", "A1"), ("NAME", " 甲 "), ("SB", "9"), ("phone", " ")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
        let map = PlaceFieldMap::default();
        assert_eq!(map.value(&fields, F::ExternalId), Some(("编号", "A1")));
        assert_eq!(map.value(&fields, F::Name), Some(("NAME", "甲")));
        assert_eq!(map.value(&fields, F::Phone), None);
        let map = PlaceFieldMap::parse("external_id=SB").expect("a map");
        assert_eq!(map.value(&fields, F::ExternalId), Some(("SB", "9")));
        for (text, wrong) in
            [("a", "field=attribute"), ("a=b", "no field"), ("name=a,name=b", "twice"), ("name=", "form")]
        {
            assert!(PlaceFieldMap::parse(text).expect_err("a broken map").contains(wrong), "{text}");
        }
    }

    #[test]
    fn a_table_has_the_columns_that_its_class_carries() {
        let classes = default_place_classes();
        let camera = classes.iter().find(|class| class.id == "camera");
        let columns = PlaceField::columns(camera);
        assert!(columns.contains(&F::VideoUrl) && !columns.contains(&F::Estate) && !columns.contains(&F::Owner));
        assert_eq!(PlaceField::columns(None).len(), NAMES.len());
        assert!(
            PlaceField::all().enumerate().all(|(place, field)| field as usize == place),
            "readers of tables rely on it"
        );
    }
}
