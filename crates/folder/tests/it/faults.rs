//! The work on the folder is stopped between every two of its steps, as a crash would stop it.

use fonds_library::{Id, Library};

use crate::fixture::Fixture;

const BODY: &str = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.\n";

/// Everything that goes between library and files, waiting to be done: an edit, a merge, a conflict, a new file, a copy,
/// a rename, a file that is gone, a PDF that is new and one that is replaced, and a post without a file.
struct Scene {
    f: Fixture,
    texts: Vec<(&'static str, &'static str)>,
    new: Id,
}

fn scene() -> Scene {
    let mut f = Fixture::new();
    let (_, edited) = f.written("Edited", BODY);
    let (merged, merged_path) = f.written("Merged", BODY);
    let (conflict, conflict_path) = f.written("Conflict", BODY);
    let (_, moved) = f.written("Moved", BODY);
    let (_, gone) = f.written("Gone", BODY);
    f.put("attachments/old.pdf", "%PDF-1.7\none\n%%EOF\n");
    f.sync();
    f.edit(&edited, "First", "Edit-mark");
    f.type_in(merged, |content| content.body = BODY.replace("First", "Typed-mark"));
    f.edit(&merged_path, "Third", "Merge-mark");
    f.type_in(conflict, |content| content.body = BODY.replace("Second", "Mine-mark"));
    f.edit(&conflict_path, "Second", "Theirs-mark");
    f.rename(&moved, "posts/sub/moved.md");
    std::fs::remove_file(f.place(&gone)).unwrap();
    f.put("posts/bare.md", "# Bare\n\nBare-mark.\n");
    let copy = f.read("posts/sub/moved.md").replace("First", "Copy-mark");
    f.put("posts/copy.md", &copy);
    f.put("attachments/old.pdf", "%PDF-1.7\ntwo and more\n%%EOF\n");
    f.put("attachments/new.pdf", "%PDF-1.7\nnew\n%%EOF\n");
    let new = f.draft("New", "New-mark.\n");
    let texts = vec![
        ("Edited", "Edit-mark"),
        ("Merged", "Typed-mark"),
        ("Merged", "Merge-mark"),
        ("Conflict", "Mine-mark"),
        ("Conflict", "Theirs-mark"),
        ("Bare", "Bare-mark"),
        ("Moved", "Copy-mark"),
        ("New", "New-mark"),
    ];
    f.faults.passed.take();
    Scene { f, texts, new }
}

impl Scene {
    fn work(&mut self) -> fonds_folder::Result<()> {
        let new = self.new;
        self.f.try_with(fonds_folder::sync)?;
        self.f.try_with(|library, ctx| fonds_folder::write_post(library, new, ctx)).map(drop)
    }

    fn reopen(&mut self) {
        self.f.library = Library::open(self.f.library.root()).unwrap();
    }

    /// What there is in the end: posts with their titles, numbers of revisions and bodies.
    fn outcome(&self) -> Vec<(String, usize, bool, String)> {
        let mut posts: Vec<_> = self
            .f
            .library
            .all_posts()
            .unwrap()
            .into_iter()
            .map(|post| {
                (post.title, self.f.bodies(post.id).len(), post.conflict, self.f.current(post.id).body)
            })
            .collect();
        posts.sort();
        posts
    }

    fn check(&mut self, expected: &[(String, usize, bool, String)], at: &str) {
        self.work().unwrap();
        assert_eq!(self.f.sync(), [], "an echo after a stop at “{at}”");
        assert_eq!(self.outcome(), expected, "after a stop at “{at}”");
        let posts = self.f.library.all_posts().unwrap();
        for (title, mark) in &self.texts {
            let kept = posts
                .iter()
                .filter(|post| post.title == *title)
                .flat_map(|post| self.f.bodies(post.id).into_iter().chain([self.f.current(post.id).body]))
                .any(|body| body.contains(mark));
            assert!(kept, "{mark} is lost after a stop at “{at}”");
        }
        assert_eq!(self.f.library.attachments().unwrap().len(), 2, "after a stop at “{at}”");
        assert_eq!(self.f.library.check().unwrap(), []);
    }
}

#[test]
fn after_a_stop_between_any_two_steps_all_is_done_once() {
    let mut whole = scene();
    whole.work().unwrap();
    let steps = whole.f.faults.passed.take();
    assert!(steps.len() > 40, "{steps:?}");
    let expected = whole.outcome();
    whole.check(&expected, "no step");
    for (at, step) in steps.iter().enumerate() {
        let mut stopped = scene();
        stopped.f.faults.stop_in.set(Some(at));
        assert!(matches!(stopped.work(), Err(fonds_folder::Error::Stopped)), "{at} {step}");
        stopped.f.faults.stop_in.set(None);
        stopped.reopen();
        stopped.check(&expected, step);
    }
}
