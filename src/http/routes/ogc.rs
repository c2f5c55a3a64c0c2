//! OGC API - Tiles, Part 1 (20-057), with tile matrix sets and tileset metadata after 17-083r4. Rows come before columns.
//!
//! The tilesets of the dataset are those of the areas; both collections have their own.

mod asked;
mod collections;
mod landing;
mod matrix_sets;
mod tilesets;
mod which;

use axum::{Router, routing::get};

use super::Desk;

pub(super) use collections::{__path_collection, __path_collections, collection, collections};
pub(super) use landing::{__path_conformance, __path_landing, conformance, landing};
pub(super) use matrix_sets::{__path_matrix_set, __path_matrix_sets, matrix_set, matrix_sets};
pub(super) use tilesets::{
    __path_collection_tile, __path_collection_tileset, __path_collection_tilesets, __path_dataset_tile,
    __path_dataset_tileset, __path_dataset_tilesets, collection_tile, collection_tileset, collection_tilesets,
    dataset_tile, dataset_tileset, dataset_tilesets,
};

/// The routes below `/ogc`.
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/ogc", get(landing))
        // Clients put a slash behind the root that they are given.
        .route("/ogc/", get(landing))
        .route("/ogc/conformance", get(conformance))
        .route("/ogc/collections", get(collections))
        .route("/ogc/collections/{collection}", get(collection))
        .route("/ogc/tileMatrixSets", get(matrix_sets))
        .route("/ogc/tileMatrixSets/{set}", get(matrix_set))
        .route("/ogc/tiles", get(dataset_tilesets))
        .route("/ogc/tiles/{set}", get(dataset_tileset))
        .route("/ogc/tiles/{set}/{matrix}/{row}/{column}", get(dataset_tile))
        .route("/ogc/collections/{collection}/tiles", get(collection_tilesets))
        .route("/ogc/collections/{collection}/tiles/{set}", get(collection_tileset))
        .route("/ogc/collections/{collection}/tiles/{set}/{matrix}/{row}/{column}", get(collection_tile))
}
