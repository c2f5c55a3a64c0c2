//! Channels (联络群): found, entered, ended.

use super::{Bad, Enrolment, find::within};
use crate::domain::{
    area::{AreaId, Snapshot},
    coverage::AreaIndex,
    duty::{
        Channel, ChannelId, Staff, StaffChange, StaffLists,
        channel::{DEFAULT_KIND, MAX_CHANNELS_OF_AREA, channel_words},
    },
};

/// Which channels are looked for.
#[derive(Debug, Clone, Default)]
pub struct ChannelQuery {
    /// Part of the id of a group; empty for all.
    pub text: String,
    /// What they are.
    pub kind: Option<String>,
    /// Only of this area, or, with `below`, of those in it too.
    pub area: Option<AreaIndex>,
    /// Whether areas inside of the area count.
    pub below: bool,
}

/// The channels that fit, in the order of areas, coarse levels first; of areas that the edition has not last.
pub fn find_channels(snapshot: &Snapshot, query: &ChannelQuery) -> Vec<Channel> {
    let within = query.area.map(|area| within(snapshot, area, query.below));
    let fits = |channel: &&Channel| {
        query.kind.as_ref().is_none_or(|kind| *kind == channel.kind)
            && within.as_ref().is_none_or(|within| within.contains(&channel.area))
            && channel.group.contains(&query.text)
    };
    let mut found: Vec<Channel> = snapshot.roster().staff().channels().iter().filter(fits).cloned().collect();
    found.sort_by_cached_key(|it| (snapshot.hierarchy.find_id(it.area).unwrap_or(AreaIndex::MAX), it.id));
    found
}

/// A channel as somebody gives it.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// The area.
    pub area: AreaId,
    /// What it is; `wechat` for `None`.
    pub kind: Option<String>,
    /// The id of the group.
    pub group: String,
    /// An address that opens it.
    pub link: Option<String>,
}

/// Enters a channel.
pub fn open_channel(staff: &Staff, new: NewChannel) -> Result<Enrolment, Bad> {
    let kind = new.kind.as_deref().unwrap_or(DEFAULT_KIND);
    let words = channel_words(kind, &new.group, new.link.as_deref().unwrap_or_default());
    let [kind, group, link] = words.map_err(|problem| Bad {
        field: problem.field(),
        zh: problem.zh(),
        en: problem.to_string(),
        allowed: problem.allowed(),
    })?;
    if let Some(twin) = staff.channels_of(new.area).find(|it| (&it.kind, &it.group) == (&kind, &group)) {
        return Err(Bad {
            field: "group",
            zh: format!("该区域已有此群（编号 {}）", twin.id.0),
            en: format!("channel {} of the area is this group", twin.id.0),
            allowed: "a group that the area has not; end that one first to change its link".to_owned(),
        });
    }
    if staff.channels_of(new.area).count() >= MAX_CHANNELS_OF_AREA {
        return Err(Bad {
            field: "area",
            zh: format!("该区域已有 {MAX_CHANNELS_OF_AREA} 个群"),
            en: format!("the area has {MAX_CHANNELS_OF_AREA} channels"),
            allowed: format!("at most {MAX_CHANNELS_OF_AREA} channels of an area; end one first"),
        });
    }
    let id = ChannelId(staff.last_id + 1);
    let put = StaffLists { channels: vec![Channel { id, area: new.area, kind, group, link }], ..StaffLists::default() };
    Ok(Enrolment { change: StaffChange { put, gone: Vec::new() }, id: id.0 })
}

/// The change that ends a channel; `None` when there is none of that number.
pub fn close_channel(staff: &Staff, id: ChannelId) -> Option<StaffChange> {
    let ChannelId(gone) = staff.channel(id)?.id;
    Some(StaffChange { put: StaffLists::default(), gone: vec![gone] })
}
