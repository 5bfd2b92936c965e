//! Captures: a public page as anybody sees it, kept with its images, styles, scripts and PDFs in a WACZ (WACZ 1.1.1;
//! WARC 1.1, ISO 28500:2017).
//!
//! What always holds: no password and no cookie is sent; the blog's own host alone is contacted, whatever a page or a
//! redirect asks for; each answer is bounded in size and time, and so are all together; what could not be kept is named
//! with the reason. Nothing of the page is run: what a script would load later is not seen.

mod index;
mod links;
mod wacz;
mod warc;

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use sha2::{Digest, Sha256};
use ureq::http::{Response, header};
use ureq::{Body, http};
use url::Url;

use crate::http::Client;
use crate::{Blog, Error, Result};

/// The largest single answer that is kept, and the most of all together, in bytes.
const LARGEST: u64 = 512 << 20;
const MOST_BYTES: u64 = 2 << 30;
/// The most addresses that are asked for.
const MOST_ADDRESSES: usize = 500;
/// How far from the page something may be: a style that imports a style that names a font is three away.
const FARTHEST: u32 = 4;
/// The most of an answer that is searched for what it needs.
const MOST_READ: u64 = 8 << 20;

/// What is to be captured.
pub struct Page<'a> {
    /// The blog that it is on.
    pub blog: &'a Blog<'a>,
    /// Its public address.
    pub address: &'a str,
    /// Gives the time, in RFC 3339, UTC.
    pub now: &'a dyn Fn() -> String,
    /// Gives fresh UUIDs.
    pub new_id: &'a dyn Fn() -> String,
}

/// What a capture holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// Where the page was found in the end, after redirects.
    pub address: String,
    /// The code that the server answered with, such as 200 or 410.
    pub status: u16,
    /// The page's title.
    pub title: String,
    /// How many answers are kept.
    pub kept: u32,
    /// The bytes of their bodies.
    pub bytes: u64,
    /// What the page names and the capture does not hold.
    pub left_out: Vec<LeftOut>,
}

/// Something that a capture does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its address.
    pub address: String,
    /// Why, in the codes of [`Why`].
    pub why: Why,
}

/// Why something is not in a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is on another host than the blog's.
    Elsewhere,
    /// It could not be reached, or broke off.
    Unreachable,
    /// It is larger than what is kept, alone or with all before it.
    TooLarge,
    /// The page names more than is kept of one.
    TooMany,
}

impl Why {
    /// `elsewhere`, `unreachable`, `too-large` or `too-many`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Why::Elsewhere => "elsewhere",
            Why::Unreachable => "unreachable",
            Why::TooLarge => "too-large",
            Why::TooMany => "too-many",
        }
    }
}

/// One request and what came back.
struct Exchange {
    url: Url,
    at: String,
    /// The request as it was sent.
    asked: Vec<u8>,
    status: u16,
    /// The status line and the headers of the answer.
    head: Vec<u8>,
    media: String,
    location: Option<String>,
    /// The body as it came, without the transfer's own coding.
    body: File,
    size: u64,
    sha256: String,
}

/// Captures a page into `out`, an empty file.
///
/// # Errors
/// [`Error::Unreachable`] where the page itself could not be had, [`Error::Refused`] where it leads to another host,
/// [`Error::Cancelled`] where `progress` said so: it is called with the answers that are in and those that are known to
/// be wanted. In each case what is in `out` is of no use.
pub fn capture(
    page: &Page<'_>,
    out: &mut File,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Captured> {
    let client = Client::new(page.blog, None)?;
    let begun = (page.now)();
    let mut warc = warc::Writer::begin(page, &begun).map_err(|error| disk(page, &error))?;
    let mut run = Run {
        page,
        client: &client,
        warc: &mut warc,
        seen: HashSet::new(),
        queue: VecDeque::new(),
        captured: Captured {
            address: String::new(),
            status: 0,
            title: String::new(),
            kept: 0,
            bytes: 0,
            left_out: Vec::new(),
        },
    };
    run.the_page()?;
    run.what_it_needs(progress)?;
    let captured = run.captured;
    wacz::write(page, &captured, &begun, &warc, out).map_err(|error| disk(page, &error))?;
    Ok(captured)
}

fn disk(page: &Page<'_>, error: &std::io::Error) -> Error {
    Error::Library { reason: format!("The capture of {} could not be written: {error}", page.address) }
}

struct Run<'a> {
    page: &'a Page<'a>,
    client: &'a Client,
    warc: &'a mut warc::Writer,
    seen: HashSet<String>,
    queue: VecDeque<(Url, u32)>,
    captured: Captured,
}

impl Run<'_> {
    /// The page, with every redirect on the way to it.
    fn the_page(&mut self) -> Result<()> {
        let unusable = || self.client.refused(&format!("“{}” is no address of a page", self.page.address));
        let mut url = Url::parse(self.page.address).map_err(|_| unusable())?;
        loop {
            url.set_fragment(None);
            if !self.seen.insert(url.to_string()) {
                return Err(self.client.unreachable("its page redirects without end"));
            }
            let mut exchange = self.ask(&url)?;
            self.keep(&exchange)?;
            match exchange.next() {
                Some(next) => url = next,
                None => {
                    self.captured.address = url.to_string();
                    self.captured.status = exchange.status;
                    self.captured.title = self.search(&mut exchange, 0)?;
                    return Ok(());
                }
            }
        }
    }

    fn what_it_needs(&mut self, progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>) -> Result<()> {
        let mut done = 0;
        while let Some((url, distance)) = self.queue.pop_front() {
            done += 1;
            if progress(done, done + self.queue.len() as u64).is_break() {
                return Err(Error::Cancelled);
            }
            let why = if self.client.same_host(url.as_str()).is_err() {
                Why::Elsewhere
            } else if self.captured.kept as usize >= MOST_ADDRESSES {
                Why::TooMany
            } else {
                match self.ask(&url) {
                    Ok(mut exchange)
                        if exchange.size <= LARGEST && self.captured.bytes + exchange.size <= MOST_BYTES =>
                    {
                        self.keep(&exchange)?;
                        if let Some(next) = exchange.next() {
                            self.want(next, distance);
                        } else {
                            self.search(&mut exchange, distance)?;
                        }
                        continue;
                    }
                    Ok(_) => Why::TooLarge,
                    Err(Error::Cancelled) => return Err(Error::Cancelled),
                    Err(_) => Why::Unreachable,
                }
            };
            self.captured.left_out.push(LeftOut { address: url.into(), why });
        }
        Ok(())
    }

    fn want(&mut self, mut url: Url, distance: u32) {
        url.set_fragment(None);
        if matches!(url.scheme(), "http" | "https") && self.seen.insert(url.to_string()) {
            self.queue.push_back((url, distance));
        }
    }

    /// Puts what an answer needs into the queue, and gives its title where it is a page.
    fn search(&mut self, exchange: &mut Exchange, distance: u32) -> Result<String> {
        let is_page = exchange.media == "text/html" || exchange.media == "application/xhtml+xml";
        if distance >= FARTHEST || !(is_page || exchange.media == "text/css") {
            return Ok(String::new());
        }
        let mut text = Vec::new();
        let read = exchange
            .body
            .seek(SeekFrom::Start(0))
            .and_then(|_| (&exchange.body).take(MOST_READ).read_to_end(&mut text));
        read.map_err(|error| disk(self.page, &error))?;
        let found = if is_page {
            links::of_page(&text, &exchange.url)
        } else {
            links::of_style(&String::from_utf8_lossy(&text), &exchange.url)
        };
        // A page inside the page is kept with what it needs; the PDFs that it links to are not its own.
        for url in found.needed {
            self.want(url, distance + 1);
        }
        if distance == 0 {
            found.documents.into_iter().for_each(|url| self.want(url, FARTHEST));
        }
        Ok(found.title)
    }

    fn keep(&mut self, exchange: &Exchange) -> Result<()> {
        self.warc.exchange(self.page, exchange).map_err(|error| disk(self.page, &error))?;
        self.captured.kept += 1;
        self.captured.bytes += exchange.size;
        Ok(())
    }

    fn ask(&self, url: &Url) -> Result<Exchange> {
        let at = (self.page.now)();
        let headers = [
            (header::HOST, host_of(url)),
            (header::USER_AGENT, concat!("fonds/", env!("CARGO_PKG_VERSION")).to_owned()),
            (header::ACCEPT, "*/*".to_owned()),
            (header::ACCEPT_ENCODING, "identity".to_owned()),
        ];
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let lines = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
        let asked = format!("GET {target} HTTP/1.1\r\n{lines}\r\n").into_bytes();
        let mut response = self.client.public(url.as_str(), &headers)?;
        let mut body = tempfile::tempfile().map_err(|error| disk(self.page, &error))?;
        let (size, sha256) = self.receive(&mut response, &mut body)?;
        let text =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let media = text(header::CONTENT_TYPE).unwrap_or_default();
        Ok(Exchange {
            url: url.clone(),
            at,
            asked,
            status: response.status().as_u16(),
            head: head_of(&response, size),
            media: media.split(';').next().unwrap_or_default().trim().to_lowercase(),
            location: text(header::LOCATION),
            body,
            size,
            sha256,
        })
    }

    /// Reads a body, up to one byte more than is kept.
    fn receive(&self, response: &mut Response<Body>, to: &mut File) -> Result<(u64, String)> {
        let (mut size, mut digest) = (0, Sha256::new());
        let mut from = response.body_mut().with_config().limit(LARGEST + 1).reader();
        let mut part = vec![0; 64 << 10];
        loop {
            let read = from.read(&mut part).map_err(|error| self.client.unreachable(&error.to_string()))?;
            let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
            size += part.len() as u64;
            digest.update(part);
            to.write_all(part).map_err(|error| disk(self.page, &error))?;
        }
        Ok((size, hex(&digest.finalize())))
    }
}

impl Exchange {
    /// Where a redirect leads.
    fn next(&self) -> Option<Url> {
        let redirects = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        self.location.as_ref().filter(|_| redirects).and_then(|to| self.url.join(to).ok())
    }
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The status line and the headers, as HTTP/1.1 writes them. The body is kept without the coding of its transfer; the
/// header that named it gets another name, as readers of WARC files expect.
fn head_of(response: &Response<Body>, size: u64) -> Vec<u8> {
    let status = response.status();
    let version = if response.version() == http::Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("{version} {} {reason}\r\n", status.as_str()).into_bytes();
    for (name, value) in response.headers() {
        let name = if name == header::TRANSFER_ENCODING { "x-orig-transfer-encoding" } else { name.as_str() };
        head.extend([name.as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    if !response.headers().contains_key(header::CONTENT_LENGTH) {
        head.extend(format!("content-length: {size}\r\n").bytes());
    }
    head.extend(b"\r\n");
    head
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
