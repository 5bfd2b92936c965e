//! Runs `fonds` in a folder of its own, with no settings of the machine.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a run gave.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The answer on standard output, of a run that went well.
    pub fn done(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out.trim_end().to_owned()
    }

    /// The answer as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }

    /// Asserts that it could not be done, for this reason, with a hint, and with nothing on standard output.
    pub fn refused(&self, code: &str) {
        assert_eq!(self.code, 3, "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        let report: Value = serde_json::from_str(&self.err).unwrap_or_else(|e| panic!("{e}: {}", self.err));
        assert_eq!(report["error"]["code"], code, "{report}");
        assert!(report["error"]["message"].as_str().unwrap().len() > 10, "{report}");
        assert!(report["error"]["hints"][0].as_str().is_some_and(|hint| hint.len() > 10), "{report}");
    }
}

/// A folder with a library in `lib`, and the command line.
pub struct Bench {
    pub folder: TempDir,
}

impl Bench {
    /// An empty folder.
    pub fn empty() -> Self {
        Bench { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with an empty library.
    pub fn new() -> Self {
        let bench = Self::empty();
        bench.run(&["init", "lib"]).done();
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A command in this folder, on the library in `lib`.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fonds"));
        for name in ["FONDS_LANG", "FONDS_AS", "LC_ALL", "LC_MESSAGES"] {
            command.env_remove(name);
        }
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("FONDS_CONFIG", self.path("settings"))
            .env("FONDS_LIBRARY", self.path("lib"))
            .env("LANG", "C")
            .env("USER", "tester")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        // A verb that reads no input has closed it.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Makes a post with a text and gives its id.
    pub fn post(&self, title: &str, text: &str) -> String {
        self.run_with(&["post", "new", "--title", title, "--lang", "en", "--body", "-"], text).done()
    }

    /// The post's file.
    pub fn file(&self, id: &str) -> PathBuf {
        let view = self.run(&["--json", "post", "show", id]).json();
        self.path("lib").join(view["file"].as_str().unwrap())
    }
}

/// Every file below a folder, relative, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// The smallest file that is a PDF and says something of its own.
pub fn pdf(text: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n\
         % {text}\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
    )
    .into_bytes()
}
