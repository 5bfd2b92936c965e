//! Disks that are full, read-only, broken or gone, and a database that somebody else holds: what was typed is refused
//! with a code and words, can be saved elsewhere, and is taken without a restart once the fault is over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use fonds_app::desk::{Desk, TypedText};
use fonds_app::{ActorView, Language, ListRequest, PostView, Session, Settings};

/// A small file system of its own; unmounted when dropped.
struct Mount(PathBuf);

impl Mount {
    /// None where this user may not mount.
    fn new(at: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&at).status();
        let mounted = mounted.is_ok_and(|status| status.success()).then_some(Mount(at));
        if mounted.is_none() {
            eprintln!("This user may not mount a file system: not tested here.");
        }
        mounted
    }

    /// A thread of a library that was closed may hold the disk for a moment more.
    fn again(&self, options: &str) {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !Command::new("mount").args(["-o", options]).arg(&self.0).status().unwrap().success() {
            assert!(std::time::Instant::now() < end, "mount -o {options}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

fn desk(folder: &Path) -> (Desk, PostView) {
    let desk = Desk::new(None, |_| {});
    desk.create_library(&folder.join("lib")).unwrap();
    let post = desk.create_post("Budget", Language::En, None).unwrap();
    desk.save_source(&post.id, "Budget", "Before.\n").unwrap();
    desk.flush_post(&post.id).unwrap();
    (desk, post)
}

/// That the text which was refused can be saved elsewhere, and is taken now.
fn recovers(desk: &Desk, post: &PostView, text: &str, folder: &Path) {
    desk.save_source(&post.id, "Budget", text).unwrap();
    assert_eq!(desk.open_post(&post.id).unwrap().markdown, text);
    desk.close_library().unwrap();
    let actor = ActorView { name: "Ada".into(), email: String::new() };
    let session = Session::open(&folder.join("lib"), &actor, Language::En).unwrap();
    assert_eq!(session.check().unwrap(), []);
    assert_eq!(session.open_post(post.id.parse().unwrap()).unwrap().markdown, text);
}

fn copied(desk: &Desk, post: &PostView, text: &str) {
    let elsewhere = tempfile::tempdir().unwrap();
    let typed = TypedText { title: "Budget".into(), markdown: Some(text.into()), doc: None };
    for name in ["budget.md", "budget-2.md"] {
        let path = desk.save_copy(elsewhere.path(), &post.id, &typed).unwrap();
        assert_eq!(path, elsewhere.path().join(name), "nothing is written over");
        let file = std::fs::read_to_string(path).unwrap();
        assert!(file.starts_with("---\ntitle: Budget\nlang: en\n---\n") && file.ends_with(text), "{file}");
    }
}

/// Asserts the code, that it may go through later, and that it is said in both languages.
fn refused(desk: &Desk, post: &PostView, text: &str, code: &str) {
    let mut messages = Vec::new();
    for language in [Language::En, Language::Fr] {
        desk.save_settings(Settings { language, ..desk.settings() }).unwrap();
        let report = desk.save_source(&post.id, "Budget", text).unwrap_err();
        assert_eq!((report.code.as_str(), report.retryable), (code, true), "{report:?}");
        assert!(!report.hints.is_empty(), "{report:?}");
        messages.push(report.message);
    }
    assert_ne!(messages[0], messages[1]);
    copied(desk, post, text);
}

#[test]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Mount::new(folder.path().join("disk"), "4m") else { return };
    let (desk, post) = desk(&disk.0);
    std::fs::write(disk.0.join("ballast"), vec![7; 8 << 20]).unwrap_err();
    let text = "A sentence of the rest.\n".repeat(20_000);
    refused(&desk, &post, &text, "disk.full");
    assert_eq!(desk.open_post(&post.id).unwrap().markdown, "Before.\n");
    disk.again("remount,size=64m");
    recovers(&desk, &post, &text, &disk.0);
}

#[test]
fn a_disk_that_became_read_only() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Mount::new(folder.path().join("disk"), "16m") else { return };
    let (desk, post) = desk(&disk.0);
    // A file that is open for writing holds the mount; the shared view of the disk is made read-only instead.
    let flagged = Command::new("mount").args(["-o", "remount,ro"]).arg(&disk.0).status().unwrap();
    if !flagged.success() {
        eprintln!("The disk is in use and stays writable: only a start on a read-only disk is tested.");
        desk.close_library().unwrap();
        disk.again("remount,ro");
        assert_eq!(desk.open_library(&disk.0.join("lib")).unwrap_err().code, "disk.read_only");
        disk.again("remount,rw");
        desk.open_library(&disk.0.join("lib")).unwrap();
        recovers(&desk, &post, "After.\n", &disk.0);
        return;
    }
    refused(&desk, &post, "After.\n", "disk.read_only");
    disk.again("remount,rw");
    recovers(&desk, &post, "After.\n", &disk.0);
}

#[test]
fn a_database_that_another_program_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, post) = desk(folder.path());
    let other = rusqlite::Connection::open(folder.path().join("lib/.fonds/library.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    refused(&desk, &post, "After.\n", "library.busy");
    other.execute_batch("COMMIT").unwrap();
    recovers(&desk, &post, "After.\n", folder.path());
}

#[test]
fn a_share_that_vanishes_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, post) = desk(folder.path());
    let (here, gone) = (folder.path().join("lib"), folder.path().join("gone"));
    std::fs::rename(&here, &gone).unwrap();
    refused(&desk, &post, "After.\n", "library.vanished");
    // What comes back may be another connection's view of it, or a copy.
    let copy = Command::new("cp").arg("-a").args([&gone, &here]).status().unwrap();
    assert!(copy.success());
    recovers(&desk, &post, "After.\n", folder.path());
    let file = desk_file(&here);
    assert!(file.contains("After."), "{file}");
}

fn desk_file(library: &Path) -> String {
    let file = std::fs::read_dir(library.join("posts")).unwrap().next().unwrap().unwrap().path();
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn another_library_in_its_place_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, post) = desk(folder.path());
    std::fs::rename(folder.path().join("lib"), folder.path().join("gone")).unwrap();
    let other = Desk::new(None, |_| {});
    other.create_library(&folder.path().join("lib")).unwrap();
    refused(&desk, &post, "After.\n", "library.vanished");
    assert_eq!(other.list_posts(&ListRequest::default()).unwrap().rows, []);
}

const LIMITED: &str = "FONDS_TEST_LIMITED";

/// Writing fails with an error that is not the full disk's: files may not grow beyond a limit, which is then lifted.
#[test]
fn an_error_on_a_write() {
    let Some(folder) = std::env::var_os(LIMITED) else {
        let folder = tempfile::tempdir().unwrap();
        let run = "trap '' XFSZ; exec \"$0\" --exact an_error_on_a_write --nocapture";
        let mut limited = Command::new("sh");
        limited.args(["-c", run]).arg(std::env::current_exe().unwrap()).env(LIMITED, folder.path());
        assert!(limited.status().unwrap().success());
        return;
    };
    let folder = Path::new(&folder);
    let (desk, post) = desk(folder);
    let limit = |bytes: &str| {
        let pid = std::process::id().to_string();
        let done =
            Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}:unlimited")]).status();
        done.is_ok_and(|status| status.success())
    };
    if !limit("4096") {
        eprintln!("There is no prlimit here: not tested.");
        return;
    }
    let text = "A sentence of the rest.\n".repeat(20_000);
    let report = desk.save_source(&post.id, "Budget", &text).unwrap_err();
    assert_eq!((report.code.as_str(), report.retryable), ("disk.failed", true), "{report:?}");
    assert_eq!(desk.open_post(&post.id).unwrap().markdown, "Before.\n");
    assert!(limit("unlimited"));
    copied(&desk, &post, &text);
    recovers(&desk, &post, &text, folder);
}
