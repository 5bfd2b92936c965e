//! Disks that are full or read-only, work that is broken off.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Bench, files, pdf};

/// A small file system of its own; unmounted when dropped.
struct Mount(PathBuf);

impl Mount {
    /// None where this user may not mount; the test then says so and does what is possible without.
    fn new(at: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&at).status();
        mounted.is_ok_and(|status| status.success()).then_some(Mount(at))
    }

    fn read_only(&self) {
        let status = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

fn large_library(megabytes: usize) -> Bench {
    let bench = Bench::new();
    let id = bench.post("Large", "x");
    let mut bytes = pdf("large");
    let mut state = 1u64;
    bytes.extend((0..megabytes * 1_000_000).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    }));
    bytes.extend(b"\n%%EOF\n");
    bench.write("large.pdf", bytes);
    bench.run(&["attach", &id, "large.pdf"]).done();
    bench
}

#[test]
fn a_full_disk_during_an_export_leaves_nothing_and_breaks_nothing() {
    let bench = large_library(1);
    if let Some(disk) = Mount::new(bench.path("small"), "64k") {
        let ran = bench.run(&["--json", "export", "--to", disk.0.to_str().unwrap()]);
        ran.refused("disk.full");
        assert!(ran.err.contains("\"retryable\":true"), "{}", ran.err);
        assert!(files(&disk.0).is_empty(), "{:?}", files(&disk.0));
    } else {
        // Without the right to mount, the limit on a file's size stands in for the full disk.
        let limited = "trap '' XFSZ; ulimit -f 400; exec \"$0\" export --to small";
        let mut command = Command::new("sh");
        let template = bench.command(&[]);
        command.args(["-c", limited]).arg(template.get_program()).current_dir(bench.folder.path());
        command.envs(template.get_envs().filter_map(|(name, value)| Some((name, value?))));
        assert_eq!(command.output().unwrap().status.code(), Some(3));
        assert!(files(&bench.path("small")).is_empty());
    }
    let zip = bench.run(&["export", "--to", "out"]).done();
    assert!(zip.ends_with("lib-v0001.zip"), "the one that failed does not count: {zip}");
    bench.run(&["verify", &zip]).done();
    bench.run(&["check"]).done();
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let bench = Bench::new();
    bench.post("T", "x");
    let zip = bench.run(&["export", "--to", "out"]).done();
    bench.write("file", "");
    for args in
        [&["init", "file/lib"][..], &["export", "--to", "file/out"], &["restore", &zip, "--to", "file/lib"]]
    {
        let ran = bench.run(&[&["--json"], args].concat());
        ran.refused("disk.failed");
        assert!(ran.err.contains("file"), "{}", ran.err);
    }
    assert!(bench.run(&["post", "list"]).done().contains("t.en"));
}

#[test]
fn a_read_only_folder_is_refused_and_left_as_it_is() {
    let bench = Bench::empty();
    let Some(disk) = Mount::new(bench.path("disk"), "8m") else { return };
    bench.run(&["init", "disk/lib"]).done();
    let on_disk = |args: &[&str]| bench.run(&[&["--json", "--library", "disk/lib"], args].concat());
    let new = ["post", "new", "--title", "T", "--lang", "en"];
    assert_eq!(on_disk(&new).code, 0);
    disk.read_only();
    let before = files(&disk.0);
    on_disk(&new).refused("disk.read_only");
    on_disk(&["export", "--to", "disk/out"]).refused("disk.read_only");
    bench.run(&["--json", "init", "disk/other"]).refused("disk.read_only");
    assert_eq!(files(&disk.0), before);
}

#[test]
fn a_full_disk_under_the_answer_is_an_error_and_a_closed_reader_is_none() {
    let bench = Bench::new();
    if Path::new("/dev/full").exists() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = bench.command(&["category", "add", "A"]).stdout(full).status().unwrap();
        assert_eq!(status.code(), Some(3));
    }
    let mut child = bench.command(&["post", "list"]).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn ctrl_c_ends_an_export_and_leaves_nothing() {
    let bench = large_library(40);
    let child = bench.command(&["--json", "export", "--to", "out"]).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while files(&bench.path("out")).is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stderr).contains("task.cancelled"));
    assert!(!bench.path("out").exists());
    let zip = bench.run(&["export", "--to", "out"]).done();
    assert!(zip.ends_with("lib-v0001.zip"), "{zip}");
}

#[test]
fn a_repair_brings_back_what_is_elsewhere_and_says_what_is_not() {
    let bench = Bench::new();
    let id = bench.post("Report", "text\n");
    bench.write("one.pdf", pdf("one"));
    bench.run(&["attach", &id, "one.pdf"]).done();
    let blobs = bench.path("lib/.fonds/blobs");
    let blob = files(&blobs).remove(0);
    std::fs::remove_file(blobs.join(&blob)).unwrap();
    let found = bench.run(&["--json", "check"]);
    assert_eq!((found.code, found.json()[0]["code"].as_str()), (1, Some("LIBRARY_BLOB")));
    let mended = bench.run(&["--json", "check", "--repair"]);
    assert_eq!(mended.code, 0, "{}", mended.err);
    assert_eq!(mended.json()["mended"][0]["code"], "LIBRARY_BLOB");
    assert_eq!(std::fs::read(blobs.join(&blob)).unwrap(), pdf("one"));
    bench.run(&["check"]).done();

    std::fs::remove_file(blobs.join(&blob)).unwrap();
    std::fs::write(bench.path("lib/attachments/one.pdf"), pdf("two")).unwrap();
    let left = bench.run(&["--json", "check", "--repair"]);
    assert_eq!((left.code, left.json()["left"][0]["code"].as_str()), (1, Some("LIBRARY_BLOB")));
}
