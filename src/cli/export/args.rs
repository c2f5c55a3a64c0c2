//! The arguments of `onemap export`, checked.

use std::{ops::RangeInclusive, path::PathBuf};

use crate::{
    app::tiles::{MAX_TILE_ZOOM, Tileset},
    cli::{failure::Failure, which::WhichArgs},
    config::store_address,
    store::StoreAddress,
};

/// How a name of an archive ends.
const ENDING: &str = "pmtiles";

/// The arguments of `onemap export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// 输出文件 / Output file
    #[arg(short, long, value_name = "FILE.pmtiles")]
    pub output: PathBuf,

    /// 输出格式，优先于后缀 / Output format, whatever the ending
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// 存储文件或数据库地址，只读 / The store, a file or postgres://...; it is only read
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    pub store: StoreAddress,

    /// The edition whose tiles are written.
    #[command(flatten)]
    pub which: WhichArgs,

    /// 只要与此区域相交的瓦片 / Code of an area: only tiles that meet it
    #[arg(long, value_name = "CODE")]
    pub area: Option<String>,

    /// 级别，如 8-16 或 14 / Zooms, as 8-16 or 14
    #[arg(long, value_name = "FIRST-LAST", default_value = "0-18")]
    zooms: String,

    /// 哪一套瓦片 / Which tiles
    #[arg(long, value_enum, default_value_t = Set::Areas)]
    tileset: Set,

    /// 覆盖已有的输出文件 / Replace an output file that exists
    #[arg(long)]
    pub force: bool,
}

/// How tiles are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// PMTiles 3
    Pmtiles,
}

/// A set of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Set {
    /// 各级区域、边界与标注 / Areas of all levels, borders, labels
    Areas,
    /// 道路、水系、绿地与建筑，只有现状 / Roads, water, greens, buildings, as they are now
    Places,
}

impl ExportArgs {
    /// The set of tiles; places of a past edition are refused, because a store keeps their newest state only.
    pub fn tileset(&self) -> Result<Tileset, Failure> {
        match (self.tileset, self.which.given()) {
            (Set::Areas, _) => Ok(Tileset::Areas),
            (Set::Places, Some(given)) => Err(Failure::usage(
                format!("{given}：点位不分版本，存储只保存现状，请去掉"),
                format!("{given}: places have no editions, the store keeps them as they are now; leave it out"),
            )),
            (Set::Places, None) => Ok(Tileset::Places),
        }
    }

    /// The zooms.
    pub fn zooms(&self) -> Result<RangeInclusive<u8>, Failure> {
        zooms(&self.zooms).ok_or_else(|| {
            let given = &self.zooms;
            Failure::usage(
                format!("--zooms：{given} 不在允许范围内，应为 0 至 {MAX_TILE_ZOOM} 的 起-止，如 8-16，或一个级别"),
                format!(
                    "--zooms: {given:?} is no range of zooms; allowed is FIRST-LAST from 0 to {MAX_TILE_ZOOM}, as 8-16, or one zoom"
                ),
            )
        })
    }

    /// Refuses a name that does not tell the format, when nothing else does.
    pub fn check_format(&self) -> Result<(), Failure> {
        let ending = self.output.extension().and_then(|ending| ending.to_str());
        let is_said = self.format.is_some() || ending.is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING));
        if self.output.as_os_str() == "-" {
            let (zh, en) = ("--output：PMTiles 须写到文件", "--output: a PMTiles goes to a file");
            return Err(Failure::usage(zh, en));
        }
        if is_said {
            return Ok(());
        }
        Err(Failure::usage(
            format!("--output：文件名须以 .{ENDING} 结尾，或用 --format 指明"),
            format!("--output: the name must end in .{ENDING}, or --format says what it is"),
        )
        .about(&self.output))
    }
}

fn zooms(text: &str) -> Option<RangeInclusive<u8>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let zoom = |text: &str| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u8>().ok().filter(|&zoom| is_plain && zoom <= MAX_TILE_ZOOM)
    };
    let (first, last) = (zoom(first)?, zoom(last)?);
    (first <= last).then_some(first..=last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooms_are_one_or_two_in_order() {
        assert_eq!(zooms("8-16"), Some(8..=16));
        assert_eq!(zooms("0-18"), Some(0..=18));
        assert_eq!(zooms("14"), Some(14..=14));
        for text in ["", "-", "8-", "-8", "16-8", "8-19", "19", "a-b", "+8-9", "8-9-10", "8 - 9", "８-９", "256"] {
            assert_eq!(zooms(text), None, "{text}");
        }
    }
}
