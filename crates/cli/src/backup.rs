//! Backups: a copy of the library in one file, and the daily ones of its database.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::Result;
use crate::context::Context;
use crate::words::say;

/// `backup`'s arguments.
#[derive(Args)]
pub struct Backup {
    /// The file, which must not exist: a zip that is the library where it is unpacked
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What can be done with the daily backups.
#[derive(Subcommand)]
pub enum BackupsVerb {
    /// List them, the newest first
    List,
    /// Put one in the place of the library's database; what was written since comes in from the posts' files
    Restore {
        /// Its day, as listed
        #[arg(value_name = "YYYY-MM-DD")]
        day: String,
    },
}

/// Makes a backup and prints its path.
pub fn make(context: &mut Context, backup: &Backup) -> Result<()> {
    let path = context.open_as_is()?.back_up(&backup.file)?.display().to_string();
    context.output.answer(&path, |out, path| out.line(path))
}

/// Lists the daily backups, or puts one back.
pub fn run(context: &mut Context, verb: &BackupsVerb) -> Result<()> {
    let (root, language) = (context.library_folder(), context.language);
    match verb {
        BackupsVerb::List => {
            let backups = fonds_app::backups(&root);
            context.output.answer(&backups, |out, backups| {
                backups.iter().try_for_each(|backup| out.line(&format!("{}  {}", backup.day, backup.size)))
            })
        }
        BackupsVerb::Restore { day } => {
            let view = fonds_app::restore_backup(&root, day, &context.actor, language)?.view()?;
            context.output.answer(&view, |out, view| {
                out.line(&say(language, "restore.done", &[("name", &view.name), ("path", &view.path)]))
            })
        }
    }
}
