//! What this computer remembers for its user: language, theme, name, recent libraries. Never part of a library.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Error, Language, Result};

const FILE: &str = "settings.json";

/// The colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark on white.
    Light,
    /// Light on dark.
    Dark,
    /// High contrast, black on white.
    Contrast,
    /// High contrast, white on black.
    ContrastDark,
}

/// A name and an e-mail, recorded as claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ActorView {
    /// The name.
    pub name: String,
    /// The e-mail; may be empty.
    pub email: String,
}

/// A library that was open before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecentLibrary {
    /// Its folder.
    pub path: String,
    /// Its name.
    pub name: String,
}

/// The user's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Settings {
    /// The language of the window and of messages.
    pub language: Language,
    /// The colours.
    pub theme: Theme,
    /// Who works here; asked for at the first start.
    pub actor: Option<ActorView>,
    /// The newest first, at most eight.
    pub recent: Vec<RecentLibrary>,
    /// The address of the RFC 3161 authority that vouches for the time of exports.
    #[serde(rename = "timeStampAuthority")]
    pub time_stamp_authority: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            language: Language::of_system(),
            theme: Theme::System,
            actor: None,
            recent: vec![],
            time_stamp_authority: None,
        }
    }
}

impl Settings {
    /// Where the settings of this computer's user are kept: `FONDS_CONFIG` where that is set, else where the system
    /// keeps a program's settings. None on a system without such a place.
    pub fn folder() -> Option<PathBuf> {
        match std::env::var_os("FONDS_CONFIG") {
            Some(folder) => Some(PathBuf::from(folder)),
            None => Some(directories::ProjectDirs::from("", "", "fonds")?.config_dir().to_path_buf()),
        }
    }

    /// Reads the user's settings; what is missing or cannot be read is as at a first start.
    pub fn load() -> Self {
        Self::folder().map(|folder| Self::load_from(&folder)).unwrap_or_default()
    }

    pub(crate) fn load_from(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(crate) fn save_to(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let path = folder.join(FILE);
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io(folder))?;
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        file.write_all(text.as_bytes()).map_err(Error::io(&path))?;
        file.persist(&path).map_err(|e| Error::io(&path)(e.error))?;
        Ok(())
    }

    /// Puts a library at the head of the recent ones.
    pub fn remember(&mut self, path: &Path, name: &str) {
        let path = path.to_string_lossy().into_owned();
        self.recent.retain(|recent| recent.path != path);
        self.recent.insert(0, RecentLibrary { path, name: name.into() });
        self.recent.truncate(8);
    }
}
