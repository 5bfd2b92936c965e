//! What Fonds says on the command line, in English and French, from `locales/cli.yml`.

use std::fmt::Display;

use fonds_app::Language;

/// The text of `key`, its `%{name}` filled in.
pub fn say(language: Language, key: &str, values: &[(&str, &dyn Display)]) -> String {
    let text = crate::_rust_i18n_translate(language.code(), key).into_owned();
    values.iter().fold(text, |text, (name, value)| text.replace(&format!("%{{{name}}}"), &value.to_string()))
}

/// The key for one, or for none and several. In French, none is singular.
pub fn counted(language: Language, key: &str, count: usize) -> String {
    let singular = count == 1 || (count == 0 && language == Language::Fr);
    let form = if singular { "one" } else { "other" };
    say(language, &format!("{key}.{form}"), &[("count", &count)])
}

/// Bytes for people: `812 B`, `1.4 MB`, `1,4 Mo`.
#[allow(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn size(language: Language, bytes: u64) -> String {
    let units = match language {
        Language::En => ["B", "kB", "MB", "GB", "TB"],
        Language::Fr => ["o", "ko", "Mo", "Go", "To"],
    };
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let number = if unit == 0 { format!("{value:.0}") } else { format!("{value:.1}") };
    let number = if language == Language::Fr { number.replace('.', ",") } else { number };
    format!("{number}\u{a0}{}", units.get(unit).unwrap_or(&""))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Key to language to text.
    fn locales() -> BTreeMap<String, BTreeMap<String, String>> {
        let mut texts: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut key = String::new();
        for line in include_str!("../locales/cli.yml").lines().skip(1).filter(|line| !line.is_empty()) {
            match line.strip_prefix("  ").and_then(|line| line.split_once(": ")) {
                Some((language, text)) => {
                    texts.entry(key.clone()).or_default().insert(language.into(), text.into());
                }
                None => key = line.trim_end_matches(':').to_owned(),
            }
        }
        texts
    }

    fn source() -> String {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split("%{").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_text_is_in_both_languages_with_the_same_values() {
        let texts = locales();
        assert!(texts.len() > 40, "{}", texts.len());
        for (key, text) in texts {
            let languages: Vec<_> = text.keys().map(String::as_str).collect();
            assert_eq!(languages, ["en", "fr"], "{key}");
            assert_eq!(placeholders(&text["en"]), placeholders(&text["fr"]), "{key}");
            assert_eq!(say(Language::Fr, &key, &[]), text["fr"].trim_matches('"'), "{key}");
        }
    }

    #[test]
    fn every_text_is_used() {
        let source = source();
        for key in locales().keys() {
            let family = key.rsplit_once('.').map_or(key.as_str(), |(family, _)| family);
            let used = source.contains(&format!("\"{key}\""))
                || source.contains(&format!("\"{family}.{{"))
                || source.contains(&format!("counted(language, \"{family}\""));
            assert!(used, "{key} is said nowhere");
        }
    }

    #[test]
    fn french_is_spaced_as_french_is() {
        for (key, text) in locales() {
            let french = &text["fr"];
            for wrong in [" :", " ;", " !", " ?", "« ", " »", "'"] {
                assert!(!french.contains(wrong), "{key}: “{wrong}” in {french}");
            }
        }
    }

    #[test]
    fn sizes_are_for_people() {
        assert_eq!(size(Language::En, 812), "812\u{a0}B");
        assert_eq!(size(Language::En, 999_999), "1.0\u{a0}MB");
        assert_eq!(size(Language::Fr, 1_449_000), "1,4\u{a0}Mo");
    }
}
