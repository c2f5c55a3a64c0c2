//! Errors of use cases as problems: an exhaustive match each, so that a new variant stops the build.

use http::header::RETRY_AFTER;

use crate::{
    app::{
        OpenError,
        editions::{CompareError, NoneInForce, ReadError},
        import::{ImportError, ScopeError},
        places::{ImportPlacesError, ServicePlacesError},
        roster::RosterError,
        service::{Away, ChangeError, NotYet, ServiceError},
    },
    domain::area::ScheduleError,
    formats::{
        crosswalk::CrosswalkError,
        moment::{MOMENTS, moment_text},
        place_sheet::PlaceSheetError,
    },
    http::problem::{Kind, Problem},
    store::{PublishError, StaffError, StoreError},
};

/// When to try again after the store was away, in seconds.
const RETRY_AFTER_S: u32 = 2;

/// When to try again after an edition had not come, in seconds.
const EDITION_AFTER_S: u32 = 1;

/// When to try again after the disk was full: somebody must make room first.
const RETRY_WHEN_FULL_S: u32 = 60;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no space is left for the store");
                let zh = "存储所在的磁盘已满，这次写入已全部撤销；请腾出空间后重试";
                Self::unavailable(zh, "no space is left for the store, the write was undone", RETRY_WHEN_FULL_S)
            }
            StoreError::Unavailable(_) | StoreError::Unreachable { .. } | StoreError::Denied(_) => {
                // When the store is away, that is logged once.
                if !matches!(&error, StoreError::Unavailable(cause) if cause.is::<Away>()) {
                    tracing::error!(error = &error as &dyn std::error::Error, "the store does not answer");
                }
                let en = "the store does not answer; what is in memory is served meanwhile";
                Self::unavailable("数据存储暂不可用，其间只提供内存中的数据", en, RETRY_AFTER_S)
            }
            StoreError::ReadOnly(_) => {
                let zh = "本服务器只能读取数据存储（只读副本或只读用户），请向可写的服务器提交";
                let en = format!("this server may only read its store ({error}); send writes to one that may write");
                Self::unavailable(zh, en, RETRY_AFTER_S)
            }
            StoreError::Inconsistent(_)
            | StoreError::Foreign(_)
            | StoreError::Address { .. }
            | StoreError::Extension { .. }
            | StoreError::Unsuited(_)
            | StoreError::Newer { .. }
            | StoreError::OtherProfile { .. }
            | StoreError::ReservedLevel(_) => Self::internal(&error),
        }
    }
}

impl From<NotYet> for Problem {
    fn from(error: NotYet) -> Self {
        let NotYet { asked, served } = error;
        let zh = format!("本服务器还没有第 {asked} 版，现在提供的是第 {served} 版");
        Self::new(Kind::EditionNotYet, zh, error.to_string())
            .with("asked", asked)
            .with("served", served)
            .header(RETRY_AFTER, &EDITION_AFTER_S.to_string())
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Import(ImportError::Store(error) | ImportError::Publish(PublishError::Store(error))) => {
                error.into()
            }
            ServiceError::Import(ImportError::Publish(PublishError::Stale { expected, found })) => Self::conflict(
                format!("导入期间已发布第 {found} 版，请重试"),
                format!(
                    "edition {found} was published meanwhile (this import was checked against {expected}); try again"
                ),
            ),
            ServiceError::Import(ImportError::Schedule(error)) => error.into(),
            ServiceError::Import(ImportError::Scope(ScopeError::NoArea(code))) => {
                let (zh, en) = (format!("没有编码为 {code} 的区域"), format!("no area has the code {code}"));
                Self::bad_parameter("complete_under", zh, en, "the code of an area of the newest edition, or *")
            }
            ServiceError::Reload(error) => Self::internal(&error),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Staff(StaffError::Store(error)) => error.into(),
            ChangeError::Staff(StaffError::Stale { expected, found }) => Self::conflict(
                "岗位同时被他人改动，请重试",
                format!("duties were changed meanwhile (change {found}, this one was made on {expected}); try again"),
            ),
            ChangeError::Reload(error) => error.into(),
        }
    }
}

impl From<RosterError> for Problem {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::Store(error) => error.into(),
            RosterError::Change(error) => error.into(),
        }
    }
}

impl From<ScheduleError> for Problem {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::Past { asked, now } => {
                let zh = format!("生效时间 {} 已过，现在是 {}", moment_text(asked), moment_text(now));
                let en = format!("{} has gone by, it is {}", moment_text(asked), moment_text(now));
                Self::bad_parameter("effective_from", zh, en, format!("now or later: {MOMENTS}"))
            }
            ScheduleError::TooFar { asked, latest } => {
                let (asked, latest) = (moment_text(asked), moment_text(latest));
                let zh = format!("生效时间 {asked} 过远：最晚为发布后两年，即 {latest}；请检查年份");
                let en =
                    format!("{asked} is too far ahead: at most two years after the publish, {latest}; check the year");
                Self::bad_parameter("effective_from", zh, en, format!("from now to {latest}"))
            }
            ScheduleError::Pending { head, effective_from, asked } => {
                let (from, asked) = (moment_text(effective_from), moment_text(asked));
                let zh = format!("第 {head} 版将于 {from} 生效，在它之上的版本不能更早（{asked}）生效");
                let en = format!(
                    "edition {head} takes force at {from}; what is drawn on it cannot take force at {asked}, before it"
                );
                Self::conflict(zh, en).with("edition", head).with("effective_from", from)
            }
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoEdition { asked, newest } => {
                let zh = format!("没有第 {asked} 版；最新为第 {newest} 版");
                Self::not_found(zh, format!("there is no edition {asked}; the newest is {newest}"))
                    .with("parameter", "edition")
                    .with("newest", newest)
            }
            ReadError::BeforeFirst(NoneInForce { known_later, first }) => {
                let (zh, en) = if known_later {
                    ("当时生效的版本那时尚未公布", "the edition in force then was not known yet at that time")
                } else {
                    ("当时还没有版本", "no edition was in force then")
                };
                let problem = Self::not_found(zh, en).with("parameter", if known_later { "known_at" } else { "as_of" });
                match first {
                    Some(first) => problem.with("first_effective_from", moment_text(first)),
                    None => problem,
                }
            }
            ReadError::Open(error) => error.into(),
        }
    }
}

impl From<CompareError> for Problem {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::Read(error) => error.into(),
            CompareError::Diff(error) => Self::internal(&error),
        }
    }
}

impl From<CrosswalkError> for Problem {
    fn from(error: CrosswalkError) -> Self {
        match error {
            CrosswalkError::Rows { rows } => {
                let zh = format!("对照表有 {rows} 行，超过一张工作表的上限，请改用 csv");
                Self::bad_parameter("format", zh, error.to_string(), "csv")
            }
            CrosswalkError::Workbook(_) => Self::internal(&error),
        }
    }
}

impl From<ServicePlacesError> for Problem {
    fn from(error: ServicePlacesError) -> Self {
        match error {
            ServicePlacesError::Import(ImportPlacesError::Store(error)) => error.into(),
            ServicePlacesError::Import(error @ ImportPlacesError::Stale) => {
                Self::conflict("点位同时被他人修改，未作任何改动；请重试", error.to_string())
            }
            ServicePlacesError::Import(error @ (ImportPlacesError::Class(_) | ImportPlacesError::NoClass)) => {
                Self::bad_parameter("class", "类别无效", error.to_string(), "an id of a class of the profile")
            }
            ServicePlacesError::Reload(error) => error.into(),
        }
    }
}

impl From<PlaceSheetError> for Problem {
    fn from(error: PlaceSheetError) -> Self {
        match error {
            PlaceSheetError::Rows { rows } => {
                let zh = format!("点位有 {rows} 行，超过一张工作表的上限，请改用 csv");
                Self::bad_parameter("class", zh, error.to_string(), "one class, or GET /places.csv")
            }
            PlaceSheetError::Cell { id, ref name, column, characters } => {
                let zh = format!(
                    "点位 {id}（{name}）的 {column} 有 {characters} 个字符，超过一个单元格的上限，请改用 csv 或 geojson"
                );
                Self::bad_parameter("class", zh, error.to_string(), "GET /places.csv or /places.geojson")
                    .with("place", id)
            }
            PlaceSheetError::Workbook(_) => Self::internal(&error),
        }
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => error.into(),
            OpenError::OtherProfile { .. } | OpenError::Profile(_) | OpenError::Snapshot(_) => Self::internal(&error),
        }
    }
}
