//! The reasons in words.

use onemap::domain::assign::{Ground, assign, explain::explain};

use super::world::{Told, World, basis};

#[track_caller]
fn check(profile: &str, case: &str, posts: &str, (wanted_basis, zh, en): (&str, &[&str], &[&str])) {
    let world = World::new(profile);
    let told = Told::new(&world, case);
    let roster = world.roster(posts, told.at);
    let ground = Ground { profile: world.profile, hierarchy: &world.hierarchy, roster: &roster, edition: 1 };
    let assignment = assign(ground, &told.case());
    assert_eq!(basis(&assignment), wanted_basis);
    let lines = explain(ground, &|place| format!("点位{place}"), &assignment);
    let (found_zh, found_en): (Vec<String>, Vec<String>) = lines.into_iter().map(|line| (line.zh, line.en)).unzip();
    assert_eq!(found_zh, zh);
    assert_eq!(found_en, en);
}

#[test]
fn every_step_is_told_in_both_languages() {
    check(
        "licheng",
        "A5 market.food wed22",
        "A3 market_inspector 王某; A3 community_police 李某; A4 grid_leader 张某",
        (
            "position",
            &[
                "位置归属：A1区域 > A2区域 > A3区域 > A4区域 > A5区域；距边界 5.00 米",
                "规则“专属单元长负责” 专属单元长：区域类别（综合、专属）不符",
                "规则“专属责任单位负责” 责任单位：区域类别（综合、专属）不符",
                "规则“市场监管负责” 市场监管人员：不在规定的时段",
                "规则“网格员+社区民警+市场监管+综合执法+N” A4区域 网格员：无人在岗",
                "逐级上报到单元 A5区域：无人在岗",
                "逐级上报到网格 A4区域 网格长：在岗，由其负责",
                "主办：A4区域 网格长 张某（A角）（依据规则“逐级负责”）",
            ],
            &[
                "the position lies in A1区域 > A2区域 > A3区域 > A4区域 > A5区域; 5.00 m from the border",
                "rule \"exclusive unit leader\" exclusive unit leader: the area is of another kind",
                "rule \"body of the exclusive area\" responsible body: the area is of another kind",
                "rule \"market supervision\" market inspector: it is not the time for it",
                "rule \"grid worker, police, market supervision, enforcement and others\" A4区域 grid worker: nobody is on duty",
                "up to the unit A5区域: nobody is on duty",
                "up to the grid A4区域 grid leader: on duty, answers",
                "leads: A4区域 grid leader 张某 (A) (by the rule \"leaders, level by level\")",
            ],
        ),
    );
}
