//! Keys, signatures and time-stamps, from the command line.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

#[path = "../../../../archive/tests/support/authority.rs"]
mod authority;

use crate::support::{Bench, Ran, files};
use authority::Authority;

const PASSWORD: &str = "un mot de passe";

/// A library with a post, and a key in a file.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.post("Open data", "# Open data\n\nText.\n");
    let new = ["key", "new", "records", "--in-file", "--password-stdin"];
    let public = bench.run_with(&new, &format!("{PASSWORD}\n")).done();
    assert!(public.starts_with("untrusted comment: minisign public key "), "{public}");
    bench.write("records.pub", format!("{public}\n"));
    bench
}

fn signed(bench: &Bench, at: &str) -> String {
    let export = ["export", "--to", "out", "--at", at, "--sign", "records", "--password-stdin"];
    bench.run_with(&export, PASSWORD).done()
}

/// An authority that answers on loopback for as long as the test runs; gives its address.
fn serve(authority: Authority) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/tsr", listener.local_addr().unwrap());
    let authority = Arc::new(authority);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&authority, stream.unwrap());
        }
    });
    address
}

fn answer(authority: &Authority, mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut buf = [0; 4096];
    let body = loop {
        let n = stream.read(&mut buf).unwrap();
        request.extend_from_slice(&buf[..n]);
        let Some(end) = request.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        assert!(head.contains("content-type: application/timestamp-query"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if request.len() == end + 4 + length.parse::<usize>().unwrap() {
            break request[end + 4..].to_vec();
        }
    };
    let reply = authority.answer(&body);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        reply.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&reply)).unwrap();
}

#[test]
fn a_signed_export_is_accepted_by_minisign_and_judged_by_its_key() {
    let bench = bench();
    let zip = signed(&bench, "2026-11-23T14:32:05Z");
    let minisign = Command::new("minisign")
        .args(["-V", "-p"])
        .arg(bench.path("records.pub"))
        .args(["-m", &zip])
        .output();
    assert!(minisign.expect("minisign is installed by `make setup-tests`").status.success());
    for key in ["records", "records.pub"] {
        let report = bench.run(&["--json", "verify", &zip, "--key", key]);
        assert_eq!((report.code, &report.json()["exports"][0]["verdict"]), (0, &"whole".into()));
        let id = bench.run(&["--json", "key", "list"]).json()[0]["id"].clone();
        assert_eq!(report.json()["exports"][0]["signedBy"], id);
    }
    bench.run_with(&["key", "new", "other", "--in-file", "--password-stdin"], "x").done();
    let report = bench.run(&["--json", "verify", &zip, "--key", "other"]);
    assert_eq!((report.code, &report.json()["exports"][0]["verdict"]), (1, &"unproved".into()));
    assert_eq!(report.json()["exports"][0]["findings"][0]["code"], "SIGNATURE_WRONG_KEY");
    std::fs::remove_file(format!("{zip}.minisig")).unwrap();
    let report = bench.run(&["--json", "verify", &zip, "--key", "records"]);
    assert_eq!(report.json()["exports"][0]["findings"][0]["code"], "SIGNATURE_MISSING");
    let sign = ["sign", &zip, "--key", "records", "--password-stdin"];
    assert_eq!(bench.run_with(&sign, PASSWORD).done(), format!("{zip}.minisig"));
    assert_eq!(bench.run(&["verify", &zip, "--key", "records"]).code, 0);
}

#[test]
fn a_wrong_password_signs_and_exports_nothing() {
    let bench = bench();
    let export = ["--json", "export", "--to", "out", "--sign", "records", "--password-stdin"];
    bench.run_with(&export, "falsch").refused("key.wrong_password");
    bench.run(&["--json", "export", "--to", "out", "--sign", "records"]).refused("key.password_needed");
    bench.run(&["--json", "export", "--to", "out", "--sign", "nobody"]).refused("key.not_found");
    assert!(!bench.path("out").exists());
    let mut with_variable = bench.command(&["export", "--to", "out", "--sign", "records"]);
    assert!(with_variable.env("FONDS_KEY_PASSWORD", PASSWORD).output().unwrap().status.success());
}

#[test]
fn the_secret_key_and_its_password_stay_where_they_belong() {
    let bench = bench();
    signed(&bench, "2026-11-23T14:32:05Z");
    let file = std::fs::read_to_string(bench.path("settings/keys/records.key")).unwrap();
    let secret = file.lines().nth(1).unwrap();
    for name in files(&bench.path("lib"))
        .iter()
        .map(|n| format!("lib/{n}"))
        .chain(files(&bench.path("out")).iter().map(|n| format!("out/{n}")))
    {
        let bytes = std::fs::read(bench.path(&name)).unwrap();
        for held in [secret, PASSWORD] {
            assert!(!bytes.windows(held.len()).any(|w| w == held.as_bytes()), "{name}");
        }
    }
    let bad: Ran = bench.run(&["--json", "key", "import", "again", "settings/keys/records.key"]);
    assert!(!bad.err.contains(secret), "{}", bad.err);
}

#[test]
fn the_proofs_of_an_export_travel_in_the_next_and_come_back_with_a_restore() {
    let bench = bench();
    let address = serve(Authority::new(&bench.path("authority")));
    let first = bench
        .run_with(
            &[
                "export",
                "--to",
                "out",
                "--at",
                "2026-11-23T14:32:05Z",
                "--sign",
                "records",
                "--password-stdin",
                "--timestamp",
                "--authority",
                &address,
            ],
            PASSWORD,
        )
        .done();
    bench.run_with(&["post", "edit", "open-data", "--body", "-"], "New text.\n").done();
    let second = signed(&bench, "2026-11-24T09:00:00Z");
    bench.run(&["verify", &first, &second, "--key", "records"]).done();
    let mut inside = zip::ZipArchive::new(std::fs::File::open(&second).unwrap()).unwrap();
    for kind in ["minisig", "tsr"] {
        let name = format!("lib-v0002/data/lib-v0002/metadata/other/proofs/lib-v0001.zip.{kind}");
        let mut bytes = Vec::new();
        inside.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, std::fs::read(format!("{first}.{kind}")).unwrap(), "{name}");
    }
    bench.run(&["restore", &second, "--to", "again"]).done();
    let again = ["--library", "again", "export", "--to", "out2", "--at", "2026-11-24T09:00:00Z"];
    let copied = bench.run(&again).done();
    assert_eq!(std::fs::read(copied).unwrap(), std::fs::read(second).unwrap());
}

#[test]
fn openssl_accepts_a_time_stamp_and_verify_tells_it() {
    let bench = bench();
    let folder = bench.path("authority");
    let address = serve(Authority::new(&folder));
    let zip = bench.run(&["export", "--to", "out"]).done();
    let stamp = bench.run(&["timestamp", &zip, "--authority", &address]).done();
    assert_eq!(stamp, format!("{zip}.tsr"));
    let accepted = Command::new("openssl")
        .args(["ts", "-verify", "-data", &zip, "-in", &stamp, "-CAfile"])
        .arg(folder.join("ca.pem"))
        .output();
    assert!(accepted.unwrap().status.success());
    let trusting = bench.run(&["--json", "verify", &zip, "--authorities", "authority/ca.pem"]).json();
    assert_eq!(trusting["exports"][0]["timeStamp"]["trusted"], true);
    assert_eq!(trusting["exports"][0]["timeStamp"]["authority"], "Test authority");
    bench.run(&["--json", "verify", &zip, "--authorities", "records.pub"]).refused("key.bad");
}

#[test]
fn an_authority_that_does_not_answer_costs_the_export_nothing() {
    let bench = bench();
    // A port that was free a moment ago, and on which nobody listens.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}/");
    let ran = bench.run(&["export", "--to", "out", "--timestamp", "--authority", &address]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("fonds timestamp"), "{}", ran.err);
    assert_eq!(files(&bench.path("out")), ["lib-v0001.zip"]);
    bench.run(&["verify", "out/lib-v0001.zip"]).done();
    let timestamp = ["--json", "timestamp", "out/lib-v0001.zip", "--authority"];
    bench.run(&[&timestamp[..], &[&address]].concat()).refused("timestamp.unreachable");
    bench.run(&[&timestamp[..], &["file:///etc/passwd"]].concat()).refused("timestamp.address");
    bench.run(&timestamp[..3]).refused("timestamp.none");
}

#[test]
fn a_key_goes_to_another_computer_and_back_to_minisign() {
    let bench = bench();
    let export = ["key", "export", "records", "--secret", "copy.key", "--password-stdin"];
    bench.run_with(&export, PASSWORD).done();
    let import = ["--json", "key", "import", "copy", "copy.key", "--in-file", "--password-stdin"];
    let copy = bench.run_with(&import, PASSWORD).json();
    let keys = bench.run(&["--json", "key", "list"]).json();
    assert_eq!(keys.as_array().unwrap().len(), 2);
    assert_eq!(keys[1]["public"], copy["public"]);
    assert_eq!(bench.run(&["key", "export", "copy"]).done(), bench.run(&["key", "export", "records"]).done());
    assert!(Path::new(&bench.path("settings/keys/copy.pub")).exists());
}

#[test]
fn a_signature_that_is_gone_is_found_in_the_next_export_of_the_set() {
    let bench = bench();
    let one = signed(&bench, "2026-11-23T14:32:05Z");
    let two = signed(&bench, "2026-11-24T14:32:05Z");
    std::fs::remove_file(format!("{one}.minisig")).unwrap();
    let alone = bench.run(&["--json", "verify", &one, "--key", "records"]);
    assert_eq!((alone.code, &alone.json()["exports"][0]["verdict"]), (1, &"unproved".into()));
    let set = bench.run(&["--json", "verify", &two, &one, "--key", "records"]);
    assert_eq!(set.code, 0, "{}", set.out);
    assert_eq!(set.json()["exports"][0]["signedBy"], set.json()["exports"][1]["signedBy"]);

    // A next export that is damaged vouches for nothing.
    let mut bytes = std::fs::read(&two).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    std::fs::write(&two, bytes).unwrap();
    let set = bench.run(&["--json", "verify", &two, &one, "--key", "records"]);
    assert_eq!((set.code, &set.json()["exports"][0]["verdict"]), (1, &"unproved".into()));
}

#[test]
fn the_report_is_written_as_a_page() {
    let bench = bench();
    let zip = signed(&bench, "2026-11-23T14:32:05Z");
    bench.run(&["verify", &zip, "--html", "report.html"]).done();
    let page = std::fs::read_to_string(bench.path("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("origin is not proved"), "{page}");
    bench.run(&["--json", "verify", &zip, "--html", "no/folder/report.html"]).refused("file.not_found");
}
