//! PDFs and images: taken in as attachments, put on posts and taken off, handed out.
//!
//! A file is what its bytes say, never what its name says. Images are PNG, JPEG, GIF and WebP; SVG is refused, because
//! it can carry scripts and load from elsewhere, and nothing here could clean it without changing the author's file.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use fonds_folder::Changes;
use fonds_library::{ATTACHMENTS, AttachmentRef, Id, Media, Origin, Refusal};

use crate::{Attached, AttachmentView, Error, PostView, Result, Session, clock, folder};

/// The largest PDF that is taken in, in bytes.
const LARGEST_PDF: u64 = 4 * 1024 * 1024 * 1024;
/// The largest image that is taken in or shown, in bytes.
const LARGEST_IMAGE: u64 = 25 * 1024 * 1024;
/// The most bytes that are handed out at once.
const LARGEST_PART: u64 = 4 * 1024 * 1024;
/// The most pixels that an image may unpack to: a small file can hold a huge one.
const MOST_PIXELS: usize = 100_000_000;

/// An image of the library, as the window shows it.
pub struct ImageFile {
    /// Its media type.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Session {
    /// Attaches PDFs and images to a post: each is stored by content, and a copy put into `attachments/`.
    ///
    /// A file of the same name and other bytes gets a name of its own. All or none are attached.
    pub fn attach(&mut self, id: Id, files: &[impl AsRef<Path>]) -> Result<Attached> {
        for file in files {
            kind_of_file(file.as_ref())?;
        }
        let taken = files.iter().map(|file| self.take_in(file.as_ref())).collect::<Result<Vec<_>>>()?;
        self.put_on(id, &taken)
    }

    /// Attaches an image that has no file: one that was pasted. `name` is what it is called where it comes from.
    pub fn attach_image(&mut self, id: Id, name: &str, bytes: &[u8]) -> Result<Attached> {
        let media = kind_of(name, bytes.len() as u64, &mut Cursor::new(bytes))?;
        if !media.is_image() {
            return Err(Error::new("attachment.not_pdf").with("path", name));
        }
        let taken = self.store(&safe_name(Path::new(name), media), &mut Cursor::new(bytes))?;
        self.put_on(id, &[taken])
    }

    fn put_on(&mut self, id: Id, taken: &[AttachmentRef]) -> Result<Attached> {
        let act = self.act();
        let mut content = self.library.current(id)?;
        for attached in taken {
            content.attachments.retain(|other| other.id != attached.id);
            content.attachments.push(*attached);
        }
        self.library.save(&act, id, &content)?;
        self.library.seal(&act, id, Origin::Editor)?;
        self.write_file(id)?;
        let names = taken.iter().map(|attached| Ok(self.library.attachment(attached.id)?.name().to_owned()));
        Ok(Attached { names: names.collect::<Result<_>>()?, post: self.open_post(id)? })
    }

    /// Stores a file as an attachment of the library.
    pub(crate) fn take_in(&mut self, file: &Path) -> Result<AttachmentRef> {
        let media = kind_of_file(file)?;
        let mut bytes = File::open(file).map_err(Error::io(file))?;
        self.store(&safe_name(file, media), &mut bytes)
    }

    /// Stores bytes under a name, or under a free one like it. The same bytes of that name are the attachment that is
    /// there already.
    fn store(&mut self, name: &str, bytes: &mut dyn Read) -> Result<AttachmentRef> {
        let act = self.act();
        let blob = self.library.blobs().put(bytes)?;
        let reference = loop {
            if let Some(same) = self.library.attachment_at(&format!("{ATTACHMENTS}/{name}"))? {
                let versions = self.library.attachment_versions(same.id)?;
                if let Some(version) = versions.iter().rev().find(|version| version.blob == blob) {
                    return Ok(AttachmentRef { id: same.id, version: version.version });
                }
            }
            let path = self.library.free_attachment_path(name)?;
            match self.library.add_attachment(&act, clock::new_id(), &path, &blob) {
                // Another program was faster; the next look knows its attachment.
                Err(fonds_library::Error::Refused(Refusal::PathTaken(_))) => {}
                added => break added?,
            }
        };
        fonds_folder::write_attachment(&mut self.library, reference.id, &folder::acting(&act))?;
        Ok(reference)
    }

    /// Gives an attachment a new version, from a file, and each post that has it a revision; its file in `attachments/`
    /// follows. The same bytes again change nothing. Gives the version.
    ///
    /// # Errors
    /// Where the file is of another kind than the attachment is.
    pub fn replace_attachment(&mut self, attachment: Id, file: &Path) -> Result<u32> {
        let media = kind_of_file(file)?;
        let known = self.library.attachment(attachment)?;
        let name = known.name().to_owned();
        if Media::of_name(&name) != Some(media) {
            return Err(Error::new("attachment.other_kind").with("path", file.display()).with("name", name));
        }
        // What another program made of the attachment's file becomes a version of its own.
        self.sync_changes(&Changes::At([known.path].into()))?;
        let act = self.act();
        let mut bytes = File::open(file).map_err(Error::io(file))?;
        let blob = self.library.blobs().put(&mut bytes)?;
        let (reference, posts) = self.library.replace_attachment(&act, attachment, &blob)?;
        fonds_folder::write_attachment(&mut self.library, attachment, &folder::acting(&act))?;
        for post in posts {
            self.write_file(post)?;
        }
        Ok(reference.version)
    }

    /// A post's attachments, as they are known now.
    pub fn attachments(&self, id: Id) -> Result<Vec<AttachmentView>> {
        self.attachment_views(&self.library.current(id)?.attachments)
    }

    /// The stored bytes of an attachment's version.
    pub(crate) fn attachment_blob(&self, attachment: Id, version: u32) -> Result<File> {
        let reference = AttachmentRef { id: attachment, version };
        let sha256 = self.library.attachment_version(reference)?.blob.sha256;
        Ok(self.library.blobs().open_blob(&sha256)?)
    }

    /// Takes an attachment off a post. The library, and earlier revisions, keep it.
    pub fn detach(&mut self, id: Id, attachment: Id) -> Result<PostView> {
        let act = self.act();
        let mut content = self.library.current(id)?;
        content.attachments.retain(|attached| attached.id != attachment);
        self.library.save(&act, id, &content)?;
        self.library.seal(&act, id, Origin::Editor)?;
        self.write_file(id)?;
        self.open_post(id)
    }

    /// A file with the bytes of an attachment's version under its own name, for the system's viewer.
    pub fn attachment_file(&self, attachment: Id, version: u32) -> Result<PathBuf> {
        let reference = AttachmentRef { id: attachment, version };
        let sha256 = self.library.attachment_version(reference)?.blob.sha256;
        let name = self.library.attachment(attachment)?.name().to_owned();
        let folder = std::env::temp_dir().join("fonds").join(sha256.get(..16).unwrap_or("attachment"));
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let path = folder.join(name);
        let mut from = self.library.blobs().open_blob(&sha256)?;
        let mut to = tempfile::NamedTempFile::new_in(&folder).map_err(Error::io(&folder))?;
        std::io::copy(&mut from, &mut to).map_err(Error::io(&path))?;
        to.persist(&path).map_err(|e| Error::io(&path)(e.error))?;
        Ok(path)
    }

    /// The newest version of the image called `name` in `attachments/`, for the window to show.
    ///
    /// # Errors
    /// Where the library has no such attachment, or it is no image, or too large to be shown.
    pub(crate) fn image(&self, name: &str) -> Result<ImageFile> {
        let path = format!("{ATTACHMENTS}/{name}");
        let none = || Error::new("attachment.not_found").with("name", name);
        let attachment = self.library.attachment_at(&path)?.ok_or_else(none)?;
        let version = self.library.attachment_versions(attachment.id)?.pop().ok_or_else(none)?;
        let mut file = self.library.blobs().open_blob(&version.blob.sha256)?;
        let media = kind_of(name, version.blob.size, &mut file)?;
        if !media.is_image() {
            return Err(none());
        }
        let mut bytes = Vec::new();
        file.take(LARGEST_IMAGE).read_to_end(&mut bytes).map_err(Error::io(Path::new(&path)))?;
        Ok(ImageFile { mime: media.mime(), bytes })
    }

    pub(crate) fn attachment_views(&self, attached: &[AttachmentRef]) -> Result<Vec<AttachmentView>> {
        let mut views = attached
            .iter()
            .map(|reference| {
                let version = self.library.attachment_version(*reference)?;
                Ok(AttachmentView {
                    id: reference.id.to_string(),
                    name: self.library.attachment(reference.id)?.name().into(),
                    version: reference.version,
                    size: version.blob.size,
                    pdf: self.pdf_view(&version.blob.sha256)?,
                    sha256: version.blob.sha256,
                    added_at: version.at.to_string(),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        views.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(views)
    }
}

/// Some bytes of a file.
pub(crate) fn read_part(mut file: File, from: u64, length: u64) -> Result<Vec<u8>> {
    let io = Error::io(Path::new(ATTACHMENTS));
    let mut bytes = Vec::new();
    let read = file
        .seek(SeekFrom::Start(from))
        .and_then(|_| file.take(length.min(LARGEST_PART)).read_to_end(&mut bytes));
    read.map_err(io)?;
    Ok(bytes)
}

fn kind_of_file(path: &Path) -> Result<Media> {
    let mut file = File::open(path).map_err(Error::io(path))?;
    let metadata = file.metadata().map_err(Error::io(path))?;
    let shown = path.display().to_string();
    if !metadata.is_file() {
        return Err(Error::new("attachment.not_pdf").with("path", shown));
    }
    kind_of(&shown, metadata.len(), &mut file)
}

/// What bytes are, by their beginning; they are read from there again afterwards. Refused where they are nothing that
/// is taken, or too large.
fn kind_of(name: &str, size: u64, bytes: &mut (impl Read + Seek)) -> Result<Media> {
    let io = Error::io(Path::new(name));
    let mut start = Vec::new();
    let read = bytes.by_ref().take(1024).read_to_end(&mut start).and_then(|_| bytes.seek(SeekFrom::Start(0)));
    read.map_err(io)?;
    let Some(media) = Media::of_bytes(&start) else {
        let text = String::from_utf8_lossy(&start).to_ascii_lowercase();
        let code = if text.contains("<svg") { "attachment.svg" } else { "attachment.not_pdf" };
        return Err(Error::new(code).with("path", name));
    };
    let most = if media.is_image() { LARGEST_IMAGE } else { LARGEST_PDF };
    if size > most {
        let megabytes = most / (1024 * 1024);
        return Err(Error::new("attachment.too_large").with("path", name).with("most", megabytes));
    }
    if media.is_image() {
        let mut buffered = std::io::BufReader::new(bytes.by_ref());
        let pixels = imagesize::reader_size(&mut buffered)
            .map_err(|_| Error::new("attachment.damaged_image").with("path", name))?;
        if pixels.width.saturating_mul(pixels.height) > MOST_PIXELS {
            return Err(Error::new("attachment.too_many_pixels").with("path", name));
        }
        bytes.seek(SeekFrom::Start(0)).map_err(Error::io(Path::new(name)))?;
    }
    Ok(media)
}

/// A file name that every system and every link takes: no path, no control or reserved characters, ending as such
/// files do.
fn safe_name(path: &Path, media: Media) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut stem: String = stem
        .chars()
        .map(|c| if c.is_control() || "<>:\"/\\|?*#%".contains(c) { '-' } else { c })
        .take(100)
        .collect();
    stem = stem.trim_matches([' ', '.']).to_owned();
    if stem.is_empty() {
        stem = if media.is_image() { "image".into() } else { "document".into() };
    }
    format!("{stem}.{}", media.extension())
}
