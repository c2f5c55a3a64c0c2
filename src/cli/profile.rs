//! `onemap profile check FILE` and `onemap profile list`.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
    process::ExitCode,
};

use crate::{
    domain::profile::{LevelSpec, Profile},
    formats::profile_toml::{ProfileError, builtin_profiles, builtin_schemes, find_profile, parse_profile},
};

/// Longest file that is read, in bytes; the parser's own limit is smaller and says so.
const MAX_READ_BYTES: u64 = 2 << 20;

/// Why a profile could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Neither a built-in profile nor a file that can be read.
    #[error("profile {name}: {source}; built in: {built_in}")]
    Unreadable {
        /// What was asked for.
        name: String,
        /// What reading it as a file said.
        source: io::Error,
        /// The ids of the built-in profiles.
        built_in: String,
    },
    /// The file is no valid profile.
    #[error(transparent)]
    Invalid(#[from] ProfileError),
}

impl LoadError {
    /// The error in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Unreadable { name, source, built_in } => {
                format!("无法读取配置 {name}：{source}；内置配置：{built_in}")
            }
            Self::Invalid(error) => error.zh(),
        }
    }
}

/// The profile that `--profile` names: a built-in one by its id, else a file.
pub fn load(name: &str) -> Result<Profile, LoadError> {
    match find_profile(name) {
        Some(profile) => Ok(profile.clone()),
        None => load_file(Path::new(name)),
    }
}

/// Checks the profile in a file: what it says to stdout, or what is wrong with it to stderr and exit code 1.
pub fn check(path: &Path) -> ExitCode {
    let result = match load_file(path) {
        Ok(profile) => writeln!(io::stdout(), "配置有效 valid profile: {}\n{}", path.display(), describe(&profile)),
        Err(error) => {
            // Nothing is left to tell when stderr itself is gone.
            let _ = writeln!(io::stderr(), "{}\n{error}", error.zh());
            return ExitCode::FAILURE;
        }
    };
    exit_code(result)
}

/// Lists the built-in profiles.
pub fn list() -> ExitCode {
    let lines: Vec<String> = builtin_profiles().iter().map(describe).collect();
    exit_code(writeln!(io::stdout(), "{}", lines.join("\n")))
}

/// A pipe that closed early is no failure of ours.
fn exit_code(written: io::Result<()>) -> ExitCode {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

fn load_file(path: &Path) -> Result<Profile, LoadError> {
    let name = path.display().to_string();
    let text = read_text(path).map_err(|source| {
        let ids: Vec<&str> = builtin_profiles().iter().map(|profile| profile.id.as_str()).collect();
        LoadError::Unreadable { name: name.clone(), source, built_in: ids.join(", ") }
    })?;
    Ok(parse_profile(&text, &name, builtin_schemes())?)
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(MAX_READ_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// The profile in two lines: who it is, and its levels with their schemes.
fn describe(profile: &Profile) -> String {
    let level =
        |level: &LevelSpec| format!("{} {} ({})", level.name.zh, level.id, profile.schemes[level.code.scheme].id());
    let levels: Vec<String> = profile.levels.iter().map(level).collect();
    let [west, south, east, north] = profile.extent.to_degrees();
    format!(
        "{}  {}  {}\n    层级 levels: {}\n    范围 extent: {west} {south} {east} {north}; 角色 roles: {}",
        profile.id,
        profile.name.zh,
        profile.name.en,
        levels.join(" > "),
        profile.roles.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_found_by_id_and_by_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.toml");
        let text = &find_profile("chibi").expect("built in").source;
        fs::write(&path, text.replace("id = \"chibi\"", "id = \"mine\"")).expect("written");
        assert_eq!(load("chibi").expect("built in").id, "chibi");
        assert_eq!(load(path.to_str().expect("UTF-8")).expect("a file").id, "mine");
    }

    #[test]
    fn a_name_that_is_neither_is_told_with_the_built_in_ones() {
        let error = load("nowhere").expect_err("no such profile");
        assert!(error.to_string().ends_with("built in: licheng, shifeng, danjiangkou, chibi, xianning"), "{error}");
        assert!(error.zh().contains("nowhere"));
    }

    #[test]
    fn a_profile_is_described_with_its_levels_and_schemes() {
        let described = describe(find_profile("licheng").expect("built in"));
        assert_eq!(
            described,
            "licheng  莆田市荔城区  Licheng District, Putian\n    层级 levels: 区 district (stat-12) > 镇街 street (stat-12) > \
             村居 community (stat-12) > 网格 grid (range-15-18) > 单元 unit (range-15-18)\n    \
             范围 extent: 118.5 25.05 119.5 25.85; 角色 roles: 20"
        );
    }

    #[test]
    fn a_broken_file_ends_in_failure() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("broken.toml");
        fs::write(&path, "id = 5").expect("written");
        assert_eq!(check(&path), ExitCode::FAILURE);
        assert_eq!(check(&folder.path().join("missing.toml")), ExitCode::FAILURE);
        fs::write(&path, &find_profile("chibi").expect("built in").source).expect("written");
        assert_eq!(check(&path), ExitCode::SUCCESS);
        assert_eq!(list(), ExitCode::SUCCESS);
    }
}
