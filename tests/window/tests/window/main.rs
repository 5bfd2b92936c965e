//! The main job in the real window: WebKitWebDriver types, attaches, files, publishes and exports; `fonds verify` and
//! bagit-python judge what came out. Run by `make test-window`, which builds what is driven here.
#![cfg(test)]

mod care;
mod formatting;
mod harness;
mod history;
mod images;
mod instance;
mod journey;
mod pdfs;
mod writing;
