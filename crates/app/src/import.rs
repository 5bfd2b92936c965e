//! Bringing in a folder of Markdown files and PDFs that Fonds did not write.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fonds_library::{AttachmentRef, Content, Media, Origin, slug_of};
use fonds_markdown::front_matter;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Error, Language, Progress, Result, Session, TaskProgress, clock};

/// The largest Markdown file that is brought in, in bytes.
const LARGEST: u64 = 100 * 1024 * 1024;

/// What an import did, or with `dry_run` would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Files that became posts.
    pub imported: Vec<Imported>,
    /// Markdown files whose title and text the library has already.
    pub known: Vec<String>,
    /// PDFs and images that became attachments.
    pub attachments: Vec<String>,
    /// Files that were left, with the reason.
    pub skipped: Vec<Skipped>,
}

/// A file that became a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// The file, relative to the imported folder.
    pub file: String,
    /// The post's id; none in a dry run.
    pub post: Option<String>,
    /// Its title.
    pub title: String,
}

/// A file that was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The file, relative to the imported folder.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Session {
    /// Makes a post of every Markdown file below `folder`, and an attachment of every PDF and image. The folder is only read.
    ///
    /// A file whose title and text are in the library already is passed over, so an import can be repeated after it
    /// was cut short. Symbolic links are not followed.
    pub fn import_markdown(
        &mut self,
        folder: &Path,
        dry_run: bool,
        progress: &mut Progress<'_>,
    ) -> Result<ImportReport> {
        if !folder.is_dir() {
            return Err(Error::new("import.no_folder").with("path", folder.display()));
        }
        let files = walk(folder);
        let total_bytes = files.iter().map(|(_, size)| size).sum();
        let mut report = ImportReport::default();
        let mut attached: HashMap<PathBuf, AttachmentRef> = HashMap::new();
        let mut known = self.known_texts()?;
        let mut done_bytes = 0;
        // Files first, so that a post finds those that it links to.
        for pass in [is_attachment, is_markdown] {
            for (path, size) in files.iter().filter(|(path, _)| pass(path)) {
                let name = relative(folder, path);
                let step = TaskProgress {
                    id: String::new(),
                    phase: "import".into(),
                    item: name.clone(),
                    done_bytes,
                    total_bytes,
                    left_seconds: None,
                };
                if progress(&step) == ControlFlow::Break(()) {
                    return Err(Error::new("task.cancelled"));
                }
                done_bytes += size;
                let outcome = if is_attachment(path) {
                    self.import_attachment(path, dry_run, &mut attached)
                        .map(|()| report.attachments.push(name.clone()))
                } else {
                    self.import_post(path, &name, dry_run, &attached, &mut known, &mut report)
                };
                match outcome {
                    Ok(()) => {}
                    Err(error)
                        if error.code().starts_with("disk.") || error.code().starts_with("library.") =>
                    {
                        return Err(error);
                    }
                    Err(error) => {
                        report
                            .skipped
                            .push(Skipped { file: name, reason: error.report(self.language).message });
                    }
                }
            }
        }
        Ok(report)
    }

    fn import_attachment(
        &mut self,
        path: &Path,
        dry_run: bool,
        attached: &mut HashMap<PathBuf, AttachmentRef>,
    ) -> Result<()> {
        if !dry_run {
            let reference = self.take_in(path)?;
            attached.insert(path.canonicalize().unwrap_or_else(|_| path.into()), reference);
        }
        Ok(())
    }

    fn import_post(
        &mut self,
        path: &Path,
        name: &str,
        dry_run: bool,
        attached: &HashMap<PathBuf, AttachmentRef>,
        known: &mut HashSet<[u8; 32]>,
        report: &mut ImportReport,
    ) -> Result<()> {
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        if bytes.len() as u64 > LARGEST {
            return Err(Error::new("import.too_large").with("path", name));
        }
        let text = String::from_utf8(bytes).map_err(|_| Error::new("import.not_utf8").with("path", name))?;
        let document = front_matter::parse(&text)?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let title = document
            .owned
            .title
            .clone()
            .or_else(|| fonds_markdown::title_of(document.body))
            .unwrap_or_else(|| stem.clone());
        if !known.insert(fingerprint(&title, document.body)) {
            report.known.push(name.into());
            return Ok(());
        }
        let mut imported = Imported { file: name.into(), post: None, title: title.clone() };
        if !dry_run {
            let language = language_of(document.owned.lang.as_deref(), &stem);
            let slug = document.owned.slug.as_deref().map_or_else(|| slug_of(&title), slug_of);
            let attachments = linked(document.body, path, attached);
            imported.post = Some(self.import_text(
                &title,
                language,
                slug,
                document.body,
                document.author,
                attachments,
            )?);
        }
        report.imported.push(imported);
        Ok(())
    }

    fn import_text(
        &mut self,
        title: &str,
        language: Language,
        slug: String,
        body: &str,
        author: String,
        attachments: Vec<AttachmentRef>,
    ) -> Result<String> {
        let act = self.act();
        let new = fonds_library::NewPost {
            id: clock::new_id(),
            pair: clock::new_id(),
            counterpart: None,
            language: language.into(),
            title: title.into(),
            slug,
        };
        let post = self.library.create_post(&act, &new)?;
        let content = Content {
            title: title.into(),
            language: language.into(),
            slug: post.slug,
            body: body.into(),
            front_matter: author,
            attachments,
        };
        self.library.add_revision(&act, post.id, &content, Origin::File)?;
        self.write_file(post.id)?;
        Ok(post.id.to_string())
    }

    fn known_texts(&self) -> Result<HashSet<[u8; 32]>> {
        let posts = self.library.all_posts()?.into_iter();
        posts
            .map(|post| {
                let content = self.library.current(post.id)?;
                Ok(fingerprint(&content.title, &content.body))
            })
            .collect()
    }
}

fn walk(folder: &Path) -> Vec<(PathBuf, u64)> {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(std::result::Result::ok)
        .filter(|entry| {
            entry.file_type().is_file() && (is_attachment(entry.path()) || is_markdown(entry.path()))
        })
        .map(|entry| (entry.path().to_path_buf(), entry.metadata().map_or(0, |metadata| metadata.len())))
        .collect()
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .is_some_and(|extension| extensions.iter().any(|wanted| extension.eq_ignore_ascii_case(wanted)))
}

fn is_attachment(path: &Path) -> bool {
    Media::of_name(&path.to_string_lossy()).is_some()
}

fn is_markdown(path: &Path) -> bool {
    has_extension(path, &["md", "markdown"])
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned()
}

fn fingerprint(title: &str, body: &str) -> [u8; 32] {
    Sha256::new().chain_update(title).chain_update([0]).chain_update(body).finalize().into()
}

/// What the front matter says, else what `name.fr.md` says, else English.
fn language_of(stated: Option<&str>, stem: &str) -> Language {
    let word =
        stated.map(str::to_lowercase).or_else(|| stem.rsplit_once('.').map(|(_, last)| last.to_lowercase()));
    if word.is_some_and(|word| word == "fr" || word.starts_with("fr-")) { Language::Fr } else { Language::En }
}

/// The imported files that a text links to, or shows, by a relative path.
fn linked(body: &str, file: &Path, attached: &HashMap<PathBuf, AttachmentRef>) -> Vec<AttachmentRef> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let found = std::cell::RefCell::new(Vec::new());
    fonds_markdown::to_html(body, &|target| {
        if let Ok(path) = folder.join(target.replace("%20", " ")).canonicalize()
            && let Some(reference) = attached.get(&path)
        {
            found.borrow_mut().push(*reference);
        }
        None
    });
    found.into_inner()
}
