//! Holds: what they are on is not destroyed until they are released.

use clap::{Args, Subcommand};
use fonds_app::{HoldView, Language, NewHold};

use crate::context::Context;
use crate::words::{counted, say};
use crate::{Result, table};

/// What can be done with holds. HOLD is its name or its id.
#[derive(Subcommand)]
pub enum HoldVerb {
    /// Place a hold on posts, categories and saved searches; prints its id
    Add(Add),
    /// Put more under a hold that is in force
    Extend(Extend),
    /// Release a hold. It stays listed, and its name is not given again
    Release(Release),
    /// List the holds, those in force first
    List,
}

/// `hold add`'s arguments.
#[derive(Args)]
pub struct Add {
    /// Its name, such as the number of the request
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    reason: String,
    /// By whose authority
    #[arg(long, value_name = "AUTHORITY")]
    authority: String,
    #[command(flatten)]
    on: On,
}

/// `hold extend`'s arguments.
#[derive(Args)]
pub struct Extend {
    /// The hold
    hold: String,
    #[command(flatten)]
    on: On,
}

/// What a hold is on.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct On {
    /// A post; its counterpart is held with it
    #[arg(long = "post", value_name = "POST")]
    posts: Vec<String>,
    /// A category: what is filed under it or below, now and later
    #[arg(long = "category", value_name = "CATEGORY")]
    categories: Vec<String>,
    /// A saved search: what it finds, now and later
    #[arg(long = "search", value_name = "SEARCH")]
    searches: Vec<String>,
}

/// `hold release`'s arguments.
#[derive(Args)]
pub struct Release {
    /// The hold
    hold: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    reason: String,
}

/// Does it.
pub fn run(context: &mut Context, verb: HoldVerb) -> Result<()> {
    let mut session = context.open()?;
    match verb {
        HoldVerb::Add(add) => {
            let Add { name, reason, authority, on } = add;
            let On { posts, categories, searches } = on;
            let new = NewHold { name, reason, authority, posts, categories, searches };
            let id = session.place_hold(&new)?;
            let placed = session.holds()?.into_iter().find(|hold| hold.id == id);
            return context.output.answer(&placed, |out, _| out.line(&id));
        }
        HoldVerb::Extend(extend) => {
            let On { posts, categories, searches } = &extend.on;
            session.extend_hold(&extend.hold, posts, categories, searches)?;
        }
        HoldVerb::Release(release) => session.release_hold(&release.hold, &release.reason)?,
        HoldVerb::List => {}
    }
    let language = context.language;
    context.output.answer(&session.holds()?, |out, holds| {
        table::write(out, &holds.iter().map(|hold| row(hold, language)).collect::<Vec<_>>())
    })
}

/// Name, since when, authority, what it is on, how many records, or when it was released.
fn row(hold: &HoldView, language: Language) -> Vec<String> {
    let names = hold.targets.iter().map(|target| match language {
        Language::En => target.name_en.as_str(),
        Language::Fr => target.name_fr.as_str(),
    });
    let records = usize::try_from(hold.records).unwrap_or(usize::MAX);
    let state = match &hold.released_at {
        Some(at) => say(language, "hold.released", &[("at", &table::local(at))]),
        None => counted(language, "count.records", records),
    };
    vec![
        hold.name.clone(),
        table::local(&hold.placed_at),
        hold.authority.clone(),
        names.collect::<Vec<_>>().join(", "),
        state,
    ]
}
