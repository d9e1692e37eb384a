//! A proxy in front of PostgreSQL that can lose the answer to a commit: the server does the work, and the client
//! never hears of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Clone)]
pub struct Proxy {
    pub address: SocketAddr,
    /// How many of the next answers to a COMMIT are lost.
    losses: Arc<AtomicU32>,
    /// Whether a lost answer is replaced by a fatal error.
    says_fatal: Arc<AtomicBool>,
    /// Whether nobody gets through.
    is_cut: watch::Sender<bool>,
}

impl Proxy {
    pub async fn start(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            losses: Arc::default(),
            says_fatal: Arc::default(),
            is_cut: watch::Sender::new(false),
        };
        let own = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut is_cut = own.is_cut.subscribe();
                if *is_cut.borrow() {
                    continue;
                }
                let server = TcpStream::connect(upstream).await.unwrap();
                let (losses, says_fatal) = (own.losses.clone(), own.says_fatal.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = forward(client, server, losses, says_fatal) => {}
                        _ = is_cut.wait_for(|is_cut| *is_cut) => {}
                    }
                });
            }
        });
        proxy
    }

    /// Cuts every connection and lets no other through, or lets them through again.
    pub fn cut(&self, is_cut: bool) {
        self.is_cut.send_replace(is_cut);
    }

    pub fn say_fatal(&self) {
        self.says_fatal.store(true, Ordering::SeqCst);
    }

    pub fn lose_answers(&self, count: u32) {
        self.losses.store(count, Ordering::SeqCst);
    }
}

/// An error response of severity FATAL, as a pooler sends when its server is gone.
fn fatal_error() -> Vec<u8> {
    let fields = b"SFATAL\0VFATAL\0C08P01\0Mserver conn crashed\0\0";
    let mut message = vec![b'E'];
    message.extend(u32::try_from(fields.len() + 4).unwrap().to_be_bytes());
    message.extend(fields);
    message
}

async fn forward(
    mut client: TcpStream,
    mut server: TcpStream,
    losses: Arc<AtomicU32>,
    says_fatal: Arc<AtomicBool>,
) {
    let (mut to_server, mut to_client) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut to_server) => {
                let Ok(length @ 1..) = read else { return };
                let message = &to_server[..length];
                server.write_all(message).await.unwrap();
                let is_commit = message.windows(7).any(|window| window == b"COMMIT\0");
                if is_commit && losses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                    // The answer has come, so the commit was done; then a pooler's last words, or nothing, and the end.
                    let _ = server.read(&mut to_client).await;
                    if says_fatal.load(Ordering::SeqCst) {
                        client.write_all(&fatal_error()).await.unwrap();
                        // Held open until the client gives it up, so that its end is not seen by chance.
                        while matches!(client.read(&mut to_server).await, Ok(1..)) {}
                    }
                    return;
                }
            }
            read = server.read(&mut to_client) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&to_client[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
