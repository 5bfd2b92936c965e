//! The page's commands: each is one line that calls the desk. What it does, and what it answers, stands there.
//!
//! They run off the main thread, so that a slow disk never freezes the window.

use std::path::PathBuf;

use fonds_app::desk::{Answer, BlockChange, Desk, TypedText};
use fonds_app::{
    Attached, AttachmentView, BackupRow, CaptureRow, CategoryView, CheckRow, ComparisonView, ExportOrder,
    ExportPlan, ExportRow, FolderView, HistoryPage, HoldView, KeyRow, Language, LibraryView, LineComparison,
    LinkTarget, ListPage, ListRequest, NewHold, OutboxRow, PdfDetail, PostRow, PostView, RecordFilter,
    RecordPage, RecordRow, RuleView, SaveResult, SavedSearchRow, SearchQuery, SearchResult, SelectionRequest,
    Settings, VerifySet, VersionRow,
};
use tauri::State;
use tauri::ipc::Response;

use crate::opening;

/// Writes one command a line: its name and arguments as the page sends them (in camelCase), and the call on the desk.
macro_rules! commands {
    ($desk:ident: $($name:ident($($argument:ident: $type:ty),*) -> $answer:ty { $call:expr })*) => { $(
        #[tauri::command(async)]
        #[allow(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]
        pub fn $name($desk: State<'_, Desk>, $($argument: $type),*) -> Answer<$answer> {
            $call
        }
    )* };
}

commands! { desk:
    settings() -> Settings { Ok(desk.settings()) }
    save_settings(settings: Settings) -> () { desk.save_settings(settings) }
    create_library(path: PathBuf) -> LibraryView { desk.create_library(&path) }
    open_library(path: PathBuf) -> LibraryView { desk.open_library(&path) }
    current_library() -> Option<LibraryView> { desk.current_library() }
    close_library() -> () { desk.close_library() }
    list_posts(request: ListRequest) -> ListPage { desk.list_posts(&request) }
    trash() -> Vec<PostRow> { desk.trash() }
    purge_post(id: String) -> Option<String> { desk.purge_post(&id) }
    start_check(repair: bool) -> String { desk.start_check(repair) }
    backups() -> Vec<BackupRow> { desk.backups() }
    back_up(dir: PathBuf) -> PathBuf { desk.back_up(&dir) }
    restore_backup(day: String) -> LibraryView { desk.restore_backup(&day) }
    create_post(title: String, language: Language, pair_with: Option<String>) -> PostView { desk.create_post(&title, language, pair_with.as_deref()) }
    open_post(id: String) -> PostView { desk.open_post(&id) }
    save_post(id: String, title: String, change: BlockChange) -> SaveResult { desk.save_post(&id, &title, change) }
    save_source(id: String, title: String, markdown: String) -> SaveResult { desk.save_source(&id, &title, &markdown) }
    save_copy(dir: PathBuf, id: String, text: TypedText) -> PathBuf { desk.save_copy(&dir, &id, &text) }
    preview_html(markdown: String) -> String { desk.preview_html(&markdown) }
    flush_post(id: String) -> () { desk.flush_post(&id) }
    seal_post(id: String) -> PostView { desk.seal_post(&id) }
    history(id: String, before: Option<u32>, limit: u32) -> HistoryPage { desk.history(&id, before, limit) }
    compare_revisions(id: String, from: u32, to: u32) -> ComparisonView { desk.compare_revisions(&id, from, to) }
    compare_sources(id: String, from: u32, to: u32) -> Vec<LineComparison> { desk.compare_sources(&id, from, to) }
    name_revision(id: String, number: u32, name: Option<String>) -> () { desk.name_revision(&id, number, name.as_deref()) }
    attachment_history(id: String, attachment_id: String) -> Vec<VersionRow> { desk.attachment_history(&id, &attachment_id) }
    restore_revision(id: String, number: u32) -> PostView { desk.restore_revision(&id, number) }
    resolve_conflict(id: String, keep: String) -> PostView { desk.resolve_conflict(&id, &keep) }
    folder_state() -> FolderView { desk.folder_state() }
    look_again() -> () { desk.look_again() }
    accept_vanished() -> FolderView { desk.accept_vanished() }
    write_vanished() -> FolderView { desk.write_vanished() }
    write_file_again(id: String) -> PostView { desk.write_file_again(&id) }
    trash_post(id: String) -> () { desk.trash_post(&id) }
    restore_trashed(id: String) -> () { desk.restore_trashed(&id) }
    attach_files(id: String, paths: Vec<PathBuf>) -> Attached { desk.attach_files(&id, &paths) }
    attach_image(id: String, name: String, data: String) -> Attached { desk.attach_image(&id, &name, &data) }
    attachments(id: String) -> Vec<AttachmentView> { desk.attachments(&id) }
    attachment_bytes(attachment_id: String, version: u32, from: u64, length: u64) -> Response { desk.attachment_bytes(&attachment_id, version, from, length).map(Response::new) }
    pdf_detail(attachment_id: String, version: u32) -> PdfDetail { desk.pdf_detail(&attachment_id, version) }
    replace_attachment(attachment_id: String, path: PathBuf) -> u32 { desk.replace_attachment(&attachment_id, &path) }
    search(query: SearchQuery) -> SearchResult { desk.search(&query) }
    saved_searches() -> Vec<SavedSearchRow> { desk.saved_searches() }
    save_search(name: String, query: SearchQuery) -> SavedSearchRow { desk.save_search(&name, &query) }
    rename_search(id: String, name: String) -> SavedSearchRow { desk.rename_search(&id, &name) }
    remove_search(id: String) -> () { desk.remove_search(&id) }
    link_targets(query: String, from: String) -> Vec<LinkTarget> { desk.link_targets(&query, &from) }
    follow_link(from: String, revision: Option<u32>, href: String) -> Option<String> { desk.follow_link(&from, revision, &href).and_then(|(post, target)| target.map_or(Ok(post), |target| opening::open(&desk, &target).map(|()| None))) }
    detach(id: String, attachment_id: String) -> PostView { desk.detach(&id, &attachment_id) }
    open_attachment(attachment_id: String, version: u32) -> () { desk.attachment_file(&attachment_id, version).and_then(|file| opening::open(&desk, &file)) }
    categories() -> Vec<CategoryView> { desk.categories() }
    add_category(parent: Option<String>, name_en: String, name_fr: String) -> String { desk.add_category(parent.as_deref(), &name_en, &name_fr) }
    rename_category(id: String, name_en: String, name_fr: String) -> u64 { desk.rename_category(&id, &name_en, &name_fr) }
    move_category(id: String, parent: Option<String>) -> u64 { desk.move_category(&id, parent.as_deref()) }
    merge_category(id: String, into: String) -> u64 { desk.merge_category(&id, &into) }
    remove_category(id: String, to: Option<String>) -> u64 { desk.remove_category(&id, to.as_deref()) }
    undo_category(number: u64) -> u64 { desk.undo_category(number) }
    rules() -> Vec<RuleView> { desk.rules() }
    save_rule(rule: RuleView) -> String { desk.save_rule(&rule) }
    remove_rule(id: String) -> () { desk.remove_rule(&id) }
    bind_rule(category: String, rule: Option<String>) -> () { desk.bind_rule(&category, rule.as_deref()) }
    assign_rule(post: String, rule: Option<String>, reason: String) -> RecordRow { desk.assign_rule(&post, rule.as_deref(), &reason) }
    record_of(post: String) -> RecordRow { desk.record_of(&post) }
    records(filter: RecordFilter) -> RecordPage { desk.records(&filter) }
    holds() -> Vec<HoldView> { desk.holds() }
    place_hold(hold: NewHold) -> String { desk.place_hold(&hold) }
    extend_hold(id: String, posts: Vec<String>, categories: Vec<String>) -> () { desk.extend_hold(&id, &posts, &categories) }
    release_hold(id: String, reason: String) -> () { desk.release_hold(&id, &reason) }
    file_post(id: String, categories: Vec<String>) -> PostView { desk.file_post(&id, &categories) }
    publish(ids: Vec<String>, blog_id: String) -> Vec<PostView> { desk.publish(&ids, &blog_id) }
    withdraw(id: String, blog_id: String) -> PostView { desk.withdraw(&id, &blog_id) }
    capture(id: String) -> Vec<CaptureRow> { desk.capture(&id) }
    captures(id: String) -> Vec<CaptureRow> { desk.captures(&id) }
    save_capture(id: String, blog: String, version: u32, dir: PathBuf) -> PathBuf { desk.save_capture(&id, &blog, version, &dir) }
    outbox() -> Vec<OutboxRow> { desk.outbox() }
    add_blog(name: String, url: String, user: String, password: String) -> LibraryView { desk.add_blog(&name, &url, &user, &password) }
    set_blog_address(blog: String, url: String) -> LibraryView { desk.set_blog_address(&blog, &url) }
    test_blog(blog: String) -> Vec<CheckRow> { desk.test_blog(&blog) }
    remove_blog(blog: String) -> LibraryView { desk.remove_blog(&blog) }
    send_item(id: String) -> () { desk.retry(&[id]) }
    pause_item(id: String) -> () { desk.pause(&[id]) }
    resume_item(id: String) -> () { desk.resume(&[id]) }
    cancel_item(id: String) -> () { desk.cancel_items(&[id]) }
    open_address(address: String) -> () { desk.address(&address).and_then(|address| opening::open(&desk, &address)) }
    start_export(order: ExportOrder) -> String { desk.start_export(order) }
    plan_export(selection: SelectionRequest) -> ExportPlan { desk.plan_export(&selection) }
    stamp_export(path: PathBuf) -> () { desk.stamp_export(&path) }
    signing_keys() -> Vec<KeyRow> { desk.signing_keys() }
    create_key(name: String, password: Option<String>) -> KeyRow { desk.create_key(&name, password.as_deref()) }
    cancel_task(id: String) -> () { desk.cancel_task(&id) }
    exports() -> Vec<ExportRow> { desk.exports() }
    verify_zips(paths: Vec<PathBuf>) -> VerifySet { desk.verify_zips(&paths) }
    show_in_folder(path: PathBuf) -> () { opening::show_in_folder(&desk, &path) }
}
