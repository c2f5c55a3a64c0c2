//! A sheet as a page of tables.

use time::{Date, OffsetDateTime};

use super::gather::{IndicatorLine, Sheet};
use crate::{
    app::places::PlaceCount,
    domain::{
        area::FigureSource,
        duty::Phone,
        indicator::{Difference, Group},
        profile::{MapSettings, Name},
    },
    formats::sheet_page::{Block, Page, PageCell},
};

/// The sheet as a page, Chinese first with English beside.
pub fn page_of(sheet: &Sheet) -> Page {
    let base = &sheet.base;
    let map: &MapSettings = &sheet.profile.map;
    let made = day_of(sheet, sheet.made_at);
    let (zh, en) = match sheet.effective_from {
        Some(from) => {
            let from = day_of(sheet, from);
            (
                format!("第 {} 版，{from} 起生效", sheet.edition),
                format!("edition {}, in force from {from}", sheet.edition),
            )
        }
        None => ("尚无版本".to_owned(), "no edition yet".to_owned()),
    };
    let mut blocks = vec![base_block(sheet), answering_block(sheet)];
    if !sheet.below.is_empty() {
        blocks.push(below_block(sheet));
    }
    blocks.push(places_block(sheet));
    for group in Group::ALL {
        let of_group = |line: &&IndicatorLine| sheet.profile.indicators[line.indicator].group == group;
        let lines: Vec<&IndicatorLine> = sheet.indicators.iter().filter(of_group).collect();
        if !lines.is_empty() {
            blocks.push(indicators_block(sheet, group, &lines));
        }
    }
    let approval = map.approval_number.as_deref().map(|number| Name { zh: number.to_owned(), en: String::new() });
    Page {
        title: name(
            format!("{} {} 一套表", base.name, base.code),
            format!("Sheet of {} {}", base.level_name.en, base.code),
        ),
        subtitle: name(format!("{zh}；制表 {made}"), format!("{en}; made on {made}")),
        notice: approval.unwrap_or_else(|| map.notice.clone()),
        blocks,
    }
}

fn name(zh: impl Into<String>, en: impl Into<String>) -> Name {
    Name { zh: zh.into(), en: en.into() }
}

/// The day of a moment on the district's clock.
fn day_of(sheet: &Sheet, at: OffsetDateTime) -> Date {
    sheet.profile.day(at)
}

/// From when the edition is in force, as a date.
fn edition_date(sheet: &Sheet) -> String {
    sheet.effective_from.map_or("—".to_owned(), |from| day_of(sheet, from).to_string())
}

fn edition_source(sheet: &Sheet) -> Name {
    name(format!("第 {} 版", sheet.edition), format!("edition {}", sheet.edition))
}

fn base_block(sheet: &Sheet) -> Block {
    let base = &sheet.base;
    let figures = match base.figures {
        FigureSource::Buildings => name("楼栋汇总", "sum of buildings"),
        FigureSource::Declared => name("申报", "declared"),
    };
    let figure = |count: Option<u32>| match count {
        Some(count) => PageCell::text(format!("{count}（{} {}）", figures.zh, figures.en)),
        None => PageCell::Empty,
    };
    let kind = base.kind.map(|kind| match kind {
        "exclusive" => name("专属", "exclusive"),
        _ => name("综合", "comprehensive"),
    });
    let both = |name: Option<Name>| name.map_or(PageCell::Empty, PageCell::Both);
    let mut rows = vec![
        vec![PageCell::Both(name("名称", "name")), PageCell::text(base.name.clone())],
        vec![PageCell::Both(name("编码", "code")), PageCell::text(base.code.clone())],
        vec![PageCell::Both(name("层级", "level")), PageCell::Both(base.level_name.clone())],
        vec![PageCell::Both(name("上级", "within")), PageCell::text(base.parents.join(" / "))],
        vec![PageCell::Both(name("类别", "kind")), both(kind)],
        vec![PageCell::Both(name("城乡", "branch")), both(base.branch.clone())],
        vec![PageCell::Both(name("户数", "households")), figure(base.households)],
        vec![PageCell::Both(name("人数", "residents")), figure(base.residents)],
        vec![PageCell::Both(name("面积（平方米）", "area in m²")), PageCell::Number(format!("{:.2}", base.area_m2))],
    ];
    let text = |text: &Option<String>| PageCell::text(text.clone().unwrap_or_default());
    if let Some(body) = &base.body {
        let phone = body.duty_phone.clone().map(|phone| Phone(phone).masked());
        rows.push(vec![PageCell::Both(name("责任单位", "responsible body")), PageCell::text(body.name.clone())]);
        rows.push(vec![PageCell::Both(name("统一社会信用代码", "credit code")), text(&body.credit_code)]);
        rows.push(vec![PageCell::Both(name("负责人", "leader")), text(&body.leader)]);
        rows.push(vec![PageCell::Both(name("值班电话", "duty phone")), text(&phone)]);
    }
    Block {
        title: name("基础信息", "base data"),
        source: edition_source(sheet),
        date: edition_date(sheet),
        columns: Vec::new(),
        rows,
    }
}

fn answering_block(sheet: &Sheet) -> Block {
    let mut rows: Vec<Vec<PageCell>> = Vec::with_capacity(sheet.answering.len() + sheet.vacancies.len());
    for one in &sheet.answering {
        let order = name(format!("{}角", one.order), one.order);
        let note = one.stands_in_for.as_ref().map_or(PageCell::Empty, |away| {
            PageCell::Both(name(format!("代 {away}"), format!("stands in for {away}")))
        });
        rows.push(vec![
            PageCell::Both(one.role.clone()),
            PageCell::Both(order),
            PageCell::text(one.name.clone()),
            PageCell::text(one.phone.clone()),
            PageCell::text(one.organisation.clone()),
            PageCell::text(format!("{} {}", one.area_name, one.area)),
            note,
        ]);
    }
    for vacancy in &sheet.vacancies {
        let note = name(format!("缺岗 {}", vacancy.missing), format!("{} missing", vacancy.missing));
        let area = PageCell::text(format!("{} {}", sheet.base.name, sheet.base.code));
        let empty = || PageCell::Empty;
        rows.push(vec![
            PageCell::Both(vacancy.role.clone()),
            empty(),
            empty(),
            empty(),
            empty(),
            area,
            PageCell::Both(note),
        ]);
    }
    let date = sheet.on_duty_since.unwrap_or(sheet.made_at);
    Block {
        title: name("谁负责", "who answers"),
        source: name("人员岗位名册", "roster of posts"),
        date: day_of(sheet, date).to_string(),
        columns: vec![
            name("岗位", "role"),
            name("次序", "order"),
            name("姓名", "name"),
            name("电话", "phone"),
            name("单位", "organisation"),
            name("负责区域", "area"),
            name("备注", "note"),
        ],
        rows,
    }
}

fn below_block(sheet: &Sheet) -> Block {
    let row =
        |count: &super::LevelCount| vec![PageCell::Both(count.name.clone()), PageCell::Number(count.count.to_string())];
    Block {
        title: name("下辖区域", "areas within"),
        source: edition_source(sheet),
        date: edition_date(sheet),
        columns: vec![name("层级", "level"), name("数量", "count")],
        rows: sheet.below.iter().map(row).collect(),
    }
}

fn places_block(sheet: &Sheet) -> Block {
    let row = |count: &PlaceCount| vec![PageCell::Both(count.name.clone()), PageCell::Number(count.count.to_string())];
    Block {
        title: name("点位", "places"),
        source: name("点位库，按位置落格", "the places of the district, by where they lie"),
        date: day_of(sheet, sheet.made_at).to_string(),
        columns: vec![name("类别", "class"), name("数量", "count")],
        rows: sheet.places.iter().map(row).collect(),
    }
}

fn indicators_block(sheet: &Sheet, group: Group, lines: &[&IndicatorLine]) -> Block {
    let newest = lines.iter().filter_map(|line| line.updated).max();
    let row = |line: &&IndicatorLine| {
        let indicator = &sheet.profile.indicators[line.indicator];
        vec![
            PageCell::Both(indicator.name.clone()),
            line.value.map_or(PageCell::Empty, |value| PageCell::Number(value.to_string())),
            PageCell::Both(indicator.measure.clone()),
            line.period.map_or(PageCell::Empty, |period| PageCell::text(period.to_string())),
            source_cell(sheet, line),
            line.updated.map_or(PageCell::Empty, |day| PageCell::text(day.to_string())),
            note_cell(line),
        ]
    };
    Block {
        title: name(format!("指标：{}", group.zh()), format!("indicators: {}", group.id())),
        source: name("各指标来源见下", "see the source of each indicator"),
        date: newest.map_or("—".to_owned(), |day| day.to_string()),
        columns: vec![
            name("指标", "indicator"),
            name("数值", "value"),
            name("单位", "measured in"),
            name("期次", "period"),
            name("来源", "source"),
            name("更新日期", "as of"),
            name("备注", "note"),
        ],
        rows: lines.iter().map(row).collect(),
    }
}

/// Who has the value: whom it names, else whom the profile does; where it comes of the children, these.
fn source_cell(sheet: &Sheet, line: &IndicatorLine) -> PageCell {
    let profile = &sheet.profile.indicators[line.indicator].source;
    match (&line.source, line.value) {
        (Some(source), _) if !source.is_empty() => PageCell::text(source.clone()),
        (Some(_), _) => PageCell::Both(profile.clone()),
        (None, Some(_)) => PageCell::Both(name(
            format!("下级汇总（{}）", profile.zh),
            format!("from the areas within ({})", profile.en),
        )),
        (None, None) => PageCell::Empty,
    }
}

fn note_cell(line: &IndicatorLine) -> PageCell {
    let coverage = line.coverage;
    match line.difference {
        Some(Difference::Differs { computed, .. } | Difference::Exceeded { computed, .. }) => {
            PageCell::Both(name(format!("与下级汇总 {computed} 不符"), format!("the areas within make {computed}")))
        }
        None if line.value.is_some() && line.declared.is_none() => {
            let (with, of) = (coverage.with_value, coverage.children);
            PageCell::Both(name(
                format!("{of} 个下级中 {with} 个有数"),
                format!("{with} of {of} areas within have a value"),
            ))
        }
        None => PageCell::Empty,
    }
}
