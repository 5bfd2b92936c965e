//! What an export and its verification cost, against what a user would do instead, in one run on one payload.
//!
//!     cargo bench -p fonds-archive --bench figures [-- --small]
//!
//! Each measurement is a process of its own, so that its peak memory is its own. `FONDS_VALIDATORS` names the
//! folder of bagit-python; what is not installed is left out and said so.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers"
)]

mod payload;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use fonds_archive::v1::{Header, Mode, Previous};
use fonds_archive::{Verdict, Written, verify, verify_series, write};
use payload::{Payload, SERIES_ID};
use sha2::{Digest, Sha256};

const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["measure", what, dir] => measure(what, Path::new(dir)),
        ["--small"] => report(&Payload::new(200, 20)),
        _ => report(&Payload::new(2_000, 200)),
    }
}

/// Seconds, and peak memory in KiB, of one process.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    peak: u64,
}

fn report(payload: &Payload) {
    let dir =
        tempfile::Builder::new().prefix("fonds-bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let files = dir.path().join("files");
    let bytes = payload.write(&files);
    println!("payload: {} posts, {} PDFs, {} MB", payload.posts, payload.pdfs, bytes / 1_000_000);
    let own = |what: &str| {
        let mut best: Option<Cost> = None;
        for _ in 0..ROUNDS {
            let this = std::env::current_exe().unwrap();
            let cost = timed(Command::new(this).args(["measure", what]).arg(dir.path()));
            best = Some(best.map_or(cost, |b| if cost.seconds < b.seconds { cost } else { b }));
        }
        best.unwrap()
    };
    let floor = own("floor");
    let export = own("export");
    let digests = own("digests");
    let verified = own("verify");
    let increment = own("increment");
    let series = own("series");
    let mut lines = vec![
        ("floor: read, sha256, crc, write, sync", floor),
        ("full export", export),
        ("the digests that verify computes, alone", digests),
        ("verify the zip", verified),
        ("incremental export, 1 % of the posts changed", increment),
        ("verify both as a series", series),
    ];
    let peers = peers(dir.path(), &files);
    lines.extend(peers.iter().map(|(name, cost)| (*name, *cost)));
    for (name, cost) in &lines {
        println!("{name:<46} {:>8.2} s {:>8} KiB", cost.seconds, cost.peak);
    }
    println!("full export / floor                            {:>8.2}", export.seconds / floor.seconds);
    println!("verify / its digests alone                     {:>8.2}", verified.seconds / digests.seconds);
    let peer = |name: &str| peers.get(name).map(|cost| cost.seconds);
    if let Some(seconds) = peer("bagit-python, then zip -6 -n .pdf") {
        println!("bagit-python and zip -n .pdf / full export     {:>8.2}", seconds / export.seconds);
    }
    if let Some(seconds) = peer("bagit-python, then zip -6") {
        println!("bagit-python and zip / full export             {:>8.2}", seconds / export.seconds);
    }
    if let Some(seconds) = peer("bagit-python --validate, unpacked") {
        println!("verify / bagit-python --validate               {:>8.2}", verified.seconds / seconds);
    }
    if let Some(seconds) = peer("restic, 1 % changed") {
        println!("restic, 1 % changed / incremental export       {:>8.2}", seconds / increment.seconds);
    }
}

/// Runs a process to its end. Its seconds are what it says on its last line, else those of the whole run.
fn timed(command: &mut Command) -> Cost {
    let script = "import resource, subprocess, sys, time\nt = time.time()\nr = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)\n\
                  s = time.time() - t\nlast = r.stdout.decode().strip().rsplit('\\n', 1)[-1]\n\
                  print(last.removeprefix('seconds ') if last.startswith('seconds ') else s)\n\
                  print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\nsys.exit(r.returncode)";
    let mut wrapped = Command::new("python3");
    wrapped.args(["-c", script]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        wrapped.env(name, value.unwrap());
    }
    if let Some(dir) = command.get_current_dir() {
        wrapped.current_dir(dir);
    }
    let output = wrapped.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let seconds = lines.next().unwrap().parse().unwrap();
    Cost { seconds, peak: lines.next().unwrap().parse().unwrap() }
}

fn measure(what: &str, dir: &Path) {
    let payload = Payload::read(&dir.join("files"));
    let out = dir.join("out");
    fs::create_dir_all(&out).unwrap();
    let full = out.join("bench-v0001.zip");
    let begun;
    match what {
        "floor" => {
            begun = Instant::now();
            floor(&dir.join("files"), &out.join("floor"));
        }
        "export" => {
            let _ = fs::remove_file(&full);
            begun = Instant::now();
            let written =
                write(&header(1, None), &mut payload.source(), &out, &mut |_| ControlFlow::Continue(()));
            keep(&out, &written.unwrap());
        }
        "increment" => {
            let (objects, sha256, journal) = kept(&out);
            let _ = fs::remove_file(out.join("bench-v0002.zip"));
            let mut source = payload.source().changed(objects, journal);
            begun = Instant::now();
            let header = header(2, Some(Previous { sequence: 1, sha256 }));
            write(&header, &mut source, &out, &mut |_| ControlFlow::Continue(())).unwrap();
        }
        "verify" => {
            begun = Instant::now();
            let report = verify(&full, &mut |_| ControlFlow::Continue(())).unwrap();
            assert_eq!(report.verdict, Verdict::Whole, "{:?}", report.findings);
        }
        "series" => {
            begun = Instant::now();
            let both = [full, out.join("bench-v0002.zip")];
            let report = verify_series(&both, &mut |_| ControlFlow::Continue(())).unwrap();
            assert_eq!((report.verdict, report.findings), (Verdict::Whole, vec![]));
        }
        "digests" => {
            begun = Instant::now();
            digests(&full);
        }
        other => panic!("{other}"),
    }
    println!("seconds {}", begun.elapsed().as_secs_f64());
}

fn header(sequence: u32, previous: Option<Previous>) -> Header {
    Header {
        series: "bench".into(),
        series_id: SERIES_ID.into(),
        sequence,
        mode: if sequence == 1 { Mode::Full } else { Mode::Incremental },
        at: payload::AT.into(),
        previous,
        origin: None,
        generator: "bench 1".into(),
        selection: None,
    }
}

type Kept = (BTreeMap<String, String>, String, fonds_archive::v1::JournalEnd);

fn keep(out: &Path, written: &Written) {
    let kept = (&written.objects, &written.sha256, &written.journal);
    fs::write(out.join("kept.json"), serde_json::to_vec(&kept).unwrap()).unwrap();
}

fn kept(out: &Path) -> Kept {
    serde_json::from_slice(&fs::read(out.join("kept.json")).unwrap()).unwrap()
}

/// What no export can do without: every byte read, hashed twice over (sha256, crc), written and synced.
fn floor(files: &Path, to: &Path) {
    let mut out = File::create(to).unwrap();
    let mut buffer = vec![0; 128 * 1024];
    for file in sorted(files) {
        let (mut input, mut sha, mut crc) = (File::open(file).unwrap(), Sha256::new(), flate2::Crc::new());
        loop {
            let n = input.read(&mut buffer).unwrap();
            if n == 0 {
                break;
            }
            sha.update(&buffer[..n]);
            crc.update(&buffer[..n]);
            out.write_all(&buffer[..n]).unwrap();
        }
        std::hint::black_box((sha.finalize(), crc.sum()));
    }
    out.sync_all().unwrap();
    fs::remove_file(to).unwrap();
}

/// The digests that a verification of this zip computes, on the bytes as they come out of it: sha256 and crc of
/// every entry, sha256 of the file.
fn digests(zip: &Path) {
    let mut buffer = vec![0; 128 * 1024];
    let mut sha = Sha256::new();
    let mut file = File::open(zip).unwrap();
    loop {
        let n = file.read(&mut buffer).unwrap();
        if n == 0 {
            break;
        }
        sha.update(&buffer[..n]);
    }
    std::hint::black_box(sha.finalize());
    let mut archive = zip::ZipArchive::new(std::io::BufReader::new(File::open(zip).unwrap())).unwrap();
    for i in 0..archive.len() {
        // The reader holds each entry against its crc.
        let (mut entry, mut sha) = (archive.by_index(i).unwrap(), Sha256::new());
        loop {
            let n = entry.read(&mut buffer).unwrap();
            if n == 0 {
                break;
            }
            sha.update(&buffer[..n]);
        }
        std::hint::black_box(sha.finalize());
    }
}

fn sorted(files: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

/// What a user would pick instead, where it is installed.
fn peers(dir: &Path, files: &Path) -> BTreeMap<&'static str, Cost> {
    let mut costs = BTreeMap::new();
    let there = |program: &str| Command::new(program).arg("--help").output().is_ok();
    let bagit = std::env::var_os("FONDS_VALIDATORS").map(|tools| PathBuf::from(tools).join("bin/bagit.py"));
    match bagit.filter(|bagit| bagit.exists() && there("zip")) {
        None => println!("bagit-python or zip is not installed: left out"),
        Some(bagit) => {
            let zip = |options: &str| {
                let bag = dir.join("bag");
                let _ = fs::remove_dir_all(&bag);
                assert!(Command::new("cp").arg("-r").arg(files).arg(&bag).status().unwrap().success());
                let _ = fs::remove_file(dir.join("bag.zip"));
                let line =
                    format!("{} --quiet --sha256 bag && zip -qr {options} bag.zip bag", bagit.display());
                timed(Command::new("sh").args(["-c", &line]).current_dir(dir))
            };
            costs.insert("bagit-python, then zip -6", zip("-6"));
            costs.insert("bagit-python, then zip -6 -n .pdf", zip("-6 -n .pdf"));
            let validate =
                timed(Command::new(&bagit).args(["--quiet", "--validate", "bag"]).current_dir(dir));
            costs.insert("bagit-python --validate, unpacked", validate);
            fs::remove_dir_all(dir.join("bag")).unwrap();
        }
    }
    if there("restic") {
        let restic = |arguments: &str| {
            let line = format!("restic --quiet -r repository {arguments}");
            let mut command = Command::new("sh");
            command.args(["-c", &line]).current_dir(dir).env("RESTIC_PASSWORD", "x");
            timed(&mut command)
        };
        restic("init");
        costs.insert("restic, first", restic("backup files"));
        for post in 0..Payload::read(files).posts / 100 {
            let path = files.join(format!("post-{post:05}.md"));
            fs::write(&path, [fs::read(&path).unwrap(), b"changed\n".to_vec()].concat()).unwrap();
        }
        costs.insert("restic, 1 % changed", restic("backup files"));
    } else {
        println!("restic is not installed: left out");
    }
    costs
}
