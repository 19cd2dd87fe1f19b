//! What the parts of the API get of the settings.

use std::{num::NonZeroU32, time::Duration};

use spool_shared::job::Budgets;

use crate::{
    admission::Caps,
    auth::Access,
    config::Config,
    gateway::Times,
    store::{Limits, Quarantine},
};

/// What the store holds to.
pub(super) fn limits(config: &Config) -> Limits {
    Limits {
        assign_ms: config.lease.assign_ms,
        lease_ms: config.lease.lease_ms,
        dead_ms: config.lease.agent_dead_ms,
        retention_ms: config.lease.retention_ms,
        queue_ttl_ms: config.lease.queue_ttl_ms,
        image_ms: config.images.image_ttl_ms,
        // No request that brings pictures takes longer than that after its body has come.
        hold_ms: config.http.request_timeout_ms.saturating_mul(2),
        queue_limit: config.limits.queue,
        owner_limit: config.limits.queue_limit_per_key.unwrap_or(config.limits.queue),
        budgets: Budgets::default(),
        quarantine: Quarantine {
            failures: config.lease.quarantine_failures,
            window_ms: config.lease.quarantine_window_ms,
            lasts_ms: config.lease.quarantine_ms,
        },
    }
}

/// Submits and uploads a minute of one key, unless it is set.
const WRITES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// What is admitted; more where nobody needs a key.
pub(super) fn caps(config: &Config, access: &Access) -> Caps {
    let limits = &config.limits;
    let default = (!access.clients.is_open()).then_some(WRITES_PER_MINUTE);
    let of_each = |open: bool| (!open).then_some(limits.max_sockets_per_key as usize);
    Caps {
        writes_per_minute: limits.rate_per_minute.or(default),
        sockets: limits.max_sockets as usize,
        sockets_per_key: of_each(access.clients.is_open()),
        sockets_per_token: of_each(access.agents.is_open()),
    }
}

/// How long agents are waited for.
pub(super) fn times(config: &Config) -> Times {
    let ms = Duration::from_millis;
    Times {
        heartbeat: ms(config.lease.heartbeat_ms),
        dead: ms(config.lease.agent_dead_ms),
        grace: ms(config.lease.reconnect_grace_ms),
        retry: ms(config.lease.retry_delay_ms),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    #[command(no_binary_name = true)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn the_documented_caps_hold_where_there_are_keys_and_fewer_where_there_are_none() {
        let config = Flags::try_parse_from(Vec::<String>::new()).unwrap().config;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, format!("ann sha256:{} submit\n", "0".repeat(64))).unwrap();
        let of = |keys, tokens| {
            let Caps { writes_per_minute, sockets, sockets_per_key, sockets_per_token } =
                caps(&config, &Access::read(keys, tokens).unwrap());
            (writes_per_minute.map(NonZeroU32::get), sockets, sockets_per_key, sockets_per_token)
        };
        assert_eq!(of(None, None), (None, 20_000, None, None));
        assert_eq!(of(Some(file.path()), None), (Some(600), 20_000, Some(5_000), None));
        assert_eq!(limits(&config).owner_limit, 10_000);
    }
}
