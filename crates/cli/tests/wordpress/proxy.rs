//! A proxy that treats requests as bad networks do, by a fixed seed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// It never arrives.
    Lost,
    /// It arrives and is carried out; its answer is lost.
    AnswerLost,
    /// Its answer is cut.
    AnswerCut,
    /// It arrives twice.
    Twice,
    /// The connection breaks; it arrives later all the same.
    Late,
    /// Half of it arrives.
    Cut,
}

struct Shared {
    server: u16,
    seed: AtomicU64,
    faulty: AtomicBool,
    unplugged: AtomicBool,
    count: AtomicU64,
    late: Mutex<Vec<JoinHandle<()>>>,
}

/// The proxy; it ends with the test.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    pub fn start(server: u16, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            server,
            seed: AtomicU64::new(seed),
            faulty: AtomicBool::new(false),
            unplugged: AtomicBool::new(false),
            count: AtomicU64::new(0),
            late: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&accepting);
                std::thread::spawn(move || drop(tunnel(stream, &shared)));
            }
        });
        Proxy { port, shared }
    }

    pub fn faulty(&self, faulty: bool) {
        self.shared.faulty.store(faulty, Ordering::SeqCst);
    }

    pub fn unplug(&self, unplugged: bool) {
        self.shared.unplugged.store(unplugged, Ordering::SeqCst);
    }

    /// How many requests met a fault.
    pub fn faults(&self) -> u64 {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// Waits for every request that arrives late.
    pub fn settle(&self) {
        let late = std::mem::take(&mut *self.shared.late.lock().unwrap());
        late.into_iter().for_each(|thread| thread.join().unwrap());
    }
}

impl Shared {
    /// The next number, by splitmix64.
    fn next(&self) -> u64 {
        let mut z = self.seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn fault(&self) -> Fault {
        if !self.faulty.load(Ordering::SeqCst) {
            return Fault::None;
        }
        let fault = match self.next() % 20 {
            0 => Fault::Lost,
            1 | 2 => Fault::AnswerLost,
            3 => Fault::AnswerCut,
            4 => Fault::Twice,
            5 => Fault::Late,
            6 => Fault::Cut,
            _ => Fault::None,
        };
        self.count.fetch_add(u64::from(fault != Fault::None), Ordering::SeqCst);
        fault
    }
}

/// Serves one connection: a CONNECT, then requests in it until one breaks.
fn tunnel(mut client: TcpStream, shared: &Arc<Shared>) -> std::io::Result<()> {
    let Some(first) = request(&mut client)? else { return Ok(()) };
    let connects = first.starts_with(b"CONNECT ");
    if shared.unplugged.load(Ordering::SeqCst) {
        return Ok(());
    }
    let next = if connects {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        request(&mut client)?
    } else {
        Some(first)
    };
    if let Some(asked) = next {
        let answer = match shared.fault() {
            Fault::None => forward(shared.server, &asked)?,
            Fault::Lost => return Ok(()),
            Fault::AnswerLost => return forward(shared.server, &asked).map(drop),
            Fault::AnswerCut => {
                let answer = forward(shared.server, &asked)?;
                return client.write_all(answer.get(..answer.len() / 2).unwrap_or_default());
            }
            Fault::Twice => {
                forward(shared.server, &asked)?;
                forward(shared.server, &asked)?
            }
            Fault::Late => {
                let (server, wait) = (shared.server, shared.next() % 1500);
                let late = std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(wait));
                    drop(forward(server, &asked));
                });
                shared.late.lock().unwrap().push(late);
                return Ok(());
            }
            Fault::Cut => {
                let mut server = TcpStream::connect(("127.0.0.1", shared.server))?;
                return server.write_all(asked.get(..asked.len() / 2).unwrap_or_default());
            }
        };
        client.write_all(&answer)?;
        // The server's answer says that the connection ends here.
        return Ok(());
    }
    Ok(())
}

/// Sends a request on and gives the whole answer.
fn forward(server: u16, asked: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", server))?;
    let end = head_end(asked).unwrap_or(asked.len());
    let (head, body) = asked.split_at(end);
    let head = String::from_utf8_lossy(head);
    let kept = head.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let mut head: Vec<&str> = kept.collect();
    head.insert(1, "Connection: close");
    stream.write_all(head.join("\r\n").as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

/// Reads a whole request; nothing where the connection ended.
fn request(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 16 << 10]);
    loop {
        if let Some(end) = head_end(&bytes) {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + length {
                return Ok(Some(bytes));
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
