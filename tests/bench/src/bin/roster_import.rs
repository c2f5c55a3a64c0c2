//! Importing a roster: `roster_import FOLDER [ROWS]`, 20,000 rows when nobody says how many.
//!
//! A demo district is made in FOLDER; what an export of its duties has is cut or gone through again to ROWS rows and imported into
//! the same district without any duties, from CSV and from XLSX, each time into a fresh copy of the store. Beside it stands a
//! ceiling, measured in the same run on the same file: its cells read with the csv crate (calamine for XLSX), and as many bare rows
//! of the same cells written to a table without keys or checks, in one transaction with `synchronous=FULL`. Prints the fastest of
//! the turns.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use calamine::{Reader, Xlsx};
use onemap::{
    app::{
        District,
        demo::{Content, DemoDistrict, DemoPlan, generate},
        roster::{PhoneShown, RosterOptions, RosterOutcome},
    },
    clock::Clock,
    formats::table::{OutSheet, TableKind, write_csv, write_workbook},
    store::Store,
};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions, sqlite::SqliteSynchronous};

/// Rows when nobody says how many.
const ROWS: usize = 20_000;

/// Turns of each; the fastest is printed.
const TURNS: usize = 3;

/// Units of the district for each row: most rows are of leaders of units, and an export has some for grids as well.
const UNITS_PER_ROW: f64 = 0.9;

/// Fewest units of the district.
const MIN_UNITS: u64 = 300;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(arguments.first().context("usage: roster_import FOLDER [ROWS]")?).join("roster");
    let rows: usize = arguments.get(1).map_or(Ok(ROWS), |rows| rows.parse()).context("ROWS is a number")?;
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&folder, rows))?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn run(folder: &Path, rows: usize) -> Result<()> {
    let plan = DemoPlan::new(((rows as f64 * UNITS_PER_ROW) as u64).max(MIN_UNITS), 1, Content::Declared)?;
    let demo = generate(&plan, &mut |_, _| {});
    let bare = folder.join("bare.gpkg");
    adopt(&bare, DemoDistrict { postings: Vec::new(), ..demo.clone() }).await?;
    let full = folder.join("full.gpkg");
    adopt(&full, demo).await?;
    let district = District::open(full.as_path(), None, Clock::system()).await?;
    let (headings, cells) = parse_csv(&district.export_roster(TableKind::Csv, PhoneShown::Whole).await?)?;
    district.store().close().await?;
    ensure!(cells.len() >= rows, "the district has {} rows, not {rows}", cells.len());
    let cells: Vec<Vec<String>> = cells.into_iter().take(rows).collect();

    println!("## Import of a roster of {rows} rows\n");
    println!("A district of {} units; the fastest of {TURNS} turns; by the clock.\n", plan.units());
    println!(
        "| file | MB | import, s | rows/s | ceiling, s | of that reading, s | times the ceiling | same again, s |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for kind in [TableKind::Csv, TableKind::Xlsx] {
        let (name, bytes) = match kind {
            TableKind::Csv => ("roster.csv", write_csv(&headings, &cells)),
            TableKind::Xlsx => {
                ("roster.xlsx", write_workbook(&[OutSheet::new("名册", headings.clone(), cells.clone())]))
            }
        };
        let file = folder.join(name);
        fs::write(&file, &bytes)?;
        let mut best = [f64::INFINITY; 4];
        for _ in 0..TURNS {
            let (import, again) = import(folder, &bare, &file, name, rows).await?;
            let (read, written) = ceiling(folder, &file, kind, rows).await?;
            for (best, took) in best.iter_mut().zip([import, again, read, read + written]) {
                *best = best.min(took);
            }
        }
        let [import, again, read, ceiling] = best;
        println!(
            "| {name} | {:.1} | {import:.2} | {:.0} | {ceiling:.3} | {read:.3} | {:.1} | {again:.2} |",
            bytes.len() as f64 / 1e6,
            rows as f64 / import,
            import / ceiling
        );
    }
    println!();
    Ok(())
}

async fn adopt(path: &Path, demo: DemoDistrict) -> Result<()> {
    let district = District::open(path, None, Clock::system()).await?;
    district.adopt_demo(demo, "bench").await?;
    district.store().close().await?;
    Ok(())
}

fn parse_csv(bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(text);
    let headings = reader.headers()?.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect())).collect::<Result<_>>()?;
    Ok((headings, rows))
}

/// Seconds of an import into a fresh copy of `store`, and of the same import again, which changes nothing.
async fn import(folder: &Path, store: &Path, file: &Path, name: &str, rows: usize) -> Result<(f64, f64)> {
    let copy = folder.join("copy.gpkg");
    fs::copy(store, &copy)?;
    let district = District::open(copy.as_path(), None, Clock::system()).await?;
    let mut took = [0.0; 2];
    for (took, outcome) in took.iter_mut().zip([RosterOutcome::Applied, RosterOutcome::Unchanged]) {
        let began = Instant::now();
        let report = district.import_roster(name.to_owned(), file.to_owned(), &RosterOptions::default()).await?;
        *took = began.elapsed().as_secs_f64();
        let found = (report.outcome, report.rows as usize, report.left_out);
        ensure!(found == (outcome, rows, 0), "the import ended otherwise: {found:?} {:?}", report.findings.first());
    }
    district.store().close().await?;
    fs::remove_file(&copy)?;
    Ok((took[0], took[1]))
}

/// Seconds of reading the cells of a file, and of writing as many bare rows.
async fn ceiling(folder: &Path, file: &Path, kind: TableKind, rows: usize) -> Result<(f64, f64)> {
    let began = Instant::now();
    let cells = match kind {
        TableKind::Csv => parse_csv(&fs::read(file)?)?.1,
        TableKind::Xlsx => {
            let mut workbook: Xlsx<_> = calamine::open_workbook(file)?;
            let range = workbook.worksheet_range_at(0).context("a sheet")??;
            range.rows().skip(1).map(|row| row.iter().map(ToString::to_string).collect()).collect()
        }
    };
    let read = began.elapsed().as_secs_f64();
    ensure!(cells.len() == rows, "{} rows were read, not {rows}", cells.len());
    let path = folder.join("rows.sqlite");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = options.synchronous(SqliteSynchronous::Full).connect().await?;
    sqlx::query("create table row (area text, role text, name text, phone text, organisation text)")
        .execute(&mut connection)
        .await?;
    let began = Instant::now();
    let mut transaction = connection.begin().await?;
    for row in &cells {
        let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
        // Columns of the roster: area, role, name, telephone, organisation.
        sqlx::query("insert into row values ($1, $2, $3, $4, $5)")
            .bind(cell(0))
            .bind(cell(3))
            .bind(cell(6))
            .bind(cell(8))
            .bind(cell(9))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    let written = began.elapsed().as_secs_f64();
    connection.close().await?;
    fs::remove_file(&path)?;
    Ok((read, written))
}
