//! Rosters as tables that can be imported again.

use std::collections::{HashMap, HashSet};

use time::OffsetDateTime;

use super::{
    columns::{ALL, COLUMNS, Col, VACANT},
    ground::{Ground, edition_at},
};
use crate::{
    domain::{
        area::{AreaId, EditionNumber, Snapshot},
        duty::{Channel, Holder, Object, OrganisationId, PersonId, Phone, Posting, Staff},
        profile::Profile,
    },
    formats::{
        moment::moment_text,
        table::{OutSheet, TableKind, write_csv, write_workbook},
    },
    store::{Store, StoreError},
};

/// Whether telephones are written whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneShown {
    /// With asterisks: what everybody may see. Such a table can be imported where the numbers are known.
    Masked,
    /// To the last digit: for whoever has the store itself.
    Whole,
}

/// The sheet of an exported workbook.
pub(super) const SHEET: &str = "名册 roster";

/// Area codes by edition and number, with names.
type Codes = HashMap<EditionNumber, HashMap<AreaId, (String, String)>>;

/// Everybody that `store` knows of, as a file of a kind; `served` is a snapshot in memory.
pub async fn export<S: Store>(
    store: &S,
    profile: &Profile,
    served: Option<&Snapshot>,
    (kind, phones): (TableKind, PhoneShown),
    now: OffsetDateTime,
) -> Result<Vec<u8>, StoreError> {
    let staff = store.staff(None).await?;
    let mut times: Vec<OffsetDateTime> = staff.postings().iter().filter_map(|posting| posting.valid.from()).collect();
    times.push(now);
    let ground = Ground::load(store, served, &times, false).await?;
    let rows = Rows { profile, staff: &staff, ground: &ground, phones, now }.all();
    let headings: Vec<String> = ALL.iter().map(|column| column.heading()).collect();
    Ok(match kind {
        TableKind::Csv => write_csv(&headings, &rows),
        TableKind::Xlsx => write_workbook(&[OutSheet::new(SHEET, headings, rows)]),
    })
}

type Row = Vec<String>;

struct Rows<'a> {
    profile: &'a Profile,
    staff: &'a Staff,
    ground: &'a Ground,
    phones: PhoneShown,
    now: OffsetDateTime,
}

impl Rows<'_> {
    /// Organisations first, then people whom no posting tells of, then postings by area, then channels by area.
    fn all(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.staff.organisations().iter().map(|one| self.organisation(one.id)).collect();
        let told: HashSet<PersonId> = self.staff.postings().iter().filter_map(|posting| told_by(posting)).collect();
        for person in self.staff.people().iter().filter(|person| !told.contains(&person.id)) {
            let mut row = vec![String::new(); COLUMNS.len()];
            self.person(&mut row, person.id, person.organisation);
            rows.push(row);
        }
        let codes = self.codes();
        let mut postings: Vec<Row> =
            self.staff.postings().iter().filter_map(|posting| self.posting(posting, &codes)).collect();
        let key = |row: &Row| {
            let rank = self.profile.roles.iter().position(|role| role.name.zh == row[Col::Role as usize]);
            let text = |column: Col| row[column as usize].clone();
            (text(Col::Area), rank, text(Col::Order), text(Col::Seat), text(Col::From), text(Col::StandIn))
        };
        postings.sort_by_cached_key(key);
        rows.extend(postings);
        let mut channels: Vec<Row> =
            self.staff.channels().iter().filter_map(|channel| self.channel(channel, &codes)).collect();
        channels.sort();
        rows.extend(channels);
        rows
    }

    /// The row of a channel; `None` for an area that the edition in force has not: such a row could not be imported again.
    fn channel(&self, channel: &Channel, codes: &Codes) -> Option<Row> {
        let (code, name) = codes.get(&edition_at(&self.ground.editions, self.now))?.get(&channel.area)?;
        let mut row = vec![String::new(); COLUMNS.len()];
        let mut set = |column: Col, text: &str| text.clone_into(&mut row[column as usize]);
        set(Col::Area, code);
        set(Col::AreaName, name);
        set(Col::ChannelKind, &channel.kind);
        set(Col::Group, &channel.group);
        set(Col::Link, &channel.link);
        Some(row)
    }

    fn codes(&self) -> Codes {
        let by_id = |areas: &HashMap<_, super::ground::GroundArea>| {
            areas.iter().map(|(code, area)| (area.id, (ToString::to_string(code), area.name.clone()))).collect()
        };
        self.ground.areas.iter().map(|(&number, areas)| (number, by_id(areas))).collect()
    }

    fn organisation(&self, id: OrganisationId) -> Row {
        let mut row = vec![String::new(); COLUMNS.len()];
        let Some(one) = self.staff.organisation(id) else { return row };
        let mut set = |column: Col, text: String| row[column as usize] = text;
        set(Col::Organisation, one.name.clone());
        set(Col::ShortName, one.short_name.clone());
        set(Col::CreditCode, one.credit_code.clone().unwrap_or_default());
        set(Col::DutyPhone, self.phone(&one.duty_phone));
        set(Col::Parent, one.parent.map_or(String::new(), |parent| self.organisation_name(parent)));
        row
    }

    fn organisation_name(&self, id: OrganisationId) -> String {
        self.staff.organisation(id).map_or(String::new(), |one| one.name.clone())
    }

    fn phone(&self, phone: &Phone) -> String {
        match self.phones {
            PhoneShown::Masked => phone.masked(),
            PhoneShown::Whole => phone.0.clone(),
        }
    }

    fn person(&self, row: &mut Row, id: PersonId, organisation: Option<OrganisationId>) {
        let Some(person) = self.staff.person(id) else { return };
        let mut set = |column: Col, text: String| row[column as usize] = text;
        set(Col::Name, person.name.clone());
        set(Col::Person, id.0.to_string());
        set(Col::Phone, self.phone(&person.phone));
        if let Some(id) = organisation {
            self.name_organisation(row, id);
        }
    }

    fn name_organisation(&self, row: &mut Row, id: OrganisationId) {
        row[Col::Organisation as usize] = self.organisation_name(id);
        let code = self.staff.organisation(id).and_then(|one| one.credit_code.clone());
        row[Col::CreditCode as usize] = code.unwrap_or_default();
    }

    /// The row of a posting; `None` for an area that no edition in memory has.
    fn posting(&self, posting: &Posting, codes: &Codes) -> Option<Row> {
        let mut row = vec![String::new(); COLUMNS.len()];
        match posting.post.object {
            Object::Area(id) => {
                let number = edition_at(&self.ground.editions, posting.valid.from().unwrap_or(self.now));
                let in_that = codes.get(&number).and_then(|areas| areas.get(&id));
                let (code, name) = in_that.or_else(|| codes.values().find_map(|areas| areas.get(&id)))?;
                row[Col::Area as usize].clone_from(code);
                row[Col::AreaName as usize].clone_from(name);
            }
            Object::Place(id) => row[Col::Place as usize] = id.to_string(),
        }
        match posting.holder {
            Holder::Person(id, behalf) => {
                let own = self.staff.person(id).and_then(|person| person.organisation);
                self.person(&mut row, id, behalf.or(own));
            }
            Holder::Organisation(id) => self.name_organisation(&mut row, id),
            Holder::Vacant => row[Col::Name as usize] = VACANT[0].to_owned(),
        }
        let role = self.profile.roles.iter().find(|role| role.id == posting.post.role);
        let mut set = |column: Col, text: String| row[column as usize] = text;
        set(Col::Role, role.map_or(posting.post.role.clone(), |role| role.name.zh.clone()));
        set(Col::Order, posting.post.order.id().to_owned());
        set(Col::Seat, posting.post.seat.to_string());
        set(Col::From, posting.valid.from().map_or(String::new(), |time| self.time(time)));
        set(Col::To, posting.valid.to().map_or(String::new(), |time| self.time(time)));
        if posting.stands_in {
            set(Col::StandIn, "是".to_owned());
        }
        Some(row)
    }

    /// A time on the district's clock, a day where it is midnight; to the millisecond in UTC where it is of no whole second.
    fn time(&self, time: OffsetDateTime) -> String {
        let local = time.checked_to_offset(self.profile.utc_offset());
        let Some(local) = local.filter(|local| local.nanosecond() == 0) else {
            return moment_text(time);
        };
        let (date, (hour, minute, second)) = (local.date(), local.to_hms());
        match (hour, minute, second) {
            (0, 0, 0) => date.to_string(),
            _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        }
    }
}

/// The person whose own organisation a posting's row shows.
fn told_by(posting: &Posting) -> Option<PersonId> {
    match posting.holder {
        Holder::Person(id, None) => Some(id),
        _ => None,
    }
}
