//! Organisations and people that come in one at a time.

use crate::domain::duty::{
    CreditCode, MAX_ORGANISATIONS_ABOVE, Organisation, OrganisationId, Person, PersonId, Phone, Staff, StaffChange,
    StaffLists,
};

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// The field.
    pub field: &'static str,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
    /// What is allowed.
    pub allowed: String,
}

/// An organisation as somebody gives it.
#[derive(Debug, Clone, Default)]
pub struct NewOrganisation {
    /// Its name.
    pub name: String,
    /// How people call it.
    pub short_name: String,
    /// 统一社会信用代码.
    pub credit_code: Option<String>,
    /// 值班电话.
    pub duty_phone: Option<String>,
    /// The organisation above it.
    pub parent: Option<i64>,
}

/// A person as somebody gives it.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// The name.
    pub name: String,
    /// The telephone.
    pub phone: Option<String>,
    /// Whom the person works for.
    pub organisation: Option<i64>,
}

/// Whom somebody is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody there is.
    New,
    /// The one with this number.
    Known(i64),
}

/// A change that enters somebody, and the number.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The change.
    pub change: StaffChange,
    /// Of whom it enters, or changes.
    pub id: i64,
}

/// Longest name, and short name.
const MAX_NAME_CHARACTERS: usize = 100;

/// Enters an organisation, or changes one.
pub fn organise(staff: &Staff, who: Who, new: NewOrganisation) -> Result<Enrolment, Bad> {
    let name = name_of("name", &new.name)?;
    let short_name = match new.short_name.trim() {
        "" => String::new(),
        short_name => name_of("short_name", short_name)?,
    };
    let credit_code = match new.credit_code.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Some(CreditCode::parse(text).map_err(|problem| Bad {
            field: "credit_code",
            zh: problem.zh(),
            en: problem.to_string(),
            allowed: problem.allowed(),
        })?),
        None => None,
    };
    let id = OrganisationId(number(staff, who));
    let parent = new.parent.map(OrganisationId);
    let twin = staff.organisations().iter().find(|other| {
        let same_code = credit_code.as_ref().is_some_and(|code| other.credit_code.as_deref() == Some(code.as_str()));
        other.id != id && (other.name == name || same_code)
    });
    if let Some(twin) = twin {
        return Err(Bad {
            field: if twin.name == name { "name" } else { "credit_code" },
            zh: format!("已有单位 {}（编号 {}）", twin.name, twin.id.0),
            en: format!("organisation {} is there already: {}", twin.id.0, twin.name),
            allowed: "a name and a credit code of its own".to_owned(),
        });
    }
    if let Some(parent) = parent {
        check_organisation(staff, "parent", parent)?;
        // Whoever is above it may not be below it. What is known stays, however deep it is.
        let is_known = staff.organisation(id).is_some_and(|known| known.parent == Some(parent));
        let mut above = Some(parent).filter(|_| !is_known);
        let mut steps = 0;
        while let Some(at) = above {
            steps += 1;
            if steps > MAX_ORGANISATIONS_ABOVE {
                return Err(Bad {
                    field: "parent",
                    zh: format!("上级单位超过 {MAX_ORGANISATIONS_ABOVE} 级"),
                    en: format!("there are more than {MAX_ORGANISATIONS_ABOVE} organisations above this one"),
                    allowed: format!("at most {MAX_ORGANISATIONS_ABOVE}, one above the other"),
                });
            }
            if at == id {
                return Err(Bad {
                    field: "parent",
                    zh: format!("单位 {} 是本单位或其下级", parent.0),
                    en: format!("organisation {} is this one, or below it", parent.0),
                    allowed: "an organisation that is not below this one".to_owned(),
                });
            }
            above = staff.organisation(at).and_then(|it| it.parent);
        }
    }
    let organisation = Organisation {
        id,
        name,
        short_name,
        credit_code: credit_code.map(|code| code.as_str().to_owned()),
        duty_phone: phone_of("duty_phone", new.duty_phone.as_deref())?,
        parent,
    };
    let put = StaffLists { organisations: vec![organisation], ..StaffLists::default() };
    Ok(Enrolment { change: StaffChange { put, gone: Vec::new() }, id: id.0 })
}

/// Enters a person, or changes one.
pub fn employ(staff: &Staff, who: Who, new: NewPerson) -> Result<Enrolment, Bad> {
    let id = PersonId(number(staff, who));
    let person = Person {
        id,
        name: name_of("name", &new.name)?,
        phone: phone_of("phone", new.phone.as_deref())?,
        organisation: new.organisation.map(OrganisationId),
    };
    if let Some(organisation) = person.organisation {
        check_organisation(staff, "organisation", organisation)?;
    }
    let is_twin = |other: &Person| other.id != id && (&other.name, &other.phone) == (&person.name, &person.phone);
    if let Some(twin) = staff.people().iter().find(|other| is_twin(other)) {
        return Err(Bad {
            field: "name",
            zh: format!("已有同名同号的人员（编号 {}）", twin.id.0),
            en: format!("person {} has this name and this number", twin.id.0),
            allowed: "that person's number, or another telephone".to_owned(),
        });
    }
    let put = StaffLists { people: vec![person], ..StaffLists::default() };
    Ok(Enrolment { change: StaffChange { put, gone: Vec::new() }, id: id.0 })
}

/// The person that `new` describes by name and number, if there is one.
pub fn employed(staff: &Staff, new: &NewPerson) -> Option<PersonId> {
    let phone = phone_of("phone", new.phone.as_deref()).ok()?;
    let name = new.name.trim();
    staff.people().iter().find(|person| person.name == name && person.phone == phone).map(|person| person.id)
}

fn number(staff: &Staff, who: Who) -> i64 {
    match who {
        Who::New => staff.last_id + 1,
        Who::Known(id) => id,
    }
}

fn check_organisation(staff: &Staff, field: &'static str, id: OrganisationId) -> Result<(), Bad> {
    if staff.organisation(id).is_some() {
        return Ok(());
    }
    Err(Bad {
        field,
        zh: format!("没有编号为 {} 的单位", id.0),
        en: format!("there is no organisation {}", id.0),
        allowed: "the number of an organisation, see GET /organisations".to_owned(),
    })
}

fn name_of(field: &'static str, text: &str) -> Result<String, Bad> {
    let name = text.trim();
    let is_good =
        !name.is_empty() && name.chars().count() <= MAX_NAME_CHARACTERS && !name.chars().any(char::is_control);
    if is_good {
        return Ok(name.to_owned());
    }
    Err(Bad {
        field,
        zh: format!("名称为空、超过 {MAX_NAME_CHARACTERS} 字或含控制字符"),
        en: format!("the name is empty, longer than {MAX_NAME_CHARACTERS} characters, or has control characters"),
        allowed: format!("1 to {MAX_NAME_CHARACTERS} characters"),
    })
}

fn phone_of(field: &'static str, text: Option<&str>) -> Result<Phone, Bad> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(Phone::default()) };
    Phone::parse(text).map_err(|problem| Bad {
        field,
        zh: problem.zh(),
        en: problem.to_string(),
        allowed: crate::domain::duty::PHONE_ALLOWED.to_owned(),
    })
}
