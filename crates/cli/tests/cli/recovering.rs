//! A damaged database is made anew from an export and the files; backups are whole, and can be put back.

use fonds_app::desk::Desk;

use crate::support::{Bench, files, pdf};

fn written() -> (Bench, String) {
    let bench = Bench::new();
    let id = bench.post("Open data", "What was exported.\n");
    bench.write("one.pdf", pdf("one"));
    bench.run(&["attach", &id, "one.pdf"]).done();
    (bench, id)
}

fn text(bench: &Bench, id: &str) -> String {
    bench.run(&["--json", "post", "show", id]).json()["markdown"].as_str().unwrap().to_owned()
}

#[test]
fn a_damaged_database_is_rebuilt_from_an_export_and_the_files() {
    let (bench, id) = written();
    let zip = bench.run(&["export", "--to", "out"]).done();
    bench.run_with(&["post", "edit", &id, "--body", "-"], "What was written since.\n").done();
    let later = bench.post("Later", "A post that no export has.\n");
    bench.write("two.pdf", pdf("two"));
    bench.run(&["attach", &later, "two.pdf"]).done();
    let database = bench.path("lib/.fonds/library.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let length = bytes.len();
    bytes[100..length / 2].fill(0xaa);
    std::fs::write(&database, &bytes).unwrap();
    assert_ne!(bench.run(&["post", "list"]).code, 0);

    // An export that is no export moves nothing.
    bench.write("no.zip", "hello");
    bench.run(&["--json", "rebuild", "no.zip"]).refused("export.not_one");
    assert_eq!(std::fs::read(&database).unwrap(), bytes);

    let ran = bench.run(&["rebuild", &zip]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(text(&bench, &id), "What was written since.\n");
    assert_eq!(text(&bench, &later), "A post that no export has.\n");
    let history = bench.run(&["--json", "post", "show", &id]).json()["history"].clone();
    let last = &history[0];
    assert_eq!(last["origin"], "file", "{history}");
    bench.run(&["check"]).done();
    let shown = bench.run(&["--json", "post", "show", &later]).json();
    assert_eq!(shown["attachments"][0]["name"], "two.pdf");
    let aside =
        files(&bench.path("lib/.fonds")).into_iter().find(|name| name.starts_with("damaged-")).unwrap();
    assert_eq!(std::fs::read(bench.path("lib/.fonds").join(aside)).unwrap(), bytes);
    // It goes on as a series of its own.
    let next = bench.run(&["export", "--to", "out"]).done();
    bench.run(&["verify", &next]).done();
}

#[test]
fn a_backup_is_one_file_that_holds_the_library() {
    let (bench, id) = written();
    let file = bench.run(&["backup", "copy.zip"]).done();
    bench.run(&["--json", "backup", "copy.zip"]).refused("export.exists");
    std::fs::create_dir(bench.path("again")).unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    zip.extract(bench.path("again")).unwrap();
    let again = |args: &[&str]| bench.run(&[&["--library", "again"], args].concat());
    assert_eq!(again(&["sync"]).done(), "");
    again(&["check"]).done();
    let shown = again(&["--json", "post", "show", &id]).json();
    assert_eq!(shown["markdown"], "What was exported.\n");
    assert_eq!(shown["attachments"][0]["name"], "one.pdf");
    // Lost bytes are no backup.
    let blobs = bench.path("lib/.fonds/blobs");
    std::fs::write(blobs.join(&files(&blobs)[0]), "harm").unwrap();
    bench.run(&["--json", "backup", "other.zip"]).refused("attachment.damaged");
    assert!(!bench.path("other.zip").exists());
}

#[test]
fn a_daily_backup_is_made_by_the_window_and_can_be_put_back() {
    let (bench, id) = written();
    bench.run(&["export", "--to", "out"]).done();
    let made = fonds_app::back_up_daily(&bench.path("lib")).unwrap();
    assert!(made && !fonds_app::back_up_daily(&bench.path("lib")).unwrap(), "one a day");
    let listed = bench.run(&["--json", "backups", "list"]).json();
    let day = listed[0]["day"].as_str().unwrap().to_owned();
    assert_eq!(listed.as_array().unwrap().len(), 1);

    bench.run_with(&["post", "edit", &id, "--body", "-"], "Written after the backup.\n").done();
    bench.run(&["--json", "backups", "restore", "2001-01-01"]).refused("backup.not_found");
    bench.run(&["backups", "restore", &day]).done();
    // The database is that of the backup; what was written since came in from the file.
    assert_eq!(text(&bench, &id), "Written after the backup.\n");
    let journal = bench.run(&["--json", "post", "show", &id]).json()["history"].clone();
    assert_eq!(journal[0]["origin"], "file", "{journal}");
    bench.run(&["check"]).done();
    let next = bench.run(&["export", "--to", "out"]).done();
    assert!(!next.ends_with("lib-v0001.zip") && next.contains("v0001"), "a series of its own: {next}");
    bench.run(&["verify", &next]).done();
    // The window opens it as ever.
    let desk = Desk::new(None, |_| {});
    desk.open_library(&bench.path("lib")).unwrap();
    assert_eq!(desk.open_post(&id).unwrap().markdown, "Written after the backup.\n");
}
