//! Values for a made-up district: the same for the same areas on every machine, and obviously nobody's.

use time::Date;

use crate::{
    app::demo::random::Random,
    domain::{
        area::{Level, NewArea},
        indicator::{Amount, GivenValue, Indicator, Period, PeriodKind, RollUp},
        profile::Profile,
    },
};

/// What every made-up value says of where it comes from.
pub const SOURCE: &str = "示范数据（虚构）";

/// Periods with values, the last one being the last that ended.
const PERIODS: usize = 2;

/// How many of a thing there are for a thousand residents, and how much areas differ.
fn rate(id: &str) -> (f64, f64) {
    match id {
        "residents_registered" => (870.0, 0.1),
        "residents_present" => (1000.0, 0.0),
        "residents_floating" => (170.0, 0.5),
        "households_present" => (340.0, 0.1),
        "residents_over_60" => (190.0, 0.3),
        "elderly_living_alone" => (14.0, 0.6),
        "children_left_behind" => (4.0, 0.9),
        "disabled" => (21.0, 0.5),
        "on_subsistence" => (9.0, 0.8),
        "buildings" => (60.0, 0.5),
        "flats_let" => (55.0, 0.6),
        "lifts" => (6.0, 0.9),
        "fire_hazard_sites" => (1.5, 0.9),
        "cases_reported" => (11.0, 0.4),
        "cases_closed" => (10.0, 0.4),
        "disputes" => (1.2, 0.8),
        "hazards_found" => (2.5, 0.6),
        "firms" => (18.0, 0.8),
        "shops" => (45.0, 0.6),
        "party_members" => (52.0, 0.3),
        "volunteers" => (24.0, 0.5),
        "wooden_houses" => (2.0, 0.9),
        _ => (0.0, 0.0),
    }
}

/// Between what a figure lies that does not go with residents.
const fn bounds(id: &str) -> Option<(f64, f64)> {
    match id.as_bytes() {
        b"mean_age" => Some((31.0, 49.0)),
        b"ground" => Some((1.5, 40.0)),
        b"farmland" => Some((0.0, 120.0)),
        b"green_share" => Some((12.0, 48.0)),
        b"satisfaction" => Some((84.0, 99.9)),
        b"longest_case" => Some((0.5, 14.0)),
        b"grid_score" => Some((72.0, 99.0)),
        _ => None,
    }
}

/// Values of the last periods that ended before `today`, for every area of the level above the finest: what lies higher has
/// sums. None are made of indicators with single days.
pub fn values(profile: &Profile, areas: &[NewArea], today: Date) -> Vec<GivenValue> {
    let level = Level(profile.finest().0.saturating_sub(1));
    let mut values = Vec::new();
    for indicator in &profile.indicators {
        if indicator.period == PeriodKind::Date || (bounds(&indicator.id).is_none() && rate(&indicator.id).0 == 0.0) {
            continue;
        }
        let current = Period::containing(indicator.period, today);
        let ended = std::iter::successors(current, |period| period.before()).skip(1).take(PERIODS);
        let periods: Vec<Period> = ended.collect();
        for area in areas.iter().filter(|area| area.level == level) {
            for &period in periods.iter().rev() {
                values.push(GivenValue {
                    area: area.code,
                    indicator: indicator.id.clone(),
                    period,
                    amount: amount(indicator, area, period),
                    source: SOURCE.to_owned(),
                    updated: period.last_day().min(today),
                });
            }
        }
    }
    values
}

/// A number that follows from what it is about and from nothing else.
fn amount(indicator: &Indicator, area: &NewArea, period: Period) -> Amount {
    let name = format!("{}/{}", area.code, indicator.id);
    // The area keeps its character; periods differ a little.
    let mut place = Random::new(digest(&name));
    let mut time = Random::new(digest(&format!("{name}/{period}")));
    let residents = f64::from(area.residents.unwrap_or_default());
    let one = 10_f64.powi(i32::from(indicator.decimals()));
    let number = match bounds(&indicator.id) {
        Some((low, high)) if indicator.roll_up == RollUp::Sum => place.between(low, high),
        Some((low, high)) => (place.between(low, high) * time.between(0.98, 1.02)).min(high),
        None => {
            let (rate, spread) = rate(&indicator.id);
            residents / 1000.0 * rate * place.between(1.0 - spread, 1.0 + spread) * time.between(0.97, 1.03)
        }
    };
    let mantissa = ((number * one).round() as i64).clamp(0, indicator.max.mantissa());
    Amount::new(mantissa, indicator.decimals()).expect("a number of the indicator's own scale")
}

/// FNV-1a, 64 bits.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
