//! `METS.xml`: the package's table of contents, after METS 1.12 and the E-ARK CSIP 2.1.0.

use std::io::{self, Write};

use super::FileRecord;
use super::xml::{Escaped, Href};
use crate::v1::{Header, Library};

const NAMESPACES: &str = "xmlns=\"http://www.loc.gov/METS/\" xmlns:csip=\"https://DILCIS.eu/XML/METS/CSIPExtensionMETS\" \
     xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
const CONTENT: &str = "csip:CONTENTINFORMATIONTYPE=\"OTHER\" csip:OTHERCONTENTINFORMATIONTYPE=\"Fonds\"";

/// Where a file is described: a kind of metadata or a group of files.
struct Group {
    id: &'static str,
    usage: &'static str,
    folder: &'static str,
}

const GROUPS: [Group; 3] = [
    Group { id: "documentation", usage: "Documentation", folder: "documentation/" },
    Group { id: "schemas", usage: "Schemas", folder: "schemas/" },
    Group { id: "rep1", usage: "Representations/rep1", folder: "representations/rep1/" },
];

/// Writes `METS.xml` over `files`, which are the payload without `METS.xml` itself, by path.
///
/// # Errors
/// Those of `out`.
pub fn mets(
    out: &mut dyn Write,
    header: &Header,
    library: &Library,
    files: &[&FileRecord],
) -> io::Result<()> {
    let stem = header.stem();
    let at = &header.at;
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<mets {NAMESPACES} OBJID=\"{stem}\" LABEL=\"{}\" TYPE=\"Other\" csip:OTHERTYPE=\"Fonds export\" \
         {CONTENT} PROFILE=\"https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml\">",
        Escaped(&library.name)
    )?;
    let (program, version) = header.generator.rsplit_once(' ').unwrap_or((&header.generator, "unknown"));
    writeln!(out, "<metsHdr CREATEDATE=\"{at}\" LASTMODDATE=\"{at}\" csip:OAISPACKAGETYPE=\"AIP\">")?;
    writeln!(
        out,
        "<agent ROLE=\"CREATOR\" TYPE=\"OTHER\" OTHERTYPE=\"SOFTWARE\"><name>{}</name><note csip:NOTETYPE=\"SOFTWARE VERSION\">{}</note></agent>",
        Escaped(program),
        Escaped(version)
    )?;
    writeln!(out, "</metsHdr>")?;
    let files: Vec<(usize, &str, &FileRecord)> =
        files.iter().enumerate().map(|(n, f)| (n + 1, below_package(f, &stem), *f)).collect();
    let descriptive = |path: &str| path.starts_with("metadata/descriptive/");
    let administrative = |path: &str| path.starts_with("metadata/") && !descriptive(path);
    for (n, path, file) in files.iter().filter(|(_, path, _)| descriptive(path)) {
        writeln!(out, "<dmdSec ID=\"m{n}\" CREATED=\"{at}\" STATUS=\"CURRENT\">")?;
        reference(out, path, file, "DC", at)?;
        writeln!(out, "</dmdSec>")?;
    }
    writeln!(out, "<amdSec>")?;
    for (n, path, file) in files.iter().filter(|(_, path, _)| administrative(path)) {
        let kind = if path.ends_with("premis.xml") { "PREMIS" } else { "OTHER\" OTHERMDTYPE=\"Fonds" };
        writeln!(out, "<digiprovMD ID=\"m{n}\" CREATED=\"{at}\" STATUS=\"CURRENT\">")?;
        reference(out, path, file, kind, at)?;
        writeln!(out, "</digiprovMD>")?;
    }
    writeln!(out, "</amdSec>")?;
    writeln!(out, "<fileSec ID=\"files\">")?;
    for group in &GROUPS {
        writeln!(out, "<fileGrp ID=\"{}\" USE=\"{}\" {CONTENT}>", group.id, group.usage)?;
        for (n, path, file) in files.iter().filter(|(_, path, _)| path.starts_with(group.folder)) {
            writeln!(out, "<file ID=\"f{n}\" {}>", described(file, at))?;
            writeln!(out, "<FLocat LOCTYPE=\"URL\" xlink:type=\"simple\" xlink:href=\"{}\"/>", Href(path))?;
            writeln!(out, "</file>")?;
        }
        writeln!(out, "</fileGrp>")?;
    }
    writeln!(out, "</fileSec>")?;
    let ids = |which: &dyn Fn(&str) -> bool| -> Vec<String> {
        files.iter().filter(|(_, path, _)| which(path)).map(|(n, ..)| format!("m{n}")).collect()
    };
    writeln!(out, "<structMap ID=\"csip\" TYPE=\"PHYSICAL\" LABEL=\"CSIP\">")?;
    writeln!(out, "<div ID=\"package\" LABEL=\"{stem}\">")?;
    writeln!(
        out,
        "<div ID=\"package-metadata\" LABEL=\"Metadata\" DMDID=\"{}\" ADMID=\"{}\"/>",
        ids(&descriptive).join(" "),
        ids(&administrative).join(" ")
    )?;
    for (label, group) in
        [("Documentation", "documentation"), ("Schemas", "schemas"), ("Representations", "rep1")]
    {
        writeln!(out, "<div ID=\"package-{group}\" LABEL=\"{label}\"><fptr FILEID=\"{group}\"/></div>")?;
    }
    writeln!(out, "</div>\n</structMap>\n</mets>")
}

/// A file's path below the package's root.
fn below_package<'a>(file: &'a FileRecord, stem: &str) -> &'a str {
    file.path.get("data/".len() + stem.len() + 1..).unwrap_or_default()
}

fn described(file: &FileRecord, at: &str) -> String {
    format!(
        "MIMETYPE=\"{}\" SIZE=\"{}\" CREATED=\"{at}\" CHECKSUM=\"{}\" CHECKSUMTYPE=\"SHA-256\"",
        file.format().media_type,
        file.size,
        file.sha256()
    )
}

fn reference(out: &mut dyn Write, path: &str, file: &FileRecord, kind: &str, at: &str) -> io::Result<()> {
    writeln!(
        out,
        "<mdRef LOCTYPE=\"URL\" xlink:type=\"simple\" xlink:href=\"{}\" MDTYPE=\"{kind}\" {}/>",
        Href(path),
        described(file, at)
    )
}
