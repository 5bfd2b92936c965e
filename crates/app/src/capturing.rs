//! Captures: a post's public pages kept as the public sees them, for the record.

use std::path::{Path, PathBuf};

use fonds_library::{Blog, CaptureVersion, Id, LeftOut, PageFound, Publication};

use crate::authoring::actor_view;
use crate::{CaptureRow, Error, LeftOutRow, Progress, Result, Session, TaskProgress, clock};

impl Session {
    /// Captures the pages of a post that the public can reach: on one blog, or on every blog that has it.
    ///
    /// # Errors
    /// `capture.nothing` where no page of the post has a web address; what kept a page from being had.
    pub fn capture(
        &mut self,
        post: Id,
        blog: Option<&str>,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<CaptureRow>> {
        let wanted = blog.map(|name| self.library.find_blog(name)).transpose()?;
        let mut pages = Vec::new();
        for publication in self.library.publications(post)? {
            let blog = self.library.find_blog(&publication.blog.to_string())?;
            if wanted.as_ref().is_none_or(|wanted| wanted.id == blog.id)
                && let Some(address) = self.page_of(&blog, &publication)?
            {
                pages.push((blog, publication.revision, address));
            }
        }
        if pages.is_empty() {
            let title = self.library.current(post)?.title;
            return Err(Error::new("capture.nothing").with("name", title));
        }
        pages
            .iter()
            .map(|(blog, revision, address)| self.capture_page(post, blog, *revision, address, progress))
            .collect()
    }

    /// The captures of a post's pages, the newest first.
    pub fn captures(&self, post: Id) -> Result<Vec<CaptureRow>> {
        let mut rows = Vec::new();
        for capture in self.library.captures_of(post)? {
            let versions = self.library.capture_versions(capture.id)?;
            for version in versions {
                rows.push(self.capture_row(capture.id, capture.blog, version)?);
            }
        }
        rows.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.blog_name.cmp(&b.blog_name)));
        Ok(rows)
    }

    /// Captures every public page that was published anew since it was last captured.
    ///
    /// # Errors
    /// The first page that could not be had for another reason than that its blog is out of reach, once all were tried.
    pub(crate) fn capture_published(&mut self, progress: &mut Progress<'_>) -> Result<()> {
        let mut refused = None;
        for blog in self.library.blogs()? {
            for publication in self.library.published_on(blog.id)? {
                let Some(address) = self.page_of(&blog, &publication)? else { continue };
                let post = publication.post;
                let known = self.library.captures_of(post)?.into_iter().find(|one| one.blog == blog.id);
                let versions = known.map(|one| self.library.capture_versions(one.id)).transpose()?;
                let last = versions.and_then(|mut versions| versions.pop());
                if last.is_some_and(|last| last.at >= publication.at) {
                    continue;
                }
                match self.capture_page(post, &blog, publication.revision, &address, progress) {
                    Err(error) if error.code() == "task.cancelled" => return Err(error),
                    // Offline is normal: the next time brings it.
                    Err(error) if error.code() == "blog.unreachable" => break,
                    Err(error) => drop(refused.get_or_insert(error)),
                    Ok(_) => {}
                }
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// Writes a capture's WACZ to a place where no file is: the one with this number, or the newest, on one blog or on any.
    ///
    /// # Errors
    /// `capture.not_found`, `export.exists`.
    pub fn save_capture(
        &self,
        post: Id,
        blog: Option<&str>,
        number: Option<u32>,
        to: &Path,
    ) -> Result<PathBuf> {
        let to = std::path::absolute(to).map_err(Error::io(to))?;
        if to.exists() {
            return Err(Error::new("export.exists").with("path", to.display()));
        }
        let asked = |row: &CaptureRow| {
            blog.is_none_or(|blog| blog == row.blog_name) && number.is_none_or(|number| number == row.version)
        };
        let found = self.captures(post)?.into_iter().find(asked);
        let title = self.library.current(post)?.title;
        let found = found.ok_or_else(|| Error::new("capture.not_found").with("name", title))?;
        let folder = to.parent().unwrap_or(Path::new("/"));
        let mut from = self.library.blobs().open_blob(&found.sha256)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io(folder))?;
        std::io::copy(&mut from, &mut file)
            .and_then(|_| file.as_file().sync_all())
            .map_err(Error::io(&to))?;
        file.persist_noclobber(&to).map_err(|error| Error::io(&to)(error.error))?;
        Ok(to)
    }

    /// The web address of what is public, if it has one.
    pub(crate) fn page_of(&self, blog: &Blog, publication: &Publication) -> Result<Option<String>> {
        let told = self.as_told(blog)?;
        Ok(fonds_publish::connector(&blog.kind)?.page(&told, &publication.address))
    }

    fn capture_page(
        &mut self,
        post: Id,
        blog: &Blog,
        revision: u32,
        address: &str,
        progress: &mut Progress<'_>,
    ) -> Result<CaptureRow> {
        let told = self.as_told(blog)?;
        let page = fonds_publish::Page {
            blog: &told,
            address,
            now: &|| clock::now().to_string(),
            new_id: &|| clock::new_id().to_string(),
        };
        let mut file = tempfile::tempfile().map_err(Error::io(Path::new(address)))?;
        let captured = fonds_publish::capture(&page, &mut file, &mut |done_bytes, total_bytes| {
            progress(&TaskProgress {
                id: String::new(),
                phase: "capture".into(),
                item: address.into(),
                done_bytes,
                total_bytes,
                left_seconds: None,
            })
        })?;
        std::io::Seek::rewind(&mut file).map_err(Error::io(Path::new(address)))?;
        let blob = self.library.blobs().put(&mut file)?;
        let left_out = captured
            .left_out
            .into_iter()
            .map(|left| LeftOut { address: left.address, why: left.why.code().into() });
        let found = PageFound {
            address: captured.address,
            status: captured.status,
            title: captured.title,
            revision,
            left_out: left_out.collect(),
        };
        let act = self.act();
        let (capture, number) =
            self.library.add_capture(&act, clock::new_id(), post, blog.id, &blob, &found)?;
        let version = CaptureVersion { version: number, blob, actor: act.actor, at: act.now, found };
        self.capture_row(capture.id, blog.id, version)
    }

    fn capture_row(&self, capture: Id, blog: Id, version: CaptureVersion) -> Result<CaptureRow> {
        // A blog that was removed is named by its id.
        let blog_name =
            self.library.find_blog(&blog.to_string()).map_or_else(|_| blog.to_string(), |b| b.name);
        let left_out = version.found.left_out.into_iter();
        Ok(CaptureRow {
            id: capture.to_string(),
            version: version.version,
            blog_name,
            address: version.found.address,
            status: version.found.status,
            title: version.found.title,
            revision: version.found.revision,
            at: version.at.to_string(),
            actor: actor_view(version.actor),
            size: version.blob.size,
            sha256: version.blob.sha256,
            left_out: left_out.map(|left| LeftOutRow { address: left.address, why: left.why }).collect(),
        })
    }
}
