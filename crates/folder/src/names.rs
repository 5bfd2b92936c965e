//! File names: which are looked at, which a new file gets, and which paths are safe.

use std::path::{Component, Path, PathBuf};

use fonds_library::{ATTACHMENTS, Language, Library, POSTS, Post};

use crate::{Error, Folder, Result};

/// Whether a name is that of a hidden file, or of one that an editor or a sync program keeps beside the real one.
pub(crate) fn is_ignored(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || [".tmp", ".swp", ".swx", ".part", ".crdownload"].iter().any(|end| lower.ends_with(end))
}

/// Whether a name ends in `.extension`, in any case.
pub(crate) fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// Whether a name can be kept on every computer and in every archive.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.contains(['\\', ':']) && !name.chars().any(char::is_control)
}

/// The name without folder, `.md` and `.en` or `.fr`, and the language that it names.
pub(crate) fn stem_and_language(path: &str) -> (&str, Option<Language>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    for language in [Language::En, Language::Fr] {
        let suffix = stem.rsplit_once('.').filter(|(_, end)| end.eq_ignore_ascii_case(language.as_str()));
        if let Some((stem, _)) = suffix {
            return (stem, Some(language));
        }
    }
    (stem, None)
}

/// Where a path in the library is on disk.
///
/// # Errors
/// [`Error::UnsafePath`] where it is not a plain path below `posts/` or `attachments/`, or leads through a symbolic
/// link.
pub(crate) fn on_disk(root: &Path, path: &str) -> Result<PathBuf> {
    let unsafe_path = || Error::UnsafePath { path: path.into() };
    let mut parts = Path::new(path).components();
    let first = parts.next().and_then(|part| part.as_os_str().to_str());
    if !matches!(first, Some(POSTS | ATTACHMENTS)) || path.contains('\\') || path.contains('\0') {
        return Err(unsafe_path());
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) || parts.clone().next().is_none() {
        return Err(unsafe_path());
    }
    let mut place = root.join(first.unwrap_or(POSTS));
    for part in parts {
        let linked = place.symlink_metadata().is_ok_and(|found| found.file_type().is_symlink());
        if linked || !matches!(part, Component::Normal(_)) {
            return Err(unsafe_path());
        }
        place.push(part);
    }
    Ok(place)
}

/// The path of a post's new file: `posts/<date>-<slug>.<lang>.md`, with `-2` … where a file is or was there.
pub(crate) fn new_path(library: &Library, post: &Post, ctx: &Folder<'_>) -> Result<String> {
    let date = (ctx.local_date)(post.created_at);
    let slug = fonds_library::slug_of(&post.slug);
    let language = post.language.as_str();
    let taken: std::collections::HashSet<String> =
        library.mirrored_files()?.into_iter().map(|file| file.path).collect();
    let mut path = format!("{POSTS}/{date}-{slug}.{language}.md");
    for number in 2u32.. {
        if !taken.contains(&path) && on_disk(library.root(), &path)?.symlink_metadata().is_err() {
            break;
        }
        path = format!("{POSTS}/{date}-{slug}-{number}.{language}.md");
    }
    Ok(path)
}
