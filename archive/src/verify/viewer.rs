//! The viewer: its folder holds pages that the format knows, and a page for every post.

use super::Check;
use crate::report::Code;
use crate::viewer::{is_page, is_page_of};

impl Check<'_> {
    /// After the objects. What the pages say is not held against the records: the bag's digests cover them, and the
    /// records are what counts.
    pub(super) fn viewer(&mut self) {
        let folder = format!("{}{}", self.top, self.layout.viewer(""));
        let mut without: std::collections::BTreeSet<String> = self.facts.posts.keys().cloned().collect();
        for (number, entry) in self.zip.entries.iter().enumerate() {
            let Some(path) = entry.name.strip_prefix(&folder) else { continue };
            let of = is_page_of(path);
            self.known[number] = is_page(path) && of.is_none_or(|post| self.facts.posts.contains_key(post));
            if let Some(post) = of {
                without.remove(post);
            }
        }
        for page in [
            "index.html",
            "search.html",
            "style.css",
            "viewer.js",
            "files/1.html",
            "journal/1.html",
            "lists/all-1.html",
        ] {
            if self.zip.find(&format!("{folder}{page}")).is_none() {
                self.found.add(Code::ViewerIncomplete, self.layout.viewer(page), "missing");
            }
        }
        for post in without {
            self.found.add(
                Code::ViewerIncomplete,
                self.layout.viewer(&format!("posts/{post}.html")),
                "missing",
            );
        }
    }
}
