//! Finding a blog's interface, and looking what its account may do.

use super::api::Api;
use crate::http::Client;
use crate::{Blog, Check, Error, Result};
use serde_json::Value;

/// The relation by which a page names its REST interface.
const RELATION: &str = "https://api.w.org/";

/// Finds the address of the REST interface of the blog at an address, and the blog's own name.
///
/// # Errors
/// There is none, or the blog could not be reached.
pub(crate) fn discover(blog: &Blog<'_>) -> Result<(String, String)> {
    let client = Client::new(blog, None)?;
    let home = blog.url.as_deref().unwrap_or_default().trim_end_matches('/');
    let (address, links, _) = client.page(&format!("{home}/"))?;
    let named = links.iter().flat_map(|line| line.split(',')).find(|link| link.contains(RELATION));
    let named = named.and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
    let below = address.trim_end_matches('/');
    let guesses = [format!("{below}/wp-json/"), format!("{below}/?rest_route=/")];
    for root in named.into_iter().chain(guesses) {
        // One on another host was not agreed to.
        let Ok(answer) = client.json(ureq::http::Method::GET, &root, None) else { continue };
        let knows =
            answer.json["namespaces"].as_array().is_some_and(|all| all.iter().any(|one| one == "wp/v2"));
        if knows {
            return Ok((root, answer.json["name"].as_str().unwrap_or_default().to_owned()));
        }
    }
    Err(client.refused("no REST interface of WordPress was found at this address. Look whether it opens in a browser, and whether a security plug-in closes /wp-json/"))
}

/// What the account may do, as the blog says.
pub(super) fn examine(api: &Api) -> Result<Vec<Check>> {
    let check = |code: &str, works: bool, detail: String| Check { code: code.into(), works, detail };
    let root = api.get("", &[("_fields", "name,namespaces,authentication")])?;
    let name = root.json["name"].as_str().unwrap_or_default().to_owned();
    let mut checks = vec![check("address", root.status == 200, name)];
    let me = api.get("wp/v2/users/me", &[("context", "edit"), ("_fields", "name,roles,capabilities")])?;
    if me.status != 200 {
        let Error::Refused { reason, .. } = api.refusal(&me) else { return Ok(checks) };
        checks.push(check("account", false, reason));
        return Ok(checks);
    }
    let roles: Vec<&str> =
        me.json["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    checks.push(check("account", true, roles.join(", ")));
    for (code, capability) in [
        ("write", "edit_posts"),
        ("publish", "publish_posts"),
        ("media", "upload_files"),
        ("categories", "manage_categories"),
        ("html", "unfiltered_html"),
    ] {
        let may = me.json["capabilities"][capability].as_bool().unwrap_or(false);
        checks.push(check(code, may, capability.to_owned()));
    }
    Ok(checks)
}
