//! Requests to a blog's server, bounded in time and size.
//!
//! What always holds: only the configured host is contacted; no redirect is followed to another one; a password goes
//! to that host alone, over TLS or to this computer, and into no message; an answer is read up to a limit.

use crate::{Blog, Error, Result, Secret};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::Value;
use std::io::Read;
use std::time::Duration;
use ureq::http::{Method, Request, Response, Uri, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, SendBody};

/// The largest answer that is read.
const LARGEST: u64 = 16 << 20;
/// How many redirects on its own host a page may make.
const REDIRECTS: u32 = 5;

/// How a server is reached. Every key may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Way {
    /// The account's name.
    pub user: String,
    /// Certificates (PEM) of the authorities that vouch for the server, in place of the usual ones.
    pub ca: Option<String>,
    /// A proxy's address, in place of the one that the environment names.
    pub proxy: Option<String>,
    /// How long an answer is waited for, in seconds.
    pub patience: Option<u64>,
}

/// A server, reached as a blog's settings say.
pub(crate) struct Client {
    agent: Agent,
    blog: String,
    origin: Uri,
    login: Option<String>,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub json: Value,
}

impl Client {
    pub(crate) fn new(blog: &Blog<'_>, password: Option<&Secret>) -> Result<Self> {
        let refuse = |reason: String| Error::Settings { blog: blog.name.clone(), reason };
        let way: Option<Way> =
            serde_json::from_value(blog.settings.clone()).map_err(|error| refuse(error.to_string()))?;
        let way = way.unwrap_or_default();
        let address = blog.url.as_deref().unwrap_or_default();
        let origin: Uri = address.parse().map_err(|_| refuse(format!("“{address}” is no address")))?;
        let (scheme, host) = (origin.scheme_str().unwrap_or_default(), origin.host().unwrap_or_default());
        if host.is_empty() || !["http", "https"].contains(&scheme) || address.contains('@') {
            return Err(refuse(format!("“{host}” is no address of a blog; it begins with https://")));
        }
        if scheme == "http" && password.is_some() && !is_here(host) {
            return Err(refuse(
                "its address begins with http://, and a password may not go over the network unencrypted. Use https://"
                    .into(),
            ));
        }
        let mut tls = TlsConfig::builder();
        if let Some(pem) = &way.ca {
            tls = tls.root_certs(
                authorities(pem)
                    .ok_or_else(|| refuse("its certificate authority is no certificate in PEM".into()))?,
            );
        }
        let patience = Duration::from_secs(way.patience.unwrap_or(60).clamp(1, 600));
        let mut config = Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(patience.min(Duration::from_secs(15))))
            .timeout_send_body(Some(patience * 10))
            .timeout_recv_response(Some(patience))
            .timeout_recv_body(Some(patience))
            .user_agent(concat!("fonds/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = &way.proxy {
            let proxy = ureq::Proxy::new(proxy).map_err(|_| refuse("its proxy is no address".into()))?;
            config = config.proxy(Some(proxy));
        }
        let login = password.map(|password| {
            let pair = format!("{}:{}", way.user, password.reveal());
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
        });
        Ok(Self { agent: config.build().new_agent(), blog: blog.name.clone(), origin, login })
    }

    /// Asks for JSON with the account's password, and sends JSON where there is any.
    pub(crate) fn json(&self, method: Method, address: &str, body: Option<&Value>) -> Result<Answer> {
        let request = self.request(method, address)?;
        let response = match body {
            Some(body) => {
                let request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
                self.run(request.map_err(|error| self.unreachable(&error.to_string()))?)?
            }
            None => self.run(request.body(()).map_err(|error| self.unreachable(&error.to_string()))?)?,
        };
        self.answer(response)
    }

    /// Uploads a file with the account's password.
    pub(crate) fn upload(
        &self,
        address: &str,
        headers: &[(&str, String)],
        size: u64,
        bytes: impl Read + 'static,
    ) -> Result<Answer> {
        let mut request = self.request(Method::POST, address)?.header(header::CONTENT_LENGTH, size);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(SendBody::from_owned_reader(bytes));
        let response = self.run(request.map_err(|error| self.unreachable(&error.to_string()))?)?;
        self.answer(response)
    }

    /// A page as anybody sees it, without the password, over redirects on this host alone: its address, its headers
    /// that matter (`link`, `x-pingback`), and its text.
    pub(crate) fn page(&self, address: &str) -> Result<(String, Vec<String>, String)> {
        let mut address = address.to_owned();
        for _ in 0..REDIRECTS {
            self.same_host(&address)?;
            let request =
                Request::get(&address).body(()).map_err(|error| self.unreachable(&error.to_string()))?;
            let mut response = self.run(request)?;
            if response.status().is_redirection() {
                let to = header_of(&response, header::LOCATION.as_str());
                address = resolve(&address, &to);
                continue;
            }
            if !response.status().is_success() {
                return Err(self.unreachable(&format!("it answered {}", response.status())));
            }
            let links = response.headers().get_all(header::LINK).iter();
            let links = links.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect();
            let text = self.bytes(&mut response)?;
            return Ok((address, links, String::from_utf8_lossy(&text).into_owned()));
        }
        Err(self.unreachable("its page redirects without end"))
    }

    /// One answer as anybody gets it, without the password; redirects are not followed.
    pub(crate) fn public(
        &self,
        address: &str,
        headers: &[(header::HeaderName, String)],
    ) -> Result<Response<Body>> {
        self.same_host(address)?;
        let request = headers.iter().fold(Request::get(address), |r, (name, value)| r.header(name, value));
        self.run(request.body(()).map_err(|error| self.unreachable(&error.to_string()))?)
    }

    fn request(&self, method: Method, address: &str) -> Result<ureq::http::request::Builder> {
        self.same_host(address)?;
        let mut request =
            Request::builder().method(method).uri(address).header(header::ACCEPT, "application/json");
        if let Some(login) = &self.login {
            request = request.header(header::AUTHORIZATION, login);
        }
        Ok(request)
    }

    /// Refuses an address on another host than the blog's, or without TLS where the blog has it.
    pub(crate) fn same_host(&self, address: &str) -> Result<()> {
        let there: Option<Uri> = address.parse().ok();
        let same = there.as_ref().is_some_and(|uri| {
            let secure = uri.scheme_str() == self.origin.scheme_str() || uri.scheme_str() == Some("https");
            secure
                && uri.host() == self.origin.host()
                && (uri.port() == self.origin.port() || uri.port().is_none())
        });
        if same {
            return Ok(());
        }
        let host = there.as_ref().and_then(Uri::host).unwrap_or("nothing").to_owned();
        Err(self.refused(&format!(
            "its address leads to “{host}”, and only “{}” was agreed to. If the blog has moved, set it up with its new address",
            self.origin.host().unwrap_or_default()
        )))
    }

    fn run(&self, request: Request<impl ureq::AsSendBody>) -> Result<Response<Body>> {
        self.agent.run(request).map_err(|error| self.unreachable(&told(&error)))
    }

    fn answer(&self, mut response: Response<Body>) -> Result<Answer> {
        let status = response.status().as_u16();
        if response.status().is_redirection() {
            let to: Option<Uri> = header_of(&response, header::LOCATION.as_str()).parse().ok();
            let host = to.as_ref().and_then(Uri::host).unwrap_or("another address").to_owned();
            return Err(self.refused(&format!(
                "it sends on to “{host}”, and a password is not sent on. Set the blog up with the address that it has now"
            )));
        }
        let after = header_of(&response, header::RETRY_AFTER.as_str()).parse().ok();
        let bytes = self.bytes(&mut response)?;
        match serde_json::from_slice(&bytes) {
            Ok(json) if ![429, 502, 503, 504].contains(&status) => Ok(Answer { status, json }),
            _ if status >= 400 => Err(Error::Unreachable {
                blog: self.blog.clone(),
                reason: format!("it answered with the code {status}"),
                after,
            }),
            _ => Err(self
                .unreachable("something else than the blog answered, such as the sign-in page of a network")),
        }
    }

    fn bytes(&self, response: &mut Response<Body>) -> Result<Vec<u8>> {
        let read = response.body_mut().with_config().limit(LARGEST).read_to_vec();
        read.map_err(|error| self.unreachable(&told(&error)))
    }

    pub(crate) fn unreachable(&self, reason: &str) -> Error {
        Error::Unreachable { blog: self.blog.clone(), reason: reason.into(), after: None }
    }

    pub(crate) fn refused(&self, reason: &str) -> Error {
        Error::Refused { blog: self.blog.clone(), reason: reason.into() }
    }
}

fn header_of(response: &Response<Body>, name: &str) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// Whether a host is this computer itself.
fn is_here(host: &str) -> bool {
    let address: Option<std::net::IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host == "localhost" || address.is_some_and(|address| address.is_loopback())
}

fn authorities(pem: &str) -> Option<RootCerts> {
    let certificates: Vec<Certificate<'static>> = parse_pem(pem.as_bytes())
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    (!certificates.is_empty()).then(|| RootCerts::from(certificates))
}

/// Where a redirect from `from` leads.
fn resolve(from: &str, to: &str) -> String {
    if to.contains("://") {
        return to.to_owned();
    }
    let Some(start) = from.find("://").map(|at| at + 3) else { return to.to_owned() };
    let path = from.get(start..).and_then(|rest| rest.find('/')).map_or(from.len(), |at| start + at);
    let (origin, path) = from.split_at(path);
    match to.strip_prefix("//") {
        Some(rest) => format!("{}{rest}", from.get(..start).unwrap_or_default()),
        None if to.starts_with('/') => format!("{origin}{to}"),
        None => format!("{origin}{}/{to}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    }
}

/// A transport's error in words that help.
fn told(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "its name is not known; is there a network?".into(),
        ureq::Error::ConnectionFailed => "no connection could be made".into(),
        ureq::Error::Timeout(_) => "it did not answer in time".into(),
        ureq::Error::BodyExceedsLimit(limit) => format!("its answer is larger than {} MB", limit >> 20),
        ureq::Error::Tls(reason) => format!("its certificate is not good: {reason}"),
        ureq::Error::Rustls(reason) => format!("its certificate is not good: {reason}"),
        ureq::Error::Io(reason) if reason.to_string().contains("certificate") => {
            format!("its certificate is not good: {reason}")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::Path;

    fn client(url: &str, settings: Value) -> Result<Client> {
        let blog = Blog {
            id: "b".into(),
            name: "Blog".into(),
            url: Some(url.into()),
            root: Path::new(""),
            settings,
        };
        Client::new(&blog, Some(&Secret::new("geheim word".into())))
    }

    #[test]
    fn a_password_goes_to_no_other_host_and_over_no_open_line() {
        let client = client("https://blog.example.org/news", json!({ "user": "u" })).unwrap();
        client.same_host("https://blog.example.org/wp-json/").unwrap();
        for elsewhere in [
            "https://example.org/",
            "https://blog.example.org.evil.test/",
            "http://blog.example.org/",
            "http://169.254.169.254/latest",
            "https://blog.example.org:8443/",
            "file:///etc/passwd",
        ] {
            let refused = client.json(Method::GET, elsewhere, None).unwrap_err();
            assert!(matches!(refused, Error::Refused { .. }), "{elsewhere}: {refused}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_trusted_is_refused_at_once() {
        for bad in ["http://blog.example.org", "ftp://x", "blog", "", "https://u:p@blog.example.org"] {
            let refused = client(bad, json!({}));
            assert!(matches!(refused, Err(Error::Settings { .. })), "{bad}");
        }
        for good in ["http://127.0.0.1:80", "http://[::1]:80", "http://localhost", "https://x.org"] {
            assert!(client(good, json!({})).is_ok(), "{good}");
        }
        assert!(client("https://x.org", json!({ "ca": "no PEM" })).is_err());
    }

    #[test]
    fn redirects_resolve_as_a_browser_does() {
        let from = "https://a.org/x/y?z";
        for (to, end) in [
            ("/b", "https://a.org/b"),
            ("b", "https://a.org/x/b"),
            ("//c.org/d", "https://c.org/d"),
            ("http://e.org", "http://e.org"),
        ] {
            assert_eq!(resolve(from, to), end);
        }
    }
}
