//! Who may import whom, read from `cargo metadata`: the crate map of CONTRIBUTING.md as a test.
//! An arrow that [`ALLOWED`] does not list fails, whether it is a normal, build or dev-dependency.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};

/// Each crate of ours and the crates of ours that it may import.
const ALLOWED: &[(&str, &[&str])] = &[
    ("fonds-archive", &[]),
    ("fonds-markdown", &[]),
    ("fonds-library", &[]),
    ("fonds-pdf", &[]),
    ("fonds-folder", &["fonds-library", "fonds-markdown"]),
    ("fonds-publish", &["fonds-markdown"]),
    (
        "fonds-app",
        &["fonds-archive", "fonds-folder", "fonds-library", "fonds-markdown", "fonds-pdf", "fonds-publish"],
    ),
    ("fonds-cli", &["fonds-app"]),
    ("fonds-desktop", &["fonds-app"]),
    (
        "fonds-tests",
        &[
            "fonds-app",
            "fonds-archive",
            "fonds-cli",
            "fonds-folder",
            "fonds-library",
            "fonds-markdown",
            "fonds-publish",
        ],
    ),
    ("fonds-window-tests", &["fonds-app", "fonds-archive", "fonds-library"]),
];

/// Crates that need WebKit's headers: they and whatever names WebKit stay out of the default members.
const NEEDS_WEBKIT: &[&str] = &["fonds-desktop", "fonds-window-tests"];

/// What breaks the rules in a workspace, one sentence each; empty when all is well.
fn breaches(metadata: &Metadata) -> Vec<String> {
    let rules: BTreeMap<_, BTreeSet<_>> =
        ALLOWED.iter().map(|(name, may)| (*name, may.iter().copied().collect())).collect();
    let ours = metadata.workspace_packages();
    let names: BTreeSet<&str> = ours.iter().map(|package| package.name.as_str()).collect();
    let mut found = Vec::new();
    for package in &ours {
        let Some(may) = rules.get(package.name.as_str()) else {
            found.push(format!("{} has no rule: add it to ALLOWED and to CONTRIBUTING.md", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let target = dependency.name.as_str();
            if names.contains(target) && !may.contains(target) {
                found.push(format!("{} imports {target} ({})", package.name, dependency.kind));
            }
        }
    }
    for member in metadata.workspace_default_packages() {
        if NEEDS_WEBKIT.contains(&member.name.as_str()) {
            found.push(format!("{} is a default member", member.name));
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn metadata(root: &Path) -> Metadata {
    MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec().unwrap()
}

/// A workspace on disk with crates that have these lines in their manifests.
fn forged(default_members: &str, crates: &[(&str, &str)]) -> Metadata {
    let dir = tempfile::tempdir().unwrap();
    let members: Vec<String> = crates.iter().map(|(name, _)| format!("{name:?}")).collect();
    let workspace = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\ndefault-members = {default_members}\n",
        members.join(", ")
    );
    std::fs::write(dir.path().join("Cargo.toml"), workspace).unwrap();
    for (name, lines) in crates {
        let folder = dir.path().join(name);
        std::fs::create_dir_all(folder.join("src")).unwrap();
        std::fs::write(folder.join("src/lib.rs"), "").unwrap();
        let manifest =
            format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n{lines}\n");
        std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    }
    metadata(dir.path())
}

#[test]
fn the_workspace_keeps_its_boundaries() {
    let metadata = metadata(&root());
    assert_eq!(breaches(&metadata), Vec::<String>::new());
    let names: BTreeSet<&str> = metadata.workspace_packages().iter().map(|p| p.name.as_str()).collect();
    for (name, _) in ALLOWED {
        assert!(names.contains(name), "ALLOWED names {name}, which is no member of the workspace");
    }
}

#[test]
fn cargo_test_at_the_root_needs_no_webkit() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--prefix", "none", "--format", "{p}", "--edges", "normal,build,dev"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("fonds-archive"), "the tree was read");
    for name in names {
        let webkit = ["tauri", "wry", "webkit2gtk", "gtk"].iter().any(|start| name.starts_with(start));
        assert!(!webkit, "a default member pulls in {name}");
    }
}

#[test]
fn a_forged_arrow_is_found_whatever_its_kind() {
    let arrow = "fonds-library = { path = \"../fonds-library\" }";
    for (kind, section) in
        [("normal", "[dependencies]"), ("dev", "[dev-dependencies]"), ("build", "[build-dependencies]")]
    {
        let metadata = forged(
            "[\"fonds-archive\"]",
            &[("fonds-archive", &format!("{section}\n{arrow}")), ("fonds-library", "")],
        );
        assert_eq!(breaches(&metadata), [format!("fonds-archive imports fonds-library ({kind})")]);
    }
}

#[test]
fn a_forged_arrow_under_another_name_is_found() {
    let arrow = "[target.'cfg(windows)'.dependencies]\nstore = { package = \"fonds-library\", path = \"../fonds-library\", optional = true }";
    let metadata = forged("[\"fonds-cli\"]", &[("fonds-cli", arrow), ("fonds-library", "")]);
    assert_eq!(breaches(&metadata), ["fonds-cli imports fonds-library (normal)"]);
}

#[test]
fn a_crate_without_a_rule_and_a_shell_among_the_default_members_are_found() {
    let metadata = forged("[\"fonds-desktop\", \"fonds-new\"]", &[("fonds-desktop", ""), ("fonds-new", "")]);
    assert_eq!(
        breaches(&metadata),
        [
            "fonds-new has no rule: add it to ALLOWED and to CONTRIBUTING.md",
            "fonds-desktop is a default member"
        ]
    );
}

#[test]
fn an_allowed_arrow_passes() {
    let arrow = "[dependencies]\nfonds-markdown = { path = \"../fonds-markdown\" }";
    let metadata = forged("[\"fonds-publish\"]", &[("fonds-publish", arrow), ("fonds-markdown", "")]);
    assert_eq!(breaches(&metadata), Vec::<String>::new());
}
