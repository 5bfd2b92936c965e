//! What the viewer says, in English and French.
//!
//! Every label stands in a page in both languages, each marked as what it is. The style sheet shows the one that the
//! reader chose, and both, one after the other, where scripts are off.

use std::fmt;

use askama::filters::HtmlSafe;

use super::changes::Text;

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Both<'a> {
    pub en: &'a str,
    pub fr: &'a str,
}

impl fmt::Display for Both<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (en, fr) = (Text(self.en), Text(self.fr));
        write!(f, "<span class=\"t\" lang=\"en\">{en}</span><span class=\"t\" lang=\"fr\">{fr}</span>")
    }
}

impl HtmlSafe for Both<'_> {}

macro_rules! words {
    ($($name:ident $en:literal $fr:literal;)*) => {
        $(pub(super) const $name: Both<'static> = Both { en: $en, fr: $fr };)*
        #[cfg(test)]
        const ALL: &[Both<'static>] = &[$($name),*];
    };
}

words! {
    SKIP "Skip to the text" "Aller au texte";
    PARTS "Parts of the export" "Parties de l’export";
    OVERVIEW "Overview" "Vue d’ensemble";
    POSTS "Posts" "Billets";
    ALL_POSTS "All posts" "Tous les billets";
    IN_ENGLISH "Posts in English" "Billets en anglais";
    IN_FRENCH "Posts in French" "Billets en français";
    FILES "Attachments" "Pièces jointes";
    JOURNAL "Journal" "Journal";
    SEARCH "Search" "Recherche";
    CATEGORIES "Categories" "Catégories";
    RULE "Retention rule" "Règle de conservation";
    HOLD "Hold" "Mise en suspens";
    NO_CATEGORIES "No categories" "Aucune catégorie";
    NOTHING "Nothing here" "Rien ici";
    CAPTURES "Captures of the public page" "Captures de la page publique";
    CAPTURES_HOW "What the blog showed, in WACZ files; ReplayWeb.page and other tools of web archiving replay them." "Ce que le blogue montrait, en fichiers WACZ ; ReplayWeb.page et d’autres outils d’archivage du web les rejouent.";
    ANSWER "answer" "réponse";
    REVISIONS "Revisions" "Révisions";
    REVISION "Revision" "Révision";
    MADE "Made on" "Fait le";
    EXPORT "Export" "Export";
    STATE "State" "État";
    LAST_CHANGE "Last changed" "Dernière modification";
    OTHER_LANGUAGE "In the other language" "Dans l’autre langue";
    CHANGED_SINCE "Changes since revision" "Changements depuis la révision";
    SAME_TEXT "The same text." "Le même texte.";
    TITLE_WAS "Title" "Titre";
    TOO_LONG "The changes are too long to be shown here; both texts are in the export." "Les changements sont trop longs pour être montrés ici ; les deux textes sont dans l’export.";
    LEFT_OUT "unchanged text left out" "texte inchangé omis";
    READ_TEXT "Text as written (Markdown)" "Texte tel qu’écrit (Markdown)";
    VERSION "Version" "Version";
    PREVIOUS "Previous page" "Page précédente";
    NEXT "Next page" "Page suivante";
    PAGE "Page" "Page";
    WORDS "Words" "Mots";
    FIND "Search" "Rechercher";
    NEEDS_SCRIPT "Searching needs scripts. Everything else works without them: the lists hold every post." "La recherche a besoin de scripts. Tout le reste fonctionne sans : les listes contiennent chaque billet.";
    SEARCH_HOW "Finds posts whose current text or title holds words that begin so. Accents and capitals make no difference." "Trouve les billets dont le titre ou le texte actuel contient des mots qui commencent ainsi. Les accents et les majuscules ne comptent pas.";
    ENTER "Open the posts, attachments and journal" "Ouvrir les billets, les pièces jointes et le journal";
    ABOUT "This folder is an export of a Fonds library: posts, every kept revision of them, their attachments, and the journal of what was done. Nothing needs to be installed, and nothing is fetched from elsewhere." "Ce dossier est un export d’une bibliothèque Fonds : des billets, toutes leurs révisions conservées, leurs pièces jointes, et le journal de ce qui a été fait. Rien n’est à installer, et rien n’est cherché ailleurs.";
    ABOUT_MORE "README.txt says where everything is and how to check that it is intact." "README.txt dit où tout se trouve et comment vérifier que tout est intact.";
    PROVES "These pages were made from the records in this export. The records, in the folder “ocfl” and in “metadata”, are what counts. Names of people are as they gave them." "Ces pages ont été faites à partir des enregistrements de cet export. Ce sont les enregistrements, dans le dossier « ocfl » et dans « metadata », qui font foi. Les noms des personnes sont ceux qu’elles ont donnés.";
    TRASHED "in the trash" "dans la corbeille";
    DRAFT "draft" "brouillon";
    APPROVED "approved" "approuvé";
    SCHEDULED "scheduled" "programmé";
    PUBLISHED "published" "publié";
    WITHDRAWN "withdrawn" "retiré";
    EDITOR "written in the editor" "écrite dans l’éditeur";
    FILE "read from the file" "lue dans le fichier";
    REMOTE "taken from a blog" "reprise d’un blogue";
    RESTORE "an earlier text brought back" "un texte antérieur repris";
    MERGE "two texts merged" "deux textes fusionnés";
}

/// A journal entry's action as a sentence about its subject; none for one that this version does not know.
pub(super) fn action(action: &str) -> Option<Both<'static>> {
    let (en, fr) = match action {
        "library.created" => ("The library was made", "La bibliothèque a été créée"),
        "library.restored" => {
            ("The library was restored from an export", "La bibliothèque a été restaurée d’un export")
        }
        "post.captured" => ("A public page was captured", "Une page publique a été capturée"),
        "export.made" => ("An export was made", "Un export a été fait"),
        "blog.added" => ("A blog was set up", "Un blogue a été configuré"),
        "category.added" => ("A category was added", "Une catégorie a été ajoutée"),
        "category.renamed" => ("A category was renamed", "Une catégorie a été renommée"),
        "category.moved" => ("A category was moved", "Une catégorie a été déplacée"),
        "category.merged" => ("Two categories were merged", "Deux catégories ont été fusionnées"),
        "category.removed" => ("A category was removed", "Une catégorie a été supprimée"),
        "category.restored" => ("A category was brought back", "Une catégorie a été rétablie"),
        "retention.rule_added" => ("A retention rule was added", "Une règle de conservation a été ajoutée"),
        "retention.rule_changed" => {
            ("A retention rule was changed", "Une règle de conservation a été modifiée")
        }
        "retention.rule_removed" => {
            ("A retention rule was removed", "Une règle de conservation a été supprimée")
        }
        "retention.category_assigned" => {
            ("The rule of a category was changed", "La règle d’une catégorie a été changée")
        }
        "retention.post_assigned" => {
            ("A post’s own rule was changed", "La règle propre d’un billet a été changée")
        }
        "hold.placed" => ("A hold was placed", "Une mise en suspens a été posée"),
        "hold.extended" => ("A hold was put on more", "Une mise en suspens a été étendue"),
        "hold.released" => ("A hold was released", "Une mise en suspens a été levée"),
        "search.saved" => ("A search was saved", "Une recherche a été enregistrée"),
        "search.changed" => ("A saved search was changed", "Une recherche enregistrée a été modifiée"),
        "search.removed" => ("A saved search was removed", "Une recherche enregistrée a été supprimée"),
        "post.purged" => ("A post was destroyed", "Un billet a été détruit"),
        "attachment.added" => ("A file was attached", "Un fichier a été joint"),
        "attachment.replaced" => {
            ("An attachment got a new version", "Une pièce jointe a reçu une nouvelle version")
        }
        "pair.filed" => ("A post was filed under categories", "Un billet a été classé dans des catégories"),
        "pair.linked" => ("Two posts were linked as a pair", "Deux billets ont été liés en paire"),
        "pair.unlinked" => ("A pair was separated", "Une paire a été séparée"),
        "post.created" => ("A post was begun", "Un billet a été commencé"),
        "post.queued" => ("A post was put into the outbox", "Un billet a été mis dans la boîte d’envoi"),
        "post.unqueued" => {
            ("A post was taken out of the outbox", "Un billet a été retiré de la boîte d’envoi")
        }
        "post.published" => ("A post was published", "Un billet a été publié"),
        "post.withdrawn" => ("A post was withdrawn", "Un billet a été retiré"),
        "post.trashed" => ("A post was put into the trash", "Un billet a été mis à la corbeille"),
        "post.untrashed" => ("A post was taken out of the trash", "Un billet a été sorti de la corbeille"),
        "post.conflicted" => (
            "Two texts of a post were kept side by side",
            "Deux textes d’un billet ont été gardés côte à côte",
        ),
        "post.conflict_resolved" => ("One of two texts was chosen", "L’un des deux textes a été choisi"),
        "revision.sealed" => ("A revision was kept", "Une révision a été conservée"),
        _ => return None,
    };
    Some(Both { en, fr })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_is_spaced_as_french_is() {
        for Both { en, fr } in ALL {
            assert!(!en.is_empty());
            for wrong in [" :", " ;", " !", " ?", "« ", " »", "'"] {
                assert!(!fr.contains(wrong), "“{wrong}” in {fr}");
            }
        }
    }

    #[test]
    fn a_label_is_marked_with_its_languages_and_escaped() {
        let label = Both { en: "A & B", fr: "<b>" }.to_string();
        assert_eq!(
            label,
            "<span class=\"t\" lang=\"en\">A &amp; B</span><span class=\"t\" lang=\"fr\">&lt;b&gt;</span>"
        );
    }
}
