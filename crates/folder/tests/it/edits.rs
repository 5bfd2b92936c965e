//! Edits by other programs of files that are known.

use std::io::Write;

use fonds_folder::{Outcome, Refusal};
use fonds_library::{Language, Origin};

use crate::fixture::{Fixture, refusals};

#[test]
fn an_edit_is_a_revision_and_no_echo() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    f.edit(&path, "Text.", "Better text.");
    let before = f.read(&path);
    assert_eq!(f.sync_once(), [Outcome::Edited { post, revision: 2 }]);
    assert_eq!(f.read(&path), before);
    let head = f.library.revision(post, 2).unwrap();
    assert_eq!((head.origin, head.content.body.as_str()), (Origin::File, "Better text.\n"));
    assert_eq!(head.parents.numbers(), [1]);
}

#[test]
fn title_slug_language_and_author_keys_can_be_edited() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    f.edit(&path, "title: One\nlang: en\nslug: one\n", "title: Un\nlang: fr\nslug: un\nweight: 3 # mine\n");
    let before = f.read(&path);
    assert!(matches!(f.sync_once()[..], [Outcome::Edited { .. }]));
    let content = f.current(post);
    assert_eq!((content.title.as_str(), content.slug.as_str()), ("Un", "un"));
    assert_eq!((content.language, content.front_matter.as_str()), (Language::Fr, "weight: 3 # mine\n"));
    assert_eq!(f.read(&path), before);
}

#[test]
fn a_removed_id_is_written_back_at_its_path() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    f.put(&path, "Other text.\n");
    assert!(matches!(f.sync_once()[..], [Outcome::Edited { post: same, .. }] if same == post));
    assert_eq!(f.current(post).title, "One");
    assert_eq!(
        f.read(&path),
        format!("---\nid: {post}\ntitle: One\nlang: en\nslug: one\n---\nOther text.\n")
    );
}

#[test]
fn categories_are_filed_where_they_exist() {
    let mut f = Fixture::new();
    let reports = f.category("Reports", "Rapports");
    let news = f.category("News", "Nouvelles");
    let (post, path) = f.written("One", "Text.\n");
    let pair = f.library.post(post).unwrap().pair;
    f.edit(&path, "slug: one\n", "slug: one\ncategories: [Reports, Nouvelles, Nowhere]\n");
    f.edit(&path, "Text.", "More text.");
    let before = f.read(&path);
    let outcomes = f.sync();
    assert_eq!(refusals(&outcomes), [Refusal::UnknownCategory { name: "Nowhere".into() }]);
    assert!(matches!(outcomes[0], Outcome::Edited { .. }));
    assert_eq!(f.sync(), []);
    assert_eq!(f.read(&path), before, "the file is not rewritten");
    let mut both = vec![reports, news];
    both.sort_unstable();
    assert_eq!(f.library.filing(pair).unwrap(), both);
    // Fonds and the file each take one out.
    f.library.file_under(&f.act, pair, &[reports]).unwrap();
    f.edit(&path, "[Reports, Nouvelles, Nowhere]", "[Nouvelles, Nowhere]");
    assert!(matches!(f.sync_once()[..], [Outcome::Edited { .. }]));
    assert_eq!(f.library.filing(pair).unwrap(), []);
    assert!(f.read(&path).contains("Nowhere") && !f.read(&path).contains("Nouvelles"));
}

#[test]
fn the_language_of_the_counterpart_is_refused() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    f.filed("posts/fr.fr.md", &format!("---\npair: {post}\n---\nTexte.\n"));
    f.edit(&path, "lang: en", "lang: fr");
    f.edit(&path, "Text.", "More.");
    let outcomes = f.sync_once();
    assert_eq!(refusals(&outcomes), [Refusal::LanguageTaken]);
    let content = f.current(post);
    assert_eq!((content.language, content.body.as_str()), (Language::En, "More.\n"));
}

#[test]
fn programs_that_save_by_rename_or_in_two_writes() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    let text = f.read(&path);
    f.put("posts/4913", &text.replace("Text", "Renamed"));
    f.rename(&path, "posts/one.md~");
    f.rename("posts/4913", &path);
    assert_eq!(f.sync_once(), [Outcome::Edited { post, revision: 2 }]);
    // Emptied first, then written.
    let mut file = std::fs::File::create(f.place(&path)).unwrap();
    assert_eq!(f.sync(), []);
    file.write_all(text.replace("Text", "Twice").as_bytes()).unwrap();
    assert_eq!(f.sync_once(), [Outcome::Edited { post, revision: 3 }]);
    assert_eq!(f.current(post).body, "Twice.\n");
}

#[test]
fn moved_and_swapped_files_keep_their_posts() {
    let mut f = Fixture::new();
    let (one, a) = f.written("One", "1\n");
    let (two, b) = f.written("Two", "2\n");
    f.rename(&a, "posts/x");
    f.rename(&b, &a);
    f.rename("posts/x", &b);
    assert_eq!(f.sync_once().len(), 2);
    assert_eq!((f.path(one), f.path(two)), (b.clone(), a.clone()));
    f.rename(&b, "posts/2026/élan.md");
    f.edit("posts/2026/élan.md", "---\n1\n", "---\none\n");
    let to = "posts/2026/élan.md".to_owned();
    let outcomes = f.sync_once();
    assert_eq!(outcomes[0], Outcome::Renamed { post: one, from: b, to: to.clone() });
    assert!(matches!(outcomes[1], Outcome::Edited { .. }));
    // A later save goes where the file is.
    f.rename(&to, "posts/again.md");
    f.type_in(one, |content| content.body = "typed\n".into());
    f.write_post(one);
    assert!(f.read("posts/again.md").ends_with("typed\n"));
    assert!(!f.place(&to).exists());
}

#[test]
fn a_file_renamed_over_another() {
    let mut f = Fixture::new();
    let (one, a) = f.written("One", "1\n");
    let (two, b) = f.written("Two", "2\n");
    f.rename(&b, &a);
    let outcomes = f.sync_once();
    assert!(outcomes.contains(&Outcome::Missing { post: one }));
    assert!(outcomes.contains(&Outcome::Renamed { post: two, from: b, to: a.clone() }));
    assert_eq!(f.current(one).body, "1\n");
    // The missing one is given a file again beside it.
    f.with(|library, ctx| fonds_folder::write_again(library, one, ctx));
    assert_ne!(f.path(one), a);
    assert!(f.read(&f.path(one)).ends_with("1\n"));
    assert_eq!(f.sync(), []);
}

#[test]
fn trashed_posts_are_not_edited() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    f.library.set_trashed(&f.act, post, true).unwrap();
    assert_eq!(f.sync(), []);
    f.edit(&path, "Text.", "More.");
    assert_eq!(refusals(&f.sync()), [Refusal::Trashed]);
    assert!(f.read(&path).ends_with("More.\n"));
    f.library.set_trashed(&f.act, post, false).unwrap();
    assert!(matches!(f.sync_once()[..], [Outcome::Edited { .. }]));
}

#[test]
fn a_broken_front_matter_waits_and_is_not_written_over() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    f.edit(&path, "title: One", "title: [One");
    let broken = f.read(&path);
    assert!(matches!(refusals(&f.sync())[..], [Refusal::FrontMatter { .. }]));
    f.type_in(post, |content| content.body = "Typed.\n".into());
    assert!(matches!(refusals(&f.write_post(post))[..], [Refusal::FrontMatter { .. }]));
    assert_eq!(f.read(&path), broken);
    f.edit(&path, "[One", "Uno");
    assert!(matches!(f.sync_once()[..], [Outcome::Merged { .. }]));
    assert_eq!((f.current(post).title.as_str(), f.current(post).body.as_str()), ("Uno", "Typed.\n"));
}

#[test]
fn a_new_file_at_the_old_path_of_a_moved_one_is_a_new_post() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    f.rename(&path, "posts/z.md");
    f.put(&path, "Something else.\n");
    let outcomes = f.sync_once();
    assert_eq!(outcomes[0], Outcome::Renamed { post, from: path.clone(), to: "posts/z.md".into() });
    let Outcome::Created { post: new } = outcomes[1] else { panic!("{outcomes:?}") };
    assert_eq!((f.current(post).body.as_str(), f.path(new)), ("Text.\n", path));
    assert_eq!(f.current(new).body, "Something else.\n");
}
