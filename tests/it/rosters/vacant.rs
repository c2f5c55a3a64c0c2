//! What an import says is still missing: G11, G16, G17.

use onemap::{
    app::{
        demo::{Content, DemoPlan, generate},
        roster::{MAX_STILL_VACANT, RosterOptions, RosterOutcome, StillVacant},
    },
    domain::area::{Rule, Severity},
    formats::profile_toml::find_profile,
};

use super::{GRID, check, import, import_with, world};
use crate::support::{shell::Shell, world::World};

fn of_grid(still: &StillVacant) -> Vec<(Rule, Severity, String)> {
    let is_of = |it: &&onemap::domain::area::Finding| it.areas.iter().any(|code| code.as_str() == GRID);
    still.findings.iter().filter(is_of).map(|it| (it.rule, it.severity, it.en.clone())).collect()
}

#[test]
fn the_report_ends_with_the_posts_that_are_still_vacant() {
    let world = world(false);
    let leader = format!("{GRID},网格长,,,张三,13800000001,,,,,,\n");
    let dry = import_with(&world, &leader, &RosterOptions { dry_run: true, ..RosterOptions::default() });
    check(&dry, RosterOutcome::Checked, &[]);
    let report = import(&world, &leader);
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!(report.still_vacant, dry.still_vacant, "a dry run tells what would be");
    let still = &report.still_vacant;
    // Every grid lacks somebody: the list is bounded, the number is not.
    assert!(still.count > MAX_STILL_VACANT as u64, "{}", still.count);
    assert_eq!(still.findings.len(), MAX_STILL_VACANT);
    let found = of_grid(still);
    let texts: Vec<&str> = found.iter().map(|(.., text)| text.as_str()).collect();
    assert_eq!(
        found.iter().map(|&(rule, severity, _)| (rule.id(), severity)).collect::<Vec<_>>(),
        [("G11", Severity::Warning), ("G17", Severity::Info)],
        "{texts:?}"
    );
    assert!(texts[0].contains("lacks a grid worker: 0 of at least 1"), "{texts:?}");
    // With both it is off the list, and the number is less by two.
    let rest =
        format!("{GRID},网格员,,,李四,13800000002,,,,,,\n{GRID},网格党支部,,,,,示例网格党支部,,000-0000-0001,,,\n");
    let after = import(&world, &rest);
    check(&after, RosterOutcome::Applied, &[]);
    assert_eq!((of_grid(&after.still_vacant), after.still_vacant.count), (Vec::new(), still.count - 2));
    // A post that is known to be vacant is vacant.
    let known = import(&world, &format!("{GRID},网格监督员,,,缺岗,,,,,,,\n"));
    assert_eq!(known.still_vacant.count, after.still_vacant.count);
    // Of what is refused nothing is told.
    let refused = import(&world, "999,网格长,,,张三,,,,,,,\n");
    assert_eq!((refused.outcome, refused.still_vacant), (RosterOutcome::Rejected, StillVacant::default()));
}

#[test]
fn nothing_is_missing_where_everybody_is_in_post() {
    let world = world(true);
    let report = import(&world, &format!("{GRID},兼职网格员,,,张三,13800000001,,,,,,\n"));
    check(&report, RosterOutcome::Applied, &[]);
    // The demo has a few vacant grids on purpose, and all its bodies.
    let rules: Vec<&str> = report.still_vacant.findings.iter().map(|it| it.rule.id()).collect();
    assert!(rules.iter().all(|rule| *rule == "G11") && rules.len() < 10, "{rules:?}");
}

#[test]
fn an_exclusive_area_without_its_body_is_told() {
    let profile = find_profile("licheng").expect("built in");
    let plan = DemoPlan::new(200, 1, Content::Declared).expect("a plan");
    let mut demo = generate(&plan, &mut |_, _| {});
    let bare = demo.areas.iter_mut().find(|area| area.body.is_some()).expect("the demo has exclusive areas");
    bare.body = None;
    let code = bare.code;
    let world = World::empty(profile);
    world.wait(world.district.adopt_demo(demo, "demo")).expect("a demo");
    let report = import(&world, &format!("{GRID},兼职网格员,,,张三,13800000001,,,,,,\n"));
    let told: Vec<_> = report.still_vacant.findings.iter().filter(|it| it.rule == Rule::Body).collect();
    assert_eq!(told.len(), 1, "{:#?}", report.still_vacant);
    assert_eq!((told[0].severity, told[0].areas.as_slice()), (Severity::Warning, [code].as_slice()));
    assert!(told[0].en.contains("names no responsible body"), "{}", told[0].en);
}

#[test]
fn the_command_line_tells_what_is_missing_at_the_end() {
    let shell = Shell::new();
    shell.done("generate --units 200 --no-buildings --store s.gpkg");
    shell.done("roster export all.csv --store s.gpkg");
    let all = std::fs::read_to_string(shell.path("all.csv")).expect("a table");
    // Whoever leads a grid, and nobody else does, has left by the day of the import.
    let rows: Vec<Vec<&str>> = all.lines().map(|line| line.split(',').collect()).collect();
    let leads = |cells: &&Vec<&str>| cells.len() > 16 && cells[3] == "网格长" && cells[4] == "A";
    let alone = |cells: &&Vec<&str>| {
        rows.iter().filter(leads).filter(|other| other[0] == cells[0]).count() == 1 && cells[6] != "缺岗"
    };
    let mut cells = rows.iter().filter(leads).find(alone).expect("a grid with one leader").clone();
    cells[15] = "2026-01-01";
    let code = cells[0].to_owned();
    let header = all.lines().next().expect("a header");
    std::fs::write(shell.path("a.csv"), format!("{header}\n{}\n", cells.join(","))).expect("written");
    let ran = shell.run("roster import a.csv --store s.gpkg --format json --dry-run");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let still = json["still_vacant"]["findings"].as_array().expect("findings");
    let grid = still.iter().find(|finding| finding["areas"][0] == code.as_str());
    let told = grid.map(|finding| (&finding["rule"], &finding["level"], &finding["severity"]));
    assert_eq!(told, Some((&"G11".into(), &"grid".into(), &"warning".into())), "{json}");
    assert_eq!(json["still_vacant"]["count"], still.len());
    let table = shell.run("roster import a.csv --store s.gpkg --dry-run");
    assert!(table.stdout.contains("still missing") && table.stdout.contains("G11"), "{}", table.stdout);
}
