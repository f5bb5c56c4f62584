//! Network buckets: how many requests the public side takes, for each network and in all, with a reserve for staff.
//!
//! Addresses are cut to their network (/24, /48) at once, live in memory only and are never logged. A full bucket is an
//! answer, never silence: 503 with `Retry-After`.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use axum::{extract::ConnectInfo, http::Extensions, http::HeaderMap};
use jiff::Timestamp;

/// Where a request comes from, as far as we keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// Loopback without a trusted proxy, Tor, or no address at all: only the global bucket counts.
    Unknown,
    /// An IPv4 /24.
    V4([u8; 3]),
    /// An IPv6 /48.
    V6([u8; 6]),
}

impl Network {
    /// The network of an address; loopback is unknown, IPv4 in IPv6 is IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            a if a.is_loopback() || a.is_unspecified() => Self::Unknown,
            IpAddr::V4(a) => {
                let [x, y, z, _] = a.octets();
                Self::V4([x, y, z])
            }
            IpAddr::V6(a) => {
                let [b0, b1, b2, b3, b4, b5, ..] = a.octets();
                Self::V6([b0, b1, b2, b3, b4, b5])
            }
        }
    }
}

/// A proxy whose `X-Forwarded-For` is believed: an address or a CIDR block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedProxy {
    address: IpAddr,
    bits: u8,
}

impl std::str::FromStr for TrustedProxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is not an address or a block like 10.0.0.0/8");
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |b| b.trim().parse::<u8>().map_err(|_| wrong()))?;
        if bits > most {
            Err(wrong())
        } else {
            Ok(Self { address, bits })
        }
    }
}

impl TrustedProxy {
    /// Whether `address` is this proxy.
    pub fn covers(&self, address: IpAddr) -> bool {
        let number = |a: IpAddr| match a {
            IpAddr::V4(a) => (u128::from(a.to_bits()) << 96, 32),
            IpAddr::V6(a) => (a.to_bits(), 128),
        };
        let ((mine, width), (theirs, other)) =
            (number(self.address), number(address.to_canonical()));
        width == other && (self.bits == 0 || (mine ^ theirs) >> (128 - u32::from(self.bits)) == 0)
    }
}

/// The network a request comes from. `X-Forwarded-For` counts only when the peer is a trusted proxy; then the last
/// address in it that is no trusted proxy is the sender's, because everything before it the sender may have made up.
pub fn network_of(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[TrustedProxy]) -> Network {
    let is_proxy = |a: IpAddr| trusted.iter().any(|p| p.covers(a));
    let Some(peer) = peer else {
        return Network::Unknown;
    };
    if !is_proxy(peer) {
        return Network::of(peer);
    }
    let lines: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        // An entry that is no address ends the chain: nothing before it can be believed.
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            return Network::Unknown;
        };
        if !is_proxy(address) {
            return Network::of(address);
        }
    }
    Network::Unknown
}

/// How much is taken. Tokens are requests that write or look something up; pages to read cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BucketSettings {
    /// Requests a second, in all, in the long run.
    pub global_rate: u32,
    /// Requests at once, in all.
    pub global_burst: u32,
    /// How much of the global burst only staff may use.
    pub staff_reserve: u32,
    /// Requests a second from one network, in the long run.
    pub network_rate: u32,
    /// Requests at once from one network.
    pub network_burst: u32,
    /// Networks remembered; beyond it, new ones share the global bucket only.
    pub networks: usize,
}

impl Default for BucketSettings {
    fn default() -> Self {
        Self {
            global_rate: 400,
            global_burst: 1_000,
            staff_reserve: 200,
            network_rate: 20,
            network_burst: 200,
            networks: 65_536,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Anybody.
    Public(Network),
    /// Somebody on the desk: may use the reserve, and has no network bucket.
    Staff,
}

/// A full bucket: worth trying again after so many seconds, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// Seconds.
    pub retry_after: u32,
}

/// Micro-tokens: integers, so that a rate per second is exact at every microsecond.
const TOKEN: u64 = 1_000_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    level: u64,
    at: i64,
}

impl Bucket {
    fn refill(&mut self, rate: u32, burst: u32, now: i64) {
        // A clock that steps back gives nothing and takes nothing.
        let elapsed = u64::try_from(now.saturating_sub(self.at)).unwrap_or(0);
        self.level = self
            .level
            .saturating_add(elapsed.saturating_mul(u64::from(rate)))
            .min(u64::from(burst) * TOKEN);
        self.at = self.at.max(now);
    }

    /// Seconds until `floor` and one token more are there.
    fn wait(&self, floor: u64, rate: u32) -> Option<Full> {
        let missing = (floor + TOKEN).checked_sub(self.level).filter(|m| *m > 0)?;
        let seconds = missing.div_ceil(u64::from(rate.max(1)) * TOKEN).max(1);
        Some(Full {
            retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
        })
    }
}

#[derive(Debug)]
struct Levels {
    global: Bucket,
    networks: HashMap<Network, Bucket>,
    /// When idle networks were last forgotten: at most once a second, so that a flood of networks costs no more.
    swept: i64,
}

/// The buckets of one process.
#[derive(Debug)]
pub struct Buckets {
    settings: BucketSettings,
    levels: Mutex<Levels>,
}

impl Buckets {
    /// Full buckets.
    pub fn new(settings: BucketSettings, now: Timestamp) -> Self {
        let at = now.as_microsecond();
        let global = Bucket {
            level: u64::from(settings.global_burst) * TOKEN,
            at,
        };
        Self {
            settings,
            levels: Mutex::new(Levels {
                global,
                networks: HashMap::new(),
                swept: at,
            }),
        }
    }

    /// Takes one token, or says when to try again. Nothing is taken from any bucket when one of them is empty.
    ///
    /// # Errors
    /// [`Full`] with the seconds to wait.
    pub fn take(&self, caller: Caller, now: Timestamp) -> Result<(), Full> {
        let s = &self.settings;
        let now = now.as_microsecond();
        // A panic elsewhere cannot leave numbers half changed: the levels stay usable.
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        levels.global.refill(s.global_rate, s.global_burst, now);
        let reserve = match caller {
            Caller::Staff => 0,
            Caller::Public(_) => {
                u64::from(s.staff_reserve.min(s.global_burst.saturating_sub(1))) * TOKEN
            }
        };
        if let Some(full) = levels.global.wait(reserve, s.global_rate) {
            return Err(full);
        }
        if let Caller::Public(network) = caller
            && network != Network::Unknown
        {
            levels.take_network(network, s, now)?;
        }
        levels.global.level -= TOKEN;
        Ok(())
    }
}

impl Levels {
    fn take_network(&mut self, network: Network, s: &BucketSettings, now: i64) -> Result<(), Full> {
        if !self.networks.contains_key(&network) && self.networks.len() >= s.networks {
            self.sweep(s, now);
            if self.networks.len() >= s.networks {
                return Ok(());
            }
        }
        let fresh = Bucket {
            level: u64::from(s.network_burst) * TOKEN,
            at: now,
        };
        let bucket = self.networks.entry(network).or_insert(fresh);
        bucket.refill(s.network_rate, s.network_burst, now);
        if let Some(full) = bucket.wait(0, s.network_rate) {
            return Err(full);
        }
        bucket.level -= TOKEN;
        Ok(())
    }

    /// Forgets networks whose bucket is full again: they differ in nothing from unseen ones.
    fn sweep(&mut self, s: &BucketSettings, now: i64) {
        if now.saturating_sub(self.swept) < 1_000_000 {
            return;
        }
        self.swept = now;
        self.networks.retain(|_, bucket| {
            bucket.refill(s.network_rate, s.network_burst, now);
            bucket.level < u64::from(s.network_burst) * TOKEN
        });
    }
}

/// The buckets and whose headers are believed: what a handler needs to let somebody in.
#[derive(Debug)]
pub struct Guard {
    /// The buckets.
    pub buckets: Buckets,
    /// The proxies.
    pub trusted: Vec<TrustedProxy>,
}

impl Guard {
    /// Takes one token for a public request. The peer is axum's `ConnectInfo<SocketAddr>`, where the server set one.
    ///
    /// # Errors
    /// [`Full`] with the seconds to wait.
    pub fn admit(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<(), Full> {
        let peer = extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        self.buckets.take(
            Caller::Public(network_of(peer, headers, &self.trusted)),
            now,
        )
    }
}

#[cfg(test)]
mod tests;
