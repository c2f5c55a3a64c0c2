//! What a sheet says, gathered.

use std::sync::Arc;

use time::{Date, OffsetDateTime};

use crate::{
    app::{App, OpenError, View, areas, places::PlaceCount},
    domain::{
        area::{FigureSource, ResponsibleBody},
        coverage::AreaIndex,
        duty::{OnDuty, need::misfilled_of},
        indicator::{Amount, Coverage, Difference, Period},
        profile::{Name, Profile},
    },
    store::StoreError,
};

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the store holds cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The times that a sheet is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SheetTime {
    /// Indicators of periods that begin later are left out; `None` for now.
    pub as_of: Option<OffsetDateTime>,
    /// What was recorded later is left out; `None` for now.
    pub known_at: Option<OffsetDateTime>,
}

/// 基础信息.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// The code.
    pub code: String,
    /// The name, possibly empty.
    pub name: String,
    /// Index of the level.
    pub level: usize,
    /// What the level is called here.
    pub level_name: Name,
    /// 综合 or 专属, where the level tells.
    pub kind: Option<&'static str>,
    /// What the branch is called.
    pub branch: Option<Name>,
    /// Names of its parents, coarsest first.
    pub parents: Vec<String>,
    /// 户数.
    pub households: Option<u32>,
    /// 人数.
    pub residents: Option<u32>,
    /// Where the two come from.
    pub figures: FigureSource,
    /// Square metres.
    pub area_m2: f64,
    /// 责任单位.
    pub body: Option<ResponsibleBody>,
}

/// Someone who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// What the role is called.
    pub role: Name,
    /// Id of the role.
    pub role_id: String,
    /// `A` or `B`.
    pub order: &'static str,
    /// The person, or the organisation.
    pub name: String,
    /// Telephone, masked.
    pub phone: String,
    /// The person's organisation.
    pub organisation: String,
    /// Whose place the person takes for a time.
    pub stands_in_for: Option<String>,
    /// Code of the area.
    pub area: String,
    /// Name of the area.
    pub area_name: String,
}

/// A role of the area that nobody, or not enough people, hold (缺岗).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vacancy {
    /// What the role is called.
    pub role: Name,
    /// Id of the role.
    pub role_id: String,
    /// How many are missing.
    pub missing: u16,
}

/// How many areas of a level lie in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelCount {
    /// Id of the level.
    pub level: String,
    /// What it is called.
    pub name: Name,
    /// How many.
    pub count: usize,
}

/// What the area has of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorLine {
    /// Index of the indicator in the profile.
    pub indicator: usize,
    /// The period; `None` without a value.
    pub period: Option<Period>,
    /// The value that is shown.
    pub value: Option<Amount>,
    /// What was recorded for the area itself.
    pub declared: Option<Amount>,
    /// What comes of its children.
    pub computed: Option<Amount>,
    /// How many children that is.
    pub coverage: Coverage,
    /// How the two do not fit.
    pub difference: Option<Difference>,
    /// Who has it; empty for whom the profile names, `None` where it comes of the children.
    pub source: Option<String>,
    /// The day as of which it holds.
    pub updated: Option<Date>,
}

/// 一套表.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The profile.
    pub profile: Arc<Profile>,
    /// The edition; 0 for none.
    pub edition: u32,
    /// From when that is in force.
    pub effective_from: Option<OffsetDateTime>,
    /// When the sheet was made.
    pub made_at: OffsetDateTime,
    /// Base data.
    pub base: Base,
    /// Who answers: for the area itself, then for those above.
    pub answering: Vec<Answering>,
    /// Roles of the area that are not filled.
    pub vacancies: Vec<Vacancy>,
    /// Since when nobody came or went; `None` for as far back as is known.
    pub on_duty_since: Option<OffsetDateTime>,
    /// Areas below it.
    pub below: Vec<LevelCount>,
    /// Places in it.
    pub places: Vec<PlaceCount>,
    /// Indicators.
    pub indicators: Vec<IndicatorLine>,
    /// Number of the change that indicators are as of.
    pub indicators_revision: i64,
}

impl App {
    /// The sheet of an area of an edition.
    pub async fn sheet(&self, view: &View, area: AreaIndex, time: SheetTime) -> Result<Sheet, SheetError> {
        let snapshot = view.snapshot();
        let made_at = self.district().now();
        let revision = self.indicator_revision(time.known_at).await?;
        let day = snapshot.profile.day(time.as_of.unwrap_or(made_at));
        let places = self.places_by_area(view).await.counts(&snapshot.profile, area);
        let indicators = self.indicator_lines(view, revision, area, None, day).await?;
        let chain = snapshot.hierarchy.chain(area);
        let answering = areas::responsible(snapshot, &chain, &[]).chain(areas::party_bodies(snapshot, &chain));
        let facts = snapshot.hierarchy.area(area);
        let vacancies = misfilled_of(&snapshot.profile, snapshot.roster(), area, facts);
        let vacancies = vacancies.into_iter().filter(|one| one.is_vacancy()).map(|one| {
            let role = &snapshot.profile.roles[one.role];
            Vacancy { role: role.name.clone(), role_id: role.id.clone(), missing: one.min - one.filled }
        });
        Ok(Sheet {
            profile: Arc::clone(&snapshot.profile),
            edition: snapshot.edition_number(),
            effective_from: snapshot.edition.as_ref().map(|edition| edition.effective_from),
            made_at,
            base: base(view, area),
            answering: answering.map(|(area, one)| answers(view, area, one)).collect(),
            vacancies: vacancies.collect(),
            on_duty_since: snapshot.roster().holds().from(),
            below: below(view, area),
            places,
            indicators,
            indicators_revision: revision,
        })
    }

    /// What an area has of every indicator; see [`App::indicators_of`].
    pub async fn indicator_lines(
        &self,
        view: &View,
        revision: i64,
        area: AreaIndex,
        period: Option<Period>,
        day: Date,
    ) -> Result<Vec<IndicatorLine>, StoreError> {
        let found = self.indicators_of(view, revision, area, period, day).await?;
        let line = |one: crate::app::service::AreaIndicator| {
            let rolled = one.table.as_ref().and_then(|table| table.of(area));
            let own = one.table.as_ref().and_then(|table| table.own(area));
            let how = &view.snapshot().profile.indicators[one.indicator].roll_up;
            IndicatorLine {
                indicator: one.indicator,
                period: one.period,
                value: rolled.and_then(|it| it.shown()),
                declared: rolled.and_then(|it| it.declared),
                computed: rolled.and_then(|it| it.computed),
                coverage: rolled.map(|it| it.coverage).unwrap_or_default(),
                difference: rolled.and_then(|it| it.difference(how)),
                source: own.map(|own| own.value.source.clone()),
                updated: one.table.as_ref().and_then(|table| table.date(area)),
            }
        };
        Ok(found.into_iter().map(line).collect())
    }
}

fn base(view: &View, index: AreaIndex) -> Base {
    let snapshot = view.snapshot();
    let area = snapshot.hierarchy.area(index);
    let level = snapshot.profile.level(area.level);
    let mut chain = snapshot.hierarchy.chain(index);
    chain.pop();
    let branch = snapshot.profile.branches.iter().find(|branch| Some(&branch.id) == area.branch.as_ref());
    Base {
        code: area.code.to_string(),
        name: area.name.clone(),
        level: usize::from(area.level.0),
        level_name: level.name_in(area.branch.as_deref()).clone(),
        kind: level.kinds.then(|| area.kind.id()).flatten(),
        branch: branch.map(|branch| branch.name.clone()),
        parents: chain.iter().map(|&parent| snapshot.hierarchy.area(parent).name.clone()).collect(),
        households: area.households,
        residents: area.residents,
        figures: area.figures,
        area_m2: area.area_m2,
        body: area.body.as_deref().cloned(),
    }
}

fn answers(view: &View, index: AreaIndex, one: &OnDuty) -> Answering {
    let snapshot = view.snapshot();
    let area = snapshot.hierarchy.area(index);
    let role = snapshot.profile.roles.iter().find(|role| role.id == one.role());
    let unnamed = || Name { zh: one.role().to_owned(), en: one.role().to_owned() };
    Answering {
        role: role.map_or_else(unnamed, |role| role.name.clone()),
        role_id: one.role().to_owned(),
        order: one.order().id(),
        name: one.name().to_owned(),
        phone: one.phone().masked(),
        organisation: one.organisation().to_owned(),
        stands_in_for: one.stands_in_for.as_ref().map(|away| away.name.clone()),
        area: area.code.to_string(),
        area_name: area.name.clone(),
    }
}

/// How many areas of every level lie below an area.
fn below(view: &View, index: AreaIndex) -> Vec<LevelCount> {
    let snapshot = view.snapshot();
    let own = usize::from(snapshot.hierarchy.area(index).level.0);
    let (mut counts, mut open) = (Vec::new(), vec![index]);
    for level in &snapshot.profile.levels[own + 1..] {
        open = open.iter().flat_map(|&area| snapshot.hierarchy.children(area).iter().copied()).collect();
        counts.push(LevelCount { level: level.id.clone(), name: level.name.clone(), count: open.len() });
    }
    counts
}
