//! Who is responsible for a few points, asked from within another program.
//!
//! ```sh
//! onemap generate --units 8000 --store demo.gpkg
//! cargo run --example locate -- demo.gpkg 119.011,25.434 119.02,25.44
//! ```

use std::{
    error::Error,
    io::{self, Write},
};

use onemap::{AccuracyKind, Crs, Map, Question};

/// What a phone says of its position, in metres.
const ACCURACY_M: f64 = 15.0;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((store, points)) = args.split_first().filter(|(_, points)| !points.is_empty()) else {
        return Err("usage: locate STORE LON,LAT...".into());
    };
    let map = onemap::open(store)?;
    print_answers(&map, points, &mut io::stdout().lock())
}

/// Writes a line for each point: its areas from coarse to fine, and how sure the last one is.
pub fn print_answers(map: &Map, points: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let questions: Vec<Question> = points.iter().map(|point| question(point)).collect::<Result<_, _>>()?;
    writeln!(out, "edition {}", map.edition())?;
    let mut lines = Vec::new();
    map.locate_batch(&questions, |index, answer| {
        let point = &points[index];
        lines.push(match answer {
            Ok(answer) => {
                let names: Vec<&str> = answer.chain().map(|area| area.name.as_str()).collect();
                let found = answer.found().id();
                match answer.area() {
                    Some(area) => format!("{point}: {found} {} ({})", names.join(" / "), area.code),
                    None => format!("{point}: {found}"),
                }
            }
            Err(error) => format!("{point}: {error}"),
        });
    });
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn question(point: &str) -> Result<Question, Box<dyn Error>> {
    let (lon, lat) = point.split_once(',').ok_or("a point is LON,LAT")?;
    Ok(Question {
        x: lon.parse()?,
        y: lat.parse()?,
        crs: Crs::Cgcs2000,
        accuracy_m: Some(ACCURACY_M),
        accuracy_kind: AccuracyKind::Android,
    })
}
