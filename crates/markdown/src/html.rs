//! The one way from Markdown to HTML that may be shown: rendered by comrak, sanitised by ammonia.

use crate::{math, syntax};
use ammonia::Builder;
use comrak::nodes::NodeValue;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Renders Markdown (without front matter) as sanitised HTML.
///
/// `links` is asked about the address of every link and image that Markdown itself makes, and may give another.
/// What stays of raw HTML: structure and inline markup, `lang` and `dir`, no styles, no scripts, no forms but the
/// disabled boxes of task lists. TeX is MathML. Images load from `https` or from a relative address only. Links carry
/// `rel="noopener"`. Ids are kept for footnotes alone.
pub fn to_html(markdown: &str, links: &dyn Fn(&str) -> Option<String>) -> String {
    let html = syntax::with_tree(markdown, false, |root| {
        for node in root.descendants() {
            let value = &mut node.data_mut().value;
            match value {
                NodeValue::Link(link) | NodeValue::Image(link) => {
                    if let Some(address) = links(&link.url) {
                        link.url = address;
                    }
                }
                NodeValue::Math(math) => {
                    *value = NodeValue::HtmlInline(math::html(&math.literal, math.display_math));
                }
                _ => {}
            }
        }
        syntax::html_of(root)
    });
    POLICY.clean(&html).to_string()
}

/// HTML from outside, sanitised in the same way.
pub(crate) fn clean(html: &str) -> String {
    POLICY.clean(html).to_string()
}

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut policy = policy();
    policy.attribute_filter(|element, attribute, value| {
        allowed(element, attribute, value).then_some(Cow::Borrowed(value))
    });
    policy
});

/// What may be shown, where [`allowed`] or more than that is set as its filter.
pub(crate) fn policy() -> Builder<'static> {
    let mut policy = Builder::default();
    policy
        .add_tags(["input", "section"])
        .add_tags(MATHML)
        .add_tag_attributes("math", ["display"])
        .add_tag_attributes("annotation", ["encoding"])
        .add_tag_attributes("mo", ["stretchy", "fence", "form", "largeop", "movablelimits", "symmetric"])
        .add_tag_attributes("mi", ["mathvariant"])
        .add_tag_attributes("mfrac", ["linethickness"])
        .add_tag_attributes("mspace", ["width", "height", "depth"])
        .add_tag_attributes("mstyle", ["displaystyle", "scriptlevel"])
        .add_tag_attributes("mtable", ["displaystyle", "scriptlevel"])
        .add_generic_attributes(["lang", "dir"])
        .add_tag_attributes("a", ["id", "class"])
        .add_tag_attributes("li", ["id", "class"])
        .add_tag_attributes("ul", ["class"])
        .add_tag_attributes("sup", ["class"])
        .add_tag_attributes("section", ["class"])
        .add_tag_attributes("code", ["class"])
        .add_tag_attributes("input", ["checked"])
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .link_rel(Some("noopener"));
    policy
}

/// MathML Core without what can hold HTML of its own or run anything.
const MATHML: [&str; 25] = [
    "math",
    "semantics",
    "annotation",
    "mrow",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "msup",
    "msub",
    "msubsup",
    "mfrac",
    "msqrt",
    "mroot",
    "munder",
    "mover",
    "munderover",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
];

/// Whether an attribute of an element may stand, with its value.
pub(crate) fn allowed(element: &str, attribute: &str, value: &str) -> bool {
    match (element, attribute) {
        (_, "id") => value.starts_with("fn-") || value.starts_with("fnref-"),
        ("code", "class") => value.starts_with("language-"),
        (_, "class") => {
            let ours =
                ["footnotes", "footnote-ref", "footnote-backref", "contains-task-list", "task-list-item"];
            value.split_whitespace().all(|class| ours.contains(&class))
        }
        ("img", "src") => is_safe_image(value),
        _ => true,
    }
}

/// `https`, or an address below the page's own.
fn is_safe_image(address: &str) -> bool {
    let address: String = address.chars().filter(|c| !c.is_control() && *c != ' ').collect();
    let address = address.replace('\\', "/");
    if address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) {
        return true;
    }
    let path = address.split(['/', '?', '#']).next().unwrap_or_default();
    !address.starts_with("//") && !path.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        to_html(markdown, &|_| None)
    }

    #[test]
    fn nothing_runs_and_nothing_is_styled() {
        let hostile = "<script>alert(1)</script>\n\n<p style=\"x\" onclick=\"y\">a</p>\n\n[b](javascript:alert(1))\n\n<iframe src=\"https://x\"></iframe><form action=x><input type=text name=q></form>";
        let html = html(hostile);
        for bad in ["script", "style", "onclick", "iframe", "form", "text\"", "alert"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    #[test]
    fn images_come_from_https_or_beside_the_page() {
        for good in ["https://x.org/a.png", "../attachments/a.png", "a.png"] {
            assert!(html(&format!("![a]({good})")).contains("src="), "{good}");
        }
        for bad in ["http://x.org/a.png", "//x.org/a.png", "data:image/png;base64,AAAA", "/\\x.org/a.png"] {
            assert!(!html(&format!("<img src=\"{bad}\">")).contains("src="), "{bad}");
        }
    }

    #[test]
    fn links_are_rewritten_and_safe() {
        let rewrite = |href: &str| href.strip_prefix("../").map(|rest| format!("/files/{rest}"));
        let html = to_html("[le rapport](../attachments/x.pdf) [b](https://x.org)", &rewrite);
        assert_eq!(
            html,
            "<p><a href=\"/files/attachments/x.pdf\" rel=\"noopener\">le rapport</a> <a href=\"https://x.org\" rel=\"noopener\">b</a></p>\n"
        );
    }

    #[test]
    fn formulas_are_mathml_and_safe() {
        let rendered = html("Soit $x^2$ et $$\\sqrt{a}$$, non $\\href{javascript:alert(1)}{x}$.");
        assert!(rendered.contains("<math display=\"inline\">") && rendered.contains("<msup>"), "{rendered}");
        assert!(rendered.contains("<math display=\"block\">") && rendered.contains("<msqrt>"), "{rendered}");
        let hostile = html(
            "<math><mtext><img src=x onerror=alert(1)><script>alert(1)</script></mtext><mi xlink:href=\"javascript:x\" style=\"x\">a</mi><annotation-xml encoding=\"text/html\"><p>b</p></annotation-xml></math>",
        );
        for bad in ["onerror", "script", "style", "annotation-xml"] {
            assert!(!hostile.contains(bad), "{bad} in {hostile}");
        }
    }

    #[test]
    fn footnotes_tables_and_tasks_stay() {
        let html =
            html("a[^1]\n\n[^1]: note\n\n| a |\n|:-:|\n| b |\n\n- [x] fait\n\n<span lang=\"fr\">é</span>");
        for part in
            ["id=\"fnref-1\"", "href=\"#fn-1\"", "id=\"fn-1\"", "<td align=\"center\">", "lang=\"fr\""]
        {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(html.contains("checked=\"\"") && html.contains("disabled=\"\""), "{html}");
    }
}
