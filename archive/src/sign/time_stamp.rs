//! Time-stamps (RFC 3161): what to ask of an authority, and what its answer proves.
//!
//! An answer is believed no further than it goes: its token has to be signed by a certificate inside it that is
//! for time-stamping alone, over this zip's SHA-256. Whether that certificate is an authority's is known only
//! where the reader brings the authority's own.

use std::path::{Path, PathBuf};

use bcder::decode::Constructed;
use bcder::encode::Values as _;
use bcder::{Integer, Mode, OctetString};
use cryptographic_message_syntax::SignedData;
use cryptographic_message_syntax::asn1::rfc3161::{
    MessageImprint, OID_CONTENT_TYPE_TST_INFO, PkiStatus, TimeStampReq, TimeStampResp, TstInfo,
};
use serde::Serialize;
use x509_certificate::{CapturedX509Certificate, DigestAlgorithm};

use super::{read_proof, time_stamp_path, write_proof};
use crate::v1::unhex;
use crate::{Error, Result};

/// id-ce-extKeyUsage.
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// The extension's value where it names time-stamping and nothing else: SEQUENCE { id-kp-timeStamping }.
const TIME_STAMPING: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// What a time-stamp says of a zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeStamp {
    /// The time by which the bytes were there, RFC 3339 in UTC, to the second.
    pub at: String,
    /// The name in the certificate that signed it, as it claims; may be empty.
    pub authority: String,
    /// Whether that certificate is one that the reader trusts, or was issued by one.
    pub trusted: bool,
}

/// Certificates of time-stamp authorities that a reader trusts, or of those who issued theirs.
#[derive(Debug, Clone)]
pub struct Authorities(Vec<CapturedX509Certificate>);

impl Authorities {
    /// Reads certificates in PEM.
    ///
    /// # Errors
    /// [`Error::BadKey`] where there is none.
    pub fn parse(pem: &str) -> Result<Self> {
        let bad = || Error::BadKey("it is no certificate in PEM".into());
        let certificates = CapturedX509Certificate::from_pem_multiple(pem).map_err(|_| bad())?;
        if certificates.is_empty() { Err(bad()) } else { Ok(Self(certificates)) }
    }

    fn vouch_for(&self, certificate: &CapturedX509Certificate) -> bool {
        self.0.iter().any(|trusted| {
            trusted == certificate
                || (trusted.subject_name() == certificate.issuer_name()
                    && certificate.verify_signed_by_certificate(trusted).is_ok())
        })
    }
}

/// What to send to an authority for one zip.
#[derive(Debug, Clone)]
pub struct TimeStampRequest {
    sha256: String,
    nonce: Integer,
}

impl TimeStampRequest {
    /// The media type of a request.
    pub const MEDIA_TYPE: &str = "application/timestamp-query";

    /// A request for the zip with this digest; each has its own random number, so that no old answer fits.
    ///
    /// # Errors
    /// [`Error::BadKey`] where the system gives no random numbers.
    pub fn new(sha256: &str) -> Result<Self> {
        let random = getrandom::u64()
            .map_err(|e| Error::BadKey(format!("the system gives no random numbers: {e}")))?;
        Ok(Self { sha256: sha256.to_owned(), nonce: Integer::from(random >> 1) })
    }

    /// The request in DER.
    ///
    /// # Errors
    /// [`Error::BadTimeStamp`] where the digest is no SHA-256.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let digest = unhex(&self.sha256).ok_or_else(|| bad("the digest is no SHA-256"))?;
        let request = TimeStampReq {
            version: Integer::from(1),
            message_imprint: MessageImprint {
                hash_algorithm: DigestAlgorithm::Sha256.into(),
                hashed_message: OctetString::new(digest.to_vec().into()),
            },
            req_policy: None,
            nonce: Some(self.nonce.clone()),
            cert_req: Some(true),
            extensions: None,
        };
        let mut der = Vec::new();
        request.encode_ref().write_encoded(Mode::Der, &mut der).map_err(|_| bad("it cannot be written"))?;
        Ok(der)
    }
}

/// Keeps an authority's answer as `<zip>.tsr`, after it was judged; answers where and what it says.
///
/// # Errors
/// [`Error::BadTimeStamp`] where it is no answer to this request, [`Error::AlreadyExists`], [`Error::Io`],
/// [`Error::NoSpace`].
pub fn write_time_stamp(
    zip: &Path,
    request: &TimeStampRequest,
    answer: &[u8],
) -> Result<(PathBuf, TimeStamp)> {
    let (info, stamp) = parse(answer, &request.sha256, None)?;
    if info.nonce.as_ref() != Some(&request.nonce) {
        return Err(bad("it answers another request"));
    }
    let path = time_stamp_path(zip);
    write_proof(&path, answer)?;
    Ok((path, stamp))
}

/// What the time-stamp beside a zip says; none where there is none. `sha256` is the zip's digest in hexadecimal.
///
/// # Errors
/// [`Error::BadTimeStamp`] where it is none for these bytes, [`Error::Io`], [`Error::TooLarge`].
pub fn read_time_stamp(
    zip: &Path,
    sha256: &str,
    authorities: Option<&Authorities>,
) -> Result<Option<TimeStamp>> {
    let Some(bytes) = read_proof(&time_stamp_path(zip))? else { return Ok(None) };
    Ok(Some(parse(&bytes, sha256, authorities)?.1))
}

fn bad(reason: &str) -> Error {
    Error::BadTimeStamp(reason.into())
}

pub(super) fn parse(
    answer: &[u8],
    sha256: &str,
    authorities: Option<&Authorities>,
) -> Result<(TstInfo, TimeStamp)> {
    let unreadable = || bad("it cannot be read");
    let answer =
        Constructed::decode(answer, Mode::Der, TimeStampResp::take_from).map_err(|_| unreadable())?;
    if !matches!(answer.status.status, PkiStatus::Granted | PkiStatus::GrantedWithMods) {
        return Err(bad("the authority refused"));
    }
    let token = answer.time_stamp_token.ok_or_else(unreadable)?;
    let signed = token.content.decode(cryptographic_message_syntax::asn1::rfc5652::SignedData::take_from);
    let signed = signed.map_err(|_| unreadable())?;
    if signed.content_info.content_type != OID_CONTENT_TYPE_TST_INFO {
        return Err(unreadable());
    }
    let signed = SignedData::try_from(&signed).map_err(|_| unreadable())?;
    let content = signed.signed_content().ok_or_else(unreadable)?;
    let info = Constructed::decode(content, Mode::Der, TstInfo::take_from).map_err(|_| unreadable())?;
    let imprint = &info.message_imprint;
    if imprint.hash_algorithm.algorithm != DigestAlgorithm::Sha256.into()
        || unhex(sha256).is_none_or(|digest| imprint.hashed_message.to_bytes() != digest.as_slice())
    {
        return Err(bad("it was made for other bytes"));
    }
    let signer = signer(&signed)?;
    let at = rfc3339(&info.gen_time.to_string()).ok_or_else(unreadable)?;
    let stamp = TimeStamp {
        at,
        authority: signer.subject_common_name().unwrap_or_default(),
        trusted: authorities.is_some_and(|authorities| authorities.vouch_for(signer)),
    };
    Ok((info, stamp))
}

/// The certificate of the token's one signer, after its signature was checked.
fn signer(signed: &SignedData) -> Result<&CapturedX509Certificate> {
    let mut signers = signed.signers();
    let (Some(signer), None) = (signers.next(), signers.next()) else {
        return Err(bad("it has not exactly one signature"));
    };
    signer
        .verify_message_digest_with_signed_data(signed)
        .and_then(|()| signer.verify_signature_with_signed_data(signed))
        .map_err(|_| bad("its signature does not fit"))?;
    let named = signer.certificate_issuer_and_serial();
    let certificate = signed
        .certificates()
        .find(|certificate| named == Some((certificate.issuer_name(), certificate.serial_number_asn1())));
    let certificate = certificate.ok_or_else(|| bad("it lacks the certificate that signed it"))?;
    let for_stamping = certificate.iter_extensions().any(|extension| {
        extension.id.as_ref() == EXTENDED_KEY_USAGE && extension.value.to_bytes() == TIME_STAMPING
    });
    if for_stamping {
        Ok(certificate)
    } else {
        Err(bad("the certificate that signed it is not for time-stamps"))
    }
}

/// `20261123143205Z`, with or without fractions of a second, in RFC 3339.
fn rfc3339(time: &str) -> Option<String> {
    let digits = time.get(..14).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let at = |range| digits.get(range).unwrap_or_default();
    let date = format!("{}-{}-{}", at(0..4), at(4..6), at(6..8));
    time.ends_with('Z').then(|| format!("{date}T{}:{}:{}Z", at(8..10), at(10..12), at(12..14)))
}
