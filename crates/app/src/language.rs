//! The two languages of Fonds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// English or French: of a post, or of what Fonds says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    /// `en` or `fr`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Fr => "fr",
        }
    }

    /// French where the system speaks it, else English.
    pub fn of_system() -> Self {
        let locale = ["FONDS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        if locale.is_some_and(|locale| locale.to_lowercase().starts_with("fr")) {
            Language::Fr
        } else {
            Language::En
        }
    }
}

impl std::str::FromStr for Language {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "en" => Ok(Language::En),
            "fr" => Ok(Language::Fr),
            other => Err(format!("“{other}” is neither en nor fr")),
        }
    }
}

impl From<fonds_library::Language> for Language {
    fn from(language: fonds_library::Language) -> Self {
        match language {
            fonds_library::Language::En => Language::En,
            fonds_library::Language::Fr => Language::Fr,
        }
    }
}

impl From<Language> for fonds_library::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::En => fonds_library::Language::En,
            Language::Fr => fonds_library::Language::Fr,
        }
    }
}
