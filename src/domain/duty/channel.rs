//! Where the people of an area talk to one another.

use crate::domain::area::AreaId;

/// The stable number of a channel, given by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub i64);

/// A way to reach everybody of an area at once (联络群).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its number.
    pub id: ChannelId,
    /// The area.
    pub area: AreaId,
    /// What it is: `wechat`, `dingtalk`, `radio` or whatever the district uses.
    pub kind: String,
    /// The id of the group there.
    pub group: String,
    /// An address that opens it; empty when there is none.
    pub link: String,
}
