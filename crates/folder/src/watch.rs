//! Being told that files changed. What changed is for a scan to find out: an event only says that it is time to look.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use fonds_library::{ATTACHMENTS, POSTS};
use notify::event::{AccessKind, AccessMode};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::{Error, Result, names};

/// Quiet for this long means that a program is done writing, most likely.
const QUIET: Duration = Duration::from_millis(100);
/// A program that never is quiet is not waited for longer than this.
const LONGEST: Duration = Duration::from_millis(500);
/// How often to look where the system cannot tell.
const POLL: Duration = Duration::from_secs(2);

/// A running watch. It ends when this is dropped.
pub struct Watch {
    stopped: Arc<AtomicBool>,
    news: Sender<News>,
    polling: bool,
}

enum News {
    Files,
    Folders,
    Stop,
}

/// Calls `changed` from a thread of its own whenever files below `posts/` or `attachments/` may have changed.
///
/// Reading files calls nothing. Where the system's own notices cannot be had, the folders are looked at every two
/// seconds.
///
/// # Errors
/// [`Error::Watch`] where not even that can be done.
pub fn watch(root: &Path, changed: impl FnMut() + Send + 'static) -> Result<Watch> {
    // Some systems tell of changes under the folder's real path only.
    let root = &root.canonicalize().map_err(Error::io(root))?;
    let (news, inbox) = channel();
    let (watcher, polling) = watcher(root, &news)?;
    let stopped = Arc::new(AtomicBool::new(false));
    let (flag, folder) = (Arc::clone(&stopped), root.to_owned());
    std::thread::Builder::new()
        .name("fonds-watch".into())
        .spawn(move || run(watcher, &folder, &inbox, &flag, changed))
        .map_err(Error::io(root))?;
    Ok(Watch { stopped, news, polling })
}

impl Watch {
    /// Whether the folders are looked at every two seconds, because the system cannot tell of changes.
    pub fn is_polling(&self) -> bool {
        self.polling
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Fails only where the thread has ended already.
        drop(self.news.send(News::Stop));
    }
}

type AnyWatcher = Box<dyn Watcher + Send>;

fn watcher(root: &Path, news: &Sender<News>) -> Result<(AnyWatcher, bool)> {
    let config = Config::default().with_follow_symlinks(false).with_poll_interval(POLL);
    if let Ok(watcher) = RecommendedWatcher::new(handler(root, news), config) {
        let mut watcher: AnyWatcher = Box::new(watcher);
        if begin(watcher.as_mut(), root).is_ok() {
            return Ok((watcher, false));
        }
    }
    let failed = |e: notify::Error| Error::Watch { path: root.into(), reason: e.to_string() };
    let mut watcher: AnyWatcher = Box::new(PollWatcher::new(handler(root, news), config).map_err(failed)?);
    begin(watcher.as_mut(), root).map_err(failed)?;
    Ok((watcher, true))
}

/// The library's own folder is watched too, not what is below: its two folders may be replaced as a whole.
fn begin(watcher: &mut dyn Watcher, root: &Path) -> notify::Result<()> {
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    begin_folders(watcher, root)
}

fn begin_folders(watcher: &mut dyn Watcher, root: &Path) -> notify::Result<()> {
    for folder in [root.join(POSTS), root.join(ATTACHMENTS)] {
        if folder.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
    }
    Ok(())
}

fn handler(root: &Path, news: &Sender<News>) -> impl FnMut(notify::Result<Event>) + Send + 'static {
    let (folders, news) = ([root.join(POSTS), root.join(ATTACHMENTS)], news.clone());
    move |event| {
        if let Some(what) = sort(event, &folders) {
            // Fails only where the thread has ended.
            drop(news.send(what));
        }
    }
}

/// What an event is about, if it is about anything here.
fn sort(event: notify::Result<Event>, folders: &[PathBuf; 2]) -> Option<News> {
    // An error may mean that notices were lost.
    let Ok(event) = event else { return Some(News::Folders) };
    if event.need_rescan() {
        return Some(News::Folders);
    }
    let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
    if matches!(event.kind, EventKind::Access(_)) && event.kind != written {
        return None;
    }
    if event.paths.iter().any(|path| folders.contains(path)) {
        return Some(News::Folders);
    }
    let concerns = |path: &PathBuf| {
        folders.iter().any(|folder| {
            path.strip_prefix(folder)
                .is_ok_and(|below| !below.iter().any(|part| part.to_str().is_some_and(names::is_ignored)))
        })
    };
    event.paths.iter().any(concerns).then_some(News::Files)
}

fn run(
    mut watcher: AnyWatcher,
    root: &Path,
    inbox: &Receiver<News>,
    stopped: &AtomicBool,
    mut changed: impl FnMut(),
) {
    while let Ok(first) = inbox.recv() {
        let (mut news, since) = (first, Instant::now());
        let mut folders = false;
        loop {
            match news {
                News::Stop => return,
                News::Folders => folders = true,
                News::Files => {}
            }
            let left = LONGEST.saturating_sub(since.elapsed()).min(QUIET);
            if left.is_zero() {
                break;
            }
            match inbox.recv_timeout(left) {
                Ok(more) => news = more,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        if folders {
            // A folder that cannot be watched now may be so at the next change of the library's own folder.
            drop(begin_folders(watcher.as_mut(), root));
        }
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        changed();
    }
}
