//! Public pages kept as the public sees them: taken from a real server, listed, saved, exported, verified, restored.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Bench, pdf};

const AT: &str = "2026-11-25T12:00:00Z";

/// Serves a folder's files, until the test ends. Gives its address.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap(), &folder)));
    address
}

fn answer(mut stream: TcpStream, folder: &std::path::Path) {
    let mut lines = BufReader::new(&stream).lines();
    let first = lines.next().unwrap().unwrap();
    lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
    let path = first.split(' ').nth(1).unwrap().trim_start_matches('/');
    let path = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.into() };
    let kind = if path.ends_with("html") { "text/html" } else { "application/octet-stream" };
    let (code, bytes) = match std::fs::read(folder.join(path)) {
        Ok(bytes) => ("200 OK", bytes),
        Err(_) => ("404 Not Found", b"gone".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {code}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    drop(stream.write_all(&[head.into_bytes(), bytes].concat()));
}

fn captures(bench: &Bench, post: &str) -> Vec<Value> {
    bench.run(&["--json", "capture", "list", post]).json().as_array().unwrap().clone()
}

#[test]
fn a_public_page_is_captured_travels_in_exports_and_comes_back() {
    let bench = Bench::new();
    let post = bench.post("Open data", "# Open data\n\nSee [the report](../attachments/report.pdf).\n");
    bench.write("report.pdf", pdf("report"));
    bench.run(&["attach", &post, "report.pdf"]).done();
    bench.run(&["publish", &post]).done();
    bench.run(&["--json", "capture", "take", &post]).refused("capture.nothing");
    bench.run(&["--json", "blog", "address", "site", "nowhere"]).refused("blog.address");
    let address = serve(bench.path("lib/site"));
    bench.run(&["blog", "address", "site", &address]).done();
    bench.run(&["publish", &post]).done();

    let taken = bench.run(&["--json", "capture", "take", &post, "--on", "site"]).json();
    assert_eq!((&taken[0]["version"], &taken[0]["status"]), (&1.into(), &200.into()), "{taken}");
    assert_eq!(
        (&taken[0]["title"], &taken[0]["leftOut"]),
        (&"Open data – lib".into(), &Value::Array(vec![]))
    );
    assert!(taken[0]["address"].as_str().unwrap().starts_with(&address), "{taken}");
    let saved = bench.run(&["capture", "save", &post, "--to", "page.wacz"]).done();
    let warc = std::process::Command::new("unzip")
        .args(["-p", &saved, "archive/data.warc.gz"])
        .output()
        .unwrap()
        .stdout;
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&warc[..]), &mut text).unwrap();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("Open data</h1>") && text.contains("% report"), "the page and its PDF");
    bench.run(&["--json", "capture", "save", &post, "--to", "page.wacz"]).refused("export.exists");

    // What is published anew is captured by the next sync, and once.
    let full = bench.run(&["export", "--to", "out"]).done();
    bench.run_with(&["post", "edit", &post, "--body", "-"], "# Open data\n\nMore.\n").done();
    bench.run(&["publish", &post]).done();
    bench.run(&["sync"]).done();
    bench.run(&["sync"]).done();
    let known = captures(&bench, &post);
    let versions: Vec<_> = known.iter().map(|row| row["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [2, 1]);
    let more = bench.run(&["export", "--to", "out", "--incremental", "--at", AT]).done();
    bench.run(&["verify", &full]).done();
    bench.run(&["verify", &full, &more]).done();
    let site = bench.run(&["--json", "check"]);
    assert_eq!(site.code, 0, "{}{}", site.out, site.err);

    bench.run(&["restore", &full, &more, "--to", "back"]).done();
    let restored = |args: &[&str]| {
        let ran = bench.command(args).env("FONDS_LIBRARY", bench.path("back")).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    };
    let back: Vec<Value> = serde_json::from_str(&restored(&["--json", "capture", "list", &post])).unwrap();
    assert_eq!(back, known);
    let again = restored(&["export", "--to", "again", "--incremental", "--at", AT]);
    assert!(std::fs::read(again.trim()).unwrap() == std::fs::read(more).unwrap(), "the same zip");
}
