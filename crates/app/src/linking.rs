//! Links between posts and to their files: what can be linked to, and where a link leads.

use std::path::PathBuf;

use fonds_library::{ATTACHMENTS, Id, MirroredFile, POSTS, slug_of};

use crate::{LinkTarget, Result, Session};

/// How many targets are offered.
const MOST: usize = 20;

/// Where a link leads.
pub(crate) enum Destination {
    /// To a post of the library.
    Post(Id),
    /// To a file or an address that the system opens.
    Outside(PathBuf),
    /// Nowhere that is known.
    Nowhere,
}

impl Session {
    /// The posts and files whose title or name has words that begin as those of `query` do, whatever their accents:
    /// the best first, at most 20. Addresses are relative to the file of the post `from`.
    pub fn link_targets(&self, query: &str, from: Id) -> Result<Vec<LinkTarget>> {
        let folder = self.folder_of(from)?;
        let wanted = folded(query);
        let mut found: Vec<(usize, LinkTarget)> = Vec::new();
        for post in self.library.titled(query, MOST * 2)? {
            if post.id == from {
                continue;
            }
            let Some(MirroredFile { path, .. }) = self.library.mirrored_file(post.id)? else { continue };
            let Some(rank) = rank(&post.title, &wanted) else { continue };
            found.push((
                rank,
                LinkTarget {
                    kind: "post".into(),
                    title: post.title,
                    href: relative(&folder, &path),
                    language: Some(post.language.into()),
                },
            ));
        }
        for attachment in self.library.attachments()? {
            let pdf = attachment.name().to_ascii_lowercase().ends_with(".pdf");
            let Some(rank) = rank(attachment.name(), &wanted).filter(|_| pdf) else { continue };
            let (title, href) = (attachment.name().to_owned(), relative(&folder, &attachment.path));
            found.push((rank, LinkTarget { kind: "pdf".into(), title, href, language: None }));
        }
        // Posts come newest first, and stay so within a rank.
        found.sort_by_key(|(rank, _)| *rank);
        Ok(found.into_iter().take(MOST).map(|(_, target)| target).collect())
    }

    /// Where the address of a link in a post leads; in one of its revisions, to the file that this revision has.
    pub(crate) fn destination(&self, from: Id, revision: Option<u32>, href: &str) -> Result<Destination> {
        let lower = href.to_ascii_lowercase();
        if ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme)) {
            return Ok(Destination::Outside(href.into()));
        }
        let address = href.split(['#', '?']).next().unwrap_or_default();
        let address = percent_encoding::percent_decode_str(address).decode_utf8_lossy();
        let Some(path) = resolved(&self.folder_of(from)?, &address) else { return Ok(Destination::Nowhere) };
        if let Some(file) = self.library.mirrored_at(&path)?.into_iter().find(|file| file.path == path) {
            return Ok(Destination::Post(file.post));
        }
        let Some(attachment) = self.library.attachment_at(&path)? else { return Ok(Destination::Nowhere) };
        let held = match revision {
            Some(number) => self.library.revision(from, number)?.content.attachments,
            None => Vec::new(),
        };
        let version = match held.into_iter().find(|held| held.id == attachment.id) {
            Some(held) => Some(held.version),
            None => self.library.attachment_versions(attachment.id)?.pop().map(|newest| newest.version),
        };
        Ok(match version {
            Some(version) => Destination::Outside(self.attachment_file(attachment.id, version)?),
            None => Destination::Nowhere,
        })
    }

    /// The folder of a post's file.
    fn folder_of(&self, post: Id) -> Result<String> {
        let file = self.library.mirrored_file(post)?.map(|file| file.path);
        let folder =
            file.as_deref().and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder.to_owned());
        Ok(folder.unwrap_or_else(|| POSTS.into()))
    }
}

/// Words in plain letters, with a hyphen between them and before the first.
fn folded(text: &str) -> String {
    // An empty text has a slug too; it has to fit everything here.
    if text.trim().is_empty() { String::new() } else { format!("-{}", slug_of(text)) }
}

/// 0 where the title begins with the wanted words, 1 where a later word begins with them.
fn rank(title: &str, wanted: &str) -> Option<usize> {
    let title = folded(title);
    if title.starts_with(wanted) {
        return Some(0);
    }
    title.contains(wanted).then_some(1)
}

/// The way from a folder of the library to one of its files.
fn relative(folder: &str, path: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (folder.split('/').collect(), path.split('/').collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    up.chain(to.into_iter().skip(common)).collect::<Vec<_>>().join("/")
}

/// The file of the library that an address names, seen from a folder; none where it leads out of posts and files.
fn resolved(folder: &str, address: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    let ours = [POSTS, ATTACHMENTS]
        .iter()
        .any(|top| path.strip_prefix(top).is_some_and(|rest| rest.starts_with('/')));
    ours.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_there_and_back() {
        for (folder, path, way) in [
            ("posts", "posts/b.en.md", "b.en.md"),
            ("posts", "attachments/x.pdf", "../attachments/x.pdf"),
            ("posts/2026", "posts/2025/b.md", "../2025/b.md"),
            ("posts/2026", "attachments/x.pdf", "../../attachments/x.pdf"),
        ] {
            assert_eq!(relative(folder, path), way);
            assert_eq!(resolved(folder, way).as_deref(), Some(path));
        }
        for outside in ["../../etc/passwd", "../.fonds/library.db", "..", "../attachments", "/../../x"] {
            assert_eq!(resolved("posts", outside), None, "{outside}");
        }
    }

    #[test]
    fn words_fit_by_their_beginning_whatever_their_accents() {
        assert_eq!(rank("Données ouvertes", &folded("DONNE")), Some(0));
        assert_eq!(rank("L’été des données", &folded("donnée")), Some(1));
        assert_eq!(rank("Abandonnées", &folded("donnée")), None);
        assert_eq!(rank("Anything", &folded(" ")), Some(0));
    }
}
