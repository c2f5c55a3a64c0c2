//! Indicators on the wire.

use serde::{Serialize, Serializer};
use time::Date;
use utoipa::ToSchema;

use super::{area::Link, common::AreaRef};
use crate::{
    app::{
        indicators::{ImportReport, PeriodTable},
        sheet::IndicatorLine,
    },
    domain::{
        area::{Finding, Snapshot},
        coverage::AreaIndex,
        indicator::{Amount, Coverage, Difference, Indicator, PeriodInUse, RollUp},
        profile::Profile,
    },
    http::finding::{BothLanguages, FindingJson},
};

/// Periods that a definition lists, the newest first.
const LISTED_PERIODS: usize = 60;

/// A number as JSON has it. Values have at most fifteen digits, which a double keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberJson(pub Amount);

impl Serialize for NumberJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.scale() == 0 {
            return serializer.serialize_i64(self.0.mantissa());
        }
        let number: f64 = self.0.to_string().parse().expect("an amount prints as a number");
        serializer.serialize_f64(number)
    }
}

impl utoipa::PartialSchema for NumberJson {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        f64::schema()
    }
}

impl ToSchema for NumberJson {}

/// An indicator, as the profile defines it.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorJson {
    /// Id.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// `people` 人, `land` 地, `things` 物, `events` 事, `organisations` 组织.
    pub group: &'static str,
    /// What it is counted in.
    pub measure: BothLanguages,
    /// Who has the values, when a value does not say.
    pub source: BothLanguages,
    /// How long its periods are: `year`, `quarter`, `month`, `date`.
    pub period: &'static str,
    /// Digits behind the point.
    pub decimals: u8,
    /// The largest value of one area.
    pub max: NumberJson,
    /// How it sums to parents: `none`, `sum`, `max`, `mean`.
    pub sum: &'static str,
    /// The indicator that weighs, for a mean.
    #[schema(required)]
    pub weight: Option<String>,
    /// The first period that values are taken for.
    #[schema(required)]
    pub first_open: Option<String>,
    /// How many days after its end a period is closed.
    #[schema(required)]
    pub closes_after_days: Option<u16>,
    /// Periods that have values, the newest first, at most 60.
    pub periods: Vec<PeriodJson>,
}

/// A period with values.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodJson {
    /// The period: `2026`, `2026Q3`, `2026-09`, `2026-11-22`.
    pub period: String,
    /// How many areas have a value of their own.
    pub areas: u64,
    /// Whether values are taken for it now.
    pub is_open: bool,
}

/// All indicators.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorsJson {
    /// The edition in force.
    pub edition: u32,
    /// Number of the last change of values; 0 for none.
    pub change: i64,
    /// The indicators, as the profile lists them.
    pub items: Vec<IndicatorJson>,
}

impl IndicatorJson {
    /// An indicator and the periods in which it is used.
    pub fn new(indicator: &Indicator, in_use: &[PeriodInUse], today: Date) -> Self {
        let mut periods: Vec<&PeriodInUse> = in_use.iter().filter(|it| it.indicator == indicator.id).collect();
        periods.sort_by_key(|it| std::cmp::Reverse(it.period));
        let period = |it: &&PeriodInUse| PeriodJson {
            period: it.period.to_string(),
            areas: it.areas,
            is_open: indicator.admits(it.period, today).is_ok(),
        };
        Self {
            id: indicator.id.clone(),
            name: BothLanguages::from(&indicator.name),
            group: indicator.group.id(),
            measure: BothLanguages::from(&indicator.measure),
            source: BothLanguages::from(&indicator.source),
            period: indicator.period.id(),
            decimals: indicator.decimals(),
            max: NumberJson(indicator.max),
            sum: indicator.roll_up.id(),
            weight: match &indicator.roll_up {
                RollUp::Mean { weight } => Some(weight.clone()),
                _ => None,
            },
            first_open: indicator.first_open.map(|first| first.to_string()),
            closes_after_days: indicator.closes_after_days,
            periods: periods.iter().take(LISTED_PERIODS).map(period).collect(),
        }
    }
}

/// How many of the areas within have a value.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CoverageJson {
    /// Those with a value.
    pub with_value: u32,
    /// All of them, one level down.
    pub children: u32,
    /// Whether nothing is missing, down to where values were recorded.
    pub is_whole: bool,
}

impl From<Coverage> for CoverageJson {
    fn from(coverage: Coverage) -> Self {
        let Coverage { with_value, children, is_whole } = coverage;
        Self { with_value, children, is_whole }
    }
}

/// How a declared value does not fit the areas within: `differs`, or `exceeded` where not all of them have a value.
fn difference(difference: Option<Difference>) -> Option<&'static str> {
    difference.map(|it| match it {
        Difference::Differs { .. } => "differs",
        Difference::Exceeded { .. } => "exceeded",
    })
}

/// What an area has of an indicator.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaIndicatorJson {
    /// Id of the indicator.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// `people` 人, `land` 地, `things` 物, `events` 事, `organisations` 组织.
    pub group: &'static str,
    /// What it is counted in.
    pub measure: BothLanguages,
    /// The period; null without a value.
    #[schema(required)]
    pub period: Option<String>,
    /// The value: the declared one, else what comes of the areas within.
    #[schema(required)]
    pub value: Option<NumberJson>,
    /// What was recorded for the area itself.
    #[schema(required)]
    pub declared: Option<NumberJson>,
    /// What comes of the areas within.
    #[schema(required)]
    pub computed: Option<NumberJson>,
    /// How many of the areas within that is.
    pub coverage: CoverageJson,
    /// `differs` or `exceeded` when the two do not fit.
    #[schema(required)]
    pub difference: Option<&'static str>,
    /// Who has the value; null where it comes of the areas within, or without a value.
    #[schema(required)]
    pub source: Option<BothLanguages>,
    /// The day as of which it holds.
    #[schema(required)]
    pub updated: Option<String>,
}

impl AreaIndicatorJson {
    /// A line of an area.
    pub fn new(profile: &Profile, line: &IndicatorLine) -> Self {
        let indicator = &profile.indicators[line.indicator];
        let source = line.source.as_ref().map(|source| match source.as_str() {
            "" => BothLanguages::from(&indicator.source),
            said => BothLanguages { zh: said.to_owned(), en: said.to_owned() },
        });
        Self {
            id: indicator.id.clone(),
            name: BothLanguages::from(&indicator.name),
            group: indicator.group.id(),
            measure: BothLanguages::from(&indicator.measure),
            period: line.period.map(|period| period.to_string()),
            value: line.value.map(NumberJson),
            declared: line.declared.map(NumberJson),
            computed: line.computed.map(NumberJson),
            coverage: line.coverage.into(),
            difference: difference(line.difference),
            source,
            updated: line.updated.map(day_text),
        }
    }
}

/// The indicators of an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaIndicators {
    /// The edition.
    pub edition: u32,
    /// Number of the change of values that it is as of.
    pub change: i64,
    /// The area.
    pub area: AreaRef,
    /// The indicators.
    pub items: Vec<AreaIndicatorJson>,
}

/// The value of an area, to colour a map.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaValue {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The value: the declared one, else what comes of the areas within.
    pub value: NumberJson,
    /// Whether it was recorded for the area itself.
    pub is_declared: bool,
    /// How many of the areas within have a value.
    pub coverage: CoverageJson,
    /// `differs` or `exceeded` when what was declared does not fit the areas within.
    #[schema(required)]
    pub difference: Option<&'static str>,
    /// The day as of which it holds.
    #[schema(required)]
    pub updated: Option<String>,
}

/// One indicator over the areas of a level.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IndicatorValues {
    /// The edition.
    pub edition: u32,
    /// Number of the change of values that it is as of.
    pub change: i64,
    /// The indicator.
    pub indicator: IndicatorJson,
    /// The period.
    pub period: String,
    /// Id of the level.
    pub level: String,
    /// How many areas of the level there are.
    pub areas: usize,
    /// How many of them have a value.
    pub number_matched: usize,
    /// How many are on this page.
    pub number_returned: usize,
    /// The smallest value of the level.
    #[schema(required)]
    pub min: Option<NumberJson>,
    /// The largest.
    #[schema(required)]
    pub max: Option<NumberJson>,
    /// The areas with a value, by code.
    pub items: Vec<AreaValue>,
    /// `next`, when there are more.
    pub links: Vec<Link>,
}

impl AreaValue {
    /// What an area has in a table; `None` without a value.
    pub fn new(snapshot: &Snapshot, table: &PeriodTable, how: &RollUp, area: AreaIndex) -> Option<Self> {
        let rolled = table.of(area)?;
        let it = snapshot.hierarchy.area(area);
        Some(Self {
            code: it.code.to_string(),
            name: it.name.clone(),
            value: NumberJson(rolled.shown()?),
            is_declared: rolled.declared.is_some(),
            coverage: rolled.coverage.into(),
            difference: difference(rolled.difference(how)),
            updated: table.date(area).map(day_text),
        })
    }
}

/// What an import of values did.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorImport {
    /// `recorded`, `unchanged` or `checked` (a dry run); `rejected` in the problem of a refused one.
    pub outcome: &'static str,
    /// Number of the change that recorded values.
    #[schema(required)]
    pub change: Option<i64>,
    /// How many values were read, bad ones included.
    pub values: u64,
    /// How many were recorded, or would be.
    pub recorded: u64,
    /// How many were there already.
    pub unchanged: u64,
    /// How many could not be taken.
    pub refused: u64,
    /// Errors, warnings and notes.
    pub findings: Vec<FindingJson>,
}

impl From<&ImportReport> for IndicatorImport {
    fn from(report: &ImportReport) -> Self {
        let finding = |finding: &Finding| FindingJson::new(finding, None);
        Self {
            outcome: report.outcome.id(),
            change: report.change,
            values: report.values,
            recorded: report.recorded,
            unchanged: report.unchanged,
            refused: report.refused,
            findings: report.findings.iter().map(finding).collect(),
        }
    }
}

/// A day as it stands in answers.
pub(super) fn day_text(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}
