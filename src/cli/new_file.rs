//! A file that gets its name when it is whole.

use std::{
    ffi::OsString,
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use super::{failure::Failure, options, report::cannot_write};
use crate::formats::table::TableKind;

/// A file that others may read, as far as the process' umask lets them.
const PLAIN_FILE: u32 = 0o666;

/// A file beside `path` that is given its name at the end; gone when it is dropped before.
pub struct NewFile {
    path: PathBuf,
    partial: TempPath,
    may_replace: bool,
}

impl NewFile {
    /// Begins the file: a wrong name is told before the work.
    ///
    /// `used` are files that must stay what they are, whatever is forced.
    pub fn begin(path: &Path, force: bool, used: &[&Path]) -> Result<(Self, File), Failure> {
        if used.iter().any(|used| options::is_same_file(used, path)) {
            let (zh, en) = ("--output：不能覆盖输入文件或存储", "--output: this would write over a file that is used");
            return Err(Failure::usage(zh, en).about(path));
        }
        check_free(path, force)?;
        // Through a link, what it points to is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (file, partial) = begin(&path).map_err(|error| cannot_write(&path, &error))?;
        Ok((Self { path, partial, may_replace: force }, file))
    }

    /// The folder that it lies in, where large intermediate results fit too.
    pub fn folder(&self) -> Option<&Path> {
        self.partial.parent()
    }

    /// Gives the whole file its name.
    pub fn finish(self) -> Result<(), Failure> {
        let Self { path, partial, may_replace } = self;
        let named = if may_replace { partial.persist(&path) } else { partial.persist_noclobber(&path) };
        named.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(&path),
            _ => cannot_write(&path, &error.error),
        })
    }
}

/// The kind of table that the ending of a name tells.
pub fn table_kind(path: &Path) -> Result<TableKind, Failure> {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(TableKind::Csv),
        Some("xlsx") => Ok(TableKind::Xlsx),
        _ => {
            let (zh, en) = ("文件名须以 .csv 或 .xlsx 结尾", "the name must end in .csv or .xlsx");
            Err(Failure::usage(zh, en).about(path))
        }
    }
}

/// Begins a file beside `path`.
fn begin(path: &Path) -> io::Result<(File, TempPath)> {
    let mut prefix = OsString::from(path.file_name().ok_or(io::ErrorKind::IsADirectory)?);
    prefix.push(".");
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".partial").permissions(Permissions::from_mode(PLAIN_FILE));
    Ok(builder.tempfile_in(folder)?.into_parts())
}

/// Refuses a name that is taken, unless it may be replaced and is a plain file.
fn check_free(path: &Path, force: bool) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            Err(Failure::new("是文件夹，不是文件", "this is a folder, not a file").about(path))
        }
        Ok(found) if !found.is_file() => {
            let (zh, en) = ("不是普通文件；写到管道请用 -o -", "this is no plain file; use -o - to write to a pipe");
            Err(Failure::new(zh, en).about(path))
        }
        Ok(_) if !force => Err(exists(path)),
        _ => Ok(()),
    }
}

fn exists(path: &Path) -> Failure {
    Failure::new("文件已存在；要覆盖请加 --force", "the file exists; --force replaces it").about(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn create(path: &Path, force: bool) -> Result<(NewFile, File), Failure> {
        NewFile::begin(path, force, &[])
    }

    #[test]
    fn a_file_is_whole_or_absent_and_never_replaced_unasked() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let names = || fs::read_dir(folder.path()).expect("a folder").count();
        drop(create(&path, false).expect("begun"));
        assert_eq!(names(), 0);
        let (target, mut file) = create(&path, false).expect("begun");
        file.write_all(b"x").expect("written");
        target.finish().expect("named");
        assert_eq!((fs::read_to_string(&path).expect("there"), names()), ("x".to_owned(), 1));
        assert!(create(&path, false).is_err());
        let (target, _) = create(&path, true).expect("begun");
        target.finish().expect("named");
        assert_eq!((fs::read_to_string(&path).expect("there"), names()), (String::new(), 1));
        assert!(create(folder.path(), true).is_err());
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let (target, _) = create(&path, false).expect("begun");
        fs::write(&path, "somebody's").expect("written");
        assert!(target.finish().is_err());
        assert_eq!(fs::read_to_string(&path).expect("there"), "somebody's");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_link_stays_and_a_device_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (link, real) = (folder.path().join("link.csv"), folder.path().join("real.csv"));
        fs::write(&real, "old").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        create(&link, true).expect("begun").0.finish().expect("named");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&real).expect("there"), "");
        assert!(create(Path::new("/dev/null"), true).is_err());
    }
}
