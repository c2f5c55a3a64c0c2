//! Which edition a tile is of: `edition`, or `as_of` and `known_at`, as everywhere; and `datetime`, as OGC writes `as_of`.

use std::sync::Arc;

use super::super::{Desk, tiles::Keeping, which};
use crate::{
    app::{
        editions::{NoneInForce, ReadError, Which},
        tiles::{TileSource, Tileset},
    },
    http::{
        problem::Problem,
        query::{Query, RawQuery},
    },
};

/// The time, as OGC API calls it.
const DATETIME: &str = "datetime";

/// What a tile of the areas may be asked with.
const OF_AREAS: &[&str] = &["f", "edition", "as_of", "known_at", DATETIME];

/// What a tile of places may be asked with: they are as they are now, and no part of an edition.
const OF_PLACES: &[&str] = &["f"];

/// The query that a tile of a tileset is asked with.
pub(super) fn query_for(tileset: Tileset, query: &RawQuery) -> Result<Query, Problem> {
    query.allow(match tileset {
        Tileset::Areas => OF_AREAS,
        Tileset::Places => OF_PLACES,
    })
}

/// What draws the tiles of the edition that a query means, and how long they may be kept.
pub(super) async fn source(
    desk: &Desk,
    tileset: Tileset,
    query: &Query,
) -> Result<(Arc<TileSource>, Keeping), Problem> {
    let asked = match tileset {
        Tileset::Areas => which(desk, query)?,
        Tileset::Places => Which::InForce,
    };
    if asked == Which::InForce {
        return Ok((Arc::clone(&desk.app.served().tiles), Keeping::Ask));
    }
    let number = desk.app.resolve(asked).await.map_err(|error| {
        let is_early = matches!(error, ReadError::BeforeFirst(NoneInForce { known_later: false, .. }));
        let problem = Problem::from(error);
        if is_early && query.text(DATETIME).is_some() { problem.with("parameter", DATETIME) } else { problem }
    })?;
    let found = desk.app.tiles_of(number).await?;
    let source = found.ok_or(ReadError::NoEdition { asked: number, newest: number })?;
    // The next publish may be in force at that time as well.
    let keeping = if matches!(asked, Which::Number(_)) { Keeping::ForEver } else { Keeping::Ask };
    Ok((source, keeping))
}

fn which(desk: &Desk, query: &Query) -> Result<Which, Problem> {
    let profile = desk.app.district().profile();
    let asked = which::which(query, profile)?;
    let Some(time) = which::moment(query, DATETIME, profile)? else { return Ok(asked) };
    match asked {
        Which::InForce => Ok(Which::At { at: Some(time), known_at: None }),
        Which::At { at: None, known_at } => Ok(Which::At { at: Some(time), known_at }),
        Which::Number(_) | Which::At { at: Some(_), .. } => {
            let zh = "datetime 与 as_of 同义，不能与 as_of 或 edition 同用";
            let en = "datetime says what as_of says; beside as_of or edition it says nothing";
            Err(Problem::bad_parameter(DATETIME, zh, en, "edition alone, or datetime (or as_of) and known_at"))
        }
    }
}
