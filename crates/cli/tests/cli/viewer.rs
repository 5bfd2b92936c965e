//! The viewer inside an export, opened in Chromium from the unpacked folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Bench, files, pdf};

/// A picture of two by two dots.
const PNG: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x00\x00\x00\x00W\xddR\xf8\x00\x00\x00\x0cIDATx\x9cc`\xf8\x0f\x84\x00\x06\x00\x01\xff\x93\xd1\xe4\x89\x00\x00\x00\x00IEND\xaeB`\x82";

/// A library with a pair, a PDF of two versions, revisions, categories and a publication; gives its export.
fn exported() -> (Bench, String) {
    let bench = Bench::new();
    let body = "# Open data\n\nThe first text. See the [report](../attachments/report%20one.pdf).\n\n![Four dots](../attachments/dots.png)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
    let english = bench.post("Open data", body);
    let file = bench.file(&english);
    let file = file.file_name().unwrap().to_str().unwrap();
    let body_fr = format!("Un chef-d’œuvre ; voir [l’anglais]({file}).\n\n<script>alert(1)</script>\n");
    bench.write("fr.md", body_fr);
    let new =
        ["post", "new", "--title", "Données ouvertes", "--lang", "fr", "--pair", &english, "--body", "fr.md"];
    let french = bench.run(&new).done();
    bench.write("report one.pdf", pdf("one"));
    bench.write("dots.png", PNG);
    bench.run(&["attach", &english, "report one.pdf", "dots.png"]).done();
    bench.run(&["category", "add", "Consultation/Reports", "--fr", "Consultation/Rapports"]).done();
    bench.run(&["post", "file", &french, "--category", "Consultation/Rapports"]).done();
    bench.write("lib/attachments/report one.pdf", pdf("two"));
    bench.run(&["sync"]).done();
    let edited = body.replace("The first text.", "The second text, <b>longer</b> & better.");
    bench.run_with(&["post", "edit", "open-data", "--body", "-"], &edited).done();
    bench.run(&["publish", &english, &french, "--to", "site"]).done();
    let zip = bench.run(&["export", "--to", "out", "--at", "2026-11-23T14:32:05Z"]).done();
    (bench, zip)
}

fn unpacked(bench: &Bench, zip: &str) -> PathBuf {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    archive.extract(bench.path("un packed é")).unwrap();
    bench.path("un packed é/lib-v0001")
}

#[test]
fn the_viewer_opens_from_its_folder_and_axe_finds_nothing() {
    let (bench, zip) = exported();
    bench.run(&["verify", &zip]).done();
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui");
    let mut look = Command::new("timeout");
    look.args(["240", "node", "tests/viewer/look.mjs"]).arg(unpacked(&bench, &zip)).current_dir(ui);
    if let Some(shots) = std::env::var_os("FONDS_VIEWER_SHOTS") {
        look.arg(shots);
    }
    let ran = look.output().expect("node is installed by `make setup`");
    let said = [ran.stdout, ran.stderr].concat();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// Every address in the pages below a folder that leads nowhere.
fn dead_links(folder: &Path) -> Vec<String> {
    let mut dead = Vec::new();
    for page in files(folder).into_iter().filter(|name| name.ends_with(".html")) {
        let html = std::fs::read_to_string(folder.join(&page)).unwrap();
        for address in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let path = address.split('#').next().unwrap().replace("%25", "%");
            let to = folder.join(&page).parent().unwrap().join(&path);
            if !address.starts_with("https:") && !path.is_empty() && !to.is_file() {
                dead.push(format!("{page}: {address}"));
            }
        }
    }
    dead
}

#[test]
fn an_incremental_export_shows_what_it_carries() {
    let (bench, _) = exported();
    bench
        .run_with(
            &["post", "edit", "donnees-ouvertes", "--body", "-"],
            "Autre [fichier](../attachments/x.pdf), [billet](y.en.md), [note](#a).\n",
        )
        .done();
    let zip = bench.run(&["export", "--to", "out", "--incremental", "--at", "2026-11-24T09:00:00Z"]).done();
    bench.run(&["verify", &zip, "out/lib-v0001.zip"]).done();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap();
    archive.extract(bench.path("second")).unwrap();
    let folder = bench.path("second/lib-v0002");
    let pages = files(&folder.join("data/lib-v0002/representations/rep1/data/viewer/posts"));
    let id =
        bench.run(&["--json", "post", "show", "donnees-ouvertes"]).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(pages, [format!("{id}.html")]);
    assert_eq!(dead_links(&folder), Vec::<String>::new());
}

#[test]
fn pages_hold_what_the_records_hold_and_nothing_that_runs() {
    let (bench, zip) = exported();
    let viewer = unpacked(&bench, &zip).join("data/lib-v0001/representations/rep1/data/viewer");
    let page = |title: &str| {
        let id = bench.run(&["--json", "post", "show", title]).json()["id"].as_str().unwrap().to_owned();
        std::fs::read_to_string(viewer.join(format!("posts/{id}.html"))).unwrap()
    };
    assert_eq!(dead_links(&unpacked(&bench, &zip)), Vec::<String>::new());
    let english = page("open-data");
    assert!(english.contains("<a href=\"../../ocfl/urn%253auuid%253a"), "{english}");
    assert!(english.contains("/v2/content/attachment.pdf\""), "the version that the text has: {english}");
    assert!(english.contains("/v1/content/attachment.png\" alt=\"Four dots\""), "{english}");
    assert!(english.contains("&lt;b&gt;longer"), "{english}");
    assert!(english.contains("Content-Security-Policy"), "{english}");
    let french = page("donnees-ouvertes");
    assert!(!french.contains("alert(1)</script>"), "{french}");
    assert!(french.contains("Consultation › Rapports"), "{french}");
    let again = bench.run(&["restore", &zip, "--to", "again"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let args = ["--library", "again", "export", "--to", "out2", "--at", "2026-11-23T14:32:05Z"];
    let copied = bench.run(&args).done();
    assert_eq!(std::fs::read(copied).unwrap(), std::fs::read(zip).unwrap());
}

#[test]
fn the_viewer_grows_with_what_changed_and_not_with_a_copy_of_every_text() {
    let bench = Bench::new();
    let mut seed = 7_u32;
    let mut word = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        format!("w{:x}", seed >> 18)
    };
    let mut words: Vec<String> = (0..1500).map(|_| word()).collect();
    let id = bench.post("Long", &words.join(" "));
    for number in 0..12 {
        words[(number * 37) % 1500] = word();
        bench.run_with(&["post", "edit", &id, "--body", "-"], &words.join(" ")).done();
    }
    let zip = bench.run(&["export", "--to", "out"]).done();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let (mut page, mut texts) = (0, 0);
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number).unwrap();
        match entry.name().unwrap() {
            name if name.contains("/viewer/posts/") => page += entry.compressed_size(),
            name if name.ends_with("/post.md") => texts += entry.compressed_size(),
            _ => {}
        }
    }
    assert!(page * 4 < texts, "the page has {page} bytes, the texts have {texts}");
}
