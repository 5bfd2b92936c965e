//! Which blocks are sure to come back as they are, so that reading them again tells nothing new: words, code, plain
//! emphasis and links, and what is made of these.

use crate::model::{Block, Inline, Item, Kind, Mark, MarkKind};

/// Whether a block comes back whatever stands beside it.
pub(crate) fn is_plain(block: &Block) -> bool {
    match block {
        Block::Paragraph(content) => begins_plainly(content) && is_plain_line(content),
        Block::Heading { content, .. } => is_plain_line(content),
        Block::Code { language, text } => {
            language
                .as_deref()
                .is_none_or(|info| info.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
                && !text.contains(['`', '~'])
        }
        Block::Rule => true,
        Block::Quote(blocks) => matches!(&blocks[..], [Block::Paragraph(_)]) && is_plain(&blocks[0]),
        Block::List { tight: true, items, .. } => items.iter().all(is_plain_item),
        // Blank lines between paragraphs make a list loose.
        Block::List { items, .. } => {
            items.len() > 1 && items.iter().all(|item| item.blocks.len() == 1 && is_plain_item(item))
        }
        Block::Table(table) => table.rows.iter().flatten().all(|cell| is_plain_line(cell)),
        Block::Definition(definition) => {
            let label = |byte: u8| byte.is_ascii_alphanumeric() || b" -._:/`'".contains(&byte);
            definition.label.bytes().all(label)
                && !definition.label.is_empty()
                && is_plain_target(&definition.href, definition.title.as_deref())
        }
        Block::Html(_) | Block::Footnote { .. } | Block::Details(_) | Block::Source(_) => false,
    }
}

/// One paragraph, and perhaps a list below it.
fn is_plain_item(item: &Item) -> bool {
    match &item.blocks[..] {
        [only] => matches!(only, Block::Paragraph(_)) && is_plain(only),
        [first, list @ Block::List { kind: crate::model::ListKind::Bullet, .. }] => {
            matches!(first, Block::Paragraph(_)) && is_plain(first) && is_plain(list)
        }
        _ => false,
    }
}

/// Whether the first character of a paragraph can begin nothing else.
fn begins_plainly(content: &[Inline]) -> bool {
    match content.first() {
        Some(Inline { kind: Kind::Text(text), .. }) => text.starts_with(char::is_alphabetic),
        Some(Inline { kind: Kind::Image { .. }, .. }) => true,
        _ => false,
    }
}

fn is_plain_line(content: &[Inline]) -> bool {
    !content.is_empty() && (0..content.len()).all(|index| is_plain_inline(content, index))
}

fn is_plain_inline(content: &[Inline], index: usize) -> bool {
    let inline = &content[index];
    let last = index + 1 == content.len();
    let (link, rest) = match &inline.marks[..] {
        [Mark { kind: MarkKind::Link(link), nest: 0 }, rest @ ..] => (Some(link), rest),
        rest => (None, rest),
    };
    if link.is_some_and(|link| link.auto.is_some() || !is_plain_target(&link.href, link.title.as_deref())) {
        return false;
    }
    match (&inline.kind, rest) {
        (Kind::Text(text), []) => is_plain_text(text, last),
        (Kind::Text(text), [Mark { kind: MarkKind::Code, .. }]) => !text.contains('`'),
        (
            Kind::Text(text),
            [Mark { kind: MarkKind::Bold | MarkKind::Italic | MarkKind::Strike, nest: 0 }],
        ) => {
            let letters = text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
            link.is_none() && letters && is_plain_text(text, last) && stands_apart(content, index)
        }
        (Kind::Image { src, alt, title }, []) => {
            is_plain_target(src, title.as_deref()) && is_plain_text(alt, true)
        }
        _ => false,
    }
}

/// Whether emphasis stands between unmarked text that ends and begins with other than letters.
fn stands_apart(content: &[Inline], index: usize) -> bool {
    let beside = |other: Option<&Inline>, letter: fn(&str) -> bool| match other {
        None => true,
        Some(Inline { kind: Kind::Text(text), marks }) => marks.is_empty() && !letter(text),
        Some(_) => false,
    };
    beside(index.checked_sub(1).map(|before| &content[before]), |text| text.ends_with(char::is_alphanumeric))
        && beside(content.get(index + 1), |text| text.starts_with(char::is_alphanumeric))
}

/// Text without what could be an address, an entity, a tag or math, whatever is escaped. An exclamation mark is one
/// where no bracket follows.
fn is_plain_text(text: &str, last: bool) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'<' | b'&' | b'@' | b'$' | 0..=31))
        && (last || !text.ends_with(['!', '\\', '_']))
        && !text.contains("://")
        && !text.contains("www")
}

fn is_plain_target(href: &str, title: Option<&str>) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$'*+,;=%".contains(&byte);
    title.is_none() && !href.is_empty() && href.bytes().all(plain)
}
