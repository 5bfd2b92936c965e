//! A window of Fonds under WebDriver: started on a fresh home, closed with all it started when it is dropped.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, MutexGuard};

/// How long an element may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
const PACE: Duration = Duration::from_millis(20);

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs a program and gives what it said.
pub fn run(program: impl AsRef<Path>, arguments: &[&str]) -> Output {
    let program = program.as_ref();
    let output = Command::new(program).args(arguments).output();
    output.unwrap_or_else(|error| panic!("{} did not start: {error}", program.display()))
}

/// The output of a program, for the message of a failed test.
pub fn said(output: &Output) -> String {
    format!(
        "{}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The window that is driven: the tests' own, or the one that `FONDS_WINDOW` names.
pub fn binary() -> PathBuf {
    std::env::var_os("FONDS_WINDOW").map_or_else(|| target().join("e2e/fonds-desktop"), PathBuf::from)
}

/// A program in a home of its own, on a session bus where there is one.
pub fn at_home(mut program: Command, home: &Path, bus: Option<&str>) -> Command {
    program
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("FONDS_CONFIG", home.join("fonds"))
        .env("FONDS_DIALOG_ANSWERS", home.join("answers"))
        .env("FONDS_LANG", "en")
        .env_remove("FONDS_LIBRARY");
    if let Some(bus) = bus {
        program.env("DBUS_SESSION_BUS_ADDRESS", bus);
    }
    program
}

/// A running window.
pub struct Window {
    pub driver: WebDriver,
    /// Holds the settings, the dialogs' answers and whatever the journey makes.
    pub home: TempDir,
    _process: Process,
    _display: MutexGuard<'static, ()>,
}

/// One window at a time: on a display without a window manager a second one takes the keyboard away.
static DISPLAY: Mutex<()> = Mutex::const_new(());

/// WebKitWebDriver, ended with the window that it started.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Window {
    /// Opens the window as at a first start.
    pub async fn open() -> Window {
        Self::open_beside(None).await
    }

    /// The same, on a session bus of this address.
    pub async fn open_beside(bus: Option<&str>) -> Window {
        let display = DISPLAY.lock().await;
        let binary = binary();
        assert!(binary.exists(), "{} is missing: run `make test-window`", binary.display());
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("answers"), "").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut driver = at_home(Command::new("WebKitWebDriver"), home.path(), bus);
        driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = driver.spawn();
        let process = Process(driver.expect("WebKitWebDriver is installed (scripts/setup --tests)"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "WebKitWebDriver listens on port {port}");
            tokio::time::sleep(PACE).await;
        }
        let mut wanted = Capabilities::new();
        wanted.set("webkitgtk:browserOptions", json!({ "binary": binary, "args": [] })).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.unwrap();
        Window { driver, home, _process: process, _display: display }
    }

    /// The first element of a CSS selector that is shown; fails with a picture when none comes.
    pub async fn see(&self, css: &str) -> WebElement {
        let found =
            self.driver.query(By::Css(css.to_owned())).wait(PATIENCE, PACE).and_displayed().first().await;
        match found {
            Ok(element) => element,
            Err(error) => {
                self.picture("failed").await;
                panic!("{css} did not appear (see target/screenshots/failed.png): {error}")
            }
        }
    }

    pub async fn click(&self, css: &str) {
        let element = self.see(css).await;
        if let Err(error) = element.click().await {
            self.picture("failed").await;
            panic!("{css} could not be clicked (see target/screenshots/failed.png): {error}");
        }
    }

    /// Types into an element, after a click on it.
    pub async fn write(&self, css: &str, text: &str) {
        let element = self.see(css).await;
        element.click().await.unwrap();
        element.send_keys(text).await.unwrap();
    }

    /// Presses a key together with others.
    pub async fn press(&self, held: &[Key], key: char) {
        let mut chain = self.driver.action_chain();
        for one in held {
            chain = chain.key_down(one.clone());
        }
        chain = chain.key_down(key).key_up(key);
        for one in held {
            chain = chain.key_up(one.clone());
        }
        chain.perform().await.unwrap();
    }

    /// Waits until the text of what a CSS selector finds holds `wanted`.
    pub async fn read(&self, css: &str, wanted: &str, within: Duration) {
        let begun = Instant::now();
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent).join('\\n')";
        let mut last = String::new();
        while begun.elapsed() < within {
            let seen = self.driver.execute(script, vec![json!(css)]).await.unwrap();
            last = seen.json().as_str().unwrap_or_default().to_owned();
            if last.contains(wanted) {
                return;
            }
            tokio::time::sleep(PACE).await;
        }
        self.picture("failed").await;
        panic!(
            "{css} does not say {wanted:?} within {within:?} (see target/screenshots/failed.png), but:\n{last}"
        )
    }

    /// What the next file dialog answers.
    pub fn answer(&self, path: &Path) {
        std::fs::write(self.home.path().join("answers"), format!("{}\n", path.display())).unwrap();
    }

    /// Keeps a picture of the window in target/screenshots.
    pub async fn picture(&self, name: &str) {
        let folder = target().join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.unwrap();
    }

    /// Runs axe-core (WCAG 2.1 A and AA) on what is shown; a violation fails with its rule and its places.
    pub async fn accessible(&self, view: &str) {
        let axe = std::fs::read_to_string(root().join("ui/node_modules/axe-core/axe.min.js")).unwrap();
        self.driver.execute(axe, vec![]).await.unwrap();
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(
              (report) => done(report.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)),
              (error) => done([String(error)]))";
        let found = self.driver.execute_async(script, vec![]).await.unwrap();
        let violations = found.json().as_array().cloned().unwrap_or_else(|| vec![Value::Null]);
        assert!(violations.is_empty(), "{view}: axe-core finds {violations:#?}");
    }

    /// Ends the session, and with it the window.
    pub async fn close(self) {
        self.driver.clone().quit().await.unwrap();
    }
}
