//! What else looks up names: a hash table, which knows only exact texts, and SQLite's full-text search by trigrams.

use std::{collections::HashMap, hint::black_box, time::Instant};

use anyhow::Result;
use onemap_bench::stopwatch::time;
use sqlx::{Connection, SqliteConnection};
use tokio::runtime::Runtime;

use super::{
    ground::Ground,
    ways::{Times, Way},
};

/// The whole address of each building, as it is: what nothing that looks up texts can be faster than.
pub struct HashPeer {
    ids: HashMap<String, i64>,
    pub seconds: f64,
}

impl HashPeer {
    pub fn new(ground: &Ground) -> Self {
        let whole = |one: &super::ground::Asked| format!("{}{}{}", one.above, one.estate, one.number);
        let (ids, took) = time(|| ground.buildings.iter().map(|one| (whole(one), one.id)).collect());
        Self { ids, seconds: took.elapsed }
    }

    /// Times, and how many were found.
    pub fn ask(&self, way: &Way) -> (Times, usize) {
        let mut found = 0;
        let look = |(address, _): &(String, Option<i64>)| {
            let began = Instant::now();
            found += usize::from(black_box(self.ids.get(address.as_str())).is_some());
            began.elapsed().as_secs_f64() * 1e6
        };
        let micros = way.addresses.iter().map(look).collect();
        (Times::new(micros), found)
    }
}

/// Estate and number of each building in a table of SQLite's FTS5 with trigrams, in memory.
pub struct SqlitePeer {
    runtime: Runtime,
    connection: SqliteConnection,
    pub seconds: f64,
}

impl SqlitePeer {
    pub fn new(ground: &Ground) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let began = Instant::now();
        let connection = runtime.block_on(async {
            let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
            sqlx::query("CREATE VIRTUAL TABLE names USING fts5(name, tokenize = 'trigram')")
                .execute(&mut connection)
                .await?;
            let mut all = connection.begin().await?;
            for one in &ground.buildings {
                sqlx::query("INSERT INTO names (rowid, name) VALUES (?, ?)")
                    .bind(one.id)
                    .bind(format!("{}{}", one.estate, one.number))
                    .execute(&mut *all)
                    .await?;
            }
            all.commit().await?;
            anyhow::Ok(connection)
        })?;
        Ok(Self { runtime, connection, seconds: began.elapsed().as_secs_f64() })
    }

    /// Times, and how often the building that is meant is among the first ten; `is_phrase` asks for the text as it is, else
    /// for any three characters of it, by rank.
    pub fn ask(&mut self, way: &Way, most: usize, is_phrase: bool) -> Result<(Times, usize)> {
        let Self { runtime, connection, .. } = self;
        let (mut micros, mut found) = (Vec::new(), 0);
        for (address, meant) in way.addresses.iter().step_by(way.addresses.len().div_ceil(most).max(1)) {
            let query = if is_phrase { quoted(address) } else { any_trigram(address) };
            let began = Instant::now();
            let ids: Vec<i64> = runtime.block_on(
                sqlx::query_scalar("SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT 10")
                    .bind(query)
                    .fetch_all(&mut *connection),
            )?;
            micros.push(began.elapsed().as_secs_f64() * 1e6);
            found += usize::from(meant.is_some_and(|meant| ids.contains(&meant)));
        }
        Ok((Times::new(micros), found))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn any_trigram(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let each = characters.windows(3).map(|three| quoted(&three.iter().collect::<String>()));
    each.collect::<Vec<_>>().join(" OR ")
}
