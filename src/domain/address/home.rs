//! What stands above the district in an address: 福建省莆田市.

use std::ops::Range;

use super::fold::fold;
use crate::domain::{area::Level, area::Snapshot};

/// Most characters of a city's or county's name before 市, 区, 县.
const MAX_NAME: usize = 4;

/// The provinces by the first two digits of their codes: as they are called, and as they are called for short.
const PROVINCES: [(&str, &str, &str); 34] = [
    ("11", "北京市", "北京"),
    ("12", "天津市", "天津"),
    ("13", "河北省", "河北"),
    ("14", "山西省", "山西"),
    ("15", "内蒙古自治区", "内蒙古"),
    ("21", "辽宁省", "辽宁"),
    ("22", "吉林省", "吉林"),
    ("23", "黑龙江省", "黑龙江"),
    ("31", "上海市", "上海"),
    ("32", "江苏省", "江苏"),
    ("33", "浙江省", "浙江"),
    ("34", "安徽省", "安徽"),
    ("35", "福建省", "福建"),
    ("36", "江西省", "江西"),
    ("37", "山东省", "山东"),
    ("41", "河南省", "河南"),
    ("42", "湖北省", "湖北"),
    ("43", "湖南省", "湖南"),
    ("44", "广东省", "广东"),
    ("45", "广西壮族自治区", "广西"),
    ("46", "海南省", "海南"),
    ("50", "重庆市", "重庆"),
    ("51", "四川省", "四川"),
    ("52", "贵州省", "贵州"),
    ("53", "云南省", "云南"),
    ("54", "西藏自治区", "西藏"),
    ("61", "陕西省", "陕西"),
    ("62", "甘肃省", "甘肃"),
    ("63", "青海省", "青海"),
    ("64", "宁夏回族自治区", "宁夏"),
    ("65", "新疆维吾尔自治区", "新疆"),
    ("71", "台湾省", "台湾"),
    ("81", "香港特别行政区", "香港"),
    ("82", "澳门特别行政区", "澳门"),
];

/// Before 区 and 市 they make no county: 小区, 社区, 园区; 新度镇市场.
const NO_COUNTY: &str = "小社园片新发校景老灾辖工库厂矿山街镇乡村路";

/// What people call a part of their own city.
const PARTS_OF_CITIES: [&str; 4] = ["老城区", "新城区", "主城区", "中心城区"];

/// Where the district lies.
pub struct Home {
    province: Option<&'static str>,
    /// The district as its profile calls it: 莆田市荔城区.
    name: Vec<char>,
    /// The names of the coarsest areas.
    counties: Vec<Vec<char>>,
}

/// The beginning of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Above {
    /// Where what lies in the district begins.
    pub from: usize,
    /// What lies elsewhere, when something does.
    pub elsewhere: Option<Range<usize>>,
}

impl Home {
    /// Where the district of a snapshot lies.
    pub fn of(snapshot: &Snapshot) -> Self {
        let hierarchy = &snapshot.hierarchy;
        let top = hierarchy.of_level(Level(0));
        let province = top.clone().next().and_then(|first| {
            let code = &hierarchy.area(first).code;
            PROVINCES.iter().find(|(digits, ..)| code.starts_with(digits)).map(|&(digits, ..)| digits)
        });
        let counties = top.map(|index| fold(&hierarchy.area(index).name).chars().collect()).collect();
        Self { province, name: fold(&snapshot.profile.name.zh).chars().collect(), counties }
    }

    /// Reads province, city and county at the beginning of `text`, folded.
    pub fn above(&self, text: &[char]) -> Above {
        let mut from = if starts(text, "中国") { 2 } else { 0 };
        let begin = from;
        if let Some((digits, length)) = self.province_at(&text[from..]) {
            if self.province.is_some_and(|home| home != digits) {
                return Above { from, elsewhere: Some(from..from + length) };
            }
            from += length;
        }
        let has_province = from > begin;
        if let Some(length) = self.city_at(&text[from..], has_province) {
            let is_home = self.is_of_home(&text[from..from + length]);
            if !is_home {
                return Above { from, elsewhere: Some(from..from + length) };
            }
            from += length;
        }
        if from > begin
            && let Some(length) = unit_at(&text[from..], &['区', '县', '市'])
        {
            let county = &text[from..from + length];
            let is_part = PARTS_OF_CITIES.iter().any(|part| starts(county, part));
            let is_county = !NO_COUNTY.contains(county[length - 2]) && !is_part;
            if is_county && !self.counties.iter().any(|known| known == county) && !self.is_of_home(county) {
                return Above { from, elsewhere: Some(from..from + length) };
            }
        }
        Above { from, elsewhere: None }
    }

    fn province_at(&self, text: &[char]) -> Option<(&'static str, usize)> {
        let fits = |&&(digits, full, short): &&(&str, &str, &str)| {
            let behind = short.chars().count();
            starts(text, full)
                || (starts(text, short)
                    && (unit_at(&text[behind..], &['市']).is_some()
                        || (self.province == Some(digits) && self.city_stem(&text[behind..]).is_some())))
        };
        let &(digits, full, short) = PROVINCES.iter().find(fits)?;
        let length = if starts(text, full) { full } else { short }.chars().count();
        Some((digits, length))
    }

    /// How long the city is that `text` begins with.
    fn city_at(&self, text: &[char], has_province: bool) -> Option<usize> {
        if let Some(length) = unit_at(text, &['市']) {
            let behind = &text[length..];
            let is_certain = has_province
                || self.is_of_home(&text[..length])
                || unit_at(behind, &['区', '县']).is_some_and(|county| !NO_COUNTY.contains(behind[county - 2]));
            if is_certain {
                return Some(length);
            }
        }
        let stem = self.city_stem(text)?;
        let county_follows = self.counties.iter().any(|county| {
            let county = &county[..county.len() - usize::from(county.len() > 2)];
            text[stem..].starts_with(county)
        });
        (has_province || county_follows).then_some(stem)
    }

    /// How long the name of the own city is that `text` begins with, without its 市.
    fn city_stem(&self, text: &[char]) -> Option<usize> {
        let length = self.name.iter().position(|&c| c == '市').filter(|&length| length >= 2)?;
        text.starts_with(&self.name[..length]).then_some(length)
    }

    fn is_of_home(&self, name: &[char]) -> bool {
        self.name.windows(name.len()).any(|window| window == name)
    }
}

/// How long the unit is that `text` begins with: two to [`MAX_NAME`] characters and one of `ends`; a market (市场) ends none.
fn unit_at(text: &[char], ends: &[char]) -> Option<usize> {
    let stop = text.iter().take(MAX_NAME + 1).position(|c| ends.contains(c) || c.is_ascii())?;
    let is_market = text[stop..].starts_with(&['市', '场']);
    (stop >= 2 && ends.contains(&text[stop]) && !is_market).then_some(stop + 1)
}

fn starts(text: &[char], word: &str) -> bool {
    text.len() >= word.chars().count() && word.chars().zip(text).all(|(a, &b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_the_district_is_read_and_other_districts_are_told() {
        let characters = |text: &str| text.chars().collect::<Vec<char>>();
        let home =
            Home {
                province: Some("35"), name: characters("莆田市荔城区"), counties: vec![characters("荔城区")]
            };
        let above = |text: &str| {
            let text = characters(text);
            let Above { from, elsewhere } = home.above(&text);
            match elsewhere {
                Some(span) => format!("!{}", text[span].iter().collect::<String>()),
                None => text[from..].iter().collect(),
            }
        };
        for (text, expected) in [
            ("福建省莆田市荔城区镇海街道", "荔城区镇海街道"),
            ("中国福建莆田荔城镇海街道", "荔城镇海街道"),
            ("莆田市荔城区镇海街道", "荔城区镇海街道"),
            ("福建莆田市镇海街道", "镇海街道"),
            ("镇海街道凤凰城小区", "镇海街道凤凰城小区"),
            ("莆田凤凰城小区", "莆田凤凰城小区"),
            ("福建路3号", "福建路3号"),
            ("北京市朝阳区凤凰城小区", "!北京市"),
            ("广东省深圳市", "!广东省"),
            ("福建省福州市鼓楼区", "!福州市"),
            ("莆田市秀屿区凤凰城", "!秀屿区"),
            ("莆田市凤凰城小区", "凤凰城小区"),
            ("城市花园3号楼", "城市花园3号楼"),
            ("福州市鼓楼区凤凰城", "!福州市"),
            ("莆田市水产市场", "水产市场"),
            ("莆田市新度镇市场路3号", "新度镇市场路3号"),
            ("莆田市老城区文献路", "老城区文献路"),
            ("福建省城东市场", "城东市场"),
            ("", ""),
        ] {
            assert_eq!(above(text), expected, "{text}");
        }
    }
}
