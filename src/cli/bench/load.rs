//! The load generator of `rolo bench`: a fixed number of connections to a loopback address, each asking again as
//! soon as it is answered, for a bounded time. It speaks just enough HTTP/1.1 to be fast, and checks every answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::clock::Stopwatch;
use crate::model::{Error, Result};

/// What one measurement gave.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
}

/// One kind of request: where it goes, its key, and the body of the n-th request.
#[derive(Clone)]
pub struct Requests {
    pub address: SocketAddr,
    pub path: &'static str,
    pub key: String,
    pub body: Arc<dyn Fn(u64) -> String + Send + Sync>,
}

/// Asks over `connections` connections for `time`.
pub async fn run(requests: &Requests, connections: u64, time: Duration) -> Result<Measured> {
    let watch = Stopwatch::start();
    let tasks: Vec<_> = (0..connections)
        .map(|first| tokio::spawn(ask_again(requests.clone(), first, connections, time, watch)))
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.map_err(Error::internal)??);
    }
    let took = watch.elapsed();
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a measurement has millions of answers at most")]
    let per_second = times.len() as f64 / took.as_secs_f64();
    Ok(Measured { per_second, p50: at(50), p99: at(99) })
}

/// One connection: the times of its answers.
async fn ask_again(
    requests: Requests,
    first: u64,
    step: u64,
    time: Duration,
    watch: Stopwatch,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(requests.address).await.map_err(Error::internal)?;
    stream.set_nodelay(true).map_err(Error::internal)?;
    let (mut times, mut buffer, mut number) = (Vec::new(), Vec::with_capacity(16_384), first);
    while watch.elapsed() < time {
        let body = (requests.body)(number);
        let request = format!(
            "POST {} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nx-api-key: {}\r\ncontent-length: {}\r\n\r\n{body}",
            requests.path,
            requests.key,
            body.len()
        );
        let asked = Stopwatch::start();
        stream.write_all(request.as_bytes()).await.map_err(Error::internal)?;
        read_answer(&mut stream, &mut buffer).await?;
        times.push(asked.elapsed());
        number += step;
    }
    Ok(times)
}

/// Reads one answer, which must be a 200 with a length.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.clear();
    let mut whole = None;
    while whole.is_none_or(|length| buffer.len() < length) {
        if stream.read_buf(buffer).await.map_err(Error::internal)? == 0 {
            return Err(Error::Internal(anyhow::anyhow!("the server hung up")));
        }
        whole = whole.or_else(|| whole_length(buffer));
    }
    if buffer.starts_with(b"HTTP/1.1 200 ") {
        return Ok(());
    }
    Err(Error::Internal(anyhow::anyhow!("the server answered {}", String::from_utf8_lossy(buffer))))
}

/// The length of head and body together, once the head is there.
fn whole_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&buffer[..head]).ok()?.to_ascii_lowercase();
    let length = text.split("content-length:").nth(1)?.lines().next()?.trim().parse::<usize>().ok()?;
    Some(head + 4 + length)
}
