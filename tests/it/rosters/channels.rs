//! Contact channels (联络群) in rosters.

use onemap::{
    app::roster::{PhoneShown, RosterOptions, RosterOutcome},
    formats::table::TableKind,
};

use super::{COMMUNITY, GRID, check, counted, import_bytes, staff, world};
use crate::support::world::World;

const HEAD: &str = "区域编码,岗位,姓名,电话,单位,群类型,群号,群链接\n";

fn import(world: &World, rows: &str) -> onemap::app::roster::RosterReport {
    import_bytes(world, "a.csv", format!("{HEAD}{rows}").as_bytes(), &RosterOptions::default())
}

/// Kind, group and link of every channel.
fn channels(world: &World) -> Vec<[String; 3]> {
    let staff = staff(world);
    let words = |it: &onemap::domain::duty::Channel| [it.kind.clone(), it.group.clone(), it.link.clone()];
    staff.channels().iter().map(words).collect()
}

#[test]
fn a_row_may_tell_of_a_channel_alone_or_beside_a_posting() {
    let world = world(false);
    let rows = format!(
        "{GRID},,,,,微信,示例群一,https://example.invalid/1\n         {GRID},网格长,张三,13800000001,,对讲机,信道 3,\n         {COMMUNITY},,,,,,示例群二,\n"
    );
    let report = import(&world, &rows);
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!((report.channels, report.postings), (counted(3, 0, 0, 0), counted(1, 0, 0, 0)));
    let expected =
        [["wechat", "示例群一", "https://example.invalid/1"], ["radio", "信道 3", ""], ["wechat", "示例群二", ""]];
    assert_eq!(channels(&world), expected.map(|words| words.map(str::to_owned)));
    let again = import(&world, &rows);
    check(&again, RosterOutcome::Unchanged, &[]);
    assert_eq!(again.channels, counted(0, 0, 0, 3));
    // Another link changes it; a row that says nothing of it leaves it.
    let report =
        import(&world, &format!("{GRID},,,,,wechat,示例群一,https://example.invalid/2\n{GRID},,,,,radio,信道 3,\n"));
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!(report.channels, counted(0, 1, 0, 1));
    assert_eq!(channels(&world)[0][2], "https://example.invalid/2");
    // What goes out comes in without change.
    for (kind, name) in [(TableKind::Csv, "a.csv"), (TableKind::Xlsx, "a.xlsx")] {
        let bytes = world.wait(world.district.export_roster(kind, PhoneShown::Whole)).expect("a file");
        let report = import_bytes(&world, name, &bytes, &RosterOptions::default());
        check(&report, RosterOutcome::Unchanged, &[]);
        assert_eq!(report.channels, counted(0, 0, 0, 3), "{name}");
    }
}

#[test]
fn a_channel_that_cannot_be_is_named_by_row_and_column() {
    let world = world(false);
    for (row, expected) in [
        (format!("{GRID},,,,,,g,javascript:x"), "E 2/群链接: the link is no address"),
        (format!("{GRID},,,,,,{},", "群".repeat(101)), "E 2/群号: the group is"),
        (format!("{GRID},,,,,{},g,", "x".repeat(31)), "E 2/群类型: the kind is"),
        (",,,,,,g,".to_owned(), "E 2/区域编码: the row tells of a channel and names no area"),
        ("350304999,,,,,,g,".to_owned(), "E 2/区域编码: edition 1 has no area 350304999"),
        (format!("{GRID},网格长,张三,,,微信,,"), "E 2/群号: the row tells of a channel without its group"),
        (",,张三,,,,g,".to_owned(), "E 2/区域编码: the row tells of a channel and names no area"),
    ] {
        check(&import(&world, &format!("{row}\n")), RosterOutcome::Rejected, &[expected]);
    }
    let twice = format!("{GRID},,,,,,g,https://example.invalid/1\n{GRID},,,,,,g,https://example.invalid/2\n");
    check(&import(&world, &twice), RosterOutcome::Rejected, &["E 3/群链接: row 2 says otherwise"]);
    let nine: String = (0..9).map(|number| format!("{GRID},,,,,,g{number},\n")).collect();
    check(&import(&world, &nine), RosterOutcome::Rejected, &["E 10/群号: the area has more than 8 channels"]);
    assert!(channels(&world).is_empty(), "nothing was written");
}
