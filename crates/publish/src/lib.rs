//! Blog connectors: what takes published posts to a blog and brings back what the blog answered.
//!
//! What always holds: a connector is stateless and knows nothing of the library; everything it needs arrives in a
//! [`Delivery`], time and identities included, so that the same delivery gives the same result. It never overwrites
//! what somebody else wrote, and delivering the same thing twice changes nothing.
//!
//! **To add a connector**: write one file in this folder that implements [`Connector`], and add one line to
//! `CONNECTORS` below.

mod body;
mod capture;
mod connector;
mod error;
mod http;
mod static_site;
mod wordpress;

pub use capture::{Captured, LeftOut, Page, Why, capture};
pub use connector::{
    Abilities, Action, Attachment, Attachments, Blog, Category, Check, Connector, Delivery, Desk, Language,
    Loss, Post, Progress, Public, Receipt, Secret,
};
pub use error::{Error, Result, There};

/// Every connector there is, in the order in which they are offered.
const CONNECTORS: &[&dyn Connector] = &[&static_site::StaticSite, &wordpress::WordPress];

/// The connector of that kind, for instance `static`.
///
/// # Errors
/// [`Error::UnknownKind`] when there is none.
pub fn connector(kind: &str) -> Result<&'static dyn Connector> {
    CONNECTORS
        .iter()
        .copied()
        .find(|connector| connector.kind() == kind)
        .ok_or_else(|| Error::UnknownKind { kind: kind.to_owned(), known: kinds().join(", ") })
}

/// The kinds of blog that Fonds can publish to, in the order in which they are offered.
#[must_use]
pub fn kinds() -> Vec<&'static str> {
    CONNECTORS.iter().map(|connector| connector.kind()).collect()
}
