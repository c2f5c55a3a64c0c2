//! Channels (联络群) as they will be: those that are known, and what the rows say of them.

use std::{collections::HashMap, sync::Arc};

use super::{
    book::{Entry, Setting, finish},
    columns::Col,
    report::Counted,
    row::ChannelRow,
    teller::Teller,
};
use crate::domain::{
    area::AreaId,
    duty::{Channel, ChannelId, Staff, channel::MAX_CHANNELS_OF_AREA},
};

/// What tells the channels of a district apart.
type Key = (AreaId, String, String);

/// All channels.
#[derive(Debug)]
pub(super) struct Channels {
    list: Vec<Entry<Channel>>,
    by_key: HashMap<Key, usize>,
    counts: HashMap<AreaId, usize>,
}

impl Channels {
    pub(super) fn new(staff: &Staff) -> Self {
        let mut channels = Self { list: Vec::new(), by_key: HashMap::new(), counts: HashMap::new() };
        for channel in staff.channels() {
            channels.index(Entry::known(&Arc::new(channel.clone())));
        }
        channels
    }

    fn index(&mut self, entry: Entry<Channel>) {
        let Channel { area, kind, group, .. } = &entry.now;
        self.by_key.insert((*area, kind.clone(), group.clone()), self.list.len());
        *self.counts.entry(*area).or_default() += 1;
        self.list.push(entry);
    }

    /// Takes in what a row says of a channel of `area`; `id` is a number for a new one.
    pub(super) fn put(
        &mut self,
        row: u64,
        area: AreaId,
        said: &ChannelRow,
        id: impl FnOnce() -> i64,
        teller: &mut Teller<'_>,
    ) {
        let ChannelRow { kind, group, link, .. } = said;
        if let Some(&at) = self.by_key.get(&(area, kind.clone(), group.clone())) {
            let entry = &mut self.list[at];
            entry.row.get_or_insert(row);
            if let Some(link) = link {
                let mut set = Setting { row, said: &mut entry.said, teller };
                set.value(Col::Link, &mut entry.now.link, link.clone());
            }
            return;
        }
        if self.counts.get(&area).is_some_and(|&count| count >= MAX_CHANNELS_OF_AREA) {
            let zh = format!("该区域的联络群超过 {MAX_CHANNELS_OF_AREA} 个");
            let en = format!("the area has more than {MAX_CHANNELS_OF_AREA} channels");
            teller.error(
                row,
                Col::Group,
                zh,
                en,
                (
                    "更少的联络群；可先停用一个（POST /channels/{id}/end）",
                    "fewer channels; POST /channels/{id}/end ends one",
                ),
            );
            return;
        }
        let id = ChannelId(id());
        let (kind, group, link) = (kind.clone(), group.clone(), link.clone());
        let said = link.iter().map(|_| (Col::Link, row)).collect();
        let now = Channel { id, area, kind, group, link: link.unwrap_or_default() };
        self.index(Entry { before: None, now, row: Some(row), said });
    }

    /// What is new or other, and how much of what the rows speak of is which.
    pub(super) fn finish(self) -> (Vec<Channel>, Counted) {
        finish(self.list)
    }
}
