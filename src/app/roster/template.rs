//! An empty roster to fill in, with what may stand in it.

use super::{
    columns::{ALL, Col},
    export::SHEET,
};
use crate::{
    domain::{area::Kind, profile::Profile},
    formats::table::{Choice, OutSheet, TableKind, WorkbookError, write_csv, write_workbook},
};

/// The sheet that says which roles there are.
const ROLES: &str = "岗位 roles";

/// What stands in a column, with an example.
const fn said(column: Col) -> (&'static str, &'static str, &'static str) {
    match column {
        Col::Area => {
            ("所负责区域的编码；与岗位同填或同空", "Code of the area; with a role, or neither", "350304001001001")
        }
        Col::AreaName => ("仅供阅读，导入时略过", "For reading only", "镇海社区第一网格"),
        Col::Place => ("所负责点位的编号，代替区域编码", "Number of a place, instead of an area", ""),
        Col::Role => ("岗位名称或代号，见“岗位 roles”", "A role: its name or id, see that sheet", "网格长"),
        Col::Order => ("A 或 B，不填为 A", "A or B; A when empty", "A"),
        Col::Seat => ("同一岗位的第几个席位，可不填", "Which chair of the role; may be left out", "1"),
        Col::Name => (
            "姓名；无人在岗写“缺岗”；单位值守则留空",
            "Name; 缺岗 for a vacancy; empty where the organisation answers",
            "张示例",
        ),
        Col::Person => {
            ("导出时给出的编号；改电话、改姓名时保留", "Number from an export; keep it to change name or telephone", "")
        }
        Col::Phone => ("手机、带区号的固定电话或热线", "Mobile, landline with area code, or hotline", "000-0000-0001"),
        Col::Organisation => ("单位全称", "Full name of the organisation", "示例单位"),
        Col::ShortName => ("单位简称", "Short name", ""),
        Col::CreditCode => {
            ("18 位，校验位须正确", "18 characters with the right check character", "91350100M000100Y43")
        }
        Col::DutyPhone => ("单位值班电话", "Duty telephone of the organisation", "000-0000-0002"),
        Col::Parent => ("上级单位全称", "The organisation above", ""),
        Col::From => (
            "任期开始的日期，或日期加时间；不填为导入当天",
            "First day, or a time; the day of the import when empty",
            "2026-03-01",
        ),
        Col::To => ("任期结束（当天不含），不填为长期", "End, that day not included; open when empty", ""),
        Col::StandIn => ("代班写“是”", "是 for a stand-in", ""),
        Col::ChannelKind => (
            "联络群是什么：wechat（不填）、wecom、dingtalk、qq、radio 等",
            "What the channel is: wechat when empty, wecom, dingtalk, qq, radio",
            "wechat",
        ),
        Col::Group => (
            "区域的联络群号；可单独一行，只填区域编码和群",
            "Id of a group of the area; may have a row of its own with the area's code",
            "示例群0001",
        ),
        Col::Link => ("入群链接，可不填", "Link that opens it; may be left out", "https://example.invalid/g/0001"),
    }
}

/// The template of a profile as a file of a kind.
pub fn template(profile: &Profile, kind: TableKind) -> Result<Vec<u8>, WorkbookError> {
    let headings: Vec<String> = ALL.iter().map(|column| column.heading()).collect();
    if kind == TableKind::Csv {
        return Ok(write_csv(&headings, &[]));
    }
    let guide = ALL.iter().map(|&column| {
        let (zh, en, example) = said(column);
        vec![column.heading(), zh.to_owned(), en.to_owned(), example.to_owned()]
    });
    let guide_headings = ["栏目 column", "说明", "what it is", "示例 example"].map(str::to_owned).to_vec();
    let roles: Vec<Vec<String>> = profile.roles.iter().map(|role| role_row(profile, role)).collect();
    let role_headings = ["名称 role name", "代号 id", "English", "层级 level", "类别 kind", "最少 min", "最多 max"];
    let role_count = roles.len();
    let mut roster = OutSheet::new(SHEET, headings, Vec::new());
    roster.choices = vec![
        Choice::of_sheet(Col::Role as usize, ROLES, role_count),
        Choice::of_words(Col::Order as usize, &["A", "B"]),
        Choice::of_words(Col::StandIn as usize, &["是", "否"]),
    ];
    write_workbook(&[
        roster,
        OutSheet::new("说明 guide", guide_headings, guide.collect()),
        OutSheet::new(ROLES, role_headings.map(str::to_owned).to_vec(), roles),
    ])
}

fn role_row(profile: &Profile, role: &crate::domain::profile::Role) -> Vec<String> {
    let kind = match role.kind {
        Kind::None => "",
        Kind::Comprehensive => "综合 comprehensive",
        Kind::Exclusive => "专属 exclusive",
    };
    let level = profile.level(role.level);
    vec![
        role.name.zh.clone(),
        role.id.clone(),
        role.name.en.clone(),
        format!("{} {}", level.name.zh, level.id),
        kind.to_owned(),
        role.min.to_string(),
        role.max.to_string(),
    ]
}
