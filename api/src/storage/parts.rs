//! What has come of a file, as parts that may overlap: plain data, no I/O.

use std::ops::Range;

/// The bytes that one part has of its file. Two connections may have sent the same file, each with its own cuts, so
/// parts overlap; all of them are of one file, as its hash will prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    bytes: Range<u64>,
}

/// What to read of a part, counted from the part's own beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) part: Part,
    pub(super) range: Range<u64>,
}

impl Part {
    pub(super) const fn new(offset: u64, length: u64) -> Self {
        Self { bytes: offset..offset + length }
    }

    /// How far into the file it reaches.
    pub(super) const fn end(&self) -> u64 {
        self.bytes.end
    }

    /// The name of its object; names sort as the parts stand.
    pub(super) fn name(&self) -> String {
        format!("{:010}-{:010}", self.bytes.start, self.bytes.end)
    }

    /// Reads a name back. An object of another size than its name says is none of ours.
    pub(super) fn named(name: &str, size: u64) -> Option<Self> {
        let (start, end) = name.split_once('-')?;
        let bytes: Range<u64> = start.parse().ok()?..end.parse().ok()?;
        (bytes.end.checked_sub(bytes.start) == Some(size) && size > 0).then_some(Self { bytes })
    }
}

/// Which slices make the longest beginning of the file, and how long it is.
pub(super) fn beginning(mut parts: Vec<Part>) -> (Vec<Slice>, u64) {
    parts.sort_unstable_by_key(|part| (part.bytes.start, part.bytes.end));
    let (mut slices, mut have, mut parts) = (Vec::new(), 0, parts.into_iter().peekable());
    loop {
        let mut farthest: Option<Part> = None;
        while let Some(part) = parts.next_if(|part| part.bytes.start <= have) {
            if farthest.as_ref().is_none_or(|best| best.bytes.end < part.bytes.end) {
                farthest = Some(part);
            }
        }
        match farthest.filter(|part| part.bytes.end > have) {
            Some(part) => {
                let range = have - part.bytes.start..part.bytes.end - part.bytes.start;
                have = part.bytes.end;
                slices.push(Slice { part, range });
            }
            None => return (slices, have),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(spans: &[(u64, u64)]) -> Vec<Part> {
        spans.iter().map(|(start, end)| Part::new(*start, end - start)).collect()
    }

    /// Slices in short: which bytes of the file are read from which part.
    fn told(spans: &[(u64, u64)]) -> String {
        let (slices, have) = beginning(parts(spans));
        let each = slices.iter().map(|Slice { part, range }| {
            let start = part.bytes.start;
            format!("{}..{} of {start}..{}", start + range.start, start + range.end, part.bytes.end)
        });
        format!("{} = {have}", each.collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn parts_that_follow_one_another_are_read_whole() {
        assert_eq!(told(&[(4, 8), (0, 4), (8, 9)]), "0..4 of 0..4, 4..8 of 4..8, 8..9 of 8..9 = 9");
    }

    #[test]
    fn what_stands_behind_a_gap_does_not_count() {
        assert_eq!(told(&[]), " = 0");
        assert_eq!(told(&[(1, 4)]), " = 0");
        assert_eq!(told(&[(0, 4), (5, 8)]), "0..4 of 0..4 = 4");
    }

    #[test]
    fn overlaps_are_read_once_and_from_as_few_parts_as_will_do() {
        assert_eq!(
            told(&[(0, 4), (2, 3), (2, 9), (3, 5), (7, 11)]),
            "0..4 of 0..4, 4..9 of 2..9, 9..11 of 7..11 = 11"
        );
        assert_eq!(told(&[(0, 2), (0, 6), (4, 6)]), "0..6 of 0..6 = 6");
    }

    #[test]
    fn a_name_reads_back_and_a_strange_one_is_passed_over() {
        let part = Part::new(2 << 20, 7);
        assert_eq!(part.name(), "0002097152-0002097159");
        assert_eq!(Part::named(&part.name(), 7), Some(part));
        for (name, size) in
            [("0002097152-0002097159", 6), ("5-5", 0), ("9-5", 4), ("a-b", 1), ("7", 7), ("", 0)]
        {
            assert_eq!(Part::named(name, size), None, "{name}");
        }
    }
}
