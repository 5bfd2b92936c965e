//! The window's signing keys.

use super::{Answer, Desk};
use crate::{Error, KeyPlace, KeyRow, Keys, Result};

impl Desk {
    /// The signing keys of this computer's user.
    pub fn signing_keys(&self) -> Answer<Vec<KeyRow>> {
        self.keys(Keys::list)
    }

    /// Makes a signing key: in a file where a password is given, else in the system's keyring.
    pub fn create_key(&self, name: &str, password: Option<&str>) -> Answer<KeyRow> {
        let place = password.map(|_| KeyPlace::File);
        self.keys(|keys| keys.create(name, place, &mut given(password)))
    }

    pub(super) fn keys<T>(&self, act: impl FnOnce(&Keys) -> Result<T>) -> Answer<T> {
        let (folder, language) = {
            let state = self.state();
            (state.config.clone(), state.settings.language)
        };
        let keys = folder.map(|folder| Keys::in_settings(&folder)).ok_or_else(|| Error::new("settings.none"));
        keys.and_then(|keys| act(&keys)).map_err(|error| error.report(language))
    }
}

/// Gives the password that came with a call.
pub(super) fn given(password: Option<&str>) -> impl FnMut() -> Result<String> {
    move || password.map(str::to_owned).ok_or_else(Error::password_needed)
}
