//! People of a table: who is meant by a name, a telephone, a number.

use super::{
    book::{Book, Entry, Setting, masked},
    columns::Col,
    names::{are_alike, folded},
    row::PhoneCell,
    teller::Teller,
};
use crate::{
    domain::duty::{OrganisationId, Person, PersonId, Phone},
    formats::record::shown,
};

/// People that a finding names.
const NAMED: usize = 5;

impl Book {
    /// The person whom a row means; new when nobody knew him or her. `organisation` is whom a new one works for.
    pub(super) fn person(
        &mut self,
        row: u64,
        (name, id, phone): (&str, Option<i64>, &PhoneCell),
        organisation: Option<OrganisationId>,
        teller: &mut Teller<'_>,
    ) -> Option<PersonId> {
        let found = match id {
            Some(id) => match self.person_of_id(row, (name, id, phone), teller)? {
                Some(at) => Some(at),
                None => self.find_person(row, name, phone, teller)?,
            },
            None => self.find_person(row, name, phone, teller)?,
        };
        let Some(at) = found else {
            let PhoneCell::Known(phone) = known(phone) else { return masked(row, Col::Phone, teller) };
            let now = Person { id: PersonId(self.take_id()), name: name.to_owned(), phone, organisation };
            let id = now.id;
            self.index_person(Entry { before: None, now, row: Some(row), said: Vec::new() });
            return Some(id);
        };
        let entry = &mut self.people[at];
        entry.row.get_or_insert(row);
        let now = &mut entry.now;
        let (old_name, old_phone) = (now.name.clone(), now.phone.clone());
        if let PhoneCell::Masked(mask) = phone {
            let is_known = entry.before.as_ref().is_some_and(|before| before.phone.fits_mask(mask));
            if !is_known && !now.phone.fits_mask(mask) {
                return masked(row, Col::Phone, teller);
            }
        }
        let mut set = Setting { row, said: &mut entry.said, teller };
        if let PhoneCell::Known(phone) = phone {
            set.value(Col::Phone, &mut now.phone, phone.clone());
        }
        if id.is_some() {
            set.value(Col::Name, &mut now.name, name.to_owned());
        }
        if now.phone != old_phone {
            self.by_phone.entry(now.phone.0.clone()).or_default().push(at);
        }
        if now.name != old_name {
            self.by_person_name.entry(folded(&now.name)).or_default().push(at);
        }
        if now.organisation.is_none() && entry.before.is_none() {
            now.organisation = organisation;
        }
        Some(now.id)
    }

    /// The person of a number, who must have the row's name or its telephone: numbers of another store are others'. A number
    /// that nobody has counts for nothing.
    #[allow(clippy::option_option, reason = "nobody is an answer, and no answer is another")]
    fn person_of_id(
        &mut self,
        row: u64,
        (name, id, phone): (&str, i64, &PhoneCell),
        teller: &mut Teller<'_>,
    ) -> Option<Option<usize>> {
        let is_known = |at: &usize| self.people[*at].before.is_some();
        let Some(at) = self.by_id.get(&PersonId(id)).copied().filter(is_known) else {
            if !std::mem::replace(&mut self.has_foreign_ids, true) {
                let zh = format!("没有编号为 {id} 的人员；这样的行按姓名和电话认人");
                let en = format!("nobody has the number {id}; in such rows people are known by name and telephone");
                teller.warn(
                    row,
                    Col::Person,
                    zh,
                    en,
                    ("由本库导出的编号，或留空", "a number from an export of this store, or none"),
                );
            }
            return Some(None);
        };
        let has_phone = match phone {
            PhoneCell::Known(phone) => self.was_ever(at, |person| person.phone == *phone),
            PhoneCell::Masked(mask) => self.was_ever(at, |person| person.phone.fits_mask(mask)),
            PhoneCell::None => false,
        };
        let fold = folded(name);
        if has_phone || self.was_ever(at, |person| folded(&person.name) == fold) {
            return Some(Some(at));
        }
        let other = shown(&self.people[at].now.name);
        let zh = format!("编号 {id} 是“{other}”，姓名和电话都不同");
        let en = format!("the number {id} is that of {other}, who has another name and telephone");
        teller.error(row, Col::Person, zh, en, ("此人的编号，或留空", "the number of this person, or none"));
        None
    }

    /// The known person of a name and telephone: `Some(None)` for nobody, `None` when that cannot be said, which was told.
    #[allow(clippy::option_option, reason = "nobody is an answer, and no answer is another")]
    fn find_person(&self, row: u64, name: &str, phone: &PhoneCell, teller: &mut Teller<'_>) -> Option<Option<usize>> {
        let fold = folded(name);
        let named = self.by_person_name.get(&fold).map_or(&[][..], Vec::as_slice);
        let of_name = |at: &usize| self.was_ever(*at, |person| folded(&person.name) == fold);
        let found: Vec<usize> = match phone {
            PhoneCell::Known(phone) => {
                let same = |at: &usize| of_name(at) && self.was_ever(*at, |person| person.phone == *phone);
                let exact: Vec<usize> = named.iter().copied().filter(same).collect();
                match exact.is_empty() {
                    // Somebody of this name of whom no telephone is known: now one is.
                    true => named
                        .iter()
                        .copied()
                        .filter(|at| of_name(at) && self.people[*at].now.phone.0.is_empty())
                        .collect(),
                    false => exact,
                }
            }
            PhoneCell::Masked(mask) => {
                let fits = |at: &usize| of_name(at) && self.was_ever(*at, |person| person.phone.fits_mask(mask));
                named.iter().copied().filter(fits).collect()
            }
            PhoneCell::None => named.iter().copied().filter(of_name).collect(),
        };
        if let [one] = found.as_slice() {
            let other = &self.people[*one].now.name;
            if other != name {
                let (one, other) = (shown(name), shown(other));
                let zh = format!("“{one}”与已有的“{other}”写法不同，按同一人处理");
                let en = format!("{one} is another spelling of {other}, and taken for the same person");
                teller.warn(row, Col::Name, zh, en, ("姓名写法一致", "one spelling of a name"));
            }
            return Some(Some(*one));
        }
        if found.is_empty() {
            self.warn_of_doubles(row, name, phone, teller);
            return Some(None);
        }
        let ids: Vec<String> = found.iter().take(NAMED).map(|&at| self.people[at].now.id.0.to_string()).collect();
        let ids = ids.join(", ");
        let zh = format!("有 {} 人叫“{}”（编号 {ids}），须写明电话或编号", found.len(), shown(name));
        let en = format!("{} people are called {} (numbers {ids})", found.len(), shown(name));
        teller.error(
            row,
            Col::Name,
            zh,
            en,
            ("所指之人的电话或编号", "the telephone or the number of the one who is meant"),
        );
        None
    }

    /// Whether something is true of a person as known before the table, or as the rows before have it: rows may stand in any
    /// order.
    fn was_ever(&self, at: usize, is_so: impl Fn(&Person) -> bool) -> bool {
        let Entry { before, now, .. } = &self.people[at];
        is_so(now) || before.as_ref().is_some_and(|before| is_so(before))
    }

    /// A new person with somebody else's telephone may be the same one under another spelling.
    fn warn_of_doubles(&self, row: u64, name: &str, phone: &PhoneCell, teller: &mut Teller<'_>) {
        let PhoneCell::Known(phone) = phone else { return };
        let fold = folded(name);
        for &at in self.by_phone.get(&phone.0).map_or(&[][..], Vec::as_slice) {
            let other = &self.people[at].now;
            if other.phone != *phone {
                continue;
            }
            let place = self.people[at].row.map_or(String::new(), |row| format!("第 {row} 行的"));
            let at_row = self.people[at].row.map_or(String::new(), |row| format!(" of row {row}"));
            let (name, known) = (shown(name), shown(&other.name));
            let (zh, en) = match are_alike(&fold, &folded(&other.name)) {
                true => (
                    format!("“{name}”与{place}“{known}”电话相同、姓名相近，可能是同一人"),
                    format!("{name} has the telephone of {known}{at_row} and a name like it: perhaps one person"),
                ),
                false => (
                    format!("“{name}”与{place}“{known}”电话相同"),
                    format!("{name} has the telephone of {known}{at_row}"),
                ),
            };
            teller.warn(
                row,
                Col::Name,
                zh,
                en,
                ("姓名写法一致，电话各人各号", "one spelling of a name, a telephone of one's own"),
            );
            return;
        }
    }

    /// Whom a person works for.
    pub(super) fn employer(&self, id: PersonId) -> Option<OrganisationId> {
        self.people[self.by_id[&id]].now.organisation
    }

    /// Makes a person work for an organisation.
    pub(super) fn employ(&mut self, row: u64, id: PersonId, by: OrganisationId, teller: &mut Teller<'_>) {
        let entry = &mut self.people[self.by_id[&id]];
        Setting { row, said: &mut entry.said, teller }.value(Col::Organisation, &mut entry.now.organisation, Some(by));
    }

    /// The name of a person.
    pub(super) fn person_name(&self, id: PersonId) -> &str {
        self.by_id.get(&id).map_or("", |&at| &self.people[at].now.name)
    }
}

/// A telephone that is known, or none.
fn known(phone: &PhoneCell) -> PhoneCell {
    match phone {
        PhoneCell::None => PhoneCell::Known(Phone::default()),
        other => other.clone(),
    }
}
