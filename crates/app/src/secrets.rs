//! Passwords of blogs: in the system's keyring, or, where there is none, each in a file of the settings' folder that a
//! passphrase encrypts (scrypt, ChaCha20-Poly1305). None is ever in a library, a log, an export or a message.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use fonds_library::Id;
use fonds_publish::Secret;
use serde::{Deserialize, Serialize};

use crate::{Error, Result, Settings};

/// The variable that gives the passphrase of the files.
const PASSPHRASE: &str = "FONDS_PASSPHRASE";

#[derive(Serialize, Deserialize)]
struct Sealed {
    salt: String,
    nonce: String,
    sealed: String,
}

/// Keeps a blog's password, in place of the one before.
pub(crate) fn keep(blog: Id, password: &str) -> Result<()> {
    if entry(blog).and_then(|entry| entry.set_password(password)).is_ok() {
        return Ok(());
    }
    let passphrase = std::env::var(PASSPHRASE).map_err(|_| Error::new("blog.no_keyring"))?;
    let path = file(blog)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    let _ = std::fs::remove_file(&path);
    crate::keys::write_new(&path, seal(password, &passphrase)?.as_bytes(), 0o600)
}

/// A blog's password; none where none was kept on this computer.
pub(crate) fn find(blog: Id) -> Result<Option<Secret>> {
    if let Ok(password) = entry(blog).and_then(|entry| entry.get_password()) {
        return Ok(Some(Secret::new(password)));
    }
    let path = file(blog)?;
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io(&path)(error)),
    };
    let passphrase = std::env::var(PASSPHRASE).map_err(|_| Error::new("blog.locked"))?;
    let password = open(&text, &passphrase).ok_or_else(|| Error::new("blog.locked"))?;
    Ok(Some(Secret::new(password)))
}

/// Forgets a blog's password.
pub(crate) fn forget(blog: Id) -> Result<()> {
    let _ = entry(blog).and_then(|entry| entry.delete_credential());
    let path = file(blog)?;
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(&path)(error)),
        _ => Ok(()),
    }
}

fn entry(blog: Id) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new("fonds", &format!("blog {blog}"))
}

fn file(blog: Id) -> Result<PathBuf> {
    let folder = Settings::folder().ok_or_else(|| Error::new("settings.none"))?;
    Ok(folder.join("blogs").join(format!("{blog}.secret")))
}

fn cipher(passphrase: &str, salt: &[u8]) -> Option<ChaCha20Poly1305> {
    let mut key = Key::default();
    scrypt::scrypt(passphrase.as_bytes(), salt, &scrypt::Params::new(15, 8, 1).ok()?, &mut key).ok()?;
    Some(ChaCha20Poly1305::new(&key))
}

fn seal(password: &str, passphrase: &str) -> Result<String> {
    let failed = || Error::new("blog.locked");
    let (mut salt, mut nonce) = ([0; 16], Nonce::default());
    getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut nonce)).map_err(|_| failed())?;
    let cipher = cipher(passphrase, &salt).ok_or_else(failed)?;
    let sealed = cipher.encrypt(&nonce, password.as_bytes()).map_err(|_| failed())?;
    let [salt, nonce, sealed] = [&salt[..], &nonce[..], &sealed].map(|bytes| STANDARD.encode(bytes));
    serde_json::to_string(&Sealed { salt, nonce, sealed }).map_err(|_| failed())
}

fn open(text: &str, passphrase: &str) -> Option<String> {
    let file: Sealed = serde_json::from_str(text).ok()?;
    let [salt, nonce, sealed] =
        [&file.salt, &file.nonce, &file.sealed].map(|part| STANDARD.decode(part).ok());
    let nonce = Nonce::try_from(nonce?.as_slice()).ok()?;
    let opened = cipher(passphrase, &salt?)?.decrypt(&nonce, sealed?.as_slice()).ok()?;
    String::from_utf8(opened).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_password_opens_with_its_passphrase_alone() {
        let text = seal("a b c", "un").unwrap();
        assert!(!text.contains("a b c"));
        assert_eq!(open(&text, "un").as_deref(), Some("a b c"));
        assert_eq!(open(&text, "deux"), None);
        assert_eq!(open(&text.replace("\"sealed\":\"", "\"sealed\":\"AAAA"), "un"), None);
        assert_ne!(text, seal("a b c", "un").unwrap(), "each time with a salt of its own");
    }
}
