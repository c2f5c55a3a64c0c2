//! What is told of the past: areas that are no more, and the change log.

use onemap::store::{RetiredArea, Store};

use super::{
    Open, codes,
    drafts::{DISTRICT, EAST, ENCLAVE, WEST, imprint, without_enclave},
    published,
};
use crate::support::staff;

pub(super) async fn what_is_retired_is_closed_and_found_again<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let base = store.areas(1).await.expect("areas");
    let draft = without_enclave(1, &base);
    store.publish(&draft, &imprint("第二版")).await.expect("the second edition");
    assert_eq!(codes(&store.areas(1).await.expect("areas")), [DISTRICT, WEST, EAST, ENCLAVE]);
    assert_eq!(codes(&store.areas(2).await.expect("areas")), [DISTRICT, WEST, EAST]);
    assert_eq!(store.retired_codes(1).await.expect("codes"), Vec::<String>::new());
    assert_eq!(store.retired_codes(2).await.expect("codes"), [ENCLAVE]);
    let enclave = base.iter().find(|stored| stored.area.code.as_str() == ENCLAVE).expect("it was there");
    let expected = RetiredArea {
        code: enclave.area.code,
        level: enclave.area.level,
        name: enclave.area.name.clone(),
        retired_in: 2,
        geometry: enclave.geometry.clone(),
    };
    assert_eq!(store.retired_area(ENCLAVE, 2).await.expect("an answer"), Some(expected));
    assert_eq!(store.retired_area(ENCLAVE, 1).await.expect("an answer"), None);
    assert_eq!(store.retired_area("999", 2).await.expect("an answer"), None);
    let log = store.changes(2, 9).await.expect("the log");
    assert_eq!(log[0].summary, "0 areas created, 2 changed, 0 noded, 1 retired");
}

pub(super) async fn the_log_is_read_behind_a_number<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    staff::replace(&store, &[]).await;
    let all = store.changes(0, 9).await.expect("the log");
    let told: Vec<(i64, &str, Option<u32>)> =
        all.iter().map(|change| (change.seq, change.kind.as_str(), change.edition)).collect();
    assert_eq!(told, [(1, "profile", None), (2, "edition", Some(1)), (3, "postings", None)]);
    assert_eq!((&*all[1].actor, all[1].at), ("区网格中心", imprint("").published_at));
    assert_eq!(store.changes(1, 1).await.expect("the log"), all[1..2]);
    assert_eq!(store.changes(3, 9).await.expect("the log"), []);
}
