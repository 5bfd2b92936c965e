//! Search: in posts, in the pages of their PDFs, in earlier revisions.

use clap::{Args, Subcommand};
use fonds_app::{CategoryView, Language, SearchHit, SearchQuery};

use crate::context::Context;
use crate::words::say;
use crate::{Result, table};

/// `search`'s arguments.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Search {
    #[command(subcommand)]
    saved: Option<SavedVerb>,
    /// Words; "a phrase" stands in quotation marks of its own; the last word may be a beginning
    #[arg(required_unless_present_any = ["saved_name", "category", "lang", "status", "author", "since", "before", "with_pdf", "without_pdf", "under_hold"])]
    words: Vec<String>,
    /// Only under this category, or below it
    #[arg(long, value_name = "A/B")]
    category: Option<String>,
    /// Only in this language, en or fr
    #[arg(long)]
    lang: Option<Language>,
    /// Only draft, approved, scheduled, published or withdrawn ones
    #[arg(long)]
    status: Option<String>,
    /// Only with a revision by somebody whose name or e-mail has this in it
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Only last changed on this day (2026-11-23) or later
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<String>,
    /// Only last changed before this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    before: Option<String>,
    /// Only with a PDF
    #[arg(long)]
    with_pdf: bool,
    /// Only without a PDF
    #[arg(long, conflicts_with = "with_pdf")]
    without_pdf: bool,
    /// Only under a hold
    #[arg(long)]
    under_hold: bool,
    /// Also in revisions that are not what a post says now
    #[arg(long)]
    revisions: bool,
    /// Keep this search under a name
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Ask a saved search, by its name or id
    #[arg(long = "saved", id = "saved_name", value_name = "SEARCH", conflicts_with_all = ["words", "category", "lang", "status", "author", "since", "before", "with_pdf", "without_pdf", "under_hold", "revisions", "save"])]
    saved_name: Option<String>,
    /// How many posts at most
    #[arg(long, default_value_t = 50, value_name = "N")]
    most: usize,
}

/// The beginning of a day here, or a time in RFC 3339.
fn day(text: &str) -> std::result::Result<String, String> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(time.to_string());
    }
    let day: jiff::civil::Date = text.parse().map_err(|_| "write a day as 2026-11-23".to_owned())?;
    let begins = day.to_zoned(jiff::tz::TimeZone::system()).map_err(|reason| reason.to_string())?;
    Ok(begins.timestamp().to_string())
}

/// What can be done with saved searches. SEARCH is a name or an id. To search for one of these words, put it in quotation
/// marks of its own.
#[derive(Subcommand)]
enum SavedVerb {
    /// List the saved searches
    List,
    /// Give a saved search another name
    Rename {
        /// The search
        search: String,
        /// Its new name
        name: String,
    },
    /// Forget a saved search that no hold is on
    Remove {
        /// The search
        search: String,
    },
}

/// Lists and changes what is saved.
fn saved(context: &mut Context, verb: &SavedVerb) -> Result<()> {
    let mut session = context.open()?;
    match verb {
        SavedVerb::List => {}
        SavedVerb::Rename { search, name } => drop(session.rename_search(search, name)?),
        SavedVerb::Remove { search } => session.remove_search(search)?,
    }
    let categories = session.categories()?;
    let language = context.language;
    context.output.answer(&session.saved_searches()?, |out, searches| {
        let rows: Vec<_> = searches
            .iter()
            .map(|search| vec![search.name.clone(), asked(&search.query, &categories, language)])
            .collect();
        table::write(out, &rows)
    })
}

/// What a search asks, on a line.
fn asked(query: &SearchQuery, categories: &[CategoryView], language: Language) -> String {
    let path = query.category.as_ref().map(|id| {
        let category = categories.iter().find(|category| category.id == *id);
        category.map_or(id.clone(), |category| match language {
            Language::En => category.path_en.clone(),
            Language::Fr => category.path_fr.clone(),
        })
    });
    let yes = |flag: Option<bool>| flag.map(|flag| say(language, if flag { "yes" } else { "no" }, &[]));
    let parts = [
        ("category", path),
        ("language", query.language.map(|language| language.code().to_owned())),
        ("status", query.status.as_ref().map(|status| say(language, &format!("status.{status}"), &[]))),
        ("author", query.author.clone()),
        ("since", query.since.as_deref().map(table::local)),
        ("before", query.before.as_deref().map(table::local)),
        ("pdf", yes(query.pdf)),
        ("held", yes(query.held)),
        ("revisions", yes(query.revisions.then_some(true))),
    ];
    let parts = parts.into_iter().filter_map(|(name, value)| {
        Some(say(language, &format!("search.asked.{name}"), &[("value", &value?)]))
    });
    std::iter::once(query.words.clone())
        .filter(|words| !words.is_empty())
        .chain(parts)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Searches. PDFs that nobody has read yet are read first.
pub fn search(context: &mut Context, search: &Search) -> Result<()> {
    if let Some(verb) = &search.saved {
        return saved(context, verb);
    }
    let mut session = context.open()?;
    if let Err(error) = session.read_pdfs() {
        context.output.message(&error.report(context.language).message);
    }
    let given = SearchQuery {
        words: search.words.join(" "),
        category: search.category.clone(),
        language: search.lang,
        status: search.status.clone(),
        author: search.author.clone(),
        since: search.since.clone(),
        before: search.before.clone(),
        pdf: (search.with_pdf || search.without_pdf).then_some(search.with_pdf),
        held: search.under_hold.then_some(true),
        revisions: search.revisions,
    };
    let query = match &search.saved_name {
        Some(name) => session.saved_search(name)?.query,
        None => given,
    };
    if let Some(name) = &search.save {
        let kept = session.save_search(name, &query)?;
        let text = context.say("search.saved", &[("name", &kept.name)]);
        context.output.message(&text);
    }
    let found = session.search(&query, search.most)?;
    let language = context.language;
    context.output.answer(&found, |out, found| {
        for hit in &found.hits {
            table::write(out, &[table::post(&hit.post, language)])?;
            for line in places(hit, language) {
                out.line(&format!("    {line}"))?;
            }
        }
        if found.hits.is_empty() {
            out.message(&say(language, "search.nothing", &[]));
        } else if found.more {
            out.message(&say(language, "search.more", &[]));
        }
        Ok(())
    })
}

/// Where the words stand, a line a place.
fn places(hit: &SearchHit, language: Language) -> Vec<String> {
    let plain = |text: &str| text.replace(['\u{2}', '\u{3}'], "");
    let text = hit.post.snippet.as_deref().map(plain).filter(|text| !text.is_empty());
    let pages = hit.pages.iter().map(|page| {
        let place = say(language, "search.page", &[("name", &page.name), ("page", &page.page)]);
        format!("{place}  {}", plain(&page.snippet))
    });
    let revision = hit.revision.iter().map(|revision| {
        let place = say(language, "search.revision", &[("revision", &revision.number)]);
        format!("{place}  {}", plain(&revision.snippet))
    });
    text.into_iter().chain(pages).chain(revision).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_user_is_and_a_time_is_a_time() {
        assert_eq!(day("2026-11-23T10:00:00-05:00").unwrap(), "2026-11-23T15:00:00Z");
        let begins: jiff::Timestamp = day("2026-11-23").unwrap().parse().unwrap();
        assert_eq!(begins.to_zoned(jiff::tz::TimeZone::system()).date().to_string(), "2026-11-23");
        assert!(day("yesterday").is_err());
    }
}
