//! The system's file dialogs, and, under the feature `e2e` alone, a file that answers in their place: WebDriver
//! cannot drive a dialog. That feature is in no default and in no release build.

#![allow(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

use std::path::PathBuf;

use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FilePath};

/// Asks for a folder; `None` when the person gave none.
#[tauri::command(async)]
pub fn pick_folder(app: AppHandle, title: String) -> Option<PathBuf> {
    #[cfg(feature = "e2e")]
    if let Some(answer) = scripted::next() {
        return Some(PathBuf::from(answer));
    }
    app.dialog().file().set_title(title).blocking_pick_folder().and_then(path)
}

/// Asks for files with one of these extensions; empty when the person gave none.
#[tauri::command(async)]
pub fn pick_files(app: AppHandle, title: String, extensions: Vec<String>, multiple: bool) -> Vec<PathBuf> {
    #[cfg(feature = "e2e")]
    if let Some(answer) = scripted::next() {
        return answer.split('\t').map(PathBuf::from).collect();
    }
    let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
    let dialog = app.dialog().file().set_title(title).add_filter(extensions.join(", "), &extensions);
    let picked = if multiple {
        dialog.blocking_pick_files().unwrap_or_default()
    } else {
        dialog.blocking_pick_file().into_iter().collect()
    };
    picked.into_iter().filter_map(path).collect()
}

fn path(picked: FilePath) -> Option<PathBuf> {
    picked.into_path().ok()
}

#[cfg(feature = "e2e")]
mod scripted {
    //! Answers from the file that `FONDS_DIALOG_ANSWERS` names: one a line, each given once.

    /// The first line, which is taken out of the file.
    pub fn next() -> Option<String> {
        let file = std::env::var_os("FONDS_DIALOG_ANSWERS")?;
        let text = std::fs::read_to_string(&file).ok()?;
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        std::fs::write(&file, rest).ok()?;
        (!first.is_empty()).then(|| first.to_owned())
    }
}
