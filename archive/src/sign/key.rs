//! Signing keys in minisign's own files.
//!
//! The public key file is `untrusted comment: …` and the base64 of `Ed`, key number and key. The secret key file
//! has the same form; its 158 bytes are algorithm names, scrypt's salt and costs, then key number, key and
//! checksum, which a password hides. Signing keys are read and written here and not by the minisign crate, whose
//! signatures differ each time and which cannot give an existing key a password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest as _};
use ed25519_dalek::{Signer as _, SigningKey};
use minisign_verify as minisign;

use crate::{Error, Result};

const ED25519: &[u8; 2] = b"Ed";
const SCRYPT: &[u8; 2] = b"Sc";
const UNENCRYPTED: &[u8; 2] = &[0; 2];
const BLAKE2: &[u8; 2] = b"B2";
/// Key number, seed, public key, checksum: what a password hides.
const HIDDEN: usize = 8 + 32 + 32 + 32;
/// minisign's costs for a password (libsodium's names): a second or less, 32 MiB.
const OPERATIONS: u64 = 1 << 20;
const MEMORY: u64 = 1 << 25;
/// The most memory that a key file may ask for, as the C program's own keys do.
const MOST_MEMORY: u64 = 1 << 30;

/// A key that signatures are held against.
#[derive(Debug, Clone)]
pub struct PublicKey {
    pub(super) key: minisign::PublicKey,
    base64: String,
}

impl PublicKey {
    /// Reads a public key: minisign's file, or its second line alone.
    ///
    /// # Errors
    /// [`Error::BadKey`] where it is neither.
    pub fn parse(text: &str) -> Result<Self> {
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        let bad = |_| Error::BadKey("it is no minisign public key".into());
        let key = minisign::PublicKey::from_base64(line).map_err(bad)?;
        Ok(Self { key, base64: line.to_owned() })
    }

    fn from_parts(number: [u8; 8], key: &[u8; 32]) -> Result<Self> {
        Self::parse(&STANDARD.encode([ED25519.as_slice(), &number, key].concat()))
    }

    /// The key's number, as minisign shows it: sixteen upper-case hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> String {
        let bytes = STANDARD.decode(&self.base64).unwrap_or_default();
        let number = bytes.get(2..10).and_then(|number| number.try_into().ok());
        shown(number.unwrap_or_default())
    }

    /// The key in one line, as `minisign -P` takes it.
    #[must_use]
    pub fn to_base64(&self) -> &str {
        &self.base64
    }

    /// The key as minisign's public key file.
    #[must_use]
    pub fn to_file(&self) -> String {
        format!("untrusted comment: minisign public key {}\n{}\n", self.id(), self.base64)
    }
}

/// A key number as minisign shows it.
pub(super) fn shown(number: [u8; 8]) -> String {
    format!("{:016X}", u64::from_le_bytes(number))
}

/// A key that signs. It is never shown: [`SecretKey::to_file`] alone writes it.
pub struct SecretKey {
    number: [u8; 8],
    key: SigningKey,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretKey({})", shown(self.number))
    }
}

impl SecretKey {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// [`Error::BadKey`] where the system has none.
    pub fn generate() -> Result<Self> {
        let (mut number, mut seed) = ([0; 8], [0; 32]);
        random(&mut number)?;
        random(&mut seed)?;
        Ok(Self { number, key: SigningKey::from_bytes(&seed) })
    }

    /// The public half.
    ///
    /// # Errors
    /// None that a key of this type can cause.
    pub fn public(&self) -> Result<PublicKey> {
        PublicKey::from_parts(self.number, self.key.verifying_key().as_bytes())
    }

    /// Whether a secret key file needs a password.
    ///
    /// # Errors
    /// [`Error::BadKey`] where it is no secret key file.
    pub fn needs_password(file: &str) -> Result<bool> {
        Ok(parts(file)?.password)
    }

    /// Reads minisign's secret key file; `password` where it is encrypted.
    ///
    /// # Errors
    /// [`Error::BadKey`] where it is none or damaged, [`Error::WrongPassword`].
    pub fn from_file(file: &str, password: Option<&str>) -> Result<Self> {
        let Parts { password: encrypted, salt, operations, memory, mut hidden } = parts(file)?;
        if encrypted {
            hide(&mut hidden, password.ok_or(Error::WrongPassword)?, &salt, operations, memory)?;
        }
        let number: [u8; 8] = array(&hidden[..8]);
        let seed: [u8; 32] = array(&hidden[8..40]);
        let key = SigningKey::from_bytes(&seed);
        let pair = key.to_keypair_bytes();
        // minisign leaves the checksum of a key without a password empty.
        let checked =
            hidden[72..] == checksum(&number, &pair) || (!encrypted && hidden[72..].iter().all(|b| *b == 0));
        if !checked || hidden[40..72] != pair[32..] {
            let bad = || Error::BadKey("the secret key file is damaged".into());
            return Err(if encrypted { Error::WrongPassword } else { bad() });
        }
        Ok(Self { number, key })
    }

    /// The key as minisign's secret key file, encrypted where a password is given. Without one, whoever reads the
    /// file can sign: that form is for a system's keyring alone.
    ///
    /// # Errors
    /// [`Error::BadKey`] where the system has no randomness or too little memory.
    pub fn to_file(&self, password: Option<&str>) -> Result<String> {
        let pair = self.key.to_keypair_bytes();
        let mut hidden = [self.number.as_slice(), &pair, &checksum(&self.number, &pair)].concat();
        let (mut salt, mut costs, mut kdf) = ([0; 32], [0; 2], UNENCRYPTED);
        if let Some(password) = password {
            (costs, kdf) = ([OPERATIONS, MEMORY], SCRYPT);
            random(&mut salt)?;
            hide(&mut hidden, password, &salt, OPERATIONS, MEMORY)?;
        }
        let costs = costs.map(u64::to_le_bytes).concat();
        let bytes = [ED25519.as_slice(), kdf, BLAKE2, &salt, &costs, &hidden].concat();
        let form = if password.is_some() { "encrypted secret" } else { "secret" };
        Ok(format!(
            "untrusted comment: minisign {form} key {}\n{}\n",
            shown(self.number),
            STANDARD.encode(bytes)
        ))
    }

    /// Key number and signature of a message (RFC 8032: the same message gives the same signature).
    pub(super) fn sign(&self, message: &[u8]) -> ([u8; 8], [u8; 64]) {
        (self.number, self.key.sign(message).to_bytes())
    }
}

struct Parts {
    password: bool,
    salt: [u8; 32],
    operations: u64,
    memory: u64,
    hidden: Vec<u8>,
}

fn parts(file: &str) -> Result<Parts> {
    let bad = || Error::BadKey("it is no minisign secret key file".into());
    let line = file.lines().nth(1).ok_or_else(bad)?;
    let bytes = STANDARD.decode(line.trim()).map_err(|_| bad())?;
    if bytes.len() != 54 + HIDDEN || &bytes[..2] != ED25519 || &bytes[4..6] != BLAKE2 {
        return Err(bad());
    }
    let password = match &bytes[2..4] {
        kdf if kdf == SCRYPT => true,
        kdf if kdf == UNENCRYPTED => false,
        _ => return Err(bad()),
    };
    Ok(Parts {
        password,
        salt: array(&bytes[6..38]),
        operations: u64::from_le_bytes(array(&bytes[38..46])),
        memory: u64::from_le_bytes(array(&bytes[46..54])),
        hidden: bytes[54..].to_vec(),
    })
}

/// The first `N` bytes; zeros where there are fewer.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

fn checksum(number: &[u8; 8], pair: &[u8; 64]) -> [u8; 32] {
    let hash = Blake2b::<U32>::new().chain_update(ED25519).chain_update(number).chain_update(pair);
    hash.finalize().into()
}

/// Hides with a password, or shows again what was hidden with it.
fn hide(bytes: &mut [u8], password: &str, salt: &[u8; 32], operations: u64, memory: u64) -> Result<()> {
    let costs = || Error::BadKey("its password has costs that this program does not pay".into());
    if memory > MOST_MEMORY {
        return Err(costs());
    }
    let (log_n, r, p) = scrypt_costs(operations, memory);
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| costs())?;
    let mut stream = [0; HIDDEN];
    scrypt::scrypt(password.as_bytes(), salt, &params, &mut stream).map_err(|_| costs())?;
    for (byte, mask) in bytes.iter_mut().zip(stream) {
        *byte ^= mask;
    }
    Ok(())
}

/// libsodium's choice of scrypt's parameters for so many operations and so much memory.
fn scrypt_costs(operations: u64, memory: u64) -> (u8, u32, u32) {
    const R: u64 = 8;
    let operations = operations.max(1 << 15);
    let log_of = |most: u64| (1..63).find(|log: &u8| (1u64 << log) > most / 2).unwrap_or(63);
    if operations < memory / 32 {
        return (log_of(operations / (R * 4)), 8, 1);
    }
    let log_n = log_of(memory / (R * 128));
    let most = ((operations / 4) >> log_n).min(0x3fff_ffff);
    (log_n, 8, u32::try_from(most / R).unwrap_or(1))
}

fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|e| Error::BadKey(format!("the system gives no random numbers: {e}")))
}
