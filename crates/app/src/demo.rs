//! The whole main job on a fresh library, with posts and a PDF of the project's own making.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::publishing::carry_on;
use crate::{
    ActorView, Error, ExportRequest, Language, NewHold, NewPost, Result, RuleView, Session, VerifyReport,
    verify,
};

const ENGLISH: &str = include_str!("demo/open-data.en.md");
const ENGLISH_EDITED: &str = include_str!("demo/open-data-edited.en.md");
const FRENCH: &str = include_str!("demo/donnees-ouvertes.fr.md");

/// What the demo made, and where it lies.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Demo {
    /// The library's folder.
    pub library: String,
    /// The static site's front page.
    pub site: String,
    /// The two exports' zips.
    pub exports: Vec<String>,
    /// What their verification says.
    pub reports: Vec<VerifyReport>,
}

/// A step that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoStep {
    /// The library was made.
    Library,
    /// The English and the French post were drafted.
    Posts,
    /// The PDF was attached to both.
    Attachment,
    /// They were filed.
    Filing,
    /// A rule and a hold were set.
    Retention,
    /// They were published.
    Published,
    /// The first export was made.
    FirstExport,
    /// The English post was edited.
    Edited,
    /// The second export was made.
    SecondExport,
    /// Both were verified.
    Verified,
}

/// Plays the main job in `dir`, which must not exist or be empty: the library is the folder itself, the zips go to
/// `dir/exports`. `done` hears of each step.
pub fn demo(dir: &Path, language: Language, done: &mut dyn FnMut(DemoStep)) -> Result<Demo> {
    if std::fs::read_dir(dir).map_or_else(|_| dir.exists(), |mut entries| entries.next().is_some()) {
        return Err(Error::new("library.name_taken").with("path", dir.display()));
    }
    let dir = std::path::absolute(dir).map_err(Error::io(dir))?;
    let actor = ActorView { name: "Nadia Roy".into(), email: "nadia.roy@example.org".into() };
    let mut session = Session::create(&dir, &actor, language)?;
    done(DemoStep::Library);

    let english = session.create_post(&NewPost {
        title: "What we heard: the 2026 open data consultation".into(),
        language: Language::En,
        pair_with: None,
        markdown: Some(ENGLISH.into()),
    })?;
    let french = session.create_post(&NewPost {
        title: "Ce que vous nous avez dit\u{a0}: la consultation de 2026 sur les données ouvertes".into(),
        language: Language::Fr,
        pair_with: Some(english.id.clone()),
        markdown: Some(FRENCH.into()),
    })?;
    let (english, french) = (session.find(&english.id)?, session.find(&french.id)?);
    done(DemoStep::Posts);

    let report = write_pdf(&dir)?;
    session.sync_folder()?;
    session.attach(english, &[&report])?;
    session.attach(french, &[&report])?;
    done(DemoStep::Attachment);

    let reports = session.add_category_path("Consultation/Reports", Some("Consultation/Rapports"))?;
    session.add_category_path("Open data", Some("Données ouvertes"))?;
    let open_data = session.find_category("Open data")?;
    session.file_post(english, &[reports, open_data])?;
    done(DemoStep::Filing);
    keep(&mut session, &english.to_string())?;
    done(DemoStep::Retention);

    session.publish(&[english, french], "site", &mut carry_on)?;
    done(DemoStep::Published);
    let request = ExportRequest::new(dir.join("exports"), None)?;
    let first = session.export(&request, &mut carry_on)?;
    done(DemoStep::FirstExport);
    session.edit_post(english, ENGLISH_EDITED)?;
    session.publish(&[english], "site", &mut carry_on)?;
    done(DemoStep::Edited);
    let second = session.export(&request, &mut carry_on)?;
    done(DemoStep::SecondExport);

    let exports: Vec<String> = [first, second].into_iter().filter_map(|export| export.path).collect();
    let set = verify(&exports, |_| Ok(crate::Trust::default()), language, &mut carry_on)?.into_view();
    let whole = set.findings.is_empty() && set.exports.iter().all(|report| report.verdict == "whole");
    if !whole {
        return Err(Error::new("export.failed").with("reason", "verify"));
    }
    done(DemoStep::Verified);
    Ok(Demo {
        library: dir.to_string_lossy().into_owned(),
        site: dir.join("site/index.html").to_string_lossy().into_owned(),
        exports,
        reports: set.exports,
    })
}

/// A rule for all that is filed under Consultation, and a hold on a post.
fn keep(session: &mut Session, post: &str) -> Result<()> {
    let rule = session.save_rule(&RuleView {
        id: String::new(),
        number: "DA 2018-020".into(),
        title_en: "Consultations".into(),
        title_fr: "Consultations publiques".into(),
        trigger: "published".into(),
        year_end: true,
        period: "P5Y".into(),
        action: "transfer".into(),
        categories: vec![],
        records: 0,
    })?;
    let consultation = session.find_category("Consultation")?;
    session.bind_rule(consultation, Some(&rule))?;
    session.place_hold(&NewHold {
        name: "A-2026-0147".into(),
        reason: "Access to information request".into(),
        authority: "Access to information coordinator".into(),
        posts: vec![post.into()],
        categories: vec![],
        searches: vec![],
    })?;
    Ok(())
}

/// Puts the demo's report into the library's attachments, as an author would drop a file there.
fn write_pdf(dir: &Path) -> Result<PathBuf> {
    let path = dir.join(fonds_library::ATTACHMENTS).join("what-we-heard-2026.pdf");
    std::fs::write(&path, report_pdf()).map_err(Error::io(&path))?;
    Ok(path)
}

/// A one-page PDF 1.4 with a heading and three lines, set in Helvetica, one of the fonts that every reader has.
fn report_pdf() -> Vec<u8> {
    let lines = [
        (24, 760, "What we heard, 2026"),
        (12, 720, "1,284 people and 37 organisations answered between 4 May and 26 June."),
        (12, 700, "Three requests came up in every session: a fixed calendar, old versions, plain files."),
        (12, 680, "This is the full report of the sample library of Fonds."),
    ];
    let text: String =
        lines.iter().map(|(size, y, line)| format!("BT /F1 {size} Tf 72 {y} Td ({line}) Tj ET\n")).collect();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-CA) >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}endstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Title (What we heard, 2026) >>".to_owned(),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let (count, start) = (objects.len() + 1, pdf.len());
    pdf += &format!(
        "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    pdf.into_bytes()
}
