//! What can be typed. Each verb's own arguments stand beside its code.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};
use fonds_app::{ActorView, Language};

use crate::{
    archive, backup, capture, category, check, demo, folder, hold, import, markdown, post, proof, publish,
    retention, search,
};

/// Write public-sector posts offline, publish them to a blog, keep them as records that anyone can verify.
///
/// POST is an id, a unique beginning of one, a slug, or a slug with its language such as `open-data.fr`.
/// Exit codes: 0 done; 1 done, with findings; 2 bad usage; 3 could not be done.
#[derive(Parser)]
#[command(name = "fonds", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Args {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What holds for every verb.
#[derive(ClapArgs)]
pub struct Global {
    /// The library's folder [default: the current folder, or the nearest above it that holds a library]
    #[arg(long, global = true, value_name = "DIR", env = "FONDS_LIBRARY", hide_env_values = true)]
    pub library: Option<PathBuf>,
    /// Machine output: JSON on standard output, an error as JSON on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// Who acts, recorded as claimed [default: the name in the settings, else the system's user]
    #[arg(long = "as", global = true, value_name = "NAME <EMAIL>", env = "FONDS_AS", hide_env_values = true, value_parser = actor)]
    pub actor: Option<ActorView>,
    /// The language of messages, en or fr [default: the one in the settings, else the system's]
    #[arg(long, global = true, value_name = "LANG", env = "FONDS_LANG", hide_env_values = true, value_parser = messages)]
    pub language: Option<Language>,
}

/// What can be done.
#[derive(Subcommand)]
pub enum Verb {
    /// Make a library in a folder
    Init(folder::Init),
    /// Play the whole main job on a fresh library
    Demo(demo::Demo),
    /// Write, read and keep posts
    #[command(subcommand)]
    Post(post::PostVerb),
    /// Attach PDFs to a post
    Attach(post::Attach),
    /// The tree of categories
    #[command(subcommand)]
    Category(category::CategoryVerb),
    /// How long posts are kept: rules, what has them, what is due
    #[command(subcommand)]
    Retention(retention::RetentionVerb),
    /// Holds: what they are on is not destroyed until they are released
    #[command(subcommand)]
    Hold(hold::HoldVerb),
    /// Find posts by their words, their PDFs and where they stand
    Search(search::Search),
    /// Look at the whole library: database, journal, revisions, stored files, and what was left behind
    Check(check::Check),
    /// The blogs that are set up
    #[command(subcommand)]
    Blog(publish::BlogVerb),
    /// Publish posts, or bring what is public up to date
    Publish(publish::Publish),
    /// Take a post off a blog; its text and receipts stay
    Withdraw(publish::Withdraw),
    /// What waits to be sent, and what became of it
    Outbox(publish::Outbox),
    /// Keep public pages as the public sees them
    #[command(subcommand)]
    Capture(capture::CaptureVerb),
    /// Make the series' next export: one zip
    Export(archive::Export),
    /// Keys that sign exports
    #[command(subcommand)]
    Key(proof::KeyVerb),
    /// Sign an export: writes its `.minisig` beside it
    Sign(proof::Sign),
    /// Have a time-stamp authority vouch for an export's time: writes its `.tsr` beside it
    Timestamp(proof::Timestamp),
    /// Verify exports; several are verified as a series
    Verify(archive::Verify),
    /// Rebuild a library from an export
    Restore(archive::Restore),
    /// Make a damaged library's database anew, from exports and its files
    Rebuild(archive::Rebuild),
    /// Make a whole copy of the library in one file, checked
    Backup(backup::Backup),
    /// The daily backups of the library's database, kept in it
    #[command(subcommand)]
    Backups(backup::BackupsVerb),
    /// Bring in texts from elsewhere
    #[command(subcommand)]
    Import(import::ImportVerb),
    /// Take in changes of the folder's files until Ctrl C
    Watch,
    /// Take in changes of the folder's files once
    Sync(folder::Sync),
    /// Convert Markdown, from standard input to standard output; needs no library
    #[command(subcommand)]
    Markdown(markdown::MarkdownVerb),
}

/// `Name <email>`, or a name alone.
fn actor(text: &str) -> Result<ActorView, String> {
    let (name, email) = match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, email)) => (name, email),
        None => (text, ""),
    };
    let (name, email) = (name.trim(), email.trim());
    if name.is_empty() || text.chars().any(char::is_control) {
        return Err("write it as \"Name <email>\"".into());
    }
    Ok(ActorView { name: name.into(), email: email.into() })
}

/// `en`, `fr`, or a locale that begins so, such as `fr_CA.UTF-8`.
fn messages(text: &str) -> Result<Language, String> {
    let word = text.to_lowercase();
    word.split(['-', '_', '.']).next().unwrap_or_default().parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }

    #[test]
    fn an_actor_is_a_name_and_perhaps_an_address() {
        let of = |text| actor(text).map(|actor| (actor.name, actor.email));
        assert_eq!(of("Nadia Roy <n@example.org>"), Ok(("Nadia Roy".into(), "n@example.org".into())));
        assert_eq!(of(" Nadia "), Ok(("Nadia".into(), String::new())));
        assert!(of("").is_err());
        assert!(of("<n@example.org>").is_err());
        assert!(of("a\u{1b}[2J").is_err());
    }

    #[test]
    fn the_language_of_messages_may_be_a_locale() {
        assert_eq!(messages("fr_CA.UTF-8"), Ok(Language::Fr));
        assert_eq!(messages("EN"), Ok(Language::En));
        assert!(messages("friulian").is_err());
    }
}
