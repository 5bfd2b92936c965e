//! Random interleavings: every line that ever was on either side stays reachable, both sides agree in the end, and
//! nothing echoes.

use std::collections::BTreeMap;

use fonds_folder::Outcome;
use fonds_library::Id;
use proptest::prelude::*;

use crate::fixture::Fixture;

#[derive(Clone, Debug)]
enum Step {
    Type { post: usize, line: usize },
    Save { post: usize },
    Edit { file: usize, line: usize },
    Rename { file: usize },
    Copy { file: usize },
    Remove { file: usize },
    Bring,
    Return,
    Sync,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0usize..6;
    prop_oneof![
        4 => (n(), n()).prop_map(|(post, line)| Step::Type { post, line }),
        4 => n().prop_map(|post| Step::Save { post }),
        4 => (n(), n()).prop_map(|(file, line)| Step::Edit { file, line }),
        1 => n().prop_map(|file| Step::Rename { file }),
        1 => n().prop_map(|file| Step::Copy { file }),
        1 => n().prop_map(|file| Step::Remove { file }),
        1 => Just(Step::Bring),
        1 => Just(Step::Return),
        3 => Just(Step::Sync),
        1 => Just(Step::Reopen),
    ]
}

struct World {
    f: Fixture,
    /// Every mark that was ever typed into a text, numbered.
    marks: usize,
    files: usize,
    /// Files that were taken away, to come back as they were.
    away: Vec<(String, String)>,
}

impl World {
    fn new() -> Self {
        let mut f = Fixture::new();
        f.written("One", "a\n\nb\n\nc\n\nd\n");
        f.written("Two", "a\n\nb\n\nc\n\nd\n");
        World { f, marks: 0, files: 0, away: vec![] }
    }

    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("mark{}x", self.marks)
    }

    /// `text` with a mark at the end of one of its body lines. Earlier marks stay: every text holds all it ever held.
    fn marked(&mut self, body: &str, line: usize) -> String {
        let mark = self.mark();
        let mut lines: Vec<String> = body.lines().map(str::to_owned).collect();
        let full: Vec<usize> = (0..lines.len()).filter(|n| !lines[*n].is_empty()).collect();
        match full.get(line % full.len().max(1)) {
            Some(n) => lines[*n] += &format!(" {mark}"),
            None => lines.push(mark),
        }
        lines.join("\n") + "\n"
    }

    fn posts(&self) -> Vec<Id> {
        self.f.library.all_posts().unwrap().into_iter().map(|post| post.id).collect()
    }

    fn on_disk(&self) -> BTreeMap<String, String> {
        let folder = self.f.place("posts");
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = format!("posts/{}", entry.unwrap().file_name().to_str().unwrap());
                let text = self.f.read(&path);
                (path, text)
            })
            .collect()
    }

    fn file(&self, n: usize) -> Option<(String, String)> {
        let files: Vec<_> = self.on_disk().into_iter().collect();
        (!files.is_empty()).then(|| files[n % files.len()].clone())
    }

    fn new_name(&mut self) -> String {
        self.files += 1;
        format!("posts/file{}.md", self.files)
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Type { post, line } => {
                let posts = self.posts();
                let post = posts[post % posts.len()];
                let body = self.f.current(post).body;
                let body = self.marked(&body, *line);
                self.f.type_in(post, |content| content.body = body);
            }
            Step::Save { post } => {
                let posts = self.posts();
                self.f.write_post(posts[post % posts.len()]);
            }
            Step::Edit { file, line } => {
                let Some((path, text)) = self.file(*file) else { return };
                let at = if text.starts_with("---\n") { text.find("\n---\n").unwrap() + 5 } else { 0 };
                let body = self.marked(&text[at..], *line);
                self.f.put(&path, &format!("{}{body}", &text[..at]));
            }
            Step::Rename { file } => {
                let Some((path, _)) = self.file(*file) else { return };
                let to = self.new_name();
                self.f.rename(&path, &to);
            }
            Step::Copy { file } => {
                let Some((_, text)) = self.file(*file) else { return };
                let to = self.new_name();
                self.f.put(&to, &text);
            }
            Step::Remove { file } => {
                // A text that was never taken in before it was removed is out of reach for anybody: look first.
                self.f.sync();
                let Some((path, text)) = self.file(*file) else { return };
                std::fs::remove_file(self.f.place(&path)).unwrap();
                self.away.push((path, text));
            }
            Step::Bring => {
                let to = self.new_name();
                let body = self.marked("new\n", 0);
                self.f.put(&to, &body);
            }
            Step::Return => {
                if let Some((path, text)) = self.away.pop()
                    && !self.f.place(&path).exists()
                {
                    self.f.put(&path, &text);
                }
            }
            Step::Sync => drop(self.f.sync()),
            Step::Reopen => self.f.library = fonds_library::Library::open(self.f.library.root()).unwrap(),
        }
    }

    fn everything_that_is_kept(&self) -> String {
        let mut all = String::new();
        for post in self.posts() {
            all += &self.f.current(post).body;
            all += &self.f.bodies(post).concat();
        }
        all
    }

    fn check(&mut self) {
        self.f.sync();
        for post in self.posts() {
            self.f.write_post(post);
        }
        assert_eq!(self.f.sync(), Vec::<Outcome>::new(), "an echo");
        let kept = self.everything_that_is_kept();
        for n in 1..=self.marks {
            assert!(kept.contains(&format!("mark{n}x")), "mark {n} is lost");
        }
        let files = self.on_disk();
        assert!(files.values().all(|text| !text.contains("<<<<<<<") && !text.contains(">>>>>>>")));
        for post in self.posts() {
            let Some(row) = self.f.library.mirrored_file(post).unwrap().filter(|row| !row.missing) else {
                continue;
            };
            let text = files.get(&row.path).expect("its file is there");
            assert!(text.contains(&post.to_string()));
            if self.f.library.conflict(post).unwrap().is_none() {
                assert!(text.ends_with(&self.f.current(post).body), "both sides agree");
            }
        }
        assert_eq!(self.f.library.check().unwrap(), []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_is_ever_lost(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.check();
    }
}
