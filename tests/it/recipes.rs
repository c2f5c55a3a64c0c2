//! Every block of docs/recipes.md, run as its reader would run it.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::support::shell::{Server, Shell};

/// Where the recipes find the server.
const DOCUMENTED: &str = "127.0.0.1:8080";

/// The same in Python's way.
const DOCUMENTED_IN_PYTHON: &str = "\"127.0.0.1\", 8080";

/// A fenced block, and what it prints.
struct Recipe {
    heading: String,
    language: String,
    code: String,
    prints: Vec<String>,
}

/// The blocks of a document; a `text` block is what the block before it prints.
fn recipes(document: &str) -> Vec<Recipe> {
    let mut recipes: Vec<Recipe> = Vec::new();
    let mut heading = String::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("## ") {
            heading = text.to_owned();
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match language {
            "sh" | "python" => recipes.push(Recipe {
                heading: heading.clone(),
                language: language.to_owned(),
                code: block.join("\n"),
                prints: Vec::new(),
            }),
            "text" => {
                let recipe = recipes.last_mut().expect("what is printed stands below what prints it");
                recipe.prints = block.into_iter().map(str::to_owned).collect();
            }
            other => panic!("a block of {other:?}: recipes are sh or python, and text is what they print"),
        }
    }
    recipes
}

fn run(recipe: &Recipe, address: &str, folder: &Path) -> String {
    let (host, port) = address.rsplit_once(':').expect("an address has a port");
    let code = recipe.code.replace(DOCUMENTED, address).replace(DOCUMENTED_IN_PYTHON, &format!("{host:?}, {port}"));
    assert!(code != recipe.code, "{}: the recipe asks the server", recipe.heading);
    let mut command = match recipe.language.as_str() {
        "sh" => {
            let mut bash = Command::new("bash");
            bash.args(["-euo", "pipefail", "-c", &code]);
            bash
        }
        _ => {
            let mut python = Command::new("python3");
            python.args(["-c", &code]).env("PYTHONIOENCODING", "utf-8");
            python
        }
    };
    // Straight to our own server, whatever the machine's proxy.
    command.env("no_proxy", "127.0.0.1").env("NO_PROXY", "127.0.0.1").current_dir(folder).stdin(Stdio::null());
    let output = command.output().unwrap_or_else(|error| panic!("{:?} is needed: {error}", command.get_program()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}:\n{code}\n{said}", recipe.heading);
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_recipe_works_and_prints_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let need = Command::new(root.join("scripts/need.sh")).arg("curl").status().expect("scripts/need.sh runs");
    assert!(need.success(), "scripts/need.sh curl: {need}");
    let document = fs::read_to_string(root.join("docs/recipes.md")).expect("docs/recipes.md");
    let recipes = recipes(&document);
    for language in ["sh", "python"] {
        assert!(recipes.iter().filter(|recipe| recipe.language == language).count() >= 4, "recipes in {language}");
    }
    let shell = Shell::new();
    shell.done("generate --units 2000 --seed 1 --editions 1 --store s.gpkg");
    let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store s.gpkg");
    server.until_ready();
    let address = server.url.strip_prefix("http://").expect("an address");
    for recipe in &recipes {
        assert!(!recipe.heading.is_ascii(), "{}: Chinese as well", recipe.heading);
        let printed = run(recipe, address, shell.folder.path());
        assert!(!recipe.prints.is_empty(), "{}: says what is printed", recipe.heading);
        for line in &recipe.prints {
            assert!(printed.contains(line), "{}: {line:?} is not in:\n{printed}", recipe.heading);
        }
    }
}
