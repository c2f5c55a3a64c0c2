//! What is asked of a store that keeps values of indicators.

use onemap::{
    domain::{
        area::AreaCode,
        indicator::{Amount, GivenValue, Period, PeriodInUse, RecordedValue},
    },
    store::{RecordError, Store},
};
use time::{
    Date,
    macros::{date, datetime},
};

use super::{
    Open, adopted,
    drafts::{EAST, WEST},
};

pub fn period(text: &str) -> Period {
    Period::parse(text).expect("a period")
}

fn value(indicator: &str, time: &str, area: &str, mantissa: i64, updated: Date) -> GivenValue {
    GivenValue {
        area: AreaCode::new(area).expect("a code"),
        indicator: indicator.to_owned(),
        period: period(time),
        amount: Amount::new(mantissa, 2).expect("an amount"),
        source: "统计𠮷".to_owned(),
        updated,
    }
}

/// Records a value of one indicator for each of some areas.
pub async fn record<S: Store>(store: &S, areas: &[&str]) {
    let value = |area: &&str| value("residents", "2026Q3", area, 1, date!(2026 - 10 - 01));
    let values: Vec<GivenValue> = areas.iter().map(value).collect();
    let base = store.indicator_revision(None).await.expect("a number");
    store.record_indicators(base, &values, "张三", &|| datetime!(2026-10-05 01:00 UTC)).await.expect("values");
}

pub(super) async fn values_of_indicators_are_superseded_and_never_lost<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    assert_eq!(store.indicator_revision(None).await.expect("a number"), 0);
    assert_eq!(store.indicator_periods(i64::MAX).await.expect("periods"), []);
    let (monday, friday) = (datetime!(2026-10-05 01:00 UTC), datetime!(2026-10-09 01:00 UTC));
    let day = date!(2026 - 10 - 01);
    let west = value("residents", "2026Q3", WEST, 10_00, day);
    let east = GivenValue { source: String::new(), ..value("residents", "2026Q3", EAST, 0, day) };
    let other = value("residents", "2026Q2", WEST, 999_999_999_999_999, day);
    let given = [west.clone(), east.clone(), other.clone()];
    let first = store.record_indicators(0, &given, "张三", &|| monday).await.expect("recorded");
    let mended = value("residents", "2026Q3", WEST, 12_50, date!(2026 - 10 - 08));
    let mended_only = std::slice::from_ref(&mended);
    let second = store.record_indicators(first, mended_only, "李四", &|| friday).await.expect("recorded");
    assert!(second > first);

    let kept = |value: &GivenValue, change: i64, actor: &str| RecordedValue {
        value: value.clone(),
        change,
        actor: actor.to_owned(),
    };
    let read = async |time: &str, known: i64| {
        store.indicator_values(&[("residents", period(time))], known).await.expect("values")
    };
    let (west_before, east_before) = (kept(&west, first, "张三"), kept(&east, first, "张三"));
    let west_now = kept(&mended, second, "李四");
    assert_eq!(read("2026Q3", i64::MAX).await, [west_now, east_before.clone()]);
    assert_eq!(read("2026Q3", first).await, [west_before, east_before]);
    assert_eq!(read("2026Q3", first - 1).await, []);
    assert_eq!(read("2026Q2", second).await, [kept(&other, first, "张三")]);
    assert_eq!(read("2026", second).await, []);
    assert_eq!(store.indicator_values(&[("other", period("2026Q3"))], second).await.expect("values"), []);
    assert_eq!(store.indicator_values(&[], second).await.expect("values"), []);
    // Several at once are each of them.
    let wanted = [("residents", period("2026Q3")), ("other", period("2026Q3")), ("residents", period("2026Q2"))];
    let several = store.indicator_values(&wanted, second).await.expect("values");
    let of = |time: &str| several.iter().filter(|it| it.value.period == period(time)).cloned().collect::<Vec<_>>();
    assert_eq!((of("2026Q3"), of("2026Q2")), (read("2026Q3", second).await, read("2026Q2", second).await));
    assert_eq!(several.len(), 3);

    let in_use = |time: &str, areas| PeriodInUse { indicator: "residents".to_owned(), period: period(time), areas };
    assert_eq!(store.indicator_periods(second).await.expect("periods"), [in_use("2026Q2", 1), in_use("2026Q3", 2)]);
    let revision = async |at| store.indicator_revision(at).await.expect("a number");
    assert_eq!(revision(None).await, second);
    assert_eq!(revision(Some(friday)).await, second);
    assert_eq!(revision(Some(friday - time::Duration::seconds(1))).await, first);
    assert_eq!(revision(Some(monday - time::Duration::seconds(1))).await, 0);

    let logged = store.changes(first - 1, 9).await.expect("the log");
    let told: Vec<_> = logged.iter().map(|it| (it.seq, it.at, &*it.actor, &*it.kind, &*it.summary)).collect();
    assert_eq!(
        told,
        [
            (first, monday, "张三", "indicators", "3 indicator values"),
            (second, friday, "李四", "indicators", "1 indicator values")
        ]
    );
}

pub(super) async fn values_are_recorded_on_what_is_known_and_never_before_it<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    let (early, late) = (datetime!(2026-10-05 01:00:00 UTC), datetime!(2026-10-05 01:00:05 UTC));
    let of = |mantissa| [value("residents", "2026Q3", WEST, mantissa, date!(2026 - 10 - 01))];
    let first = store.record_indicators(0, &of(1), "张三", &|| late).await.expect("recorded");
    let stale = store.record_indicators(0, &of(2), "李四", &|| panic!("nobody asks the time of what is stale")).await;
    assert!(
        matches!(stale, Err(RecordError::Stale { expected: 0, found }) if found == first),
        "{stale:?}, the last is {first}"
    );
    assert_eq!(store.indicator_revision(None).await.expect("a number"), first);
    // A writer whose clock is behind.
    let second = store.record_indicators(first, &of(2), "李四", &|| early).await.expect("recorded");
    let revision = async |at| store.indicator_revision(Some(at)).await.expect("a number");
    assert_eq!((revision(early).await, revision(late).await), (0, second));
    let logged = store.changes(first - 1, 9).await.expect("the log");
    assert_eq!(logged.iter().map(|it| it.at).collect::<Vec<_>>(), [late, late]);
}

pub(super) async fn values_that_break_a_rule_are_not_half_recorded<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    let at = datetime!(2026-10-05 01:00 UTC);
    let counted = async || store.counts().await.expect("counts");
    let before = counted().await;
    let good = value("residents", "2026Q3", WEST, 1, date!(2026 - 10 - 01));
    let twice = [good.clone(), GivenValue { amount: Amount::new(2, 2).expect("an amount"), ..good.clone() }];
    assert!(store.record_indicators(0, &twice, "张三", &|| at).await.is_err());
    let far = GivenValue { updated: date!(1600 - 01 - 01), ..good.clone() };
    assert!(store.record_indicators(0, &[good.clone(), far], "张三", &|| at).await.is_err());
    assert_eq!(counted().await, before);
    // More than a statement takes.
    let many: Vec<GivenValue> = (0..4_500_i64)
        .map(|it| GivenValue { area: AreaCode::new(&format!("A{it:05}")).expect("a code"), ..good.clone() })
        .collect();
    let change = store.record_indicators(0, &many, "张三", &|| at).await.expect("recorded");
    let read = store.indicator_values(&[("residents", period("2026Q3"))], change).await.expect("values");
    assert!(read.iter().map(|it| &it.value).eq(&many), "in the order of their codes");
    assert_eq!(counted().await.indicator_values, before.indicator_values + 4_500);
}
