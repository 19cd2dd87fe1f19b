//! Which programs may be agents.

use semver::Version;

/// Whether a program of this version may connect; else a sentence for whoever runs it.
pub(super) fn admit(version: &str, oldest: Option<&Version>) -> Result<(), String> {
    let Some(oldest) = oldest else { return Ok(()) };
    match Version::parse(version) {
        Ok(version) if version >= *oldest => Ok(()),
        Ok(version) => {
            Err(format!("this server takes agents from version {oldest} on, this one is {version}"))
        }
        Err(_) => {
            Err(format!("this server takes agents from version {oldest} on, this one does not say its own"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_as_old_as_its_version_says() {
        let oldest = Version::new(0, 2, 0);
        let admitted = |version| admit(version, Some(&oldest)).is_ok();
        let wanted =
            [("0.1.9", false), ("0.2.0", true), ("0.10.0", true), ("0.2.0-rc.1", false), ("new", false)];
        for (version, wanted) in wanted {
            assert_eq!(admitted(version), wanted, "{version}");
        }
        assert!(admit("0.0.1", None).is_ok());
        let sentence = admit("0.1.0", Some(&oldest)).unwrap_err();
        assert_eq!(sentence, "this server takes agents from version 0.2.0 on, this one is 0.1.0");
    }
}
