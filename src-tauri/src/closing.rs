//! Closing the window without losing a word: the page is told first, and answers when its text is saved.
//!
//! A page that cannot save keeps the window open and says why. Asked to close a second time, the window gives the page
//! a last moment and then closes whatever it answers, so that a page that hangs can be closed too.
#![allow(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Emitter, Manager, Runtime, WebviewWindow, Window, WindowEvent};

/// How long the page has to save when it is asked for the second time.
const PATIENCE: Duration = Duration::from_secs(3);

static ASKED: AtomicBool = AtomicBool::new(false);

/// Holds a close request back and tells the page, which answers with [`confirm_close`].
pub fn hold_back<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    api.prevent_close();
    if window.emit("close-requested", ()).is_err() {
        let _ = window.destroy();
        return;
    }
    if ASKED.swap(true, Ordering::Relaxed) {
        let window = window.clone();
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            let _ = window.destroy();
        });
    }
}

/// The page has saved: close now.
#[tauri::command(async)]
pub fn confirm_close(window: WebviewWindow) {
    let _ = window.destroy();
}

/// Brings the window to the front, for a second start of Fonds.
pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}
