//! What is to be done about a scan: decided from values alone, so that it can be shown and tested without a disk.
//!
//! The `id` in a file leads. Where two files have the same one, the post's is the one at the recorded path; the other
//! is a copy, and becomes a post of its own, unless its name is that of a sync program's conflict copy.

use std::collections::{HashMap, HashSet};

use fonds_library::Id;

use crate::copies::{self, Sure};
use crate::known::{Known, KnownFile};
use crate::scan::{Found, FoundFile, Scan};
use crate::{Refusal, Result};

/// This many files may vanish at once without a question.
pub const HANDFUL: usize = 5;

/// One step. What a file says is read when the step is taken; where it has another id by then, it is left to the
/// next scan.
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
        /// Where it was.
        path: String,
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
        /// The id in the file, as it stands.
        says: Option<String>,
    },
    /// Keep the text of a conflict copy beside the post's, for a person to decide.
    TakeCopy {
        /// The post.
        post: Id,
        /// The path of the copy.
        path: String,
        /// The id in the file, as it stands.
        says: Option<String>,
        /// Whether the name alone is proof. Otherwise a copy of a text that is known is a duplicate made by hand.
        certain: bool,
    },
    /// Make a post of a file.
    Create {
        /// The path.
        path: String,
        /// The id in the file, as it stands.
        says: Option<String>,
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
    /// The posts whose files have vanished, where they are more than [`HANDFUL`]: a disk may not be there, so
    /// somebody has to be asked before any of them is recorded as missing.
    pub vanished: Vec<Vanished>,
}

/// A file that is not there any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vanished {
    /// Its post.
    pub post: Id,
    /// Where it was.
    pub path: String,
}

impl Plan {
    /// Records what vanished as missing too: somebody was asked.
    #[must_use]
    pub fn with_vanished(mut self) -> Self {
        let missed = self.vanished.drain(..).map(Operation::from);
        self.operations.extend(missed);
        self.operations.sort_by_key(rank);
        self
    }

    /// Whether any file has vanished.
    pub(crate) fn has_vanished(&self) -> bool {
        !self.vanished.is_empty() || self.operations.iter().any(|step| matches!(step, Operation::Miss { .. }))
    }
}

impl From<Vanished> for Operation {
    fn from(gone: Vanished) -> Self {
        Operation::Miss { post: gone.post, path: gone.path }
    }
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
    if nothing_happened(scan, at.len()) {
        return Plan::default();
    }
    let of: HashMap<Id, &KnownFile> = known.files.iter().map(|file| (file.post, file)).collect();
    let mut steps = Vec::new();
    let mut claims: Vec<(&FoundFile, Claim)> = Vec::new();
    // Files that are there but say nothing: their posts have not vanished, and nobody else takes them over.
    let mut held: HashSet<Id> = HashSet::new();
    for file in &scan.files {
        let recorded = at.get(file.path.as_str()).map(|known| known.post);
        match &file.found {
            Found::Unchanged { post } => claims.push((file, Claim::Post(*post))),
            Found::Markdown { id } => match claim(id.as_deref(), recorded, known) {
                Ok(claim) => match conflict_copy(file, recorded, claim, &at, scan) {
                    Some(step) => steps.push(step),
                    None => claims.push((file, claim)),
                },
                Err(reason) => {
                    held.extend(recorded);
                    steps.push(refuse(file, &reason));
                }
            },
            Found::Waiting => held.extend(recorded),
            // What looks unfinished may be an attachment's very bytes: they are held against it.
            Found::Refused(Refusal::Unfinished) if known.attachments.contains_key(&file.path) => {
                let attachment = known.attachments.get(&file.path).map(|known| known.id);
                steps.push(Operation::TakeAttachment { path: file.path.clone(), attachment });
            }
            Found::Refused(reason) => {
                held.extend(recorded);
                steps.push(refuse(file, reason));
            }
            Found::Attachment => {
                let attachment = known.attachments.get(&file.path).map(|known| known.id);
                steps.push(Operation::TakeAttachment { path: file.path.clone(), attachment });
            }
            Found::UnchangedAttachment => {}
        }
    }
    let owners = owners(&claims, &of, &held);
    let mut vanished: Vec<Vanished> = known
        .files
        .iter()
        .filter(|file| !file.missing && !owners.contains_key(&file.post) && !held.contains(&file.post))
        .filter(|file| !is_hidden(&file.path, scan))
        .map(|file| Vanished { post: file.post, path: file.path.clone() })
        .collect();
    if vanished.len() <= HANDFUL {
        steps.extend(vanished.drain(..).map(Operation::from));
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
    Plan { operations: steps, vanished }
}

/// Whether every file that is recorded is there and as it was, and no other.
fn nothing_happened(scan: &Scan, recorded: usize) -> bool {
    let mut unchanged = 0;
    let same = scan.files.iter().all(|file| match file.found {
        Found::Unchanged { .. } => {
            unchanged += 1;
            true
        }
        Found::UnchangedAttachment => true,
        _ => false,
    });
    same && unchanged == recorded
}

/// Whether a path lies in a folder that could not be listed.
fn is_hidden(path: &str, scan: &Scan) -> bool {
    let below =
        |folder: &String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
    scan.unlisted.iter().any(below)
}

fn rank(step: &Operation) -> u8 {
    match step {
        Operation::TakeAttachment { .. } => 0,
        Operation::Miss { .. } => 1,
        Operation::Move { .. } => 2,
        Operation::Return { .. } => 3,
        Operation::Take { .. } => 4,
        Operation::TakeCopy { .. } => 5,
        Operation::Create { .. } => 6,
        Operation::Refuse { .. } => 7,
    }
}

fn claim(id: Option<&str>, recorded: Option<Id>, known: &Known) -> std::result::Result<Claim, Refusal> {
    let Some(value) = id.filter(|value| !value.trim().is_empty()) else {
        return Ok(recorded.map_or(Claim::Nobody, Claim::Place));
    };
    match (value.trim().parse::<Id>(), recorded) {
        (Ok(id), _) if known.posts.contains(&id) => Ok(Claim::Post(id)),
        (Ok(id), _) if known.taken.contains(&id) => Ok(Claim::Nobody),
        (Ok(id), _) => Ok(Claim::Brings(id)),
        // What was Fonds's id here is mended from what the path tells.
        (Err(_), Some(post)) => Ok(Claim::Place(post)),
        (Err(_), None) => Err(Refusal::ForeignId { value: value.into() }),
    }
}

/// A file that a sync program put beside the one it is a copy of. Without that one it is the post's file, renamed.
fn conflict_copy(
    file: &FoundFile,
    recorded: Option<Id>,
    claim: Claim,
    at: &HashMap<&str, &KnownFile>,
    scan: &Scan,
) -> Option<Operation> {
    if recorded.is_some() {
        return None;
    }
    copies::originals(&file.path).into_iter().find_map(|(original, sure)| {
        let post = at.get(original.as_str())?.post;
        let same = claim == Claim::Post(post) || (claim == Claim::Nobody && sure == Sure::Yes);
        let there = scan.files.iter().any(|other| other.path == original);
        (same && there).then(|| Operation::TakeCopy {
            post,
            path: file.path.clone(),
            says: says(file),
            certain: sure == Sure::Yes,
        })
    })
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
    if let Found::Markdown { .. } = file.found {
        steps.push(Operation::Take { post, path: file.path.clone(), says: says(file) });
    }
}

fn create(file: &FoundFile, id: Option<Id>, steps: &mut Vec<Operation>) {
    if let Found::Markdown { .. } = file.found {
        steps.push(Operation::Create { path: file.path.clone(), says: says(file), id });
    }
}

fn says(file: &FoundFile) -> Option<String> {
    if let Found::Markdown { id } = &file.found { id.clone() } else { None }
}

fn refuse(file: &FoundFile, reason: &Refusal) -> Operation {
    Operation::Refuse { path: file.path.clone(), reason: reason.clone() }
}

/// Looks at every file of the library's folder, and decides.
pub fn look(library: &fonds_library::Library) -> Result<Plan> {
    let mut known = Known::of(library)?;
    let seen = crate::scan(library.root(), &known, crate::Scope::Everything);
    known.meet(library, &seen)?;
    Ok(plan(&seen, &known))
}

/// Looks at these paths alone. Gives nothing where that is not enough to decide: what vanished may be anywhere else.
pub fn look_at(
    library: &fonds_library::Library,
    paths: &std::collections::BTreeSet<String>,
) -> Result<Option<Plan>> {
    let mut paths = paths.clone();
    loop {
        let mut known = Known::at(library, &paths)?;
        let seen = crate::scan(library.root(), &known, crate::Scope::Only(&paths));
        known.meet(library, &seen)?;
        let there = |path: &str| {
            paths.iter().any(|looked| {
                path.strip_prefix(looked.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let elsewhere: Vec<String> = known
            .files
            .iter()
            .filter(|file| !file.missing && !there(&file.path))
            .map(|file| file.path.clone())
            .collect();
        if elsewhere.is_empty() {
            let plan = plan(&seen, &known);
            return Ok((!plan.has_vanished()).then_some(plan));
        }
        paths.extend(elsewhere);
    }
}
