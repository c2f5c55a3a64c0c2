//! Cells become values, or findings that say where and why not.

use std::collections::HashMap;

use time::Date;

use super::{
    cells::{GivenCell, error, indicator_of},
    texts::{called, is_measure},
};
use crate::{
    domain::{
        area::{
            AreaCode, Finding, Snapshot,
            code::normalise_code,
            finding::{Allowed, Source},
        },
        indicator::{Amount, AmountError, GivenValue, Indicator, NotOpen, Period},
        profile::Profile,
    },
    formats::record::shown,
};

/// Longest text that says who has a value.
const MAX_SOURCE_CHARACTERS: usize = 200;

/// What a cell is judged by.
pub(super) struct Judge<'a> {
    pub profile: &'a Profile,
    pub snapshot: &'a Snapshot,
    /// The period of cells that say none.
    pub period: Option<Period>,
    pub today: Date,
    /// Whether codes may be written as people write them.
    pub is_table: bool,
}

/// A value that can be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub value: GivenValue,
    /// Whether the cell said as of which day it holds.
    pub is_dated: bool,
    pub place: Source,
}

impl Judge<'_> {
    /// The values of `cells` in their order, without those that stand twice and differ.
    pub(super) fn judge(&self, cells: &[GivenCell], findings: &mut Vec<Finding>) -> Vec<Candidate> {
        let mut taken: Vec<Option<Candidate>> = Vec::with_capacity(cells.len());
        // Where the first one is among those taken, and its row.
        let mut seen: HashMap<(AreaCode, &str, Period), (usize, u64)> = HashMap::with_capacity(cells.len());
        for cell in cells {
            let (candidate, indicator) = match self.candidate(cell) {
                Ok(found) => found,
                Err(finding) => {
                    findings.push(*finding);
                    continue;
                }
            };
            let key = (candidate.value.area, indicator, candidate.value.period);
            match seen.get(&key) {
                None => {
                    seen.insert(key, (taken.len(), cell.place.record.unwrap_or_default()));
                    taken.push(Some(candidate));
                }
                Some(&(first, row)) => {
                    findings.push(twice(&candidate, row));
                    let is_same = taken[first].as_ref().is_some_and(|it| it.value.amount == candidate.value.amount);
                    if !is_same {
                        taken[first] = None;
                    }
                }
            }
        }
        taken.into_iter().flatten().collect()
    }

    fn candidate<'a>(&'a self, cell: &GivenCell) -> Result<(Candidate, &'a str), Box<Finding>> {
        let indicator = &self.profile.indicators[indicator_of(self.profile, cell)?];
        let area = self.area(cell)?;
        let period = self.period(cell, indicator)?;
        let amount = amount(cell, indicator)?;
        if let Some(updated) = cell.updated.filter(|&updated| updated > self.today) {
            let (zh, en) = (format!("更新日期 {updated} 还没有到"), format!("the date {updated} is still to come"));
            return Err(error(
                cell.place.clone(),
                zh,
                en,
                (format!("不晚于 {}", self.today), format!("{} or before", self.today)),
            )
            .into());
        }
        let source = cell.source.clone().unwrap_or_default();
        if source.chars().count() > MAX_SOURCE_CHARACTERS {
            let (zh, en) = ("来源文字过长", "the source is too long a text");
            let allowed =
                (format!("至多 {MAX_SOURCE_CHARACTERS} 字"), format!("at most {MAX_SOURCE_CHARACTERS} characters"));
            return Err(error(cell.place.clone(), zh, en, allowed).into());
        }
        let value = GivenValue {
            area,
            indicator: indicator.id.clone(),
            period,
            amount,
            source,
            updated: cell.updated.unwrap_or(self.today),
        };
        Ok((Candidate { value, is_dated: cell.updated.is_some(), place: cell.place.clone() }, &indicator.id))
    }

    fn area(&self, cell: &GivenCell) -> Result<AreaCode, Box<Finding>> {
        let text = if self.is_table { normalise_code(&cell.area).0 } else { cell.area.clone() };
        match self.snapshot.hierarchy.find(&text) {
            Some(index) => Ok(self.snapshot.hierarchy.area(index).code),
            None => {
                let (code, edition) = (shown(&cell.area), self.snapshot.edition_number());
                let zh = format!("第 {edition} 版中没有编码为 {code} 的区域");
                let en = format!("no area has the code {code} in edition {edition}");
                Err(error(
                    cell.place.clone(),
                    zh,
                    en,
                    ("现行版本中的区域编码", "the code of an area of the edition in force"),
                )
                .into())
            }
        }
    }

    fn period(&self, cell: &GivenCell, indicator: &Indicator) -> Result<Period, Box<Finding>> {
        let refuse = |zh: String, en: String, allowed: Allowed| Err(error(cell.place.clone(), zh, en, allowed).into());
        let (kind, sample) = (indicator.period, indicator.period.example());
        let example =
            || Allowed::from((format!("{}，如 {sample}", kind.zh()), format!("a {}, as {sample}", kind.id())));
        let period = match (&cell.period, self.period) {
            (Some(text), _) => match Period::parse(text) {
                Some(period) => period,
                None => {
                    let text = shown(text);
                    return refuse(format!("“{text}”不是期次"), format!("{text} is no period"), example());
                }
            },
            (None, Some(period)) => period,
            (None, None) => {
                let (zh, en) = ("没有写明期次", "no period is said");
                return refuse(zh.into(), en.into(), {
                    let Allowed { zh, en } = example();
                    (format!("写明期次列，或给出参数：{zh}"), format!("a column period, or the parameter: {en}")).into()
                });
            }
        };
        let name = called(indicator);
        match indicator.admits(period, self.today) {
            Ok(()) => Ok(period),
            Err(NotOpen::OtherKind) => {
                let (zh, en) = (indicator.period.zh(), indicator.period.id());
                refuse(
                    format!("{name} 按{zh}统计，{period} 不是{zh}"),
                    format!("{name} has periods of a {en}; {period} is none"),
                    example(),
                )
            }
            Err(NotOpen::BeforeFirst(first)) => refuse(
                format!("{name} 的期次 {period} 已关闭：从 {first} 起才收"),
                format!("period {period} of {name} is closed: values are taken from {first} on"),
                (format!("{first} 或以后"), format!("{first} or later")).into(),
            ),
            Err(NotOpen::Closed(since)) => refuse(
                format!("{name} 的期次 {period} 已于 {since} 关闭"),
                format!("period {period} of {name} is closed since {since}"),
                ("未关闭的期次", "a period that is open").into(),
            ),
            Err(NotOpen::NotBegun(begins)) => refuse(
                format!("{name} 的期次 {period} 要到 {begins} 才开始"),
                format!("period {period} of {name} begins on {begins}"),
                ("已开始的期次", "a period that has begun").into(),
            ),
        }
    }
}

/// What is said of a cell that stands twice, the first time in `row`.
fn twice(again: &Candidate, row: u64) -> Finding {
    let value = &again.value;
    let (area, indicator, period) = (value.area, &value.indicator, value.period);
    let zh = format!("{area} 的 {indicator} {period} 出现了不止一次（先在第 {row} 行）");
    let en = format!("{indicator} of {area} in {period} stands more than once (first in row {row})");
    let finding = error(
        again.place.clone(),
        zh,
        en,
        ("每个区域、指标、期次一个值", "one value for each area, indicator and period"),
    );
    Finding { areas: vec![area], ..finding }
}

/// The number of a cell, which may have separators of thousands and its measure behind it.
fn amount(cell: &GivenCell, indicator: &Indicator) -> Result<Amount, Box<Finding>> {
    let refuse = |zh: String, en: String, allowed: Allowed| Err(error(cell.place.clone(), zh, en, allowed).into());
    let (name, text) = (called(indicator), shown(&cell.value));
    let (measure_zh, measure_en) = (&*indicator.measure.zh, &*indicator.measure.en);
    let other_measure = |found: &str| {
        let found = shown(found);
        (
            format!("{name} 的单位是 {}，这里是 {found}", indicator.measure.zh),
            format!("{name} is counted in {}, here stands {found}", indicator.measure.en),
        )
    };
    if let Some(found) = cell.measure.as_deref().filter(|found| !is_measure(indicator, found)) {
        let (zh, en) = other_measure(found);
        return refuse(zh, en, (measure_zh, measure_en).into());
    }
    let end = cell.value.find(|c: char| !(c.is_ascii_digit() || "+-.,，eE ".contains(c))).unwrap_or(cell.value.len());
    let (number, behind) = cell.value.split_at(end);
    let (number, behind) = (number.trim(), behind.trim());
    if !behind.is_empty() && !number.is_empty() && !is_measure(indicator, behind) {
        let (zh, en) = other_measure(behind);
        let allowed = (
            format!("数字，或数字加单位“{measure_zh}”"),
            format!("a number, or a number with its measure {measure_en}"),
        );
        return refuse(zh, en, allowed.into());
    }
    let decimals = indicator.decimals();
    let max = &indicator.max;
    let allowed: Allowed = (
        format!("0 至 {max}，小数至多 {decimals} 位"),
        format!("0 to {max} with at most {decimals} digits behind the point"),
    )
        .into();
    let plain = plain_number(if number.is_empty() { &cell.value } else { number });
    match Amount::parse(&plain, decimals) {
        Ok(amount) if amount.mantissa() <= indicator.max.mantissa() => Ok(amount),
        Ok(_) | Err(AmountError::TooLarge) => refuse(
            format!("{name} 的值 {text} 过大，最多 {}", indicator.max),
            format!("{text} is too large for {name}, at most {}", indicator.max),
            allowed,
        ),
        Err(AmountError::Negative) => {
            refuse(format!("{name} 的值 {text} 是负数"), format!("{text} of {name} is below 0"), allowed)
        }
        Err(AmountError::TooFine { .. }) => refuse(
            format!("{name} 的值 {text} 小数位过多，最多 {decimals} 位"),
            format!("{text} of {name} has more than {decimals} digits behind the point"),
            allowed,
        ),
        Err(AmountError::NoNumber) => {
            refuse(format!("{name} 的值“{text}”不是数字"), format!("{text} of {name} is no number"), allowed)
        }
    }
}

/// Digits that a double keeps; spreadsheets show no more of what they computed.
const DIGITS: usize = 15;

/// A number without separators of thousands, and without digits that only computing in doubles made.
fn plain_number(text: &str) -> String {
    let text = text.replace('，', ",");
    let whole = text.split('.').next().unwrap_or_default();
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().trim_start_matches('-').len();
    let is_grouped = whole.contains(',') && (1..=3).contains(&first) && groups.all(|group| group.len() == 3);
    let plain = if is_grouped { text.replace(',', "") } else { text };
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    match plain.parse::<f64>() {
        Ok(number) if digits > DIGITS && plain.contains('.') && number.is_finite() => {
            let rounded: f64 = format!("{number:.*e}", DIGITS - 1).parse().unwrap_or(number);
            rounded.to_string()
        }
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_spreadsheets_write_them() {
        for (text, plain) in [
            ("1234", "1234"),
            ("1,234", "1234"),
            ("-1,234.5", "-1234.5"),
            ("12，345，678", "12345678"),
            ("1,23", "1,23"),
            (",123", ",123"),
            ("0.30000000000000004", "0.3"),
            ("123456789012345678", "123456789012345678"),
            ("12.50", "12.50"),
        ] {
            assert_eq!(plain_number(text), plain, "{text}");
        }
    }
}
