//! Where everything of the site goes: checked before anything is written.
//!
//! What always holds: no two things of a plan share a path, also where a file system ignores case, and every path
//! stays inside the site.

use super::categories::Tree;
use super::names::{is_file_name, is_slug};
use super::words::Words;
use crate::{Attachment, Delivery, Error, Language, Post, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the owner may set for a static site. Every key may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// The blog's name on English pages.
    title_en: Option<String>,
    /// The blog's name on French pages.
    title_fr: Option<String>,
    /// IANA name of the time zone that dates are shown in, `America/Toronto`; UTC otherwise.
    time_zone: Option<String>,
}

/// A file of the site that comes from the library.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub path: String,
    pub name: String,
    pub sha256: String,
    pub size: u64,
    /// Title of a post that carries it, for messages.
    pub title: String,
}

/// A post and where it goes.
pub(super) struct Placed<'a> {
    pub post: &'a Post,
    pub path: String,
    pub published: Timestamp,
    pub updated: Timestamp,
}

/// The whole site as it will be.
pub(super) struct Plan<'a> {
    pub delivery: &'a Delivery<'a>,
    /// Newest first.
    pub posts: Vec<Placed<'a>>,
    pub tree: Tree<'a>,
    /// By digest and name.
    files: BTreeMap<(String, String), File>,
    /// The blog's address without a slash at the end.
    pub url: Option<String>,
    titles: [String; 2],
    zone: TimeZone,
    by_id: HashMap<&'a str, usize>,
    by_file: HashMap<&'a str, usize>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(delivery: &'a Delivery<'a>) -> Result<Self> {
        let settings = settings(delivery)?;
        let posts = place_posts(delivery)?;
        let name = &delivery.blog.name;
        let refuse = |reason: String| Error::Settings { blog: name.clone(), reason };
        let zone = match &settings.time_zone {
            Some(zone) => {
                TimeZone::get(zone).map_err(|_| refuse(format!("there is no time zone “{zone}”")))?
            }
            None => TimeZone::UTC,
        };
        let url = delivery.blog.url.as_deref().filter(|url| !url.is_empty()).map(checked_url).transpose();
        let titles =
            [settings.title_en, settings.title_fr].map(|title| title.unwrap_or_else(|| name.clone()));
        Ok(Self {
            delivery,
            tree: Tree::new(delivery.categories, delivery.posts)?,
            files: place_files(&posts)?,
            url: url.map_err(refuse)?,
            titles,
            zone,
            by_id: posts.iter().enumerate().map(|(index, placed)| (placed.post.id.as_str(), index)).collect(),
            by_file: posts
                .iter()
                .enumerate()
                .filter_map(|(index, placed)| Some((placed.post.file.as_deref()?, index)))
                .collect(),
            posts,
        })
    }

    /// The blog's name in that language.
    pub(super) fn title(&self, language: Language) -> &str {
        let [en, fr] = &self.titles;
        match language {
            Language::En => en,
            Language::Fr => fr,
        }
    }

    pub(super) fn post(&self, id: &str) -> Option<&Placed<'a>> {
        self.by_id.get(id).and_then(|index| self.posts.get(*index))
    }

    /// The public post whose file has this path in the library.
    pub(super) fn post_at(&self, file: &str) -> Option<&Placed<'a>> {
        self.by_file.get(file).and_then(|index| self.posts.get(*index))
    }

    /// The posts of one language, newest first.
    pub(super) fn posts_in(&self, language: Language) -> impl Iterator<Item = &Placed<'a>> {
        self.posts.iter().filter(move |placed| placed.post.language == language)
    }

    pub(super) fn file(&self, attachment: &Attachment) -> Option<&File> {
        self.files.get(&(attachment.sha256.clone(), attachment.name.clone()))
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The day in the blog's time zone.
    pub(super) fn day(&self, time: Timestamp) -> Date {
        time.to_zoned(self.zone.clone()).date()
    }
}

fn settings(delivery: &Delivery<'_>) -> Result<Settings> {
    if delivery.blog.settings.is_null() {
        return Ok(Settings::default());
    }
    Settings::deserialize(&delivery.blog.settings)
        .map_err(|error| Error::Settings { blog: delivery.blog.name.clone(), reason: error.to_string() })
}

pub(super) fn checked_url(url: &str) -> std::result::Result<String, String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"'<>\\^`{}|?#".contains(c);
    if rest.is_empty() || rest.starts_with('/') || !rest.chars().all(plain) {
        return Err(format!("“{url}” is not an address such as https://blog.example.ca"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn place_posts<'a>(delivery: &'a Delivery<'a>) -> Result<Vec<Placed<'a>>> {
    let mut taken: HashMap<String, &str> = HashMap::new();
    let mut placed = Vec::with_capacity(delivery.posts.len());
    for post in delivery.posts {
        let refuse = |reason: String| refusal(post, reason);
        if uuid::Uuid::try_parse(&post.id).is_err() {
            return Err(refuse(format!("its id “{}” is not a UUID.", post.id)));
        }
        if !is_slug(&post.slug) {
            return Err(refuse(format!(
                "“{}” cannot be part of its address. Use letters, digits and hyphens.",
                post.slug
            )));
        }
        let language = post.language;
        if post.slug.eq_ignore_ascii_case(Words::of(language).category_folder) {
            return Err(refuse(format!(
                "the site uses the address “{}” for its categories. Choose another.",
                post.slug
            )));
        }
        let path = format!("{}/{}/index.html", language.code(), post.slug);
        if let Some(other) = taken.insert(path.to_lowercase(), &post.title) {
            return Err(refuse(format!(
                "the post “{other}” has the same address “{}”. Choose another for one of them.",
                post.slug
            )));
        }
        let time = |text: &str| {
            text.parse::<Timestamp>().map_err(|_| refuse(format!("“{text}” is not a time in RFC 3339.")))
        };
        let (published, updated) = (time(&post.first_published_at)?, time(&post.updated_at)?);
        placed.push(Placed { post, path, published, updated });
    }
    placed.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| b.post.id.cmp(&a.post.id)));
    Ok(placed)
}

/// Gives every version of every attachment that is public its file. The newest version has the attachment's own
/// name; an older one, which another post still shows, has its version in it.
fn place_files(posts: &[Placed<'_>]) -> Result<BTreeMap<(String, String), File>> {
    let mut wanted: Vec<(&Attachment, &Post)> = Vec::new();
    for placed in posts {
        for attachment in &placed.post.attachments {
            check_attachment(attachment, placed.post)?;
            wanted.push((attachment, placed.post));
        }
    }
    wanted.sort_by(|(a, _), (b, _)| {
        (a.name.as_str(), b.version, &a.sha256).cmp(&(b.name.as_str(), a.version, &b.sha256))
    });
    let mut seen = HashSet::new();
    wanted.retain(|(attachment, _)| seen.insert((&attachment.name, &attachment.sha256)));
    let (mut files, mut taken) = (BTreeMap::new(), BTreeMap::<String, String>::new());
    // Own names first, so that an older version can never take the name of another attachment.
    let mut older = Vec::new();
    for (attachment, post) in wanted {
        match taken.get(&attachment.name.to_lowercase()) {
            None => {
                taken.insert(attachment.name.to_lowercase(), attachment.sha256.clone());
                place(&mut files, attachment, post, &attachment.name);
            }
            Some(_) => older.push((attachment, post)),
        }
    }
    for (attachment, post) in older {
        let (stem, end) = attachment.name.rsplit_once('.').unwrap_or((&attachment.name, ""));
        let dot = if end.is_empty() { "" } else { "." };
        let digest = attachment.sha256.get(..12).unwrap_or_default();
        let by_version = format!("{stem}-v{}{dot}{end}", attachment.version);
        let name = match taken.contains_key(&by_version.to_lowercase()) {
            false => by_version,
            true => format!("{stem}-{digest}{dot}{end}"),
        };
        if taken.insert(name.to_lowercase(), attachment.sha256.clone()).is_some() {
            let reason =
                format!("there is no free name for its file “{}”. Rename the file.", attachment.name);
            return Err(refusal(post, reason));
        }
        place(&mut files, attachment, post, &name);
    }
    Ok(files)
}

fn place(files: &mut BTreeMap<(String, String), File>, attachment: &Attachment, post: &Post, name: &str) {
    let file = File {
        path: format!("files/{name}"),
        name: attachment.name.clone(),
        sha256: attachment.sha256.clone(),
        size: attachment.size,
        title: post.title.clone(),
    };
    files.insert((attachment.sha256.clone(), attachment.name.clone()), file);
}

fn check_attachment(attachment: &Attachment, post: &Post) -> Result<()> {
    if !is_file_name(&attachment.name) {
        let reason = format!("“{}” cannot be a file name on the site. Rename the file.", attachment.name);
        return Err(refusal(post, reason));
    }
    let digest = &attachment.sha256;
    if digest.len() != 64 || !digest.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(refusal(post, format!("the digest of its file “{}” is not a sha256.", attachment.name)));
    }
    Ok(())
}

pub(super) fn refusal(post: &Post, reason: String) -> Error {
    Error::Post { post: post.id.clone(), title: post.title.clone(), reason }
}
