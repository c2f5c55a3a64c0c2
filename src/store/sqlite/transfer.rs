//! What a store that was filled by a copy needs besides its rows.

use sqlx::SqliteConnection;

use super::{SqliteStore, error::expect_rows, views};
use crate::{
    domain::{area::Level, geometry::Extent},
    store::StoreError,
};

impl SqliteStore {
    /// Makes a layer per level, with its extent; within the transaction of `connection`.
    pub(in crate::store) async fn make_layers(
        connection: &mut SqliteConnection,
        level_ids: &[String],
        extents: &[(Level, Extent)],
    ) -> Result<(), StoreError> {
        for (ordinal, level_id) in (0_u8..=u8::MAX).zip(level_ids) {
            views::create_view(connection, ordinal, level_id).await?;
        }
        for (level, extent) in extents {
            let [west, south, east, north] = extent.to_degrees();
            let grow = sqlx::query(include_str!("../sql/sqlite/grow_layer.sql")).bind(level.0);
            let done = grow.bind(west).bind(south).bind(east).bind(north).execute(&mut *connection).await?;
            expect_rows(done.rows_affected(), 1, "layer")?;
        }
        Ok(())
    }
}
