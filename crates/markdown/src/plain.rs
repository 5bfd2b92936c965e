//! Which blocks are sure to come back as they are, so that reading them again tells nothing new: words, code, plain
//! emphasis and links, and what is made of these.

use crate::model::{Block, Inline, Item, Kind, MarkKind};

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
        Block::List { tight, items, .. } => *tight && items.iter().all(is_plain_item),
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
    match (&inline.kind, &inline.marks[..]) {
        (Kind::Text(text), []) => is_plain_text(text),
        (Kind::Text(text), [mark]) => match &mark.kind {
            MarkKind::Code => !text.contains('`'),
            MarkKind::Html => false,
            MarkKind::Link(link) => {
                link.auto.is_none()
                    && is_plain_target(&link.href, link.title.as_deref())
                    && is_plain_text(text)
            }
            MarkKind::Bold | MarkKind::Italic | MarkKind::Strike => {
                let letters =
                    text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
                letters && is_plain_text(text) && stands_apart(content, index)
            }
        },
        (Kind::Image { src, alt, title }, []) => is_plain_target(src, title.as_deref()) && is_plain_text(alt),
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

/// Text without what could be markup, an address or an entity. What a backslash makes safe is safe.
fn is_plain_text(text: &str) -> bool {
    !text
        .bytes()
        .any(|byte| matches!(byte, b'<' | b'&' | b'_' | b'@' | b'$' | b'\\' | b'~' | b'!' | b'|' | 0..=31))
        && !text.contains("://")
        && !text.contains("www")
}

fn is_plain_target(href: &str, title: Option<&str>) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$'*+,;=%".contains(&byte);
    title.is_none() && !href.is_empty() && href.bytes().all(plain)
}
