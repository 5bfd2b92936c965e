//! Keys, signatures and time-stamps.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use fonds_app::{KeyPlace, KeyRow, Keys, ProofRow, SigningKey};

use crate::context::Context;
use crate::output::Output;
use crate::words::say;
use crate::{Result, input, table};

/// The variable that a script may give a key's password in.
const PASSWORD: &str = "FONDS_KEY_PASSWORD";

/// What can be done with keys.
#[derive(Subcommand)]
pub enum KeyVerb {
    /// Make a signing key: in the system's keyring, or where there is none in a file that a password encrypts
    New {
        /// Its name on this computer: 1 to 24 of a to z, 0 to 9 and -
        name: String,
        #[command(flatten)]
        kept: Kept,
    },
    /// List the keys of this computer
    List,
    /// Print the public half, or write the secret key, encrypted, to take it to another computer
    Export {
        /// The key
        name: String,
        /// Write the secret key to this new file, encrypted with a password
        #[arg(long, value_name = "FILE")]
        secret: Option<PathBuf>,
        #[command(flatten)]
        password: Password,
    },
    /// Take in a secret key: minisign's file, or one that `key export --secret` wrote
    Import {
        /// Its name on this computer: 1 to 24 of a to z, 0 to 9 and -
        name: String,
        /// The secret key file
        file: PathBuf,
        #[command(flatten)]
        kept: Kept,
    },
}

/// Where a new key goes.
#[derive(Args)]
pub struct Kept {
    /// Keep the secret key in a file that a password encrypts, even where there is a keyring
    #[arg(long)]
    in_file: bool,
    #[command(flatten)]
    password: Password,
}

/// How a key's password comes in where it needs one: typed, from standard input, or from FONDS_KEY_PASSWORD.
#[derive(Args, Clone, Copy)]
pub struct Password {
    /// Read the key's password from the first line of standard input
    #[arg(long)]
    pub password_stdin: bool,
}

/// `sign`'s arguments.
#[derive(Args)]
pub struct Sign {
    /// The export
    #[arg(value_name = "ZIP")]
    zip: PathBuf,
    /// The key, by its name in `fonds key list`
    #[arg(long, value_name = "KEY")]
    key: String,
    #[command(flatten)]
    password: Password,
}

/// `timestamp`'s arguments.
#[derive(Args)]
pub struct Timestamp {
    /// The export
    #[arg(value_name = "ZIP")]
    zip: PathBuf,
    #[command(flatten)]
    authority: Authority,
}

/// Which authority vouches for the time.
#[derive(Args)]
pub struct Authority {
    /// The address of an RFC 3161 time-stamp authority; it is sent the zip's digest and nothing else
    #[arg(long, value_name = "URL", env = "FONDS_TIMESTAMP_AUTHORITY", hide_env_values = true)]
    pub authority: Option<String>,
}

/// Runs a verb on keys.
pub fn key(context: &mut Context, verb: KeyVerb) -> Result<()> {
    let keys = Keys::of_user()?;
    match verb {
        KeyVerb::New { name, kept } => {
            let made = keys.create(&name, kept.place(), &mut kept.password.reader(context))?;
            context.output.answer(&made, public_half)
        }
        KeyVerb::List => {
            let rows = keys.list()?;
            let language = context.language;
            context.output.answer(&rows, |out, rows| {
                let place = |row: &KeyRow| match row.place {
                    KeyPlace::Keyring => say(language, "key.in_keyring", &[]),
                    KeyPlace::File => say(language, "key.in_file", &[]),
                };
                let cells =
                    rows.iter().map(|r| vec![r.name.clone(), r.id.clone(), place(r), r.public.clone()]);
                table::write(out, &cells.collect::<Vec<_>>())
            })
        }
        KeyVerb::Export { name, secret: None, .. } => {
            let row = keys.find(&name)?;
            context.output.answer(&row, public_half)
        }
        KeyVerb::Export { name, secret: Some(file), password } => {
            keys.export_secret(&name, &file, &mut password.reader(context))?;
            let row = keys.find(&name)?;
            let done = say(context.language, "key.secret_written", &[("path", &file.display())]);
            context.output.message(&done);
            context.output.answer(&row, |_, _| Ok(()))
        }
        KeyVerb::Import { name, file, kept } => {
            let text = input::text(&file)?;
            let made = keys.import(&name, &text, kept.place(), &mut kept.password.reader(context))?;
            context.output.answer(&made, public_half)
        }
    }
}

/// minisign's public key file: what others verify with.
fn public_half(out: &mut Output, row: &KeyRow) -> Result<()> {
    out.exact(&format!("untrusted comment: minisign public key {}\n{}\n", row.id, row.public))
}

impl Kept {
    fn place(&self) -> Option<KeyPlace> {
        self.in_file.then_some(KeyPlace::File)
    }
}

impl Password {
    /// Gives the password whenever it is asked for; what was read once is given again.
    fn reader(self, context: &Context) -> impl FnMut() -> fonds_app::Result<String> + use<> {
        let prompt = say(context.language, "key.password", &[]);
        let mut known: Option<String> = None;
        move || {
            if known.is_none() {
                known = self.read(&prompt);
            }
            known.clone().ok_or_else(fonds_app::Error::password_needed)
        }
    }

    fn read(self, prompt: &str) -> Option<String> {
        if self.password_stdin {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).ok()?;
            return Some(line.trim_end_matches(['\r', '\n']).to_owned());
        }
        if let Ok(password) = std::env::var(PASSWORD) {
            return Some(password);
        }
        if !std::io::stdin().is_terminal() {
            return None;
        }
        rpassword::prompt_password(prompt).ok()
    }
}

/// The key of this name, opened before any work begins.
pub fn open(context: &Context, name: &str, password: Password) -> Result<SigningKey> {
    Ok(Keys::of_user()?.open(name, &mut password.reader(context))?)
}

/// Signs an export that is there.
pub fn sign(context: &mut Context, sign: &Sign) -> Result<()> {
    let key = open(context, &sign.key, sign.password)?;
    let proof = fonds_app::sign(&sign.zip, &key)?;
    context.output.answer(&proof, |out, proof| out.line(&proof.path))
}

/// Asks an authority for the time of an export that is there.
pub fn timestamp(context: &mut Context, timestamp: &Timestamp) -> Result<()> {
    let authority = timestamp.authority.authority.as_deref();
    let authority = authority.ok_or_else(fonds_app::Error::no_authority)?;
    let proof = fonds_app::timestamp(&timestamp.zip, authority)?;
    let said = stamped(context, &proof);
    context.output.message(&said);
    context.output.answer(&proof, |out, proof| out.line(&proof.path))
}

fn stamped(context: &Context, proof: &ProofRow) -> String {
    let at = proof.at.as_deref().unwrap_or_default();
    context.say("timestamp.done", &[("by", &proof.by), ("at", &at)])
}

/// Proves an export that was just made: signs it, then asks the authority. What an authority fails at is said, and
/// is a finding; the export stays.
pub fn prove(
    context: &mut Context,
    zip: &Path,
    key: Option<&SigningKey>,
    authority: Option<&str>,
) -> Result<Vec<ProofRow>> {
    let mut proofs = Vec::new();
    if let Some(key) = key {
        let proof = fonds_app::sign(zip, key)?;
        let said = context.say("sign.done", &[("key", &proof.by)]);
        context.output.message(&said);
        proofs.push(proof);
    }
    if let Some(authority) = authority {
        match fonds_app::timestamp(zip, authority) {
            Ok(proof) => {
                let said = stamped(context, &proof);
                context.output.message(&said);
                proofs.push(proof);
            }
            Err(error) => {
                context.findings = true;
                let report = error.report(context.language);
                context.output.error(&report);
            }
        }
    }
    Ok(proofs)
}
