//! What the machine of a test may lack. A fault that was not made shows nothing, so its test fails unless whoever
//! runs it has said that this may be absent.

/// Names what may be absent, with commas between: `clock`, `disk`, `network`, `nginx`.
pub const SETTING: &str = "SPOOL_TESTS_MAY_SKIP";

/// Returns, and says why, where `what` may be absent; otherwise the test fails.
pub fn skips(what: &str, why: &str) {
    let allowed = std::env::var(SETTING).unwrap_or_default();
    assert!(may_skip(&allowed, what), "{why}; {SETTING}={what} lets this test pass without its fault");
    println!("skipped, as {SETTING} allows it: {why}");
}

fn may_skip(allowed: &str, what: &str) -> bool {
    allowed.split(',').any(|name| name.trim() == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_may_be_absent() {
        assert!(may_skip("disk, nginx", "nginx"));
        assert!(!may_skip("disk", "nginx"));
        assert!(!may_skip("", "nginx"));
    }
}
