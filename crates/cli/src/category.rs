//! The tree of categories.

use clap::{Args, Subcommand};
use fonds_app::{CategoryView, Language, Leaving};

use crate::context::Context;
use crate::words::counted;
use crate::{Result, table};

/// What can be done with categories. A path is written A/B, each part in either language.
#[derive(Subcommand)]
pub enum CategoryVerb {
    /// Add the category at a path, with what is missing above it; prints its id
    Add(Add),
    /// List the tree
    List,
    /// Give a category new names
    Rename(Rename),
    /// Move a category under another, or to the top
    Move(Move),
    /// Make two categories one: posts and categories of the first go to the second
    Merge(Merge),
    /// Remove a category, and say where the posts in it and below it go
    Remove(Remove),
    /// Undo a change of the tree
    Undo {
        /// The journal entry to undo [default: the last change of the tree]
        entry: Option<u64>,
    },
}

/// `category add`'s arguments.
#[derive(Args)]
pub struct Add {
    /// The path, such as Consultation/Reports
    path: String,
    /// The same path in French [default: the same names]
    #[arg(long, value_name = "PATH")]
    fr: Option<String>,
}

/// `category rename`'s arguments.
#[derive(Args)]
pub struct Rename {
    /// The category's path or id
    path: String,
    /// The English name
    #[arg(long, value_name = "NAME", required_unless_present = "fr")]
    en: Option<String>,
    /// The French name
    #[arg(long, value_name = "NAME")]
    fr: Option<String>,
}

/// `category move`'s arguments.
#[derive(Args)]
pub struct Move {
    /// The category's path or id
    path: String,
    /// The category to move it under [default: the top]
    #[arg(long, value_name = "PATH")]
    under: Option<String>,
}

/// `category merge`'s arguments.
#[derive(Args)]
pub struct Merge {
    /// The category that goes
    path: String,
    /// The one that stays
    into: String,
}

/// `category remove`'s arguments.
#[derive(Args)]
pub struct Remove {
    /// The category's path or id
    path: String,
    /// File its posts there instead
    #[arg(long, value_name = "PATH")]
    to: Option<String>,
    /// File its posts under nothing instead
    #[arg(long, conflicts_with = "to")]
    unfile: bool,
}

/// Does it.
pub fn run(context: &mut Context, verb: CategoryVerb) -> Result<()> {
    let mut session = context.open()?;
    let changed = match verb {
        CategoryVerb::Add(add) => {
            let id = session.add_category_path(&add.path, add.fr.as_deref())?.to_string();
            let added = session.categories()?.into_iter().find(|category| category.id == id);
            return context.output.answer(&added, |out, _| out.line(&id));
        }
        CategoryVerb::List => return list(context, &session.categories()?),
        CategoryVerb::Rename(rename) => {
            let id = session.find_category(&rename.path)?;
            let now = session.categories()?.into_iter().find(|category| category.id == id.to_string());
            let (en, fr) = now.map_or_else(Default::default, |now| (now.name_en, now.name_fr));
            session.rename_category(id, &rename.en.unwrap_or(en), &rename.fr.unwrap_or(fr))?;
            id
        }
        CategoryVerb::Move(to) => {
            let id = session.find_category(&to.path)?;
            let under = to.under.as_deref().map(|path| session.find_category(path)).transpose()?;
            session.move_category(id, under)?;
            id
        }
        CategoryVerb::Merge(merge) => {
            let (from, into) = (session.find_category(&merge.path)?, session.find_category(&merge.into)?);
            session.merge_category(from, into)?;
            into
        }
        CategoryVerb::Remove(remove) => {
            let id = session.find_category(&remove.path)?;
            let leaving = match &remove.to {
                Some(to) => Leaving::Under(session.find_category(to)?),
                None if remove.unfile => Leaving::Unfiled,
                None => Leaving::Nothing,
            };
            session.remove_category(id, leaving)?;
            return list(context, &session.categories()?);
        }
        CategoryVerb::Undo { entry } => {
            let entry = entry.map_or_else(|| session.last_category_change(), Ok)?;
            session.undo_category(entry)?;
            return list(context, &session.categories()?);
        }
    };
    let view = session.categories()?.into_iter().find(|category| category.id == changed.to_string());
    let language = context.language;
    context.output.answer(&view, |out, view| match view {
        Some(view) => table::write(out, &[row(view, language)]),
        None => Ok(()),
    })
}

fn list(context: &mut Context, categories: &Vec<CategoryView>) -> Result<()> {
    let language = context.language;
    context.output.answer(categories, |out, categories| {
        table::write(out, &categories.iter().map(|category| row(category, language)).collect::<Vec<_>>())
    })
}

fn row(category: &CategoryView, language: Language) -> Vec<String> {
    let (first, second) = match language {
        Language::En => (&category.path_en, &category.path_fr),
        Language::Fr => (&category.path_fr, &category.path_en),
    };
    let posts = usize::try_from(category.posts).unwrap_or(usize::MAX);
    vec![first.clone(), second.clone(), counted(language, "count.filed", posts)]
}
