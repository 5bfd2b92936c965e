//! Being told that files changed. What changed is for a scan to find out: an event only says where to look, and
//! nothing depends on it being right.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use fonds_library::{ATTACHMENTS, POSTS};
use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::{Error, Result, names};

/// Quiet for this long, with every file closed again, means that a program is done.
const QUIET: Duration = Duration::from_millis(20);
/// Quiet for this long means so where a file was not seen to be closed.
const OPEN: Duration = Duration::from_millis(150);
/// A program that never is quiet is not waited for longer than this.
const LONGEST: Duration = Duration::from_millis(500);
/// How often to look where the system cannot tell.
const POLL: Duration = Duration::from_secs(2);
/// More paths than this are not told one by one.
const MOST_PATHS: usize = 1_000;

/// Where to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changes {
    /// Anything may have changed.
    Anywhere,
    /// These paths in the library, or what is below them.
    At(BTreeSet<String>),
}

impl Changes {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Changes) -> Changes {
        match (self, other) {
            (Changes::At(mut paths), Changes::At(more)) => {
                paths.extend(more);
                if paths.len() > MOST_PATHS { Changes::Anywhere } else { Changes::At(paths) }
            }
            _ => Changes::Anywhere,
        }
    }
}

/// A running watch. It ends when this is dropped.
pub struct Watch {
    stopped: Arc<AtomicBool>,
    news: Sender<News>,
    polling: Arc<AtomicBool>,
}

enum News {
    /// A file is as its program wants it: closed, renamed, removed.
    Done(String),
    /// A file is being written.
    Writing(String),
    /// A name that is no text.
    Somewhere,
    /// `posts/` or `attachments/` itself.
    Folders,
    /// The system tells no more.
    Deaf,
    Stop,
}

/// Calls `changed` from a thread of its own whenever files below `posts/` or `attachments/` may have changed.
///
/// Reading files calls nothing. On a network file system, which tells nothing of what other computers do, and where
/// the system's own notices cannot be had or run out, the folders are looked at every two seconds.
///
/// # Errors
/// [`Error::Watch`] where not even that can be done.
pub fn watch(root: &Path, changed: impl FnMut(Changes) + Send + 'static) -> Result<Watch> {
    let told = !is_shared(root);
    begin(root, told, system, changed)
}

type AnyWatcher = Box<dyn Watcher + Send>;

fn system(handler: Handler) -> notify::Result<AnyWatcher> {
    Ok(Box::new(RecommendedWatcher::new(handler, config())?))
}

fn config() -> Config {
    Config::default().with_follow_symlinks(false).with_poll_interval(POLL)
}

fn begin(
    root: &Path,
    told: bool,
    system: impl FnOnce(Handler) -> notify::Result<AnyWatcher>,
    changed: impl FnMut(Changes) + Send + 'static,
) -> Result<Watch> {
    // Some systems tell of changes under the folder's real path only.
    let root = root.canonicalize().map_err(Error::io(root))?;
    let (news, inbox) = channel();
    let listener = Handler::new(&root, &news);
    let told =
        if told { system(listener.clone()).and_then(|watcher| listen(watcher, &root)).ok() } else { None };
    let polling = Arc::new(AtomicBool::new(told.is_none()));
    let watcher = match told {
        Some(watcher) => watcher,
        None => poll(&root, &news)?,
    };
    let stopped = Arc::new(AtomicBool::new(false));
    let run = Run {
        watcher,
        root: root.clone(),
        news: news.clone(),
        stopped: Arc::clone(&stopped),
        polling: Arc::clone(&polling),
    };
    std::thread::Builder::new()
        .name("fonds-watch".into())
        .spawn(move || run.until_stopped(&inbox, changed))
        .map_err(Error::io(&root))?;
    Ok(Watch { stopped, news, polling })
}

impl Watch {
    /// Whether the folders are looked at every two seconds, because the system cannot tell of changes. This may begin
    /// at any time; the next call of `changed` comes after it has.
    pub fn is_polling(&self) -> bool {
        self.polling.load(Ordering::SeqCst)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Fails only where the thread has ended already.
        drop(self.news.send(News::Stop));
    }
}

/// Whether a folder is on a network file system, or on one that a program makes.
#[cfg(target_os = "linux")]
fn is_shared(root: &Path) -> bool {
    // linux/magic.h, and what the file systems' own sources say.
    const SHARED: [u64; 11] = [
        0x6969,      // NFS
        0x517b,      // SMB
        0xff53_4d42, // CIFS
        0xfe53_4d42, // SMB 2
        0x6573_5546, // FUSE: sshfs, rclone, many cloud drives
        0x0102_1997, // 9p
        0x786f_4256, // VirtualBox
        0xbacb_acbc, // VMware
        0x00c3_6400, // Ceph
        0x5346_414f, // AFS
        0x0bd0_0bd0, // Lustre
    ];
    rustix::fs::statfs(root).is_ok_and(|found| {
        let kind = u64::try_from(found.f_type).unwrap_or_default() & 0xffff_ffff;
        SHARED.contains(&kind)
    })
}

#[cfg(not(target_os = "linux"))]
fn is_shared(_: &Path) -> bool {
    false
}

fn poll(root: &Path, news: &Sender<News>) -> Result<AnyWatcher> {
    let failed = |e: notify::Error| Error::Watch { path: root.into(), reason: e.to_string() };
    let watcher: AnyWatcher = Box::new(PollWatcher::new(Handler::new(root, news), config()).map_err(failed)?);
    listen(watcher, root).map_err(failed)
}

/// The library's own folder is watched too, not what is below: its two folders may be replaced as a whole.
fn listen(mut watcher: AnyWatcher, root: &Path) -> notify::Result<AnyWatcher> {
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    listen_below(watcher.as_mut(), root)?;
    Ok(watcher)
}

fn listen_below(watcher: &mut dyn Watcher, root: &Path) -> notify::Result<()> {
    for folder in [root.join(POSTS), root.join(ATTACHMENTS)] {
        if folder.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
    }
    Ok(())
}

/// Sorts events, on the thread of the system's watcher.
#[derive(Clone)]
struct Handler {
    root: PathBuf,
    news: Sender<News>,
}

impl Handler {
    fn new(root: &Path, news: &Sender<News>) -> Self {
        Handler { root: root.into(), news: news.clone() }
    }

    fn sort(&self, event: notify::Result<Event>) -> Vec<News> {
        let event = match event {
            Ok(event) if event.need_rescan() => return vec![News::Folders],
            Ok(event) => event,
            Err(error) if is_exhausted(&error) => return vec![News::Deaf],
            // Notices may have been lost.
            Err(_) => return vec![News::Folders],
        };
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let writing = match event.kind {
            kind if kind == closed => false,
            EventKind::Access(_) => return vec![],
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) => true,
            _ => false,
        };
        event.paths.iter().filter_map(|path| self.about(path, writing)).collect()
    }

    fn about(&self, path: &Path, writing: bool) -> Option<News> {
        let below = path.strip_prefix(&self.root).ok()?;
        if below == Path::new(POSTS) || below == Path::new(ATTACHMENTS) {
            return Some(News::Folders);
        }
        if !(below.starts_with(POSTS) || below.starts_with(ATTACHMENTS)) {
            return None;
        }
        let Some(path) = below.to_str() else { return Some(News::Somewhere) };
        if below.iter().any(|part| part.to_str().is_some_and(names::is_ignored)) {
            return None;
        }
        let path = path.replace(std::path::MAIN_SEPARATOR, "/");
        Some(if writing { News::Writing(path) } else { News::Done(path) })
    }
}

impl notify::EventHandler for Handler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        for news in self.sort(event) {
            // Fails only where the thread has ended.
            drop(self.news.send(news));
        }
    }
}

/// Whether the system has no room for one more watch.
fn is_exhausted(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => true,
        notify::ErrorKind::Io(io) => io.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

/// The thread that waits for quiet.
struct Run {
    watcher: AnyWatcher,
    root: PathBuf,
    news: Sender<News>,
    stopped: Arc<AtomicBool>,
    polling: Arc<AtomicBool>,
}

impl Run {
    fn until_stopped(mut self, inbox: &Receiver<News>, mut changed: impl FnMut(Changes)) {
        while let Ok(first) = inbox.recv() {
            let Some((changes, folders, deaf)) = gather(first, inbox) else { return };
            if deaf {
                self.poll_from_now();
            } else if folders {
                // A folder that cannot be watched now may be so at the next change of the library's own folder.
                let below = listen_below(self.watcher.as_mut(), &self.root);
                if below.is_err_and(|error| is_exhausted(&error)) {
                    self.poll_from_now();
                }
            }
            if self.stopped.load(Ordering::SeqCst) {
                return;
            }
            changed(changes);
        }
    }

    fn poll_from_now(&mut self) {
        if self.polling.load(Ordering::SeqCst) {
            return;
        }
        if let Ok(watcher) = poll(&self.root, &self.news) {
            self.watcher = watcher;
            self.polling.store(true, Ordering::SeqCst);
        }
    }
}

/// What comes until it is quiet, whether one of the two folders is among it, and whether the system tells no more.
fn gather(first: News, inbox: &Receiver<News>) -> Option<(Changes, bool, bool)> {
    let (mut news, since) = (first, Instant::now());
    let mut changes = Changes::At(BTreeSet::new());
    let (mut folders, mut deaf) = (false, false);
    let mut open: HashSet<String> = HashSet::new();
    loop {
        match news {
            News::Stop => return None,
            News::Done(path) => {
                open.remove(&path);
                changes = changes.and(Changes::At(BTreeSet::from([path])));
            }
            News::Writing(path) => {
                open.insert(path.clone());
                changes = changes.and(Changes::At(BTreeSet::from([path])));
            }
            News::Somewhere => changes = Changes::Anywhere,
            News::Folders => (changes, folders) = (Changes::Anywhere, true),
            News::Deaf => (changes, deaf) = (Changes::Anywhere, true),
        }
        let quiet = if open.is_empty() { QUIET } else { OPEN };
        let left = LONGEST.saturating_sub(since.elapsed()).min(quiet);
        if left.is_zero() {
            return Some((changes, folders, deaf));
        }
        match inbox.recv_timeout(left) {
            Ok(more) => news = more,
            Err(RecvTimeoutError::Timeout) => return Some((changes, folders, deaf)),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_room(_: Handler) -> notify::Result<AnyWatcher> {
        Err(notify::Error::new(notify::ErrorKind::MaxFilesWatch))
    }

    fn library() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(POSTS)).unwrap();
        folder
    }

    #[test]
    fn without_the_systems_notices_the_folder_is_polled() {
        let folder = library();
        let (tell, told) = channel();
        let watch = begin(folder.path(), true, no_room, move |changes| drop(tell.send(changes))).unwrap();
        assert!(watch.is_polling());
        std::fs::write(folder.path().join("posts/a.md"), "x").unwrap();
        assert!(told.recv_timeout(Duration::from_secs(60)).is_ok(), "polling finds it");
    }

    #[test]
    fn notices_that_run_out_are_replaced_by_polling() {
        let folder = library();
        let (tell, told) = channel();
        let (give, given) = channel();
        let real = system;
        let system = move |handler: Handler| {
            drop(give.send(handler.clone()));
            real(handler)
        };
        let watch = begin(folder.path(), true, system, move |changes| drop(tell.send(changes))).unwrap();
        assert!(!watch.is_polling());
        let mut handler = given.recv().unwrap();
        notify::EventHandler::handle_event(
            &mut handler,
            Err(notify::Error::new(notify::ErrorKind::MaxFilesWatch)),
        );
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(Changes::Anywhere));
        assert!(watch.is_polling());
        std::fs::write(folder.path().join("posts/a.md"), "x").unwrap();
        assert!(told.recv_timeout(Duration::from_secs(60)).is_ok());
    }

    #[test]
    fn a_folder_on_this_computer_is_not_shared() {
        assert!(!is_shared(library().path()));
    }
}
