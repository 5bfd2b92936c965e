//! OCFL 1.1 inventories (sections 3.5 and 3.6 of the specification), as this format writes and reads them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Actor, layout};

/// An inventory. Written as RFC 8785 JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inventory {
    /// `urn:uuid:<id>`.
    pub id: String,
    /// The specification's own address for inventories.
    #[serde(rename = "type")]
    pub kind: String,
    /// Always `sha256`.
    pub digest_algorithm: String,
    /// The latest version: `v3`.
    pub head: String,
    /// Digest to content paths (`v1/content/post.md`).
    pub manifest: BTreeMap<String, Vec<String>>,
    /// `v1`, `v2`, …
    pub versions: BTreeMap<String, Version>,
}

/// One version of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// RFC 3339.
    pub created: String,
    /// Digest to logical paths (`post.md`).
    pub state: BTreeMap<String, Vec<String>>,
    /// What the version is.
    pub message: String,
    /// Who made it.
    pub user: User,
}

/// Who made a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Name.
    pub name: String,
    /// `mailto:` and the address in percent-encoding; none where it is empty.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
}

/// The inventory type of OCFL 1.1.
pub const INVENTORY_TYPE: &str = "https://ocfl.io/1.1/spec/#inventory";

impl From<&Actor> for User {
    fn from(actor: &Actor) -> Self {
        let address = (!actor.email.is_empty()).then(|| {
            let mut out = String::from("mailto:");
            for byte in actor.email.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' | b'+' => {
                        out.push(byte.into());
                    }
                    _ => out.push_str(&format!("%{byte:02X}")),
                }
            }
            out
        });
        Self { name: actor.name.clone(), address }
    }
}

impl User {
    /// The actor behind it; none where the address is not as this format writes it.
    pub fn actor(&self) -> Option<Actor> {
        let Some(address) = &self.address else {
            return Some(Actor { name: self.name.clone(), email: String::new() });
        };
        let mut bytes = Vec::new();
        let mut rest = address.strip_prefix("mailto:")?.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
                bytes.push(digit(rest.next()?)? << 4 | digit(rest.next()?)?);
            } else {
                bytes.push(byte);
            }
        }
        Some(Actor { name: self.name.clone(), email: String::from_utf8(bytes).ok()? })
    }
}

impl Inventory {
    /// The inventory of an object without versions.
    pub fn new(uuid: &str) -> Self {
        Self {
            id: layout::object_id(uuid),
            kind: INVENTORY_TYPE.into(),
            digest_algorithm: "sha256".into(),
            head: String::new(),
            manifest: BTreeMap::new(),
            versions: BTreeMap::new(),
        }
    }

    /// Adds the next version, whose files are `(logical path, digest)`. Answers which of them are new to the
    /// object and so have to be written under `<head>/content/`.
    pub fn add<'a>(&mut self, version: Version, files: &[(&'a str, String)]) -> Vec<&'a str> {
        self.head = format!("v{}", self.versions.len() + 1);
        let mut version = version;
        let mut fresh = Vec::new();
        for (name, digest) in files {
            if !self.manifest.contains_key(digest) {
                self.manifest.insert(digest.clone(), vec![format!("{}/content/{name}", self.head)]);
                fresh.push(*name);
            }
            version.state.entry(digest.clone()).or_default().push((*name).to_owned());
        }
        self.versions.insert(self.head.clone(), version);
        fresh
    }

    /// The digest of a logical path in version `number`.
    pub fn digest(&self, number: u32, name: &str) -> Option<&str> {
        let state = &self.versions.get(&format!("v{number}"))?.state;
        state.iter().find(|(_, names)| names.iter().any(|n| n == name)).map(|(digest, _)| digest.as_str())
    }

    /// The digest and the content path of the file of version `number` of an attachment.
    pub fn attachment(&self, number: u32) -> Option<(&str, &str)> {
        let state = &self.versions.get(&format!("v{number}"))?.state;
        let (digest, _) =
            state.iter().find(|(_, names)| names.iter().any(|name| layout::is_attachment_file(name)))?;
        Some((digest, self.manifest.get(digest)?.first()?))
    }

    /// The content path that holds a logical path of version `number`.
    pub fn content_path(&self, number: u32, name: &str) -> Option<&str> {
        self.manifest.get(self.digest(number, name)?)?.first().map(String::as_str)
    }
}
