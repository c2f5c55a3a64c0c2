//! The table of cases: each practice of the sources, and each rule of DOMAIN section 4.

use onemap::{
    domain::{
        assign::{Ground, assign},
        profile::Party,
    },
    formats::profile_toml::find_profile,
};

use super::world::{Told, World};

/// Profile, case, who is on duty, what comes of it.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Whom a grid of many departments has.
const TEAM: &str = "A5 unit_leader 单元长; A4 grid_leader 网格长; A4 grid_worker 网格员; A4 part_time_grid_worker 兼职; \
                    A3 community_police 民警; A3 market_inspector 市监; A3 enforcement_officer 执法; \
                    A3 community_secretary 书记; A3 liaison_leader 联系领导; A2 duty_chief 值班长";

#[rustfmt::skip]
const CASES: &[Row] = &[
    // 网格员+社区民警+市场监管+综合执法+N (多格合一)
    ("licheng", "A5 safety.fire wed10", TEAM, "team: A4 grid_worker 网格员 A + 民警, 市监, 执法, 兼职"),
    ("licheng", "A5 safety.fire wed10", "A4 grid_worker 网格员; A3 community_police 民警", "team: A4 grid_worker 网格员 A + 民警"),
    ("licheng", "A5 market.food wed10", TEAM, "market: A3 market_inspector 市监 A + 网格员, 执法"),
    ("licheng", "A5 market.food wed22", TEAM, "team: A4 grid_worker 网格员 A + 民警, 市监, 执法, 兼职"),
    ("licheng", "A5 market.food sun10", TEAM, "team: A4 grid_worker 网格员 A + 民警, 市监, 执法, 兼职"),
    ("licheng", "A5 market.food wed10", "A4 grid_worker 网格员", "team: A4 grid_worker 网格员 A"),
    ("shifeng", "A5 city.vending wed10", "A3 enforcement_officer 执法; A4 grid_worker 网格员", "vending: A3 enforcement_officer 执法 A + 网格员"),
    ("xianning", "A5 safety.gas wed22", "A4 grid_worker 网格员; A3 enforcement_officer 执法", "team: A4 grid_worker 网格员 A + 执法"),
    ("danjiangkou", "A6 order.public wed22", "A3 community_police 民警; A4 grid_worker 网格员", "order: A3 community_police 民警 A + 网格员"),
    ("chibi", "A5 safety.fire wed10", "A4 grid_worker 网格员; A4 part_time_grid_worker 兼职", "team: A4 grid_worker 网格员 A + 兼职"),
    // One person in two roles is called once.
    ("licheng", "A5 market.food wed10", "A3 market_inspector 市监; A3 enforcement_officer 市监", "market: A3 market_inspector 市监 A"),
    ("danjiangkou", "A6 safety.fire wed10", "A4 grid_worker 网格员; A3 community_police 民警", "team: A4 grid_worker 网格员 A + 民警"),
    ("shifeng", "A5 safety.gas sun10", "A4 grid_worker 网格员; A3 market_inspector 市监", "team: A4 grid_worker 网格员 A + 市监"),
    ("licheng", "A5 order.public wed22", "A3 community_police 民警; A4 grid_worker 网格员", "order: A3 community_police 民警 A + 网格员"),
    ("shifeng", "A5 order.public sun10", "A3 community_police 民警; A4 grid_worker 网格员", "order: A3 community_police 民警 A + 网格员"),
    ("chibi", "A5 order.public wed22", "A3 community_police org:派出所; A4 grid_worker 网格员", "order: A3 community_police 派出所 A + 网格员"),
    ("xianning", "A5 order.public wed10", "A3 community_police -; A3 community_police 副 B; A4 grid_worker 网格员", "order: A3 community_police 副 B + 网格员"),
    ("shifeng", "A5 market.licence wed10", "A3 market_inspector 市监; A4 grid_worker 网格员", "market: A3 market_inspector 市监 A + 网格员"),
    ("chibi", "A5 market.food wed10", "A3 market_inspector 市监; A3 enforcement_officer 执法", "market: A3 market_inspector 市监 A + 执法"),
    ("xianning", "A5 market.food wed10", "A3 market_inspector 市监; A4 grid_worker 网格员", "market: A3 market_inspector 市监 A + 网格员"),
    ("danjiangkou", "A6 market.licence wed10", "A3 market_inspector 市监; A4 grid_worker 网格员", "market: A3 market_inspector 市监 A + 网格员"),
    ("licheng", "A5 city.vending sun10", "A3 enforcement_officer 执法; A3 market_inspector 市监; A4 grid_worker 网格员", "vending: A3 enforcement_officer 执法 A + 网格员, 市监"),
    ("chibi", "A5 city.vending wed22", "A3 enforcement_officer 执法; A4 grid_worker 网格员", "vending: A3 enforcement_officer 执法 A + 网格员"),
    ("xianning", "A5 city.vending wed10", "A3 enforcement_officer 执法; A3 market_inspector 市监", "vending: A3 enforcement_officer 执法 A + 市监"),
    ("danjiangkou", "A6 city.vending wed10", "A3 enforcement_officer org:执法中队; A4 grid_worker 网格员", "vending: A3 enforcement_officer 执法中队 A + 网格员"),
    // 街乡吹哨、部门报到
    ("shifeng", "A5 joint.matter wed10", "A2 duty_chief 值班长; A3 enforcement_officer 执法; A3 liaison_leader 联系领导", "joint: A2 duty_chief 值班长 A + 执法, 联系领导"),
    ("xianning", "A5 joint.matter wed10", "A2 duty_chief 值班长; A3 community_police 民警", "joint: A2 duty_chief 值班长 A + 民警"),
    ("chibi", "A5 joint.matter wed10", "A2 duty_chief 值班长; A3 community_police 民警; A3 market_inspector 市监", "joint: A2 duty_chief 值班长 A + 民警, 市监"),
    ("licheng", "A5 joint.matter wed10", TEAM, "joint: A2 duty_chief 值班长 A + 民警, 市监, 执法, 联系领导"),
    ("shifeng", "A5 joint.matter wed22", "A3 community_secretary 书记; A2 deputy_leader 分管; A3 community_police 民警", "leaders: A3 community_secretary 书记 A"),
    ("danjiangkou", "A6 joint.matter wed10", "A2 duty_chief org:街道应急中心; A3 enforcement_officer org:执法中队", "joint: A2 duty_chief 街道应急中心 A + 执法中队"),
    // 专属单元长: exclusive first
    ("licheng", "X5 safety.fire wed10", "X5 exclusive_unit_leader 林校长; A4 grid_worker 网格员", "exclusive_unit: X5 exclusive_unit_leader 林校长 A + 网格员"),
    ("licheng", "X5 market.food wed10", "X5 exclusive_unit_leader 林校长; A3 market_inspector 市监", "exclusive_unit: X5 exclusive_unit_leader 林校长 A"),
    ("licheng", "X5 safety.fire wed10", "A4 grid_worker 网格员", "exclusive_body: X5 body 示例中学 + 网格员"),
    ("licheng", "X5 order.public wed10", "X5 exclusive_unit_leader 林校长; A3 community_police 民警", "exclusive_order: A3 community_police 民警 A + 林校长"),
    ("licheng", "X5 order.public wed10", "X5 exclusive_unit_leader 林校长", "exclusive_unit: X5 exclusive_unit_leader 林校长 A"),
    ("shifeng", "X4 safety.fire wed10", "X4 grid_leader 校网格长; A3 community_police 民警", "exclusive_body: X4 body 示例中学"),
    ("chibi", "X4 safety.fire wed10", "A4 grid_worker 网格员", "exclusive_body: X4 body 示例中学"),
    ("xianning", "X4 civic.help wed10", "X4 grid_worker 校网格员", "exclusive_body: X4 body 示例中学 + 校网格员"),
    ("danjiangkou", "X4 market.food wed10", "X4 grid_worker 校网格员; A3 market_inspector 市监", "exclusive_body: X4 body 示例中学 + 校网格员"),
    // A comprehensive unit inside of an exclusive grid is comprehensive.
    ("licheng", "Y5 civic.help wed10", "Y5 unit_leader 单元长", "leaders: Y5 unit_leader 单元长 A"),
    // 综合 leaders do not answer for exclusive units, nor the other way round.
    ("licheng", "A5 civic.help wed10", "A5 exclusive_unit_leader 错; A4 grid_leader 网格长", "leaders: A4 grid_leader 网格长 A"),
    // 矛盾不出单元
    ("licheng", "A5 dispute.neighbour wed22", TEAM, "dispute: A5 unit_leader 单元长 A + 网格长, 民警"),
    ("licheng", "A5 dispute.family wed22", "A4 grid_leader 网格长; A3 community_police 民警", "dispute_grid: A4 grid_leader 网格长 A + 民警"),
    ("xianning", "A5 dispute.family wed22", "A5 central_household_leader 户长; A4 grid_leader 网格长", "dispute: A5 central_household_leader 户长 A + 网格长"),
    ("danjiangkou", "A6 dispute.neighbour wed10", "A6 stairwell_leader 单元长; A5 building_leader 楼栋长", "dispute: A6 stairwell_leader 单元长 A"),
    ("shifeng", "A5 dispute.family wed22", "A5 building_leader 楼栋长; A4 grid_leader 网格长; A3 community_police 民警", "dispute: A5 building_leader 楼栋长 A + 网格长, 民警"),
    ("shifeng", "A5 dispute.labour wed10", "A4 grid_leader 网格长", "dispute_grid: A4 grid_leader 网格长 A"),
    ("chibi", "A5 dispute.neighbour wed10", "A5 building_leader 楼栋长; A4 grid_leader 网格长", "dispute: A5 building_leader 楼栋长 A + 网格长"),
    ("chibi", "A5 dispute.neighbour wed10", "A5 building_leader -; A4 grid_leader 网格长; A3 community_police 民警", "dispute_grid: A4 grid_leader 网格长 A + 民警"),
    ("xianning", "A5 dispute.labour wed10", "A4 grid_leader 网格长; A3 community_police 民警", "dispute_grid: A4 grid_leader 网格长 A + 民警"),
    ("danjiangkou", "A6 dispute.family wed10", "A5 building_leader 楼栋长; A4 grid_leader 网格长", "dispute_grid: A4 grid_leader 网格长 A"),
    // Escalation: unit -> grid -> community -> street -> district -> organisation
    ("licheng", "A5 civic.help wed10", TEAM, "leaders: A5 unit_leader 单元长 A"),
    ("licheng", "A5 civic.help wed10", "A5 unit_leader -; A4 grid_leader 网格长", "leaders: A4 grid_leader 网格长 A"),
    ("licheng", "A5 civic.help wed10", "A5 unit_leader -; A4 grid_leader -; A4 grid_worker 网格员", "leaders: A4 grid_worker 网格员 A"),
    ("licheng", "A5 civic.help wed10", "A3 community_secretary 书记", "leaders: A3 community_secretary 书记 A"),
    ("licheng", "A5 civic.help wed10", "A2 case_receiver 受理员; A2 duty_chief 值班长", "leaders: A2 duty_chief 值班长 A"),
    ("licheng", "A5 civic.help wed10", "=荔城区网格化服务管理中心", "last: organisation 荔城区网格化服务管理中心"),
    ("licheng", "A5 civic.help wed10", "", "none: nobody"),
    ("danjiangkou", "A6 civic.help wed10", "A5 building_leader 楼栋长; A4 grid_leader 网格长", "leaders: A5 building_leader 楼栋长 A"),
    ("xianning", "A5 civic.query wed10", "A5 central_household_leader 户长; A4 grid_leader 网格长", "leaders: A5 central_household_leader 户长 A"),
    // Inspectors verify, and do not handle; nor does a Party secretary without being named.
    ("licheng", "A5 civic.help wed10", "A4 grid_inspector 监督员; A4 party_branch_secretary 支书; A3 community_secretary 书记", "leaders: A3 community_secretary 书记 A"),
    // B after A; whoever stands in comes at the place of whoever is away.
    ("licheng", "A5 civic.help wed10", "A4 grid_leader 副 B; A4 grid_leader 正", "leaders: A4 grid_leader 正 A"),
    ("licheng", "A5 civic.help wed10", "A4 grid_leader -; A4 grid_leader 副 B", "leaders: A4 grid_leader 副 B"),
    ("licheng", "A5 civic.help wed10", "A4 grid_leader 正; A4 grid_leader 代班员 代; A4 grid_leader 副 B", "leaders: A4 grid_leader 代班员 A代"),
    // 归属 of a border road
    ("licheng", "A5 civic.help wed10 border:C4:7:2:6", "A5 unit_leader 单元长; C4 grid_leader 路主", "leaders: C4 grid_leader 路主 A"),
    ("licheng", "A5 civic.help wed10 border:C4:7:7:6", "A5 unit_leader 单元长; C4 grid_leader 路主", "leaders: A5 unit_leader 单元长 A"),
    ("licheng", "C5 civic.help wed10 border:C4:7:2:6", "C5 unit_leader 单元长; C4 grid_leader 路主", "leaders: C5 unit_leader 单元长 A"),
    ("licheng", "A5 civic.help wed10 border:C4:7:2:6 disc:3 doubtful:2", "A3 community_secretary 书记; C4 grid_leader 路主", "leaders: C4 grid_leader 路主 A"),
    ("licheng", "A5 civic.help wed10 border:C4:7:2:6 disc:30 check:2", "A3 community_secretary 书记; C4 grid_leader 路主", "leaders: A3 community_secretary 书记 A 待核"),
    // Places: the street's own leader, the water bureau for a ditch
    ("licheng", "A5 city.road wed10 at:road:7", "P7 road_leader 路长; A4 road_leader 片长; A3 enforcement_officer 执法", "road: P7 road_leader 路长 A + 执法"),
    ("licheng", "A5 city.road wed10 at:road:7", "A4 road_leader 片长; A4 grid_leader 网格长", "road: A4 road_leader 片长 A"),
    ("licheng", "A5 city.road wed10", "A4 road_leader 片长; A4 grid_leader 网格长", "leaders: A4 grid_leader 网格长 A"),
    ("licheng", "A5 city.road wed10 at:road:7", "P7 lane_leader 巷长; A4 grid_leader 网格长; A3 enforcement_officer 执法", "lane: P7 lane_leader 巷长 A + 执法"),
    ("licheng", "A5 city.road wed10 at:road:7", "P7 lane_leader 巷长; P7 road_leader 路长", "road: P7 road_leader 路长 A"),
    ("chibi", "A5 city.sanitation wed10 at:water:3", "=水利和湖泊局; A4 grid_worker 网格员", "water: organisation 水利和湖泊局 + 网格员"),
    ("chibi", "A5 city.sanitation wed10 at:water:3", "A4 grid_worker 网格员", "leaders: A4 grid_worker 网格员 A"),
    // Whoever answers for a building comes before whoever answers for an area of the same level, and needs none.
    ("licheng", "A5 civic.help wed10 at:building:9", "P9 building_leader 楼栋长; A5 unit_leader 单元长", "leaders: P9 building_leader 楼栋长 A"),
    ("licheng", "A5 civic.help wed10 at:building:9", "P8 building_leader 别栋; A5 unit_leader 单元长", "leaders: A5 unit_leader 单元长 A"),
    ("licheng", "A5 civic.help wed10 at:building:9", "P9 grid_leader 院长; A5 unit_leader 单元长", "leaders: A5 unit_leader 单元长 A"),
    ("licheng", "A5 civic.help wed10 at:building:9", "P9 building_leader -; P9 grid_leader 院长; A4 grid_leader 网格长", "leaders: P9 grid_leader 院长 A"),
    ("licheng", "S1 civic.help wed10 stack at:building:9", "P9 building_leader 楼栋长; A4 grid_leader 网格长", "leaders: P9 building_leader 楼栋长 A"),
    ("shifeng", "A5 dispute.family wed10 at:building:9", "P9 building_leader 楼栋长; A5 building_leader 别人; A4 grid_leader 网格长", "dispute: P9 building_leader 楼栋长 A + 网格长"),
    // A position that is not good enough for them is not at a place either, unless the disc lies within it.
    ("licheng", "A5 city.road wed10 at:road:7:5 disc:500 check:1", "P7 road_leader 路长; P7 lane_leader 巷长; A2 duty_chief 值班长", "leaders: A2 duty_chief 值班长 A 待核"),
    ("licheng", "A5 city.road wed10 at:road:7:5 disc:5 check:1", "P7 road_leader 路长; A2 duty_chief 值班长", "leaders: A2 duty_chief 值班长 A 待核"),
    ("licheng", "A5 city.road wed10 at:road:7:5 disc:3 check:1", "P7 road_leader 路长; A2 duty_chief 值班长", "road: P7 road_leader 路长 A 待核"),
    ("licheng", "A5 city.road wed10 at:road:7:5 disc:9 doubtful:3", "P7 road_leader 路长; A2 duty_chief 值班长", "road: P7 road_leader 路长 A 待核"),
    ("licheng", "A5 civic.help wed10 at:building:9:4 disc:40 check:2", "P9 building_leader 楼栋长; A3 community_secretary 书记", "leaders: A3 community_secretary 书记 A 待核"),
    ("licheng", "A5 civic.help wed10 at:building:9:40 disc:20 check:2", "P9 building_leader 楼栋长; A3 community_secretary 书记", "leaders: P9 building_leader 楼栋长 A 待核"),
    ("shifeng", "A5 dispute.family wed10 at:building:9:4 disc:20 check:3", "P9 building_leader 楼栋长; A4 grid_leader 网格长", "dispute_grid: A4 grid_leader 网格长 A 待核"),
    ("chibi", "A5 city.sanitation wed10 at:water:3:5 disc:90 check:2", "=水利和湖泊局; A3 community_secretary 书记", "leaders: A3 community_secretary 书记 A 待核"),
    ("chibi", "A5 city.sanitation wed10 at:water:3:5 disc:9 sure:4", "=水利和湖泊局; A4 grid_worker 网格员", "water: organisation 水利和湖泊局 + 网格员"),
    // The error disc
    ("licheng", "A5 civic.help wed10 disc:5 sure:4", TEAM, "leaders: A5 unit_leader 单元长 A"),
    ("licheng", "A5 civic.help wed10 disc:20 doubtful:3", TEAM, "leaders: A4 grid_leader 网格长 A 待核"),
    ("licheng", "A5 dispute.family wed10 disc:20 check:3", TEAM, "dispute_grid: A4 grid_leader 网格长 A + 民警 待核"),
    ("licheng", "A5 safety.fire wed10 disc:90 check:2", TEAM, "leaders: A3 community_secretary 书记 A 待核"),
    ("licheng", "A5 civic.help wed10 disc:900 check:-", "A3 community_secretary 书记; =荔城区网格化服务管理中心", "last: organisation 荔城区网格化服务管理中心 待核"),
    ("licheng", "X5 civic.help wed10 disc:20 doubtful:3", "X5 exclusive_unit_leader 林校长; A4 grid_leader 网格长", "leaders: A4 grid_leader 网格长 A 待核"),
    // Stacked units: the parent, unless a stair or a room chooses
    ("licheng", "S1 civic.help wed10 stack", "S1 unit_leader 一梯; S2 unit_leader 二梯; A4 grid_leader 网格长", "leaders: A4 grid_leader 网格长 A"),
    ("licheng", "S1 civic.help wed10 stack unit:S2", "S1 unit_leader 一梯; S2 unit_leader 二梯; A4 grid_leader 网格长", "leaders: S2 unit_leader 二梯 A"),
    ("danjiangkou", "S1 dispute.neighbour wed10 stack unit:S1", "S1 stairwell_leader 一梯; A5 building_leader 楼栋长", "dispute: S1 stairwell_leader 一梯 A"),
    ("licheng", "A5 civic.help wed10 disc:20 check:3 unit:B5", "B5 unit_leader 邻单元长; A4 grid_leader 网格长", "leaders: B5 unit_leader 邻单元长 A"),
    // Outside of all areas
    ("licheng", "A5 civic.help wed10 outside:50", TEAM, "leaders: A5 unit_leader 单元长 A 待核"),
    ("licheng", "A5 civic.help wed10 outside:3 disc:5 check:- in:A5:0.3", TEAM, "leaders: A5 unit_leader 单元长 A 待核"),
    ("licheng", "A5 civic.help wed10 outside:9 disc:20 check:- in:A5:0.2 in:B5:0.2", TEAM, "leaders: A4 grid_leader 网格长 A 待核"),
    ("licheng", "A5 civic.help wed10 outside:50 disc:900 check:- in:A5:0.01 in:B5:0.1 in:C5:0.3", TEAM, "leaders: A3 community_secretary 书记 A 待核"),
    ("licheng", "A5 civic.help wed10 outside:50 disc:900 check:- in:A5:0.01 in:A1:0.4", TEAM, "none: nobody 待核"),
    ("licheng", "A5 civic.help wed10 nowhere", TEAM, "none: nobody"),
    ("licheng", "A5 civic.help wed10 nowhere", "=荔城区网格化服务管理中心", "last: organisation 荔城区网格化服务管理中心"),
];

#[test]
fn the_practices_of_the_sources_find_who_they_say() {
    let mut wrong = Vec::new();
    for &(profile, case, posts, expected) in CASES {
        let found = World::new(profile).assigned(case, posts);
        if found != expected {
            wrong.push(format!("{profile}, {case}\n  on duty:  {posts}\n  expected: {expected}\n  found:    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

// The table says what each practice is by these rules; one that vanished from a profile would leave its rows behind.
#[test]
fn every_rule_of_the_built_in_profiles_is_reached_by_some_case() {
    for profile in ["licheng", "shifeng", "danjiangkou", "chibi", "xianning"] {
        let reached = |id: &str| CASES.iter().any(|row| row.0 == profile && row.3.starts_with(&format!("{id}:")));
        let rules = World::new(profile).profile.rules.iter();
        let unreached: Vec<&str> = rules.map(|rule| rule.id.as_str()).filter(|id| !reached(id)).collect();
        assert_eq!(unreached, Vec::<&str>::new(), "{profile}");
    }
}

#[test]
fn the_runner_up_of_a_named_area_is_the_one_located_unless_that_is_it() {
    let world = World::new("licheng");
    let roster = world.roster("", time::macros::datetime!(2026-11-18 10:00 +8));
    let ground = Ground { profile: world.profile, hierarchy: &world.hierarchy, roster: &roster, edition: 1 };
    for (case, runner_up) in [
        ("A5 civic.help wed10 next:B5", Some("B5")),
        ("A5 civic.help wed10 next:B5 unit:B5", Some("A5")),
        ("A5 civic.help wed10 next:B5 unit:A5", Some("B5")),
        // Within A4 there is nothing next to it.
        ("A5 civic.help wed10 next:B5 unit:A4", None),
        ("A5 civic.help wed10 next:C5 unit:A4", Some("C5")),
        ("S1 civic.help wed10 stack next:C5 unit:S2", Some("C5")),
    ] {
        let found = assign(ground, &Told::new(&world, case).case());
        let found = found.runner_up.map(|next| world.hierarchy.area(next.area).code.to_string());
        assert_eq!(found.as_deref(), runner_up, "{case}");
    }
}

#[test]
fn a_party_body_answers_where_a_rule_or_the_escalation_names_it() {
    let mut profile = find_profile("licheng").expect("a built-in profile").clone();
    let branch = profile.roles.iter().position(|role| role.is_party_body).expect("a Party body");
    profile.escalation.roles = vec![branch];
    let dispute = profile.rules.iter_mut().find(|rule| rule.id == "dispute").expect("a rule");
    dispute.lead = Party::Role(branch);
    let world = World::of(Box::leak(Box::new(profile)));
    let id = &world.profile.roles[branch].id;
    let posts = format!("A4 {id} org:网格党支部; A4 grid_leader 网格长");
    assert_eq!(world.assigned("A5 dispute.family wed10", &posts), format!("dispute: A4 {id} 网格党支部 A + 网格长"));
    assert_eq!(world.assigned("A5 civic.help wed10", &posts), format!("leaders: A4 {id} 网格党支部 A"));
    // Nowhere else do they stand among those who answer.
    let posts = format!("A4 {id} org:网格党支部");
    assert_eq!(World::new("licheng").assigned("A5 civic.help wed10", &posts), "none: nobody");
}
