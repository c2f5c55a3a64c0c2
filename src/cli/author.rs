//! Who publishes: every edition names somebody.

use std::{fs, os::unix::fs::MetadataExt};

use super::failure::Failure;

/// Belongs to whoever runs this process.
const OWN_PROCESS: &str = "/proc/self";

/// The users that the system knows, as `name:x:uid:...`.
const USERS: &str = "/etc/passwd";

/// Who publishes: whom `--author` names, else the user of the system that runs this program.
pub fn author(given: Option<&str>) -> Result<String, Failure> {
    match given.map(str::trim) {
        Some("") => Err(Failure::usage(
            "--author：须写明由谁发布，不能为空",
            "--author: name who publishes, it cannot be empty",
        )),
        Some(given) => Ok(given.to_owned()),
        None => system_user().ok_or_else(|| {
            Failure::usage(
                "--author：查不到系统用户，请写明由谁发布",
                "--author: name who publishes, the system tells no user",
            )
        }),
    }
}

/// The name of the user that this process belongs to, or the number of one without a name.
fn system_user() -> Option<String> {
    let uid = fs::metadata(OWN_PROCESS).ok()?.uid();
    let users = fs::read_to_string(USERS).unwrap_or_default();
    Some(name_of(uid, &users).unwrap_or_else(|| format!("uid {uid}")))
}

fn name_of(uid: u32, users: &str) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(uid) && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_number() {
        let users = "root:x:0:0:root:/root:/bin/bash\n\nodd\n:x:7:7::/:\nwang:x:1000:1000::/home/wang:/bin/sh\n";
        assert_eq!(name_of(0, users).as_deref(), Some("root"));
        assert_eq!(name_of(1000, users).as_deref(), Some("wang"));
        assert_eq!([name_of(7, users), name_of(1, users)], [None, None]);
    }

    #[test]
    fn nobody_publishes_without_a_name() {
        assert_eq!(author(Some(" 网格中心 ")), Ok("网格中心".to_owned()));
        for blank in ["", "  "] {
            assert!(author(Some(blank)).is_err());
        }
        assert!(!author(None).expect("a system with users").is_empty());
    }
}
