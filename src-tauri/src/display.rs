//! Whether there is a display to open a window on. Asked before Tauri starts, which would panic.

use std::io::Write;
use std::process::ExitCode;

/// The exit code of "could not be done", the same as the command line's.
const COULD_NOT: u8 = 3;

/// `None` when a window can be opened; otherwise the exit code, after saying what to do on standard error.
pub fn missing() -> Option<ExitCode> {
    if reachable() {
        return None;
    }
    let _ = writeln!(
        std::io::stderr(),
        "Fonds cannot open its window: no display can be reached (DISPLAY, WAYLAND_DISPLAY).\n\
         Start it from a desktop session, or do the same work on the command line: fonds --help\n\
         Fonds ne peut pas ouvrir sa fenêtre\u{a0}: aucun affichage n’est accessible (DISPLAY, WAYLAND_DISPLAY).\n\
         Démarrez-le depuis une session de bureau, ou travaillez en ligne de commande\u{a0}: fonds --help"
    );
    Some(ExitCode::from(COULD_NOT))
}

#[cfg(target_os = "linux")]
fn reachable() -> bool {
    gtk::init().is_ok()
}

#[cfg(not(target_os = "linux"))]
fn reachable() -> bool {
    true
}
