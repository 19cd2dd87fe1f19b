//! The way to the API, step by step: what fails first is what is wrong.

use std::time::Duration;

use semver::Version;
use spool_shared::protocol::VERSION;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::Line;
use crate::{
    config::Config,
    link::dial::{DialError, Dialer, Terms},
    tls,
};

const STEPS: [&str; 5] = ["dns", "tcp", "tls", "auth", "protocol"];
/// For a name or a connection.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn check(config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    let all_well = walk(config, &mut lines).await;
    if !all_well {
        for step in STEPS.iter().skip(lines.len()) {
            lines.push(Line::skipped(step, "it needs the step before".into()));
        }
    }
    lines
}

/// False at the first step that fails, which is the last line then.
async fn walk(config: &Config, lines: &mut Vec<Line>) -> bool {
    let (host, port) = config.server.endpoint();
    let address = match timeout(ANSWERS_WITHIN, lookup_host((host.as_str(), port))).await {
        Ok(Ok(mut found)) => found.next(),
        Ok(Err(error)) => {
            lines.push(Line::fails("dns", format!("{host} is not found: {error}"), "SPOOL_SERVER names it."));
            return false;
        }
        Err(_) => None,
    };
    let Some(address) = address else {
        lines.push(Line::fails("dns", format!("{host} is not found in time"), "SPOOL_SERVER names it."));
        return false;
    };
    lines.push(Line::ok("dns", format!("{host} is {}", address.ip())));
    let hint = "Is the API running there, and does no firewall stand in between?";
    match timeout(ANSWERS_WITHIN, TcpStream::connect((host.as_str(), port))).await {
        Ok(Ok(_)) => lines.push(Line::ok("tcp", format!("{host}:{port} takes connections"))),
        Ok(Err(error)) => {
            lines.push(Line::fails("tcp", format!("{host}:{port} takes no connection: {error}"), hint));
            return false;
        }
        Err(_) => {
            lines.push(Line::fails("tcp", format!("{host}:{port} does not answer"), hint));
            return false;
        }
    }
    let tls = match tls::for_address(&config.server) {
        Ok(tls) => tls,
        Err(error) => {
            lines.push(Line::fails("tls", error.to_string(), ""));
            return false;
        }
    };
    let dialer = Dialer { address: config.server.clone(), agent: None, token: config.token.clone(), tls };
    let said = dialer.terms().await;
    let before = lines.len();
    lines.extend(judge(said, config.server.is_encrypted(), config.token.is_some()));
    lines.len() == before + 3
}

/// What the answer to the handshake says of the last three steps; fewer lines when one of them fails.
fn judge(said: Result<Terms, DialError>, encrypted: bool, with_token: bool) -> Vec<Line> {
    let tls = if encrypted {
        Line::ok("tls", "the certificate is trusted".into())
    } else {
        Line::skipped("tls", "nothing is encrypted on this machine".into())
    };
    let auth = |detail: String, hint: &str| vec![tls.clone(), Line::fails("auth", detail, hint)];
    match said {
        Ok(terms) => {
            let how = if with_token { "the token is accepted" } else { "no token is asked for" };
            vec![tls, Line::ok("auth", how.into()), protocol(&terms)]
        }
        Err(DialError::Refused { status: status @ (401 | 403), .. }) => {
            let hint = "SPOOL_AGENT_TOKEN holds what `spool-api key new NAME --agent` printed.";
            let what = if with_token { "the token" } else { "an agent without a token" };
            auth(format!("the API refused {what} (status {status})"), hint)
        }
        Err(error @ (DialError::Refused { .. } | DialError::TimedOut(_))) => {
            auth(error.to_string(), "Is this the address of a Spool API, or of a proxy in front of it?")
        }
        Err(error) if encrypted => {
            vec![Line::fails("tls", error.to_string(), "Is the certificate valid for this name?")]
        }
        Err(error) => auth(error.to_string(), "Is this the address of a Spool API?"),
    }
}

fn protocol(terms: &Terms) -> Line {
    const NAME: &str = "protocol";
    let own = env!("CARGO_PKG_VERSION");
    let oldest = terms.oldest_agent.as_deref().and_then(|oldest| Version::parse(oldest).ok());
    let too_old = oldest.filter(|oldest| Version::parse(own).is_ok_and(|own| own < *oldest));
    match (terms.protocol, too_old) {
        (_, Some(oldest)) => {
            let why = format!("the API takes agents from version {oldest} on, this one is {own}");
            Line::fails(NAME, why, "Update this agent.")
        }
        (Some(VERSION), None) => Line::ok(NAME, format!("both speak version {VERSION}")),
        (Some(other), None) => {
            let why = format!("the API speaks version {other}, this agent {VERSION}");
            Line::fails(NAME, why, "Update whichever is older.")
        }
        (None, None) => Line::skipped(NAME, "the API does not say which version it speaks".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict::{Fails, Ok as Fine, Skipped};

    fn verdicts(lines: &[Line]) -> Vec<(&str, crate::check::Verdict)> {
        lines.iter().map(|line| (line.check.as_str(), line.verdict)).collect()
    }

    fn terms(protocol: Option<u32>, oldest: Option<&str>) -> Terms {
        Terms { protocol, oldest_agent: oldest.map(ToOwned::to_owned) }
    }

    #[test]
    fn an_open_socket_proves_everything_before_it() {
        let lines = judge(Ok(terms(Some(VERSION), Some("0.0.1"))), true, true);
        assert_eq!(verdicts(&lines), [("tls", Fine), ("auth", Fine), ("protocol", Fine)]);
        let lines = judge(Ok(terms(None, None)), false, false);
        assert_eq!(verdicts(&lines), [("tls", Skipped), ("auth", Fine), ("protocol", Skipped)]);
    }

    #[test]
    fn a_refused_token_and_a_stranger_are_told_apart() {
        let refused = |status| Err(DialError::Refused { status, retry_after: None });
        let lines = judge(refused(401), true, true);
        assert_eq!(verdicts(&lines), [("tls", Fine), ("auth", Fails)]);
        assert_eq!(lines.last().unwrap().detail, "the API refused the token (status 401)");
        let lines = judge(refused(404), false, false);
        assert_eq!(lines.last().unwrap().detail, "the API answered with status 404");
        let lines = judge(Err(DialError::Handshake("bad certificate".into())), true, true);
        assert_eq!(verdicts(&lines), [("tls", Fails)]);
    }

    #[test]
    fn versions_that_do_not_go_together_say_which_side_is_older() {
        let detail = |terms| protocol(&terms).detail;
        assert_eq!(detail(terms(Some(2), None)), "the API speaks version 2, this agent 1");
        let own = env!("CARGO_PKG_VERSION");
        let wanted = format!("the API takes agents from version 99.0.0 on, this one is {own}");
        assert_eq!(detail(terms(Some(VERSION), Some("99.0.0"))), wanted);
    }
}
