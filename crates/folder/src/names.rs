//! File names: which are looked at, which a new file gets, and which paths are safe.

use std::path::{Component, Path, PathBuf};

use fonds_library::{ATTACHMENTS, Language, Library, POSTS, Post};
use unicode_normalization::UnicodeNormalization;

use crate::{Error, Folder, Result};

/// Whether a name is that of a hidden file, or of one that an editor or a sync program keeps beside the real one.
pub(crate) fn is_ignored(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || [".tmp", ".swp", ".swx", ".part", ".crdownload"].iter().any(|end| lower.ends_with(end))
}

/// Whether a name is that of a Markdown file.
pub(crate) fn is_markdown(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|found| found.eq_ignore_ascii_case("md") || found.eq_ignore_ascii_case("markdown"))
}

/// Whether the parts of a path are names that can be kept on every computer and in every archive.
pub(crate) fn are_plain(path: &str) -> bool {
    path.split('/').all(is_plain)
}

fn is_plain(name: &str) -> bool {
    // Windows takes these for devices, whatever follows the first dot.
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_lowercase();
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    let device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || numbered.is_some_and(|n| n.len() == 1 && matches!(n.as_bytes(), [b'1'..=b'9']));
    !device
        && !name.ends_with(['.', ' '])
        && !name.contains(['\\', ':'])
        && !name.chars().any(char::is_control)
}

/// A path as file systems see it that know no capital letters, or put accents in a form of their own.
pub(crate) fn folded(path: &str) -> String {
    if path.is_ascii() {
        path.to_ascii_lowercase()
    } else {
        path.nfc().flat_map(char::to_lowercase).nfc().collect()
    }
}

/// The name without folder, `.md` and `.en` or `.fr`, and the language that it names. A page that is a folder with an
/// `index.md`, as Hugo has them, is called what the folder is.
pub(crate) fn stem_and_language(path: &str) -> (&str, Option<Language>) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, language) = stem_of(name);
    let page = matches!(stem, "index" | "_index");
    match folder.rsplit_once('/').filter(|_| page) {
        Some((_, folder)) => (folder, language),
        None => (stem, language),
    }
}

/// The rest of a name that begins with a date, as Jekyll and Fonds write them (`2026-01-02-open-data`), and whether it
/// does.
pub(crate) fn without_date(stem: &str) -> (bool, &str) {
    let shape = |date: &str| {
        date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 | 10 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    };
    match (stem.get(..11).filter(|date| shape(date)), stem.get(11..).filter(|rest| !rest.is_empty())) {
        (Some(_), Some(rest)) => (true, rest),
        _ => (false, stem),
    }
}

/// `open-data` as a title: `Open data`.
pub(crate) fn as_words(stem: &str) -> String {
    let words = stem.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn stem_of(name: &str) -> (&str, Option<Language>) {
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
    let mut path = format!("{POSTS}/{date}-{slug}.{language}.md");
    for number in 2u32.. {
        let taken = library.mirrored_at(&path)?.iter().any(|file| file.path == path);
        if !taken && on_disk(library.root(), &path)?.symlink_metadata().is_err() {
            break;
        }
        path = format!("{POSTS}/{date}-{slug}-{number}.{language}.md");
    }
    Ok(path)
}
