//! Fonds is started a second time: the window that is there comes to the front, and the second one leaves the library be.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Window, at_home, binary, run, said};
use crate::journey::first_start;

const SOON: Duration = Duration::from_secs(30);
const PACE: Duration = Duration::from_millis(50);

/// A session bus, ended when it is dropped.
struct Bus {
    process: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut process = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed (scripts/setup)");
        let mut address = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut address).unwrap();
        Bus { process, address: address.trim().into() }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The X window that has the keyboard.
fn keyboard() -> String {
    let output = run("xdotool", &["getwindowfocus", "-f"]);
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

async fn until(wanted: impl Fn() -> bool, otherwise: &str) {
    let begun = Instant::now();
    while !wanted() {
        assert!(begun.elapsed() < SOON, "{otherwise}");
        tokio::time::sleep(PACE).await;
    }
}

#[tokio::test]
async fn a_second_start_brings_the_window_to_the_front_and_ends() {
    let bus = Bus::start();
    let window = Window::open_beside(Some(&bus.address)).await;
    let library = window.home.path().join("Open data");
    std::fs::create_dir(&library).unwrap();
    first_start(&window, &library).await;
    // Another program takes the keyboard: on a display without a window manager, the root window.
    let search = ["search", "--maxdepth", "0", "--name", ".*"];
    let root = String::from_utf8_lossy(&run("xdotool", &search).stdout).trim().to_owned();
    let away = run("xdotool", &["windowfocus", &root]);
    assert!(away.status.success(), "{}", said(&away));
    until(|| keyboard() == root, "the keyboard is not taken away").await;
    let journal = || {
        let path = library.join(".fonds/library.db-wal");
        std::fs::metadata(path).map(|found| (found.len(), found.modified().unwrap())).unwrap()
    };
    let before = journal();
    let mut second = at_home(Command::new(binary()), window.home.path(), Some(&bus.address));
    let mut second = second.arg(&library).spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = second.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > SOON {
            let _ = second.kill();
            panic!("the second start goes on beside the first");
        }
        tokio::time::sleep(PACE).await;
    };
    assert!(status.success(), "{status}");
    until(|| keyboard() != root, "the window does not get the keyboard").await;
    assert_eq!(journal(), before, "the second start wrote nothing to the library");
    window.close().await;
}
