//! The use cases of Fonds: the one API that the window's shell and the command line call.
//!
//! [`Session`] is an open library with the person who works on it, and has a method for each thing that can be done.
//! [`desk::Desk`] is what a window talks to: it holds one session, saves behind the typing, watches the folder, runs
//! long work, and reports what happens as events. What stands outside a library (verify, restore, Markdown
//! conversion) is a function. Every result is a plain value that can be shown or written as JSON.

mod attaching;
mod authoring;
mod backups;
mod blogs;
mod capturing;
mod categories;
mod checking;
mod clock;
mod demo;
pub mod desk;
mod error;
mod exporting;
mod finding;
mod folder;
mod history;
mod import;
mod keys;
mod language;
mod linking;
mod listing;
pub mod markdown;
mod pace;
mod proving;
mod publishing;
mod reading;
mod rebuilding;
mod records;
mod restoring;
mod retained;
mod retention;
mod saving;
mod secrets;
mod selecting;
mod sending;
mod session;
mod settings;
mod showing;
mod verifying;
mod views;

rust_i18n::i18n!("locales", fallback = "en");
// The macro does not tell Cargo what it read: this builds anew when the texts change.
const _: &[u8] = include_bytes!("../locales/app.yml");

pub use attaching::ImageFile;
pub use authoring::NewPost;
pub use backups::{back_up_daily, backups, restore_backup};
pub use blogs::NewBlog;
pub use demo::{Demo, DemoStep, demo};
pub use error::{Error, ErrorReport, Result};
pub use exporting::{ExportOrder, ExportRequest};
pub use folder::FolderEvent;
pub use fonds_archive::sign::Trust;
pub use fonds_folder::Changes;
pub use fonds_library::Leaving;
pub use fonds_pdf::serve_if_asked as read_a_pdf_if_asked;
pub use import::{ImportReport, Imported, Skipped};
pub use keys::{KeyPlace, KeyRow, Keys, SigningKey};
pub use language::Language;
pub use pace::Pace;
pub use proving::{ProofRow, sign, timestamp, trust};
pub use rebuilding::rebuild;
pub use restoring::restore;
pub use retention::{
    HoldTarget, HoldView, NewHold, RecordFilter, RecordHold, RecordPage, RecordPost, RecordRow, RecordRule,
    RuleView, today,
};
pub use selecting::SelectionRequest;
pub use session::Session;
pub use settings::{ActorView, RecentLibrary, Settings, Theme};
pub use verifying::{Verified, verify};
pub use views::*;

/// How long work is told to go on, or to stop, and reports how far it is.
pub type Progress<'a> = dyn FnMut(&TaskProgress) -> std::ops::ControlFlow<()> + 'a;

/// A text from `locales/`, or the key itself where there is none.
pub(crate) fn text(key: &str, language: Language) -> std::borrow::Cow<'static, str> {
    _rust_i18n_translate(language.code(), key).into_owned().into()
}
