//! The tree of categories on the blog.
//!
//! A category has both names there, `Open data / Données ouvertes`, under the same one as in the library. WordPress
//! answers that a category is there already with its number, so that making one again makes none.

use super::api::Api;
use crate::{Category, Desk, Post, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KnownCategory {
    id: u64,
    name: String,
    parent: u64,
}

fn key(id: &str) -> String {
    format!("category/{id}")
}

/// The numbers of a post's categories on the blog; those that are missing are made.
pub(super) fn of_post(api: &Api, desk: &mut dyn Desk, tree: &[Category], post: &Post) -> Result<Vec<u64>> {
    let by_id: HashMap<&str, &Category> =
        tree.iter().map(|category| (category.id.as_str(), category)).collect();
    let mut found = Vec::new();
    for id in &post.categories {
        // The way from the root; a loop in what was handed in ends after as many steps as there are categories.
        let mut way: Vec<&Category> = Vec::new();
        let mut next = by_id.get(id.as_str());
        while let Some(category) = next
            && way.len() <= tree.len()
        {
            way.push(category);
            next = category.parent.as_deref().and_then(|parent| by_id.get(parent));
        }
        let mut parent = 0;
        for category in way.iter().rev() {
            parent = ensure(api, desk, category, parent)?;
        }
        if parent != 0 {
            found.push(parent);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Forgets the numbers of a post's categories: the blog does not know one of them.
pub(super) fn forget(desk: &mut dyn Desk, tree: &[Category]) -> Result<()> {
    tree.iter().try_for_each(|category| desk.remember(&key(&category.id), &Value::Null))
}

fn name(category: &Category) -> String {
    let (en, fr) = (category.name_en.trim(), category.name_fr.trim());
    if en == fr || fr.is_empty() { en.into() } else { format!("{en} / {fr}") }
}

fn ensure(api: &Api, desk: &mut dyn Desk, category: &Category, parent: u64) -> Result<u64> {
    let known: Option<KnownCategory> =
        desk.recall(&key(&category.id))?.and_then(|value| serde_json::from_value(value).ok());
    let name = name(category);
    let body = json!({ "name": name, "parent": parent });
    let id = match known {
        Some(known) if known.name == name && known.parent == parent => return Ok(known.id),
        Some(known) => {
            let answer = api.send(&format!("wp/v2/categories/{}", known.id), &[("_fields", "id")], &body)?;
            if answer.status == 404 { make(api, &body)? } else { number(api, &api.good(answer)?)? }
        }
        None => make(api, &body)?,
    };
    let known = KnownCategory { id, name, parent };
    desk.remember(&key(&category.id), &serde_json::to_value(&known).unwrap_or_default())?;
    Ok(id)
}

fn make(api: &Api, body: &Value) -> Result<u64> {
    let answer = api.send("wp/v2/categories", &[("_fields", "id")], body)?;
    if answer.json["code"] == "term_exists"
        && let Some(id) = answer.json["data"]["term_id"].as_u64()
    {
        return Ok(id);
    }
    if answer.status == 403
        && let Some(id) = find(api, body)?
    {
        return Ok(id);
    }
    number(api, &api.good(answer)?)
}

/// Looks for a category that an account cannot make.
fn find(api: &Api, body: &Value) -> Result<Option<u64>> {
    let name = body["name"].as_str().unwrap_or_default();
    let parent = body["parent"].as_u64().unwrap_or(0).to_string();
    let query = [("search", name), ("parent", parent.as_str()), ("per_page", "100"), ("_fields", "id,name")];
    let list = api.good(api.get("wp/v2/categories", &query)?)?;
    let same = |term: &&Value| term["name"].as_str().is_some_and(|found| super::text::words(found) == name);
    Ok(list.as_array().into_iter().flatten().find(same).and_then(|term| term["id"].as_u64()))
}

fn number(api: &Api, answer: &Value) -> Result<u64> {
    answer["id"].as_u64().ok_or_else(|| api.client.unreachable("its answer names no category"))
}
