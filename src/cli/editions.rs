//! `onemap editions --store FILE`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{failure::Failure, options};
use crate::{
    app::{library, tasks},
    clock::Clock,
    config::store_address,
    domain::area::{Edition, in_force},
    formats::moment::moment_text,
    store::StoreAddress,
};

/// The arguments of `onemap editions`.
#[derive(Debug, clap::Args)]
pub struct EditionsArgs {
    /// 存储文件或数据库地址，只读 / The store, a file or postgres://...; it is only read
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,
}

/// Lists the editions, oldest first.
pub async fn run(args: EditionsArgs) -> Result<ExitCode, Failure> {
    options::check_store(&args.store)?;
    let store = args.store.clone();
    let read = tasks::compute(move || library::editions(store)).await;
    let editions = read.map_err(|error| Failure::from(error).about_store(&args.store))?;
    let now = Clock::system().now();
    let in_force = in_force(&editions, now, None).map_or(0, |edition| edition.number);
    // Nothing is left to tell when stdout itself is gone.
    let _ = io::stdout().write_all(table(&editions, in_force).as_bytes());
    Ok(ExitCode::SUCCESS)
}

fn table(editions: &[Edition], in_force: u32) -> String {
    let mut text =
        "版本 number\t状态 state\t生效 effective_from\t发布 published_at\t发布人 author\t标题 title\n".to_owned();
    for edition in editions {
        let state = match edition.number.cmp(&in_force) {
            std::cmp::Ordering::Less => "历史 past",
            std::cmp::Ordering::Equal => "现行 in_force",
            std::cmp::Ordering::Greater => "待生效 scheduled",
        };
        let (from, at) = (moment_text(edition.effective_from), moment_text(edition.published_at));
        let line = [&edition.number.to_string(), state, &from, &at, &edition.author, &edition.title];
        let cells = line.map(|cell| cell.replace(|character: char| character.is_control(), " "));
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn every_edition_has_a_line_with_its_state() {
        let edition = |number: u32, title: &str| Edition {
            number,
            title: title.to_owned(),
            author: "张".to_owned(),
            effective_from: datetime!(2026-01-05 08:00 +8) + time::Duration::days(i64::from(number)),
            published_at: datetime!(2026-01-05 00:00 UTC),
            profile_digest: String::new(),
        };
        let text = table(&[edition(1, "一"), edition(2, "a\tb"), edition(3, "")], 2);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines[0], "1\t历史 past\t2026-01-06T00:00:00Z\t2026-01-05T00:00:00Z\t张\t一");
        assert_eq!(lines[1], "2\t现行 in_force\t2026-01-07T00:00:00Z\t2026-01-05T00:00:00Z\t张\ta b");
        assert!(lines[2].starts_with("3\t待生效 scheduled\t"), "{}", lines[2]);
    }
}
