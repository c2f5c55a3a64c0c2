//! `onemap generate --units N --seed S (--store FILE | --out FILE.geojsonl)`.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    author::author,
    failure::Failure,
    options, profile,
    progress::{spinner, steps},
    report::cannot_write,
};
use crate::{
    app::{
        demo::{self, Content, DemoDistrict, DemoPlan, DemoStory, MAX_UNITS, MIN_UNITS},
        district::GenerateError,
        story::{AUTHOR, Said},
        tasks,
    },
    config::store_address,
    domain::profile::Profile,
    formats::area_feature::area_feature_line,
    store::{Store, StoreAddress},
};

/// The one profile whose district can be made: the data of `data/demo` are its.
const DEMO_PROFILE: &str = "licheng";

/// What the edition is called.
const TITLE: &str = "示范数据（虚构）/ Demo data (made up)";

/// The arguments of `onemap generate`.
#[derive(Debug, clap::Args)]
pub struct GenerateArgs {
    /// 区县配置；示范数据只有 licheng / The district; demo data exist for licheng only
    #[arg(long, value_name = "ID", default_value = DEMO_PROFILE)]
    profile: String,

    /// 单元数，200 至 4000000 / Number of units, 200 to 4000000
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = demo::DEFAULT_UNITS.to_string())]
    units: String,

    /// 随机种子：同样的种子，同样的数据 / Equal seeds give equal districts
    #[arg(long, value_name = "S", default_value_t = DemoPlan::default().seed())]
    seed: u64,

    /// 不建楼栋（压力测试用）/ Leave buildings out, for load tests
    #[arg(long)]
    no_buildings: bool,

    /// 版本数：2 为先 30 网格、后 260 网格与单元（镇海街道）；不写为 2，--no-buildings 时为 1 / Editions: 2 begins with 镇海街道 in 30 grids; 2 when left out, 1 with --no-buildings
    #[arg(long, value_name = "1|2", value_parser = clap::value_parser!(u8).range(1..=2))]
    editions: Option<u8>,

    /// 最新一版的标题 / Title of the newest edition
    #[arg(long, value_name = "TITLE", default_value = TITLE, hide_default_value = true)]
    title: String,

    /// 发布人 / Who publishes
    #[arg(long, value_name = "AUTHOR", default_value = AUTHOR)]
    author: String,

    /// 最新一版的生效时间（带时区的 RFC 3339 或日期，最晚两年后），不写即刻生效 / From when the newest edition is in force, at most two years ahead; at once when left out
    #[arg(long, value_name = "TIME|DATE")]
    effective_from: Option<String>,

    #[command(flatten)]
    target: Target,
}

/// Where the district goes.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// 新存储：区域、道路水系楼栋、岗位 / A new store: areas, places and posts
    #[arg(long, value_name = "FILE|URL", value_parser = store_address())]
    store: Option<StoreAddress>,

    /// 文件：只有区域，每行一个 GeoJSON Feature / A file: the areas only, a GeoJSON Feature a line
    #[arg(long, value_name = "FILE.geojsonl")]
    out: Option<PathBuf>,
}

/// Generates the district into a store or a file.
pub async fn run(args: GenerateArgs) -> Result<ExitCode, Failure> {
    let profile = demo_profile(&args.profile)?;
    let content = if args.no_buildings { Content::Declared } else { Content::Buildings };
    let plan = args.units.parse().ok().and_then(|units| DemoPlan::new(units, args.seed, content).ok());
    let plan = plan.ok_or_else(|| {
        let units = &args.units;
        Failure::usage(
            format!("--units：{units} 不在允许范围内，须为 {MIN_UNITS} 至 {MAX_UNITS} 的整数"),
            format!("--units: {units:?} is no number of units; allowed are {MIN_UNITS} to {MAX_UNITS}"),
        )
    })?;
    let said = Said {
        title: args.title,
        author: author(Some(&args.author))?,
        effective_from: options::moment("--effective-from", args.effective_from.as_deref(), &profile)?,
    };
    let editions = args.editions.unwrap_or(if args.no_buildings { 1 } else { 2 });
    match args.target {
        Target { store: Some(store), .. } => into_store(&store, profile, plan, said, editions).await?,
        Target { out: Some(out), .. } => into_file(out, profile, plan).await?,
        Target { store: None, out: None } => {
            return Err(Failure::usage("须给出 --store 或 --out", "one of --store and --out is needed"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn demo_profile(name: &str) -> Result<Profile, Failure> {
    if name != DEMO_PROFILE {
        return Err(Failure::usage(
            format!("--profile：没有 {name} 的示范数据，只有 {DEMO_PROFILE}"),
            format!("--profile: there are no demo data for {name:?}; allowed is {DEMO_PROFILE}"),
        ));
    }
    Ok(profile::load(DEMO_PROFILE)?)
}

async fn into_store(
    address: &StoreAddress,
    profile: Profile,
    plan: DemoPlan,
    said: Said,
    editions: u8,
) -> Result<(), Failure> {
    let district = options::open(address, Some(profile)).await?;
    let about = |failure: Failure| failure.about_store(address);
    let adopted = async {
        // Before the work, not after it.
        if let Some(head) = district.store().head().await? {
            return Err(GenerateError::NotEmpty(head.number));
        }
        let mut story = make(plan).await;
        if editions == 1 {
            story.before.clear();
        }
        let now = &story.now;
        let counts = (now.areas.len(), now.places.len(), now.postings.len());
        let storing = spinner("校验并写入存储 validating and storing");
        let edition = district.adopt_story(story, said).await;
        storing.finish_and_clear();
        Ok((edition?, counts))
    };
    let adopted = adopted.await;
    let closed = district.store().close().await;
    let (edition, (areas, places, postings)) = adopted.map_err(|error| about(error.into()))?;
    closed.map_err(|error| about(error.into()))?;
    say(&format!(
        "已发布第 {edition} 版：区域 {areas}，地物 {places}，岗位 {postings} / \
         published edition {edition}: {areas} areas, {places} places, {postings} posts"
    ));
    Ok(())
}

async fn into_file(path: PathBuf, profile: Profile, plan: DemoPlan) -> Result<(), Failure> {
    // Tried before the work, not after it.
    let partial = Partial::create(&path).map_err(|error| cannot_write(&path, &error))?;
    let DemoDistrict { areas, .. } = make(plan).await.now;
    let count = areas.len();
    let writing = spinner("写入文件 writing");
    let target = path.clone();
    let written = tasks::compute(move || {
        let lines = areas.iter().map(|area| area_feature_line(area, &profile.level(area.level).id));
        partial.write(lines, &target)
    });
    let written = written.await;
    writing.finish_and_clear();
    written.map_err(|error| cannot_write(&path, &error))?;
    let shown = path.display();
    say(&format!(
        "已写入 {shown}：区域 {count}；地物与岗位不在文件中，需要时用 --store / \
         wrote {shown}: {count} areas; places and posts are not in the file, use --store for them"
    ));
    Ok(())
}

async fn make(plan: DemoPlan) -> DemoStory {
    let bar = steps("生成示范区 making the district");
    let shown = bar.clone();
    let demo = tasks::compute(move || {
        demo::generate_story(&plan, &mut |done, total| {
            shown.set_length(total);
            shown.set_position(done);
        })
    });
    let demo = demo.await;
    bar.finish_and_clear();
    demo
}

fn say(text: &str) {
    // Nothing is left to tell when stdout itself is gone.
    let _ = writeln!(io::stdout(), "{text}");
}

/// A file that gets its name when it is whole.
struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    /// Begins a file beside `target`.
    fn create(target: &Path) -> io::Result<Self> {
        let mut name = target.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
        if target.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        name.push(format!(".{}.partial", std::process::id()));
        let path = target.with_file_name(name);
        Ok(Self { file: File::create_new(&path)?, path })
    }

    /// Writes `lines` and gives the file the name `target`.
    fn write(self, lines: impl Iterator<Item = String>, target: &Path) -> io::Result<()> {
        let mut writer = BufWriter::new(&self.file);
        for line in lines {
            writer.write_all(line.as_bytes())?;
        }
        writer.flush()?;
        drop(writer);
        self.file.sync_all()?;
        fs::rename(&self.path, target)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After the rename there is none; before it, what is there is of no use.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_absent() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("a.geojsonl");
        let names = || fs::read_dir(folder.path()).expect("a folder").count();
        drop(Partial::create(&target).expect("begun"));
        assert_eq!(names(), 0);
        let partial = Partial::create(&target).expect("begun");
        partial.write(["a\n", "b\n"].map(str::to_owned).into_iter(), &target).expect("written");
        assert_eq!((fs::read_to_string(&target).expect("there"), names()), ("a\nb\n".to_owned(), 1));
        assert!(Partial::create(folder.path()).is_err());
    }

    #[test]
    fn only_the_demo_profile_has_a_district() {
        assert!(demo_profile(DEMO_PROFILE).is_ok());
        assert!(demo_profile("chibi").is_err());
    }
}
