//! The Fonds desktop shell: a window around `ui/dist`, and nothing that decides anything.
//!
//! What always holds: a command is one line that calls `fonds_app`; the page may call these commands and hear events,
//! and nothing else (`capabilities/main.json`); the page's origin loads nothing from outside (the CSP in
//! `tauri.conf.json`).
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod closing;
mod commands;
mod dialogs;
mod display;
mod images;
mod opening;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use fonds_app::desk::Desk;
use tauri::{AppHandle, Emitter, Manager, RunEvent};

fn main() -> ExitCode {
    fonds_app::read_a_pdf_if_asked();
    if let Some(code) = display::missing() {
        return code;
    }
    // The desk stands before the window does, so that the page's first command finds it.
    let app_handle = Arc::new(OnceLock::<AppHandle>::new());
    let desk = Desk::new(fonds_app::Settings::folder(), {
        let app_handle = Arc::clone(&app_handle);
        move |event| {
            if let Some(app) = app_handle.get() {
                let _ = app.emit(event.name(), &event);
            }
        }
    });
    let built = tauri::Builder::default()
        // A second start ends here, before it has touched any library, and brings the first one's window to the front.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| closing::show(app)))
        .plugin(opening::named_library())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .manage(desk)
        .register_asynchronous_uri_scheme_protocol(images::SCHEME, images::answer)
        .on_window_event(closing::hold_back)
        .invoke_handler(tauri::generate_handler![
            commands::settings,
            commands::save_settings,
            commands::create_library,
            commands::open_library,
            commands::current_library,
            commands::close_library,
            commands::list_posts,
            commands::trash,
            commands::purge_post,
            commands::start_check,
            commands::backups,
            commands::back_up,
            commands::restore_backup,
            commands::create_post,
            commands::open_post,
            commands::save_post,
            commands::save_source,
            commands::save_copy,
            commands::preview_html,
            commands::flush_post,
            commands::seal_post,
            commands::history,
            commands::compare_revisions,
            commands::compare_sources,
            commands::name_revision,
            commands::attachment_history,
            commands::restore_revision,
            commands::resolve_conflict,
            commands::folder_state,
            commands::look_again,
            commands::accept_vanished,
            commands::write_vanished,
            commands::write_file_again,
            commands::trash_post,
            commands::restore_trashed,
            commands::attach_files,
            commands::attach_image,
            commands::attachments,
            commands::attachment_bytes,
            commands::pdf_detail,
            commands::replace_attachment,
            commands::search,
            commands::saved_searches,
            commands::save_search,
            commands::rename_search,
            commands::remove_search,
            commands::link_targets,
            commands::follow_link,
            commands::detach,
            commands::open_attachment,
            commands::categories,
            commands::add_category,
            commands::rename_category,
            commands::move_category,
            commands::merge_category,
            commands::remove_category,
            commands::undo_category,
            commands::rules,
            commands::save_rule,
            commands::remove_rule,
            commands::bind_rule,
            commands::assign_rule,
            commands::record_of,
            commands::records,
            commands::holds,
            commands::place_hold,
            commands::extend_hold,
            commands::release_hold,
            commands::file_post,
            commands::publish,
            commands::withdraw,
            commands::capture,
            commands::captures,
            commands::save_capture,
            commands::outbox,
            commands::add_blog,
            commands::set_blog_address,
            commands::test_blog,
            commands::remove_blog,
            commands::send_item,
            commands::pause_item,
            commands::resume_item,
            commands::cancel_item,
            commands::open_address,
            commands::start_export,
            commands::plan_export,
            commands::stamp_export,
            commands::signing_keys,
            commands::create_key,
            commands::cancel_task,
            commands::exports,
            commands::verify_zips,
            commands::show_in_folder,
            dialogs::pick_folder,
            dialogs::pick_files,
            closing::confirm_close
        ])
        .build(tauri::generate_context!());
    let Ok(app) = built else { return ExitCode::FAILURE };
    let _ = app_handle.set(app.handle().clone());
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            let _ = app.state::<Desk>().close_library();
        }
    });
    ExitCode::SUCCESS
}
