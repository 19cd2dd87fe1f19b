//! Logins that failed, by address. An address that fails too often is not even listened to for a while: guessing a
//! key is hopeless, but whoever tries must not learn anything at full speed.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Later;

/// Failures that an address has at once.
const ALLOWED: u32 = 10;
/// After this time one more is allowed.
const RECOVERY: Duration = Duration::from_secs(6);
/// From how many addresses on those are dropped that have recovered.
const TIDY_ABOVE: usize = 10_000;

/// Counts failures. For each address: the time at which it will have recovered from all of them.
#[derive(Debug, Default)]
pub struct FailedLogins {
    recovered_at: Mutex<HashMap<IpAddr, Instant>>,
}

impl FailedLogins {
    /// Whether a login from this address is looked at.
    pub fn may_try(&self, address: IpAddr) -> Result<(), Later> {
        let now = Instant::now();
        let recovered = self.lock().get(&network(address)).copied().unwrap_or(now);
        // One failure more must fit.
        let wait = (recovered + RECOVERY).saturating_duration_since(now + RECOVERY * ALLOWED);
        if wait.is_zero() { Ok(()) } else { Err(Later { wait }) }
    }

    /// Notes a failure.
    pub fn failed(&self, address: IpAddr) {
        let now = Instant::now();
        let mut all = self.lock();
        if all.len() > TIDY_ABOVE {
            all.retain(|_, recovered| *recovered > now);
        }
        let recovered = all.entry(network(address)).or_insert(now);
        *recovered = (*recovered).max(now) + RECOVERY;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Instant>> {
        self.recovered_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One customer has a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn after_ten_failures_an_address_waits_for_each_further_try() {
        let logins = FailedLogins::default();
        let [here, there]: [IpAddr; 2] = ["2001:db8::1", "2001:db8:0:1::1"].map(|text| text.parse().unwrap());
        for _ in 0..ALLOWED {
            assert_eq!(logins.may_try(here), Ok(()));
            logins.failed(here);
        }
        let neighbour = "2001:db8::ffff".parse().unwrap();
        assert_eq!(logins.may_try(neighbour).unwrap_err().seconds(), 6);
        assert_eq!(logins.may_try(there), Ok(()));
        tokio::time::advance(RECOVERY).await;
        assert_eq!(logins.may_try(here), Ok(()));
        logins.failed(here);
        assert!(logins.may_try(here).is_err());
        tokio::time::advance(RECOVERY * ALLOWED).await;
        assert_eq!(logins.may_try(here), Ok(()));
    }
}
