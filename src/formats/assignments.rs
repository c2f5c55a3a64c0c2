//! Assignments of many cases as one document: JSON as `POST /assignments` answers, an object a line, or a table.

use serde::Serialize;

use super::assignment::{AssignmentJson, PartyJson};

/// Why a case is not assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssignmentFailure {
    /// Number of the record, as a spreadsheet shows it where it was a row of one.
    pub record: u64,
    /// The field, possibly empty.
    pub parameter: String,
    /// What is wrong, in English.
    pub detail: String,
    /// What is wrong, in Chinese.
    pub detail_zh: String,
    /// What is allowed.
    pub allowed: String,
}

/// What came of a case.
#[derive(Debug)]
pub struct Tried {
    /// What the case was called, when it was.
    pub id: Option<String>,
    /// Number of the record.
    pub record: u64,
    /// Who answers, or why that is not known.
    pub outcome: Result<AssignmentJson, AssignmentFailure>,
}

#[derive(Serialize)]
struct Failed<'a> {
    error: &'a AssignmentFailure,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    Assigned(&'a AssignmentJson),
    Failed(Failed<'a>),
}

#[derive(Serialize)]
struct Results<'a> {
    edition: u32,
    results: Vec<Entry<'a>>,
}

impl Tried {
    fn entry(&self) -> Entry<'_> {
        match &self.outcome {
            Ok(assigned) => Entry::Assigned(assigned),
            Err(error) => Entry::Failed(Failed { error, id: self.id.as_deref() }),
        }
    }
}

/// What the service writes of one case that is called `id`.
pub fn case_id(id: Option<&str>) -> Option<serde_json::Value> {
    id.map(serde_json::Value::from)
}

/// One assignment as a JSON document, line break included.
pub fn assignment_json(assigned: &AssignmentJson) -> String {
    format!("{}\n", serde_json::to_string_pretty(assigned).expect("an assignment is a plain object"))
}

/// All of them as the document that the service answers a list with, line break included.
pub fn assignments_json(edition: u32, tried: &[Tried]) -> String {
    let results = Results { edition, results: tried.iter().map(Tried::entry).collect() };
    format!("{}\n", serde_json::to_string_pretty(&results).expect("assignments are plain objects"))
}

/// The same, an object a line.
pub fn assignments_ndjson(tried: &[Tried]) -> String {
    let line = |tried: &Tried| serde_json::to_string(&tried.entry()).expect("an assignment is a plain object") + "\n";
    tried.iter().map(line).collect()
}

/// The columns of the table: plain heading, Chinese heading.
const COLUMNS: [(&str, &str); 24] = [
    ("record", "行"),
    ("id", "编号"),
    ("edition", "版本"),
    ("at", "时间"),
    ("category", "事项类别"),
    ("basis", "归属依据"),
    ("code", "区域编码"),
    ("area", "区域"),
    ("level", "可信层级"),
    ("certainty", "归属可信度"),
    ("to_check", "待核"),
    ("rule", "派单规则"),
    ("lead", "主办"),
    ("lead_role", "主办岗位"),
    ("lead_phone", "主办电话"),
    ("lead_organisation", "主办单位"),
    ("lead_area", "主办区域编码"),
    ("assists", "协办"),
    ("explain_zh", "派单依据"),
    ("explain_en", "派单依据（英文）"),
    ("error", "错误"),
    ("error_zh", "错误（中文）"),
    ("error_field", "错误字段"),
    ("error_allowed", "允许"),
];

/// Whether headings are Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentHeadings {
    /// English words with underscores.
    Plain,
    /// Chinese.
    Zh,
}

/// The headings of the table.
pub fn assignment_headings(headings: AssignmentHeadings) -> Vec<String> {
    COLUMNS.map(|(plain, zh)| if headings == AssignmentHeadings::Zh { zh } else { plain }.to_owned()).to_vec()
}

/// The row of a case.
pub fn assignment_row(tried: &Tried) -> Vec<String> {
    let mut row = vec![tried.record.to_string(), tried.id.clone().unwrap_or_default()];
    match &tried.outcome {
        Ok(assigned) => {
            row.extend(cells(assigned));
            row.resize(COLUMNS.len(), String::new());
        }
        Err(AssignmentFailure { parameter, detail, detail_zh, allowed, .. }) => {
            row.resize(COLUMNS.len() - 4, String::new());
            row.extend([detail, detail_zh, parameter, allowed].map(String::clone));
        }
    }
    row
}

fn cells(assigned: &AssignmentJson) -> Vec<String> {
    let finest = assigned.chain.last();
    let lead = assigned.lead.as_ref();
    let of_lead = |part: fn(&PartyJson) -> Option<&str>| lead.and_then(part).unwrap_or_default().to_owned();
    let role = |party: &PartyJson| party.role.as_ref().map_or("", |role| role.name.zh.as_str()).to_owned();
    let assist = |party: &PartyJson| match role(party) {
        role if role.is_empty() => party.name.clone(),
        role => format!("{role} {}", party.name),
    };
    let assists: Vec<String> = assigned.assists.iter().map(assist).collect();
    let lines = |text: fn(&super::wire::BothLanguages) -> &str| {
        assigned.explain.iter().map(text).collect::<Vec<_>>().join("\n")
    };
    vec![
        assigned.edition.to_string(),
        assigned.at.clone(),
        assigned.category.id.clone(),
        assigned.basis.to_owned(),
        finest.map_or(String::new(), |area| area.code.clone()),
        finest.map_or(String::new(), |area| area.name.clone()),
        assigned.level.clone().unwrap_or_default(),
        assigned.certainty.map_or("", super::wire::CertaintyJson::id).to_owned(),
        assigned.to_check.to_string(),
        assigned.rule.as_ref().map_or(String::new(), |rule| rule.id.clone()),
        of_lead(|party| Some(&party.name)),
        lead.map_or(String::new(), role),
        of_lead(|party| party.phone.as_deref()),
        of_lead(|party| party.organisation.as_deref()),
        of_lead(|party| party.area.as_ref().map(|area| area.code.as_str())),
        assists.join("；"),
        lines(|line| &line.zh),
        lines(|line| &line.en),
    ]
}
