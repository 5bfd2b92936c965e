//! `fonds`: everything that the window does, for records officers, scripts and servers without a display.
//!
//! What always holds: a result goes to standard output and nothing else does; messages, progress and errors go to
//! standard error. Exit codes: 0 done; 1 done, with findings; 2 bad usage; 3 could not be done.

mod archive;
mod args;
mod backup;
mod capture;
mod category;
mod check;
mod context;
mod demo;
mod error;
mod folder;
mod history;
mod hold;
mod import;
mod input;
mod markdown;
mod meter;
mod output;
mod post;
mod proof;
mod publish;
mod retention;
mod search;
mod table;
mod words;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use args::{Args, Verb};
use context::Context;
use error::{Error, Result};

rust_i18n::i18n!("locales", fallback = "en");
// The macro does not tell Cargo what it read: this builds anew when the texts change.
const _: &[u8] = include_bytes!("../locales/cli.yml");

/// Conversion allocates and frees a great many small pieces: a fifth of its time goes to the system's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    fonds_app::read_a_pdf_if_asked();
    let args = Args::parse();
    let mut context = Context::new(&args.global);
    match run(&mut context, args.verb).and_then(|()| context.output.flush()) {
        Ok(()) if context.findings => ExitCode::from(1),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            context.output.error(&error.report(context.language));
            ExitCode::from(3)
        }
    }
}

fn run(context: &mut Context, verb: Verb) -> Result<()> {
    match verb {
        Verb::Init(init) => folder::init(context, &init),
        Verb::Demo(demo) => demo::run(context, &demo),
        Verb::Post(verb) => post::run(context, verb),
        Verb::Attach(attach) => post::attach(context, &attach),
        Verb::Category(verb) => category::run(context, verb),
        Verb::Retention(verb) => retention::run(context, verb),
        Verb::Hold(verb) => hold::run(context, verb),
        Verb::Search(search) => search::search(context, &search),
        Verb::Check(check) => check::run(context, &check),
        Verb::Blog(verb) => publish::blog(context, verb),
        Verb::Publish(publish) => publish::publish(context, &publish),
        Verb::Withdraw(withdraw) => publish::withdraw(context, &withdraw),
        Verb::Outbox(outbox) => publish::outbox(context, outbox),
        Verb::Capture(verb) => capture::run(context, verb),
        Verb::Export(export) => archive::export(context, &export),
        Verb::Key(verb) => proof::key(context, verb),
        Verb::Sign(sign) => proof::sign(context, &sign),
        Verb::Timestamp(timestamp) => proof::timestamp(context, &timestamp),
        Verb::Verify(verify) => archive::verify(context, &verify),
        Verb::Restore(restore) => archive::restore(context, &restore),
        Verb::Rebuild(rebuild) => archive::rebuild(context, &rebuild),
        Verb::Backup(backup) => backup::make(context, &backup),
        Verb::Backups(verb) => backup::run(context, &verb),
        Verb::Import(verb) => import::run(context, &verb),
        Verb::Watch => folder::watch(context),
        Verb::Sync(sync) => folder::sync(context, &sync),
        Verb::Markdown(verb) => markdown::run(context, &verb),
    }
}
