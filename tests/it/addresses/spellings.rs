//! Spellings, and what is meant by them.

use super::*;

/// Places of known names: some once, one in two streets, one road, one station with another name.
fn known_places(snapshot: &Snapshot) -> Vec<Place> {
    let here = |nth| somewhere(snapshot, "镇海街道", nth);
    let there = somewhere(snapshot, "拱辰街道", 0);
    let named = |id, layer, at, name: &str, alias: &str| Place {
        name: name.to_owned(),
        aliases: vec![alias.to_owned()],
        ..Place::bare(id, layer, PlaceGeometry::Point(at))
    };
    let mut ring = building(900_001, here(0), "东湖花园", "1号楼", (6, 2));
    ring.aliases = vec!["老糖厂宿舍1号楼".to_owned()];
    let road = PlaceGeometry::Line(vec![here(0), here(1), here(2)]);
    let road = Place {
        name: "荔香二路".to_owned(),
        aliases: vec!["老新街".to_owned()],
        ..Place::bare(900_002, PlaceLayer::Road, road)
    };
    let river = PlaceGeometry::Line(vec![here(0), here(1), here(2), there]);
    let river = Place { name: "青莲溪".to_owned(), ..Place::bare(900_015, PlaceLayer::Water, river) };
    let estate = named(900_003, PlaceLayer::Green, here(0), "东湖花园", "老糖厂宿舍");
    let shop = Place {
        address: Some("荔香二路123号".to_owned()),
        ..named(900_004, PlaceLayer::Facility, here(1), "惠民超市", "老周杂货")
    };
    vec![
        ring,
        road,
        river,
        estate,
        shop,
        building(900_005, here(1), "东湖花园", "12号楼", (18, 1)),
        building(900_006, here(1), "幸福小区", "1号楼", (6, 2)),
        building(900_007, there, "幸福小区", "1号楼", (6, 2)),
        building(900_008, here(2), "万象城", "A座", (20, 0)),
        named(900_009, PlaceLayer::Facility, here(2), "镇海派出所", "城关派出所"),
        building(900_010, here(2), "金色阳光家园", "3号楼", (11, 2)),
        named(900_011, PlaceLayer::Building, here(0), "荔城金融大厦", "信用社大楼"),
        building(900_012, here(0), "长寿新村", "5号", (3, 1)),
        building(900_013, here(0), "东湖花园", "综合楼", (3, 1)),
        building(900_014, here(1), "东湖花园", "北区3号楼", (3, 1)),
    ]
}

/// A spelling; what is meant: kind and end of its text, with `?` when another may be meant as well, or `-` when it is not in
/// the data; and what of it is not there.
const TABLE: &[(&str, &str, &str)] = &[
    // As it is written, and folded.
    ("凤凰城小区20号楼2梯107室", "stacked 凤凰城小区20号楼2梯", "107室"),
    ("福建省莆田市荔城区镇海街道凤凰城小区20号楼2梯107室", "stacked 凤凰城小区20号楼2梯", "107室"),
    ("莆田市荔城区凤凰城小区20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("鳳凰城小區20號樓2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城小区２０号楼２梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城小区二十号楼二梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城小区廿号楼二梯一〇七室", "stacked 凤凰城小区20号楼2梯", "107室"),
    ("凤凰城小区第20号楼第2梯", "stacked 凤凰城小区20号楼2梯", ""),
    (" 凤凰城 小区，20号楼（2梯）。", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城·小区🏠20号楼\u{200f}2梯\u{202e}", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城\u{0}小区\t20号楼\u{1b}2梯\n", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城小区\u{7}20号楼\r\n2梯", "stacked 凤凰城小区20号楼2梯", ""),
    // What is called no number.
    ("东湖花园综合楼", "building 东湖花园综合楼", ""),
    ("东湖花园北区3号楼", "building 东湖花园北区3号楼", ""),
    // Words for building, stair and room.
    ("凤凰城小区20栋2单元107", "stacked 凤凰城小区20号楼2梯", "107"),
    ("凤凰城小区20幢2门107房", "stacked 凤凰城小区20号楼2梯", "107房"),
    ("凤凰城小区20座2梯位107户", "stacked 凤凰城小区20号楼2梯", "107户"),
    ("凤凰城小区20#2单元", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城小区20＃楼1梯", "stacked 凤凰城小区20号楼1梯", ""),
    ("凤凰城小区20-2-107", "stacked 凤凰城小区20号楼2梯", "107"),
    ("凤凰城小区20 2 107", "stacked 凤凰城小区20号楼2梯", "107"),
    ("凤凰城小区20号楼2-107", "stacked 凤凰城小区20号楼2梯", "107"),
    ("凤凰城小区20楼2单元107", "stacked 凤凰城小区20号楼2梯", "107"),
    ("凤凰城小区20号楼2梯3层", "stacked 凤凰城小区20号楼2梯", ""),
    // The stair is not said, or is none.
    ("凤凰城小区20号楼", "building 凤凰城小区20号楼", ""),
    ("凤凰城小区20号楼107室", "building 凤凰城小区20号楼", "107室"),
    ("凤凰城小区20号楼9梯", "building 凤凰城小区20号楼", "9梯"),
    ("凤凰城小区20号楼99层", "building 凤凰城小区20号楼", "99层"),
    // Short, with another ending, with filling around.
    ("凤凰城20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城住宅小区20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("我家在凤凰城小区20号楼2梯附近", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰城花园20号楼2梯", "-", ""),
    // In letters.
    ("fenghuangchengxiaoqu20haolou2ti", "stacked 凤凰城小区20号楼2梯", ""),
    ("Feng Huang Cheng Xiao Qu 20hao lou 2ti", "stacked 凤凰城小区20号楼2梯", ""),
    ("fenghuangcheng20#2", "building 凤凰城小区20号楼", "2"),
    ("fhcxq20hl2t", "stacked 凤凰城小区20号楼2梯", ""),
    ("fhcxq20-2-107", "stacked 凤凰城小区20号楼2梯", "107"),
    ("fenghuancengxiaoqu20haolou", "building 凤凰城小区20号楼", ""),
    ("donghuhuayuan1haolou", "building 东湖花园1号楼", ""),
    ("changshouxincun5hao", "building 长寿新村5号", ""),
    // With mistakes.
    ("凤皇城小区20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("奉凰城小区20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰陈小区20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤城小区20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("凤凰大城小区20号楼2梯", "stacked 凤凰城小区20号楼2梯", ""),
    ("金色阳家园3号楼", "building 金色阳光家园3号楼", ""),
    ("金色杨光家园3号楼", "building 金色阳光家园3号楼", ""),
    ("冬湖花园1号楼", "building 东湖花园1号楼", ""),
    ("西湖花园1号楼", "-", ""),
    // By other names.
    ("老糖厂宿舍1号楼", "building 东湖花园1号楼", ""),
    ("老糖厂宿舍12号楼", "building 东湖花园12号楼", ""),
    ("城关派出所", "place 镇海派出所", ""),
    ("信用社大楼5层", "building 荔城金融大厦", "5层"),
    ("老新街", "road 荔香二路", ""),
    // Places, roads, letters for buildings.
    ("镇海派出所", "place 镇海派出所", ""),
    ("镇海街道镇海派出所旁边", "place 镇海派出所", ""),
    ("荔城金融大厦", "building 荔城金融大厦", ""),
    ("万象城A座1203", "building 万象城A座", "1203"),
    ("万象城ａ座12楼", "building 万象城A座", ""),
    ("万象城A座31层", "building 万象城A座", "31层"),
    ("荔香二路", "road 荔香二路", ""),
    ("荔香2路123号", "place 惠民超市", ""),
    ("荔香二路125号", "road 荔香二路", "125号"),
    ("荔香二路12号东湖花园1号楼", "building 东湖花园1号楼", ""),
    ("长寿新村5号", "building 长寿新村5号", ""),
    // Only the estate, or only an area, is known.
    ("东湖花园", "place 东湖花园?", ""),
    ("东湖花园99号楼", "place 东湖花园?", "99号楼"),
    ("金色阳光家园", "estate 金色阳光家园", ""),
    ("金色阳光家园8号楼", "estate 金色阳光家园", "8号楼"),
    ("镇海街道", "area 镇海街道", ""),
    ("福建省莆田市荔城区镇海街道", "area 镇海街道", ""),
    ("荔城区", "area 荔城区", ""),
    // 镇海社区 is called so as well.
    ("鎮海", "area 镇海街道?", ""),
    // Two of one name: told, unless the street is named.
    ("幸福小区1号楼", "building 幸福小区1号楼?", ""),
    ("镇海街道幸福小区1号楼", "building 镇海街道*幸福小区1号楼", ""),
    ("拱辰街道幸福小区1号楼", "building 拱辰街道*幸福小区1号楼", ""),
    ("幸福小区", "estate 幸福小区?", ""),
    // Not in the data.
    ("不存在小区20号楼", "-", ""),
    ("镇海街道不存在小区20号楼", "-", ""),
    ("北京市朝阳区凤凰城小区20号楼2梯", "-", ""),
    ("福建省福州市鼓楼区凤凰城小区20号楼", "-", ""),
    ("莆田市秀屿区凤凰城小区20号楼", "-", ""),
    ("شارع الملك فهد ١٢", "-", ""),
    ("20号楼", "-", ""),
    ("abcdefghijklmnop", "-", ""),
    ("１", "-", ""),
    ("107", "-", ""),
    ("13800138000", "-", ""),
    ("二十", "-", ""),
];

fn shown(found: &Found) -> (String, String) {
    let Some(best) = found.candidates.first() else { return ("-".to_owned(), String::new()) };
    let missing: Vec<&str> = best.missing.iter().map(|missing| missing.said.as_str()).collect();
    let mark = if found.is_ambiguous { "?" } else { "" };
    (format!("{} {}{mark}", best.kind.id(), best.text), missing.join(";"))
}

/// Whether `found`, a kind and a full text, is what was expected: kind, what it begins with before `*`, and its end.
fn is_meant(found: &str, expected: &str) -> bool {
    let ((kind, text), Some((wanted, end))) = (found.split_once(' ').unwrap_or((found, "")), expected.split_once(' '))
    else {
        return found == expected;
    };
    let (begin, end) = end.split_once('*').unwrap_or(("", end));
    kind == wanted && text.starts_with(begin) && text.ends_with(end)
}

#[test]
fn every_spelling_means_what_it_says() {
    assert!(TABLE.len() >= 60);
    let ground = Ground::new(&district(600), known_places);
    let mut wrong = Vec::new();
    for &(spelling, expected, missing) in TABLE {
        let (found, lacks) = shown(&ground.find(spelling).expect("an address"));
        if !is_meant(&found, expected) || lacks != missing {
            wrong.push(format!("{spelling}: {found} lacks [{lacks}]; expected {expected} lacks [{missing}]"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_that_are_no_address_are_refused() {
    let ground = Ground::new(&district(300), |_| Vec::new());
    for empty in ["", "  ", "，。、！", "🏠🏠", "\u{200f}\u{202e}", "---"] {
        assert_eq!(ground.find(empty), Err(AddressError::Empty), "{empty:?}");
    }
    assert_eq!(ground.find(&"凤".repeat(201)), Err(AddressError::TooLong(201)));
    assert_eq!(ground.find(&"凤".repeat(5000)), Err(AddressError::TooLong(5000)));
    assert!(ground.find(&"凤".repeat(200)).expect("an address").candidates.is_empty());
}

/// A road through two communities does not say which of them.
#[test]
fn what_is_wide_says_no_more_than_all_of_it_shares() {
    let ground = Ground::new(&district(600), known_places);
    let level_of = |address: &str| {
        let found = ground.find(address).expect("an address");
        let best = found.candidates.first().unwrap_or_else(|| panic!("{address}"));
        assert!(!best.is_point, "{address}");
        best.area().map(|area| ground.snapshot.hierarchy.area(area).level)
    };
    let finest = ground.snapshot.profile.finest();
    for wide in ["荔香二路", "金色阳光家园8号楼", "镇海街道", "青莲溪"] {
        assert!(level_of(wide).is_some_and(|level| level <= finest), "{wide}");
    }
    let road = ground.find("荔香二路").expect("an address").candidates.remove(0);
    let stands = ground.snapshot.locate(road.position);
    assert!(road.chain.len() < stands.chain.len(), "{:?} {:?}", road.chain, stands.chain);
    let river = ground.find("青莲溪").expect("an address").candidates.remove(0);
    assert_eq!((river.kind, river.chain.len(), river.place), (CandidateKind::Place, 1, Some(900_015)));
}
