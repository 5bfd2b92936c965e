//! Signatures and time-stamps, judged here and by minisign and openssl.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "support/authority.rs"]
mod authority;
mod support;

use std::path::Path;
use std::process::Command;

use authority::Authority;
use fonds_archive::sign::*;
use fonds_archive::{Code, Error, Origin, Report, Verdict, Written};
use support::{codes, export, header, id, memory, sha};

fn judged(zip: &Path, key: Option<&PublicKey>, authorities: Option<&Authorities>) -> Report {
    let mut report = support::judge(zip);
    judge(
        &mut report,
        &Evidence::beside(zip).unwrap(),
        &Trust { key: key.cloned(), authorities: authorities.cloned() },
    )
    .unwrap();
    report
}

fn signed(dir: &Path) -> (Written, SecretKey, PublicKey) {
    let written = export(dir);
    let key = SecretKey::generate().unwrap();
    sign(&written.path, &header(1, None), &written.sha256, &key).unwrap();
    let public = key.public().unwrap();
    (written, key, public)
}

fn minisign(arguments: &[&str], zip: &Path) -> bool {
    let output = Command::new("minisign").args(arguments).arg("-m").arg(zip).output();
    output.unwrap_or_else(|e| panic!("minisign: {e}; run `make test`")).status.success()
}

#[test]
fn minisign_accepts_a_signature_and_refuses_a_changed_zip() {
    let dir = tempfile::tempdir().unwrap();
    let (written, _, public) = signed(dir.path());
    assert!(minisign(&["-V", "-P", public.to_base64()], &written.path));
    std::fs::write(dir.path().join("key.pub"), public.to_file()).unwrap();
    let file = dir.path().join("key.pub");
    assert!(minisign(&["-V", "-p", file.to_str().unwrap()], &written.path));
    flip(&written.path);
    assert!(!minisign(&["-V", "-P", public.to_base64()], &written.path));
}

/// Changes a byte of the zip that no digest in it covers: the text of a PDF that is stored as it is.
fn flip(zip: &Path) {
    let mut bytes = std::fs::read(zip).unwrap();
    let at = bytes.windows(9).position(|part| part == b"%PDF-1.7 ").unwrap();
    bytes[at + 6] ^= 1;
    std::fs::write(zip, bytes).unwrap();
}

#[test]
fn the_same_key_signs_the_same_zip_alike_and_never_over_another_signature() {
    let dir = tempfile::tempdir().unwrap();
    let (written, key, _) = signed(dir.path());
    let first = std::fs::read(signature_path(&written.path)).unwrap();
    sign(&written.path, &header(1, None), &written.sha256, &key).unwrap();
    let other = SecretKey::generate().unwrap();
    let refused = sign(&written.path, &header(1, None), &written.sha256, &other);
    assert!(matches!(refused, Err(Error::AlreadyExists(_))), "{refused:?}");
    assert_eq!(std::fs::read(signature_path(&written.path)).unwrap(), first);
    std::fs::remove_file(signature_path(&written.path)).unwrap();
    sign(&written.path, &header(1, None), &written.sha256, &key).unwrap();
    assert_eq!(std::fs::read(signature_path(&written.path)).unwrap(), first);
    let text = String::from_utf8(first).unwrap();
    let comment = format!("series my-blog {} sequence 1 sha256 {}", id(2), written.sha256);
    assert!(text.contains(&comment), "{text}");
}

#[test]
fn another_digest_is_not_signed() {
    let dir = tempfile::tempdir().unwrap();
    let written = export(dir.path());
    let refused = sign(&written.path, &header(1, None), &sha(b"other"), &SecretKey::generate().unwrap());
    assert!(matches!(refused, Err(Error::Damaged { .. })), "{refused:?}");
    assert!(!signature_path(&written.path).exists());
}

#[test]
fn a_key_proves_who_held_the_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let (written, _, public) = signed(dir.path());
    let report = judged(&written.path, Some(&public), None);
    assert_eq!((report.verdict, codes(&report)), (Verdict::Whole, vec![]));
    assert_eq!(report.origin, Origin::Signed { key: public.id() });
    let unasked = judged(&written.path, None, None);
    assert_eq!((unasked.verdict, unasked.origin), (Verdict::Whole, Origin::NotProved));
}

#[test]
fn another_key_or_no_signature_proves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (written, _, public) = signed(dir.path());
    let other = SecretKey::generate().unwrap().public().unwrap();
    let report = judged(&written.path, Some(&other), None);
    assert_eq!(codes(&report), [Code::SignatureWrongKey]);
    assert_eq!((report.verdict, report.origin), (Verdict::Unproved, Origin::NotProved));
    std::fs::remove_file(signature_path(&written.path)).unwrap();
    let report = judged(&written.path, Some(&public), None);
    assert_eq!(codes(&report), [Code::SignatureMissing]);
    assert_eq!(report.verdict, Verdict::Unproved);
}

#[test]
fn a_zip_changed_after_signing_is_found_even_where_it_agrees_with_itself() {
    let dir = tempfile::tempdir().unwrap();
    let (written, _, public) = signed(dir.path());
    // Another export of the same name: every digest inside is right, and it is not what was signed.
    let other = tempfile::tempdir().unwrap();
    let mut library = memory();
    library.library.name = "Forged".into();
    let forged = fonds_archive::write(&header(1, None), &mut library, other.path(), &mut |_| {
        std::ops::ControlFlow::Continue(())
    });
    std::fs::copy(forged.unwrap().path, &written.path).unwrap();
    let report = judged(&written.path, Some(&public), None);
    assert_eq!(codes(&report), [Code::SignatureBroken]);
    assert_eq!((report.verdict, report.origin), (Verdict::Damaged, Origin::NotProved));
}

#[test]
fn a_signature_or_a_comment_changed_by_a_letter_is_broken() {
    let dir = tempfile::tempdir().unwrap();
    let (written, _, public) = signed(dir.path());
    let path = signature_path(&written.path);
    let text = std::fs::read_to_string(&path).unwrap();
    for line in [1, 2, 3] {
        let mut lines: Vec<String> = text.lines().map(Into::into).collect();
        let at = lines[line].len() - 20;
        let new = if lines[line].as_bytes()[at] == b'A' { "B" } else { "A" };
        lines[line].replace_range(at..=at, new);
        std::fs::write(&path, lines.join("\n")).unwrap();
        assert_eq!(
            codes(&judged(&written.path, Some(&public), None)),
            [Code::SignatureBroken],
            "line {line}"
        );
    }
    for junk in ["", "junk", "untrusted comment: x\n%%%\ntrusted comment: y\n%%%\n"] {
        std::fs::write(&path, junk).unwrap();
        assert_eq!(
            codes(&judged(&written.path, Some(&public), None)),
            [Code::SignatureUnreadable],
            "{junk:?}"
        );
    }
}

#[test]
fn a_secret_key_comes_back_from_its_file_with_the_password_alone() {
    let key = SecretKey::generate().unwrap();
    let public = key.public().unwrap();
    let open = key.to_file(None).unwrap();
    assert!(!SecretKey::needs_password(&open).unwrap());
    assert_eq!(SecretKey::from_file(&open, None).unwrap().public().unwrap().id(), public.id());
    let locked = key.to_file(Some("le mot de passe")).unwrap();
    assert!(SecretKey::needs_password(&locked).unwrap());
    let back = SecretKey::from_file(&locked, Some("le mot de passe")).unwrap();
    assert_eq!(back.public().unwrap().to_base64(), public.to_base64());
    for wrong in [None, Some(""), Some("le mot de passe ")] {
        assert!(matches!(SecretKey::from_file(&locked, wrong), Err(Error::WrongPassword)), "{wrong:?}");
    }
    assert!(!format!("{key:?}").contains(open.lines().nth(1).unwrap()));
    for junk in ["", "a\nb", "untrusted comment: x\nRWQ=\n", public.to_file().as_str()] {
        assert!(matches!(SecretKey::from_file(junk, Some("x")), Err(Error::BadKey(_))), "{junk:?}");
    }
}

#[test]
fn minisign_signs_with_our_key_file_and_we_with_its() {
    let dir = tempfile::tempdir().unwrap();
    let written = export(dir.path());
    let key = SecretKey::generate().unwrap();
    let file = dir.path().join("ours.key");
    std::fs::write(&file, key.to_file(None).unwrap()).unwrap();
    assert!(minisign(&["-S", "-s", file.to_str().unwrap()], &written.path));
    let report = judged(&written.path, Some(&key.public().unwrap()), None);
    assert_eq!(codes(&report), [Code::SignatureComment], "minisign's own comment names no export");
    assert_eq!(report.origin, Origin::Signed { key: key.public().unwrap().id() });
    std::fs::remove_file(signature_path(&written.path)).unwrap();
    let (public, secret) = (dir.path().join("theirs.pub"), dir.path().join("theirs.key"));
    let made = Command::new("minisign").args(["-G", "-W", "-p"]).arg(&public).arg("-s").arg(&secret).output();
    assert!(made.unwrap().status.success());
    let theirs = SecretKey::from_file(&std::fs::read_to_string(secret).unwrap(), None).unwrap();
    sign(&written.path, &header(1, None), &written.sha256, &theirs).unwrap();
    let public = PublicKey::parse(&std::fs::read_to_string(public).unwrap()).unwrap();
    assert_eq!(codes(&judged(&written.path, Some(&public), None)), []);
}

fn stamped(dir: &Path, authority: &Authority) -> Written {
    let written = export(dir);
    let request = TimeStampRequest::new(&written.sha256).unwrap();
    let answer = authority.answer(&request.to_der().unwrap());
    write_time_stamp(&written.path, &request, &answer).unwrap();
    written
}

#[test]
fn openssl_accepts_a_time_stamp_and_the_report_tells_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(&dir.path().join("authority"));
    let written = stamped(dir.path(), &authority);
    assert!(authority.accepts(&written.path, &time_stamp_path(&written.path)));
    let trusted = Authorities::parse(&authority.certificate()).unwrap();
    let report = judged(&written.path, None, Some(&trusted));
    assert_eq!(codes(&report), []);
    let stamp = report.time_stamp.unwrap();
    assert!(stamp.trusted && stamp.authority == "Test authority", "{stamp:?}");
    assert!(stamp.at.starts_with("20") && stamp.at.ends_with('Z') && stamp.at.len() == 20, "{stamp:?}");
    let unasked = judged(&written.path, None, None).time_stamp.unwrap();
    assert!(!unasked.trusted);
}

#[test]
fn a_time_stamp_of_a_stranger_or_of_other_bytes_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(&dir.path().join("authority"));
    let written = stamped(dir.path(), &authority);
    let stranger = Authority::new(&dir.path().join("stranger"));
    let trusted = Authorities::parse(&stranger.certificate()).unwrap();
    let report = judged(&written.path, None, Some(&trusted));
    assert_eq!(codes(&report), [Code::TimeStampUntrusted]);
    let request = TimeStampRequest::new(&sha(b"other bytes")).unwrap();
    std::fs::write(time_stamp_path(&written.path), authority.answer(&request.to_der().unwrap())).unwrap();
    assert_eq!(codes(&judged(&written.path, None, None)), [Code::TimeStampBroken]);
}

#[test]
fn every_flipped_bit_of_a_time_stamp_is_found_or_changes_nothing_that_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(&dir.path().join("authority"));
    let written = stamped(dir.path(), &authority);
    let trusted = Authorities::parse(&authority.certificate()).unwrap();
    let path = time_stamp_path(&written.path);
    let good = std::fs::read(&path).unwrap();
    let said = read_time_stamp(&written.path, &written.sha256, Some(&trusted)).unwrap();
    let mut refused = 0;
    for at in (0..good.len()).step_by(3) {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&path, bytes).unwrap();
        match read_time_stamp(&written.path, &written.sha256, Some(&trusted)) {
            Ok(Some(stamp)) if stamp.trusted => assert_eq!(Some(stamp), said, "byte {at}"),
            Ok(_) | Err(_) => refused += 1,
        }
    }
    assert!(refused > good.len() / 6, "{refused} of {}", good.len() / 3);
}

#[test]
fn an_answer_to_another_request_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(&dir.path().join("authority"));
    let written = export(dir.path());
    let (one, other) =
        (TimeStampRequest::new(&written.sha256).unwrap(), TimeStampRequest::new(&written.sha256).unwrap());
    let answer = authority.answer(&one.to_der().unwrap());
    for (request, answer) in [(&other, answer.as_slice()), (&one, b"<html>"), (&one, b"")] {
        let refused = write_time_stamp(&written.path, request, answer);
        assert!(matches!(refused, Err(Error::BadTimeStamp(_))), "{refused:?}");
    }
    assert!(!time_stamp_path(&written.path).exists());
}
