//! The profile: the district's own rules, as values.

pub mod category;
pub mod crs;
pub mod district;
pub mod level;
pub mod place_class;
pub mod role;
pub mod rule;
pub mod scheme;

pub use category::{Category, CategoryPattern};
pub use crs::{CrsNames, OwnCrs};
pub use district::{MapSettings, Name, Outline, OverlapPolicy, Profile, Thresholds};
pub use level::{Branch, LevelBranch, LevelCode, LevelLabel, LevelSpec, Norms, Range};
pub use place_class::{PlaceAttribute, PlaceClass};
pub use role::{Role, RoleBranch};
pub use rule::{Escalation, Party, Rule, Window};
pub use scheme::CodeScheme;
