//! An area's sheet on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::{area::Body, indicator::AreaIndicatorJson};
use crate::{
    app::sheet::Sheet,
    domain::{area::FigureSource, profile::Name},
    formats::moment::moment_text,
    http::finding::BothLanguages,
};

/// Where a part of a sheet comes from, and as of when.
#[derive(Debug, Serialize, ToSchema)]
pub struct Origin {
    /// Where it comes from.
    pub source: BothLanguages,
    /// As of when; null where nothing is known of it.
    #[schema(required)]
    pub date: Option<String>,
}

/// 基础信息.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaseJson {
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: Origin,
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// Id of the level.
    pub level: String,
    /// What the level is called here.
    pub level_name: BothLanguages,
    /// `comprehensive` 综合, `exclusive` 专属, or null.
    #[schema(required)]
    pub kind: Option<&'static str>,
    /// What the branch (城区/农村) is called.
    #[schema(required)]
    pub branch: Option<BothLanguages>,
    /// Names of its parents, coarsest first.
    pub parents: Vec<String>,
    /// 户数.
    #[schema(required)]
    pub households: Option<u32>,
    /// 人数.
    #[schema(required)]
    pub residents: Option<u32>,
    /// Where the two come from: `buildings` or `declared` (申报).
    pub figures: &'static str,
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
    /// 责任单位.
    #[schema(required)]
    pub body: Option<Body>,
}

/// Someone who answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweringJson {
    /// Id of the role.
    pub role: String,
    /// What the role is called.
    pub role_name: BothLanguages,
    /// `A` or `B` (A角, B角).
    pub order: &'static str,
    /// The person, or the organisation.
    pub name: String,
    /// Telephone, masked; empty for none.
    pub phone: String,
    /// The person's organisation; empty for none.
    pub organisation: String,
    /// Whose place the person takes for a time (代班).
    #[schema(required)]
    pub stands_in_for: Option<String>,
    /// Code of the area.
    pub area: String,
    /// Name of the area.
    pub area_name: String,
}

/// A role that is not filled (缺岗).
#[derive(Debug, Serialize, ToSchema)]
pub struct VacancyJson {
    /// Id of the role.
    pub role: String,
    /// What the role is called.
    pub role_name: BothLanguages,
    /// How many are missing.
    pub missing: u16,
}

/// Who answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweringPart {
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: Origin,
    /// For the area itself, then for those above.
    pub items: Vec<AnsweringJson>,
    /// Roles of the area that are not filled.
    pub vacancies: Vec<VacancyJson>,
}

/// How many of something.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountJson {
    /// Id of the level or class.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// How many.
    pub count: u64,
}

/// Counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsPart {
    /// Where they come from.
    #[serde(flatten)]
    pub origin: Origin,
    /// The counts.
    pub items: Vec<CountJson>,
}

/// Indicators; each says its own source and date.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorsPart {
    /// Where they come from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Number of the change of values that they are as of.
    pub change: i64,
    /// The indicators.
    pub items: Vec<AreaIndicatorJson>,
}

/// 一套表.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetJson {
    /// The edition.
    pub edition: u32,
    /// When it was made.
    pub made_at: String,
    /// What must be said of all of it: 审图号, or the notice without one.
    pub notice: BothLanguages,
    /// Base data.
    pub base: BaseJson,
    /// Who answers.
    pub answering: AnsweringPart,
    /// Areas within, by level.
    pub below: CountsPart,
    /// Places within, by class.
    pub places: CountsPart,
    /// Indicators.
    pub indicators: IndicatorsPart,
}

impl SheetJson {
    /// The sheet.
    pub fn new(sheet: &Sheet) -> Self {
        let edition = || Origin {
            source: BothLanguages {
                zh: format!("第 {} 版", sheet.edition), en: format!("edition {}", sheet.edition)
            },
            date: sheet.effective_from.map(moment_text),
        };
        let map = &sheet.profile.map;
        let approval = map.approval_number.as_ref().map(|number| both(number, number));
        let line = |line| AreaIndicatorJson::new(&sheet.profile, line);
        let newest = sheet.indicators.iter().filter_map(|line| line.updated).max();
        Self {
            edition: sheet.edition,
            made_at: moment_text(sheet.made_at),
            notice: approval.unwrap_or_else(|| BothLanguages::from(&map.notice)),
            base: base(sheet, edition()),
            answering: answering(sheet),
            below: CountsPart {
                origin: edition(),
                items: sheet
                    .below
                    .iter()
                    .map(|it| CountJson {
                        id: it.level.clone(),
                        name: BothLanguages::from(&it.name),
                        count: it.count as u64,
                    })
                    .collect(),
            },
            places: CountsPart {
                origin: Origin {
                    source: both("点位库，按位置落格", "the places of the district, by where they lie"),
                    date: Some(moment_text(sheet.made_at)),
                },
                items: sheet
                    .places
                    .counts
                    .iter()
                    .map(|it| CountJson {
                        id: it.class.clone(),
                        name: BothLanguages::from(&it.name),
                        count: it.count as u64,
                    })
                    .collect(),
            },
            indicators: IndicatorsPart {
                origin: Origin {
                    source: both("各指标来源见各行", "see the source of each indicator"),
                    date: newest.map(super::indicator::day_text),
                },
                change: sheet.indicators_revision,
                items: sheet.indicators.iter().map(line).collect(),
            },
        }
    }
}

fn both(zh: &str, en: &str) -> BothLanguages {
    BothLanguages { zh: zh.to_owned(), en: en.to_owned() }
}

fn base(sheet: &Sheet, origin: Origin) -> BaseJson {
    let base = &sheet.base;
    let name = |name: &Name| BothLanguages::from(name);
    BaseJson {
        origin,
        code: base.code.clone(),
        name: base.name.clone(),
        level: sheet.profile.levels[base.level].id.clone(),
        level_name: name(&base.level_name),
        kind: base.kind,
        branch: base.branch.as_ref().map(name),
        parents: base.parents.clone(),
        households: base.households,
        residents: base.residents,
        figures: match base.figures {
            FigureSource::Buildings => "buildings",
            FigureSource::Declared => "declared",
        },
        area_m2: base.area_m2,
        body: base.body.as_ref().map(Body::from),
    }
}

fn answering(sheet: &Sheet) -> AnsweringPart {
    let one = |one: &crate::app::sheet::Answering| AnsweringJson {
        role: one.role_id.clone(),
        role_name: BothLanguages::from(&one.role),
        order: one.order,
        name: one.name.clone(),
        phone: one.phone.clone(),
        organisation: one.organisation.clone(),
        stands_in_for: one.stands_in_for.clone(),
        area: one.area.clone(),
        area_name: one.area_name.clone(),
    };
    let vacancy = |one: &crate::app::sheet::Vacancy| VacancyJson {
        role: one.role_id.clone(),
        role_name: BothLanguages::from(&one.role),
        missing: one.missing,
    };
    AnsweringPart {
        origin: Origin {
            source: both("人员岗位名册", "roster of posts"),
            date: Some(moment_text(sheet.on_duty_since.unwrap_or(sheet.made_at))),
        },
        items: sheet.answering.iter().map(one).collect(),
        vacancies: sheet.vacancies.iter().map(vacancy).collect(),
    }
}
