//! What a table would change.

use std::collections::HashSet;

use time::{OffsetDateTime, Time, UtcOffset};

use super::{
    book::Book,
    channels::Channels,
    columns::Col,
    ground::Ground,
    posts::Posts,
    report::Counted,
    row::{ChannelRow, RosterRow, Target, Who},
    teller::Teller,
    wanted::Wanted,
};
use crate::domain::{
    area::{AreaFacts, AreaId, Kind, finding::Allowed},
    duty::{Holder, MAX_SEATS, Object, PostingId, Staff, StaffChange, StaffLists, need},
    profile::Profile,
};

/// What a plan is made on.
pub(super) struct Given<'a> {
    pub profile: &'a Profile,
    pub staff: &'a Staff,
    pub ground: &'a Ground,
    pub now: OffsetDateTime,
    /// Whether whoever holds a post without end makes room for who comes next.
    pub succeed: bool,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub change: StaffChange,
    pub organisations: Counted,
    pub people: Counted,
    pub postings: Counted,
    pub channels: Counted,
}

/// The plan for `rows`; errors and warnings go to `teller`.
pub(super) fn plan(given: &Given<'_>, rows: &[RosterRow], without: &HashSet<u64>, teller: &mut Teller<'_>) -> Plan {
    let mut book = Book::new(given.staff);
    let mut posts = Posts::new(given.staff, today(given), given.succeed);
    let mut channels = Channels::new(given.staff);
    let mut fresh = Vec::new();
    for said in rows.iter().filter(|row| !without.contains(&row.number)).filter_map(|row| row.organisation.as_ref()) {
        book.foresee(said);
    }
    // What is known is told first, so that rows may stand in any order: a post is free once the row of its holder ends it.
    for row in rows.iter().filter(|row| !without.contains(&row.number)) {
        if let Some(said) = &row.channel
            && let Some(area) = channel_area(given, row, said, teller)
        {
            channels.put(row.number, area, said, || book.take_id(), teller);
        }
        let Some(holder) = holder(row, &mut book, teller) else { continue };
        let Some((target, role, order, seat)) = &row.post else { continue };
        let role_id = given.profile.roles[*role].id.as_str();
        let wanted_of = |object, chairs| {
            let (order, seat) = (*order, *seat);
            Wanted { row, object, role: role_id, order, seat, holder, chairs }
        };
        // What is known is not judged again: an area or a place may be gone since, a role may be for fewer now.
        if let Some(known) = given.ground.meant(target, judged_at(given, row))
            && posts.is_told(&wanted_of(known, MAX_SEATS), teller)
        {
            continue;
        }
        let Some((object, max)) = object(given, row, target, *role, teller) else { continue };
        let wanted = wanted_of(object, need::chairs(*order, max));
        if let Some(seat) = wanted.seat.filter(|&seat| seat > wanted.chairs) {
            let most = wanted.chairs;
            let (zh, en) = (
                format!("席位 {seat} 超过岗位名额 {most}"),
                format!("seat {seat} is beyond the {most} that the role has"),
            );
            teller.error(
                row.number,
                Col::Seat,
                zh,
                en,
                ("不超过名额的席位", "a seat within the number of the profile"),
            );
            continue;
        }
        if !posts.is_changed(&wanted) {
            fresh.push(wanted);
        }
    }
    book.check_depth(teller);
    for wanted in &fresh {
        let id = PostingId(book.take_id());
        posts.place(wanted, id, |holder| name_of(&book, holder), teller);
    }
    posts.check_changed(|holder| name_of(&book, holder), teller);
    let (postings, postings_counted) = posts.finish();
    let (organisations, organisations_counted, people, people_counted) = book.finish();
    let (channels, channels_counted) = channels.finish();
    let put = StaffLists { organisations, people, postings, channels };
    Plan {
        change: StaffChange { put, gone: Vec::new() },
        organisations: organisations_counted,
        people: people_counted,
        postings: postings_counted,
        channels: channels_counted,
    }
}

/// The area of a channel, as it is now, or when the posting of its row begins.
fn channel_area(given: &Given<'_>, row: &RosterRow, said: &ChannelRow, teller: &mut Teller<'_>) -> Option<AreaId> {
    let at = row.from.map_or(given.now, |from| from.judged_at);
    let (edition, area) = given.ground.area(&said.area, at);
    // Where the row has a posting, that one tells it.
    if area.is_none() && row.post.is_none() {
        let (zh, en) =
            (format!("第 {edition} 版没有区域 {}", said.area), format!("edition {edition} has no area {}", said.area));
        teller.error(row.number, Col::Area, zh, en, ("该版本中的区域编码", "the code of an area of that edition"));
    }
    area.map(|area| area.id)
}

fn name_of(book: &Book, holder: Holder) -> String {
    match holder {
        Holder::Person(id, _) => book.person_name(id).to_owned(),
        Holder::Organisation(id) => book.organisation_name(id).to_owned(),
        Holder::Vacant => "缺岗 / vacant".to_owned(),
    }
}

/// When the day of the import began in the district.
fn today(given: &Given<'_>) -> OffsetDateTime {
    given.profile.local(given.now).replace_time(Time::MIDNIGHT).to_offset(UtcOffset::UTC)
}

/// The time by whose edition the area of a row is judged.
fn judged_at(given: &Given<'_>, row: &RosterRow) -> OffsetDateTime {
    row.from.map_or(given.now, |from| from.judged_at)
}

/// Who holds the post of a row, registered in the book.
fn holder(row: &RosterRow, book: &mut Book, teller: &mut Teller<'_>) -> Option<Holder> {
    let organisation = match &row.organisation {
        Some(said) => Some(book.organisation(row.number, said, teller)?),
        None => None,
    };
    match &row.who {
        Who::Nobody => None,
        Who::Vacant => Some(Holder::Vacant),
        Who::Organisation => organisation.map(Holder::Organisation),
        Who::Person { name, id, phone } => {
            let person = book.person(row.number, (name, *id, phone), organisation, teller)?;
            if row.post.is_none()
                && let Some(organisation) = organisation
            {
                book.employ(row.number, person, organisation, teller);
            }
            let behalf = organisation.filter(|_| organisation != book.employer(person));
            Some(Holder::Person(person, behalf))
        }
    }
}

/// What a row is about, and how many may hold its role there.
fn object(
    given: &Given<'_>,
    row: &RosterRow,
    target: &Target,
    role: usize,
    teller: &mut Teller<'_>,
) -> Option<(Object, u16)> {
    let role = &given.profile.roles[role];
    let code = match target {
        Target::Area(code) => code,
        Target::Place(place) if given.ground.places.contains(place) => {
            return Some((Object::Place(*place), role.max.max(1)));
        }
        Target::Place(place) => {
            let (zh, en) = (format!("没有编号为 {place} 的点位"), format!("no place has the number {place}"));
            teller.error(
                row.number,
                Col::Place,
                zh,
                en,
                ("本库中点位的系统编号", "the number of a place of this store"),
            );
            return None;
        }
    };
    let (edition, area) = given.ground.area(code, judged_at(given, row));
    let Some(area) = area else {
        let zh = format!("第 {edition} 版（任期开始时生效）没有区域 {code}");
        let en = format!("edition {edition}, in force when the posting begins, has no area {code}");
        teller.error(row.number, Col::Area, zh, en, ("该版本中的区域编码", "the code of an area of that edition"));
        return None;
    };
    let facts = AreaFacts { code: *code, level: area.level, kind: area.kind, parent: None };
    let (_, max) = role.count_in(area.branch.as_deref());
    if !need::applies(role, facts) || max == 0 {
        let level = given.profile.level(area.level).name_in(area.branch.as_deref());
        let (kind_zh, kind_en) = match area.kind {
            Kind::None => ("", ""),
            Kind::Comprehensive => ("综合", "comprehensive "),
            Kind::Exclusive => ("专属", "exclusive "),
        };
        let zh = format!("{code} 是{kind_zh}{}，没有岗位“{}”", level.zh, role.name.zh);
        let en = format!("{code} is a {kind_en}{}, which has no {}", level.en, role.name.en);
        let fits = |role: &&crate::domain::profile::Role| {
            need::applies(role, facts) && role.count_in(area.branch.as_deref()).1 > 0
        };
        let roles: Vec<&str> = given.profile.roles.iter().filter(fits).map(|role| role.name.zh.as_str()).collect();
        teller.error(row.number, Col::Role, zh, en, Allowed::same(roles.join("、")));
        return None;
    }
    Some((Object::Area(area.id), max))
}
