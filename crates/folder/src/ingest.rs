//! Taking in the text of a file: a new post, an edit, a merge or a conflict.
//!
//! The library has the text before the file is touched, and the file's record comes after both: whatever is
//! interrupted is seen again, and found done, by the next scan.

use fonds_library::{Content, Id, Language, Library, NewPost, Origin, Post};
use fonds_markdown::front_matter::{self, Document};
use fonds_markdown::merge::{Merged, three_way};

use crate::disk;
use crate::mirror::{put, record};
use crate::{Error, Folder, Outcome, Refusal, Result, Stamp, names, text};

/// Takes in a known post's file, then writes to it what it lacks.
pub(crate) fn take(
    library: &mut Library,
    id: Id,
    path: &str,
    stamp: Stamp,
    file: &str,
    ctx: &Folder<'_>,
) -> Result<Vec<Outcome>> {
    let post = library.post(id)?;
    // Bytes that we wrote and did not come to record are nobody's edit.
    if library.is_announced(id, file.as_bytes())? {
        record(library, id, path, file, disk::unsettled(stamp))?;
    }
    let base = library.mirror_base(id)?;
    let base = std::str::from_utf8(&base).ok().filter(|base| !base.is_empty());
    let mut outcomes = Vec::new();
    if base != Some(file) {
        let document = match front_matter::parse(file) {
            Ok(document) => document,
            Err(error) => return Ok(vec![refused(path, error.into())]),
        };
        if post.trashed_at.is_some() {
            return Ok(vec![refused(path, Refusal::Trashed)]);
        }
        let base = base.and_then(|base| front_matter::parse(base).ok());
        outcomes = take_text(library, &post, base.as_ref(), &document, path, ctx)?;
        (ctx.between)("take: the library has the text")?;
    }
    match put(library, id, path, file, stamp, ctx) {
        Ok(()) => {}
        Err(Error::Io { source, .. }) => {
            outcomes.push(refused(path, Refusal::NotWritable { reason: source.to_string() }));
        }
        Err(other) => return Err(other),
    }
    Ok(outcomes)
}

fn refused(path: &str, reason: Refusal) -> Outcome {
    Outcome::Refused { path: path.into(), reason }
}

fn take_text(
    library: &mut Library,
    post: &Post,
    base: Option<&Document<'_>>,
    file: &Document<'_>,
    path: &str,
    ctx: &Folder<'_>,
) -> Result<Vec<Outcome>> {
    let mine = library.current(post.id)?;
    let (old, old_refusals) = match base {
        Some(base) => {
            let (old, refusals) = text::content(library, base, &mine)?;
            (Some(old), refusals)
        }
        None => (None, vec![]),
    };
    let (mut theirs, mut refusals) = text::content(library, file, old.as_ref().unwrap_or(&mine))?;
    if base.is_none() && file.owned.attachments.is_none() {
        theirs.attachments.clone_from(&mine.attachments);
    }
    // What was refused before and is still there was said before.
    refusals.retain(|refusal| !old_refusals.contains(refusal));
    if theirs.language != mine.language && library.counterpart(post.id)?.is_some() {
        theirs.language = old.as_ref().map_or(mine.language, |old| old.language);
        if theirs.language == mine.language {
            refusals.push(Refusal::LanguageTaken);
        }
    }
    let mut outcomes: Vec<Outcome> =
        adopt(library, post, old.as_ref(), &mine, &theirs, ctx)?.into_iter().collect();
    let filed = file_under(library, post, base, file, &mut refusals, ctx)?;
    if filed && outcomes.is_empty() {
        let revision = library.seal(ctx.act, post.id, Origin::Editor)?;
        outcomes.push(Outcome::Edited { post: post.id, revision });
    }
    outcomes.extend(refusals.into_iter().map(|reason| refused(path, reason)));
    Ok(outcomes)
}

/// Makes the file's text part of the post's history, in the way that loses nothing of either side.
fn adopt(
    library: &mut Library,
    post: &Post,
    old: Option<&Content>,
    mine: &Content,
    theirs: &Content,
    ctx: &Folder<'_>,
) -> Result<Option<Outcome>> {
    let id = post.id;
    if library.conflict(id)?.is_some() {
        return adopt_beside_conflict(library, post, old, mine, theirs, ctx);
    }
    if theirs == mine || old == Some(theirs) {
        return Ok(None);
    }
    let Some(old) = old else { return adopt_without_base(library, post, mine, theirs, ctx) };
    if mine == old {
        let revision = library.add_revision(ctx.act, id, theirs, Origin::File)?;
        return Ok(Some(Outcome::Edited { post: id, revision }));
    }
    let parent = parent(library, post, old)?;
    Ok(Some(match merge(old, mine, theirs) {
        // As after a crash between the merge and the writing of the file.
        Some(merged) if merged == *mine && is_known(library, id, theirs)? => return Ok(None),
        Some(merged) => {
            let revision = library.add_merge(ctx.act, id, parent, theirs, Origin::File, &merged)?;
            Outcome::Merged { post: id, revision }
        }
        None => {
            let theirs = library.add_conflict(ctx.act, id, parent, theirs, Origin::File)?;
            Outcome::Conflicted { post: id, theirs }
        }
    }))
}

/// A further edit of the other text, while two wait: it takes the other's place.
fn adopt_beside_conflict(
    library: &mut Library,
    post: &Post,
    old: Option<&Content>,
    mine: &Content,
    theirs: &Content,
    ctx: &Folder<'_>,
) -> Result<Option<Outcome>> {
    let id = post.id;
    let waiting = library.conflict(id)?;
    if old == Some(theirs) {
        return Ok(None);
    }
    if theirs == mine {
        let revision = library.resolve_conflict(ctx.act, id, mine)?;
        return Ok(Some(Outcome::Merged { post: id, revision }));
    }
    let theirs = library.add_conflict(ctx.act, id, waiting, theirs, Origin::File)?;
    Ok((waiting != Some(theirs)).then_some(Outcome::Conflicted { post: id, theirs }))
}

/// A known post's file of which it is not known what it was made from.
fn adopt_without_base(
    library: &mut Library,
    post: &Post,
    mine: &Content,
    theirs: &Content,
    ctx: &Folder<'_>,
) -> Result<Option<Outcome>> {
    let id = post.id;
    let blank = mine.body.is_empty() && mine.front_matter.is_empty() && mine.attachments.is_empty();
    if post.head.is_none() && blank {
        library.add_revision(ctx.act, id, theirs, Origin::File)?;
        return Ok(Some(Outcome::Created { post: id }));
    }
    // As after a crash between the post's making and its file's writing: a taken slug has a number by then.
    let numbered = mine.slug.strip_prefix(theirs.slug.as_str()).is_some_and(|rest| rest.starts_with('-'));
    let fitted = Content { slug: if numbered { &mine.slug } else { &theirs.slug }.clone(), ..theirs.clone() };
    if is_known(library, id, &fitted)? {
        return Ok(None);
    }
    let theirs = library.add_conflict(ctx.act, id, post.head, theirs, Origin::File)?;
    Ok(Some(Outcome::Conflicted { post: id, theirs }))
}

/// Whether a post ever had exactly this text.
fn is_known(library: &Library, id: Id, text: &Content) -> Result<bool> {
    let hash = text.hash()?;
    Ok(library.history(id)?.iter().any(|revision| revision.hash == hash))
}

/// The revision that a file was written from, or else the head.
fn parent(library: &Library, post: &Post, old: &Content) -> Result<Option<u32>> {
    let hash = old.hash()?;
    let found = library.history(post.id)?.into_iter().find(|revision| revision.hash == hash);
    Ok(found.map(|revision| revision.number).or(post.head))
}

/// Both sides' changes in one, where they do not touch.
pub fn merge(old: &Content, mine: &Content, theirs: &Content) -> Option<Content> {
    let Merged::Clean(body) = three_way(&old.body, &mine.body, &theirs.body) else { return None };
    let mut attachments: Vec<_> = mine
        .attachments
        .iter()
        .filter(|reference| {
            let has = |content: &Content| content.attachments.iter().any(|other| other.id == reference.id);
            has(theirs) || !has(old)
        })
        .copied()
        .collect();
    for reference in &theirs.attachments {
        let same = |other: &&fonds_library::AttachmentRef| other.id == reference.id;
        if !old.attachments.iter().any(|other| same(&other)) && !attachments.iter().any(|other| same(&other))
        {
            attachments.push(*reference);
        }
    }
    attachments.sort_unstable();
    Some(Content {
        title: either(&old.title, &mine.title, &theirs.title)?,
        language: either(&old.language, &mine.language, &theirs.language)?,
        slug: either(&old.slug, &mine.slug, &theirs.slug)?,
        body,
        front_matter: either(&old.front_matter, &mine.front_matter, &theirs.front_matter)?,
        attachments,
    })
}

/// The side that changed; none where both did, differently.
fn either<T: PartialEq + Clone>(old: &T, mine: &T, theirs: &T) -> Option<T> {
    if theirs == old || theirs == mine {
        Some(mine.clone())
    } else if mine == old {
        Some(theirs.clone())
    } else {
        None
    }
}

/// Files the pair as the file's change says: what the file took out goes, what it put in comes. Says whether it did.
fn file_under(
    library: &mut Library,
    post: &Post,
    base: Option<&Document<'_>>,
    file: &Document<'_>,
    refusals: &mut Vec<Refusal>,
    ctx: &Folder<'_>,
) -> Result<bool> {
    let (before, said) = match base {
        Some(base) => text::categories(library, &base.owned)?,
        None => (vec![], vec![]),
    };
    let (after, unknown) = text::categories(library, &file.owned)?;
    refusals.extend(unknown.into_iter().filter(|refusal| !said.contains(refusal)));
    let filed = library.filing(post.pair)?;
    let mut wanted: Vec<Id> =
        filed.iter().filter(|id| after.contains(id) || !before.contains(id)).copied().collect();
    for id in after {
        if !before.contains(&id) && !wanted.contains(&id) {
            wanted.push(id);
        }
    }
    wanted.sort_unstable();
    let mut filed = filed;
    filed.sort_unstable();
    if wanted == filed {
        return Ok(false);
    }
    library.file_under(ctx.act, post.pair, &wanted)?;
    Ok(true)
}

/// Keeps the text of a conflict copy beside the post's own. A text that the post's history has is decided on already;
/// where the name is no proof and nobody ever had to decide on that text, the file is a duplicate made by hand.
///
/// The copy stays where it is: it is the sync program's.
pub(crate) fn take_copy(
    library: &mut Library,
    id: Id,
    path: &str,
    file: &str,
    certain: bool,
    ctx: &Folder<'_>,
) -> Result<Vec<Outcome>> {
    let post = library.post(id)?;
    if post.trashed_at.is_some() {
        return Ok(vec![refused(path, Refusal::Trashed)]);
    }
    let document = match front_matter::parse(file) {
        Ok(document) => document,
        Err(error) => return Ok(vec![refused(path, error.into())]),
    };
    library.seal(ctx.act, id, Origin::Editor)?;
    let mine = library.current(id)?;
    let (mut theirs, _) = text::content(library, &document, &mine)?;
    theirs.language = mine.language;
    let hash = theirs.hash()?;
    let history = library.history(id)?;
    let waiting = library.conflict(id)?;
    let known: Vec<u32> = history.iter().filter(|row| row.hash == hash).map(|row| row.number).collect();
    if known.is_empty() {
        let theirs = library.add_conflict(ctx.act, id, post.head, &theirs, Origin::File)?;
        return Ok(vec![Outcome::CopyFound { post: id, theirs, path: path.into() }]);
    }
    let merged = |number: &u32| history.iter().any(|row| row.parents.numbers().get(1) == Some(number));
    let decided = known.iter().any(|number| waiting == Some(*number) || merged(number));
    if certain || decided { Ok(vec![]) } else { create(library, path, file, None, ctx) }
}

/// Makes a post of a file. The id is written into the file first: an interrupted call makes no second post of it.
pub(crate) fn create(
    library: &mut Library,
    path: &str,
    file: &str,
    brought: Option<Id>,
    ctx: &Folder<'_>,
) -> Result<Vec<Outcome>> {
    let document = match front_matter::parse(file) {
        Ok(document) => document,
        Err(error) => return Ok(vec![refused(path, error.into())]),
    };
    let (stem, suffix) = names::stem_and_language(path);
    let (dated, stem) = names::without_date(stem);
    let owned = &document.owned;
    let language = match owned.lang.as_deref().map(|value| text::language(value).ok_or(value)) {
        None => suffix.unwrap_or(Language::En),
        Some(Ok(language)) => language,
        Some(Err(value)) => return Ok(vec![refused(path, Refusal::UnknownLanguage { value: value.into() })]),
    };
    let title = owned.title.clone().filter(|title| !title.trim().is_empty());
    let title = title.or_else(|| fonds_markdown::title_of(document.body));
    let title = title.unwrap_or_else(|| if dated { names::as_words(stem) } else { stem.to_owned() });
    let slug = owned.slug.as_deref().and_then(text::slug);
    let slug = slug.unwrap_or_else(|| fonds_library::slug_of(if dated { stem } else { &title }));

    let id = brought.unwrap_or_else(ctx.new_id);
    let place = names::on_disk(library.root(), path)?;
    let mut file = file.to_owned();
    if brought.is_none() {
        let mut keys = owned.clone();
        keys.id = Some(id.to_string());
        let with_id = text::updated(&file, &keys, &document.author, document.body);
        if disk::replace(&place, &file, &with_id, ctx)?.is_none() {
            // Changed since it was read: the next scan reads it anew.
            return Ok(vec![]);
        }
        file = with_id;
        (ctx.between)("create: the file has an id")?;
    }
    let counterpart = counterpart(library, owned.pair.as_deref(), language)?;
    let new = NewPost { id, pair: (ctx.new_id)(), counterpart, language, title, slug };
    let post = library.create_post(ctx.act, &new)?;
    (ctx.between)("create: there is an empty post")?;
    let mut outcomes = vec![Outcome::Created { post: id }];
    let (content, mut refusals) = text::content(library, &document, &library.current(id)?)?;
    // The slug as the library gave it: a taken one has a number now.
    library.add_revision(ctx.act, id, &Content { slug: post.slug.clone(), ..content }, Origin::File)?;
    (ctx.between)("create: the post has its text")?;
    file_under(library, &post, None, &document, &mut refusals, ctx)?;
    (ctx.between)("create: the post is filed")?;
    outcomes.extend(refusals.into_iter().map(|reason| refused(path, reason)));
    // Reading once more gives the stamp of exactly these bytes, or leaves a newer text to the next scan.
    let disk::Reading::Text(stamp, now) = disk::read_text(&place) else { return Ok(outcomes) };
    let stamp = if now == file { stamp } else { disk::unsettled(stamp) };
    match put(library, id, path, &file, stamp, ctx) {
        Err(Error::Io { source, .. }) => {
            outcomes.push(refused(path, Refusal::NotWritable { reason: source.to_string() }));
        }
        other => other?,
    }
    Ok(outcomes)
}

/// The post that the file names as its counterpart, where it can be that.
fn counterpart(library: &Library, named: Option<&str>, language: Language) -> Result<Option<Id>> {
    let Some(id) = named.and_then(|value| value.trim().parse::<Id>().ok()) else { return Ok(None) };
    let Ok(other) = library.post(id) else { return Ok(None) };
    let free = other.language != language && other.trashed_at.is_none() && library.counterpart(id)?.is_none();
    Ok(free.then_some(id))
}
