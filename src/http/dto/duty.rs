//! Organisations, people, postings and vacancies on the wire.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{
    area::Link,
    common::{AreaRef, role_name},
};
use crate::{
    app::duty::Standing,
    domain::{
        area::Snapshot,
        duty::{
            Holder, Object, Organisation, OrganisationId, Person, Posting, Staff,
            need::{Misfilled, check_of},
        },
    },
    formats::moment::moment_text,
    http::finding::BothLanguages,
};

/// An organisation (责任单位).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organisation)]
pub struct OrganisationJson {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// How people call it; empty for as its name says.
    pub short_name: String,
    /// 统一社会信用代码.
    #[schema(required)]
    pub credit_code: Option<String>,
    /// 值班电话, whole: it is public.
    #[schema(required)]
    pub duty_phone: Option<String>,
    /// Number of the organisation above it.
    #[schema(required)]
    pub parent: Option<i64>,
}

impl From<&Organisation> for OrganisationJson {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id.0,
            name: organisation.name.clone(),
            short_name: organisation.short_name.clone(),
            credit_code: organisation.credit_code.clone(),
            duty_phone: Some(organisation.duty_phone.0.clone()).filter(|phone| !phone.is_empty()),
            parent: organisation.parent.map(|id| id.0),
        }
    }
}

/// An organisation, shortly.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationRef {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
}

impl OrganisationRef {
    fn of(staff: &Staff, id: Option<OrganisationId>) -> Option<Self> {
        let organisation = staff.organisation(id?)?;
        Some(Self { id: organisation.id.0, name: organisation.name.clone() })
    }
}

/// A person (人员).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonJson {
    /// The number.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Telephone, masked.
    #[schema(required)]
    pub phone: Option<String>,
    /// Whom the person works for.
    #[schema(required)]
    pub organisation: Option<OrganisationRef>,
}

impl PersonJson {
    /// A person as everybody may see it.
    pub fn new(staff: &Staff, person: &Person) -> Self {
        Self {
            id: person.id.0,
            name: person.name.clone(),
            phone: Some(person.phone.masked()).filter(|phone| !phone.is_empty()),
            organisation: OrganisationRef::of(staff, person.organisation),
        }
    }
}

/// Who holds which post from when to when (任职).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Posting)]
pub struct PostingJson {
    /// Its number.
    pub id: i64,
    /// The area; null where the post is about a place, or about an area that the edition has not.
    #[schema(required)]
    pub area: Option<AreaRef>,
    /// Number of the place.
    #[schema(required)]
    pub place: Option<i64>,
    /// Id of the role.
    pub role: String,
    /// What the role is called.
    pub role_name: BothLanguages,
    /// `A` or `B` (A角, B角).
    pub order: &'static str,
    /// The chair, from 1.
    pub seat: u16,
    /// Who holds it; null where an organisation as such does, or nobody.
    #[schema(required)]
    pub person: Option<PersonJson>,
    /// The organisation that holds it, or for which the person does.
    #[schema(required)]
    pub organisation: Option<OrganisationRef>,
    /// 缺岗: it is known that nobody holds it.
    pub vacant: bool,
    /// 代班: for the time in which whoever holds the post is away.
    pub stands_in: bool,
    /// From when; null for ever since.
    #[schema(required)]
    pub valid_from: Option<String>,
    /// Until when, that moment not among it; null without end.
    #[schema(required)]
    pub valid_to: Option<String>,
    /// `past`, `current` or `future`.
    pub state: &'static str,
}

impl PostingJson {
    /// A posting as everybody may see it, at a time.
    pub fn new(snapshot: &Snapshot, posting: &Posting, at: OffsetDateTime) -> Self {
        let staff = snapshot.roster().staff();
        let post = &posting.post;
        let (person, organisation) = match posting.holder {
            Holder::Person(id, behalf) => {
                let person = staff.person(id);
                (person, behalf.or_else(|| person?.organisation))
            }
            Holder::Organisation(id) => (None, Some(id)),
            Holder::Vacant => (None, None),
        };
        let (area, place) = match post.object {
            Object::Area(id) => (snapshot.hierarchy.find_id(id), None),
            Object::Place(id) => (None, Some(id)),
        };
        Self {
            id: posting.id.0,
            area: area.map(|index| AreaRef::new(snapshot, index)),
            place,
            role: post.role.clone(),
            role_name: role_name(snapshot, &post.role),
            order: post.order.id(),
            seat: post.seat,
            person: person.map(|person| PersonJson::new(staff, person)),
            organisation: OrganisationRef::of(staff, organisation),
            vacant: posting.holder == Holder::Vacant,
            stands_in: posting.stands_in,
            valid_from: posting.valid.from().map(moment_text),
            valid_to: posting.valid.to().map(moment_text),
            state: Standing::of(posting, at).id(),
        }
    }
}

/// A role of an area with fewer people than it needs (缺岗), or more than it may have (超配).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Vacancy)]
pub struct VacancyJson {
    /// The area.
    pub area: AreaRef,
    /// Id of the role.
    pub role: String,
    /// What the role is called.
    pub role_name: BothLanguages,
    /// The check that asks for it: `G11`, or `G17` for a Party body.
    pub check: &'static str,
    /// How many answer for it first (A角).
    pub filled: u16,
    /// How few there may be.
    pub min: u16,
    /// How many there may be.
    pub max: u16,
}

impl VacancyJson {
    /// What is wrong with a role of an area.
    pub fn new(snapshot: &Snapshot, wrong: &Misfilled) -> Self {
        let role = &snapshot.profile.roles[wrong.role];
        Self {
            area: AreaRef::new(snapshot, wrong.area),
            role: role.id.clone(),
            role_name: BothLanguages::from(&role.name),
            check: check_of(role),
            filled: wrong.filled,
            min: wrong.min,
            max: wrong.max,
        }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T: ToSchema> {
    /// Edition that areas are named by; 0 in an empty store.
    pub edition: u32,
    /// Number of the last change of duties in the change log.
    pub revision: i64,
    /// How many there are.
    pub number_matched: usize,
    /// How many are on this page.
    pub number_returned: usize,
    /// The list.
    pub items: Vec<T>,
    /// `next`, when there are more.
    pub links: Vec<Link>,
}

/// A change of duties that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    /// Number of what was entered or changed.
    pub id: i64,
    /// Number of the change in the change log.
    pub revision: i64,
}

/// An organisation to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationBody {
    /// Its name.
    #[schema(example = "镇海街道综合执法队")]
    pub name: String,
    /// How people call it.
    #[serde(default)]
    pub short_name: String,
    /// 统一社会信用代码: 18 characters with a check character.
    pub credit_code: Option<String>,
    /// 值班电话.
    pub duty_phone: Option<String>,
    /// Number of the organisation above it.
    pub parent: Option<i64>,
    /// Who enters it, 匿名 / anonymous when left out.
    pub author: Option<String>,
}

/// A person to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// The name.
    #[schema(example = "示例甲")]
    pub name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Number of the organisation that the person works for.
    pub organisation: Option<i64>,
    /// Who enters it, 匿名 / anonymous when left out.
    pub author: Option<String>,
}

/// Who is to hold a post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PersonOf {
    /// The person with this number.
    Id(i64),
    /// The person of this name and telephone, entered when there is none.
    New(PersonBody),
}

/// A posting to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingBody {
    /// Code of the area.
    #[schema(example = "350304001001001")]
    pub area: Option<String>,
    /// Number of the place, instead of an area.
    pub place: Option<i64>,
    /// Id of the role.
    #[schema(example = "grid_leader")]
    pub role: String,
    /// `A` or `B`, `A` when left out.
    pub order: Option<String>,
    /// The chair; when left out the first that is free, or with `takes_over` or `stands_in` the one that is held then, if it is
    /// one only.
    pub seat: Option<u16>,
    /// Who is to hold it.
    pub person: Option<PersonOf>,
    /// Number of the organisation that holds it, or for which the person does.
    pub organisation: Option<i64>,
    /// 缺岗: it is known that nobody holds it. Without it a person or an organisation is needed.
    #[serde(default)]
    pub vacant: bool,
    /// 代班: for the time in which whoever holds the post is away.
    #[serde(default)]
    pub stands_in: bool,
    /// 交接: whoever holds the chair leaves it at `valid_from`.
    #[serde(default)]
    pub takes_over: bool,
    /// From when: RFC 3339 with Z or an offset, or a date; ever since when left out.
    pub valid_from: Option<String>,
    /// Until when, that moment not among it; without end when left out.
    pub valid_to: Option<String>,
    /// Who enters it, 匿名 / anonymous when left out.
    pub author: Option<String>,
}

/// The end of a posting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndBody {
    /// When: RFC 3339 with Z or an offset, or a date; now when left out.
    pub at: Option<String>,
    /// It was entered in error and never held: it is taken back, as if it had not been. `at` says nothing then.
    #[serde(default)]
    pub withdraw: bool,
    /// Who says so, 匿名 / anonymous when left out.
    pub author: Option<String>,
}
