//! The OCFL storage root: its declaration, every object's inventory, and every revision behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Gauge};
use crate::Result;
use crate::export::parse;
use crate::report::Code;
use crate::v1::ocfl::{INVENTORY_TYPE, Inventory, User};
use crate::v1::rules::{self, RevisionChain};
use crate::v1::{Revision, hex, layout, limits};

/// What an object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Post,
    Attachment,
    Capture,
}

impl Check<'_> {
    pub(super) fn objects(&mut self, gauge: &mut Gauge<'_>) -> Result<()> {
        let config = format!("extensions/{}/config.json", layout::LAYOUT);
        for (name, text) in [
            ("0=ocfl_1.1", layout::OCFL_ROOT),
            ("ocfl_layout.json", layout::OCFL_LAYOUT),
            (config.as_str(), layout::OCFL_LAYOUT_CONFIG),
        ] {
            let path = self.layout.ocfl(name);
            if let Some(bytes) = self.bytes(&path, limits::SMALL, Code::OcflStructure)?
                && bytes != text.as_bytes()
            {
                self.found.add(Code::OcflStructure, path, "");
            }
        }
        for (id, files) in self.object_files() {
            gauge.add(0, &id)?;
            self.object(&id, &files)?;
        }
        Ok(())
    }

    /// The files of each object by their path in it.
    fn object_files(&self) -> BTreeMap<String, BTreeMap<String, usize>> {
        let root = format!("{}{}urn%3auuid%3a", self.top, self.layout.ocfl(""));
        let mut objects: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for (number, entry) in self.zip.entries.iter().enumerate() {
            if let Some((id, file)) = entry.name.strip_prefix(&root).and_then(|rest| rest.split_once('/'))
                && rules::is_uuid(id)
            {
                objects.entry(id.to_owned()).or_default().insert(file.to_owned(), number);
            }
        }
        objects
    }

    fn object(&mut self, id: &str, files: &BTreeMap<String, usize>) -> Result<()> {
        let object = self.layout.object(id);
        let declaration = format!("{object}0=ocfl_object_1.1");
        if let Some(bytes) = self.bytes(&declaration, limits::SMALL, Code::OcflStructure)?
            && bytes != layout::OCFL_OBJECT.as_bytes()
        {
            self.found.add(Code::OcflStructure, declaration, "");
        }
        let Some(inventory) = self.inventory(&object)? else {
            // What it would have listed cannot be judged: its files are not called unknown as well.
            for number in files.values() {
                self.known[*number] = true;
            }
            return Ok(());
        };
        let Some(kind) = self.inventory_faults(id, &object, &inventory) else {
            for number in files.values() {
                self.known[*number] = true;
            }
            return Ok(());
        };
        if let Some(digest) = files.get("inventory.json").and_then(|number| self.digests[*number]) {
            self.facts.inventories.insert(id.to_owned(), hex(&digest));
        }
        self.content_files(&object, &inventory, files);
        self.version_inventories(&object, &inventory, files)?;
        match kind {
            Kind::Post => self.revisions(id, &object, &inventory),
            Kind::Capture => self.captures(id, &object, &inventory),
            Kind::Attachment => {
                let last = u32::try_from(inventory.versions.len()).unwrap_or(u32::MAX);
                self.facts.attachments.insert(id.to_owned(), last);
                Ok(())
            }
        }
    }

    /// Reads an inventory in a folder of the bag and its sidecar.
    fn inventory(&mut self, folder: &str) -> Result<Option<Inventory>> {
        let path = format!("{folder}inventory.json");
        let sidecar = format!("{folder}inventory.json.sha256");
        let digest = self.bytes(&sidecar, limits::SMALL, Code::OcflStructure)?;
        let Some(bytes) = self.bytes(&path, limits::INVENTORY, Code::OcflStructure)? else { return Ok(None) };
        let actual = self.entry(&path).and_then(|n| self.digests[n]).map(|d| hex(&d));
        if let (Some(sidecar_bytes), Some(actual)) = (digest, actual)
            && sidecar_bytes != format!("{actual} inventory.json\n").as_bytes()
        {
            self.found.add(Code::OcflSidecarMismatch, &path, "");
        }
        match parse(&bytes) {
            Ok(inventory) => Ok(Some(inventory)),
            Err(reason) => {
                self.found.add(Code::OcflInventoryUnreadable, path, reason);
                Ok(None)
            }
        }
    }

    /// What is wrong within an inventory; answers what the object holds, where that is clear.
    fn inventory_faults(&mut self, id: &str, object: &str, inventory: &Inventory) -> Option<Kind> {
        let place = format!("{object}inventory.json");
        let mut faults: Vec<String> = Vec::new();
        let count = inventory.versions.len();
        if inventory.id != layout::object_id(id) {
            faults.push("id".into());
        }
        if inventory.kind != INVENTORY_TYPE || inventory.digest_algorithm != "sha256" {
            faults.push("type or digestAlgorithm".into());
        }
        if count == 0 || inventory.head != format!("v{count}") {
            faults.push("head".into());
        }
        let mut used = BTreeSet::new();
        let mut kinds = BTreeSet::new();
        for number in 1..=count {
            let Some(version) = inventory.versions.get(&format!("v{number}")) else {
                faults.push(format!("no v{number}"));
                continue;
            };
            if !rules::is_time(&version.created) || version.user.actor().is_none() {
                faults.push(format!("v{number}: created or user"));
            }
            let mut names = Vec::new();
            for (digest, paths) in &version.state {
                used.insert(digest.as_str());
                names.extend(paths.iter().map(String::as_str));
                if !inventory.manifest.contains_key(digest) {
                    faults.push(format!("v{number}: {digest} is not in the manifest"));
                }
            }
            names.sort_unstable();
            kinds.insert(match names.as_slice() {
                ["post.md", "revision.json"] => 1,
                [name] if layout::is_attachment_file(name) => 2,
                [layout::CAPTURE, layout::CAPTURED_PAGE] => 3,
                _ => 0,
            });
        }
        if inventory.manifest.keys().any(|digest| !used.contains(digest.as_str())) {
            faults.push("the manifest lists what no version has".into());
        }
        let kind = match kinds.iter().copied().collect::<Vec<_>>().as_slice() {
            [1] => Some(Kind::Post),
            [2] => Some(Kind::Attachment),
            [3] => Some(Kind::Capture),
            _ => {
                faults.push("neither a post, an attachment nor a capture".into());
                None
            }
        };
        for fault in &faults {
            self.found.add(Code::OcflInventoryInvalid, &place, fault);
        }
        kind
    }

    /// Holds the manifest of an inventory against the files of the object.
    fn content_files(&mut self, object: &str, inventory: &Inventory, files: &BTreeMap<String, usize>) {
        let mut listed = BTreeSet::new();
        for (digest, paths) in &inventory.manifest {
            for path in paths {
                let place = format!("{object}{path}");
                if !listed.insert(path.as_str()) || !path.contains("/content/") {
                    self.found.add(Code::OcflInventoryInvalid, &place, "content path");
                }
                match files.get(path) {
                    None => self.found.add(Code::OcflMissing, &place, ""),
                    Some(number) => {
                        self.known[*number] = true;
                        if self.digests[*number].is_some_and(|actual| hex(&actual) != *digest) {
                            self.found.add(Code::OcflDigestMismatch, &place, format!("listed {digest}"));
                        }
                    }
                }
            }
        }
        for (path, number) in files {
            if path.contains("/content/") && !listed.contains(path.as_str()) {
                self.known[*number] = true;
                self.found.add(Code::OcflUnlisted, format!("{object}{path}"), "");
            }
        }
    }

    /// Every version has a folder, and an inventory in it says what the object's own says up to there.
    fn version_inventories(
        &mut self,
        object: &str,
        inventory: &Inventory,
        files: &BTreeMap<String, usize>,
    ) -> Result<()> {
        for number in 1..=inventory.versions.len() {
            let folder = format!("v{number}/");
            let mut inside = files.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
            if inside.next().is_none() {
                self.found.add(Code::OcflMissing, format!("{object}{folder}"), "");
            }
            let own = format!("{folder}inventory.json");
            if !files.contains_key(&own) && !files.contains_key(&format!("{own}.sha256")) {
                continue;
            }
            let Some(then) = self.inventory(&format!("{object}{folder}"))? else { continue };
            let same = then.id == inventory.id
                && then.head == format!("v{number}")
                && then.versions.len() == number
                && then.versions.iter().all(|(key, version)| inventory.versions.get(key) == Some(version))
                && then.manifest.iter().all(|(digest, paths)| inventory.manifest.get(digest) == Some(paths));
            if !same {
                self.found.add(
                    Code::OcflInventoryInvalid,
                    format!("{object}{own}"),
                    "differs from the object's",
                );
            }
        }
        Ok(())
    }

    fn revisions(&mut self, id: &str, object: &str, inventory: &Inventory) -> Result<()> {
        let mut chain = RevisionChain::new(id);
        let last = u32::try_from(inventory.versions.len()).unwrap_or(u32::MAX);
        let selection = self.header.as_ref().and_then(|header| header.selection.clone());
        let mut of_selection = selection.is_none();
        for number in 1..=last {
            let place = format!("post {id} revision {number}");
            let Some(json) = self.logical(object, inventory, number, "revision.json", limits::REVISION)?
            else {
                continue;
            };
            let revision: Revision = match parse(&json) {
                Ok(revision) => revision,
                Err(reason) => {
                    self.found.add(Code::RevisionUnreadable, place, reason);
                    continue;
                }
            };
            let Some(body) = self.logical(object, inventory, number, "post.md", limits::BODY)? else {
                continue;
            };
            let Ok(body) = String::from_utf8(body) else {
                self.found.add(Code::RevisionUnreadable, place, "post.md is not UTF-8");
                continue;
            };
            chain.next(&revision, &body, &mut |f| self.found.push(f));
            of_selection |= selection.as_ref().is_some_and(|selection| selection.in_period(&revision.at));
            let agrees = inventory.versions.get(&format!("v{number}")).is_some_and(|v| {
                v.created == revision.at
                    && v.user == User::from(&revision.actor)
                    && v.message == layout::revision_message(&revision)
            });
            if !agrees || revision.number != number {
                self.found.add(Code::OcflInventoryInvalid, place, "differs from revision.json");
            }
        }
        if !of_selection {
            self.found.add(Code::LibraryInvalid, format!("post {id}"), "not of the selection");
        }
        if !chain.named.is_empty() {
            self.facts.named.insert(id.to_owned(), chain.named);
        }
        self.facts.posts.insert(id.to_owned(), last);
        Ok(())
    }

    /// The bytes of a logical file of a version; none where it is missing or was found unreadable.
    pub(super) fn logical(
        &mut self,
        object: &str,
        inventory: &Inventory,
        number: u32,
        name: &str,
        limit: u64,
    ) -> Result<Option<Vec<u8>>> {
        let Some(path) = inventory.content_path(number, name) else { return Ok(None) };
        let path = format!("{object}{path}");
        match self.zip.find(&format!("{}{path}", self.top)) {
            None => Ok(None),
            Some(_) => self.bytes(&path, limit, Code::OcflMissing),
        }
    }
}
