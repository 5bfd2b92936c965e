//! Setting blogs up.

use fonds_library::{Blog, Id};
use fonds_publish::Check;
use serde_json::{Map, Value};

use crate::sending::AtDesk;
use crate::{BlogView, CheckRow, Error, Result, Session, clock, secrets};

/// What a blog is set up with.
#[derive(Debug, Clone)]
pub struct NewBlog {
    /// The connector: `wordpress`.
    pub kind: String,
    /// The name that people see and type.
    pub name: String,
    /// The address of its front page.
    pub url: String,
    /// The account's name.
    pub user: String,
    /// The account's password; it goes to the keyring and nowhere else.
    pub password: String,
    /// Certificates (PEM) of the authorities that vouch for the server, in place of the usual ones.
    pub ca: Option<String>,
    /// A proxy's address, in place of the one that the environment names.
    pub proxy: Option<String>,
}

impl Session {
    /// Sets a blog up: finds how it is spoken to, and keeps its password. Nothing is kept where it is not found.
    ///
    /// # Errors
    /// `blog.exists`, `blog.kind`, `blog.no_keyring`, and what kept the blog from being found.
    pub fn add_blog(&mut self, new: &NewBlog) -> Result<BlogView> {
        let connector = fonds_publish::connector(&new.kind)?;
        if !connector.abilities().account {
            return Err(Error::new("blog.kind").with("name", &new.kind));
        }
        let mut settings = Map::new();
        let given = [("user", Some(&new.user)), ("ca", new.ca.as_ref()), ("proxy", new.proxy.as_ref())];
        for (key, value) in given {
            if let Some(value) = value {
                settings.insert(key.into(), Value::String(value.clone()));
            }
        }
        let mut blog = Blog {
            id: clock::new_id(),
            kind: new.kind.clone(),
            name: new.name.trim().into(),
            url: Some(new.url.trim().trim_end_matches('/').into()),
            settings: Value::Object(settings),
        };
        if self.library.find_blog(&blog.name).is_ok() {
            return Err(Error::new("blog.exists").with("name", &blog.name));
        }
        blog.settings = connector.discover(&self.as_told(&blog)?)?;
        secrets::keep(blog.id, &new.password)?;
        let act = self.act();
        if let Err(error) = self.library.add_blog(&act, &blog) {
            let _ = secrets::forget(blog.id);
            return Err(error.into());
        }
        self.find_blog(&blog.id.to_string())
    }

    /// Says at which address the public finds a blog that is made of files; they are moved there by other means.
    ///
    /// # Errors
    /// `blog.kind` for a blog with an account, which is found by its address; `blog.address` for what is none.
    pub fn set_blog_address(&mut self, name: &str, url: &str) -> Result<BlogView> {
        let blog = self.library.find_blog(name)?;
        let connector = fonds_publish::connector(&blog.kind)?;
        if connector.abilities().account {
            return Err(Error::new("blog.kind").with("name", &blog.kind));
        }
        let url = Some(url.trim().trim_end_matches('/')).filter(|url| !url.is_empty());
        let told = fonds_publish::Blog { url: url.map(str::to_owned), ..self.as_told(&blog)? };
        if let Some(url) = url
            && connector.page(&told, "site/").is_none()
        {
            return Err(Error::new("blog.address").with("name", url));
        }
        let act = self.act();
        self.library.set_blog_url(&act, blog.id, url)?;
        self.find_blog(&blog.id.to_string())
    }

    /// Keeps a blog's password on this computer, in place of the one before.
    pub fn set_blog_password(&mut self, name: &str, password: &str) -> Result<()> {
        secrets::keep(self.library.find_blog(name)?.id, password)
    }

    /// Removes a blog that nothing is public on, and its password.
    pub fn remove_blog(&mut self, name: &str) -> Result<()> {
        let blog: Id = self.library.find_blog(name)?.id;
        let act = self.act();
        self.library.remove_blog(&act, blog)?;
        secrets::forget(blog)
    }

    /// What works on a blog with its account, and which rights are missing. Changes nothing there.
    pub fn test_blog(&mut self, name: &str) -> Result<Vec<CheckRow>> {
        let blog = self.library.find_blog(name)?;
        let told = self.as_told(&blog)?;
        let root = self.library.root().to_path_buf();
        let told = fonds_publish::Blog { root: &root, ..told };
        let desk = AtDesk::new(&mut self.library, &blog)?;
        let checks = fonds_publish::connector(&blog.kind)?.examine(&told, &desk)?;
        Ok(checks.into_iter().map(|check| row(check, self.language)).collect())
    }

    /// A blog as a connector is told of it.
    pub(crate) fn as_told(&self, blog: &Blog) -> Result<fonds_publish::Blog<'static>> {
        let name = if blog.kind == "static" { self.library.identity()?.name } else { blog.name.clone() };
        Ok(fonds_publish::Blog {
            id: blog.id.to_string(),
            name,
            url: blog.url.clone(),
            root: std::path::Path::new(""),
            settings: blog.settings.clone(),
        })
    }
}

fn row(check: Check, language: crate::Language) -> CheckRow {
    let key = match (check.code.as_str(), check.works) {
        ("address", true) => "blog.address.works",
        ("address", false) => "blog.address.fails",
        ("account", true) => "blog.account.works",
        ("account", false) => "blog.account.fails",
        ("write", true) => "blog.write.works",
        ("write", false) => "blog.write.fails",
        ("publish", true) => "blog.publish.works",
        ("publish", false) => "blog.publish.fails",
        ("media", true) => "blog.media.works",
        ("media", false) => "blog.media.fails",
        ("categories", true) => "blog.categories.works",
        ("categories", false) => "blog.categories.fails",
        ("html", true) => "blog.html.works",
        ("html", false) => "blog.html.fails",
        _ => "",
    };
    let message = crate::text(&format!("check.{key}"), language).into_owned();
    CheckRow { code: check.code, works: check.works, message, detail: check.detail }
}
