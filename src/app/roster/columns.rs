//! The columns of a roster, and the words in them.

use crate::{
    domain::{duty::Order, profile::Profile},
    formats::table::{ColumnKind, TableColumn, narrowed},
};

/// All columns, in their order.
pub(super) const ALL: [Col; COLUMNS.len()] = [
    Col::Area,
    Col::AreaName,
    Col::Place,
    Col::Role,
    Col::Order,
    Col::Seat,
    Col::Name,
    Col::Person,
    Col::Phone,
    Col::Organisation,
    Col::ShortName,
    Col::CreditCode,
    Col::DutyPhone,
    Col::Parent,
    Col::From,
    Col::To,
    Col::StandIn,
    Col::ChannelKind,
    Col::Group,
    Col::Link,
];

/// A column of a roster; its number is its place in [`COLUMNS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Col {
    Area,
    AreaName,
    Place,
    Role,
    Order,
    Seat,
    Name,
    Person,
    Phone,
    Organisation,
    ShortName,
    CreditCode,
    DutyPhone,
    Parent,
    From,
    To,
    StandIn,
    ChannelKind,
    Group,
    Link,
}

const fn column(names: &'static [&'static str], kind: ColumnKind, is_required: bool) -> TableColumn<'static> {
    TableColumn { names, kind, is_required }
}

/// All columns: how they are called, the name that an export writes first.
pub(super) const COLUMNS: [TableColumn<'static>; 20] = {
    use ColumnKind::{Date, Text, Token};
    [
        column(&["区域编码", "area", "area_code", "网格编码", "单元编码"], Token, true),
        column(&["区域名称", "area_name"], Text, false),
        column(&["点位编号", "place", "place_id"], Token, false),
        column(&["岗位", "role", "角色", "岗位名称", "职务"], Text, true),
        column(&["角", "order", "AB角", "A/B角", "A角B角"], Token, false),
        column(&["席位", "seat"], Token, false),
        column(&["姓名", "name", "人员", "person_name"], Text, true),
        column(&["人员编号", "person", "person_id"], Token, false),
        column(&["电话", "phone", "手机", "手机号", "手机号码", "联系电话", "mobile"], Token, false),
        column(&["单位", "organisation", "organization", "责任单位", "所属单位", "工作单位"], Text, false),
        column(&["单位简称", "short_name"], Text, false),
        column(&["统一社会信用代码", "credit_code", "信用代码"], Token, false),
        column(&["值班电话", "duty_phone"], Token, false),
        column(&["上级单位", "parent", "parent_organisation"], Text, false),
        column(&["起", "valid_from", "起始日期", "任职日期", "开始日期", "from"], Date, false),
        column(&["止", "valid_to", "截止日期", "离任日期", "结束日期", "to"], Date, false),
        column(&["代班", "stand_in", "stands_in", "是否代班"], Token, false),
        column(&["群类型", "channel", "联络群类型"], Token, false),
        column(&["群号", "group", "联络群", "群"], Text, false),
        column(&["群链接", "link", "入群链接"], Text, false),
    ]
};

impl Col {
    /// What an export and the template call it, in Chinese and English; it is found by either.
    pub(super) fn heading(self) -> String {
        let names = COLUMNS[self as usize].names;
        format!("{} {}", names[0], names[1])
    }

    /// The name by which it is found first.
    pub(super) const fn name(self) -> &'static str {
        COLUMNS[self as usize].names[0]
    }
}

/// What stands for a post that nobody holds (缺岗).
pub(super) const VACANT: [&str; 4] = ["缺岗", "空缺", "空岗", "vacant"];

/// Whether a name says that nobody holds the post.
pub(super) fn is_vacant(name: &str) -> bool {
    VACANT.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// A角 or B角, however it is written.
pub(super) fn order_of(text: &str) -> Option<Order> {
    match text.to_ascii_uppercase().trim_end_matches('角') {
        "A" => Some(Order::A),
        "B" => Some(Order::B),
        _ => None,
    }
}

/// Yes or no, however it is written.
pub(super) fn truth_of(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "是" | "代班" | "y" | "yes" | "true" | "1" | "√" => Some(true),
        "否" | "n" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Words for what channels are, with what is stored.
const CHANNEL_KINDS: [(&str, &str); 6] = [
    ("微信", "wechat"),
    ("微信群", "wechat"),
    ("企业微信", "wecom"),
    ("钉钉", "dingtalk"),
    ("QQ群", "qq"),
    ("对讲机", "radio"),
];

/// What a channel is: the word that is stored for a Chinese one, else the text itself, in small letters.
pub(super) fn channel_kind_of(text: &str) -> String {
    let known = CHANNEL_KINDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    known.map_or_else(|| text.to_lowercase(), |(_, kind)| (*kind).to_owned())
}

/// The role that a text names: its id, or its name in Chinese or English, whatever the width of its characters.
pub(super) fn role_of(profile: &Profile, text: &str) -> Option<usize> {
    let text = narrow(text);
    let by_id = profile.roles.iter().position(|role| role.id == text);
    by_id.or_else(|| {
        let is_it = |name: &str| narrow(name).eq_ignore_ascii_case(&text);
        profile.roles.iter().position(|role| is_it(&role.name.zh) || is_it(&role.name.en))
    })
}

fn narrow(text: &str) -> String {
    text.chars().map(narrowed).collect()
}
