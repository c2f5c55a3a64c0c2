//! Where the answers go: stdout, or a file that gets its name when it is whole.

use std::{fs::File, path::Path};

use super::args::Format;
use crate::cli::{failure::Failure, new_file::NewFile};

/// The formats by the endings of names.
const ENDINGS: [(&str, Format); 6] = [
    ("csv", Format::Csv),
    ("xlsx", Format::Xlsx),
    ("geojson", Format::Geojson),
    ("ndjson", Format::Ndjson),
    ("jsonl", Format::Ndjson),
    ("json", Format::Json),
];

/// What `--output` names.
pub struct Target {
    /// How the answers are written.
    pub format: Format,
    place: Place,
}

enum Place {
    Stdout,
    File(NewFile),
}

impl Target {
    /// Judges the name, and begins the file: a wrong name is told before the work.
    ///
    /// `used` are files that must stay what they are, whatever is forced.
    pub fn create(
        output: Option<&Path>,
        format: Option<Format>,
        force: bool,
        used: &[&Path],
    ) -> Result<(Self, Option<File>), Failure> {
        let Some(path) = output.filter(|path| *path != Path::new("-")) else {
            let format = format.unwrap_or(Format::Csv);
            if format == Format::Xlsx {
                let (zh, en) = ("XLSX 须用 -o 写到文件", "an XLSX goes to a file, name it with -o");
                return Err(Failure::usage(zh, en));
            }
            return Ok((Self { format, place: Place::Stdout }, None));
        };
        let format = format.or_else(|| by_ending(path)).ok_or_else(|| {
            let endings = ENDINGS.map(|(ending, _)| format!(".{ending}")).join(", ");
            let zh = format!("--output：文件名须以这些结尾：{endings}，或用 --format 指明");
            let en = format!("--output: the name must end in one of {endings}, or --format says what it is");
            Failure::usage(zh, en).about(path)
        })?;
        let (new, file) = NewFile::begin(path, force, used)?;
        Ok((Self { format, place: Place::File(new) }, Some(file)))
    }

    /// The folder that the answers go to, where large intermediate results fit too.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Stdout => None,
            Place::File(file) => file.folder(),
        }
    }

    /// Gives the whole file its name.
    pub fn finish(self) -> Result<(), Failure> {
        match self.place {
            Place::Stdout => Ok(()),
            Place::File(file) => file.finish(),
        }
    }
}

fn by_ending(path: &Path) -> Option<Format> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|&(_, format)| format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_tells_the_format_unless_it_is_said() {
        assert_eq!(by_ending(Path::new("a.GeoJSON")), Some(Format::Geojson));
        assert_eq!(by_ending(Path::new("a.b")), None);
        assert!(Target::create(None, Some(Format::Xlsx), false, &[]).is_err());
        assert_eq!(Target::create(None, None, false, &[]).map(|(target, _)| target.format).ok(), Some(Format::Csv));
    }
}
