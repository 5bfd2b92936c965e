//! The copies that sync programs leave beside a file that was changed in two places, known by their names.

/// How far a name alone can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sure {
    /// No person gives a file such a name.
    Yes,
    /// A file manager's duplicate may have the same name.
    No,
}

/// The paths that a file of this name would be a conflict copy of; none for most names.
pub(crate) fn originals(path: &str) -> Vec<(String, Sure)> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let Some((stem, extension)) = name.rsplit_once('.') else { return vec![] };
    let mut found = Vec::new();
    let mut add = |original: &str, sure| {
        if !original.is_empty() {
            let slash = if folder.is_empty() { "" } else { "/" };
            found.push((format!("{folder}{slash}{original}.{extension}"), sure));
        }
    };
    // Syncthing: name.sync-conflict-20260102-120000-ABCDEFG.md
    if let Some((original, rest)) = stem.rsplit_once(".sync-conflict-")
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        add(original, Sure::Yes);
    }
    // ownCloud: name_conflict-20260102-120000.md
    if let Some((original, rest)) = stem.rsplit_once("_conflict-")
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        add(original, Sure::Yes);
    }
    if let Some((original, words)) = in_brackets(stem) {
        let lower = words.to_lowercase();
        // Nextcloud, Dropbox and Seafile, in English and French.
        let marks =
            ["conflicted copy", "case conflict", "copie en conflit", "copie conflictuelle", "sfconflict"];
        if marks.iter().any(|mark| lower.contains(mark)) {
            add(original, Sure::Yes);
        } else if !words.is_empty() && words.bytes().all(|byte| byte.is_ascii_digit()) {
            // Google Drive: name (1).md
            add(original, Sure::No);
        }
    }
    // OneDrive: name-DESKTOP-AB12CD3.md
    for (at, _) in stem.match_indices('-') {
        if let (Some(original), Some(host)) = (stem.get(..at), stem.get(at + 1..))
            && is_host(host)
        {
            add(original, Sure::No);
        }
    }
    found
}

/// `name (words)` taken apart.
fn in_brackets(stem: &str) -> Option<(&str, &str)> {
    let (original, rest) = stem.strip_suffix(')')?.rsplit_once(" (")?;
    Some((original, rest))
}

/// Whether a word looks like the name that Windows gives a computer.
fn is_host(word: &str) -> bool {
    let upper = word.bytes().filter(u8::is_ascii_uppercase).count();
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=15).contains(&word.len()) && upper >= 2 && word.bytes().all(plain) && !word.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn original(path: &str) -> Option<String> {
        originals(path).into_iter().next().map(|(original, _)| original)
    }

    #[test]
    fn the_names_of_sync_programs_are_known() {
        for name in [
            "one.en.sync-conflict-20260102-120000-ABCDEFG.md",
            "one.en_conflict-20260102-120000.md",
            "one.en (conflicted copy 2026-01-02 120000).md",
            "one.en (Ada's conflicted copy 2026-01-02).md",
            "one.en (Copie en conflit de Ada 2026-01-02).md",
            "one.en (SFConflict ada@example.org 2026-01-02-12-00-00).md",
            "one.en-DESKTOP-AB12CD3.md",
            "one.en-MARIE.md",
            "one.en (1).md",
        ] {
            assert_eq!(original(&format!("posts/a/{name}")).as_deref(), Some("posts/a/one.en.md"), "{name}");
        }
    }

    #[test]
    fn other_names_are_no_copies() {
        for name in [
            "posts/2026-01-02-one.en.md",
            "posts/one (draft).md",
            "posts/one-two.md",
            "posts/Report-2026.md",
            "posts/ (1).md",
            "posts/one_conflict-of-interest.md",
            "posts/sync-conflict-1.md",
        ] {
            assert_eq!(original(name), None, "{name}");
        }
    }
}
