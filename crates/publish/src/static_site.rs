//! The static site: the blog that every library has without a server.
//!
//! It is written to `site/` in the library's folder and opens with a double click. What it holds:
//! `index.html` (both languages), `en/` and `fr/` with one folder a post, `en/category/…` and `fr/categorie/…`,
//! `files/` with the attachments, the Atom feeds `en/feed.xml` and `fr/flux.xml`, `style.css`, and
//! `.fonds-site.json`, which lists what Fonds wrote.
//!
//! Settings, all optional: `title_en`, `title_fr` (the blog's name in each language), `time_zone` (an IANA name; dates
//! are shown in UTC otherwise).
//!
//! What always holds: everything is checked before the first file is written; pages are written before the indexes
//! that link to them; removals come last; the same delivery gives the same bytes and touches nothing the second time.

mod body;
mod categories;
mod feed;
mod folder;
mod names;
mod pages;
mod plan;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use crate::{
    Abilities, Action, Attachments, Blog, Connector, Delivery, Desk, Error, Progress, Receipt, Result,
};
use folder::{FOLDER, Folder, Shown, digest_of};
use plan::{File, Plan};
use std::collections::BTreeMap;
use std::io;

/// What a page counts in the progress; attachments count their bytes.
const PAGE: u64 = 4096;

/// The connector of kind `static`.
pub(crate) struct StaticSite;

impl Connector for StaticSite {
    fn kind(&self) -> &'static str {
        "static"
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            whole: true,
            account: false,
            categories: true,
            media: true,
            schedule: false,
            languages: true,
            comments: false,
            preconditions: true,
        }
    }

    fn page(&self, blog: &Blog<'_>, address: &str) -> Option<String> {
        let path = address.strip_prefix(FOLDER)?.strip_prefix('/')?.trim_end_matches("index.html");
        let url = plan::checked_url(blog.url.as_deref()?).ok()?;
        Some(format!("{url}/{}", names::encode(path)))
    }

    fn deliver(
        &self,
        delivery: &Delivery<'_>,
        desk: &mut dyn Desk,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<Receipt>> {
        let plan = Plan::new(delivery)?;
        let pages = pages::all(&plan);
        // Each page is made and compared, then written; each attachment is compared, then copied.
        let total = 2 * (PAGE * pages.len() as u64 + plan.files().map(|file| file.size).sum::<u64>());
        let mut meter = Meter { done: 0, total, progress };
        meter.advance(0)?;

        let mut folder = Folder::open(delivery.blog.root)?;
        let (mut files, mut pending) = (BTreeMap::new(), BTreeMap::new());
        for file in plan.files() {
            let from = meter.done;
            let needs =
                folder.needs(&file.path, &file.sha256, &mut |bytes| meter.within(from, file.size, bytes))?;
            meter.reach(from + file.size)?;
            note(&mut files, &mut pending, file.path.clone(), file.sha256.clone(), needs);
        }
        for page in &pages {
            let (path, digest) = (page.path(), digest_of(&page.render(&plan)?));
            let needs = folder.needs(&path, &digest, &mut |_| Ok(()))?;
            meter.advance(PAGE)?;
            note(&mut files, &mut pending, path, digest, needs);
        }
        let stale: Vec<String> =
            folder.written().into_iter().filter(|path| !files.contains_key(path)).collect();
        for path in &stale {
            folder.check_removal(path, &mut |_| meter.advance(0))?;
        }
        let receipts = receipts(&plan, &folder, &files, delivery);

        if !pending.is_empty() {
            folder.announce(&pending)?;
        }
        for file in plan.files() {
            let from = meter.done;
            if pending.contains_key(&file.path) {
                copy_file(&folder, file, &*desk, &mut |bytes| meter.within(from, file.size, bytes))?;
            }
            meter.reach(from + file.size)?;
        }
        for page in &pages {
            let path = page.path();
            if let Some(digest) = pending.get(&path) {
                let bytes = page.render(&plan)?;
                let wrong =
                    || Error::Render { path: path.clone(), reason: "it came out differently twice".into() };
                folder.write(&path, &mut bytes.as_slice(), digest, &mut |_| Ok(()), &wrong)?;
            }
            meter.advance(PAGE)?;
        }
        for path in &stale {
            folder.remove(path)?;
        }
        let shown = plan.posts.iter().map(|placed| {
            let shown = Shown { path: placed.path.clone(), revision_hash: placed.post.revision_hash.clone() };
            (placed.post.id.clone(), shown)
        });
        folder.finish(files, shown.collect())?;
        Ok(receipts)
    }
}

fn note(
    files: &mut BTreeMap<String, String>,
    pending: &mut BTreeMap<String, String>,
    path: String,
    digest: String,
    needs: bool,
) {
    if needs {
        pending.insert(path.clone(), digest.clone());
    }
    files.insert(path, digest);
}

fn copy_file(
    folder: &Folder,
    file: &File,
    attachments: &dyn Attachments,
    step: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let mut bytes = attachments.open(&file.sha256).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::AttachmentMissing {
            name: file.name.clone(),
            title: file.title.clone(),
            sha256: file.sha256.clone(),
        },
        _ => Error::Io { path: file.name.clone().into(), doing: "read", source },
    })?;
    let wrong = || Error::AttachmentDamaged {
        name: file.name.clone(),
        title: file.title.clone(),
        sha256: file.sha256.clone(),
    };
    // One byte more than there should be is enough to know that they are others.
    let mut bounded = io::Read::take(&mut bytes, file.size.saturating_add(1));
    folder.write(&file.path, &mut bounded, &file.sha256, step, &wrong)
}

fn receipts(
    plan: &Plan<'_>,
    folder: &Folder,
    files: &BTreeMap<String, String>,
    delivery: &Delivery<'_>,
) -> Vec<Receipt> {
    let published = delivery.changed.iter().filter_map(|id| plan.post(id)).map(|placed| Receipt {
        post: placed.post.id.clone(),
        action: Action::Published,
        revision_hash: Some(placed.post.revision_hash.clone()),
        address: format!("{FOLDER}/{}", placed.path),
        answer: serde_json::json!({
            "sha256": files.get(&placed.path),
            "files": placed.post.attachments.iter().filter_map(|attachment| plan.file(attachment))
                .map(|file| (format!("{FOLDER}/{}", file.path), file.sha256.clone()))
                .collect::<BTreeMap<_, _>>(),
        }),
    });
    let withdrawn = delivery.withdrawn.iter().map(|id| {
        let shown = folder.shown(id);
        Receipt {
            post: id.clone(),
            action: Action::Withdrawn,
            revision_hash: shown.map(|shown| shown.revision_hash.clone()),
            address: shown.map(|shown| format!("{FOLDER}/{}", shown.path)).unwrap_or_default(),
            answer: serde_json::json!({}),
        }
    });
    published.chain(withdrawn).collect()
}

/// Tells the caller how far the delivery is, and hears whether to go on.
struct Meter<'m, 'p> {
    done: u64,
    total: u64,
    progress: &'m mut Progress<'p>,
}

impl Meter<'_, '_> {
    fn advance(&mut self, by: u64) -> Result<()> {
        self.reach(self.done.saturating_add(by))
    }

    /// Advances in a part that began at `from` and is `size` long, never beyond it.
    fn within(&mut self, from: u64, size: u64, by: u64) -> Result<()> {
        self.reach(self.done.saturating_add(by).min(from.saturating_add(size)))
    }

    fn reach(&mut self, done: u64) -> Result<()> {
        self.done = done.min(self.total);
        match (self.progress)(self.done, self.total) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(Error::Cancelled),
        }
    }
}
