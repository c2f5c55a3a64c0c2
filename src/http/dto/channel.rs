//! Channels (联络群) on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AreaRef;
use crate::domain::{area::Snapshot, duty::Channel};

/// Where the people of an area talk to one another (联络群).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub struct ChannelJson {
    /// Its number.
    pub id: i64,
    /// The area; null for one that the edition has not.
    #[schema(required)]
    pub area: Option<AreaRef>,
    /// What it is: `wechat`, `wecom`, `dingtalk`, `radio` or another word.
    pub kind: String,
    /// The id of the group there.
    pub group: String,
    /// An address that opens it.
    #[schema(required)]
    pub link: Option<String>,
}

impl ChannelJson {
    /// A channel, with its area as an edition has it.
    pub fn new(snapshot: &Snapshot, channel: &Channel) -> Self {
        Self {
            id: channel.id.0,
            area: snapshot.hierarchy.find_id(channel.area).map(|index| AreaRef::new(snapshot, index)),
            kind: channel.kind.clone(),
            group: channel.group.clone(),
            link: Some(channel.link.clone()).filter(|link| !link.is_empty()),
        }
    }
}

/// A channel to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelBody {
    /// Code of the area.
    #[schema(example = "350304001001001")]
    pub area: String,
    /// What it is, `wechat` when left out.
    pub kind: Option<String>,
    /// The id of the group there.
    #[schema(example = "示例群0001")]
    pub group: String,
    /// An address that opens it: https, http, weixin, wxwork, dingtalk or tel.
    pub link: Option<String>,
    /// Who enters it, 匿名 / anonymous when left out.
    pub author: Option<String>,
}

/// The end of a channel, now.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelEndBody {
    /// Who says so, 匿名 / anonymous when left out.
    pub author: Option<String>,
}
