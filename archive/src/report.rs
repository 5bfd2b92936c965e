//! What a verification found: findings with stable codes, a verdict, and what it does and does not prove.
//!
//! Codes never change their meaning; new ones may be added. The verdict `whole` says that an export agrees
//! with itself in every digest and record; it does not say who made it, because nothing signs it yet.

use std::path::PathBuf;

use serde::Serialize;

use crate::sign::TimeStamp;
use crate::v1::Header;

/// How many findings a report keeps; the rest are counted.
pub const MAX_FINDINGS: usize = 1000;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The export cannot be trusted as it is.
    Error,
    /// The records are intact; something about the file is unusual.
    Warning,
}

macro_rules! codes {
    ($($variant:ident $severity:ident $text:literal $en:literal $fr:literal;)*) => {
        /// What was found, under a code that never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $en] #[serde(rename = $text)] $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as it stands in output.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// How grave it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it means, in English.
            #[must_use]
            pub fn en(self) -> &'static str {
                match self { $(Self::$variant => $en,)* }
            }

            /// What it means, in French.
            #[must_use]
            pub fn fr(self) -> &'static str {
                match self { $(Self::$variant => $fr,)* }
            }
        }
    };
}

codes! {
    NotAZip Error "NOT_A_ZIP" "The file is not a zip, or its directory is cut off or damaged." "Le fichier n’est pas un zip, ou son répertoire est tronqué ou endommagé.";
    NotAnExport Error "NOT_AN_EXPORT" "The zip is not a Fonds export that this version knows." "Le zip n’est pas un export Fonds que cette version connaît.";
    ZipDuplicateName Error "ZIP_DUPLICATE_NAME" "Two entries have the same name: tools would disagree on which one counts." "Deux entrées portent le même nom : les outils ne s’accorderaient pas sur celle qui compte.";
    ZipCaseCollision Error "ZIP_CASE_COLLISION" "Two names differ only in upper and lower case: on many systems one would replace the other." "Deux noms ne diffèrent que par la casse : sur bien des systèmes, l’un remplacerait l’autre.";
    ZipUnsafeName Error "ZIP_UNSAFE_NAME" "An entry has a name that could lead outside the folder or that some systems refuse." "Une entrée porte un nom qui pourrait mener hors du dossier ou que certains systèmes refusent.";
    ZipOutsideTopFolder Error "ZIP_OUTSIDE_TOP_FOLDER" "An entry stands outside the export’s one top folder." "Une entrée se trouve hors de l’unique dossier racine de l’export.";
    ZipLink Error "ZIP_LINK" "An entry is a link or a special file; an export holds plain files only." "Une entrée est un lien ou un fichier spécial ; un export ne contient que des fichiers ordinaires.";
    ZipFolderEntry Error "ZIP_FOLDER_ENTRY" "An entry is a folder; an export holds files only." "Une entrée est un dossier ; un export ne contient que des fichiers.";
    ZipEncrypted Error "ZIP_ENCRYPTED" "An entry is encrypted and cannot be checked." "Une entrée est chiffrée et ne peut pas être vérifiée.";
    ZipMethodUnknown Error "ZIP_METHOD_UNKNOWN" "An entry is compressed in a way that the format does not use." "Une entrée est compressée d’une manière que le format n’emploie pas.";
    ZipHeadersDisagree Error "ZIP_HEADERS_DISAGREE" "The zip describes an entry in two places, and the two differ." "Le zip décrit une entrée à deux endroits, et les deux diffèrent.";
    ZipEntryUnreadable Error "ZIP_ENTRY_UNREADABLE" "An entry cannot be unpacked: its compressed bytes are damaged." "Une entrée ne peut pas être décompressée : ses octets compressés sont endommagés.";
    ZipSizeLies Error "ZIP_SIZE_LIES" "An entry unpacks to another size than the zip says." "Une entrée décompressée n’a pas la taille que le zip annonce.";
    ZipCrcMismatch Error "ZIP_CRC_MISMATCH" "An entry’s checksum in the zip does not match its bytes." "La somme de contrôle d’une entrée dans le zip ne correspond pas à ses octets.";
    ZipOverlap Error "ZIP_OVERLAP" "Entries lie over one another in the file." "Des entrées se chevauchent dans le fichier.";
    ZipUnlistedBytes Error "ZIP_UNLISTED_BYTES" "The file holds bytes that belong to no entry." "Le fichier contient des octets qui n’appartiennent à aucune entrée.";
    ZipTooManyEntries Error "ZIP_TOO_MANY_ENTRIES" "The zip has more entries than can be checked safely." "Le zip compte plus d’entrées qu’il n’est possible d’en vérifier sans risque.";
    ZipBomb Error "ZIP_BOMB" "The zip claims to unpack to far more than an export could hold; it was not unpacked." "Le zip prétend contenir bien plus qu’un export ne peut tenir ; il n’a pas été décompressé.";
    ZipUnusual Warning "ZIP_UNUSUAL" "The zip has a comment, times or permissions that Fonds does not write; its content is judged apart." "Le zip porte un commentaire, des dates ou des permissions que Fonds n’écrit pas ; son contenu est jugé à part.";
    BagFileMissing Error "BAG_FILE_MISSING" "A file that every bag must have is missing." "Il manque un fichier que tout sac BagIt doit contenir.";
    BagDeclaration Error "BAG_DECLARATION" "bagit.txt does not say BagIt 1.0 in UTF-8." "bagit.txt n’annonce pas BagIt 1.0 en UTF-8.";
    BagInfo Error "BAG_INFO" "bag-info.txt lacks a field or contradicts the export." "Il manque un champ à bag-info.txt, ou il contredit l’export.";
    BagManifestSyntax Error "BAG_MANIFEST_SYNTAX" "A line of a manifest cannot be read or stands there twice." "Une ligne d’un manifeste est illisible ou s’y trouve deux fois.";
    BagDigestMismatch Error "BAG_DIGEST_MISMATCH" "A file’s bytes are not those that the manifest lists: it was changed or damaged." "Les octets d’un fichier ne sont pas ceux du manifeste : il a été modifié ou endommagé.";
    BagTagDigestMismatch Error "BAG_TAG_DIGEST_MISMATCH" "A file that describes the bag was changed or damaged." "Un fichier qui décrit le sac a été modifié ou endommagé.";
    BagMissing Error "BAG_MISSING" "A file that a manifest lists is missing." "Il manque un fichier que le manifeste énumère.";
    BagUnlisted Error "BAG_UNLISTED" "A file stands in the bag that no manifest lists." "Un fichier se trouve dans le sac sans figurer dans aucun manifeste.";
    BagOxumMismatch Error "BAG_OXUM_MISMATCH" "The number or the size of the files is not what bag-info.txt says." "Le nombre ou la taille des fichiers n’est pas celui que donne bag-info.txt.";
    TextDiffers Warning "TEXT_DIFFERS" "README.txt or the description of the format in the export is not the one that this program knows: another version wrote it, or it was changed. The records are judged apart." "README.txt ou la description du format contenue dans l’export n’est pas celle que connaît ce programme : une autre version l’a écrite, ou elle a été modifiée. Les enregistrements sont jugés à part.";
    PayloadUnknown Error "PAYLOAD_UNKNOWN" "The export holds a file that the format has no place for." "L’export contient un fichier pour lequel le format n’a pas de place.";
    RecordTooLarge Error "RECORD_TOO_LARGE" "A record is larger than the format allows and was not read." "Un enregistrement dépasse la taille que le format permet et n’a pas été lu.";
    ChainUnreadable Error "CHAIN_UNREADABLE" "chain.json is not what the format says it is." "chain.json n’est pas conforme au format.";
    ChainInvalid Error "CHAIN_INVALID" "chain.json contradicts itself." "chain.json se contredit.";
    ChainNameMismatch Error "CHAIN_NAME_MISMATCH" "The top folder’s name is not the series and sequence that chain.json gives." "Le nom du dossier racine n’est pas la série et le numéro que donne chain.json.";
    ChainObjects Error "CHAIN_OBJECTS" "The list of what changed is not that of the posts and attachments in the export." "La liste de ce qui a changé n’est pas celle des billets et pièces jointes de l’export.";
    LibraryUnreadable Error "LIBRARY_UNREADABLE" "library.json is not what the format says it is." "library.json n’est pas conforme au format.";
    LibraryInvalid Error "LIBRARY_INVALID" "A record of library.json has an id, a time or an order that the format does not allow." "Un enregistrement de library.json a un identifiant, une date ou un ordre que le format ne permet pas.";
    LibraryReferenceMissing Error "LIBRARY_REFERENCE_MISSING" "A record names another that does not exist." "Un enregistrement en nomme un autre qui n’existe pas.";
    LibraryObjectMissing Error "LIBRARY_OBJECT_MISSING" "A post or an attachment that library.json lists has no texts or files in the export." "Un billet ou une pièce jointe qu’énumère library.json n’a ni texte ni fichier dans l’export.";
    LibraryHeadMissing Error "LIBRARY_HEAD_MISSING" "The revision that a post shows as its text does not exist." "La révision qui tient lieu de texte à un billet n’existe pas.";
    RetentionUnreadable Error "RETENTION_UNREADABLE" "retention.json is not what the format says it is." "retention.json n’est pas conforme au format.";
    RetentionInvalid Error "RETENTION_INVALID" "A record of retention.json has an id, a time or an order that the format does not allow." "Un enregistrement de retention.json a un identifiant, une date ou un ordre que le format ne permet pas.";
    RetentionJournal Error "RETENTION_JOURNAL" "The holds are not those that the journal tells of: one was removed, added, or released without a word." "Les mises en suspens ne sont pas celles que raconte le journal : l’une a été enlevée, ajoutée, ou levée sans mention.";
    JournalUnreadable Error "JOURNAL_UNREADABLE" "A line of the journal is not what the format says it is." "Une ligne du journal n’est pas conforme au format.";
    JournalSequence Error "JOURNAL_SEQUENCE" "The journal’s entries are not numbered one by one: entries are missing or were added." "Les entrées du journal ne se suivent pas : il en manque, ou il en a été ajouté.";
    JournalChainBroken Error "JOURNAL_CHAIN_BROKEN" "A journal entry does not carry the hash of the one before it." "Une entrée du journal ne porte pas l’empreinte de la précédente.";
    JournalHashMismatch Error "JOURNAL_HASH_MISMATCH" "A journal entry was changed after it was written." "Une entrée du journal a été modifiée après avoir été écrite.";
    OcflStructure Error "OCFL_STRUCTURE" "A file of the OCFL storage root is missing or wrong." "Un fichier de la racine de stockage OCFL manque ou est erroné.";
    OcflInventoryUnreadable Error "OCFL_INVENTORY_UNREADABLE" "An OCFL inventory is not what the format says it is." "Un inventaire OCFL n’est pas conforme au format.";
    OcflInventoryInvalid Error "OCFL_INVENTORY_INVALID" "An OCFL inventory contradicts itself." "Un inventaire OCFL se contredit.";
    OcflSidecarMismatch Error "OCFL_SIDECAR_MISMATCH" "An OCFL inventory’s bytes are not those that its digest file names." "Les octets d’un inventaire OCFL ne sont pas ceux que nomme son fichier d’empreinte.";
    OcflDigestMismatch Error "OCFL_DIGEST_MISMATCH" "A file’s bytes are not those that the OCFL inventory lists." "Les octets d’un fichier ne sont pas ceux de l’inventaire OCFL.";
    OcflMissing Error "OCFL_MISSING" "A file that an OCFL inventory lists is missing." "Il manque un fichier que l’inventaire OCFL énumère.";
    OcflUnlisted Error "OCFL_UNLISTED" "A file stands in an OCFL object that its inventory does not list." "Un fichier se trouve dans un objet OCFL sans figurer dans son inventaire.";
    CaptureUnreadable Error "CAPTURE_UNREADABLE" "A capture’s record is not what the format says it is." "La fiche d’une capture n’est pas conforme au format.";
    CaptureDamaged Error "CAPTURE_DAMAGED" "A captured page’s WACZ does not hold what it lists." "Le WACZ d’une page capturée ne contient pas ce qu’il énumère.";
    RevisionUnreadable Error "REVISION_UNREADABLE" "A revision’s record or text is not what the format says it is." "La fiche ou le texte d’une révision n’est pas conforme au format.";
    RevisionInvalid Error "REVISION_INVALID" "A revision’s number, time or actor is not what it has to be." "Le numéro, la date ou l’auteur d’une révision n’est pas ce qu’il doit être.";
    RevisionHashMismatch Error "REVISION_HASH_MISMATCH" "A revision’s text and title are not those that its hash names." "Le texte et le titre d’une révision ne sont pas ceux que nomme son empreinte.";
    RevisionParentMissing Error "REVISION_PARENT_MISSING" "A revision was made from one that does not exist." "Une révision est issue d’une autre qui n’existe pas.";
    RevisionAttachmentMissing Error "REVISION_ATTACHMENT_MISSING" "A revision names a version of an attachment that does not exist." "Une révision nomme une version de pièce jointe qui n’existe pas.";
    MetsDiffers Error "METS_DIFFERS" "METS.xml does not say what the export holds: a digest, a size or a file in it is another, or it was rewritten." "METS.xml ne dit pas ce que contient l’export : une empreinte, une taille ou un fichier y est autre, ou il a été réécrit.";
    PremisDiffers Error "PREMIS_DIFFERS" "premis.xml does not say what the export holds: a digest, an event or an agent in it is another, or it was rewritten." "premis.xml ne dit pas ce que contient l’export : une empreinte, un événement ou un agent y est autre, ou il a été réécrit.";
    DublinCoreDiffers Error "DUBLIN_CORE_DIFFERS" "The Dublin Core description, or its schema, is not that of this export." "La description Dublin Core, ou son schéma, n’est pas celle de cet export.";
    SignatureMissing Error "SIGNATURE_MISSING" "There is no signature beside the export: nothing shows who held it." "Aucune signature n’accompagne l’export : rien ne montre qui l’a détenu.";
    SignatureWrongKey Error "SIGNATURE_WRONG_KEY" "The export was signed with another key than the one given." "L’export a été signé avec une autre clé que celle qui a été donnée.";
    SignatureBroken Error "SIGNATURE_BROKEN" "The signature does not fit: the export or the signature was changed after signing." "La signature ne correspond pas : l’export ou la signature a été modifié après la signature.";
    SignatureUnreadable Error "SIGNATURE_UNREADABLE" "The file beside the export is no signature that can be read." "Le fichier qui accompagne l’export n’est pas une signature lisible.";
    SignatureComment Warning "SIGNATURE_COMMENT" "The signature fits, but its comment does not name this export." "La signature correspond, mais son commentaire ne nomme pas cet export.";
    TimeStampBroken Error "TIME_STAMP_BROKEN" "The time-stamp beside the export proves nothing about it." "L’horodatage qui accompagne l’export ne prouve rien à son sujet.";
    TimeStampUntrusted Error "TIME_STAMP_UNTRUSTED" "The time-stamp was not made by an authority that was given as trusted." "L’horodatage n’émane d’aucune des autorités données comme fiables.";
    ViewerIncomplete Error "VIEWER_INCOMPLETE" "The viewer lacks a page that it must have. The records themselves are judged apart." "Il manque à la visionneuse une page qu’elle doit avoir. Les enregistrements eux-mêmes sont jugés à part.";
    ProofInvalid Error "PROOF_INVALID" "A signature or a time-stamp that travels in the export is not one of the export before." "Une signature ou un horodatage contenu dans l’export n’est pas celui de l’export précédent.";
    SeriesMixed Error "SERIES_MIXED" "The exports do not belong to one series." "Les exports n’appartiennent pas à une même série.";
    SeriesGap Error "SERIES_GAP" "An export of the series is missing from the set." "Il manque un export de la série dans cet ensemble.";
    SeriesFork Error "SERIES_FORK" "Two different exports claim the same place in the series." "Deux exports différents occupent le même rang dans la série.";
    SeriesPreviousMismatch Error "SERIES_PREVIOUS_MISMATCH" "The export before this one is not the one that it names: one of the two was exchanged or changed." "L’export précédent n’est pas celui que celui-ci nomme : l’un des deux a été échangé ou modifié.";
    SeriesObjects Error "SERIES_OBJECTS" "What an export says it changes is not what the exports before it hold." "Ce qu’un export dit modifier n’est pas ce que contiennent les exports précédents.";
    SeriesJournal Error "SERIES_JOURNAL" "The journal does not go on from the one in the export before: entries were changed or taken out between the two." "Le journal ne prolonge pas celui de l’export précédent : des entrées ont été modifiées ou retirées entre les deux.";
    SeriesIncomplete Warning "SERIES_INCOMPLETE" "The export holds what changed since the one before. The exports it builds on were not given, so the library as a whole was not judged." "L’export contient ce qui a changé depuis le précédent. Les exports sur lesquels il s’appuie n’ont pas été fournis : la bibliothèque entière n’a donc pas été jugée.";
    SeriesDuplicate Warning "SERIES_DUPLICATE" "The same export was given twice." "Le même export a été donné deux fois.";
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// How grave.
    pub severity: Severity,
    /// Where: the entry's name, the record's id, or the zip's path. Safe to print: no control characters.
    pub place: String,
    /// What exactly, in technical terms that need no language; may be empty.
    pub detail: String,
    /// What it means, in English.
    pub en: &'static str,
    /// What it means, in French.
    pub fr: &'static str,
}

impl Finding {
    pub(crate) fn new(code: Code, place: impl AsRef<str>, detail: impl AsRef<str>) -> Self {
        Self {
            code,
            severity: code.severity(),
            place: printable(place.as_ref()),
            detail: printable(detail.as_ref()),
            en: code.en(),
            fr: code.fr(),
        }
    }
}

/// Text from outside, safe for a terminal and bounded.
fn printable(text: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    text.chars().take(400).map(clean).collect()
}

/// Findings, bounded.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    pub(crate) left_off: u64,
    pub(crate) errors: u64,
}

impl Findings {
    pub(crate) fn push(&mut self, finding: Finding) {
        if finding.severity == Severity::Error {
            self.errors += 1;
        }
        if self.list.len() < MAX_FINDINGS {
            self.list.push(finding);
        } else {
            self.left_off += 1;
        }
    }

    pub(crate) fn add(&mut self, code: Code, place: impl AsRef<str>, detail: impl AsRef<str>) {
        self.push(Finding::new(code, place, detail));
    }
}

/// The judgement on an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every digest and record agrees; there may be warnings.
    Whole,
    /// Every digest and record agrees, but the signature that was asked for does not stand behind them.
    Unproved,
    /// At least one error was found.
    Damaged,
}

/// What is known of who made an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// No signature was held against a key: the export is consistent at best, its origin is not proved.
    NotProved,
    /// Whoever holds the secret half of this key held exactly these bytes and signed them.
    Signed {
        /// The key's number, as minisign shows it.
        key: String,
    },
}

/// What a verification found in one export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The zip.
    pub path: PathBuf,
    /// SHA-256 of the whole zip file, lower-case hex.
    pub sha256: String,
    /// Size of the zip file in bytes.
    pub size: u64,
    /// Number of entries in the zip's directory.
    pub entries: u64,
    /// Number of posts in the export.
    pub posts: u64,
    /// Number of revisions in the export.
    pub revisions: u64,
    /// Number of attachment versions in the export.
    pub attachment_versions: u64,
    /// Number of journal entries in the export.
    pub journal_entries: u64,
    /// What the export says it is; none where that cannot be read.
    pub header: Option<Header>,
    /// Whether it is whole.
    pub verdict: Verdict,
    /// What is known of who made it.
    pub origin: Origin,
    /// What a time-stamp beside the zip says; none where there is none, or where it was not judged.
    pub time_stamp: Option<TimeStamp>,
    /// What was found, at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings were left off.
    pub findings_left_off: u64,
}

impl Report {
    /// The verdict as a sentence, in English.
    #[must_use]
    pub fn summary_en(&self) -> &'static str {
        match self.verdict {
            Verdict::Whole if self.origin != Origin::NotProved => {
                "The export is consistent; the holder of the key held exactly these bytes."
            }
            Verdict::Whole => "The export is consistent; its origin is not proved.",
            Verdict::Unproved => {
                "The export is consistent, but the key that was given does not vouch for it."
            }
            Verdict::Damaged => "The export is damaged.",
        }
    }

    /// The verdict as a sentence, in French.
    #[must_use]
    pub fn summary_fr(&self) -> &'static str {
        match self.verdict {
            Verdict::Whole if self.origin != Origin::NotProved => {
                "L’export est cohérent ; le détenteur de la clé a détenu exactement ces octets."
            }
            Verdict::Unproved => "L’export est cohérent, mais la clé donnée ne s’en porte pas garante.",
            Verdict::Whole => "L’export est cohérent ; son origine n’est pas prouvée.",
            Verdict::Damaged => "L’export est endommagé.",
        }
    }
}

/// What a verification of several exports of one series found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesReport {
    /// One report a zip, in order of sequence; unreadable ones last.
    pub exports: Vec<Report>,
    /// What was found between the exports.
    pub findings: Vec<Finding>,
    /// Whether every export is whole and the chain between them holds.
    pub verdict: Verdict,
    /// What is known of who made them.
    pub origin: Origin,
}
