//! A time-stamp authority of its own for a test, made with openssl.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of an authority: a certificate authority (`ca.pem`) and a time-stamping certificate that it issued.
pub struct Authority(PathBuf);

const CONFIG: &str = "
[tsa]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[stamping]
extendedKeyUsage = critical,timeStamping
";

impl Authority {
    /// Makes one below `dir`.
    pub fn new(dir: &Path) -> Self {
        std::fs::create_dir_all(dir).unwrap();
        std::fs::write(dir.join("openssl.cnf"), CONFIG).unwrap();
        let made = Self(dir.to_owned());
        let key = ["-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "3650"];
        made.openssl(
            &[&["req", "-x509"], &key[..], &["-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem"]]
                .concat(),
        );
        made.openssl(
            &[&["req"], &key[..4], &["-subj", "/CN=Test authority", "-keyout", "tsa.key", "-out", "tsa.csr"]]
                .concat(),
        );
        made.openssl(&[
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "3650",
            "-sha256",
            "-extfile",
            "openssl.cnf",
            "-extensions",
            "stamping",
            "-out",
            "tsa.pem",
        ]);
        std::fs::write(dir.join("serial"), "01\n").unwrap();
        made
    }

    /// The certificate that a reader trusts.
    pub fn certificate(&self) -> String {
        std::fs::read_to_string(self.0.join("ca.pem")).unwrap()
    }

    /// The answer to a request, both in DER.
    pub fn answer(&self, request: &[u8]) -> Vec<u8> {
        std::fs::write(self.0.join("query.tsq"), request).unwrap();
        self.openssl(&[
            "ts",
            "-reply",
            "-config",
            "openssl.cnf",
            "-section",
            "tsa",
            "-queryfile",
            "query.tsq",
            "-out",
            "reply.tsr",
        ]);
        std::fs::read(self.0.join("reply.tsr")).unwrap()
    }

    /// Whether openssl accepts the time-stamp of a file.
    pub fn accepts(&self, file: &Path, stamp: &Path) -> bool {
        let mut command = Command::new("openssl");
        command.args(["ts", "-verify", "-data"]).arg(file).arg("-in").arg(stamp).args(["-CAfile", "ca.pem"]);
        command.current_dir(&self.0).output().unwrap().status.success()
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").args(arguments).current_dir(&self.0).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
