//! What a profile says about locating.

use super::{ProfileError, table::Value};
use crate::domain::profile::Thresholds;

/// The thresholds of the table `locate`; the defaults where it or a key is absent.
pub(super) fn thresholds(value: Option<Value<'_>>) -> Result<Thresholds, ProfileError> {
    let default = Thresholds::default();
    let Some(value) = value else { return Ok(default) };
    let table = value.table(&["sure_share", "doubtful_share"])?;
    let sure_share = match table.find("sure_share") {
        Some(value) => value.number(0.0, 1.0)?,
        None => default.sure_share(),
    };
    let doubtful_share = match table.find("doubtful_share") {
        Some(value) => value.number(0.0, 1.0)?,
        None => default.doubtful_share(),
    };
    Thresholds::new(sure_share, doubtful_share).ok_or_else(|| {
        let (zh, en) = (
            format!("存疑 {doubtful_share}、确定 {sure_share} 不相容"),
            format!("doubtful {doubtful_share} and sure {sure_share} do not fit"),
        );
        let key = if table.find("doubtful_share").is_some() { "doubtful_share" } else { "sure_share" };
        table.error(key, zh, en, "0.5 < doubtful_share <= sure_share <= 1")
    })
}
