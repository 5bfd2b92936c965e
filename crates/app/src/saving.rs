//! Keeping what was typed in the window, merged with what others wrote meanwhile.

use fonds_library::{Content, Id, Origin, slug_of};
use fonds_markdown::Document;
use fonds_markdown::merge::{Merged, three_way};

use crate::{Result, Session};

/// What a save from the window brings.
pub(crate) struct Typed<'a> {
    pub title: &'a str,
    pub text: Text<'a>,
}

/// The typed text, in the form that its editor has it.
pub(crate) enum Text<'a> {
    /// The rich editor's document, put onto the shown text: what was not touched keeps its bytes.
    Document(&'a Document),
    /// Markdown, kept exactly as it was typed.
    Markdown(&'a str),
}

/// What became of a save.
pub(crate) enum Kept {
    /// The text is kept as typed.
    AsTyped(Content),
    /// Somebody else had changed the post: both changes are in, or both texts wait for a decision.
    WithOthers,
}

impl Session {
    /// Keeps what was typed onto `shown`, the content that the window had. Where the post has changed since, the two
    /// changes are merged; where they cannot be, the typed text is kept beside the other and the author is asked.
    pub(crate) fn save_typed(&mut self, id: Id, shown: &Content, typed: &Typed<'_>) -> Result<Kept> {
        let act = self.act();
        let body = match typed.text {
            Text::Document(doc) => fonds_markdown::render_onto(&shown.body, doc),
            Text::Markdown(markdown) => markdown.to_owned(),
        };
        let current = self.library.current(id)?;
        let title_typed = typed.title.trim() != shown.title;
        let mut mine = Content { title: typed.title.trim().into(), body, ..current.clone() };
        let others = current.title != shown.title || current.body != shown.body;
        if !others {
            self.name_draft(id, &mut mine)?;
            mine.slug = self.library.save(&act, id, &mine)?.slug;
            return Ok(Kept::AsTyped(mine));
        }
        if !title_typed {
            mine.title.clone_from(&current.title);
        }
        match three_way(&shown.body, &mine.body, &current.body) {
            Merged::Clean(body) => {
                let merged = Content { body, ..mine };
                self.library.save(&act, id, &merged)?;
            }
            Merged::Conflict => {
                let head = self.library.post(id)?.head;
                self.library.add_conflict(&act, id, head, &mine, Origin::Editor)?;
            }
        }
        Ok(Kept::WithOthers)
    }

    /// Until a post has a file, its slug follows its title.
    fn name_draft(&self, id: Id, content: &mut Content) -> Result<()> {
        if self.library.mirrored_file(id)?.is_none() && self.library.publications(id)?.is_empty() {
            content.slug = slug_of(&content.title);
        }
        Ok(())
    }
}
