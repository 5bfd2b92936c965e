//! Captures of pages on a server of this test: what they hold, what they leave out, and what the field's own tools say
//! of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use fonds_publish::{Blog, Captured, Error, Page, Why, capture};

/// A server of fixed answers; the requests that came are kept.
struct Server {
    origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answers: &[(&str, &str, &[u8])]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let owned = |(path, head, body): &(&str, &str, &[u8])| {
            ((*path).to_owned(), ((*head).replace("ORIGIN", &origin), body.to_vec()))
        };
        let answers: HashMap<String, (String, Vec<u8>)> = answers.iter().map(owned).collect();
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &answers, &seen);
            }
        });
        Server { origin, asked }
    }

    fn blog(&self) -> Blog<'static> {
        Blog {
            id: "b".into(),
            name: "News".into(),
            url: Some(self.origin.clone()),
            root: Path::new(""),
            settings: serde_json::Value::Null,
        }
    }

    fn capture(&self, path: &str) -> (Result<Captured, Error>, PathBuf, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("page.wacz");
        let mut file = File::create(&place).unwrap();
        let count = std::cell::Cell::new(0u32);
        let new_id = || {
            count.set(count.get() + 1);
            format!("00000000-0000-7000-8000-{:012}", count.get())
        };
        let page = Page {
            blog: &self.blog(),
            address: &format!("{}{path}", self.origin),
            now: &|| "2026-11-25T12:00:00Z".into(),
            new_id: &new_id,
        };
        let captured = capture(&page, &mut file, &mut |_, _| ControlFlow::Continue(()));
        (captured, place, folder)
    }
}

fn answer(mut stream: TcpStream, answers: &HashMap<String, (String, Vec<u8>)>, seen: &Mutex<Vec<String>>) {
    let mut request = String::new();
    for line in BufReader::new(&stream).lines() {
        let line = line.unwrap();
        if line.is_empty() {
            break;
        }
        request.push_str(&line.to_lowercase());
        request.push('\n');
    }
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(request);
    let lost = ("404 Not Found".to_owned(), b"gone".to_vec());
    let (head, body) = answers.get(&path).unwrap_or(&lost);
    let mut bytes = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
    bytes.extend(body);
    drop(stream.write_all(&bytes));
}

const HTML: &[u8] = "<html lang=fr><title>Le budget</title><link rel=stylesheet href=/style.css>\
    <h1>Le budget d’été</h1><img src=plan.png><img src='https://elsewhere.example/x.png'>\
    <script src=/gone.js></script><a href='files/report.pdf'>Rapport (PDF)</a> <a href=/other>Autre</a>"
    .as_bytes();

fn site() -> Server {
    Server::start(&[
        ("/old", "301 Moved Permanently\r\nLocation: ORIGIN/news/budget", b""),
        ("/news/budget", "200 OK\r\nContent-Type: text/html; charset=utf-8\r\nSet-Cookie: a=b", HTML),
        (
            "/style.css",
            "200 OK\r\nContent-Type: text/css\r\nTransfer-Encoding: chunked",
            b"1f\r\nbody { background: url(b.png) }\r\n0\r\n\r\n",
        ),
        ("/b.png", "200 OK\r\nContent-Type: image/png", b"b"),
        ("/news/plan.png", "200 OK\r\nContent-Type: image/png", b"plan"),
        ("/news/files/report.pdf", "200 OK\r\nContent-Type: application/pdf", b"%PDF-1.7\n%%EOF\n"),
        ("/away", "302 Found\r\nLocation: http://169.254.169.254/latest", b""),
        ("/round", "302 Found\r\nLocation: ORIGIN/round", b""),
        ("/withdrawn", "410 Gone\r\nContent-Type: text/html", b"<title>Gone</title>"),
    ])
}

#[test]
fn a_page_is_kept_with_all_that_it_shows_and_no_password() {
    let server = site();
    let (captured, place, _folder) = server.capture("/old#top");
    let captured = captured.unwrap();
    assert_eq!((captured.status, captured.title.as_str()), (200, "Le budget"));
    assert_eq!(captured.address, format!("{}/news/budget", server.origin));
    let left: Vec<_> = captured.left_out.iter().map(|left| (left.address.as_str(), left.why)).collect();
    assert_eq!(left, [("https://elsewhere.example/x.png", Why::Elsewhere)]);
    let asked = server.asked.lock().unwrap();
    let paths: Vec<_> = asked.iter().map(|request| request.split(' ').nth(1).unwrap()).collect();
    let all = [
        "/old",
        "/news/budget",
        "/style.css",
        "/news/plan.png",
        "/gone.js",
        "/news/files/report.pdf",
        "/b.png",
    ];
    assert_eq!(paths, all, "a link to another page is not followed");
    assert_eq!(captured.kept, 7, "what is not there is an answer too");
    assert!(!asked.iter().any(|request| request.contains("authorization") || request.contains("cookie")));
    let mut zip = zip::ZipArchive::new(File::open(&place).unwrap()).unwrap();
    let mut pages = String::new();
    zip.by_name("pages/pages.jsonl").unwrap().read_to_string(&mut pages).unwrap();
    assert!(pages.contains("\"title\":\"Le budget\""), "{pages}");
}

/// `warcio check` and `wacz validate`, and warcio's own reading of the records.
#[test]
fn independent_tools_accept_a_capture_and_find_a_flipped_bit() {
    let tools = PathBuf::from(std::env::var_os("FONDS_VALIDATORS").expect(
        "FONDS_VALIDATORS does not name the folder of the validators: run the tests with `make test`",
    ));
    let run = |tool: &str, args: &[&str]| {
        let out = Command::new(tools.join("bin").join(tool)).args(args).output().unwrap();
        let said = [out.stdout, out.stderr].concat();
        (out.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let server = site();
    let (captured, place, folder) = server.capture("/old");
    captured.unwrap();
    let place = place.to_str().unwrap();
    let (valid, said) = run("wacz", &["validate", "-f", place]);
    assert!(valid && said.contains("Validation succeeded"), "{said}");
    let warc = folder.path().join("data.warc.gz");
    let mut bytes = Vec::new();
    let mut zip = zip::ZipArchive::new(File::open(place).unwrap()).unwrap();
    zip.by_name("archive/data.warc.gz").unwrap().read_to_end(&mut bytes).unwrap();
    std::fs::write(&warc, &bytes).unwrap();
    let warc = warc.to_str().unwrap();
    let (whole, said) = run("warcio", &["check", "-v", warc]);
    assert!(whole && said.contains("digest pass") && !said.contains("fail"), "{said}");
    let (_, records) = run("warcio", &["index", "-f", "warc-type,http:status,warc-target-uri", warc]);
    assert_eq!(records.lines().count(), 15, "{records}");
    let (_, made) = run("cdxj-indexer", &[warc]);
    let mut lines = String::new();
    let index = zip.by_name("indexes/index.cdx.gz").unwrap();
    flate2::read::MultiGzDecoder::new(index).read_to_string(&mut lines).unwrap();
    let keys = |text: &str| {
        let mut keys: Vec<_> = text.lines().map(|line| line.split(" {").next().unwrap().to_owned()).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&lines), keys(&made));
    let mut whole = std::fs::read(place).unwrap();
    whole[300] ^= 1;
    std::fs::write(place, &whole).unwrap();
    let (valid, said) = run("wacz", &["validate", "-f", place]);
    assert!(!valid || !said.contains("Validation succeeded"), "{said}");
}

#[test]
fn a_page_that_leads_elsewhere_or_nowhere_is_refused_and_one_that_is_gone_is_kept() {
    let server = site();
    assert!(matches!(server.capture("/away").0, Err(Error::Refused { .. })));
    assert!(matches!(server.capture("/round").0, Err(Error::Unreachable { .. })));
    let gone = server.capture("/withdrawn").0.unwrap();
    assert_eq!((gone.status, gone.title.as_str()), (410, "Gone"));
    assert!(!server.asked.lock().unwrap().iter().any(|request| request.contains("169.254")));
}

#[test]
fn a_capture_that_is_cancelled_stops() {
    let server = site();
    let mut file = tempfile::tempfile().unwrap();
    let page = Page {
        blog: &server.blog(),
        address: &format!("{}/news/budget", server.origin),
        now: &|| "2026-11-25T12:00:00Z".into(),
        new_id: &|| "00000000-0000-7000-8000-000000000001".into(),
    };
    let stopped = capture(&page, &mut file, &mut |_, _| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(Error::Cancelled)));
}
