//! A row of a roster, cell by cell.

use time::{Duration, OffsetDateTime};

use super::{
    columns::{COLUMNS, Col, channel_kind_of, is_vacant, order_of, role_of, truth_of},
    teller::Teller,
};
use crate::{
    domain::{
        area::{AreaCode, finding::Allowed},
        duty::{
            CreditCode, Order, PHONE_ALLOWED, PHONE_ALLOWED_ZH, Phone, PhoneProblem,
            channel::{ChannelProblem, DEFAULT_KIND, channel_words},
        },
        profile::Profile,
    },
    formats::{
        record::shown,
        table::{TABLE_DATES, TableRow, TableTime, table_time},
    },
};

/// Roles that a finding lists.
const LISTED_ROLES: usize = 30;

/// A telephone as a cell has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PhoneCell {
    None,
    Known(Phone),
    /// What an export for everybody shows.
    Masked(String),
}

/// When something begins, and at which time its area must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    pub at: OffsetDateTime,
    pub judged_at: OffsetDateTime,
}

/// What is said of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrganisationRow {
    pub name: Option<String>,
    pub short_name: Option<String>,
    pub credit_code: Option<String>,
    pub duty_phone: PhoneCell,
    pub parent: Option<String>,
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    Person {
        name: String,
        id: Option<i64>,
        phone: PhoneCell,
    },
    Organisation,
    Vacant,
    /// The row only tells of a channel.
    Nobody,
}

/// What is said of a channel of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChannelRow {
    pub area: AreaCode,
    pub kind: String,
    pub group: String,
    /// `None` to leave it as it is.
    pub link: Option<String>,
}

/// What is answered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Area(AreaCode),
    Place(i64),
}

/// A row whose cells are all right, each for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RosterRow {
    pub number: u64,
    /// The post; `None` where the row only registers somebody.
    pub post: Option<(Target, usize, Order, Option<u16>)>,
    pub who: Who,
    pub organisation: Option<OrganisationRow>,
    pub channel: Option<ChannelRow>,
    pub from: Option<Beginning>,
    pub to: Option<OffsetDateTime>,
    pub stands_in: bool,
}

/// Reads cells of one row.
struct Cells<'a, 'b> {
    row: &'a TableRow,
    profile: &'a Profile,
    teller: &'a mut Teller<'b>,
}

/// The row; `None` when a cell of it is wrong, which was told then.
pub(super) fn read_row(row: &TableRow, profile: &Profile, teller: &mut Teller<'_>) -> Option<RosterRow> {
    let errors = teller.bad.len();
    let number = row.number;
    let mut cells = Cells { row, profile, teller };
    if cells.tells_of_a_channel_only() {
        let code = cells.area();
        let channel = cells.channel(code);
        let is_bad = teller.bad.len() > errors || teller.bad.contains(&number);
        let channel = channel.filter(|_| !is_bad)?;
        let channel = Some(channel);
        let (post, organisation, who) = (None, None, Who::Nobody);
        return Some(RosterRow { number, post, who, organisation, channel, from: None, to: None, stands_in: false });
    }
    let post = cells.post();
    let code = match &post {
        Some((Target::Area(code), ..)) => Some(*code),
        _ => None,
    };
    let channel = cells.channel(code);
    let organisation = cells.organisation();
    let who = cells.who(post.is_some(), organisation.as_ref());
    let (from, to) = cells.period();
    let stands_in = cells.word(Col::StandIn, truth_of, ("是、否", "是, 否 (yes, no)")).unwrap_or(false);
    let is_bad = teller.bad.len() > errors || teller.bad.contains(&number);
    let who = who.filter(|_| !is_bad)?;
    Some(RosterRow { number, post, who, organisation, channel, from, to, stands_in })
}

impl Cells<'_, '_> {
    fn text(&self, column: Col) -> Option<&str> {
        self.row.get(column as usize)
    }

    fn error(&mut self, column: Col, zh: String, en: String, allowed: impl Into<Allowed>) {
        self.teller.error(self.row.number, column, zh, en, allowed);
    }

    /// What a word means; an unknown one is told.
    fn word<T>(&mut self, column: Col, meaning: impl Fn(&str) -> Option<T>, allowed: impl Into<Allowed>) -> Option<T> {
        let text = self.text(column)?.to_owned();
        let found = meaning(&text);
        if found.is_none() {
            let text = shown(&text);
            let name = COLUMNS[column as usize].names[1];
            self.error(column, format!("“{text}”无法识别"), format!("{text} is no {name}"), allowed);
        }
        found
    }

    fn post(&mut self) -> Option<(Target, usize, Order, Option<u16>)> {
        let order = self.word(Col::Order, order_of, Allowed::same("A, B")).unwrap_or(Order::A);
        let seat_of = |text: &str| text.parse::<u16>().ok().filter(|&seat| seat > 0);
        let seat = self.word(Col::Seat, seat_of, ("从 1 起的整数", "a number from 1"));
        let place = self.word(Col::Place, |text| text.parse::<i64>().ok(), ("点位的系统编号", "the number of a place"));
        let profile = self.profile;
        let ids: Vec<String> =
            profile.roles.iter().take(LISTED_ROLES).map(|role| format!("{} ({})", role.name.zh, role.id)).collect();
        let roles = Allowed::same(ids.join(", "));
        let role = self.word(Col::Role, |text| role_of(profile, text), roles.clone());
        let code = self.area();
        let target = match (code, place) {
            (Some(_), Some(_)) => {
                let (zh, en) = ("区域编码和点位编号只能填一个", "the row names an area and a place");
                self.error(Col::Place, zh.to_owned(), en.to_owned(), ("二者之一", "one of them"));
                return None;
            }
            (Some(code), None) => Some(Target::Area(code)),
            (None, place) => place.map(Target::Place),
        };
        match (target, role) {
            (Some(target), Some(role)) => Some((target, role, order, seat)),
            (Some(_), None) if self.text(Col::Role).is_none() => {
                let (zh, en) = ("有区域而没有岗位", "the row names an area and no role");
                self.error(Col::Role, zh.to_owned(), en.to_owned(), roles);
                None
            }
            (None, Some(_)) if self.text(Col::Area).is_none() && self.text(Col::Place).is_none() => {
                let (zh, en) = ("有岗位而没有区域", "the row names a role and no area");
                self.error(Col::Area, zh.to_owned(), en.to_owned(), ("区域编码", "the code of an area"));
                None
            }
            _ => None,
        }
    }

    fn area(&mut self) -> Option<AreaCode> {
        let code = |text: &str| AreaCode::new(&text.replace(' ', "")).ok();
        self.word(Col::Area, code, ("区域编码：字母和数字", "the code of an area: letters and digits"))
    }

    /// Whether the row says something of a channel, and nothing of a post, a person or an organisation.
    fn tells_of_a_channel_only(&self) -> bool {
        const OTHERS: [Col; 11] = [
            Col::Place,
            Col::Role,
            Col::Order,
            Col::Seat,
            Col::Name,
            Col::Person,
            Col::Phone,
            Col::Organisation,
            Col::CreditCode,
            Col::DutyPhone,
            Col::StandIn,
        ];
        self.text(Col::Group).is_some() && OTHERS.iter().all(|&column| self.text(column).is_none())
    }

    /// The channel that the row tells of, of the area with a code.
    fn channel(&mut self, code: Option<AreaCode>) -> Option<ChannelRow> {
        let said = [Col::ChannelKind, Col::Group, Col::Link].map(|column| self.text(column).map(str::to_owned));
        let [kind, group, link] = said;
        let Some(group) = group else {
            if kind.is_some() || link.is_some() {
                let (zh, en) = ("写了群类型或群链接而没有群号", "the row tells of a channel without its group");
                self.error(Col::Group, zh.to_owned(), en.to_owned(), ("群号", "the id of the group"));
            }
            return None;
        };
        let kind = kind.map_or_else(|| DEFAULT_KIND.to_owned(), |kind| channel_kind_of(&kind));
        let words = channel_words(&kind, &group, link.as_deref().unwrap_or_default());
        let [kind, group, words_link] = match words {
            Ok(words) => words,
            Err(problem) => {
                let column = match problem {
                    ChannelProblem::Kind => Col::ChannelKind,
                    ChannelProblem::Group => Col::Group,
                    ChannelProblem::Link => Col::Link,
                };
                let allowed = (problem.allowed_zh(), problem.allowed());
                self.error(column, problem.zh(), problem.to_string(), allowed);
                return None;
            }
        };
        let Some(area) = code else {
            // A code that is none was told already.
            if self.text(Col::Area).is_none() {
                let (zh, en) = ("有联络群而没有区域", "the row tells of a channel and names no area");
                self.error(Col::Area, zh.to_owned(), en.to_owned(), ("区域编码", "the code of an area"));
            }
            return None;
        };
        Some(ChannelRow { area, kind, group, link: link.map(|_| words_link) })
    }

    fn organisation(&mut self) -> Option<OrganisationRow> {
        let name = self.text(Col::Organisation).map(str::to_owned);
        let credit_code = self.text(Col::CreditCode).map(|text| text.replace(' ', "").to_ascii_uppercase());
        let credit_code = credit_code.and_then(|text| match CreditCode::parse(&text) {
            Ok(code) => Some(code.to_string()),
            Err(problem) => {
                let allowed = (problem.allowed_zh(), problem.allowed());
                self.error(Col::CreditCode, problem.zh(), problem.to_string(), allowed);
                None
            }
        });
        let duty_phone = self.phone(Col::DutyPhone);
        let (short_name, parent) =
            (self.text(Col::ShortName).map(str::to_owned), self.text(Col::Parent).map(str::to_owned));
        let row = OrganisationRow { name, short_name, credit_code, duty_phone, parent };
        let says_more = row.short_name.is_some() || row.parent.is_some() || row.duty_phone != PhoneCell::None;
        if row.name.is_none() && row.credit_code.is_none() {
            if says_more {
                let (zh, en) = ("写了单位的其他栏而没有单位", "the row tells of an organisation without its name");
                let allowed = ("单位名称", "the name of the organisation");
                self.error(Col::Organisation, zh.to_owned(), en.to_owned(), allowed);
            }
            return None;
        }
        Some(row)
    }

    fn who(&mut self, has_post: bool, organisation: Option<&OrganisationRow>) -> Option<Who> {
        let phone = self.phone(Col::Phone);
        let id = self.word(
            Col::Person,
            |text| text.parse::<i64>().ok(),
            ("导出时给出的人员编号", "the number that an export gives a person"),
        );
        let Some(name) = self.text(Col::Name).map(str::to_owned) else {
            if phone != PhoneCell::None || id.is_some() {
                let (zh, en) = ("有电话或编号而没有姓名", "there is a telephone or a number and no name");
                self.error(Col::Name, zh.to_owned(), en.to_owned(), ("姓名", "the name of the person"));
                return None;
            }
            if organisation.is_none() {
                let vacant = ("姓名；无人在岗写“缺岗”", "a name; 缺岗 where nobody holds the post");
                let (zh, en) = match has_post {
                    true => ("没有姓名；无人在岗请写“缺岗”", "there is no name"),
                    false => ("这一行既没有人也没有单位", "the row names neither a person nor an organisation"),
                };
                self.error(Col::Name, zh.to_owned(), en.to_owned(), vacant);
                return None;
            }
            return Some(Who::Organisation);
        };
        if !is_vacant(&name) {
            return Some(Who::Person { name, id, phone });
        }
        if phone != PhoneCell::None || id.is_some() || !has_post {
            let (zh, en) = (
                "写了缺岗，却又有电话、编号，或没有岗位",
                "the post is vacant, and yet somebody is told of, or it is no post",
            );
            self.error(Col::Name, zh.to_owned(), en.to_owned(), ("缺岗不写电话", "a vacant post has no telephone"));
            return None;
        }
        Some(Who::Vacant)
    }

    fn phone(&mut self, column: Col) -> PhoneCell {
        let Some(text) = self.text(column) else { return PhoneCell::None };
        match Phone::parse(text) {
            Ok(phone) => PhoneCell::Known(phone),
            Err(PhoneProblem::Masked) => PhoneCell::Masked(text.to_owned()),
            Err(problem) => {
                self.error(column, problem.zh(), problem.to_string(), (PHONE_ALLOWED_ZH, PHONE_ALLOWED));
                PhoneCell::None
            }
        }
    }

    fn period(&mut self) -> (Option<Beginning>, Option<OffsetDateTime>) {
        let (_, offset) = self.profile.time_zone;
        let time = |text: &str| table_time(text).and_then(|time| Some((time, time.at(offset)?)));
        let from = self.word(Col::From, time, TABLE_DATES);
        let to = self.word(Col::To, time, TABLE_DATES).map(|(_, at)| at);
        let from = from.map(|(time, at)| {
            // Of a day anything in force by its end will do.
            let day = if matches!(time, TableTime::Day(_)) { Duration::DAY - Duration::SECOND } else { Duration::ZERO };
            Beginning { at, judged_at: at.saturating_add(day) }
        });
        if let (Some(from), Some(to)) = (from, to)
            && from.at >= to
        {
            let (from, to) =
                (shown(self.text(Col::From).unwrap_or_default()), shown(self.text(Col::To).unwrap_or_default()));
            let zh = format!("止（{to}）不晚于起（{from}）");
            let en = format!("the end {to} is not after the beginning {from}");
            self.error(Col::To, zh, en, ("更晚的日期，或留空", "a later end, or none"));
        }
        (from, to)
    }
}
