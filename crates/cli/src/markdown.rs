//! Markdown conversion for scripts, from standard input to standard output.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use fonds_app::markdown;
use serde_json::{Value, json};

use crate::context::Context;
use crate::{Error, Result, input};

/// Into what.
#[derive(Subcommand)]
pub enum MarkdownVerb {
    /// Markdown to TipTap JSON
    ToJson(Batch),
    /// TipTap JSON to Markdown
    FromJson(FromJson),
    /// Markdown to sanitised HTML
    Html(Batch),
}

/// What holds for each.
#[derive(Args)]
pub struct Batch {
    /// Take a JSON array of inputs, and give a JSON array of outputs
    #[arg(long)]
    batch: bool,
}

/// `from-json`'s arguments.
#[derive(Args)]
pub struct FromJson {
    #[command(flatten)]
    batch: Batch,
    /// The text that was edited: blocks that are the same as in it keep its bytes
    #[arg(long, value_name = "ORIGINAL.md")]
    onto: Option<PathBuf>,
}

/// Converts.
pub fn run(context: &mut Context, verb: &MarkdownVerb) -> Result<()> {
    let input = input::text(Path::new("-"))?;
    match verb {
        MarkdownVerb::ToJson(Batch { batch: true }) => {
            let texts: Vec<String> = parse(&input)?;
            put(context, &texts.iter().map(|text| markdown::to_json(text)).collect::<Vec<_>>())
        }
        MarkdownVerb::ToJson(_) => put(context, &markdown::to_json(&input)),
        MarkdownVerb::FromJson(FromJson { batch, onto }) => {
            let onto = onto.as_deref().map(input::text).transpose()?;
            if batch.batch {
                let docs: Vec<Value> = parse(&input)?;
                let texts =
                    docs.iter().map(|doc| Ok(markdown::from_json(&markdown::read(doc)?, onto.as_deref())));
                return put(context, &texts.collect::<fonds_app::Result<Vec<_>>>()?);
            }
            let text = markdown::from_json(&markdown::read(&parse(&input)?)?, onto.as_deref());
            if context.output.json() {
                put(context, &json!({ "markdown": text }))
            } else {
                context.output.exact(&text)
            }
        }
        MarkdownVerb::Html(Batch { batch: true }) => {
            let texts: Vec<String> = parse(&input)?;
            put(context, &texts.iter().map(|text| markdown::to_html(text)).collect::<Vec<_>>())
        }
        MarkdownVerb::Html(_) => {
            let html = markdown::to_html(&input);
            if context.output.json() {
                put(context, &json!({ "html": html }))
            } else {
                context.output.exact(&html)
            }
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(input: &str) -> Result<T> {
    serde_json::from_str(input).map_err(|reason| Error::Json { reason })
}

/// JSON, whether it was asked for or not.
fn put(context: &mut Context, value: &impl serde::Serialize) -> Result<()> {
    context.output.json_line(value)
}
