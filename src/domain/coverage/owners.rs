//! Who answers for each face, for the whole map.

use std::{collections::HashMap, sync::Arc};

use super::{
    footprint::{Footprint, resolve},
    topology::{AreaIndex, Coverage, FaceId},
};
use crate::domain::{area::AreaFacts, held::Held};

/// Most levels that a profile has.
pub const MAX_LEVELS: usize = 7;

/// The areas of one answer, coarsest first, each the parent of the next.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Chain {
    areas: [AreaIndex; MAX_LEVELS],
    length: u8,
}

impl std::ops::Deref for Chain {
    type Target = [AreaIndex];

    fn deref(&self) -> &[AreaIndex] {
        &self.areas[..usize::from(self.length)]
    }
}

impl FromIterator<AreaIndex> for Chain {
    /// The chain of at most [`MAX_LEVELS`] areas.
    fn from_iter<I: IntoIterator<Item = AreaIndex>>(areas: I) -> Self {
        let mut chain = Self::default();
        for area in areas {
            chain.areas[usize::from(chain.length)] = area;
            chain.length += 1;
        }
        chain
    }
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self[..].fmt(f)
    }
}

/// What answers for a face at its finest: nothing, one area, or several that share a footprint.
///
/// Two faces have equal owners when, and only when, the same areas answer for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Finest(u32);

impl Finest {
    /// Nothing.
    pub const NONE: Self = Self(u32::MAX);

    /// Whether nothing answers.
    pub const fn is_none(self) -> bool {
        self.0 == Self::NONE.0
    }

    /// A number that tells it from all others of its coverage.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The area, when it is one.
    pub fn area(self) -> Option<AreaIndex> {
        (self.0 & STACK == 0).then_some(self.0)
    }
}

/// Set where the rest is the number of a stack.
const STACK: u32 = 1 << 31;

/// Who answers for each face of a coverage.
///
/// **Invariant**: the chain of a face is the chain of parents of its finest area.
pub struct Owners {
    // Shared by editions in which they are the same; a look-up reads them, so they are in one piece.
    finest: Arc<[Finest]>,
    stacks: Arc<[Box<[AreaIndex]>]>,
    /// Shared by editions in which all areas have the parents that they had.
    parents: Arc<[AreaIndex]>,
}

const NO_PARENT: AreaIndex = AreaIndex::MAX;

impl Owners {
    /// Resolves every face of `coverage`, whose areas are described by `facts` in the same order.
    pub fn new(coverage: &Coverage, facts: &[AreaFacts]) -> Self {
        let none = Self { finest: Arc::default(), stacks: Arc::default(), parents: Arc::default() };
        none.updated(coverage, facts, (0..coverage.face_count() as u32).map(FaceId))
    }

    /// Who answers in a coverage in which only the `touched` faces, ascending, belong to others than here; areas have the
    /// numbers that they had.
    pub fn updated(&self, coverage: &Coverage, facts: &[AreaFacts], touched: impl IntoIterator<Item = FaceId>) -> Self {
        let parents = facts.iter().map(|area| area.parent.unwrap_or(NO_PARENT));
        let parents = if parents.clone().eq(self.parents.iter().copied()) {
            Arc::clone(&self.parents)
        } else {
            parents.collect()
        };
        let (mut finest_of, mut stacks) = (self.finest.to_vec(), self.stacks.to_vec());
        let numbered = stacks.iter().cloned().zip(0..);
        let mut number_of: HashMap<Box<[AreaIndex]>, u32> = numbered.collect();
        finest_of.resize(coverage.face_count(), Finest::NONE);
        for face in touched {
            let Footprint { chain, stacked } = resolve(coverage.areas_of(face), facts);
            let finest = if stacked.is_empty() {
                chain.last().map_or(Finest::NONE, |&area| Finest(area))
            } else {
                let stacked: Box<[AreaIndex]> = stacked.into();
                let next = number_of.len() as u32;
                let number = *number_of.entry(stacked.clone()).or_insert(next);
                if number == next {
                    stacks.push(stacked);
                }
                Finest(STACK | number)
            };
            finest_of[face.0 as usize] = finest;
        }
        Self { finest: unless_same(&self.finest, finest_of), stacks: unless_same(&self.stacks, stacks), parents }
    }

    /// The faces that others answer for than in `other`, whose areas have the same numbers, ascending; `None` when too much
    /// differs to tell.
    pub fn differing_faces(&self, other: &Self) -> Option<Vec<FaceId>> {
        let is_alike =
            self.parents == other.parents && self.stacks.iter().zip(&*other.stacks).all(|(one, other)| one == other);
        let count = self.finest.len().max(other.finest.len());
        let differs = |face: &usize| self.finest.get(*face) != other.finest.get(*face);
        is_alike.then(|| (0..count).filter(differs).map(|face| FaceId(face as u32)).collect())
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        held.part(&self.finest);
        if held.part(&self.stacks) {
            self.stacks.iter().for_each(|stack| held.own(size_of_val(&**stack)));
        }
        held.part(&self.parents);
    }

    /// What answers for a face at its finest.
    #[inline]
    pub fn finest(&self, face: FaceId) -> Finest {
        self.finest[face.0 as usize]
    }

    /// The areas that `finest` means: none, one, or all of a stack.
    pub fn areas<'a>(&'a self, finest: &'a Finest) -> &'a [AreaIndex] {
        match (finest.is_none(), finest.0 & STACK) {
            (true, _) => &[],
            (false, 0) => std::slice::from_ref(&finest.0),
            (false, _) => &self.stacks[(finest.0 & !STACK) as usize],
        }
    }

    /// The first of the areas that `finest` means.
    pub fn first(&self, finest: Finest) -> Option<AreaIndex> {
        self.areas(&finest).first().copied()
    }

    /// The area that stands for `finest`: the area itself, of a stack the parent, or its first area where it has none.
    pub fn representative(&self, finest: Finest) -> Option<AreaIndex> {
        let stacked = || {
            let &first = self.stacked(finest).first()?;
            Some(match self.parents[first as usize] {
                NO_PARENT => first,
                parent => parent,
            })
        };
        finest.area().or_else(stacked)
    }

    /// The areas of a stack below the end of the chain; none when one area or nothing answers.
    #[inline]
    pub fn stacked(&self, finest: Finest) -> &[AreaIndex] {
        let is_stack = !finest.is_none() && finest.0 & STACK != 0;
        if is_stack { &self.stacks[(finest.0 & !STACK) as usize] } else { &[] }
    }

    /// The area of a level, given as its range of areas, in the chain of `finest`.
    #[inline]
    pub fn ancestor_in(&self, finest: Finest, of_level: std::ops::Range<AreaIndex>) -> Option<AreaIndex> {
        let mut area = match finest.area() {
            Some(area) => area,
            None => self.parents[*self.stacked(finest).first()? as usize],
        };
        // Areas are numbered by level, the coarsest first; without a parent the number is beyond all.
        while area != NO_PARENT && area >= of_level.end {
            area = self.parents[area as usize];
        }
        (area != NO_PARENT && area >= of_level.start).then_some(area)
    }

    /// The chain of `finest`: with it at the end, or ending at the parent of a stack.
    pub fn chain(&self, finest: Finest) -> Chain {
        let first = match finest.area() {
            Some(area) => area,
            None => self.stacked(finest).first().map_or(NO_PARENT, |&area| self.parents[area as usize]),
        };
        let mut chain = Chain::default();
        let mut area = first;
        while area != NO_PARENT {
            chain.areas[usize::from(chain.length)] = area;
            chain.length += 1;
            area = self.parents[area as usize];
        }
        chain.areas[..usize::from(chain.length)].reverse();
        chain
    }
}

/// The old list when the new one is equal to it.
fn unless_same<T: PartialEq>(old: &Arc<[T]>, new: Vec<T>) -> Arc<[T]> {
    if **old == new[..] { Arc::clone(old) } else { new.into() }
}
