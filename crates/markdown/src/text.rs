//! A post's text without markup.

use crate::syntax;
use comrak::nodes::NodeValue;

/// The words of a text, for search, summaries and word counts: no markup, no raw HTML, no addresses; blocks and
/// cells on lines of their own, soft line breaks as spaces. Characters stay as they are.
pub fn plain_text(markdown: &str) -> String {
    syntax::with_tree(markdown, false, syntax::text_of)
}

/// The text of the first heading that has any.
pub fn title_of(markdown: &str) -> Option<String> {
    syntax::with_tree(markdown, false, |root| {
        root.descendants()
            .filter(|node| matches!(node.data().value, NodeValue::Heading(_)))
            .map(|node| syntax::text_of(node).replace('\n', " ").trim().to_owned())
            .find(|title| !title.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_markup() {
        let markdown = "# Un *titre*\n\nDu texte\nsur deux lignes, `code` et [un lien](x).<br>\n\n| a | b |\n|---|---|\n| c | d |\n\n- un\n- deux\n\n![le plan](p.png)\n";
        assert_eq!(
            plain_text(markdown),
            "Un titre\nDu texte sur deux lignes, code et un lien.\na\nb\nc\nd\nun\ndeux\nle plan"
        );
    }

    #[test]
    fn title_is_the_first_heading_with_text() {
        assert_eq!(title_of("Avant\n\n#\n\n## L’**été**\n"), Some("L’été".into()));
        assert_eq!(title_of("Aucun"), None);
    }
}
