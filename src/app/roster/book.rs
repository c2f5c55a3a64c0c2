//! Organisations and people as they will be: those that are known, and what the rows say of them.

use std::{collections::HashMap, sync::Arc};

use super::{
    columns::Col,
    names::folded,
    report::Counted,
    row::{OrganisationRow, PhoneCell},
    teller::Teller,
};
use crate::{
    domain::duty::{MAX_ORGANISATIONS_ABOVE, Organisation, OrganisationId, Person, PersonId, Phone, Staff},
    formats::record::shown,
};

/// Something that was known before, or not, and what rows made of it.
#[derive(Debug)]
pub(super) struct Entry<T> {
    pub before: Option<Arc<T>>,
    pub now: T,
    /// The first row that spoke of it.
    pub row: Option<u64>,
    /// Which row said what of it: two rows that differ cannot both be right.
    pub said: Vec<(Col, u64)>,
}

impl<T: Clone> Entry<T> {
    pub(super) fn known(value: &Arc<T>) -> Self {
        Self { before: Some(Arc::clone(value)), now: (**value).clone(), row: None, said: Vec::new() }
    }
}

/// All organisations and people.
#[derive(Debug)]
pub(super) struct Book {
    organisations: Vec<Entry<Organisation>>,
    by_organisation: HashMap<OrganisationId, usize>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    pub(super) people: Vec<Entry<Person>>,
    pub(super) by_id: HashMap<PersonId, usize>,
    pub(super) by_phone: HashMap<String, Vec<usize>>,
    pub(super) by_person_name: HashMap<String, Vec<usize>>,
    next_id: i64,
    /// Whether a number of nobody was told already.
    pub(super) has_foreign_ids: bool,
}

impl Book {
    pub(super) fn new(staff: &Staff) -> Self {
        let mut book = Self {
            organisations: Vec::new(),
            by_organisation: HashMap::new(),
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            people: Vec::new(),
            by_id: HashMap::new(),
            by_phone: HashMap::new(),
            by_person_name: HashMap::new(),
            next_id: staff.last_id + 1,
            has_foreign_ids: false,
        };
        for organisation in staff.organisations() {
            book.index_organisation(Entry::known(organisation));
        }
        for person in staff.people() {
            book.index_person(Entry::known(person));
        }
        book
    }

    /// A number that nothing has.
    pub(super) fn take_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    fn index_organisation(&mut self, entry: Entry<Organisation>) -> usize {
        let at = self.organisations.len();
        self.by_organisation.insert(entry.now.id, at);
        if let Some(code) = &entry.now.credit_code {
            self.by_code.insert(code.clone(), at);
        }
        self.by_name.entry(folded(&entry.now.name)).or_default().push(at);
        self.organisations.push(entry);
        at
    }

    pub(super) fn index_person(&mut self, entry: Entry<Person>) -> usize {
        let at = self.people.len();
        self.by_id.insert(entry.now.id, at);
        self.by_person_name.entry(folded(&entry.now.name)).or_default().push(at);
        if !entry.now.phone.0.is_empty() {
            self.by_phone.entry(entry.now.phone.0.clone()).or_default().push(at);
        }
        self.people.push(entry);
        at
    }

    /// Learns the name that a row gives to a known credit code: other rows may use the name, those before it, too.
    pub(super) fn foresee(&mut self, said: &OrganisationRow) {
        let (Some(name), Some(code)) = (&said.name, &said.credit_code) else { return };
        let Some(&at) = self.by_code.get(code) else { return };
        let named = self.by_name.entry(folded(name)).or_default();
        if !named.contains(&at) {
            named.push(at);
        }
    }

    /// The organisation that a row speaks of, by its code or else its name; new when nobody knew it.
    pub(super) fn organisation(
        &mut self,
        row: u64,
        said: &OrganisationRow,
        teller: &mut Teller<'_>,
    ) -> Option<OrganisationId> {
        let at = self.find_organisation(row, said, teller)?;
        let parent = match &said.parent {
            Some(parent) => Some(self.parent(row, at, parent, teller)?),
            None => None,
        };
        let duty_phone = match &said.duty_phone {
            PhoneCell::None => None,
            PhoneCell::Known(phone) => Some(phone.clone()),
            PhoneCell::Masked(mask) => {
                let Entry { before, now, .. } = &self.organisations[at];
                let is_known = before.as_ref().is_some_and(|before| before.duty_phone.fits_mask(mask));
                if !is_known && !now.duty_phone.fits_mask(mask) {
                    return masked(row, Col::DutyPhone, teller);
                }
                None
            }
        };
        let entry = &mut self.organisations[at];
        entry.row.get_or_insert(row);
        let now = &mut entry.now;
        let mut set = Setting { row, said: &mut entry.said, teller };
        if let Some(code) = said.credit_code.clone() {
            set.value(Col::CreditCode, &mut now.credit_code, Some(code));
        }
        if let Some(short_name) = said.short_name.clone() {
            set.value(Col::ShortName, &mut now.short_name, short_name);
        }
        if let Some(duty_phone) = duty_phone {
            set.value(Col::DutyPhone, &mut now.duty_phone, duty_phone);
        }
        if let Some(parent) = parent {
            set.value(Col::Parent, &mut now.parent, Some(parent));
        }
        if let Some(name) = &said.name {
            // Another spelling of its name is its name.
            let fold = folded(name);
            let from = now.name.clone();
            let to = if fold == folded(&from) { &from } else { name };
            if set.value(Col::Organisation, &mut now.name, to.clone()) && *to != from {
                let (from, to) = (shown(&from), shown(to));
                let zh = format!("同一信用代码的单位由“{from}”改名为“{to}”");
                teller.warn(
                    row,
                    Col::Organisation,
                    zh,
                    format!("the organisation {from} is now called {to}"),
                    ("", ""),
                );
            }
        }
        let id = now.id;
        if let Some(code) = &said.credit_code {
            self.by_code.insert(code.clone(), at);
        }
        Some(id)
    }

    fn find_organisation(&mut self, row: u64, said: &OrganisationRow, teller: &mut Teller<'_>) -> Option<usize> {
        if let Some(&at) = said.credit_code.as_ref().and_then(|code| self.by_code.get(code)) {
            return Some(at);
        }
        let Some(name) = &said.name else {
            let (zh, en) = (
                "没有单位用这个信用代码，须写明单位名称",
                "no organisation has this credit code, and the row has no name",
            );
            teller.error(
                row,
                Col::Organisation,
                zh.to_owned(),
                en.to_owned(),
                ("单位名称", "the name of the organisation"),
            );
            return None;
        };
        let named: Vec<usize> = self.by_name.get(&folded(name)).cloned().unwrap_or_default();
        // Of another code it is another organisation, or a mistake: two of one name are told apart by their codes only.
        let other_code = |at: &usize| {
            let code = &self.organisations[*at].now.credit_code;
            code.is_some() && said.credit_code.is_some() && *code != said.credit_code
        };
        let (others, fitting): (Vec<usize>, Vec<usize>) = named.into_iter().partition(other_code);
        match (fitting.as_slice(), others.first()) {
            ([at], _) => Some(*at),
            ([], Some(&other)) => {
                let code = self.organisations[other].now.credit_code.clone().unwrap_or_default();
                let zh = format!("“{}”的信用代码已登记为 {code}", shown(name));
                let en = format!("{} is known with the credit code {code}", shown(name));
                teller.error(row, Col::CreditCode, zh, en, ("该信用代码，或另一名称", "that code, or another name"));
                None
            }
            ([], None) => {
                let now = Organisation {
                    id: OrganisationId(self.take_id()),
                    name: name.trim().to_owned(),
                    short_name: String::new(),
                    credit_code: said.credit_code.clone(),
                    duty_phone: Phone::default(),
                    parent: None,
                };
                Some(self.index_organisation(Entry { before: None, now, row: Some(row), said: Vec::new() }))
            }
            _ => {
                let zh = format!("有多个单位叫“{}”，请写信用代码", shown(name));
                let en = format!("several organisations are called {}", shown(name));
                teller.error(
                    row,
                    Col::Organisation,
                    zh,
                    en,
                    ("所指单位的信用代码", "the credit code of the one that is meant"),
                );
                None
            }
        }
    }

    /// The organisation above; new when nobody knew it.
    fn parent(&mut self, row: u64, of: usize, name: &str, teller: &mut Teller<'_>) -> Option<OrganisationId> {
        let said = OrganisationRow {
            name: Some(name.to_owned()),
            short_name: None,
            credit_code: None,
            duty_phone: PhoneCell::None,
            parent: None,
        };
        let at = self.find_organisation(row, &said, teller)?;
        let id = self.organisations[at].now.id;
        let mut above = Some(at);
        for _ in 0..=MAX_ORGANISATIONS_ABOVE {
            let Some(at) = above else { return Some(id) };
            if at == of {
                let zh = format!("上级单位“{}”又在本单位之下", shown(name));
                let en = format!("the organisation above, {}, is itself below this one", shown(name));
                teller.error(row, Col::Parent, zh, en, ("在本单位之上的单位", "an organisation above this one"));
                return None;
            }
            above = self.above(at);
        }
        // What is known stays, however it came to be.
        if self.organisations[of].before.as_ref().is_some_and(|before| before.parent == Some(id)) {
            return Some(id);
        }
        too_deep(row, teller);
        None
    }

    fn above(&self, at: usize) -> Option<usize> {
        self.by_organisation.get(&self.organisations[at].now.parent?).copied()
    }

    /// Tells which rows put an organisation below too many: rows below them may have come before.
    pub(super) fn check_depth(&self, teller: &mut Teller<'_>) {
        for (at, entry) in self.organisations.iter().enumerate() {
            let is_new = entry.before.as_ref().is_none_or(|before| before.parent != entry.now.parent);
            let said = entry.said.iter().find(|(column, _)| *column == Col::Parent).filter(|_| is_new);
            let Some(&(_, row)) = said else { continue };
            let mut above = self.above(at);
            for _ in 0..MAX_ORGANISATIONS_ABOVE {
                above = above.and_then(|at| self.above(at));
            }
            if above.is_some() {
                too_deep(row, teller);
            }
        }
    }

    /// The name of an organisation.
    pub(super) fn organisation_name(&self, id: OrganisationId) -> &str {
        self.by_organisation.get(&id).map_or("", |&at| &self.organisations[at].now.name)
    }

    /// What is new or other, and how much of what the rows speak of is which.
    pub(super) fn finish(self) -> (Vec<Organisation>, Counted, Vec<Person>, Counted) {
        let (organisations, organisations_counted) = finish(self.organisations);
        let (people, people_counted) = finish(self.people);
        (organisations, organisations_counted, people, people_counted)
    }
}

/// What of `entries` is new or other, with the counts.
pub(super) fn finish<T: PartialEq>(entries: Vec<Entry<T>>) -> (Vec<T>, Counted) {
    let (mut put, mut counted) = (Vec::new(), Counted::default());
    for entry in entries {
        match &entry.before {
            None => counted.added += 1,
            Some(before) if **before != entry.now => counted.changed += 1,
            Some(_) => {
                counted.unchanged += u64::from(entry.row.is_some());
                continue;
            }
        }
        put.push(entry.now);
    }
    (put, counted)
}

/// Sets values of one thing for one row.
pub(super) struct Setting<'a, 'b> {
    pub row: u64,
    pub said: &'a mut Vec<(Col, u64)>,
    pub teller: &'a mut Teller<'b>,
}

impl Setting<'_, '_> {
    /// Sets a value, unless another row has said another one; whether it is so now. What is said as it was is said too.
    pub(super) fn value<T: PartialEq>(&mut self, column: Col, value: &mut T, to: T) -> bool {
        let said = self.said.iter().find(|(known, _)| *known == column).map(|&(_, row)| row);
        match said {
            Some(other) if *value != to => {
                let zh = format!("与第 {other} 行所写的{}不同", column.name());
                let en = format!("row {other} says otherwise of the same person or organisation");
                self.teller.error(
                    self.row,
                    column,
                    zh,
                    en,
                    ("同一人或单位只写一个值", "one value for one person or organisation"),
                );
                return false;
            }
            Some(_) => {}
            None => {
                *value = to;
                self.said.push((column, self.row));
            }
        }
        true
    }
}

fn too_deep(row: u64, teller: &mut Teller<'_>) {
    let most = MAX_ORGANISATIONS_ABOVE;
    let (zh, en) =
        (format!("上级单位超过 {most} 级"), format!("there are more than {most} organisations above this one"));
    teller.error(
        row,
        Col::Parent,
        zh,
        en,
        (format!("逐级至多 {most} 个"), format!("at most {most}, one above the other")),
    );
}

/// Tells that a masked telephone says nothing.
pub(super) fn masked<T>(row: u64, column: Col, teller: &mut Teller<'_>) -> Option<T> {
    let zh = "电话已脱敏（含 *），又没有已知号码与之相符，不能保存".to_owned();
    let en = "the telephone is masked and fits no number that is known".to_owned();
    teller.error(
        row,
        column,
        zh,
        en,
        ("完整号码；不改动则留空", "the whole number, or an empty cell to leave it as it is"),
    );
    None
}
