//! The package around the records: METS (CSIP 2.1), PREMIS 3 and Dublin Core.
//!
//! All three are derived: the header, the library's record, the journal and the list of files decide every
//! byte of them. The writer derives them into the zip, the verifier derives them again and compares.

mod dc;
mod events;
mod file;
mod mets;
mod premis;
pub(crate) mod xml;

pub use dc::dublin_core;
pub use file::{FileRecord, Head};
pub use mets::mets;
pub use premis::Premis;

/// `schemas/dc.xsd`, whole: what `dc.xml` may hold.
pub const DC_SCHEMA: &str = include_str!("dc.xsd");
