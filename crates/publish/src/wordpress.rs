//! WordPress, by its REST interface with an application password.
//!
//! Settings: `user`, and optionally `api` (the interface's address; found by [`examine`] otherwise asked for below the
//! blog's own), `ca`, `proxy`, `patience` (see [`crate::http`]).
//!
//! WordPress knows no key that makes a request count once, and no precondition. What always holds all the same:
//! - A post is first made as a draft under a name that is the digest of blog and post. Whether that draft is there is
//!   asked before it is made, and what a lost request made late is a draft of that name too, never public, and removed.
//! - From then on everything is an update of that one draft, in place, so that sending it again changes nothing.
//! - Before an update the blog's text is compared with what was last seen of it. What somebody else wrote there is
//!   handed to the caller, never overwritten.
//! - Files are uploaded under a name from their digest, and looked up before that.
//! - What is about to be sent is remembered before it is, and what was answered after.

mod api;
mod categories;
mod deliver;
mod examine;
mod known;
mod media;
mod text;

use crate::{
    Abilities, Blog, Check, Connector, Delivery, Desk, Loss, Post, Progress, Receipt, Result, There,
};
use api::Api;
use serde_json::Value;

/// The connector of kind `wordpress`.
pub(crate) struct WordPress;

impl Connector for WordPress {
    fn kind(&self) -> &'static str {
        "wordpress"
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            whole: false,
            account: true,
            categories: true,
            media: true,
            schedule: false,
            languages: false,
            comments: true,
            preconditions: false,
        }
    }

    fn discover(&self, blog: &Blog<'_>) -> Result<Value> {
        let (api, _) = examine::discover(blog)?;
        let mut settings = blog.settings.clone();
        if let Some(settings) = settings.as_object_mut() {
            settings.insert("api".into(), Value::String(api));
        }
        Ok(settings)
    }

    fn to_markdown(&self, body: &str, answer: &Value, base: &str) -> Result<String> {
        let known = serde_json::from_value(answer.clone()).unwrap_or_default();
        text::back(body, &known, base)
    }

    fn took_in(&self, desk: &mut dyn Desk, post: &str, there: &There) -> Result<()> {
        let known: known::Known = serde_json::from_value(there.answer.clone()).unwrap_or_default();
        known.keep(desk, post)
    }

    fn examine(&self, blog: &Blog<'_>, desk: &dyn Desk) -> Result<Vec<Check>> {
        examine::examine(&Api::open(blog, desk.password().as_ref())?)
    }

    fn losses(&self, post: &Post) -> Vec<Loss> {
        text::losses(post)
    }

    fn tidy(&self, blog: &Blog<'_>, desk: &mut dyn Desk, now: &str) -> Result<Vec<String>> {
        deliver::tidy(&Api::open(blog, desk.password().as_ref())?, blog, desk, now)
    }

    fn deliver(
        &self,
        delivery: &Delivery<'_>,
        desk: &mut dyn Desk,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<Receipt>> {
        let api = Api::open(&delivery.blog, desk.password().as_ref())?;
        deliver::deliver(&api, delivery, desk, progress)
    }
}
