//! What is wrong with an archive.

use std::fmt;

/// A part of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The directory that every look-up begins with.
    Root,
    /// The directories below it, or one of them.
    Leaves,
    /// The JSON that describes it.
    Metadata,
    /// The tiles, or one of them.
    Tiles,
}

impl Part {
    /// What it is called in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Root => "根目录",
            Self::Leaves => "子目录",
            Self::Metadata => "元数据",
            Self::Tiles => "瓦片数据",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "the root directory",
            Self::Leaves => "the leaf directories",
            Self::Metadata => "the metadata",
            Self::Tiles => "the tile data",
        })
    }
}

/// Why an archive cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PmtilesError {
    /// It begins otherwise.
    #[error("this is no PMTiles archive")]
    Foreign,
    /// It is of another version.
    #[error("this is PMTiles version {0}; version 3 is read")]
    Version(u16),
    /// It ends within its header.
    #[error("the archive is cut off: it has {found} bytes, its header alone 127")]
    ShortHeader {
        /// Its length.
        found: u64,
    },
    /// Its header says something that no reader knows.
    #[error("the header is damaged: {0}")]
    Header(&'static str),
    /// Its tiles are of a kind that no map shows.
    #[error("its tiles are of a kind that is not served; MVT, PNG, JPEG, WebP and AVIF are")]
    TileType,
    /// It is compressed in a way that is not read.
    #[error("its directories are compressed with {0}; gzip and none are read")]
    Compression(&'static str),
    /// A part goes on behind the end of the file.
    #[error("the archive is cut off: {part} should end at byte {end}, the file has {found}")]
    CutOff {
        /// The part.
        part: Part,
        /// Where it ends, by the header.
        end: u64,
        /// The length of the file.
        found: u64,
    },
    /// A part is larger than a limit.
    #[error("{part}: more than {limit} bytes")]
    TooLarge {
        /// The part.
        part: Part,
        /// Its limit.
        limit: u64,
    },
    /// A part is not what it should be.
    #[error("{part}: damaged, {what}")]
    Damaged {
        /// The part.
        part: Part,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl PmtilesError {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Foreign => "不是 PMTiles 文件".to_owned(),
            Self::Version(found) => format!("是 PMTiles 第 {found} 版，只读第 3 版"),
            Self::ShortHeader { found } => format!("文件不完整：只有 {found} 字节，文件头就有 127 字节"),
            Self::Header(_) => "文件头已损坏".to_owned(),
            Self::TileType => "瓦片类型不支持；可用 MVT、PNG、JPEG、WebP、AVIF".to_owned(),
            Self::Compression(found) => format!("目录的压缩方式 {found} 不支持；可用 gzip 或不压缩"),
            Self::CutOff { part, end, found } => {
                format!("文件不完整：{}应到第 {end} 字节，文件只有 {found} 字节", part.zh())
            }
            Self::TooLarge { part, limit } => format!("{}超过 {limit} 字节", part.zh()),
            Self::Damaged { part, .. } => format!("{}已损坏", part.zh()),
        }
    }
}
