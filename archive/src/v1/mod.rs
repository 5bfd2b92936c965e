//! Version 1 of the format: its records, its layout, its rules and its writer. `spec/v1.md` describes it
//! for people; the two change together.

mod bag;
mod follow;
mod hash;
pub(crate) mod layout;
pub(crate) mod limits;
pub(crate) mod ocfl;
pub(crate) mod package;
mod retention;
pub(crate) mod rules;
mod searches;
mod selection;
mod source;
mod types;
mod writer;

pub use hash::{FIRST_PREVIOUS, canonical, content_hash, journal_hash};
pub(crate) use hash::{hex, unhex};
pub use layout::{FORMAT, SPEC};
pub use retention::{
    Action, CategoryRule, Hold, HoldTarget, PairRule, Release, Retention, RetentionRule, Trigger,
};
pub(crate) use retention::{Told, faults as retention_faults};
pub use searches::{Search, SearchQuery};
pub use selection::{SelectedCategory, Selection};
pub use source::{Increment, Source};
pub use types::*;
pub use writer::{Written, write};
