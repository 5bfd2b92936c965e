//! Where everything stands in an export, and what its fixed files say.

use super::{Changes, Header};

/// What `bag-info.txt` and `chain.json` call this format.
pub const FORMAT: &str = "v1-draft";
/// `bagit.txt`, whole.
pub const BAGIT_TXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The written format, which travels inside every export.
pub const SPEC: &str = include_str!("../../spec/v1.md");
/// `0=ocfl_1.1`, whole.
pub const OCFL_ROOT: &str = "ocfl_1.1\n";
/// `0=ocfl_object_1.1`, whole.
pub const OCFL_OBJECT: &str = "ocfl_object_1.1\n";
/// Name of the storage layout extension.
pub const LAYOUT: &str = "0003-hash-and-id-n-tuple-storage-layout";
/// `ocfl_layout.json`, whole.
pub const OCFL_LAYOUT: &str = r#"{"description":"One folder an object, directly in the root, named by the object's id in percent-encoding","extension":"0003-hash-and-id-n-tuple-storage-layout"}"#;
/// The layout extension's `config.json`, whole.
pub const OCFL_LAYOUT_CONFIG: &str = r#"{"digestAlgorithm":"sha256","extensionName":"0003-hash-and-id-n-tuple-storage-layout","numberOfTuples":0,"tupleSize":0}"#;

/// Paths of an export below its top folder.
#[derive(Debug, Clone)]
pub struct Layout {
    package: String,
}

impl Layout {
    /// The layout of the export whose top folder is `stem` (`<series>-v0002`).
    #[must_use]
    pub fn new(stem: &str) -> Self {
        Self { package: format!("data/{stem}/") }
    }

    /// A file of `metadata/other/`.
    #[must_use]
    pub fn metadata(&self, name: &str) -> String {
        format!("{}metadata/other/{name}", self.package)
    }

    /// The package's table of contents.
    #[must_use]
    pub fn mets(&self) -> String {
        format!("{}METS.xml", self.package)
    }

    /// The package's PREMIS record.
    #[must_use]
    pub fn premis(&self) -> String {
        format!("{}metadata/preservation/premis.xml", self.package)
    }

    /// The package's Dublin Core record.
    #[must_use]
    pub fn dublin_core(&self) -> String {
        format!("{}metadata/descriptive/dc.xml", self.package)
    }

    /// What the Dublin Core record may hold.
    #[must_use]
    pub fn dublin_core_schema(&self) -> String {
        format!("{}schemas/dc.xsd", self.package)
    }

    /// The written format.
    #[must_use]
    pub fn spec(&self) -> String {
        format!("{}documentation/spec-v1.md", self.package)
    }

    /// A file of the OCFL storage root; with `""` the root itself, ending in `/`.
    #[must_use]
    pub fn ocfl(&self, name: &str) -> String {
        format!("{}representations/rep1/data/ocfl/{name}", self.package)
    }

    /// A file of the viewer; with `""` its folder, ending in `/`.
    #[must_use]
    pub fn viewer(&self, name: &str) -> String {
        format!("{}representations/rep1/data/viewer/{name}", self.package)
    }

    /// The folder of an OCFL object, ending in `/`.
    #[must_use]
    pub fn object(&self, uuid: &str) -> String {
        self.ocfl(&format!("urn%3auuid%3a{uuid}/"))
    }
}

/// The OCFL id of the object of a post, an attachment or a capture.
#[must_use]
pub fn object_id(uuid: &str) -> String {
    format!("urn:uuid:{uuid}")
}

/// `bag-info.txt` for an export with this payload.
#[must_use]
pub fn bag_info(header: &Header, payload_bytes: u64, payload_files: u64) -> String {
    format!(
        "Bag-Group-Identifier: urn:uuid:{}\nBag-Software-Agent: {}\nBagging-Date: {}\nExternal-Identifier: {}\n\
         Fonds-Format: {FORMAT}\nPayload-Oxum: {payload_bytes}.{payload_files}\n",
        header.series_id,
        header.generator,
        &header.at.get(..10).unwrap_or_default(),
        header.stem(),
    )
}

/// `README.txt`: what this is and how to check it without Fonds, in English and French.
#[must_use]
pub fn readme(header: &Header) -> String {
    let selected = |language| {
        let sentence = header.selection.as_ref().map(|selection| selection.sentence(language));
        sentence.map_or_else(String::new, |sentence| format!("{sentence}\n\n"))
    };
    include_str!("readme.txt")
        .replace("{selection}", &selected(super::Language::En))
        .replace("{sélection}", &selected(super::Language::Fr))
        .replace("{stem}", &header.stem())
        .replace("{date}", header.at.get(..10).unwrap_or_default())
}

/// The OCFL message of a revision's version.
#[must_use]
pub fn revision_message(revision: &super::Revision) -> String {
    format!("Revision {} ({})", revision.number, revision.origin.as_str())
}

/// The ends of the names of the files that an attachment may be.
const ATTACHMENT_ENDS: [&str; 6] = ["pdf", "png", "jpg", "jpeg", "gif", "webp"];

/// The logical file of an attachment's versions: `attachment`, and the end of its path in lower case. `None` where that
/// is not one of the kinds that an archive takes.
#[must_use]
pub fn attachment_file(path: &str) -> Option<String> {
    let end = path.rsplit_once('.')?.1.to_ascii_lowercase();
    ATTACHMENT_ENDS.contains(&end.as_str()).then(|| format!("attachment.{end}"))
}

/// Whether this is what [`attachment_file`] gives.
#[must_use]
pub fn is_attachment_file(name: &str) -> bool {
    attachment_file(name).is_some_and(|file| file == name)
}

/// The OCFL message of an attachment's version.
#[must_use]
pub fn attachment_message(version: u32) -> String {
    format!("Version {version}")
}

/// The record of a capture's version.
pub const CAPTURE: &str = "capture.json";
/// The page of a capture's version.
pub const CAPTURED_PAGE: &str = "page.wacz";

/// The OCFL message of a capture's version.
#[must_use]
pub fn capture_message(version: u32) -> String {
    format!("Capture {version}")
}

/// `chain.json` as it stands on disk.
#[derive(Debug, serde::Serialize)]
struct Chain<'a> {
    format: &'a str,
    #[serde(flatten)]
    header: &'a Header,
    changes: Option<&'a Changes>,
}

/// `chain.json` of an export; `changes` where it is incremental.
pub fn chain_json(header: &Header, changes: Option<&Changes>) -> crate::Result<Vec<u8>> {
    super::canonical(&Chain { format: FORMAT, header, changes })
}
