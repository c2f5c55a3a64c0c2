//! The least client that will do: HTTP/1.1 on a kept-alive connection, writing and reading at the same time.

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Longest line of a head.
const MAX_LINE: u64 = 16 << 10;

/// A kept-alive connection.
pub struct Connection {
    address: String,
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    /// Connects to `127.0.0.1:PORT`.
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let reader = BufReader::with_capacity(64 << 10, reader);
        Ok(Self { address: address.to_owned(), reader, writer, line: String::new(), body: Vec::new() })
    }

    /// The body of the answer to a GET.
    pub async fn get(&mut self, target: &str) -> Result<&[u8]> {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.exchange(target, request.into_bytes(), &[]).await
    }

    /// The body of the answer to a POST.
    pub async fn post(&mut self, target: &str, media_type: &str, body: &[u8]) -> Result<&[u8]> {
        let (host, length) = (&self.address, body.len());
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        self.exchange(target, request.into_bytes(), body).await
    }

    /// Writes and reads at once: a server that streams answers before it has read all.
    async fn exchange(&mut self, target: &str, head: Vec<u8>, body: &[u8]) -> Result<&[u8]> {
        let Self { reader, writer, line, body: answer, .. } = self;
        let write = async {
            writer.write_all(&head).await?;
            writer.write_all(body).await?;
            anyhow::Ok(())
        };
        let (written, read) = tokio::join!(write, read(reader, line, answer));
        let status = read.with_context(|| target.to_owned())?;
        if status != 200 {
            let start = String::from_utf8_lossy(&answer[..answer.len().min(300)]).into_owned();
            bail!("{target}: {status} {start}");
        }
        written.with_context(|| target.to_owned())?;
        Ok(answer)
    }
}

/// Reads one answer into `body` and returns its status.
async fn read(reader: &mut BufReader<OwnedReadHalf>, line: &mut String, body: &mut Vec<u8>) -> Result<u16> {
    body.clear();
    read_line(reader, line).await?;
    let status = line.split(' ').nth(1).context("a status line")?.trim().parse()?;
    let (mut length, mut is_chunked) = (None, false);
    loop {
        read_line(reader, line).await?;
        if line.trim_end().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = Some(value.trim().parse()?);
        }
        is_chunked |= lower.starts_with("transfer-encoding:") && lower.contains("chunked");
    }
    if !is_chunked {
        append(reader, body, length.context("the answer has a length or comes in chunks")?).await?;
        return Ok(status);
    }
    loop {
        read_line(reader, line).await?;
        let size = usize::from_str_radix(line.trim_end().split(';').next().unwrap_or_default(), 16)?;
        append(reader, body, size).await?;
        read_line(reader, line).await?;
        ensure!(line.trim_end().is_empty(), "a chunk ends with its line");
        if size == 0 {
            return Ok(status);
        }
    }
}

async fn append(reader: &mut BufReader<OwnedReadHalf>, body: &mut Vec<u8>, count: usize) -> Result<()> {
    let start = body.len();
    body.resize(start + count, 0);
    reader.read_exact(&mut body[start..]).await?;
    Ok(())
}

async fn read_line(reader: &mut BufReader<OwnedReadHalf>, line: &mut String) -> Result<()> {
    line.clear();
    let count = reader.take(MAX_LINE).read_line(line).await?;
    ensure!(count > 0 && line.ends_with('\n'), "the server closed the connection");
    Ok(())
}
