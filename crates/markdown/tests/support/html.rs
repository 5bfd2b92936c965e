//! Two texts mean the same if they render to the same HTML. It is rendered without Fonds, unsanitised, and only white
//! space that no reader sees is set aside: outside `pre`, runs of it are one space, and none beside a block's tags.

use comrak::Options;
use comrak::nodes::NodeValue;

/// The Markdown that Fonds reads.
pub fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.render.r#unsafe = true;
    options
}

/// Plain CommonMark.
pub fn commonmark() -> Options<'static> {
    let mut options = Options::default();
    options.render.r#unsafe = true;
    options
}

/// CommonMark with the extensions of GitHub's specification.
pub fn gfm() -> Options<'static> {
    let mut options = commonmark();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options
}

/// The HTML of a text, as it is compared.
pub fn html(markdown: &str, options: &Options<'_>) -> String {
    // A reader of HTML takes all line ends for one; the last line of a text ends with the text.
    let end = if markdown.ends_with(['\n', '\r']) { "" } else { "\n" };
    normal(
        &comrak::markdown_to_html(&format!("{markdown}{end}"), options)
            .replace("\r\n", "\n")
            .replace('\r', "\n"),
    )
}

/// Whether a plain renderer takes money for math: “de 5$/h à 7$/h”. Fonds does not.
pub fn has_money(markdown: &str) -> bool {
    let arena = comrak::Arena::new();
    let mut options = options();
    options.parse.leave_footnote_definitions = true;
    let root = comrak::parse_document(&arena, markdown, &options);
    let letter = |node: Option<comrak::Node<'_>>, last: bool| match node.map(|node| node.data()) {
        Some(data) => matches!(&data.value, NodeValue::Text(text)
            if (if last { text.chars().next_back() } else { text.chars().next() }).is_some_and(char::is_alphanumeric)),
        None => false,
    };
    root.descendants()
        .filter(|node| matches!(node.data().value, NodeValue::Math(_)))
        .any(|node| letter(node.previous_sibling(), true) || letter(node.next_sibling(), false))
}

const BLOCKS: &str = "address article aside blockquote body br button canvas caption col colgroup dd details div dl dt \
embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe li main map nav noscript object \
ol output p pre progress section summary table tbody td textarea tfoot th thead tr ul video input";

fn normal(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let (mut rest, mut pre) = (html, false);
    while !rest.is_empty() {
        let at = if rest.starts_with('<') { tag_length(rest) } else { rest.find('<').unwrap_or(rest.len()) };
        let (part, after) = rest.split_at(at);
        rest = after;
        if part.starts_with('<') && part.len() > 1 {
            let name: String =
                part[1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            let name = name.to_ascii_lowercase();
            if name == "pre" {
                pre = !part.starts_with("</");
            }
            if BLOCKS.split(' ').any(|block| block == name) && !pre {
                out.truncate(out.trim_end().len());
                out.push_str(part);
                rest = rest.trim_start();
            } else {
                out.push_str(part);
            }
        } else if pre {
            out.push_str(part);
        } else {
            for (index, word) in part.split([' ', '\t', '\n', '\r']).enumerate() {
                if index > 0 && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push_str(word);
            }
        }
    }
    out.trim().to_owned()
}

fn tag_length(html: &str) -> usize {
    if html.starts_with("<!--") {
        return html.find("-->").map_or(4, |at| at + 3);
    }
    html.find('>').map_or(html.len(), |at| at + 1)
}
