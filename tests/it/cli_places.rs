//! `onemap import-places`, as a user's shell runs it.

use serde_json::{Value, json};

use crate::support::shell::Shell;

#[test]
fn reports_are_what_their_names_say_and_never_the_files_that_are_used() {
    let shell = Shell::new();
    shell.done("generate --profile licheng --units 300 --seed 7 --no-buildings --editions 1 --store made.gpkg");
    let list = "external_id,lon,lat\nA,x,25.4\n";
    std::fs::write(shell.path("list.csv"), list).expect("written");
    let store = std::fs::read(shell.path("made.gpkg")).expect("a store");
    let import = "import-places list.csv --store made.gpkg --class camera --crs EPSG:4490";
    for report in ["made.gpkg", "list.csv", "./list.csv"] {
        let words = ["--report", "不能覆盖", "would write over a file that is used"];
        shell.refused(&format!("{import} --report {report}"), 2, &words);
    }
    shell.refused(&format!("{import} --report nowhere/all.csv"), 1, &["nowhere", "cannot write"]);
    shell.refused(&format!("{import} --report all.txt"), 2, &["all.txt", ".json"]);
    assert_eq!(std::fs::read_to_string(shell.path("list.csv")).expect("a list"), list);
    assert!(std::fs::read(shell.path("made.gpkg")).expect("a store") == store);

    let ran = shell.run(&format!("{import} --report all.json --format json"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let printed: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let written = std::fs::read(shell.path("all.json")).expect("a report");
    assert_eq!(printed, serde_json::from_slice::<Value>(&written).expect("JSON"));
    let counts = ["outcome", "records", "created", "left_out"].map(|name| printed[name].clone());
    assert_eq!(counts, [json!("rejected"), json!(1), json!(0), json!(1)], "{printed}");
    let finding = &printed["findings"][0];
    assert_eq!(
        (&finding["record"], &finding["field"], &finding["file"]),
        (&json!(2), &json!("lon"), &json!("list.csv"))
    );
    shell.run(&format!("{import} --report all.csv"));
    let written = std::fs::read_to_string(shell.path("all.csv")).expect("a report");
    assert!(written.starts_with("\u{feff}severity,") && written.contains(",2,lon,"), "{written}");
}
