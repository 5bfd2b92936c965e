//! Signing keys of this computer's user.
//!
//! The public halves stand in the settings' folder, as minisign's files. A secret half is in the system's keyring,
//! or, where there is none or where that is asked for, beside its public half in minisign's own file, encrypted with
//! a password and readable by its owner alone. No secret ever reaches a library, a log, an export or a message.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use fonds_archive::sign::{PublicKey, SecretKey};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Error, Result, Settings};

/// The keyring's name for what is ours.
const SERVICE: &str = "fonds";
/// The most characters of a key's name.
const LONGEST_NAME: usize = 24;

/// Where a secret key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum KeyPlace {
    /// In the system's keyring.
    Keyring,
    /// In a file that a password encrypts.
    File,
}

/// A signing key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KeyRow {
    /// Its name on this computer.
    pub name: String,
    /// Its number, as minisign shows it.
    pub id: String,
    /// Its public half in one line, as `minisign -P` and `fonds verify --key` take it.
    pub public: String,
    /// Where the secret half is.
    pub place: KeyPlace,
}

/// A key that can sign.
#[derive(Debug)]
pub struct SigningKey(pub(crate) SecretKey);

/// The keys of this computer's user.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
}

impl Keys {
    /// The user's keys.
    ///
    /// # Errors
    /// `settings.none` on a system without a place for settings.
    pub fn of_user() -> Result<Self> {
        let folder = Settings::folder().ok_or_else(|| Error::new("settings.none"))?;
        Ok(Self::in_settings(&folder))
    }

    /// The keys of the user whose settings are in this folder.
    pub(crate) fn in_settings(folder: &Path) -> Self {
        Keys { folder: folder.join("keys") }
    }

    /// Every key, by name.
    pub fn list(&self) -> Result<Vec<KeyRow>> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
            Err(e) => return Err(Error::io(&self.folder)(e)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(Error::io(&self.folder))?.file_name();
            if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".pub")) {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        names.iter().map(|name| self.find(name)).collect()
    }

    /// The key of this name.
    pub fn find(&self, name: &str) -> Result<KeyRow> {
        let missing = || Error::new("key.not_found").with("name", name);
        if !is_name(name) {
            return Err(missing());
        }
        let public = match std::fs::read_to_string(self.public_file(name)) {
            Ok(text) => PublicKey::parse(&text)?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(missing()),
            Err(e) => return Err(Error::io(self.public_file(name))(e)),
        };
        let place = if self.secret_file(name).exists() { KeyPlace::File } else { KeyPlace::Keyring };
        Ok(KeyRow { name: name.into(), id: public.id(), public: public.to_base64().into(), place })
    }

    /// Makes a key. Where no place is given it goes into the keyring if there is one; `password` is asked for a file.
    pub fn create(
        &self,
        name: &str,
        place: Option<KeyPlace>,
        password: &mut dyn FnMut() -> Result<String>,
    ) -> Result<KeyRow> {
        self.is_free(name)?;
        self.keep(name, &SecretKey::generate()?, place, password)
    }

    /// Takes in a secret key file of minisign's or of another computer; its own password is asked first.
    pub fn import(
        &self,
        name: &str,
        file: &str,
        place: Option<KeyPlace>,
        password: &mut dyn FnMut() -> Result<String>,
    ) -> Result<KeyRow> {
        self.is_free(name)?;
        let known = if SecretKey::needs_password(file)? { Some(password()?) } else { None };
        let secret = SecretKey::from_file(file, known.as_deref())?;
        // A file that had a password keeps it.
        self.keep(name, &secret, place, &mut || known.clone().map_or_else(&mut *password, Ok))
    }

    /// Writes the key as minisign's secret key file, encrypted: to take it to another computer. `password` is asked
    /// for the key where it is in a file, and once more, or for the first time, for the copy.
    pub fn export_secret(
        &self,
        name: &str,
        to: &Path,
        password: &mut dyn FnMut() -> Result<String>,
    ) -> Result<()> {
        let SigningKey(secret) = self.open(name, password)?;
        write_new(to, secret.to_file(Some(&password()?))?.as_bytes(), 0o600)
    }

    /// The key, ready to sign; `password` is asked where it is in a file.
    pub fn open(&self, name: &str, password: &mut dyn FnMut() -> Result<String>) -> Result<SigningKey> {
        let row = self.find(name)?;
        let secret = match row.place {
            KeyPlace::File => {
                let path = self.secret_file(name);
                let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
                SecretKey::from_file(&text, Some(&password()?))?
            }
            KeyPlace::Keyring => {
                let held = entry(&row.id).and_then(|entry| entry.get_password());
                let text = held.map_err(|reason| Error::new("key.keyring").with("reason", reason))?;
                SecretKey::from_file(&text, None)?
            }
        };
        // A secret of another key under this name would sign as somebody else.
        if secret.public()?.to_base64() == row.public {
            Ok(SigningKey(secret))
        } else {
            Err(Error::new("key.mismatch").with("name", name))
        }
    }

    fn keep(
        &self,
        name: &str,
        secret: &SecretKey,
        place: Option<KeyPlace>,
        password: &mut dyn FnMut() -> Result<String>,
    ) -> Result<KeyRow> {
        std::fs::create_dir_all(&self.folder).map_err(Error::io(&self.folder))?;
        let public = secret.public()?;
        let kept = match place {
            Some(KeyPlace::File) => false,
            Some(KeyPlace::Keyring) | None => match keep_in_keyring(&public.id(), secret)? {
                Ok(()) => true,
                Err(_) if place.is_none() => false,
                Err(reason) => return Err(Error::new("key.keyring").with("reason", reason)),
            },
        };
        if !kept {
            let password = password()?;
            if password.is_empty() {
                return Err(Error::new("key.password_needed"));
            }
            write_new(&self.secret_file(name), secret.to_file(Some(&password))?.as_bytes(), 0o600)?;
        }
        write_new(&self.public_file(name), public.to_file().as_bytes(), 0o644)?;
        self.find(name)
    }

    fn is_free(&self, name: &str) -> Result<()> {
        if !is_name(name) {
            return Err(Error::new("key.name").with("name", name));
        }
        if self.public_file(name).exists() || self.secret_file(name).exists() {
            return Err(Error::new("key.exists").with("name", name));
        }
        Ok(())
    }

    fn public_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.pub"))
    }

    fn secret_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.key"))
    }
}

fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain)
}

fn entry(id: &str) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, &format!("signing key {id}"))
}

/// Puts a secret into the keyring; the inner error says why there is none that takes it.
fn keep_in_keyring(id: &str, secret: &SecretKey) -> Result<keyring::Result<()>> {
    let text = secret.to_file(None)?;
    Ok(entry(id).and_then(|entry| entry.set_password(&text)))
}

/// Writes a new file, whole and synced, with these permissions from its first byte on; replaces none.
pub(crate) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.prefix(".fonds-key-").tempfile_in(folder).map_err(Error::io(folder))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(Error::io(path))?;
    file.persist_noclobber(path).map_err(|e| Error::io(path)(e.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(dir: &tempfile::TempDir) -> Keys {
        Keys { folder: dir.path().join("keys") }
    }

    fn word(word: &str) -> impl FnMut() -> Result<String> {
        move || Ok(word.to_owned())
    }

    #[test]
    fn a_key_in_a_file_is_listed_opened_with_its_password_and_carried_to_another_computer() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mine = keys(&here);
        assert_eq!(mine.list().unwrap(), []);
        let row = mine.create("records", Some(KeyPlace::File), &mut word("un")).unwrap();
        assert_eq!(mine.list().unwrap(), std::slice::from_ref(&row));
        assert_eq!(mine.open("records", &mut word("deux")).unwrap_err().code(), "key.wrong_password");
        mine.open("records", &mut word("un")).unwrap();
        let copy = here.path().join("copy.key");
        mine.export_secret("records", &copy, &mut word("un")).unwrap();
        let theirs = keys(&there);
        let text = std::fs::read_to_string(&copy).unwrap();
        assert_eq!(
            theirs.import("r", &text, Some(KeyPlace::File), &mut word("x")).unwrap_err().code(),
            "key.wrong_password"
        );
        assert_eq!(theirs.list().unwrap(), []);
        let carried = theirs.import("r", &text, Some(KeyPlace::File), &mut word("un")).unwrap();
        assert_eq!((carried.id, carried.public), (row.id, row.public));
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_key_file_is_its_owners_alone_and_encrypted() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        keys(&dir).create("records", Some(KeyPlace::File), &mut word("un")).unwrap();
        let path = dir.path().join("keys/records.key");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(SecretKey::needs_password(&text).unwrap());
    }

    #[test]
    fn a_name_is_plain_and_given_once_and_a_password_is_not_empty() {
        let dir = tempfile::tempdir().unwrap();
        let keys = keys(&dir);
        for name in ["", "../x", "A", "é", "a b", "aaaaaaaaaaaaaaaaaaaaaaaaa"] {
            let refused = keys.create(name, Some(KeyPlace::File), &mut word("un")).unwrap_err();
            assert_eq!(refused.code(), "key.name", "{name:?}");
            assert_eq!(keys.find(name).unwrap_err().code(), "key.not_found", "{name:?}");
        }
        let empty = keys.create("k", Some(KeyPlace::File), &mut word("")).unwrap_err();
        assert_eq!(empty.code(), "key.password_needed");
        keys.create("k", Some(KeyPlace::File), &mut word("un")).unwrap();
        let again = keys.create("k", Some(KeyPlace::File), &mut word("un")).unwrap_err();
        assert_eq!(again.code(), "key.exists");
    }

    #[test]
    fn a_file_put_in_the_place_of_another_keys_is_not_signed_with() {
        let dir = tempfile::tempdir().unwrap();
        let keys = keys(&dir);
        for name in ["a", "b"] {
            keys.create(name, Some(KeyPlace::File), &mut word("un")).unwrap();
        }
        std::fs::copy(dir.path().join("keys/b.key"), dir.path().join("keys/a.key")).unwrap();
        assert_eq!(keys.open("a", &mut word("un")).unwrap_err().code(), "key.mismatch");
    }
}
