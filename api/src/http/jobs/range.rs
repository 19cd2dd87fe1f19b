//! Which part of a file is wanted (RFC 9110, section 14).

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Everything: there is no header, or one that is to be ignored.
    Whole,
    Part(Range<u64>),
    /// A range that begins behind the end.
    Outside,
}

/// Reads the header for a file of `size` bytes. Several ranges at once, other units and what is no range at all are
/// ignored, as the RFC allows.
pub(super) fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(spec) = header.and_then(|header| header.strip_prefix("bytes=")) else { return Wanted::Whole };
    let Some((first, last)) = spec.trim().split_once('-') else { return Wanted::Whole };
    let (first, last) = (first.trim(), last.trim());
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => within(first, last.saturating_add(1), size),
        (Some(first), None) if last.is_empty() => within(first, size, size),
        (None, Some(suffix)) if first.is_empty() => {
            if suffix == 0 {
                Wanted::Outside
            } else {
                within(size.saturating_sub(suffix), size, size)
            }
        }
        _ => Wanted::Whole,
    }
}

fn within(first: u64, end: u64, size: u64) -> Wanted {
    if first < size { Wanted::Part(first..end.min(size)) } else { Wanted::Outside }
}

/// Digits only; a number beyond 64 bits is as good as the largest one.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_at_the_end_of_the_file() {
        for (header, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-", 0..10),
            ("bytes=3-6", 3..7),
            ("bytes=3-99", 3..10),
            ("bytes=9-99999999999999999999999", 9..10),
            ("bytes=-1", 9..10),
            ("bytes=-10", 0..10),
            ("bytes=-99", 0..10),
        ] {
            assert_eq!(wanted(Some(header), 10), Wanted::Part(part), "{header}");
        }
    }

    #[test]
    fn a_range_that_begins_behind_the_end_is_outside() {
        for header in ["bytes=10-", "bytes=10-11", "bytes=99999999999999999999999-", "bytes=-0"] {
            assert_eq!(wanted(Some(header), 10), Wanted::Outside, "{header}");
        }
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Outside);
    }

    #[test]
    fn what_is_no_single_range_is_ignored() {
        for header in
            ["bytes=", "bytes=-", "bytes=5-3", "bytes=a-b", "bytes=0-1,3-4", "rows=0-1", "bytes=+1-2", "0-1"]
        {
            assert_eq!(wanted(Some(header), 10), Wanted::Whole, "{header}");
        }
        assert_eq!(wanted(None, 10), Wanted::Whole);
    }
}
