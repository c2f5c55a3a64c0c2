//! Where the people of an area talk to one another.

use crate::domain::area::AreaId;

/// Most channels of one area: answers name all of them.
pub const MAX_CHANNELS_OF_AREA: usize = 8;

/// Longest word for what a channel is.
pub const MAX_KIND_CHARACTERS: usize = 30;

/// Longest id of a group.
pub const MAX_GROUP_CHARACTERS: usize = 100;

/// Longest link.
pub const MAX_LINK_CHARACTERS: usize = 500;

/// What a link may begin with: pages, and the programs in which groups are. Nothing that runs when somebody follows it.
pub const LINK_BEGINNINGS: [&str; 6] = ["https://", "http://", "weixin://", "wxwork://", "dingtalk://", "tel:"];

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

/// What is wrong with the words of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChannelProblem {
    /// The word for what it is.
    #[error("the kind is empty, longer than {MAX_KIND_CHARACTERS} characters, or has control characters")]
    Kind,
    /// The id of the group.
    #[error("the group is empty, longer than {MAX_GROUP_CHARACTERS} characters, or has control characters")]
    Group,
    /// The link.
    #[error("the link is no address, or longer than {MAX_LINK_CHARACTERS} characters")]
    Link,
}

impl ChannelProblem {
    /// The field that it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Group => "group",
            Self::Link => "link",
        }
    }

    /// The same in Chinese.
    pub fn zh(self) -> String {
        match self {
            Self::Kind => format!("群类型为空、超过 {MAX_KIND_CHARACTERS} 字或含控制字符"),
            Self::Group => format!("群号为空、超过 {MAX_GROUP_CHARACTERS} 字或含控制字符"),
            Self::Link => format!("群链接不是网址，或超过 {MAX_LINK_CHARACTERS} 字"),
        }
    }

    /// What is allowed, in Chinese.
    pub fn allowed_zh(self) -> String {
        match self {
            Self::Kind => format!("wechat、wecom、dingtalk、qq、radio 或其他词，1 至 {MAX_KIND_CHARACTERS} 字"),
            Self::Group => format!("1 至 {MAX_GROUP_CHARACTERS} 字"),
            Self::Link => format!("留空，或 {} 开头、至多 {MAX_LINK_CHARACTERS} 字", LINK_BEGINNINGS.join("、")),
        }
    }

    /// What is allowed, in English.
    pub fn allowed(self) -> String {
        match self {
            Self::Kind => {
                format!("wechat, wecom, dingtalk, qq, radio or another word, 1 to {MAX_KIND_CHARACTERS} characters")
            }
            Self::Group => format!("1 to {MAX_GROUP_CHARACTERS} characters"),
            Self::Link => format!(
                "nothing, or up to {MAX_LINK_CHARACTERS} characters that begin with {}",
                LINK_BEGINNINGS.join(", ")
            ),
        }
    }
}

/// What a channel is by default: most groups are there.
pub const DEFAULT_KIND: &str = "wechat";

/// The words of a channel without blanks around them: kind, group, link; the link may be empty.
pub fn channel_words(kind: &str, group: &str, link: &str) -> Result<[String; 3], ChannelProblem> {
    let [kind, group, link] = [kind, group, link].map(str::trim);
    let is_short =
        |text: &str, most| !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    let opens = |link: &str| {
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '<' | '>' | '\\');
        LINK_BEGINNINGS.iter().any(|begin| link.len() > begin.len() && link.starts_with(begin))
            && link.chars().all(is_plain)
    };
    if !is_short(kind, MAX_KIND_CHARACTERS) {
        return Err(ChannelProblem::Kind);
    }
    if !is_short(group, MAX_GROUP_CHARACTERS) {
        return Err(ChannelProblem::Group);
    }
    if !link.is_empty() && !(is_short(link, MAX_LINK_CHARACTERS) && opens(link)) {
        return Err(ChannelProblem::Link);
    }
    Ok([kind, group, link].map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_a_page_or_a_program_and_runs_nothing() {
        let link = |link: &str| channel_words("wechat", "g-1", link).map(|[.., link]| link);
        for good in ["", "https://example.invalid/g?id=1", "weixin://dl/chat?x", "tel:000-0000-0001"] {
            assert_eq!(link(good), Ok(good.to_owned()));
        }
        let long = format!("https://{}", "x".repeat(MAX_LINK_CHARACTERS));
        for bad in
            ["javascript:alert(1)", "data:text/html,x", "example", "https://", "https://a b", "https://a\"b", &long]
        {
            assert_eq!(link(bad), Err(ChannelProblem::Link), "{bad}");
        }
    }

    #[test]
    fn words_are_there_short_and_without_blanks_around_them() {
        assert_eq!(channel_words(" qq ", " 群 1 ", " "), Ok(["qq", "群 1", ""].map(str::to_owned)));
        assert_eq!(channel_words("", "g", ""), Err(ChannelProblem::Kind));
        assert_eq!(channel_words("qq", "\u{7}", ""), Err(ChannelProblem::Group));
        assert_eq!(channel_words("qq", &"群".repeat(MAX_GROUP_CHARACTERS + 1), ""), Err(ChannelProblem::Group));
    }
}
