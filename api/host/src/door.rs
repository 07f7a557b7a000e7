//! Where a server listens, with which certificate, and what phones call it.

use crate::error::{At, HostError};
use socket2::{Domain, Socket, Type};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// How a server is reached.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// Address and port; port 0 takes a free one.
    pub listen: String,
    /// With a certificate the server speaks HTTPS by itself; without one a proxy does, or nobody.
    pub certificate: Option<KeyPair>,
    /// What phones open, as `https://chunnuan.example.cn`: it stands in the links that are printed.
    pub origin: Option<String>,
}

/// A certificate chain and its private key, both PEM.
#[derive(Clone, Debug)]
pub struct KeyPair {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Door {
    /// Plain HTTP: on this machine only, or behind a proxy.
    pub fn plain(listen: &str) -> Self {
        Self {
            listen: listen.to_owned(),
            ..Self::default()
        }
    }
}

/// The sockets of a running server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sockets {
    /// For phones.
    pub phones: SocketAddr,
    /// For this program, on this machine and without TLS; the same one if that is how phones come.
    pub own: SocketAddr,
}

impl Sockets {
    pub(crate) fn of(door: &Door) -> Result<Self, HostError> {
        let phones = free(&door.listen)?;
        let own = match door.certificate {
            Some(_) => free("127.0.0.1:0")?,
            None => phones,
        };
        Ok(Self { phones, own })
    }

    /// The sockets as workerd's settings have them.
    pub(crate) fn settings(&self, data: &Path, pair: Option<&KeyPair>) -> String {
        let Self { phones, own } = self;
        let Some(pair) = pair else {
            return format!(
                r#"(name = "http", address = "{phones}", http = (), service = "main")"#
            );
        };
        let key = embedded(data, &pair.key);
        let chain = embedded(data, &pair.certificate);
        format!(
            r#"(name = "https", address = "{phones}", service = "main", https = (
      tlsOptions = (
        keypair = (privateKey = embed {key}, certificateChain = embed {chain}),
        minVersion = tls1Dot2))),
    (name = "own", address = "{own}", http = (), service = "main")"#
        )
    }
}

/// How workerd's settings name a file that is read in when it starts: `embed` takes no absolute
/// path, so this goes up from the settings' folder.
pub(crate) fn embedded(folder: &Path, path: &Path) -> String {
    use std::path::Component;
    let normal = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let mut seen: PathBuf = folder.components().filter(normal).map(|_| "..").collect();
    seen.extend(path.components().filter(normal));
    format!("{:?}", seen.display().to_string())
}

/// Makes sure that both files are there, and names them from the root.
///
/// # Errors
/// The file that cannot be read.
pub(crate) fn readable(pair: &KeyPair) -> Result<KeyPair, HostError> {
    let whole = |path: &Path| {
        std::fs::File::open(path).at(path)?;
        path.canonicalize().at(path)
    };
    Ok(KeyPair {
        certificate: whole(&pair.certificate)?,
        key: whole(&pair.key)?,
    })
}

/// The same address as one can connect to it.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::from(([127, 0, 0, 1], address.port()))
    } else {
        address
    }
}

/// Makes sure that the address can be listened on; a free port is chosen for port 0. It is not
/// listened on for that: a program that is started at the same moment would do so too until it
/// has become itself.
///
/// # Errors
/// `Address` or `PortInUse`.
pub fn free(listen: &str) -> Result<SocketAddr, HostError> {
    let text = listen.replace("localhost", "127.0.0.1");
    let address: SocketAddr = text
        .parse()
        .map_err(|_| HostError::Address(listen.to_owned()))?;
    match bound(address) {
        Ok(address) => Ok(address),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(HostError::PortInUse {
            address: listen.to_owned(),
        }),
        Err(source) => Err(HostError::File {
            path: listen.into(),
            source,
        }),
    }
}

fn bound(address: SocketAddr) -> std::io::Result<SocketAddr> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // As the runtime does: connections that are over do not hold an address.
    #[cfg(unix)]
    socket.set_reuse_address(address.port() != 0)?;
    socket.bind(&address.into())?;
    let address = socket.local_addr()?;
    address
        .as_socket()
        .ok_or_else(|| ErrorKind::Unsupported.into())
}
