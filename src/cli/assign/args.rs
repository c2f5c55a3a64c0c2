//! The arguments of `onemap assign`.

use std::path::PathBuf;

use crate::{
    app::assign::{MatterWords, Where, WrittenCase},
    cli::{failure::Failure, which::WhichArgs},
    config::store_address,
    formats::assignments::AssignmentHeadings,
    store::StoreAddress,
};

/// The arguments of `onemap assign`.
#[derive(Debug, clap::Args)]
pub struct AssignArgs {
    /// 事件表：CSV 或 XLSX；不写则用 --lon --lat 或 --address 给出一件 / Cases in CSV or XLSX; else one case by its position or address
    #[arg(value_name = "FILE", conflicts_with_all = ["lon", "lat", "address"])]
    pub file: Option<PathBuf>,

    /// 存储文件或数据库地址，只读 / The store, a file or postgres://...; it is only read
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    pub store: StoreAddress,

    /// 经度或横坐标 / Longitude, or easting
    #[arg(long, value_name = "X", allow_negative_numbers = true, requires = "lat")]
    lon: Option<f64>,

    /// 纬度或纵坐标 / Latitude, or northing
    #[arg(long, value_name = "Y", allow_negative_numbers = true, requires = "lon")]
    lat: Option<f64>,

    /// 地址，代替经纬度 / An address, in the place of the position
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["lon", "lat"])]
    address: Option<String>,

    /// 事项类别；表中未写的行也用它 / Category of the case, or of rows that name none
    #[arg(long, value_name = "ID")]
    category: Option<String>,

    /// 时间（带时区的 RFC 3339，或日期），不写为现在；表中未写的行也用它 / When; now when left out
    #[arg(long, value_name = "TIME|DATE")]
    at: Option<String>,

    /// 报送时指明的区域编码 / Code of the area that was named with it
    #[arg(long, value_name = "CODE", conflicts_with = "file")]
    unit: Option<String>,

    /// 坐标系，默认 EPSG:4490 / Coordinate system
    #[arg(long, value_name = "CRS")]
    crs: Option<String>,

    /// 定位精度，米 / Accuracy in metres
    #[arg(long, value_name = "METRES")]
    accuracy_m: Option<f64>,

    /// 精度的含义：android（68%）、w3c（95%）、ios、uniform / What the accuracy means
    #[arg(long, value_name = "KIND")]
    accuracy_kind: Option<String>,

    /// 工作表，不写则取表头相符的那一张 / The sheet of an XLSX
    #[arg(long, value_name = "NAME", requires = "file")]
    pub sheet: Option<String>,

    /// The edition that answers.
    #[command(flatten)]
    pub which: WhichArgs,

    /// 表头用词：en 或 zh / Language of the headings of a table
    #[arg(long, value_enum, default_value_t = Language::En)]
    headings: Language,

    /// 写到文件，不写或 - 为标准输出 / Output file; stdout when left out or -
    #[arg(short, long, value_name = "FILE.json|.csv|.ndjson")]
    pub output: Option<PathBuf>,

    /// 输出格式，优先于后缀；默认一件为 json，表为 csv / Output format, whatever the ending; json for one case, csv for a table
    #[arg(long, value_enum)]
    format: Option<Format>,

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

/// How assignments are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// 与接口相同的 JSON / The JSON of the service
    Json,
    /// 每行一个对象 / An object a line
    Ndjson,
    /// 表格 / A table
    Csv,
}

impl AssignArgs {
    /// How to write.
    pub fn format(&self) -> Result<Format, Failure> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let file = self.output.as_deref().filter(|path| path.as_os_str() != "-");
        let Some(path) = file else { return Ok(if self.file.is_some() { Format::Csv } else { Format::Json }) };
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("json") => Ok(Format::Json),
            Some("ndjson" | "jsonl") => Ok(Format::Ndjson),
            Some("csv") => Ok(Format::Csv),
            _ => {
                let (zh, en) = (
                    "--output：后缀须为 .json、.ndjson 或 .csv，或用 --format 指明",
                    "--output: the ending must be .json, .ndjson or .csv; or say --format",
                );
                Err(Failure::usage(zh, en).about(path))
            }
        }
    }

    /// In which language a table is headed.
    pub fn headings(&self) -> AssignmentHeadings {
        match self.headings {
            Language::En => AssignmentHeadings::Plain,
            Language::Zh => AssignmentHeadings::Zh,
        }
    }

    /// What the arguments say of a case, or of rows that say nothing themselves.
    pub fn words(&self) -> MatterWords {
        MatterWords {
            x: self.lon.unwrap_or_default(),
            y: self.lat.unwrap_or_default(),
            crs: self.crs.clone(),
            accuracy_m: self.accuracy_m,
            accuracy_kind: self.accuracy_kind.clone(),
            category: self.category.clone().unwrap_or_default(),
            at: self.at.clone(),
            unit: self.unit.clone(),
        }
    }

    /// The one case that the arguments are.
    pub fn case(&self) -> Result<WrittenCase, Failure> {
        let at = match (&self.address, self.lon) {
            (Some(address), _) => Where::Address(address.clone()),
            (None, Some(_)) => Where::Position,
            (None, None) => {
                let (zh, en) = (
                    "须给出事件表，或 --lon 与 --lat，或 --address",
                    "a table of cases is needed, or --lon and --lat, or --address",
                );
                return Err(Failure::usage(zh, en));
            }
        };
        if self.category.is_none() {
            let (zh, en) = ("须用 --category 给出事项类别，见 /profile", "--category is needed, see /profile");
            return Err(Failure::usage(zh, en));
        }
        Ok(WrittenCase { record: 1, id: None, at, words: self.words() })
    }
}
