//! The history of posts: read in pages, compared, named, restored; and the versions of their files.

use std::collections::BTreeMap;

use fonds_library::{Content, Id};
use fonds_markdown::difference::{self, Change};

use crate::authoring::actor_view;
use crate::records::word_of;
use crate::{
    AttachmentChange, BlockComparison, ComparisonView, FieldChange, HistoryPage, LineComparison, PostView,
    Result, RevisionRow, RevisionView, Session, VersionRow, WordChange,
};

impl Session {
    /// A post's revisions, the newest first.
    pub fn history(&self, id: Id) -> Result<Vec<RevisionRow>> {
        Ok(self.library.history(id)?.into_iter().map(revision_row).collect())
    }

    /// At most `limit` of a post's revisions, the newest first, with numbers below `before`.
    pub fn history_page(&self, id: Id, before: Option<u32>, limit: u32) -> Result<HistoryPage> {
        let rows = self.library.history_before(id, before.unwrap_or(u32::MAX), limit)?;
        Ok(HistoryPage {
            total: self.library.revisions_of(id)?,
            rows: rows.into_iter().map(revision_row).collect(),
        })
    }

    /// One revision, whole.
    pub fn revision(&self, id: Id, number: u32) -> Result<RevisionView> {
        let (row, content) = self.row_and_content(id, number)?;
        Ok(RevisionView {
            row,
            language: content.language.into(),
            attachments: self.attachment_views(&content.attachments)?,
            slug: content.slug,
            markdown: content.body,
        })
    }

    fn row_and_content(&self, id: Id, number: u32) -> Result<(RevisionRow, Content)> {
        let revision = self.library.revision(id, number)?;
        let row = RevisionRow {
            number: revision.number,
            title: revision.content.title.clone(),
            actor: actor_view(revision.actor),
            at: revision.at.to_string(),
            origin: revision.origin.as_str().into(),
            hash: revision.hash,
            parents: revision.parents.numbers().to_vec(),
            name: self.library.revision_names(id)?.remove(&number),
        };
        Ok((row, revision.content))
    }

    /// A revision as sanitised HTML, for reading.
    pub fn revision_html(&self, id: Id, number: u32) -> Result<String> {
        Ok(fonds_markdown::to_html(&self.library.revision(id, number)?.content.body, &|_| None))
    }

    /// The differences of two revisions' sources, as a unified patch.
    pub fn difference(&self, id: Id, from: u32, to: u32) -> Result<String> {
        let (a, b) = (self.library.revision(id, from)?.content, self.library.revision(id, to)?.content);
        let name = |number: u32, content: &Content| {
            format!("{}.{} {number}", content.slug, content.language.as_str())
        };
        Ok(difference::unified(&a.body, &b.body, &name(from, &a), &name(to, &b)))
    }

    /// Two revisions compared as a reader sees them.
    pub fn compare(&self, id: Id, from: u32, to: u32) -> Result<ComparisonView> {
        let ((from, old), (to, new)) = (self.row_and_content(id, from)?, self.row_and_content(id, to)?);
        let rendered = difference::rendered(&old.body, &new.body, &|_| None);
        let blocks = rendered.blocks.into_iter().map(|block| {
            let kind = word_of(&block.kind)?;
            Ok(BlockComparison { kind, html: block.html, old: block.old, new: block.new })
        });
        Ok(ComparisonView {
            restored: self.library.earlier_twin(id, to.number)?,
            title: words(difference::words(&old.title, &new.title))?,
            blocks: blocks.collect::<Result<_>>()?,
            added: rendered.added,
            removed: rendered.removed,
            attachments: self.attachment_changes(&old, &new)?,
            fields: fields(&old, &new),
            from,
            to,
        })
    }

    /// What a reader of two revisions sees, word by word, without markup.
    pub fn compare_words(&self, id: Id, from: u32, to: u32) -> Result<Vec<WordChange>> {
        let (a, b) = (self.library.revision(id, from)?.content, self.library.revision(id, to)?.content);
        let read =
            |content: &Content| format!("{}\n{}", content.title, fonds_markdown::plain_text(&content.body));
        words(difference::words(&read(&a), &read(&b)))
    }

    /// The sources of two revisions, line by line.
    pub fn compare_sources(&self, id: Id, from: u32, to: u32) -> Result<Vec<LineComparison>> {
        let (a, b) = (self.library.revision(id, from)?.content, self.library.revision(id, to)?.content);
        difference::lines(&a.body, &b.body)
            .into_iter()
            .map(|line| {
                let kind = word_of(&line.kind)?;
                Ok(LineComparison { kind, old: line.old, new: line.new, words: words(line.words)? })
            })
            .collect()
    }

    /// Names a revision, or takes its name away; spaces around a name are left out.
    pub fn name_revision(&mut self, id: Id, number: u32, name: Option<&str>) -> Result<()> {
        let act = self.act();
        Ok(self.library.name_revision(&act, id, number, name.map(str::trim))?)
    }

    /// Makes an earlier revision current again, as a new revision.
    pub fn restore_revision(&mut self, id: Id, number: u32) -> Result<PostView> {
        let act = self.act();
        self.library.restore_revision(&act, id, number)?;
        self.write_file(id)?;
        self.open_post(id)
    }

    /// The versions of a PDF or an image, the newest first, and which revisions of a post have them.
    pub fn attachment_history(&self, post: Id, attachment: Id) -> Result<Vec<VersionRow>> {
        let uses = self.library.version_uses(post, attachment)?;
        let versions = self.library.attachment_versions(attachment)?.into_iter().rev();
        Ok(versions
            .map(|version| VersionRow {
                version: version.version,
                size: version.blob.size,
                sha256: version.blob.sha256,
                at: version.at.to_string(),
                actor: actor_view(version.actor),
                revisions: uses
                    .iter()
                    .filter(|used| used.version == version.version)
                    .map(|used| (used.first, used.last))
                    .collect(),
            })
            .collect())
    }

    fn attachment_changes(&self, old: &Content, new: &Content) -> Result<Vec<AttachmentChange>> {
        let mut found: BTreeMap<Id, (Option<u32>, Option<u32>)> = BTreeMap::new();
        for attached in &old.attachments {
            found.entry(attached.id).or_default().0 = Some(attached.version);
        }
        for attached in &new.attachments {
            found.entry(attached.id).or_default().1 = Some(attached.version);
        }
        let mut changes = found
            .into_iter()
            .map(|(id, (from, to))| {
                let name = self.library.attachment(id)?.name().to_owned();
                Ok(AttachmentChange { id: id.to_string(), name, from, to })
            })
            .collect::<Result<Vec<_>>>()?;
        changes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(changes)
    }
}

fn revision_row(row: fonds_library::RevisionRow) -> RevisionRow {
    RevisionRow {
        number: row.number,
        title: row.title,
        at: row.at.to_string(),
        origin: row.origin.as_str().into(),
        hash: row.hash,
        parents: row.parents.numbers().to_vec(),
        actor: actor_view(row.actor),
        name: row.name,
    }
}

fn words(changes: Vec<Change>) -> Result<Vec<WordChange>> {
    changes
        .into_iter()
        .map(|change| Ok(WordChange { kind: word_of(&change.kind)?, text: change.text }))
        .collect()
}

fn fields(old: &Content, new: &Content) -> Vec<FieldChange> {
    let pairs = [
        ("slug", old.slug.as_str(), new.slug.as_str()),
        ("language", old.language.as_str(), new.language.as_str()),
        ("frontMatter", old.front_matter.as_str(), new.front_matter.as_str()),
    ];
    let differing = pairs.into_iter().filter(|(_, from, to)| from != to);
    differing
        .map(|(field, from, to)| FieldChange { field: field.into(), from: from.into(), to: to.into() })
        .collect()
}
