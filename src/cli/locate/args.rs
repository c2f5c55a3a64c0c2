//! The arguments of `onemap locate`, checked.

use std::path::PathBuf;

use crate::{
    app::lookup::Question,
    cli::{failure::Failure, options, which::WhichArgs},
    config::store_address,
    domain::{
        crs::Crs,
        locate::{Accuracy, AccuracyKind, MAX_ACCURACY_M},
        profile::CrsNames,
    },
    formats::{
        answers::Headings,
        points::{Asked, PointOptions},
    },
    store::StoreAddress,
};

/// The arguments of `onemap locate`.
#[derive(Debug, clap::Args)]
pub struct LocateArgs {
    /// 点位：CSV、XLSX、GeoJSON、NDJSON、JSON；- 为标准输入 / The points; - is stdin
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// 存储文件或数据库地址，只读 / The store, a file or postgres://...; it is only read
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    pub store: StoreAddress,

    /// 未写坐标系的记录用哪个，如 gcj02、EPSG:4549 / Coordinate system of records that name none
    #[arg(long, value_name = "CRS", default_value = "EPSG:4490")]
    crs: String,

    /// 经度（或横坐标）列，不写则按列名识别 / Column of the longitude, or easting
    #[arg(long, value_name = "NAME")]
    lon_col: Option<String>,

    /// 纬度（或纵坐标）列，不写则按列名识别 / Column of the latitude, or northing
    #[arg(long, value_name = "NAME")]
    lat_col: Option<String>,

    /// 按此列的地址查找，代替经纬度 / Column of addresses, to look up these instead of points
    #[arg(long, value_name = "NAME", conflicts_with_all = ["crs", "lon_col", "lat_col", "accuracy_m", "accuracy_kind"])]
    pub address_col: Option<String>,

    /// 工作表，不写则为第一张 / The sheet of an XLSX, the first one when left out
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,

    /// 未写精度的记录的定位精度，米 / Accuracy in metres of records that name none
    #[arg(long, value_name = "METRES", allow_negative_numbers = true)]
    accuracy_m: Option<String>,

    /// 精度的含义：android（68%）、w3c（95%）、ios、uniform / What the accuracy means
    #[arg(long, value_name = "KIND", default_value = "android")]
    accuracy_kind: String,

    /// The edition that answers.
    #[command(flatten)]
    pub which: WhichArgs,

    /// 表头与用词：en 或 zh / Language of headings and words
    #[arg(long, value_enum, default_value_t = Language::En)]
    headings: Language,

    /// 写到文件，格式按后缀；不写或 - 为标准输出 / Output file, its ending tells the format; stdout when left out or -
    #[arg(short, long, value_name = "FILE.csv|.xlsx|.geojson|.ndjson")]
    pub output: Option<PathBuf>,

    /// 输出格式，优先于后缀；标准输出默认 csv / Output format, whatever the ending; csv for stdout
    #[arg(long, value_enum)]
    pub format: Option<Format>,

    /// 覆盖已有的输出文件 / Replace an output file that exists
    #[arg(long)]
    pub force: bool,
}

/// In which language a table is headed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Language {
    /// English
    En,
    /// 中文
    Zh,
}

/// How the answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// 表格文本
    Csv,
    /// Excel 工作簿
    Xlsx,
    /// 要素集合
    Geojson,
    /// 每行一个对象
    Ndjson,
    /// 一个文档
    Json,
}

/// What holds for records that do not say otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    /// The system of coordinates.
    pub crs: Crs,
    accuracy_m: Option<f64>,
    accuracy_kind: AccuracyKind,
}

impl LocateArgs {
    /// Whether `--crs` says something that only the profile of the store may know.
    pub fn names_own_crs(&self) -> bool {
        Crs::parse(&self.crs).is_err()
    }

    /// What the records leave out, in a district with these names of systems.
    pub fn defaults(&self, names: &CrsNames) -> Result<Defaults, Failure> {
        let crs = options::crs(Some(&self.crs), names)?.unwrap_or(Crs::Cgcs2000);
        let accuracy_kind = AccuracyKind::parse(&self.accuracy_kind).ok_or_else(|| {
            let (given, allowed) = (&self.accuracy_kind, AccuracyKind::ALL.map(AccuracyKind::id).join(", "));
            Failure::usage(
                format!("--accuracy-kind：没有 {given}，可用：{allowed}"),
                format!("--accuracy-kind: {given:?} is none; allowed are {allowed}"),
            )
        })?;
        let accuracy_m = self.accuracy_m.as_deref().map(|text| accuracy_m(text, accuracy_kind)).transpose()?;
        Ok(Defaults { crs, accuracy_m, accuracy_kind })
    }

    /// Which columns hold the coordinates, and which systems records may name.
    pub fn columns(&self, names: &CrsNames) -> PointOptions {
        PointOptions { crs: names.clone(), lon_column: self.lon_col.clone(), lat_column: self.lat_col.clone() }
    }

    /// In which language a table is headed.
    pub fn headings(&self) -> Headings {
        match self.headings {
            Language::En => Headings::Plain,
            Language::Zh => Headings::Zh,
        }
    }
}

impl Defaults {
    /// What a record asks.
    pub fn question(&self, asked: &Asked) -> Question {
        Question {
            x: asked.x,
            y: asked.y,
            crs: asked.crs.unwrap_or(self.crs),
            accuracy_m: asked.accuracy_m.or(self.accuracy_m),
            accuracy_kind: asked.accuracy_kind.unwrap_or(self.accuracy_kind),
        }
    }
}

fn accuracy_m(text: &str, kind: AccuracyKind) -> Result<f64, Failure> {
    let metres = text.parse().ok().filter(|&metres: &f64| Accuracy::new(metres, kind).is_some());
    metres.ok_or_else(|| {
        Failure::usage(
            format!("--accuracy-m：{text} 不在允许范围内，须大于 0、不超过 {MAX_ACCURACY_M} 米"),
            format!(
                "--accuracy-m: {text:?} is no accuracy; allowed is a number above 0, at most {MAX_ACCURACY_M} (metres)"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accuracy_is_above_zero_and_at_most_the_limit() {
        assert_eq!(accuracy_m("15", AccuracyKind::Android), Ok(15.0));
        assert_eq!(accuracy_m("2000", AccuracyKind::Ios), Ok(2_000.0));
        for text in ["0", "-1", "2000.5", "10000", "NaN", "inf", "", "ten"] {
            assert!(accuracy_m(text, AccuracyKind::Android).is_err(), "{text}");
        }
    }
}
