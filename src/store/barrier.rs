//! What stands between us and a database.

use std::fmt;

/// Why no connection to a database came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// No host has the name.
    UnknownHost,
    /// Nothing listens at the port.
    Refused,
    /// There is no way to the host.
    NoRoute,
    /// Nobody answered in time.
    Silent,
    /// Encryption was asked for, and the server has none.
    NoEncryption,
    /// The server's certificate is for another name.
    WrongName,
    /// The server's certificate has expired, or is not valid yet.
    Expired,
    /// Nobody that we trust has signed the server's certificate.
    UnknownAuthority,
    /// The encryption did not come about for another reason, a missing file perhaps.
    Encryption,
    /// Whatever else.
    Other,
}

impl Barrier {
    /// Whether it may go away by itself, as when the database is being started; the others take somebody who mends the address,
    /// the server or its certificate.
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Refused | Self::NoRoute | Self::Silent | Self::Other)
    }

    /// What to say of it in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::UnknownHost => "查不到这个主机名，请检查地址",
            Self::Refused => "主机拒绝连接，请检查端口，以及数据库是否已启动",
            Self::NoRoute => "到不了这台主机，请检查网络",
            Self::Silent => "主机没有应答，请检查地址、端口与防火墙",
            Self::NoEncryption => "要求加密连接，而数据库未启用 TLS",
            Self::WrongName => "数据库的证书不是发给这个主机名的",
            Self::Expired => "数据库的证书已过期或尚未生效",
            Self::UnknownAuthority => "数据库的证书不是可信机构签发的，请用 sslrootcert 指明机构证书",
            Self::Encryption => "加密连接建立不起来，请检查证书文件与 sslmode",
            Self::Other => "连接失败",
        }
    }
}

impl fmt::Display for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownHost => "no host has this name",
            Self::Refused => "nothing listens there; is the port right, and is the database running?",
            Self::NoRoute => "there is no way to this host",
            Self::Silent => "nobody answers there; check the address, the port and firewalls",
            Self::NoEncryption => "encryption was asked for, and the server has no TLS",
            Self::WrongName => "the server's certificate is for another host",
            Self::Expired => "the server's certificate has expired or is not valid yet",
            Self::UnknownAuthority => {
                "the server's certificate is signed by nobody who is trusted; name the authority's certificate with sslrootcert"
            }
            Self::Encryption => "no encrypted connection came about; check sslmode and the files of certificates",
            Self::Other => "the connection failed",
        })
    }
}
