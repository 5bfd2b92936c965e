//! `make bench-library` prints this: what opening, listing, searching and saving cost as a library grows, how much memory
//! they take, and how large the database is, beside plain SQLite reads of the same rows.
//!
//! `FONDS_BENCH_POSTS` (numbers of posts, with commas) and `FONDS_BENCH_DIR` (a folder in memory leaves the disk's syncs
//! out: `/dev/shm`) may be set.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "figures for people")]

#[path = "library/generated.rs"]
mod generated;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use fonds_app::{ActorView, Language, ListRequest, Session};
use fonds_library::{Act, Actor, Content, Id, Library, Order, Query, Timestamp};
use rusqlite::Connection;

use generated::{Choice, Writer};

const MEASURE: &str = "FONDS_BENCH_MEASURE";
/// A page of the list, and the most that a search shows.
const PAGE: usize = 100;

fn main() {
    if let Some(root) = std::env::var_os(MEASURE) {
        measure(Path::new(&root));
        return;
    }
    let sizes = std::env::var("FONDS_BENCH_POSTS").unwrap_or_else(|_| "1000,10000,100000".into());
    let folder = std::env::var_os("FONDS_BENCH_DIR").map_or_else(default_folder, PathBuf::from);
    println!("{HEAD}");
    for posts in sizes.split(',').filter_map(|size| size.trim().parse().ok()) {
        let place = tempfile::tempdir_in(&folder).unwrap();
        let root = place.path().join("lib");
        generated::library(&root, posts);
        // In a process of its own, so that its memory is what the backend needs and not what made the library.
        let measured = Command::new(std::env::current_exe().unwrap()).env(MEASURE, &root).output().unwrap();
        assert!(measured.status.success(), "{}", String::from_utf8_lossy(&measured.stderr));
        print!("{}", String::from_utf8_lossy(&measured.stdout));
        std::io::stdout().flush().unwrap();
    }
}

const HEAD: &str = "| posts | what | p50 ms | p95 ms | p99 ms | plain SQLite p50 ms | ratio |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |";

fn default_folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// Times of one thing done many times, in milliseconds, sorted.
fn times(count: u64, mut act: impl FnMut(u64)) -> Vec<f64> {
    let mut times: Vec<f64> = (0..count)
        .map(|n| {
            let begin = Instant::now();
            act(n);
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

fn at(times: &[f64], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share).round() as usize]
}

fn row(posts: usize, what: &str, ours: &[f64], floor: Option<&[f64]>) {
    let (p50, p95, p99) = (at(ours, 0.5), at(ours, 0.95), at(ours, 0.99));
    let floor = floor.map(|times| at(times, 0.5));
    let ratio = floor.map_or_else(String::new, |floor| format!("{:.1}", p50 / floor));
    let floor = floor.map_or_else(String::new, |floor| format!("{floor:.3}"));
    println!("| {posts} | {what} | {p50:.2} | {p95:.2} | {p99:.2} | {floor} | {ratio} |");
}

fn resident(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or("0");
    line.trim_matches([':', ' ', '\t', 'k', 'B']).parse::<f64>().unwrap_or(0.0) / 1024.0
}

fn plain(root: &Path) -> Connection {
    let plain = Connection::open(root.join(".fonds/library.db")).unwrap();
    plain.pragma_update(None, "synchronous", "FULL").unwrap();
    plain
}

fn measure(root: &Path) {
    let actor = ActorView { name: "Ada".into(), email: String::new() };
    let open = || Session::open(root, &actor, Language::En).unwrap();
    let first = times(7, |_| {
        open().list_posts(&first_page()).unwrap();
    });
    let floor = times(7, |_| {
        let plain = plain(root);
        let mut list = plain.prepare(PLAIN_LIST).unwrap();
        list.query_map([PAGE], |row| row.get::<_, String>(3)).unwrap().for_each(drop);
    });
    let mut library = Library::open(root).unwrap();
    let ids: Vec<Id> = library.all_posts().unwrap().into_iter().map(|post| post.id).collect();
    let posts = ids.len();
    row(posts, "open, to the first list", &first, Some(&floor));
    lists(root, &library, posts);
    searches(&library, posts);
    reads(root, &library, &ids);
    saves(&mut library, &ids);
    sizes(root, &library, &ids);
}

fn first_page() -> ListRequest {
    ListRequest { limit: 100, ..ListRequest::default() }
}

const PLAIN_LIST: &str = "SELECT id, pair, language, title, slug, status, updated_at FROM post
    WHERE trashed_at IS NULL ORDER BY updated_at DESC, id LIMIT ?1";

fn lists(root: &Path, library: &Library, posts: usize) {
    let plain = plain(root);
    let mut list = plain.prepare(PLAIN_LIST).unwrap();
    let categories: Vec<Id> = library.categories().unwrap().into_iter().map(|category| category.id).collect();
    let filters: [(&str, Query); 5] = [
        ("list: a page", Query::default()),
        ("filter: language", Query { language: Some(fonds_library::Language::Fr), ..Query::default() }),
        ("filter: category", Query { category: categories.first().copied(), ..Query::default() }),
        ("filter: with a PDF", Query { pdf: Some(true), ..Query::default() }),
        ("filter: author", Query { author: Some("Nadia".into()), ..Query::default() }),
    ];
    for (what, query) in filters {
        let ours = times(30, |_| drop(library.list(&query, Order::Newest, None, PAGE).unwrap()));
        let floor =
            times(30, |_| list.query_map([PAGE], |row| row.get::<_, String>(3)).unwrap().for_each(drop));
        row(posts, what, &ours, Some(&floor));
    }
    let everything = Query::default();
    for (what, order) in
        [("sorted by title", Order::Title(fonds_library::Language::En)), ("scrolled", Order::Newest)]
    {
        let mut after = None;
        let ours = times(100, |_| {
            let page = library.list(&everything, order, after.as_ref(), PAGE).unwrap();
            after = page.next;
        });
        row(posts, &format!("list: {what}, page by page"), &ours, None);
    }
    let ours = times(30, |_| {
        library.listed_pairs().unwrap();
    });
    row(posts, "list: how many", &ours, None);
    // What nobody wrote: each call looks on for a bounded time, and the next goes on there.
    let nobody = Query { author: Some("nobody".into()), ..Query::default() };
    let mut after = None;
    let ours =
        times(30, |_| after = library.list(&nobody, Order::Newest, after.as_ref(), PAGE).unwrap().next);
    row(posts, "filter: nothing is found, a call", &ours, None);
}

fn searches(library: &Library, posts: usize) {
    let mut choice = Choice::new(7);
    let writer = Writer::new();
    for (what, words) in [("search: one word", 1), ("search: two words", 2), ("search: three words", 3)] {
        let ours = times(400, |_| {
            let words: Vec<&str> = (0..words).map(|_| writer.word(&mut choice)).collect();
            library.search(&Query { words: words.join(" "), ..Query::default() }, PAGE).unwrap();
        });
        row(posts, what, &ours, None);
    }
}

/// Opening a text, beside reading the same row's bytes.
fn reads(root: &Path, library: &Library, ids: &[Id]) {
    let plain = plain(root);
    let mut text = plain.prepare("SELECT text FROM revision WHERE post = ?1 AND number = ?2").unwrap();
    let some = |n: u64| ids[(n as usize * 7919) % ids.len()];
    let ours = times(300, |n| drop(library.revision(some(n), 10).unwrap()));
    let floor = times(300, |n| drop(text.query_row((some(n), 10), |row| row.get::<_, Vec<u8>>(0)).unwrap()));
    row(ids.len(), "read revision 10", &ours, Some(&floor));
}

fn saves(library: &mut Library, ids: &[Id]) {
    let actor = Actor { name: "Ada".into(), email: String::new() };
    let texts: Vec<(Id, Content)> = (0..400_usize)
        .map(|n| {
            let id = ids[(n / 8 * 104_729) % ids.len()];
            let mut content = library.current(id).unwrap();
            content.body.push_str(&format!("A sentence that was typed, number {n}.\n"));
            (id, content)
        })
        .collect();
    let ours = times(texts.len() as u64, |n| {
        let (id, content) = &texts[n as usize];
        let now = Timestamp::from_millis(1_800_000_000_000 + n as i64);
        library.save(&Act { now, actor: actor.clone() }, *id, content).unwrap();
    });
    row(ids.len(), "save", &ours, None);
    library.seal_all(&Act { now: Timestamp::from_millis(1_800_000_100_000), actor }).unwrap();
}

fn sizes(root: &Path, library: &Library, ids: &[Id]) {
    plain(root).execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let database = std::fs::metadata(root.join(".fonds/library.db")).unwrap().len() as f64;
    let (deltas, plain_bytes): (f64, f64) = plain(root)
        .query_row("SELECT sum(octet_length(text)), sum(bytes) FROM revision", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    // Each revision by itself with a trained dictionary, on a part of the posts.
    let sample: Vec<Vec<Vec<u8>>> = ids
        .iter()
        .step_by((ids.len() / 300).max(1))
        .map(|id| (1..=10).map(|n| library.revision(*id, n).unwrap().content.body.into_bytes()).collect())
        .collect();
    let firsts: Vec<&Vec<u8>> = sample.iter().step_by(2).map(|texts| &texts[0]).collect();
    let dictionary = zstd::dict::from_samples(&firsts, 112 * 1024).unwrap();
    let mut with = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    let (mut packed, mut unpacked) = (0, 0);
    for text in sample.iter().skip(1).step_by(2).flatten() {
        packed += with.compress(text).unwrap().len();
        unpacked += text.len();
    }
    let dictionary = plain_bytes * packed as f64 / unpacked as f64;
    let mb = |bytes: f64| bytes / 1e6;
    println!(
        "\n{} posts: database {:.0} MB; texts {:.0} MB plain, {:.0} MB each by itself with a dictionary ({:.2} times that), \
         {:.0} MB as they are stored ({:.2} times that). Resident {:.0} MB, {:.0} MB at most.\n",
        ids.len(),
        mb(database),
        mb(plain_bytes),
        mb(dictionary),
        database / dictionary,
        mb(deltas),
        database / deltas,
        resident("VmRSS"),
        resident("VmHWM"),
    );
    let mut tables = plain(root);
    by_table(&mut tables, database);
    println!("{HEAD}");
}

/// The largest tables and indexes, where this SQLite can tell.
fn by_table(plain: &mut Connection, database: f64) {
    let sql = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 14";
    let Ok(mut statement) = plain.prepare(sql) else { return };
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, f64>(1)?))).unwrap();
    let parts: Vec<String> = rows
        .flatten()
        .map(|(name, bytes)| format!("{name} {:.0} MB ({:.0} %)", bytes / 1e6, bytes / database * 100.0))
        .collect();
    println!("{}\n", parts.join(", "));
}
