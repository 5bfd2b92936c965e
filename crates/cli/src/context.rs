//! What every verb works with: who acts, in which language, on which library, and where the answer goes.

use std::path::PathBuf;

use fonds_app::{ActorView, Language, Session, Settings};

use crate::args::Global;
use crate::output::Output;
use crate::{Result, folder};

/// What every verb works with.
pub struct Context {
    /// Where answers go.
    pub output: Output,
    /// The language of messages.
    pub language: Language,
    /// Who acts.
    pub actor: ActorView,
    /// Whether there is something that a person has to look at: exit code 1.
    pub findings: bool,
    library: Option<PathBuf>,
}

impl Context {
    /// From the options, then the user's settings, then the system.
    pub fn new(global: &Global) -> Self {
        let settings = Settings::load();
        Context {
            output: Output::standard(global.json),
            language: global.language.unwrap_or(settings.language),
            actor: global.actor.clone().or(settings.actor).unwrap_or_else(fonds_app::desk::unnamed),
            findings: false,
            library: global.library.clone(),
        }
    }

    /// Opens the library without looking at its files.
    pub fn open_as_is(&self) -> Result<Session> {
        Ok(Session::open(&self.library_folder(), &self.actor, self.language)?)
    }

    /// Opens the library and takes in what happened to its files. What a person has to see goes to standard error; a
    /// conflict that was found is a finding.
    pub fn open(&mut self) -> Result<Session> {
        let mut session = self.open_as_is()?;
        for event in session.sync_folder()? {
            let conflict = event.kind == "conflicted";
            if conflict || event.kind == "refused" {
                let text = folder::describe(&session, &event, self.language);
                self.output.message(&text);
            }
            self.findings |= conflict;
        }
        Ok(session)
    }

    /// The folder that was named, else the nearest one from here upwards that holds a library, else this one.
    pub fn library_folder(&self) -> PathBuf {
        if let Some(folder) = &self.library {
            return folder.clone();
        }
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let found = here.ancestors().find(|folder| folder.join(".fonds").is_dir());
        found.map_or_else(|| here.clone(), std::path::Path::to_path_buf)
    }

    /// Text in the user's language.
    pub fn say(&self, key: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        crate::words::say(self.language, key, values)
    }
}
