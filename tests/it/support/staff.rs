//! Who answers for what, put into a store by name.

use std::collections::HashMap;

use onemap::{
    domain::{
        area::{AreaCode, AreaId},
        duty::{ListedPosting, Object, Order, Period, Phone, Staff, StaffChange, StaffLists, numbered},
    },
    store::{Act, Store},
};
use time::macros::datetime;

/// A line that says only who and where.
pub fn line(area: &str, role: &str, order: Order, name: &str) -> ListedPosting {
    ListedPosting {
        area: AreaCode::new(area).expect("a code"),
        role: role.to_owned(),
        order,
        name: name.to_owned(),
        phone: Phone("000-0000-0000".to_owned()),
        organisation: "镇海街道网格中心".to_owned(),
        stands_in: false,
        valid: Period::ALWAYS,
    }
}

/// What is said of a change.
pub fn act() -> Act {
    Act { actor: "区网格中心".to_owned(), at: datetime!(2026-11-22 08:00 UTC), summary: "roster".to_owned() }
}

/// Puts the lines in the place of everybody there was, for areas of the newest edition.
pub async fn replace<S: Store>(store: &S, listed: &[ListedPosting]) -> Staff {
    let known = store.staff(None).await.expect("who answers");
    let head = store.head().await.expect("an answer").map_or(0, |edition| edition.number);
    let ids: HashMap<String, AreaId> = store.area_ids(head).await.expect("numbers").into_iter().collect();
    let number = |code: &AreaCode| ids.get(code.as_str()).map(|&id| Object::Area(id));
    let put = numbered(listed, known.last_id + 1, number);
    let gone = all_ids(&known);
    store.change_staff(known.revision, &StaffChange { put, gone }, &act()).await.expect("a roster");
    store.staff(None).await.expect("who answers")
}

/// Makes a change on what is known.
pub async fn change<S: Store>(store: &S, change: impl FnOnce(&Staff) -> StaffLists) {
    let known = store.staff(None).await.expect("who answers");
    let change = StaffChange { put: change(&known), gone: Vec::new() };
    store.change_staff(known.revision, &change, &act()).await.expect("a roster");
}

fn all_ids(staff: &Staff) -> Vec<i64> {
    let organisations = staff.organisations().iter().map(|it| it.id.0);
    let people = staff.people().iter().map(|it| it.id.0);
    let postings = staff.postings().iter().map(|it| it.id.0);
    organisations.chain(people).chain(postings).chain(staff.channels().iter().map(|it| it.id.0)).collect()
}
