//! Where pages stand, and how they name what they link to.

use crate::v1::package::xml::Href;
use crate::v1::{AttachmentVersion, layout, rules};

/// The OCFL folder of an object, from a page in a folder of the viewer.
pub(super) fn object(id: &str, path: &str) -> String {
    format!("../../ocfl/{}", Href(&format!("urn%3auuid%3a{id}/{path}")))
}

/// The file of version `number` of the attachment with this path, from a page in a folder. Bytes that came back stand
/// where they stood first.
pub(super) fn attachment(id: &str, path: &str, versions: &[AttachmentVersion], number: u32) -> String {
    let file = layout::attachment_file(path).unwrap_or_default();
    let wanted = versions.iter().find(|version| version.version == number).map(|version| &version.sha256);
    let first = versions.iter().find(|version| Some(&version.sha256) == wanted).map_or(number, |v| v.version);
    object(id, &format!("v{first}/content/{file}"))
}

/// The page of a post, below the viewer.
pub(super) fn post(id: &str) -> String {
    format!("posts/{id}.html")
}

/// The post that a path below the viewer is the page of.
pub(crate) fn is_page_of(path: &str) -> Option<&str> {
    path.strip_prefix("posts/")?.strip_suffix(".html").filter(|id| rules::is_uuid(id))
}

/// Whether the viewer may have a page or a script at this path below it.
pub(crate) fn is_page(path: &str) -> bool {
    if ["index.html", "search.html", "style.css", "viewer.js"].contains(&path) {
        return true;
    }
    let number = |text: &str| !text.is_empty() && text.len() < 8 && text.bytes().all(|b| b.is_ascii_digit());
    let Some((folder, file)) = path.split_once('/') else { return false };
    let page = file.strip_suffix(".html");
    match folder {
        "posts" => is_page_of(path).is_some(),
        "files" | "journal" => page.is_some_and(number),
        "lists" => page.and_then(|page| page.rsplit_once('-')).is_some_and(|(list, page)| {
            number(page) && (["all", "en", "fr"].contains(&list) || rules::is_uuid(list))
        }),
        "search" => file.strip_suffix(".js").is_some_and(|script| {
            script == "index"
                || ["posts-", "words-"].iter().any(|kind| script.strip_prefix(kind).is_some_and(number))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_viewer_has_its_pages_and_no_others() {
        let id = "01930000-0000-7000-8000-00000000000a";
        for page in [
            "index.html",
            "search/index.js",
            "search/words-7.js",
            "search/posts-0.js",
            "journal/1.html",
            "lists/en-12.html",
        ] {
            assert!(is_page(page), "{page}");
        }
        assert!(is_page(&format!("posts/{id}.html")) && is_page(&format!("lists/{id}-1.html")));
        for other in [
            "",
            "evil.js",
            "posts/x.html",
            "posts/a/b.html",
            "search/posts-x.js",
            "search/words-.js",
            "journal/1.js",
            "files/.html",
        ] {
            assert!(!is_page(other), "{other}");
        }
    }
}
