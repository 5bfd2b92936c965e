//! What is opened: a library named at the start, and files, folders and addresses in the system's own programs.

use std::io::Write;
use std::path::{Path, PathBuf};

use fonds_app::desk::{Answer, Desk};
use fonds_app::{ErrorReport, Language};
use tauri::plugin::{self, TauriPlugin};
use tauri::{Manager, Runtime};

/// Opens the library that was named at the start, before there is a window whose page asks for it.
pub fn named_library<R: Runtime>() -> TauriPlugin<R> {
    plugin::Builder::new("named-library")
        .setup(|app, _| {
            open_named_library(&app.state::<Desk>());
            Ok(())
        })
        .build()
}

/// Opens the library that the first argument or `FONDS_LIBRARY` names. One that cannot be opened is said on standard
/// error; the window then starts without a library.
fn open_named_library(desk: &Desk) {
    let named = std::env::args_os().nth(1).or_else(|| std::env::var_os("FONDS_LIBRARY"));
    let Some(path) = named.filter(|path| !path.is_empty()).map(PathBuf::from) else { return };
    if let Err(report) = desk.open_library(&path) {
        let _ = writeln!(std::io::stderr(), "{} {}", report.message, report.hints.join(" "));
    }
}

/// Opens a file, or the web address that the desk gave, as the system does.
pub fn open(desk: &Desk, target: &Path) -> Answer<()> {
    let opened = match target.to_str().filter(|address| address.contains("://")) {
        Some(address) => tauri_plugin_opener::open_url(address, None::<&str>),
        None => tauri_plugin_opener::open_path(target, None::<&str>),
    };
    opened.map_err(|_| not_opened(desk, target))
}

/// Shows a file in its folder.
pub fn show_in_folder(desk: &Desk, path: &Path) -> Answer<()> {
    tauri_plugin_opener::reveal_item_in_dir(path).map_err(|_| not_opened(desk, path))
}

fn not_opened(desk: &Desk, target: &Path) -> ErrorReport {
    let target = target.display();
    let (message, hint) = match desk.settings().language {
        Language::En => (
            format!("{target} could not be opened by this system."),
            "Open it in a program of your own.".to_owned(),
        ),
        Language::Fr => (
            format!("Ce système n’a pas pu ouvrir {target}."),
            "L’ouvrir dans un autre programme.".to_owned(),
        ),
    };
    ErrorReport { code: "system.not_opened".into(), message, hints: vec![hint], retryable: true }
}
