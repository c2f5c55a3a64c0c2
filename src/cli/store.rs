//! `onemap store copy FROM TO`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{failure::Failure, options, progress::spinner};
use crate::{
    config::store_address,
    store::{
        StoreAddress,
        copy::{CopiedTable, CopyError, CopyStep, copy_store},
    },
};

/// The arguments of `onemap store copy`.
#[derive(Debug, clap::Args)]
pub struct CopyArgs {
    /// 源：存储文件或数据库地址 / The store to be read, a file or postgres://...
    #[arg(value_name = "FROM", value_parser = store_address())]
    from: StoreAddress,

    /// 目标：新存储，必须是空的 / The new store: a file that does not exist or an empty database
    #[arg(value_name = "TO", value_parser = store_address())]
    to: StoreAddress,
}

/// Copies a store; exit code 0 when both sides are equal, table by table.
pub async fn copy(args: CopyArgs) -> Result<ExitCode, Failure> {
    let CopyArgs { from, to } = args;
    options::check_store(&from)?;
    let bar = spinner("复制存储 copying the store");
    let shown = bar.clone();
    let progress = move |step: CopyStep| {
        shown.set_message(match step {
            CopyStep::Written { table, rows } => format!("复制 copying {table}: {rows}"),
            CopyStep::Compared { table } => format!("核对 comparing {table}"),
        });
    };
    let copied = copy_store(&from, &to, progress).await;
    bar.finish_and_clear();
    let copied = copied.map_err(Failure::from)?;
    // Nothing is left to tell when stdout itself is gone.
    let _ = io::stdout().write_all(summary(&copied, &from, &to).as_bytes());
    Ok(ExitCode::SUCCESS)
}

/// The tables with their rows and digests, which both sides have alike.
fn summary(copied: &[CopiedTable], from: &StoreAddress, to: &StoreAddress) -> String {
    let mut text = format!("{:<12} {:>10}  SHA-256\n", "table", "rows");
    for CopiedTable { name, rows, digest } in copied {
        text.push_str(&format!("{name:<12} {rows:>10}  {digest}\n"));
    }
    text.push_str(&format!(
        "已复制，两边逐表核对一致：{from} → {to} / copied, and both sides are equal table by table: {from} to {to}\n"
    ));
    text
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Source { address, error } | CopyError::Target { address, error } => {
                Self::from(error).about_store(&address)
            }
            CopyError::NotEmpty(ref address) => {
                Self::new(format!("{address}：目标不是空的，请复制到新的存储"), error.to_string())
            }
            CopyError::Differs { table, .. } => {
                Self::new(format!("表 {table} 写入后与源不一致，已全部撤销"), error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_every_table_and_no_password() {
        let copied = [CopiedTable { name: "area", rows: 4865, digest: "ab".repeat(32) }];
        let text = summary(&copied, &"a.gpkg".into(), &"postgres://u:secret@h/d".into());
        assert!(text.contains("area               4865  abab"), "{text}");
        assert!(text.contains("a.gpkg to postgres://u@h/d") && !text.contains("secret"), "{text}");
    }
}
