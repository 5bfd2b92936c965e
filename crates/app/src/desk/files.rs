//! The window's view of the watched folder: how it is looked at, and what has vanished from it.

use fonds_folder::{Vanished, Watching};

use super::{Answer, Desk, Event, Open, parse};
use crate::{FolderView, PostView, Result, Session, folder};

/// What the desk remembers of the folder.
#[derive(Default)]
pub(super) struct Files {
    /// The right to watch; none while another Fonds has it.
    watching: Option<Watching>,
    /// The files that vanished at once, until somebody decides or they are back.
    pub vanished: Vec<Vanished>,
    /// What the window was told last.
    told: Option<FolderView>,
}

impl Files {
    pub(super) fn begin(session: &Session) -> Result<Self> {
        Ok(Files { watching: session.begin_watching()?, ..Files::default() })
    }
}

impl Open {
    fn folder_view(&mut self) -> Result<FolderView> {
        if self.folder.watching.is_none() {
            // The other one may have ended.
            self.folder.watching = self.session.begin_watching()?;
        }
        let elsewhere = self.folder.watching.is_none();
        Ok(folder::view(self.keeper.is_polling(), elsewhere, &self.folder.vanished))
    }
}

impl Desk {
    /// How the folder of files is.
    pub fn folder_state(&self) -> Answer<FolderView> {
        self.with(Open::folder_view)
    }

    /// Looks at every file again.
    pub fn look_again(&self) -> Answer<()> {
        self.with(|open| {
            open.keeper.look();
            Ok(())
        })
    }

    /// Records what vanished as missing: it was taken away on purpose. The posts stay.
    pub fn accept_vanished(&self) -> Answer<FolderView> {
        self.after_vanished(Session::accept_vanished)
    }

    /// Writes the files that vanished, and those that were missing, again.
    pub fn write_vanished(&self) -> Answer<FolderView> {
        self.after_vanished(Session::write_vanished)
    }

    fn after_vanished(
        &self,
        act: impl FnOnce(&mut Session) -> Result<Vec<crate::FolderEvent>>,
    ) -> Answer<FolderView> {
        let events = self.with(|open| {
            open.folder.vanished.clear();
            act(&mut open.session)
        })?;
        self.tell_of(&events);
        self.tell(Event::LibraryChanged {});
        self.tell_of_folder();
        self.folder_state()
    }

    /// Gives a post a file again whose file is missing.
    pub fn write_file_again(&self, id: &str) -> Answer<PostView> {
        let view = self.with_post(|session| session.write_file_again(parse(id)?))?;
        self.tell(Event::LibraryChanged {});
        Ok(view)
    }

    /// Says how the folder is, where that is news.
    pub(super) fn tell_of_folder(&self) {
        let news = self.with(|open| {
            let view = open.folder_view()?;
            let news = open.folder.told.as_ref() != Some(&view);
            open.folder.told = Some(view.clone());
            Ok(news.then_some(view))
        });
        if let Ok(Some(view)) = news {
            self.tell(Event::FolderChanged(view));
        }
    }
}
