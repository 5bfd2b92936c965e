//! `kill -9` at random points, of the window's desk and of `fonds`, while both type, attach, seal and publish on one
//! library: nothing that was acknowledged is lost, and the library is whole.
//!
//! The driver is this program itself, started anew; it writes a line to its standard error once a call has returned. What
//! was written is acknowledged, and looked for after the kill. `FONDS_KILLS` sets how many kills there are, and
//! `FONDS_SEED` the seed of the choices.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test, which kills by the clock"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use fonds_app::desk::Desk;
use fonds_app::{ActorView, Language, ListRequest, PostView, Session};

/// Kills on one library; then a new one is made, so that looking at it whole stays cheap.
const ONE_LIBRARY: u64 = 25;
/// The post that `fonds` writes. Of two who write one post, the later may be either.
const OF_FONDS: &str = "Of the command line";
const ROOT: &str = "FONDS_KILL_ROOT";
const SEED: &str = "FONDS_SEED";

/// A small generator (xorshift): the same choices for the same seed.
struct Choice(u64);

impl Choice {
    fn new(seed: u64) -> Self {
        let mut choice = Choice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            choice.below(2);
        }
        choice
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Texts count up, so that of two the later is known. Most of a text stays the same, as when somebody types.
fn text(count: u64) -> String {
    let line =
        |n: u64| format!("Line {n} was last written at {}.\n", if count % 20 == n { count } else { n });
    format!("{count}\n\n{}", (0..20).map(line).collect::<String>())
}

fn count_of(view: &PostView) -> u64 {
    view.markdown.lines().next().unwrap_or_default().parse().unwrap_or(0)
}

fn pdf(count: u64) -> String {
    format!("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n% {}\ntrailer <<>>\n%%EOF\n", count % 7)
}

/// What the killed process does until it is killed. Runs only where the harness starts it.
#[test]
#[ignore = "is started by the harness below"]
fn driver() {
    let Some(root) = std::env::var_os(ROOT) else { return };
    let root = Path::new(&root);
    let seed = number(SEED, 1);
    let mut choice = Choice::new(seed);
    let desk = Desk::new(None, |_| {});
    desk.open_library(&root.join("lib")).unwrap();
    acknowledge("open");
    let few = ListRequest { limit: 100, ..ListRequest::default() };
    let rows = desk.list_posts(&few).unwrap().rows.into_iter().flat_map(|row| row.posts);
    let mut posts: Vec<String> = rows.filter(|row| row.title != OF_FONDS).map(|row| row.id).collect();
    posts.truncate(6);
    // Counts go on from round to round.
    for count in seed * 1_000_000.. {
        let act = choice.below(20);
        if posts.len() < 4 || (act == 0 && posts.len() < 6) {
            let post = desk.create_post(&format!("Post {count}"), Language::En, None).unwrap();
            acknowledge(&format!("new {}", post.id));
            posts.push(post.id);
            continue;
        }
        let id = &posts[usize::try_from(choice.below(posts.len() as u64)).unwrap()];
        match act {
            1 => {
                let path = root.join(format!("{count}.pdf"));
                std::fs::write(&path, pdf(count)).unwrap();
                let attached = desk.attach_files(id, &[path]).unwrap();
                acknowledge(&format!("attach {id} {}", attached.names[0]));
            }
            2 => {
                let view = desk.seal_post(id).unwrap();
                if let Some(newest) = view.history.first() {
                    acknowledge(&format!("seal {id} {} {}", newest.number, newest.hash));
                }
            }
            3 => {
                let view = desk.publish(std::slice::from_ref(id), "site").unwrap().remove(0);
                acknowledge(&format!("publish {id} {}", view.publications[0].revision));
            }
            4 => desk.flush_post(id).unwrap(),
            _ => {
                let title = desk.open_post(id).unwrap().title;
                desk.save_source(id, &title, &text(count)).unwrap();
                acknowledge(&format!("save {id} {count}"));
            }
        }
    }
}

/// One write, so that a kill leaves no half line.
fn acknowledge(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// What was acknowledged in one library.
#[derive(Default)]
struct Acknowledged {
    posts: BTreeSet<String>,
    texts: BTreeMap<String, u64>,
    attached: BTreeSet<(String, String)>,
    sealed: BTreeSet<(String, u32, String)>,
    published: BTreeSet<(String, u32)>,
    lines: usize,
    failures: Vec<String>,
}

impl Acknowledged {
    fn hear(&mut self, line: &str) {
        self.lines += 1;
        let words: Vec<&str> = line.split_whitespace().collect();
        let post = words.get(1).copied().unwrap_or_default().to_owned();
        match words[..] {
            ["open"] => {}
            ["new", _] => {
                self.posts.insert(post);
            }
            ["save", _, count] => {
                self.texts.insert(post, count.parse().unwrap());
            }
            ["attach", _, name] => {
                self.attached.insert((post, name.into()));
            }
            ["seal", _, number, hash] => {
                self.sealed.insert((post, number.parse().unwrap(), hash.into()));
            }
            ["publish", _, revision] => {
                self.published.insert((post, revision.parse().unwrap()));
            }
            _ => self.failures.push(line.into()),
        }
    }

    /// Asserts that all of it is there.
    fn is_kept(&self, session: &Session, round: u64) {
        let open = |id: &String| session.open_post(id.parse().unwrap()).unwrap();
        for id in &self.posts {
            open(id);
        }
        for (id, count) in &self.texts {
            let kept = count_of(&open(id));
            assert!(kept >= *count, "round {round}: {id} has text {kept}, {count} was acknowledged");
        }
        for (id, name) in &self.attached {
            assert!(open(id).attachments.iter().any(|a| a.name == *name), "round {round}: {name} of {id}");
        }
        for (id, number, hash) in &self.sealed {
            let history = session.history(id.parse().unwrap()).unwrap();
            let kept = history.iter().any(|row| row.number == *number && row.hash == *hash);
            assert!(kept, "round {round}: revision {number} of {id}");
        }
        for (id, revision) in &self.published {
            let kept = open(id).publications.iter().any(|p| p.revision >= *revision);
            assert!(kept, "round {round}: publication of {id}");
        }
    }
}

fn session(root: &Path) -> Session {
    let actor = ActorView { name: "Ada".into(), email: String::new() };
    Session::open(&root.join("lib"), &actor, Language::En).unwrap()
}

fn start_driver(root: &Path, seed: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "driver", "--ignored", "--nocapture", "--test-threads=1"])
        .env(ROOT, root)
        .env(SEED, seed.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn fonds(root: &Path, args: &[&str], input: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fonds"))
        .args(args)
        .env("FONDS_CONFIG", root.join("settings"))
        .env("FONDS_LIBRARY", root.join("lib"))
        .env("FONDS_LANG", "en")
        .env("FONDS_AS", "Bob")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child
}

/// Not asleep: the wait is shorter than a sleep is exact.
fn spin(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

/// One command of `fonds` on a post of its own, killed or not; a command that ended well is acknowledged.
fn command_line(root: &Path, post: &str, round: u64, choice: &mut Choice, acknowledged: &mut Acknowledged) {
    let count = round * 1_000_000;
    let path = root.join("given.pdf");
    std::fs::write(&path, pdf(count)).unwrap();
    let name = path.to_string_lossy().into_owned();
    let (mut child, line) = match choice.below(4) {
        0 => (fonds(root, &["attach", post, &name], ""), None),
        1 => (fonds(root, &["publish", post, "--to", "site"], ""), Some(format!("publish {post} 1"))),
        _ => (
            fonds(root, &["post", "edit", post, "--body", "-"], &text(count)),
            Some(format!("save {post} {count}")),
        ),
    };
    spin(Duration::from_millis(choice.below(60)));
    child.kill().unwrap();
    let ended = child.wait_with_output().unwrap();
    match ended.status.code() {
        Some(0) => acknowledged.hear(&line.unwrap_or_else(|| "open".into())),
        Some(code) => panic!("round {round}: {code} {}", String::from_utf8_lossy(&ended.stderr)),
        None => {}
    }
}

/// One kill of the desk, at a random moment after a random number of answers.
fn kill_once(root: &Path, round: u64, cli_post: &str, choice: &mut Choice, acknowledged: &mut Acknowledged) {
    let mut child = start_driver(root, round);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    if choice.below(8) == 0 {
        spin(Duration::from_millis(choice.below(40)));
    } else {
        for _ in 0..=choice.below(12) {
            let Some(line) = lines.next() else { break };
            acknowledged.hear(&line.unwrap());
        }
        if choice.below(3) == 0 {
            command_line(root, cli_post, round, choice, acknowledged);
        }
        spin(Duration::from_micros(choice.below(8_000)));
    }
    child.kill().unwrap();
    for line in lines {
        acknowledged.hear(&line.unwrap());
    }
    child.wait().unwrap();
    assert!(acknowledged.failures.is_empty(), "round {round}: the driver said {:#?}", acknowledged.failures);
}

/// Every stored file as if it had been there for hours: what nothing names is then a stray.
fn age(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            age(&path);
        } else {
            let hours_ago = SystemTime::now() - Duration::from_secs(3 * 3600);
            std::fs::File::open(&path).unwrap().set_modified(hours_ago).unwrap();
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let kills = number("FONDS_KILLS", 40);
    let mut choice = Choice::new(number(SEED, 20_261_125));
    let mut round = 0;
    let mut heard = 0;
    while round < kills {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let made =
            fonds(root, &["init", &root.join("lib").to_string_lossy()], "").wait_with_output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let new = fonds_app::NewPost {
            title: OF_FONDS.into(),
            language: Language::En,
            pair_with: None,
            markdown: Some(text(0)),
        };
        let cli_post = session(root).create_post(&new).unwrap().id;
        let mut acknowledged = Acknowledged::default();
        for _ in 0..ONE_LIBRARY.min(kills - round) {
            round += 1;
            kill_once(root, round, &cli_post, &mut choice, &mut acknowledged);
            let mut session = session(root);
            let errors: Vec<_> =
                session.check().unwrap().into_iter().filter(|f| f.severity == "error").collect();
            assert_eq!(errors, [], "round {round}");
            acknowledged.is_kept(&session, round);
            session.sync_folder().unwrap();
            acknowledged.is_kept(&session, round);
        }
        // The next start writes the files that are still to be written; a repair sweeps what the killed ones left.
        let desk = Desk::new(None, |_| {});
        desk.open_library(&root.join("lib")).unwrap();
        desk.close_library().unwrap();
        age(&root.join("lib/.fonds/blobs"));
        let mut session = session(root);
        let repair = session.repair().unwrap();
        assert_eq!(repair.left, [], "round {round}");
        acknowledged.is_kept(&session, round);
        heard += acknowledged.lines;
    }
    assert!(heard as u64 > kills, "the drivers were at work: {heard} answers");
    eprintln!("{kills} kills, {heard} acknowledged");
}
