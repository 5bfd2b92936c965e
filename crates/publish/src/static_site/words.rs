//! What the site itself says, in both languages: its words, its dates, its sizes.
//!
//! French has U+00A0 before a colon and before a unit, and the first day of a month is « 1er ».

use crate::Language;
use jiff::civil::Date;

/// The site's own words in one language.
pub(crate) struct Words {
    /// The language's own name.
    pub language: &'static str,
    pub skip: &'static str,
    pub home: &'static str,
    /// The link to this language's home page, for a page that has no counterpart in it.
    pub home_in_language: &'static str,
    /// Name of the main navigation.
    pub site: &'static str,
    pub posts: &'static str,
    pub latest: &'static str,
    pub all_posts: &'static str,
    pub earlier: &'static str,
    pub no_posts: &'static str,
    pub categories: &'static str,
    pub in_categories: &'static str,
    pub breadcrumb: &'static str,
    pub documents: &'static str,
    pub feed: &'static str,
    pub by: &'static str,
    pub updated: &'static str,
    pub table: &'static str,
    pub done: &'static str,
    pub to_do: &'static str,
    /// The folder of category pages.
    pub category_folder: &'static str,
    /// The feed's file name.
    pub feed_file: &'static str,
}

static ENGLISH: Words = Words {
    language: "English",
    skip: "Skip to main content",
    home: "Home",
    home_in_language: "Home page in English",
    site: "Site",
    posts: "Posts",
    latest: "Latest posts",
    all_posts: "All posts and categories",
    earlier: "Earlier posts",
    no_posts: "No posts yet.",
    categories: "Categories",
    in_categories: "Filed under",
    breadcrumb: "You are here",
    documents: "Documents",
    feed: "Atom feed",
    by: "By",
    updated: "Updated",
    table: "Table",
    done: "Done",
    to_do: "To do",
    category_folder: "category",
    feed_file: "feed.xml",
};

static FRENCH: Words = Words {
    language: "Français",
    skip: "Passer au contenu principal",
    home: "Accueil",
    home_in_language: "Page d’accueil en français",
    site: "Site",
    posts: "Billets",
    latest: "Derniers billets",
    all_posts: "Tous les billets et les catégories",
    earlier: "Billets antérieurs",
    no_posts: "Aucun billet pour l’instant.",
    categories: "Catégories",
    in_categories: "Classé sous",
    breadcrumb: "Vous êtes ici",
    documents: "Documents",
    feed: "Fil Atom",
    by: "Par",
    updated: "Mis à jour le",
    table: "Tableau",
    done: "Fait",
    to_do: "À faire",
    category_folder: "categorie",
    feed_file: "flux.xml",
};

impl Words {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::Fr => &FRENCH,
        }
    }
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `23 November 2026`, `23 novembre 2026`, `1er décembre 2026`.
pub(super) fn date(date: Date, language: Language) -> String {
    let months = match language {
        Language::En => MONTHS_EN,
        Language::Fr => MONTHS_FR,
    };
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| months.get(index)).unwrap_or(&"");
    let first = if language == Language::Fr && date.day() == 1 { "er" } else { "" };
    format!("{}{first} {month} {}", date.day(), date.year())
}

/// `512 bytes`, `48 KB`, `2.1 MB`; `512 octets`, `48 ko`, `2,1 Mo`. Powers of a thousand, one decimal below ten.
pub(super) fn size(bytes: u64, language: Language) -> String {
    let (units, space, comma) = match language {
        Language::En => (["bytes", "KB", "MB", "GB", "TB"], ' ', '.'),
        Language::Fr => (["octets", "ko", "Mo", "Go", "To"], '\u{a0}', ','),
    };
    // In tenths of the unit, rounded, so that 999 950 bytes read 1 MB and not 1000 KB.
    let (mut unit, mut tenths, mut scale) = (0, bytes.saturating_mul(10), 1_u64);
    while unit + 1 < units.len() && (tenths >= 10_000 || (unit > 0 && tenths >= 9_995)) {
        unit += 1;
        scale *= 1000;
        tenths = (bytes / (scale / 10)) + u64::from(bytes % (scale / 10) >= scale / 20);
    }
    let (whole, decimal) = if tenths < 100 { (tenths / 10, tenths % 10) } else { ((tenths + 5) / 10, 0) };
    let name = units.get(unit).copied().unwrap_or_default();
    match decimal {
        0 => format!("{whole}{space}{name}"),
        _ => format!("{whole}{comma}{decimal}{space}{name}"),
    }
}

/// `PDF, 2.1 MB`: what a link to a file says after its words.
pub(crate) fn file_note(name: &str, bytes: u64, language: Language) -> String {
    let size = size(bytes, language);
    match name.rsplit_once('.') {
        Some((_, kind)) if !kind.is_empty() => format!("{}, {size}", kind.to_uppercase()),
        _ => size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Fr};

    #[test]
    fn sizes_read_as_people_write_them() {
        for (bytes, en, fr) in [
            (0, "0 bytes", "0\u{a0}octets"),
            (999, "999 bytes", "999\u{a0}octets"),
            (1000, "1 KB", "1\u{a0}ko"),
            (48_211, "48 KB", "48\u{a0}ko"),
            (999_949, "1 MB", "1\u{a0}Mo"),
            (2_130_000, "2.1 MB", "2,1\u{a0}Mo"),
            (3_000_000_000, "3 GB", "3\u{a0}Go"),
        ] {
            assert_eq!((size(bytes, En).as_str(), size(bytes, Fr).as_str()), (en, fr));
        }
        assert!(!size(u64::MAX, En).is_empty());
    }

    #[test]
    fn the_first_of_a_month_is_premier() {
        let day = |d| jiff::civil::date(2026, 12, d);
        assert_eq!(date(day(1), Fr), "1er décembre 2026");
        assert_eq!(date(day(2), Fr), "2 décembre 2026");
        assert_eq!(date(day(1), En), "1 December 2026");
    }
}
