//! Between a post's text in the library and the text of its file.

use std::collections::BTreeSet;

use fonds_library::{ATTACHMENTS, AttachmentRef, Content, Id, Language, Library, Post, slug_of};
use fonds_markdown::front_matter::{self, Document, Owned};

use crate::{Refusal, Result};

/// The language that a `lang` names: `fr`, `fr-CA` and `FR` are French.
pub(crate) fn language(value: &str) -> Option<Language> {
    value.trim().split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}

/// A slug that can stand in an address and a file name, whatever the file says.
pub(crate) fn slug(value: &str) -> Option<String> {
    (!value.trim().is_empty()).then(|| slug_of(value))
}

/// What a file says. What it does not say is as in `like`; what it says and cannot be is named.
pub(crate) fn content(
    library: &Library,
    document: &Document<'_>,
    like: &Content,
) -> Result<(Content, Vec<Refusal>)> {
    let owned = &document.owned;
    let mut refused = Vec::new();
    let language = owned.lang.as_ref().map_or(like.language, |value| {
        language(value).unwrap_or_else(|| {
            refused.push(Refusal::UnknownLanguage { value: value.clone() });
            like.language
        })
    });
    let mut attachments = Vec::new();
    for name in owned.attachments.iter().flatten() {
        match attachment(library, name, like)? {
            Some(reference) => attachments.push(reference),
            None => refused.push(Refusal::UnknownAttachment { name: name.clone() }),
        }
    }
    attachments.sort_unstable();
    attachments.dedup();
    let title = owned.title.as_ref().filter(|title| !title.trim().is_empty());
    let content = Content {
        title: title.unwrap_or(&like.title).clone(),
        language,
        slug: owned.slug.as_deref().and_then(slug).unwrap_or_else(|| like.slug.clone()),
        body: document.body.to_owned(),
        front_matter: document.author.clone(),
        attachments,
    };
    Ok((content, refused))
}

/// The attachment of a name, at the version that `like` has, or else the newest.
fn attachment(library: &Library, name: &str, like: &Content) -> Result<Option<AttachmentRef>> {
    let Some(found) = library.attachment_at(&format!("{ATTACHMENTS}/{name}"))? else { return Ok(None) };
    if let Some(reference) = like.attachments.iter().find(|reference| reference.id == found.id) {
        return Ok(Some(*reference));
    }
    let newest = library.attachment_versions(found.id)?.pop();
    Ok(newest.map(|newest| AttachmentRef { id: found.id, version: newest.version }))
}

/// The categories that a file names, and the names that there are none of.
pub(crate) fn categories(library: &Library, owned: &Owned) -> Result<(Vec<Id>, Vec<Refusal>)> {
    let (mut known, mut refused) = (Vec::new(), Vec::new());
    for name in owned.categories.iter().flatten() {
        match category(library, name)? {
            Some(id) => known.push(id),
            None => refused.push(Refusal::UnknownCategory { name: name.clone() }),
        }
    }
    Ok((known, refused))
}

fn category(library: &Library, name: &str) -> Result<Option<Id>> {
    match library.find_category(name) {
        Ok(id) => Ok(Some(id)),
        Err(fonds_library::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The text of a post's file: what stands in `base` and need not change stays byte for byte.
pub(crate) fn render(
    library: &Library,
    post: &Post,
    content: &Content,
    base: Option<&str>,
    retired: &BTreeSet<String>,
) -> Result<String> {
    let before =
        base.and_then(|base| front_matter::parse(base).ok()).map(|read| read.owned).unwrap_or_default();
    let owned = owned(library, post, content, &before, retired)?;
    Ok(match base {
        Some(base) => updated(base, &owned, &content.front_matter, &content.body),
        None => front_matter::write(&owned, &content.front_matter, &content.body),
    })
}

/// [`front_matter::update`] that keeps a byte order mark also where there was no front matter.
pub(crate) fn updated(base: &str, owned: &Owned, author: &str, body: &str) -> String {
    const MARK: char = '\u{feff}';
    let text = front_matter::update(base, owned, author, body);
    if base.starts_with(MARK) && !text.starts_with(MARK) { format!("{MARK}{text}") } else { text }
}

/// The owned keys. A spelling in the file that means the same is kept, and so is a name that means nothing here: it
/// was asked about, and is the author's to take out, unless it is one of `retired`.
fn owned(
    library: &Library,
    post: &Post,
    content: &Content,
    before: &Owned,
    retired: &BTreeSet<String>,
) -> Result<Owned> {
    let same_id = |value: &&String| value.trim().parse() == Ok(post.id);
    let same_language = |value: &&String| language(value).is_none_or(|read| read == content.language);
    Ok(Owned {
        id: Some(before.id.as_ref().filter(same_id).cloned().unwrap_or_else(|| post.id.to_string())),
        title: Some(content.title.clone()),
        lang: Some(
            before
                .lang
                .as_ref()
                .filter(same_language)
                .cloned()
                .unwrap_or_else(|| content.language.as_str().into()),
        ),
        slug: Some(content.slug.clone()),
        pair: pair(library, post, before)?,
        categories: filed_names(library, post, content.language, before, retired)?,
        attachments: attachment_names(library, content, before)?,
    })
}

/// The counterpart's id. One that the file names and that is not here yet stays, so that it can link when it comes.
fn pair(library: &Library, post: &Post, before: &Owned) -> Result<Option<String>> {
    if let Some(counterpart) = library.counterpart(post.id)? {
        let same = |value: &&String| value.trim().parse() == Ok(counterpart.id);
        return Ok(Some(
            before.pair.as_ref().filter(same).cloned().unwrap_or_else(|| counterpart.id.to_string()),
        ));
    }
    let to_come = |value: &&String| value.trim().parse::<Id>().is_ok_and(|id| library.post(id).is_err());
    Ok(before.pair.as_ref().filter(to_come).cloned())
}

/// The names in a post's file that mean a category now, as they are spelled there.
pub fn category_names(library: &Library, post: Id) -> Result<BTreeSet<String>> {
    let base = library.mirror_base(post)?;
    let read = std::str::from_utf8(&base).ok().and_then(|text| front_matter::parse(text).ok());
    let mut names = BTreeSet::new();
    for name in read.iter().flat_map(|read| read.owned.categories.iter().flatten()) {
        if category(library, name)?.is_some() {
            names.insert(name.clone());
        }
    }
    Ok(names)
}

fn filed_names(
    library: &Library,
    post: &Post,
    language: Language,
    before: &Owned,
    retired: &BTreeSet<String>,
) -> Result<Option<Vec<String>>> {
    let filed = library.filing(post.pair)?;
    let (mut names, mut seen) = (Vec::new(), Vec::new());
    for name in before.categories.iter().flatten() {
        let id = category(library, name)?;
        if id.map_or(!retired.contains(name), |id| filed.contains(&id)) {
            names.push(name.clone());
            seen.extend(id);
        }
    }
    for path in library.category_paths()? {
        if filed.contains(&path.id) && !seen.contains(&path.id) {
            names.push(path.name(language).to_owned());
        }
    }
    Ok(list(names, before.categories.as_ref()))
}

fn attachment_names(library: &Library, content: &Content, before: &Owned) -> Result<Option<Vec<String>>> {
    let mut attached = Vec::new();
    for reference in &content.attachments {
        let path = library.attachment(reference.id)?.path;
        attached.push(path.strip_prefix("attachments/").unwrap_or(&path).to_owned());
    }
    let mut names = Vec::new();
    for name in before.attachments.iter().flatten() {
        if attached.contains(name) || library.attachment_at(&format!("{ATTACHMENTS}/{name}"))?.is_none() {
            names.push(name.clone());
        }
    }
    attached.retain(|name| !names.contains(name));
    names.extend(attached);
    Ok(list(names, before.attachments.as_ref()))
}

/// A list that is empty has no key, unless the file has one that is empty already.
fn list(names: Vec<String>, before: Option<&Vec<String>>) -> Option<Vec<String>> {
    (!names.is_empty() || before.is_some_and(Vec::is_empty)).then_some(names)
}
