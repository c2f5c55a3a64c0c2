//! Why a command failed, as one line in Chinese and English, with the exit code.

use std::{
    error::Error,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use super::profile::LoadError;
use crate::{
    app::{
        OpenError,
        district::GenerateError,
        editions::NoneInForce,
        import::{ImportError, ScopeError},
        indicators,
        library::MapError,
        roster::RosterError,
        service::ChangeError,
    },
    domain::area::ScheduleError,
    formats::moment::moment_text,
    store::{PublishError, RecordError, StaffError, StoreAddress, StoreError},
};

/// Exit code for wrong arguments, as clap's.
const USAGE: u8 = 2;

/// Exit code of a program that was told to stop, as shells say it of SIGINT.
const INTERRUPTED: u8 = 130;

/// Why a command did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    zh: String,
    en: String,
    code: u8,
}

impl Failure {
    /// A failure of the world: exit code 1.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), code: 1 }
    }

    /// A failure of the world with its causes: `en: cause: its cause`.
    pub fn caused(zh: impl Into<String>, en: &str, cause: &dyn Error) -> Self {
        Self::new(zh, format!("{en}: {}", chain(cause)))
    }

    /// Wrong arguments: exit code 2.
    pub fn usage(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: USAGE, ..Self::new(zh, en) }
    }

    /// Told to stop before the end: exit code 130.
    pub fn interrupted(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: INTERRUPTED, ..Self::new(zh, en) }
    }

    /// The same failure, said of a file.
    pub fn about(self, path: &Path) -> Self {
        self.said_of(&path.display().to_string())
    }

    /// The same failure, said of a store.
    pub fn about_store(self, address: &StoreAddress) -> Self {
        self.said_of(&address.to_string())
    }

    fn said_of(self, name: &str) -> Self {
        let en = if self.en.starts_with(name) { self.en } else { format!("{name}: {}", self.en) };
        Self { zh: format!("{name}：{}", self.zh), en, ..self }
    }

    /// Says it on stderr, on one line.
    pub fn report(&self) -> ExitCode {
        // Nothing is left to tell when stderr itself is gone.
        let _ = writeln!(io::stderr(), "{}", self.line());
        ExitCode::from(self.code)
    }

    /// What it says, on one line.
    pub fn line(&self) -> String {
        let line = format!("{} / {}", self.zh, self.en);
        line.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
    }
}

/// An error and its causes, leaving out causes that were said already.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::new(error.zh(), error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let zh = match &error {
            StoreError::Unavailable(_) => "存储打不开、已损坏，或正被别的程序占用".to_owned(),
            StoreError::Unreachable { place, barrier, .. } => format!("连不上数据库 {place}：{}", barrier.zh()),
            StoreError::Full(_) => "存储所在的磁盘已满，这次写入已全部撤销；请腾出空间后重试".to_owned(),
            StoreError::Inconsistent(_) => "存储的内容不一致".to_owned(),
            StoreError::Foreign(_) => "这不是一张图的存储".to_owned(),
            StoreError::Address { .. } => "数据库地址看不懂，应形如 postgres://用户@主机/库名".to_owned(),
            StoreError::Denied(_) => "数据库拒绝连接，请检查用户、密码与库名".to_owned(),
            StoreError::ReadOnly(_) => "这里只能读存储，不能写（用户没有权限，或是只读副本）".to_owned(),
            StoreError::Extension { name, .. } => {
                format!("数据库缺少扩展 {name}，请管理员安装后在库中执行 create extension {name}")
            }
            StoreError::Unsuited(_) => "这个数据库不能用作存储".to_owned(),
            StoreError::Newer { found, known } => {
                format!("存储由更新的程序写成（版式 {found}，本程序只认得 {known}），请更新程序")
            }
            StoreError::OtherProfile { kept, .. } => format!("存储用的是配置 {kept}，与给出的配置不同"),
            StoreError::ReservedLevel(id) => format!("层级名 {id} 与存储自用的表重名，请在配置中改名"),
        };
        match error {
            // The command line was wrong, whatever the world is like.
            StoreError::Address { .. } => Self::usage(zh, chain(&error)),
            _ => Self::new(zh, chain(&error)),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let zh = match error {
            OpenError::Store(error) => return error.into(),
            OpenError::OtherProfile { ref stored, ref given } => {
                format!("存储用的是配置 {stored}，不是 {given}：去掉 --profile，或另选存储")
            }
            OpenError::Profile(ref error) => format!("存储里的配置已损坏：{}", error.zh()),
            OpenError::Snapshot(_) => "存储里的区域拼不成一张图".to_owned(),
        };
        Self::new(zh, chain(&error))
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Store(error) => error.into(),
            PublishError::Stale { found, .. } => {
                Self::new(format!("其间已有人发布了第 {found} 版，未作任何改动，请重试"), chain(&error))
            }
        }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::Publish(error) => error.into(),
            ImportError::Schedule(error) => error.into(),
            ImportError::Scope(ScopeError::NoArea(ref code)) => {
                Self::usage(format!("--complete-under：没有编码为 {code} 的区域"), format!("--complete-under: {error}"))
            }
        }
    }
}

impl From<ScheduleError> for Failure {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::Past { asked, now } => {
                let (asked, now) = (moment_text(asked), moment_text(now));
                let zh = format!("--effective-from：{asked} 已过（现在是 {now}），只能是现在或以后");
                Self::usage(zh, format!("--effective-from: {asked} has gone by (it is {now}); allowed is now or later"))
            }
            ScheduleError::TooFar { asked, latest } => {
                let (asked, latest) = (moment_text(asked), moment_text(latest));
                Self::usage(
                    format!("--effective-from：{asked} 过远，最晚为发布后两年，即 {latest}；请检查年份"),
                    format!(
                        "--effective-from: {asked} is too far ahead; allowed is at most two years after the publish, {latest}: \
                         check the year"
                    ),
                )
            }
            ScheduleError::Pending { head, effective_from, asked } => {
                let (from, asked) = (moment_text(effective_from), moment_text(asked));
                Self::new(
                    format!(
                        "第 {head} 版将于 {from} 生效，在它之上的版本不能更早（{asked}）生效；请用 --effective-from 定在那时或以后"
                    ),
                    format!(
                        "edition {head} takes force at {from}; what is drawn on it cannot take force at {asked}, before it: \
                         give --effective-from that time or later"
                    ),
                )
            }
        }
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::NotEmpty(edition) => {
                Self::new(format!("存储里已有第 {edition} 版，请生成到新的存储"), chain(&error))
            }
            GenerateError::Schedule(error) => error.into(),
            GenerateError::Invalid(_) => Self::new("生成的区域不合规则（程序的错）", chain(&error)),
            GenerateError::Store(error) => error.into(),
            GenerateError::Publish(error) => error.into(),
            GenerateError::Staff(StaffError::Stale { .. }) => {
                Self::new("有人同时改动了岗位，请生成到新的存储", chain(&error))
            }
            GenerateError::Indicators(RecordError::Stale { .. }) => {
                Self::new("有人同时录入了指标值，请生成到新的存储", chain(&error))
            }
            GenerateError::Staff(StaffError::Store(error)) | GenerateError::Indicators(RecordError::Store(error)) => {
                error.into()
            }
        }
    }
}

impl From<indicators::ImportError> for Failure {
    fn from(error: indicators::ImportError) -> Self {
        match error {
            indicators::ImportError::Store(error) | indicators::ImportError::Record(RecordError::Store(error)) => {
                error.into()
            }
            indicators::ImportError::Record(RecordError::Stale { .. }) => {
                Self::new("有人同时录入了指标值，请重试", chain(&error))
            }
        }
    }
}

impl From<RosterError> for Failure {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::Store(error) | RosterError::Change(ChangeError::Staff(StaffError::Store(error))) => {
                error.into()
            }
            RosterError::Change(ChangeError::Staff(StaffError::Stale { .. })) => {
                Self::new("有人同时改动了岗位，请重试", chain(&error))
            }
            RosterError::Change(ChangeError::Reload(error)) => error.into(),
        }
    }
}

impl From<MapError> for Failure {
    fn from(error: MapError) -> Self {
        match error {
            MapError::Store(error) => error.into(),
            MapError::Profile(ref cause) => Self::new(format!("存储里的配置已损坏：{}", cause.zh()), error.to_string()),
            MapError::Snapshot(_) => Self::new("存储里的区域拼不成一张图", error.to_string()),
            MapError::NoEdition { asked, head: 0 } => {
                Self::new(format!("没有第 {asked} 版：还没有发布过任何版本"), error.to_string())
            }
            MapError::NoEdition { asked, head } => {
                Self::new(format!("没有第 {asked} 版，最新为第 {head} 版"), error.to_string())
            }
            MapError::BeforeFirst(NoneInForce { known_later, first }) => {
                let (zh, en) = match (known_later, first) {
                    (_, None) => ("还没有发布过任何版本".to_owned(), "nothing was published yet".to_owned()),
                    (true, Some(_)) => (
                        "--known-at：当时生效的版本那时尚未公布".to_owned(),
                        "--known-at: the edition in force then was not known yet at that time".to_owned(),
                    ),
                    (false, Some(first)) => {
                        let first = moment_text(first);
                        (
                            format!("--as-of：当时还没有版本，最早的从 {first} 起生效"),
                            format!("--as-of: no edition was in force then; the first one is from {first} on"),
                        )
                    }
                };
                Self::new(zh, en)
            }
            MapError::Restless => Self::new("读取时存储一直被改写，请稍后再试", error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_chained_once_and_control_characters_do_not_break_the_line() {
        let cause = io::Error::other("disk\nfull");
        let failure = Failure::from(StoreError::Unavailable(Box::new(cause))).about(Path::new("a.gpkg"));
        assert_eq!(
            failure.line(),
            "a.gpkg：存储打不开、已损坏，或正被别的程序占用 / a.gpkg: the store does not answer: disk full"
        );
    }

    #[test]
    fn wrong_arguments_are_told_apart_from_failures() {
        assert_eq!((Failure::usage("", "").code, Failure::new("", "").code), (2, 1));
    }
}
