//! Names for roads, waters and estates.

use super::random::Random;

/// Main roads inside a street or town.
const MAIN_ROADS: [&str; 24] = [
    "胜利路",
    "荔园路",
    "文献路",
    "学园路",
    "东园路",
    "梅园路",
    "延寿路",
    "筱塘街",
    "荔浦路",
    "迎宾路",
    "天妃路",
    "凤达路",
    "霞梧路",
    "南门街",
    "东大路",
    "北磨街",
    "长寿街",
    "英龙街",
    "凤山街",
    "镇海路",
    "步云路",
    "拱辰路",
    "西洙路",
    "濠浦路",
];

/// Main waters.
const MAIN_WATERS: [&str; 8] = ["北渠", "南渠", "东渠", "西渠", "中渠", "新渠", "下渠", "上渠"];

const FIRST: [&str; 24] = [
    "荔", "兰", "壶", "兴", "新", "福", "永", "安", "和", "丰", "锦", "秀", "龙", "凤", "梅", "竹", "松", "桂", "文",
    "华", "东", "金", "清", "玉",
];

const SECOND: [&str; 20] = [
    "园", "华", "山", "溪", "昌", "宁", "泰", "林", "苑", "明", "阳", "川", "湖", "台", "田", "港", "桥", "峰", "亭",
    "洲",
];

const ESTATE: [&str; 6] = ["小区", "花园", "新村", "苑", "家园", "公寓"];

/// A road of rank 1; `index` counts the roads of that rank so far.
pub fn main_road(index: usize, random: &mut Random) -> String {
    MAIN_ROADS.get(index).map_or_else(|| pair(random) + "路", |name| (*name).to_owned())
}

/// A water of rank 1; `index` counts the waters of that rank so far.
pub fn main_water(index: usize, random: &mut Random) -> String {
    MAIN_WATERS.get(index).map_or_else(|| pair(random) + "溪", |name| (*name).to_owned())
}

/// A road of rank 2.
pub fn road(random: &mut Random) -> String {
    pair(random) + ["路", "街", "路"][random.below(3)]
}

/// A water of rank 2.
pub fn water(random: &mut Random) -> String {
    pair(random) + ["渠", "沟", "港"][random.below(3)]
}

/// A lane or ditch inside the community `stem`, the `number`-th of its kind there.
pub fn lane(stem: &str, number: usize, kind: &str) -> String {
    format!("{stem}{}{kind}", numeral(number))
}

/// An estate.
pub fn estate(random: &mut Random) -> String {
    pair(random) + ESTATE[random.below(ESTATE.len())]
}

fn pair(random: &mut Random) -> String {
    let second = SECOND[random.below(SECOND.len())];
    FIRST[random.below(FIRST.len())].to_owned() + second
}

/// 1 to 99 in Chinese numerals; larger numbers in digits.
pub fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match number {
        1..=9 => DIGITS[number].to_owned(),
        10..=19 => format!("十{}", DIGITS[number - 10]),
        20..=99 => format!("{}十{}", DIGITS[number / 10], DIGITS[number % 10]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_counted_in_chinese() {
        let names = [1, 10, 15, 20, 42, 120].map(|number| lane("步云", number, "巷"));
        assert_eq!(names, ["步云一巷", "步云十巷", "步云十五巷", "步云二十巷", "步云四十二巷", "步云120巷"]);
    }
}
