//! `premis.xml`: objects with fixity and format, events and agents, after PREMIS 3.0.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::FileRecord;
use super::events::is_event;
use super::xml::Escaped;
use crate::v1::rules::is_uuid;
use crate::v1::{Actor, Header, JournalEntry, Library, layout};

/// `premis.xml` while it is written: [`Premis::begin`], each journal entry, [`Premis::end`].
pub struct Premis<'a> {
    header: &'a Header,
    stem: String,
    agents: BTreeSet<(String, String)>,
}

impl<'a> Premis<'a> {
    /// Writes everything up to the journal's events. `files` are the payload, by path; those of OCFL objects'
    /// content become objects.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(
        out: &mut dyn Write,
        header: &'a Header,
        library: &Library,
        files: &[&FileRecord],
    ) -> io::Result<Self> {
        let stem = header.stem();
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            out,
            "<premis xmlns=\"http://www.loc.gov/premis/v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"3.0\">"
        )?;
        entity(out, "local", &stem, Some(&library.name))?;
        let names: BTreeMap<&str, Option<&str>> = library
            .posts
            .iter()
            .map(|p| (p.id.as_str(), p.file.as_deref()))
            .chain(library.captures.iter().map(|c| (c.id.as_str(), None)))
            .chain(library.attachments.iter().map(|a| (a.id.as_str(), Some(a.path.as_str()))))
            .collect();
        let root = format!("data/{stem}/representations/rep1/data/ocfl/urn%3auuid%3a");
        let mut object = "";
        for file in files {
            let Some((id, _)) = file.path.strip_prefix(&root).and_then(|rest| rest.split_once('/')) else {
                continue;
            };
            if id != object {
                object = id;
                entity(out, "URI", &layout::object_id(id), names.get(id).copied().flatten())?;
            }
            if file.path.contains("/content/") {
                content(out, &stem, id, file)?;
            }
        }
        Ok(Self { header, stem, agents: BTreeSet::new() })
    }

    /// Writes the event that a journal entry is, if it is one.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn entry(&mut self, out: &mut dyn Write, entry: &JournalEntry) -> io::Result<()> {
        if !is_event(&entry.action) {
            return Ok(());
        }
        let agent = agent_id(&entry.actor);
        let detail = format!("journal entry {}, hash {}", entry.seq, entry.hash);
        let subject = layout::object_id(&entry.subject);
        let subject = if is_uuid(&entry.subject) {
            ("URI", subject.as_str())
        } else {
            ("local", entry.subject.as_str())
        };
        event(
            out,
            &format!("journal-{}", entry.seq),
            &entry.action,
            &entry.at,
            &detail,
            (&agent, "implementer"),
            subject,
        )?;
        self.agents.insert((agent, entry.actor.name.clone()));
        Ok(())
    }

    /// Writes the event of the export itself and the agents.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn end(self, out: &mut dyn Write) -> io::Result<()> {
        let program = &self.header.generator;
        event(
            out,
            "export",
            "information package creation",
            &self.header.at,
            "this export was made",
            (program, "executing program"),
            ("local", &self.stem),
        )?;
        for (id, name) in &self.agents {
            agent(out, id, name, "person")?;
        }
        agent(out, program, program, "software")?;
        writeln!(out, "</premis>")
    }
}

fn entity(out: &mut dyn Write, kind: &str, value: &str, name: Option<&str>) -> io::Result<()> {
    write!(
        out,
        "<object xsi:type=\"intellectualEntity\"><objectIdentifier><objectIdentifierType>{kind}</objectIdentifierType>\
         <objectIdentifierValue>{value}</objectIdentifierValue></objectIdentifier>"
    )?;
    if let Some(name) = name {
        write!(out, "<originalName>{}</originalName>", Escaped(name))?;
    }
    writeln!(out, "</object>")
}

fn content(out: &mut dyn Write, stem: &str, object: &str, file: &FileRecord) -> io::Result<()> {
    let format = file.format();
    let path = file.path.get("data/".len() + stem.len() + 1..).unwrap_or_default();
    writeln!(
        out,
        "<object xsi:type=\"file\"><objectIdentifier><objectIdentifierType>local</objectIdentifierType>\
         <objectIdentifierValue>{}</objectIdentifierValue></objectIdentifier>",
        Escaped(path)
    )?;
    write!(
        out,
        "<objectCharacteristics><fixity><messageDigestAlgorithm>SHA-256</messageDigestAlgorithm>\
         <messageDigest>{}</messageDigest></fixity><size>{}</size><format><formatDesignation><formatName>{}</formatName>",
        file.sha256(),
        file.size,
        format.media_type
    )?;
    if let Some(version) = file.pdf_version {
        write!(out, "<formatVersion>{}</formatVersion>", String::from_utf8_lossy(&version))?;
    }
    write!(out, "</formatDesignation>")?;
    if let Some(key) = format.pronom {
        write!(
            out,
            "<formatRegistry><formatRegistryName>PRONOM</formatRegistryName><formatRegistryKey>{key}</formatRegistryKey></formatRegistry>"
        )?;
    }
    writeln!(out, "</format></objectCharacteristics>")?;
    writeln!(
        out,
        "<relationship><relationshipType>structural</relationshipType><relationshipSubType>is part of</relationshipSubType>\
         <relatedObjectIdentifier><relatedObjectIdentifierType>URI</relatedObjectIdentifierType>\
         <relatedObjectIdentifierValue>{}</relatedObjectIdentifierValue></relatedObjectIdentifier></relationship></object>",
        layout::object_id(object)
    )
}

fn event(
    out: &mut dyn Write,
    id: &str,
    kind: &str,
    at: &str,
    detail: &str,
    (agent, role): (&str, &str),
    (object_kind, object): (&str, &str),
) -> io::Result<()> {
    writeln!(
        out,
        "<event><eventIdentifier><eventIdentifierType>local</eventIdentifierType><eventIdentifierValue>{id}</eventIdentifierValue></eventIdentifier>\
         <eventType>{}</eventType><eventDateTime>{}</eventDateTime>\
         <eventDetailInformation><eventDetail>{}</eventDetail></eventDetailInformation>",
        Escaped(kind),
        Escaped(at),
        Escaped(detail)
    )?;
    writeln!(
        out,
        "<linkingAgentIdentifier><linkingAgentIdentifierType>local</linkingAgentIdentifierType><linkingAgentIdentifierValue>{}</linkingAgentIdentifierValue>\
         <linkingAgentRole>{role}</linkingAgentRole></linkingAgentIdentifier>\
         <linkingObjectIdentifier><linkingObjectIdentifierType>{object_kind}</linkingObjectIdentifierType><linkingObjectIdentifierValue>{}</linkingObjectIdentifierValue></linkingObjectIdentifier></event>",
        Escaped(agent),
        Escaped(object)
    )
}

fn agent(out: &mut dyn Write, id: &str, name: &str, kind: &str) -> io::Result<()> {
    writeln!(
        out,
        "<agent><agentIdentifier><agentIdentifierType>local</agentIdentifierType><agentIdentifierValue>{}</agentIdentifierValue></agentIdentifier>\
         <agentName>{}</agentName><agentType>{kind}</agentType></agent>",
        Escaped(id),
        Escaped(name)
    )
}

/// A person as the library knows one: the name, and the address where there is one.
fn agent_id(actor: &Actor) -> String {
    if actor.email.is_empty() { actor.name.clone() } else { format!("{} <{}>", actor.name, actor.email) }
}
