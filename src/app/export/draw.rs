//! Tiles drawn and compressed by all cores, handed over in their order.

use std::{
    io::{self, Write},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use flate2::{Compression, write::GzEncoder};
use onemap_tiles::TileCoord;

use super::cover::{Cover, tile_of};

/// Most threads that draw; more would outrun the one that writes.
const MAX_LANES: usize = 32;

/// Tiles that one thread draws at a time.
const PIECE_TILES: u64 = 32;

/// Pieces that wait behind each thread.
const WAITING_PIECES: usize = 2;

/// Tiles in a row, by number; empty ones are left out.
pub(super) struct Piece {
    pub(super) tiles: Vec<(u64, Vec<u8>)>,
    /// How many were tried.
    pub(super) tried: u64,
}

/// Draws the tiles of `cover`, compresses each with gzip, and gives them to `take` in the order of their numbers.
///
/// The first error of `take` ends it.
pub(super) fn draw_all<E>(
    cover: &Cover,
    draw: &(impl Fn(TileCoord) -> Vec<u8> + Sync),
    mut take: impl FnMut(Piece) -> Result<(), E>,
) -> Result<(), E> {
    let lanes = thread::available_parallelism().map_or(1, usize::from).min(MAX_LANES);
    thread::scope(|scope| {
        let mut drawn: Vec<Receiver<Piece>> = Vec::new();
        for lane in 0..lanes {
            let (sender, receiver) = sync_channel(WAITING_PIECES);
            drawn.push(receiver);
            scope.spawn(move || draw_lane(cover, (lane, lanes), draw, &sender));
        }
        // Pieces were dealt out in turn: the first lane without another one is behind the last piece.
        for lane in drawn.iter().cycle() {
            let Ok(piece) = lane.recv() else { break };
            take(piece)?;
        }
        Ok(())
    })
}

fn draw_lane(
    cover: &Cover,
    (lane, lanes): (usize, usize),
    draw: &impl Fn(TileCoord) -> Vec<u8>,
    drawn: &SyncSender<Piece>,
) {
    for numbers in cover.pieces(PIECE_TILES).skip(lane).step_by(lanes) {
        let tried = numbers.end - numbers.start;
        let tiles = numbers.map(|number| (number, draw(tile_of(number)))).filter(|(_, tile)| !tile.is_empty());
        let tiles = tiles.map(|(number, tile)| (number, gzip(&tile))).collect();
        // Nobody takes tiles any more when writing failed.
        if drawn.send(Piece { tiles, tried }).is_err() {
            return;
        }
    }
}

fn gzip(tile: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(tile).and_then(|()| encoder.finish());
    packed.unwrap_or_else(|error: io::Error| unreachable!("memory takes all that is written: {error}"))
}
