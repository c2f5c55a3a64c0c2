//! Which attribute of a file is which field of an area.

use std::collections::BTreeMap;

/// A field of an area that a file may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The code.
    Code,
    /// The code of the parent.
    Parent,
    /// The name.
    Name,
    /// The level: its id, or 1 for the coarsest.
    Level,
    /// 综合 or 专属.
    Kind,
    /// 城区 or 农村: the id of a branch.
    Branch,
    /// 户数.
    Households,
    /// 人数.
    Residents,
    /// 责任单位.
    Body,
    /// 统一社会信用代码 of the 责任单位.
    BodyCreditCode,
    /// 负责人 of the 责任单位.
    BodyLeader,
    /// 值班电话 of the 责任单位.
    BodyPhone,
}

/// Every field with the names under which it is found, the first being its own; case does not matter.
///
/// `parent_cod` is what is left of `parent_code` in a Shapefile.
const NAMES: [(Field, &[&str]); 12] = [
    (Field::Code, &["code", "编码"]),
    (Field::Parent, &["parent", "parent_code", "parent_cod", "上级编码"]),
    (Field::Name, &["name", "名称"]),
    (Field::Level, &["level", "层级"]),
    (Field::Kind, &["kind", "类别"]),
    (Field::Branch, &["branch", "城乡"]),
    (Field::Households, &["households", "户数"]),
    (Field::Residents, &["residents", "人数"]),
    (Field::Body, &["body", "责任单位"]),
    (Field::BodyCreditCode, &["body_credit_code", "统一社会信用代码"]),
    (Field::BodyLeader, &["body_leader", "负责人"]),
    (Field::BodyPhone, &["body_phone", "值班电话"]),
];

/// A user's word on which attribute gives which field (`code=DLBM,name=MC`); fields left out keep their default names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldMap(BTreeMap<Field, String>);

/// Why a text is no field map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldMapError {
    /// No `=`.
    #[error("{0:?} is not of the form field=attribute")]
    Form(String),
    /// No such field.
    #[error("{0:?} is no field; allowed are {allowed}", allowed = FieldMap::allowed())]
    Field(String),
    /// Given twice.
    #[error("field {0:?} is given twice")]
    Twice(String),
}

impl FieldMap {
    /// The map that `text` spells; empty text is the default.
    pub fn parse(text: &str) -> Result<Self, FieldMapError> {
        let mut map = BTreeMap::new();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (name, attribute) = pair.split_once('=').ok_or_else(|| FieldMapError::Form(pair.to_owned()))?;
            let (name, attribute) = (name.trim(), attribute.trim());
            if attribute.is_empty() {
                return Err(FieldMapError::Form(pair.to_owned()));
            }
            let known =
                NAMES.iter().find(|(_, names)| names[0] == name || (name == "parent_code" && names[0] == "parent"));
            let (field, _) = known.ok_or_else(|| FieldMapError::Field(name.to_owned()))?;
            if map.insert(*field, attribute.to_owned()).is_some() {
                return Err(FieldMapError::Twice(name.to_owned()));
            }
        }
        Ok(Self(map))
    }

    fn allowed() -> String {
        NAMES.map(|(_, names)| names[0]).join(", ")
    }

    /// The value of a field and the attribute that gives it; blank values are none.
    pub fn value<'a>(&self, fields: &'a BTreeMap<String, String>, field: Field) -> Option<(&'a str, &'a str)> {
        let names = NAMES.iter().find(|(known, _)| *known == field).map_or(&[][..], |(_, names)| names);
        let found = match self.0.get(&field) {
            Some(attribute) => fields.get_key_value(attribute),
            None => names.iter().find_map(|name| {
                fields.get_key_value(*name).or_else(|| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)))
            }),
        };
        found.map(|(attribute, value)| (attribute.as_str(), value.trim())).filter(|(_, value)| !value.is_empty())
    }

    /// The attribute that gives a field, or would: for findings about what is missing.
    pub fn attribute(&self, field: Field) -> &str {
        let own = NAMES.iter().find(|(known, _)| *known == field).map_or("", |(_, names)| names[0]);
        self.0.get(&field).map_or(own, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn default_names_are_found_in_any_case_and_in_chinese() {
        let fields = record(&[("CODE", "350304"), ("名称", "荔城区"), ("kind", " ")]);
        let map = FieldMap::default();
        assert_eq!(map.value(&fields, Field::Code), Some(("CODE", "350304")));
        assert_eq!(map.value(&fields, Field::Name), Some(("名称", "荔城区")));
        assert_eq!(map.value(&fields, Field::Kind), None);
    }

    #[test]
    fn a_mapped_field_is_looked_for_under_its_attribute_only() {
        let fields = record(&[("code", "1"), ("DLBM", "350304")]);
        let map = FieldMap::parse("code=DLBM, name=MC").expect("a field map");
        assert_eq!(map.value(&fields, Field::Code), Some(("DLBM", "350304")));
        assert_eq!(map.attribute(Field::Name), "MC");
    }

    #[test]
    fn a_broken_map_says_what_is_wrong() {
        assert!(FieldMap::parse("code").unwrap_err().to_string().contains("field=attribute"));
        assert!(FieldMap::parse("kode=X").unwrap_err().to_string().contains("allowed are code, parent"));
        assert!(FieldMap::parse("code=A,code=B").unwrap_err().to_string().contains("twice"));
    }
}
