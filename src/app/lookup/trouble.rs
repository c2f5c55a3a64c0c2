//! Why a question has no answer, in both languages.

use super::QuestionError;
use crate::{
    domain::{crs::CrsError, locate::MAX_ACCURACY_M},
    formats::points::Trouble,
};

impl QuestionError {
    /// The trouble with the record, or the parameter, that asked.
    pub fn trouble(&self) -> Trouble {
        let (field, zh, allowed) = match self {
            Self::Crs(error @ CrsError::NotFinite { .. }) => ("lon, lat", error.zh(), "a finite number".to_owned()),
            Self::Crs(error @ CrsError::Outside { min, max, .. }) => {
                ("lon, lat", error.zh(), format!("{min} to {max}"))
            }
            Self::Swapped { axes: [first, second], x, y } => (
                "lon",
                format!("{} {x} 与{} {y} 似乎颠倒了：交换后才落在本地范围内", first.zh(), second.zh()),
                format!("{first} in lon, {second} in lat"),
            ),
            Self::Accuracy(metres) => (
                "accuracy_m",
                format!("精度 {metres} 米不可用，须大于 0、不超过 {MAX_ACCURACY_M} 米"),
                format!("above 0, at most {MAX_ACCURACY_M}"),
            ),
        };
        Trouble { field: Some(field.to_owned()), zh, en: self.to_string(), allowed }
    }
}
