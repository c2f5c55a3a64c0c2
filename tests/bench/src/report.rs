//! What the run says at its end: goals missed are told, wrong answers fail it.

/// Everything that is judged while the tables are printed.
#[derive(Default)]
pub struct Report {
    failures: Vec<String>,
    missed: Vec<String>,
    compared: usize,
    unquotable: Vec<String>,
}

/// How a figure is compared with its goal.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
}

impl Report {
    /// Notes a wrong answer, or a part that did not run: the bench fails.
    pub fn fail(&mut self, what: String) {
        println!("\n**FAILED: {what}**\n");
        self.failures.push(what);
    }

    /// Notes that a peer was compared with FINDINGS, and why figures of this run are not to be quoted, if so.
    pub fn compared_with_findings(&mut self, why_not: Option<String>) {
        self.compared += 1;
        self.unquotable.extend(why_not);
    }

    /// The cell that holds a figure against its goal.
    pub fn judge(&mut self, what: &str, figure: f64, goal: Goal, decimals: usize) -> String {
        let (met, sign, limit) = match goal {
            Goal::AtMost(limit) => (figure <= limit, "<=", limit),
            Goal::AtLeast(limit) => (figure >= limit, ">=", limit),
        };
        let cell = format!("{figure:.decimals$} (goal {sign} {limit})");
        if met {
            return format!("{cell} met");
        }
        self.missed.push(format!("{what}: {cell}"));
        format!("{cell} **missed**")
    }

    /// Whether no peer was too slow so far.
    pub fn may_be_quoted(&self) -> bool {
        self.unquotable.is_empty()
    }

    /// Prints the end of the report; whether nothing failed.
    pub fn close(self) -> bool {
        println!("\n## Verdict\n");
        let list = |title: &str, lines: &[String]| {
            println!("- {title}: {}", if lines.is_empty() { "none" } else { "" });
            for line in lines {
                println!("  - {line}");
            }
        };
        list("failures", &self.failures);
        list("goals missed", &self.missed);
        match (self.compared, self.unquotable.is_empty()) {
            (0, _) => println!("- no peer was compared with FINDINGS in this run"),
            (peers, true) => {
                println!("- {peers} figures of peers are near FINDINGS', by the probe: this run may be quoted")
            }
            (_, false) => list("**this run is not to be quoted**", &self.unquotable),
        }
        self.failures.is_empty()
    }
}
