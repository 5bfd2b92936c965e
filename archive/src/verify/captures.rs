//! Captures: each version's record, and the WACZ beside it with every digest that it lists (WACZ 1.1.1, 5.2.4).

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Check;
use crate::container::{Container, Fault};
use crate::export::parse;
use crate::report::{Code, Findings};
use crate::v1::ocfl::{Inventory, User};
use crate::v1::{CaptureVersion, hex, layout, limits, rules};
use crate::{Error, Result};

/// What of `datapackage.json` is read.
#[derive(Deserialize)]
struct Package {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    path: String,
    hash: String,
    bytes: u64,
}

impl Check<'_> {
    pub(super) fn captures(&mut self, id: &str, object: &str, inventory: &Inventory) -> Result<()> {
        let last = u32::try_from(inventory.versions.len()).unwrap_or(u32::MAX);
        for number in 1..=last {
            let place = format!("capture {id} version {number}");
            let Some(json) = self.logical(object, inventory, number, layout::CAPTURE, limits::CAPTURE)?
            else {
                continue;
            };
            let version: CaptureVersion = match parse(&json) {
                Ok(version) => version,
                Err(reason) => {
                    self.found.add(Code::CaptureUnreadable, place, reason);
                    continue;
                }
            };
            if let Some(fault) = rules::capture_fault(&version, number as usize) {
                self.found.add(Code::CaptureUnreadable, &place, fault);
            }
            let agrees = inventory.versions.get(&format!("v{number}")).is_some_and(|v| {
                v.created == version.at
                    && v.user == User::from(&version.actor)
                    && v.message == layout::capture_message(number)
            });
            if !agrees || inventory.digest(number, layout::CAPTURED_PAGE) != Some(version.sha256.as_str()) {
                self.found.add(Code::OcflInventoryInvalid, &place, "differs from capture.json");
            }
            self.page(&place, object, inventory, &version)?;
        }
        self.facts.captures.insert(id.to_owned(), last);
        Ok(())
    }

    /// Looks into the WACZ of a version, once for each that is there.
    fn page(
        &mut self,
        place: &str,
        object: &str,
        inventory: &Inventory,
        version: &CaptureVersion,
    ) -> Result<()> {
        let Some(path) = inventory.content_path(version.version, layout::CAPTURED_PAGE) else {
            return Ok(());
        };
        let Some(number) = self.zip.find(&format!("{}{object}{path}", self.top)) else { return Ok(()) };
        if self.zip.entries[number].size != version.size {
            self.found.add(Code::CaptureUnreadable, place, "size");
        }
        // What could not be read is told of already; what stands in an earlier version was looked at there.
        if self.digests[number].is_none() || !path.starts_with(&format!("v{}/", version.version)) {
            return Ok(());
        }
        let fail = |e: io::Error| Error::io(&std::env::temp_dir(), e);
        let mut file = tempfile::NamedTempFile::new().map_err(fail)?;
        let mut reader = match self.zip.reader(number) {
            Ok(reader) => reader,
            Err(fault) => return self.fault(fault, place),
        };
        let mut part = vec![0; 64 * 1024];
        loop {
            match reader.next(&mut part) {
                Ok(0) => break,
                Ok(read) => file.write_all(&part[..read]).map_err(fail)?,
                Err(fault) => return self.fault(fault, place),
            }
        }
        for fault in faults(file.path())? {
            self.found.add(Code::CaptureDamaged, place, fault);
        }
        Ok(())
    }
}

/// What a WACZ lists and does not hold as it is listed, and what it holds and does not list.
fn faults(path: &std::path::Path) -> Result<Vec<String>> {
    let mut found = Findings::default();
    let zip = Container::open(path, &mut found)?;
    let unsound = |found: &Findings| {
        let all = found.list.iter().filter(|finding| finding.code != Code::ZipUnusual);
        all.map(|finding| format!("{} {}", finding.en, finding.place)).collect::<Vec<_>>()
    };
    let Some(zip) = zip.filter(|_| unsound(&found).is_empty()) else { return Ok(unsound(&found)) };
    if !zip.inspect(&mut found)? {
        return Ok(unsound(&found));
    }
    let Some(list) = zip.find("datapackage.json") else { return Ok(vec!["datapackage.json".into()]) };
    let package = match zip.read(list, limits::WACZ_LIST) {
        Ok(bytes) => serde_json::from_slice::<Package>(&bytes),
        Err(Fault::Io(e)) => return Err(Error::io(path, e)),
        Err(Fault::Found(code)) => return Ok(vec![format!("datapackage.json: {}", code.en())]),
    };
    let Ok(package) = package else { return Ok(vec!["datapackage.json".into()]) };
    let listed: BTreeMap<&str, &Resource> = package.resources.iter().map(|r| (r.path.as_str(), r)).collect();
    let mut faults = Vec::new();
    for (number, entry) in zip.entries.iter().enumerate() {
        let name = entry.name.as_str();
        match listed.get(name) {
            Some(resource) => match digest(&zip, number) {
                Ok(digest) if resource.bytes == entry.size && resource.hash == format!("sha256:{digest}") => {
                }
                Ok(_) => faults.push(name.to_owned()),
                Err(Fault::Io(e)) => return Err(Error::io(path, e)),
                Err(Fault::Found(code)) => faults.push(format!("{name}: {}", code.en())),
            },
            None if matches!(name, "datapackage.json" | "datapackage-digest.json") => {}
            None => faults.push(format!("{name}: not listed")),
        }
    }
    faults
        .extend(listed.keys().filter(|path| zip.find(path).is_none()).map(|path| format!("{path}: missing")));
    Ok(faults)
}

fn digest(zip: &Container, number: usize) -> Result<String, Fault> {
    let mut reader = zip.reader(number)?;
    let (mut digest, mut part) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match reader.next(&mut part)? {
            0 => return Ok(hex(&digest.finalize())),
            read => digest.update(&part[..read]),
        }
    }
}
