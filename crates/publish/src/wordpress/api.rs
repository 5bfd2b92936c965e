//! WordPress's REST interface: the few calls that are needed, and its answers in plain values.

use crate::http::{Answer, Client};
use crate::{Blog, Error, Result, Secret};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::http::Method;

/// What is asked of a post.
const FIELDS: &str = "id,slug,status,title,content,link,modified_gmt,categories";

/// A blog's interface.
pub(super) struct Api {
    pub client: Client,
    /// The blog's front page, without a slash at its end.
    pub home: String,
    root: String,
}

/// A text as it is stored.
#[derive(Debug, Clone, Deserialize)]
struct Raw {
    raw: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Fields {
    id: u64,
    slug: String,
    status: String,
    title: Raw,
    content: Raw,
    link: String,
    modified_gmt: String,
    #[serde(default)]
    categories: Vec<u64>,
}

/// A post as the blog holds it.
#[derive(Debug, Clone)]
pub(super) struct Remote {
    pub id: u64,
    pub slug: String,
    /// `publish`, `draft`, `future`, `trash`, …
    pub status: String,
    pub title: String,
    pub content: String,
    pub link: String,
    pub modified_gmt: String,
    pub categories: Vec<u64>,
}

/// A file as the blog holds it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RemoteFile {
    pub id: u64,
    pub slug: String,
    pub source_url: String,
    #[serde(default)]
    pub media_details: Value,
}

impl Api {
    pub(super) fn open(blog: &Blog<'_>, password: Option<&Secret>) -> Result<Self> {
        let client = Client::new(blog, password)?;
        let home = blog.url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
        let given = blog.settings.get("api").and_then(Value::as_str);
        let root = given.map_or_else(|| format!("{home}/wp-json/"), str::to_owned);
        client.same_host(&root)?;
        Ok(Self { client, home, root })
    }

    /// The address of a route, `wp/v2/posts`, with its parameters.
    pub(super) fn address(&self, route: &str, query: &[(&str, &str)]) -> String {
        let mut address = format!("{}{route}", self.root);
        for (name, value) in query {
            let joint = if address.contains('?') { '&' } else { '?' };
            address.push(joint);
            address.push_str(name);
            address.push('=');
            address.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        address
    }

    pub(super) fn get(&self, route: &str, query: &[(&str, &str)]) -> Result<Answer> {
        self.client.json(Method::GET, &self.address(route, query), None)
    }

    pub(super) fn send(&self, route: &str, query: &[(&str, &str)], body: &Value) -> Result<Answer> {
        self.client.json(Method::POST, &self.address(route, query), Some(body))
    }

    /// The post of this number; nothing where there is none.
    pub(super) fn post(&self, id: u64) -> Result<Option<Remote>> {
        let answer = self.get(&format!("wp/v2/posts/{id}"), &[("context", "edit"), ("_fields", FIELDS)])?;
        if answer.status == 404 { Ok(None) } else { self.remote(&self.good(answer)?).map(Some) }
    }

    /// The posts, in any state, that have one of these names as the last part of their address.
    pub(super) fn posts_named(&self, slugs: &[String]) -> Result<Vec<Remote>> {
        let (names, all) = (slugs.join(","), "any,trash");
        let query = [
            ("slug", names.as_str()),
            ("status", all),
            ("context", "edit"),
            ("per_page", "100"),
            ("_fields", FIELDS),
        ];
        let list = self.good(self.get("wp/v2/posts", &query)?)?;
        list.as_array().into_iter().flatten().map(|post| self.remote(post)).collect()
    }

    /// Makes a post.
    pub(super) fn create(&self, body: &Value) -> Result<Remote> {
        self.remote(&self.good(self.send("wp/v2/posts", &[("_fields", FIELDS)], body)?)?)
    }

    /// Changes a post; nothing where there is none.
    pub(super) fn update(&self, id: u64, body: &Value) -> Result<Option<Remote>> {
        let answer = self.send(&format!("wp/v2/posts/{id}"), &[("_fields", FIELDS)], body)?;
        if answer.status == 404 { Ok(None) } else { self.remote(&self.good(answer)?).map(Some) }
    }

    /// Changes several posts in one request; nothing where the blog does not take them so.
    pub(super) fn update_together(&self, changes: &[(u64, Value)]) -> Result<Option<Vec<Option<Remote>>>> {
        let requests: Vec<Value> = changes
            .iter()
            .map(|(id, body)| {
                json!({ "method": "POST", "path": format!("/wp/v2/posts/{id}?_fields={FIELDS}"), "body": body })
            })
            .collect();
        let answer = self.send("batch/v1", &[], &json!({ "requests": requests }))?;
        let Some(responses) = answer.json["responses"].as_array().filter(|list| list.len() == changes.len())
        else {
            return Ok(None);
        };
        let each = responses.iter().map(|response| {
            let status = response["status"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(500);
            let answer = Answer { status, json: response["body"].clone() };
            if status == 404 { Ok(None) } else { self.remote(&self.good(answer)?).map(Some) }
        });
        each.collect::<Result<_>>().map(Some)
    }

    /// Deletes a thing, `posts` or `media`, for good. One that is not there is deleted.
    pub(super) fn delete(&self, kind: &str, id: u64) -> Result<()> {
        let address = self.address(&format!("wp/v2/{kind}/{id}"), &[("force", "true")]);
        let answer = self.client.json(Method::DELETE, &address, None)?;
        if [404, 410].contains(&answer.status) { Ok(()) } else { self.good(answer).map(drop) }
    }

    /// The files that have one of these names.
    pub(super) fn files_named(&self, slugs: &[String]) -> Result<Vec<RemoteFile>> {
        let names = slugs.join(",");
        let query =
            [("slug", names.as_str()), ("per_page", "100"), ("_fields", "id,slug,source_url,media_details")];
        let list = self.good(self.get("wp/v2/media", &query)?)?;
        list.as_array().into_iter().flatten().map(|file| self.file(file)).collect()
    }

    pub(super) fn file(&self, json: &Value) -> Result<RemoteFile> {
        RemoteFile::deserialize(json).map_err(|error| self.strange(&error))
    }

    fn remote(&self, json: &Value) -> Result<Remote> {
        let post = Fields::deserialize(json).map_err(|error| self.strange(&error))?;
        Ok(Remote {
            id: post.id,
            slug: post.slug,
            status: post.status,
            title: post.title.raw,
            content: post.content.raw,
            link: post.link,
            modified_gmt: post.modified_gmt,
            categories: post.categories,
        })
    }

    fn strange(&self, error: &serde_json::Error) -> Error {
        self.client.unreachable(&format!("its answer is not WordPress's: {error}"))
    }

    /// The answer of a call that went well.
    pub(super) fn good(&self, answer: Answer) -> Result<Value> {
        if (200..300).contains(&answer.status) { Ok(answer.json) } else { Err(self.refusal(&answer)) }
    }

    /// What the blog said when it said no.
    pub(super) fn refusal(&self, answer: &Answer) -> Error {
        let code = answer.json["code"].as_str().unwrap_or_default();
        let message = plain(answer.json["message"].as_str().unwrap_or_default());
        let reason = match (answer.status, code) {
            (401, _) | (_, "incorrect_password" | "invalid_username" | "invalid_email") => {
                "it does not accept the user's name or the application password. Make a new application password in \
                 the user's profile on the blog, and set the blog up with it"
                    .into()
            }
            (403, _) => format!("the account may not do this ({message}). Give it the role of an editor"),
            (404, "rest_no_route") => "its REST interface does not know this request; is it WordPress 5.6 or newer?".into(),
            (status, _) => format!("{message} ({status}, {code})"),
        };
        self.client.refused(&reason)
    }
}

/// A server's message without markup, of a length that can be shown.
fn plain(message: &str) -> String {
    let text = super::text::words(message);
    text.chars().filter(|c| !c.is_control()).take(300).collect::<String>().trim_end_matches('.').to_owned()
}
