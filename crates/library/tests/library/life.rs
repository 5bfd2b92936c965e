//! A library comes into being, is opened, and is refused where it has to be.

use fonds_library::{Error, Library};

use crate::{Desk, act, new_library};

#[test]
fn a_new_library_has_its_folders_a_blog_and_a_journal() {
    let desk = Desk::new();
    for folder in ["posts", "attachments", ".fonds/blobs"] {
        assert!(desk.root().join(folder).is_dir(), "{folder}");
    }
    let identity = desk.library.identity().unwrap();
    assert_eq!((identity.id, identity.name.as_str()), (crate::id(1), "Blogue du gouvernement ouvert"));
    assert_eq!(identity.series, "blogue-du-gouvernement-o");
    assert_eq!(identity.created_at, act(1_000).now);
    assert_eq!(identity.origin, None);
    assert_eq!(desk.library.find_blog("site").unwrap().kind, "static");
    assert_eq!(desk.actions(), ["library.created", "blog.added"]);
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn a_library_is_not_made_twice_and_its_files_stay() {
    let desk = Desk::new();
    std::fs::write(desk.root().join("posts/mine.md"), "mine").unwrap();
    let again = Library::init(desk.root(), &new_library(), &act(5));
    assert!(matches!(again, Err(Error::AlreadyALibrary { .. })), "{again:?}");
    assert_eq!(std::fs::read_to_string(desk.root().join("posts/mine.md")).unwrap(), "mine");
    assert_eq!(desk.library.identity().unwrap().created_at, act(1_000).now);
}

#[test]
fn what_an_interrupted_init_left_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".fonds")).unwrap();
    std::fs::write(folder.path().join(".fonds/library.db.new"), "half a database").unwrap();
    std::fs::write(folder.path().join(".fonds/library.db.new-journal"), "half a journal").unwrap();
    assert!(matches!(Library::open(folder.path()), Err(Error::NotALibrary { .. })));
    let library = Library::init(folder.path(), &new_library(), &act(1)).unwrap();
    assert_eq!(library.check().unwrap(), []);
    assert!(!folder.path().join(".fonds/library.db.new").exists());
    assert!(!folder.path().join(".fonds/library.db.new-journal").exists());
}

#[test]
fn a_folder_without_a_library_is_not_opened_or_changed() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Library::open(folder.path());
    assert!(matches!(opened, Err(Error::NotALibrary { .. })), "{opened:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_empty_file_and_the_database_of_another_program_are_not_libraries() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join(".fonds/library.db");
    std::fs::create_dir(folder.path().join(".fonds")).unwrap();
    std::fs::write(&database, "").unwrap();
    assert!(matches!(Library::open(folder.path()), Err(Error::NotALibrary { .. })));
    assert_eq!(std::fs::metadata(&database).unwrap().len(), 0);

    rusqlite::Connection::open(&database).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = std::fs::read(&database).unwrap();
    assert!(matches!(Library::open(folder.path()), Err(Error::NotALibrary { .. })));
    assert_eq!(std::fs::read(&database).unwrap(), before);

    std::fs::write(&database, "this is no database at all, but a text that is longer than its header")
        .unwrap();
    assert!(matches!(Library::open(folder.path()), Err(Error::Sqlite(_))));
}

#[test]
fn a_newer_library_is_refused_and_stays_as_it_is() {
    let desk = Desk::new();
    desk.raw().pragma_update(None, "user_version", 99).unwrap();
    let Desk { folder, library, .. } = desk;
    drop(library);
    let before = std::fs::read(folder.path().join(".fonds/library.db")).unwrap();
    let opened = Library::open(folder.path());
    assert!(matches!(opened, Err(Error::NewerLibrary { found: 99, known: 2.., .. })), "{opened:?}");
    assert_eq!(std::fs::read(folder.path().join(".fonds/library.db")).unwrap(), before);
}
