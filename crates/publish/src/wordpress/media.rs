//! Files on the blog: each once, under a name from its digest.

use super::api::{Api, RemoteFile};
use super::known::{KnownFile, twins};
use crate::{Attachment, Desk, Error, Post, Result};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::io::{self, Read};

/// How a name is cut: WordPress keeps 200 characters, and adds to them.
const LONGEST: usize = 80;

fn key(sha256: &str) -> String {
    format!("file/{sha256}")
}

/// The name on the blog, without its ending: readable, and nobody else's.
fn name(attachment: &Attachment) -> String {
    let stem = attachment.name.rsplit_once('.').map_or(attachment.name.as_str(), |(stem, _)| stem);
    let stem: String = slug::slugify(stem).chars().take(LONGEST).collect();
    let digest = attachment.sha256.get(..20).unwrap_or_default();
    format!("{}-{digest}", if stem.is_empty() { "file" } else { &stem })
}

/// Makes sure that the blog has the file once, and says where.
pub(super) fn ensure(
    api: &Api,
    desk: &mut dyn Desk,
    post: &Post,
    attachment: &Attachment,
    now: &str,
) -> Result<KnownFile> {
    let remembered = desk.recall(&key(&attachment.sha256))?;
    if let Some(known) = remembered.as_ref().and_then(|value| serde_json::from_value(value.clone()).ok()) {
        return Ok(known);
    }
    let name = name(attachment);
    let kept = sweep(api, &name, None, attachment.size)?;
    let file = match kept {
        Some(file) => file,
        None => {
            desk.remember(&key(&attachment.sha256), &json!({ "name": name }))?;
            upload(api, desk, post, attachment, &name)?
        }
    };
    let known = KnownFile { id: file.id, url: file.source_url.clone() };
    let mut value = serde_json::to_value(&known).unwrap_or_default();
    if file.slug != name {
        sweep(api, &name, Some(file.id), attachment.size)?;
    }
    // An upload that was not answered may yet come in: it is looked for once more later.
    if (remembered.is_some() || file.slug != name)
        && let Some(value) = value.as_object_mut()
    {
        value.insert("doubt".into(), json!({ "name": name, "since": now }));
    }
    desk.remember(&key(&attachment.sha256), &value)?;
    Ok(known)
}

/// Removes the files that a lost request made a second time, or made half. Gives the one that stays.
fn sweep(api: &Api, name: &str, keep: Option<u64>, size: u64) -> Result<Option<RemoteFile>> {
    let mut found = api.files_named(&twins(name))?;
    found.sort_by_key(|file| file.id);
    let whole = |file: &&RemoteFile| {
        let there = file.media_details["filesize"].as_u64();
        // An image that was scaled down has another size.
        there.is_none_or(|there| there == size) || !file.media_details["original_image"].is_null()
    };
    let kept = match keep {
        Some(id) => found.iter().find(|file| file.id == id).cloned(),
        None => found.iter().find(whole).cloned(),
    };
    for file in &found {
        if kept.as_ref().is_none_or(|kept| kept.id != file.id) {
            api.delete("media", file.id)?;
        }
    }
    Ok(kept)
}

fn upload(
    api: &Api,
    desk: &dyn Desk,
    post: &Post,
    attachment: &Attachment,
    name: &str,
) -> Result<RemoteFile> {
    let missing = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => Error::AttachmentMissing {
            name: attachment.name.clone(),
            title: post.title.clone(),
            sha256: attachment.sha256.clone(),
        },
        _ => Error::Io { path: attachment.name.clone().into(), doing: "read", source },
    };
    // WordPress holds what arrived against this digest, so that no half file is kept.
    let mut digest = Md5::new();
    let mut bytes = desk.open(&attachment.sha256).map_err(missing)?;
    let mut buffer = vec![0; 128 << 10];
    loop {
        match bytes.read(&mut buffer).map_err(missing)? {
            0 => break,
            length => digest.update(buffer.get(..length).unwrap_or_default()),
        }
    }
    let md5: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let ending = attachment.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let headers = [
        ("content-type", media_type(&ending).to_owned()),
        ("content-disposition", format!("attachment; filename=\"{name}.{ending}\"")),
        ("content-md5", md5),
    ];
    let address = api.address("wp/v2/media", &[("_fields", "id,slug,source_url,media_details")]);
    let bytes = desk.open(&attachment.sha256).map_err(missing)?;
    let answer = api.client.upload(&address, &headers, attachment.size, bytes)?;
    // A body that was cut on its way, not a refusal.
    if answer.status == 412 {
        return Err(api.client.unreachable("a file did not arrive whole"));
    }
    if answer.json["code"] == "rest_upload_unknown_error"
        || answer.json["code"] == "rest_upload_sideload_error"
    {
        let reason = format!("it does not take the file “{}”: {}", attachment.name, answer.json["message"]);
        return Err(api.client.refused(&reason));
    }
    api.file(&api.good(answer)?)
}

fn media_type(ending: &str) -> &'static str {
    match ending {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => "application/octet-stream",
    }
}

/// Deletes a file that no other public post shows.
pub(super) fn release(
    api: &Api,
    desk: &mut dyn Desk,
    post: &str,
    sha256: &str,
    file: &KnownFile,
) -> Result<()> {
    if desk.used_elsewhere(sha256, post)? {
        return Ok(());
    }
    api.delete("media", file.id)?;
    desk.remember(&key(sha256), &Value::Null)
}

/// Looks once more for files that a request made late. `over` says whether a doubt that began then is.
pub(super) fn tidy(api: &Api, desk: &mut dyn Desk, over: &dyn Fn(&str) -> bool) -> Result<()> {
    for key in desk.remembered("file/")? {
        let Some(mut value) = desk.recall(&key)? else { continue };
        let doubt = &value["doubt"];
        if let (Some(name), Some(id)) = (doubt["name"].as_str(), value["id"].as_u64()) {
            sweep(api, name, Some(id), 0)?;
            if over(doubt["since"].as_str().unwrap_or_default())
                && let Some(value) = value.as_object_mut()
            {
                value.remove("doubt");
            }
            desk.remember(&key, &value)?;
        } else if let Some(name) = value["name"].as_str() {
            // Nothing shows a file whose upload was not answered.
            sweep(api, name, Some(0), 0)?;
        }
    }
    Ok(())
}
