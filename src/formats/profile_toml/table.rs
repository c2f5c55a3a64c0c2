//! A TOML document with places: tables whose keys are checked, values whose types are.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::ProfileError;
use crate::domain::profile::Name;

/// Longest file that is read, in bytes.
const MAX_FILE_BYTES: usize = 1 << 20;

/// Longest text of one value, in bytes.
const MAX_TEXT_BYTES: usize = 400;

/// Most entries of one array.
const MAX_ENTRIES: usize = 256;

/// Longest id.
const MAX_ID_LENGTH: usize = 40;

/// The text of a document and its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'t> {
    pub text: &'t str,
    pub file: &'t str,
}

impl<'t> Document<'t> {
    /// The root table of the text, still to be read.
    pub(super) fn parse(self) -> Result<Spanned<DeTable<'t>>, ProfileError> {
        if self.text.len() > MAX_FILE_BYTES {
            let found = self.text.len();
            let (zh, en) = (format!("文件有 {found} 字节"), format!("the file has {found} bytes"));
            return Err(self.error(0, "", zh, en, format!("at most {MAX_FILE_BYTES}")));
        }
        DeTable::parse(self.text).map_err(|error| {
            let from = error.span().map_or(0, |span| span.start);
            let what = error.message().trim().replace('\n', "; ");
            self.error(from, "", format!("不是合法的 TOML：{what}"), format!("not valid TOML: {what}"), "")
        })
    }

    /// The root as a table with these keys and no others.
    pub(super) fn root(
        self,
        root: &'t Spanned<DeTable<'t>>,
        keys: &'static [&'static str],
    ) -> Result<Table<'t>, ProfileError> {
        Table::new(self, String::new(), 0, root.get_ref(), keys)
    }

    fn error(
        self,
        from: usize,
        key: &str,
        zh: impl Into<Box<str>>,
        en: impl Into<Box<str>>,
        allowed: impl Into<Box<str>>,
    ) -> ProfileError {
        let before = &self.text.as_bytes()[..from.min(self.text.len())];
        ProfileError {
            file: self.file.into(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            key: key.into(),
            zh: zh.into(),
            en: en.into(),
            allowed: allowed.into(),
        }
    }
}

/// A table whose keys are all known.
#[derive(Debug, Clone)]
pub(super) struct Table<'t> {
    document: Document<'t>,
    path: String,
    from: usize,
    entries: &'t DeTable<'t>,
}

impl<'t> Table<'t> {
    fn new(
        document: Document<'t>,
        path: String,
        from: usize,
        entries: &'t DeTable<'t>,
        keys: &'static [&'static str],
    ) -> Result<Self, ProfileError> {
        let table = Self { document, path, from, entries };
        let unknown = entries.keys().filter(|key| !keys.contains(&key.get_ref().as_ref()));
        if let Some(key) = unknown.min_by_key(|key| key.span().start) {
            let (name, from) = (cut(key.get_ref()), key.span().start);
            let (zh, en) = (format!("未知的键 {name}"), format!("unknown key {name}"));
            return Err(document.error(from, &table.path_of(&name), zh, en, keys.join(", ")));
        }
        Ok(table)
    }

    /// The value of `key`, which must be there.
    pub(super) fn need(&self, key: &'static str) -> Result<Value<'t>, ProfileError> {
        self.find(key).ok_or_else(|| {
            let (zh, en) = (format!("缺少键 {key}"), format!("missing key {key}"));
            self.document.error(self.from, &self.path_of(key), zh, en, "")
        })
    }

    /// The value of `key`, if there.
    pub(super) fn find(&self, key: &str) -> Option<Value<'t>> {
        let found = self.entries.get(key)?;
        Some(Value { document: self.document, path: self.path_of(key), value: found })
    }

    /// An error about the value of `key`, or about the table where the key is absent.
    pub(super) fn error(
        &self,
        key: &str,
        zh: impl Into<Box<str>>,
        en: impl Into<Box<str>>,
        allowed: impl Into<Box<str>>,
    ) -> ProfileError {
        let from = self.find(key).map_or(self.from, |value| value.value.span().start);
        self.document.error(from, &self.path_of(key), zh, en, allowed)
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Value<'t> {
    document: Document<'t>,
    path: String,
    value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Value<'t> {
    /// An error about this value.
    pub(super) fn error(
        &self,
        zh: impl Into<Box<str>>,
        en: impl Into<Box<str>>,
        allowed: impl Into<Box<str>>,
    ) -> ProfileError {
        self.document.error(self.value.span().start, &self.path, zh, en, allowed)
    }

    fn wrong_type(&self, zh: &str, allowed: &str) -> ProfileError {
        let found = self.value.get_ref().type_str();
        self.error(format!("类型是 {found}，应为{zh}"), format!("found {found}"), allowed)
    }

    /// An error about a text that is none of some.
    pub(super) fn unknown(&self, found: &str, allowed: &[&str]) -> ProfileError {
        let found = cut(found);
        self.error(format!("取值 {found:?} 无效"), format!("found {found:?}"), allowed.join(", "))
    }

    /// A text, not blank.
    pub(super) fn text(&self) -> Result<&'t str, ProfileError> {
        let text = self.value.get_ref().as_str().ok_or_else(|| self.wrong_type("文本", "a text"))?;
        if text.trim().is_empty() || text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
            let found = cut(text);
            let (zh, en) = (format!("文本 {found:?} 无效"), format!("found {found:?}"));
            return Err(self.error(zh, en, format!("1 to {MAX_TEXT_BYTES} bytes, not blank, on one line")));
        }
        Ok(text)
    }

    /// An id: a small letter, then small letters, digits, `_` and those of `also`.
    pub(super) fn id(&self, also: &str) -> Result<String, ProfileError> {
        let id = self.text()?;
        let good = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || also.contains(c));
        if !good || id.len() > MAX_ID_LENGTH {
            let found = cut(id);
            let (zh, en) = (format!("标识 {found:?} 无效"), format!("found id {found:?}"));
            let allowed = format!("a-z, then a-z, 0-9, _{also}; at most {MAX_ID_LENGTH} characters");
            return Err(self.error(zh, en, allowed));
        }
        Ok(id.to_owned())
    }

    /// One of some words, as the value beside it.
    pub(super) fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, ProfileError> {
        let found = self.text()?;
        words.iter().find(|(word, _)| *word == found).map(|(_, value)| *value).ok_or_else(|| {
            let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.unknown(found, &allowed)
        })
    }

    /// A whole number in `min..=max`.
    pub(super) fn integer(&self, min: i64, max: i64) -> Result<i64, ProfileError> {
        let allowed = format!("a whole number from {min} to {max}");
        let integer = self.value.get_ref().as_integer().ok_or_else(|| self.wrong_type("整数", &allowed))?;
        match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if (min..=max).contains(&number) => Ok(number),
            _ => Err(self.out_of_range(integer.as_str(), allowed)),
        }
    }

    /// A number in `min..=max`, whole or not.
    pub(super) fn number(&self, min: f64, max: f64) -> Result<f64, ProfileError> {
        let allowed = format!("a number from {min} to {max}");
        let (text, number) = match self.value.get_ref() {
            DeValue::Float(float) => (float.as_str(), float.as_str().parse::<f64>().ok()),
            DeValue::Integer(integer) => {
                let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
                (integer.as_str(), number.map(|number| number as f64))
            }
            _ => return Err(self.wrong_type("数字", &allowed)),
        };
        match number {
            Some(number) if (min..=max).contains(&number) => Ok(number),
            _ => Err(self.out_of_range(text, allowed)),
        }
    }

    fn out_of_range(&self, found: &str, allowed: String) -> ProfileError {
        let found = cut(found);
        self.error(format!("数值 {found} 超出范围"), format!("found {found}"), allowed)
    }

    /// True or false.
    pub(super) fn boolean(&self) -> Result<bool, ProfileError> {
        self.value.get_ref().as_bool().ok_or_else(|| self.wrong_type("布尔值", "true, false"))
    }

    /// The entries of an array.
    pub(super) fn array(&self) -> Result<Vec<Value<'t>>, ProfileError> {
        let array = self.value.get_ref().as_array().ok_or_else(|| self.wrong_type("数组", "an array"))?;
        if array.len() > MAX_ENTRIES {
            let found = array.len();
            let (zh, en) = (format!("有 {found} 项"), format!("found {found} entries"));
            return Err(self.error(zh, en, format!("at most {MAX_ENTRIES}")));
        }
        let entry = |(i, value)| Value { document: self.document, path: format!("{}[{i}]", self.path), value };
        Ok(array.iter().enumerate().map(entry).collect())
    }

    /// The entries of an array of exactly `N`.
    pub(super) fn entries<const N: usize>(&self, allowed: &str) -> Result<[Value<'t>; N], ProfileError> {
        let array = self.array()?;
        let found = array.len();
        array.try_into().map_err(|_| self.error(format!("有 {found} 项"), format!("found {found} entries"), allowed))
    }

    /// A table with these keys and no others.
    pub(super) fn table(&self, keys: &'static [&'static str]) -> Result<Table<'t>, ProfileError> {
        let allowed = || format!("a table with the keys {}", keys.join(", "));
        let entries = self.value.get_ref().as_table().ok_or_else(|| self.wrong_type("表", &allowed()))?;
        Table::new(self.document, self.path.clone(), self.value.span().start, entries, keys)
    }

    /// A name in both languages.
    pub(super) fn name(&self) -> Result<Name, ProfileError> {
        let table = self.table(&["zh", "en"])?;
        Ok(Name { zh: table.need("zh")?.text()?.to_owned(), en: table.need("en")?.text()?.to_owned() })
    }
}

/// At most 80 characters of `text`.
fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}
