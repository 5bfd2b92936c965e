//! A real WordPress, and the command line on a library of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A WordPress that ends with its value.
pub struct Server {
    folder: TempDir,
    pub url: String,
    accounts: Vec<(String, String)>,
}

/// One starts at a time: two could choose the same port.
static STARTING: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/blogs/wordpress")
}

impl Server {
    pub fn start() -> Self {
        let _one = STARTING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(script()).arg("start").arg(folder.path()).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let mut lines = told.lines().map(str::to_owned);
        let url = lines.next().unwrap_or_else(|| {
            panic!(
                "no WordPress (scripts/setup --tests installs it): {}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        let accounts = lines.filter_map(|line| {
            let (name, password) = line.split_once(':')?;
            Some((name.to_owned(), password.to_owned()))
        });
        Server { accounts: accounts.collect(), url, folder }
    }

    pub fn password(&self, user: &str) -> &str {
        &self.accounts.iter().find(|(name, _)| name == user).unwrap().1
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.url.rsplit_once(':').unwrap().1.parse().unwrap()
    }

    fn request(&self, path: &str) -> String {
        format!("{}/wp-json/wp/v2/{path}", self.url)
    }

    fn login(&self) -> String {
        use base64::Engine as _;
        let pair = format!("admin:{}", self.password("admin"));
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    }

    /// A list of the interface, seen by an administrator.
    pub fn list(&self, path: &str) -> Vec<Value> {
        let address = self.request(path);
        let mut answer = ureq::get(address).header("authorization", self.login()).call().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Changes something as a colleague does.
    pub fn change(&self, path: &str, body: &Value) -> Value {
        let address = self.request(path);
        let request = ureq::post(address).header("authorization", self.login());
        let mut answer = request.content_type("application/json").send(body.to_string()).unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Moves to the trash, as a colleague does.
    pub fn trash(&self, path: &str) {
        ureq::delete(self.request(path)).header("authorization", self.login()).call().unwrap();
    }

    /// The posts in any state that are not WordPress's own first one.
    pub fn posts(&self) -> Vec<Value> {
        let mut posts = self.list("posts?status=any,trash&per_page=100&context=edit");
        posts.retain(|post| post["slug"] != "hello-world");
        posts
    }

    pub fn public(&self) -> Vec<String> {
        let mut slugs: Vec<String> = self
            .posts()
            .iter()
            .filter(|post| post["status"] == "publish")
            .map(|post| post["slug"].as_str().unwrap().to_owned())
            .collect();
        slugs.sort();
        slugs
    }

    pub fn media(&self) -> Vec<Value> {
        self.list("media?per_page=100")
    }

    /// What anybody sees at an address: its status and its text.
    pub fn see(&self, address: &str) -> (u16, String) {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let mut answer = agent.get(address).call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(Command::new(script()).arg("stop").arg(self.folder.path()).status());
    }
}

/// A library and the command line.
pub struct Bench {
    pub folder: TempDir,
}

pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out.trim_end().to_owned()
    }
}

impl Bench {
    pub fn new() -> Self {
        let bench = Bench { folder: tempfile::tempdir().unwrap() };
        bench.run(&["init", "lib"]).done();
        bench
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fonds"));
        for name in ["FONDS_LANG", "FONDS_AS", "LC_ALL", "LC_MESSAGES", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("FONDS_CONFIG", self.folder.path().join("settings"))
            .env("FONDS_LIBRARY", self.folder.path().join("lib"))
            .env("FONDS_PASSPHRASE", "of the tests")
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
        use std::io::Write as _;
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn json(&self, args: &[&str]) -> Value {
        let ran = self.run(&[&["--json"], args].concat());
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
    }

    /// Sets the blog up, by a proxy where there is one.
    pub fn add_blog(&self, server: &Server, user: &str, proxy: Option<u16>) {
        let mut args = vec!["blog", "add", "wordpress", "--name", "wp", "--url", &server.url, "--user", user];
        args.push("--password-stdin");
        let proxy = proxy.map(|port| format!("http://127.0.0.1:{port}"));
        if let Some(proxy) = &proxy {
            args.extend(["--proxy", proxy]);
        }
        self.run_with(&args, server.password(user)).done();
    }

    pub fn post(&self, title: &str, language: &str, pair: Option<&str>, text: &str) -> String {
        let mut args = vec!["post", "new", "--title", title, "--lang", language, "--body", "-"];
        args.extend(pair.iter().flat_map(|pair| ["--pair", *pair]));
        self.run_with(&args, text).done()
    }

    pub fn edit(&self, post: &str, text: &str) {
        self.run_with(&["post", "edit", post, "--body", "-"], text).done();
    }

    pub fn attach(&self, post: &str, name: &str) {
        let pdf = format!(
            "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n% {name}\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
        );
        let path = self.folder.path().join(name);
        std::fs::write(&path, pdf).unwrap();
        self.run(&["attach", post, path.to_str().unwrap()]).done();
    }

    /// What is open in the outbox.
    pub fn waiting(&self) -> Vec<Value> {
        let rows = self.json(&["outbox"]);
        rows.as_array().unwrap().iter().filter(|row| row["state"] != "done").cloned().collect()
    }

    pub fn body(&self, post: &str) -> String {
        self.run(&["post", "show", post, "--format", "md"]).done()
    }
}

/// What an administrator stores as a text.
pub fn text(raw: &str) -> Value {
    json!({ "content": raw })
}
