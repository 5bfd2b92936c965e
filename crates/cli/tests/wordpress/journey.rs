//! What an author does with a blog, on a real WordPress.

use serde_json::json;

use crate::server::{Bench, Server, text};

fn post_of<'a>(posts: &'a [serde_json::Value], slug: &str) -> &'a serde_json::Value {
    posts.iter().find(|post| post["slug"] == slug).unwrap_or_else(|| panic!("no {slug} in {posts:?}"))
}

#[test]
#[ignore = "make test-wordpress"]
fn a_pair_is_published_changed_on_both_sides_and_withdrawn() {
    let (server, bench) = (Server::start(), Bench::new());
    bench.add_blog(&server, "editor", None);
    bench.run(&["category", "add", "Consultation/Reports", "--fr", "Consultation/Rapports"]).done();
    let english = bench.run_with(
        &["post", "new", "--title", "Open data", "--lang", "en", "--category", "Consultation/Reports", "--body", "-"],
        "First [gallery].\n\nA note[^1], and a [report](../attachments/report.pdf).\n\nLast words.\n\n[^1]: The note.\n",
    );
    let english = english.done();
    bench.attach(&english, "report.pdf");
    let french = bench.post("Open data", "fr", Some(&english), "Des « mots\u{a0}».\n");

    bench.run(&["publish", &english, &french, "--to", "wp"]).done();
    assert_eq!(server.public(), ["open-data", "open-data-fr"]);
    let posts = server.posts();
    let (en, fr) = (post_of(&posts, "open-data"), post_of(&posts, "open-data-fr"));
    let (status, page) = server.see(en["link"].as_str().unwrap());
    assert_eq!(status, 200);
    assert!(page.contains("lang=\"en\"") && page.contains(&format!("?p={}", fr["id"])), "{page}");
    assert!(page.contains("(PDF, ") && page.contains("[gallery]") | page.contains("&#91;gallery]"), "{page}");
    let categories = server.list("categories?per_page=100");
    let leaf = categories.iter().find(|one| one["name"] == "Reports / Rapports").unwrap();
    let root = categories.iter().find(|one| one["name"] == "Consultation").unwrap();
    assert_eq!((&leaf["parent"], &en["categories"]), (&root["id"], &json!([leaf["id"]])));
    assert_eq!(server.media().len(), 1);

    // What the public sees, with the theme's styles and the PDF, is kept for the record.
    let seen = bench.json(&["capture", "take", &english]);
    assert_eq!((&seen[0]["status"], &seen[0]["address"]), (&json!(200), &en["link"]), "{seen}");
    let file = bench.run(&["capture", "save", &english, "--to", "page.wacz"]).done();
    let tools = std::env::var_os("FONDS_VALIDATORS").expect("run this with `make test-wordpress`");
    let wacz = std::path::Path::new(&tools).join("bin/wacz");
    let judged = std::process::Command::new(wacz).args(["validate", "-f", &file]).output().unwrap();
    assert!(String::from_utf8_lossy(&judged.stdout).contains("Validation succeeded"), "{judged:?}");
    let listed = std::process::Command::new("unzip").args(["-p", &file, "indexes/index.cdx.gz"]).output();
    let mut lines = String::new();
    let listed = listed.unwrap().stdout;
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&listed[..]), &mut lines).unwrap();
    assert!(lines.contains("text/css") && lines.contains("application/pdf"), "{lines}");

    // Again, and nothing is there twice.
    bench.run(&["publish", &english, &french, "--to", "wp"]).done();
    assert_eq!((server.posts().len(), server.media().len()), (2, 1));

    // A colleague's words and the author's are in one text, here and there.
    let raw = en["content"]["raw"].as_str().unwrap().replace("Last words.", "Last words of a colleague.");
    server.change(&format!("posts/{}", en["id"]), &text(&raw));
    let mine = bench.body(&english).replace("First [gallery].", "My first.");
    let mine = mine.split_once("\n---\n").map_or(mine.clone(), |(_, body)| body.to_owned());
    bench.edit(&english, &mine);
    bench.run(&["publish", &english, "--to", "wp"]).done();
    let body = bench.body(&english);
    assert!(body.contains("My first.") && body.contains("Last words of a colleague."), "{body}");
    assert!(body.contains("A note[^1], and a [report](../attachments/report.pdf)."), "{body}");
    let stored = server.posts();
    let stored = post_of(&stored, "open-data")["content"]["raw"].as_str().unwrap();
    assert!(stored.contains("My first.") && stored.contains("of a colleague."), "{stored}");
    let history = bench.json(&["post", "history", &english]);
    assert!(history.to_string().contains("\"remote\""), "{history}");

    // The same words changed on both sides: both texts stay, and nothing is overwritten.
    let raw = stored.replace("My first.", "Their first.");
    server.change(&format!("posts/{}", en["id"]), &text(&raw));
    bench.edit(&english, &bench_body(&bench, &english).replace("My first.", "Our first."));
    assert_eq!(bench.run(&["publish", &english, "--to", "wp"]).code, Some(3));
    let now = server.posts();
    assert!(post_of(&now, "open-data")["content"]["raw"].as_str().unwrap().contains("Their first."));
    assert_eq!(bench.waiting()[0]["state"], "failed");

    // Withdrawn: nothing of it is public, and no file is left.
    bench.run(&["withdraw", &french, "--to", "wp"]).done();
    bench.run(&["withdraw", &english, "--to", "wp"]).done();
    assert_eq!((server.public().len(), server.media().len()), (0, 0));
    let (status, _) = server.see(en["link"].as_str().unwrap());
    assert_eq!(status, 404);
}

fn bench_body(bench: &Bench, post: &str) -> String {
    let text = bench.body(post);
    text.split_once("\n---\n").map_or(text.clone(), |(_, body)| body.to_owned())
}

#[test]
#[ignore = "make test-wordpress"]
fn what_cannot_go_out_is_said_and_leaves_nothing() {
    let (server, bench) = (Server::start(), Bench::new());
    let wrong = bench.run_with(
        &[
            "--json",
            "blog",
            "add",
            "wordpress",
            "--name",
            "x",
            "--url",
            "http://127.0.0.1:9",
            "--user",
            "u",
            "--password-stdin",
        ],
        "w",
    );
    assert!(wrong.code == Some(3) && wrong.err.contains("blog.unreachable"), "{}", wrong.err);
    bench.add_blog(&server, "contributor", None);
    let checks = bench.json(&["blog", "test", "wp"]);
    let works = |code: &str| {
        checks.as_array().unwrap().iter().find(|check| check["code"] == code).unwrap()["works"].clone()
    };
    assert_eq!(
        (works("account"), works("write"), works("publish"), works("media")),
        (true.into(), true.into(), false.into(), false.into())
    );

    let post = bench.post("News", "en", None, "Text.\n");
    let refused = bench.run(&["--json", "publish", &post, "--to", "wp"]);
    assert!(refused.code == Some(3) && refused.err.contains("blog.refused"), "{}", refused.err);
    assert!(!refused.err.contains(server.password("contributor")));
    assert_eq!(server.public().len(), 0);
    let item = bench.waiting()[0]["id"].as_str().unwrap().to_owned();
    // A draft that never was public goes with its intention, where the account may.
    bench.run(&["blog", "password", "wp", "--password-stdin"]);
    bench.run(&["outbox", "cancel", &item]);
    assert_eq!(server.public().len(), 0);

    // A foreign post at the address is never written over.
    let bench = Bench::new();
    bench.add_blog(&server, "editor", None);
    server
        .change("posts", &json!({ "title": "Theirs", "slug": "news", "status": "publish", "content": "x" }));
    let post = bench.post("News", "en", None, "Text.\n");
    let taken = bench.run(&["--json", "publish", &post, "--to", "wp"]);
    assert!(taken.err.contains("publish.taken"), "{}", taken.err);
    assert_eq!(server.public(), ["news"]);

    // What a colleague put into the trash is not made anew behind their back.
    let other = bench.post("Other", "en", None, "Text.\n");
    bench.run(&["publish", &other, "--to", "wp"]).done();
    let id = post_of(&server.posts(), "other")["id"].clone();
    server.trash(&format!("posts/{id}"));
    bench.edit(&other, "Newer.\n");
    let gone = bench.run(&["--json", "publish", &other, "--to", "wp"]);
    assert!(gone.err.contains("publish.gone"), "{}", gone.err);
    assert_eq!(server.public(), ["news"]);

    // A second language that comes later is linked from the first.
    let first = bench.post("Pair", "en", None, "One.\n");
    bench.run(&["publish", &first, "--to", "wp"]).done();
    let second = bench.post("Paire", "fr", Some(&first), "Deux.\n");
    bench.run(&["publish", &second, "--to", "wp"]).done();
    let posts = server.posts();
    let link = format!("?p={}", post_of(&posts, "paire")["id"]);
    assert!(post_of(&posts, "pair")["content"]["raw"].as_str().unwrap().contains(&link));
}

#[test]
#[ignore = "make test-wordpress"]
fn without_a_network_it_waits_and_goes_out_later() {
    let (server, bench) = (Server::start(), Bench::new());
    let proxy = crate::proxy::Proxy::start(server.port(), 1);
    bench.add_blog(&server, "editor", Some(proxy.port));
    proxy.unplug(true);
    let post = bench.post("News", "en", None, "Text.\n");
    let waits = bench.run(&["publish", &post, "--to", "wp"]);
    assert_eq!(waits.code, Some(1), "{}{}", waits.out, waits.err);
    let row = &bench.waiting()[0];
    assert_eq!((row["state"].as_str(), row["attempts"].as_u64()), (Some("waiting"), Some(1)));
    assert!(row["nextAt"].is_string() && row["error"].is_string(), "{row}");
    bench.run(&["outbox", "pause"]).done();
    proxy.unplug(false);
    bench.run(&["outbox", "send"]).done();
    assert_eq!(server.public().len(), 0, "what is paused waits");
    bench.run(&["outbox", "resume"]).done();
    assert_eq!(server.public(), ["news"]);
    assert!(bench.waiting().is_empty());
}
