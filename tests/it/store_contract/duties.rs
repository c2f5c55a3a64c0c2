//! Behaviours of a store that keeps who answers for what.

use onemap::{
    domain::duty::{
        Channel, ChannelId, Holder, ListedPosting, Order, Period, Person, Phone, Posting, StaffChange, StaffLists,
    },
    store::{StaffError, Store},
};
use time::{Duration, macros::datetime};

use super::{
    Open,
    drafts::{EAST, WEST},
    published,
};
use crate::support::staff::{act, change, line, replace};

pub async fn staff_comes_back<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let march = Period::new(Some(datetime!(2026-03-01 0:00 +8)), Some(datetime!(2026-04-01 0:00:00.5 +8)));
    let lines = [
        line(WEST, "grid_leader", Order::B, "演示乙"),
        line(WEST, "grid_leader", Order::A, "演示甲"),
        ListedPosting {
            stands_in: true,
            valid: march.expect("a period"),
            ..line(WEST, "grid_leader", Order::A, "演示丁")
        },
        // Two of one role have a chair each; an organisation answers as such; nobody does.
        line(EAST, "police", Order::A, "演示丙"),
        line(EAST, "police", Order::A, "演示乙"),
        line(EAST, "centre", Order::A, ""),
        ListedPosting { organisation: String::new(), ..line(EAST, "lane_leader", Order::A, "") },
        line("350304999", "grid_leader", Order::A, "of an area that is not there"),
    ];
    let staff = replace(&store, &lines).await;
    assert_eq!((staff.organisations().len(), staff.people().len(), staff.postings().len()), (1, 4, 7));
    let seats: Vec<u16> = staff.postings().iter().map(|posting| posting.post.seat).collect();
    assert_eq!(seats, [1, 1, 1, 1, 2, 1, 1]);
    assert_eq!(staff.postings()[2].valid, march.expect("a period"));
    assert!(staff.postings()[2].stands_in && !staff.postings()[1].stands_in);
    assert_eq!(staff.postings()[5].holder, Holder::Organisation(staff.organisations()[0].id));
    assert_eq!(staff.postings()[6].holder, Holder::Vacant);
    assert_eq!(store.revisions().await.expect("revisions").postings, staff.revision);
    let channel = |known: &onemap::domain::duty::Staff| Channel {
        id: ChannelId(known.last_id + 1),
        area: onemap::domain::area::AreaId(1),
        kind: "wechat".to_owned(),
        group: "wr𠮷-1".to_owned(),
        link: String::new(),
    };
    change(&store, |known| StaffLists { channels: vec![channel(known)], ..StaffLists::default() }).await;
    let later = store.staff(None).await.expect("who answers");
    assert_eq!(later.channels(), [channel(&staff)]);
    assert_eq!((later.postings(), later.last_id), (staff.postings(), staff.last_id + 1));
    assert!(replace(&store, &[]).await.postings().is_empty());
}

pub async fn what_was_known_of_duties_stays_known<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let before = replace(&store, &[line(WEST, "grid_leader", Order::A, "演示甲")]).await;
    let renamed =
        Person { name: "演示乙".to_owned(), phone: Phone::default(), ..Person::clone(&before.people()[0]) };
    let put = StaffLists { people: vec![renamed.clone()], ..StaffLists::default() };
    let gone = vec![before.postings()[0].id.0];
    let later = onemap::store::Act { at: act().at + Duration::HOUR, ..act() };
    let seq = store.change_staff(before.revision, &StaffChange { put, gone }, &later).await.expect("a change");
    assert_eq!(store.staff(Some(before.revision)).await.expect("as it was"), before);
    let now = store.staff(None).await.expect("as it is");
    assert_eq!((now.revision, now.last_id, now.postings().len()), (seq, before.last_id, 0));
    assert_eq!(*now.people()[0], renamed);
    assert_eq!(store.staff(Some(0)).await.expect("nobody").people(), []);
    for (at, known) in [
        (act().at - Duration::MILLISECOND, 0),
        (act().at, before.revision),
        (later.at - Duration::MILLISECOND, before.revision),
        (later.at + Duration::DAY, seq),
    ] {
        assert_eq!(store.staff_known_at(at).await.expect("a number"), known, "{at}");
    }
    // A writer whose clock is behind: what was known before its change stays what was known then.
    let put = StaffLists { people: vec![renamed], ..StaffLists::default() };
    let last = store.change_staff(seq, &StaffChange { put, gone: Vec::new() }, &act()).await.expect("a change");
    for (at, known) in [(later.at - Duration::MILLISECOND, before.revision), (later.at, last)] {
        assert_eq!(store.staff_known_at(at).await.expect("a number"), known, "{at}");
    }
}

pub async fn one_post_is_held_by_one_at_a_time<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let noon = datetime!(2026-11-22 12:00 UTC);
    let until = |end| Period::new(None, Some(end)).expect("a period");
    let known =
        replace(&store, &[ListedPosting { valid: until(noon), ..line(WEST, "grid_leader", Order::A, "演示甲") }]).await;
    let next = |from| Posting {
        id: onemap::domain::duty::PostingId(known.last_id + 1),
        valid: Period::new(Some(from), None).expect("a period"),
        ..Posting::clone(&known.postings()[0])
    };
    let put = |posting: Posting| StaffChange {
        put: StaffLists { postings: vec![posting], ..StaffLists::default() },
        gone: Vec::new(),
    };
    let early = put(next(noon - Duration::MILLISECOND));
    assert!(store.change_staff(known.revision, &early, &act()).await.is_err());
    assert_eq!(store.staff(None).await.expect("as it was"), known, "nothing is half changed");
    let stands_in = Posting { stands_in: true, ..next(noon - Duration::HOUR) };
    let seq =
        store.change_staff(known.revision, &put(stands_in), &act()).await.expect("one may stand in for the other");
    let after = Posting { id: onemap::domain::duty::PostingId(known.last_id + 2), ..next(noon) };
    store.change_staff(seq, &put(after), &act()).await.expect("one after the other");
}

pub async fn duties_are_changed_on_what_is_known<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let known = replace(&store, &[line(WEST, "grid_leader", Order::A, "演示甲")]).await;
    let stale = store.change_staff(known.revision - 1, &StaffChange::default(), &act()).await;
    assert!(
        matches!(stale, Err(StaffError::Stale { expected, found }) if (expected, found) == (known.revision - 1, known.revision)),
        "{stale:?}"
    );
    assert_eq!(store.staff(None).await.expect("as it was"), known);
}

pub async fn a_channel_that_is_ended_stays_known<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let before = replace(&store, &[line(WEST, "grid_leader", Order::A, "演示甲")]).await;
    let area = onemap::domain::area::AreaId(1);
    let id = ChannelId(before.last_id + 1);
    let (kind, group, link) = ("radio".to_owned(), "信道1".to_owned(), "https://example.invalid/1".to_owned());
    let channel = Channel { id, area, kind, group, link };
    let put = |channels| StaffChange { put: StaffLists { channels, ..StaffLists::default() }, gone: Vec::new() };
    let opened = put(vec![channel.clone()]);
    let seq = store.change_staff(before.revision, &opened, &act()).await.expect("a change");
    let known = store.staff(None).await.expect("as it is");
    assert_eq!(known, before.after(&opened, seq), "what is computed is what the store says");
    let moved = Channel { link: String::new(), ..channel.clone() };
    let other = store.change_staff(seq, &put(vec![moved.clone()]), &act()).await.expect("a change");
    assert_eq!(store.staff(None).await.expect("as it is").channel(id), Some(&moved));
    let ended = StaffChange { put: StaffLists::default(), gone: vec![id.0] };
    let end = store.change_staff(other, &ended, &act()).await.expect("a change");
    let after = store.staff(None).await.expect("as it is");
    assert_eq!((after.revision, after.channels(), after.postings()), (end, [].as_slice(), before.postings()));
    assert_eq!(after.last_id, id.0, "its number is never given again");
    for (then, expected) in [(seq, channel), (other, moved)] {
        let then = store.staff(Some(then)).await.expect("as it was");
        assert_eq!(then.channels_of(area).collect::<Vec<_>>(), [&expected]);
    }
}
