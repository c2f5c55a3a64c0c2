//! Names that very many have.

use super::*;

/// The areas above a unit, written one behind the other.
fn above(snapshot: &Snapshot, unit: u32) -> (String, u32) {
    let grid = snapshot.hierarchy.area(unit).parent.expect("a unit lies in a grid");
    let names = snapshot.hierarchy.chain(grid);
    (names.iter().map(|&area| snapshot.hierarchy.area(area).name.as_str()).collect(), grid)
}

fn units(snapshot: &Snapshot) -> Vec<u32> {
    snapshot.hierarchy.of_level(snapshot.profile.finest()).collect()
}

/// 幸福小区1号楼 in every unit, more than are weighed: the areas around the name tell which are.
#[test]
fn of_many_of_one_name_those_are_found_that_lie_where_it_says() {
    let everywhere = |snapshot: &Snapshot| {
        let label = |&unit: &u32| snapshot.hierarchy.area(unit).label;
        let one = |(id, at): (i64, Position)| building(id, at, "幸福小区", "1号楼", (6, 2));
        (900_000..).zip(units(snapshot).iter().map(label)).map(one).collect()
    };
    let ground = Ground::new(&district(600), everywhere);
    let snapshot = &ground.snapshot;
    let all = units(snapshot);
    assert!(all.len() > 500);
    for &unit in all.iter().step_by(23) {
        let (above, grid) = above(snapshot, unit);
        let found = ground.find(&format!("{above}幸福小区1号楼")).expect("an address");
        let best = found.candidates.first().unwrap_or_else(|| panic!("{above}"));
        assert_eq!((best.kind.id(), best.score), ("building", 1.0), "{above}: {best:#?}");
        assert!(best.chain.contains(&grid), "{above}: {best:#?}");
    }
    let found = ground.find("幸福小区1号楼").expect("an address");
    assert!(found.is_ambiguous && found.candidates.len() == 10);
}

/// 第001网格 is in every community.
#[test]
fn of_many_areas_of_one_name_the_one_is_found_that_lies_where_it_says() {
    let ground = Ground::new(&district(600), |_| Vec::new());
    let snapshot = &ground.snapshot;
    let mut seen = std::collections::HashSet::new();
    let all = units(snapshot);
    let grids = all.iter().map(|&unit| above(snapshot, unit)).filter(|(_, grid)| seen.insert(*grid));
    let mut tried = 0;
    for (address, grid) in grids.step_by(5) {
        let found = ground.find(&address).expect("an address");
        let best = found.candidates.first().unwrap_or_else(|| panic!("{address}"));
        assert_eq!((best.area(), best.score), (Some(grid), 1.0), "{address}: {best:#?}");
        tried += 1;
    }
    assert!(tried > 20, "{tried}");
}

/// However much is nearly in a text, what stands in it is found.
#[test]
fn many_names_that_are_nearly_there_hide_none_that_is() {
    let crowd = |snapshot: &Snapshot| {
        let here = somewhere(snapshot, "镇海街道", 0);
        let like = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃";
        let mut all: Vec<Place> = (910_000..)
            .zip(like.chars())
            .map(|(id, c)| building(id, here, &format!("金色{c}光大都会花园"), "1号楼", (6, 2)))
            .collect();
        all.push(building(920_000, here, "荔枝苑", "1号楼", (6, 2)));
        all
    };
    let ground = Ground::new(&district(300), crowd);
    let found = ground.find("金色阳光大都会花园旁边荔枝苑1号楼").expect("an address");
    assert!(found.candidates.iter().any(|candidate| candidate.place == Some(920_000)), "{found:#?}");
}
