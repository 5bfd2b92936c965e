//! What is to be done about a scan: decided from values alone, so that it can be shown and tested without a disk.
//!
//! The `id` in a file leads. Where two files have the same one, the post's is the one at the recorded path; the other
//! is a copy, and becomes a post of its own.

use std::collections::{HashMap, HashSet};

use fonds_library::{Id, Library};
use fonds_markdown::front_matter;

use crate::scan::{Found, FoundFile};
use crate::{Refusal, Result, Scan, Stamp};

/// What the library knows of its files.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Every post, in the trash or not.
    pub posts: HashSet<Id>,
    /// Ids of other things, which no post can have.
    pub taken: HashSet<Id>,
    /// The posts' files.
    pub files: Vec<KnownFile>,
    /// The attachments by path.
    pub attachments: HashMap<String, Id>,
}

/// The recorded file of a post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownFile {
    /// The post.
    pub post: Id,
    /// The path in the library.
    pub path: String,
    /// Whether it had vanished.
    pub missing: bool,
}

impl Known {
    /// What this library knows.
    pub fn of(library: &Library) -> Result<Self> {
        let posts = library.all_posts()?;
        let attachments = library.attachments()?;
        let categories = library.categories()?.into_iter().map(|category| category.id);
        Ok(Known {
            taken: attachments.iter().map(|attachment| attachment.id).chain(categories).collect(),
            posts: posts.into_iter().map(|post| post.id).collect(),
            files: library
                .mirrored_files()?
                .into_iter()
                .map(|file| KnownFile { post: file.post, path: file.path, missing: file.missing })
                .collect(),
            attachments: attachments.into_iter().map(|attachment| (attachment.path, attachment.id)).collect(),
        })
    }
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Take in a PDF or an image that is new, or was touched.
    TakeAttachment {
        /// Its path.
        path: String,
        /// Its attachment; none for a new one.
        attachment: Option<Id>,
    },
    /// Record that a post's file has vanished.
    Miss {
        /// The post.
        post: Id,
    },
    /// Record another path for a post's file.
    Move {
        /// The post.
        post: Id,
        /// The path before.
        from: String,
        /// The path now.
        to: String,
    },
    /// Record that a missing post's file is back, at its recorded path.
    Return {
        /// The post.
        post: Id,
    },
    /// Take in the text of a known post's file.
    Take {
        /// The post.
        post: Id,
        /// The path.
        path: String,
        /// The file's stamp.
        stamp: Stamp,
        /// The file's text.
        text: String,
    },
    /// Make a post of a file.
    Create {
        /// The path.
        path: String,
        /// The file's stamp.
        stamp: Stamp,
        /// The file's text.
        text: String,
        /// The id that the file brings; a fresh one is written into it otherwise.
        id: Option<Id>,
    },
    /// Leave a file alone, and say so.
    Refuse {
        /// The path.
        path: String,
        /// Why.
        reason: Refusal,
    },
}

/// The steps, in the order in which they are to be taken: attachments before the posts that name them, and paths are given
/// up before they are taken.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// The steps.
    pub operations: Vec<Operation>,
}

/// Whose a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// A post of the library's, by its id.
    Post(Id),
    /// A post of the library's, by its path alone: only where no file has its id.
    Place(Id),
    /// A post that is to be made, with this id.
    Brings(Id),
    /// A post that is to be made.
    Nobody,
}

/// Decides. Touches nothing.
pub fn plan(scan: &Scan, known: &Known) -> Plan {
    let at: HashMap<&str, &KnownFile> =
        known.files.iter().filter(|file| !file.missing).map(|file| (file.path.as_str(), file)).collect();
    let of: HashMap<Id, &KnownFile> = known.files.iter().map(|file| (file.post, file)).collect();
    let mut steps = Vec::new();
    let mut claims: Vec<(&FoundFile, Claim)> = Vec::new();
    // Files that are there but say nothing: their posts have not vanished, and nobody else takes them over.
    let mut held: HashSet<Id> = HashSet::new();
    for file in &scan.files {
        let recorded = at.get(file.path.as_str()).map(|known| known.post);
        match &file.found {
            Found::Unchanged { post } => claims.push((file, Claim::Post(*post))),
            Found::Text { text, .. } => match claim(text, recorded, known) {
                Ok(claim) => claims.push((file, claim)),
                Err(reason) => {
                    held.extend(recorded);
                    steps.push(refuse(file, &reason));
                }
            },
            Found::Waiting => held.extend(recorded),
            Found::Refused(reason) => {
                held.extend(recorded);
                steps.push(refuse(file, reason));
            }
            Found::Attachment => {
                let attachment = known.attachments.get(&file.path).copied();
                steps.push(Operation::TakeAttachment { path: file.path.clone(), attachment });
            }
            Found::UnchangedAttachment => {}
        }
    }
    let owners = owners(&claims, &of, &held);
    for file in known.files.iter().filter(|file| !file.missing) {
        let hidden = scan
            .unlisted
            .iter()
            .any(|folder| file.path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')));
        if !owners.contains_key(&file.post) && !held.contains(&file.post) && !hidden {
            steps.push(Operation::Miss { post: file.post });
        }
    }
    let mut brought = HashSet::new();
    for (file, claim) in claims {
        match claim {
            Claim::Post(post) | Claim::Place(post) if owners.get(&post) == Some(&file.path.as_str()) => {
                own(file, post, of.get(&post).copied(), &mut steps);
            }
            Claim::Brings(id) if brought.insert(id) => create(file, Some(id), &mut steps),
            Claim::Post(_) | Claim::Place(_) | Claim::Brings(_) | Claim::Nobody => {
                create(file, None, &mut steps);
            }
        }
    }
    steps.sort_by_key(rank);
    Plan { operations: steps }
}

fn rank(step: &Operation) -> u8 {
    match step {
        Operation::TakeAttachment { .. } => 0,
        Operation::Miss { .. } => 1,
        Operation::Move { .. } => 2,
        Operation::Return { .. } => 3,
        Operation::Take { .. } => 4,
        Operation::Create { .. } => 5,
        Operation::Refuse { .. } => 6,
    }
}

fn claim(text: &str, recorded: Option<Id>, known: &Known) -> std::result::Result<Claim, Refusal> {
    let owned = front_matter::parse(text)?.owned;
    let Some(value) = owned.id.filter(|value| !value.trim().is_empty()) else {
        return Ok(recorded.map_or(Claim::Nobody, Claim::Place));
    };
    match (value.trim().parse::<Id>(), recorded) {
        (Ok(id), _) if known.posts.contains(&id) => Ok(Claim::Post(id)),
        (Ok(id), _) if known.taken.contains(&id) => Ok(Claim::Nobody),
        (Ok(id), _) => Ok(Claim::Brings(id)),
        // What was Fonds's id here is mended from what the path tells.
        (Err(_), Some(post)) => Ok(Claim::Place(post)),
        (Err(_), None) => Err(Refusal::ForeignId { value }),
    }
}

/// The path of each post's file, among those that claim to be it.
fn owners<'s>(
    claims: &[(&'s FoundFile, Claim)],
    of: &HashMap<Id, &KnownFile>,
    held: &HashSet<Id>,
) -> HashMap<Id, &'s str> {
    let mut owners: HashMap<Id, &str> = HashMap::new();
    for (file, claim) in claims {
        let Claim::Post(post) = claim else { continue };
        if held.contains(post) {
            continue;
        }
        let recorded = of.get(post).is_some_and(|known| known.path == file.path);
        if recorded || !owners.contains_key(post) {
            owners.insert(*post, &file.path);
        }
    }
    for (file, claim) in claims {
        if let Claim::Place(post) = claim {
            owners.entry(*post).or_insert(&file.path);
        }
    }
    owners
}

/// The steps for the file that is a post's own.
fn own(file: &FoundFile, post: Id, known: Option<&KnownFile>, steps: &mut Vec<Operation>) {
    if let Some(known) = known {
        if known.missing {
            steps.push(Operation::Return { post });
        }
        if known.path != file.path {
            steps.push(Operation::Move { post, from: known.path.clone(), to: file.path.clone() });
        }
    }
    if let Found::Text { stamp, text } = &file.found {
        steps.push(Operation::Take { post, path: file.path.clone(), stamp: *stamp, text: text.clone() });
    }
}

fn create(file: &FoundFile, id: Option<Id>, steps: &mut Vec<Operation>) {
    if let Found::Text { stamp, text } = &file.found {
        steps.push(Operation::Create { path: file.path.clone(), stamp: *stamp, text: text.clone(), id });
    }
}

fn refuse(file: &FoundFile, reason: &Refusal) -> Operation {
    Operation::Refuse { path: file.path.clone(), reason: reason.clone() }
}
