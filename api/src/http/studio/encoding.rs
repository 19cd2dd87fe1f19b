//! Which encoding of a file a client takes (RFC 9110, section 12.5.3).

use actix_web::http::header::{self, HeaderMap};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    /// The file as it is.
    Identity,
}

impl Encoding {
    /// As headers call it.
    pub(super) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What the name of such a file has behind that of the file itself.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// What the request takes, what it likes best first. Who says nothing takes the file as it is.
pub(super) fn taken(headers: &HeaderMap) -> Vec<Encoding> {
    let lines = headers.get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let told: Vec<(String, f32)> = lines.flat_map(|line| line.split(',')).filter_map(item).collect();
    let quality = |words: &[&str]| {
        let of = |word: &&str| told.iter().find(|(name, _)| name == word).map(|(_, quality)| *quality);
        words.iter().find_map(of).or_else(|| of(&"*"))
    };
    let all = [
        (Encoding::Brotli, quality(&["br"]).unwrap_or(0.0)),
        (Encoding::Gzip, quality(&["gzip", "x-gzip"]).unwrap_or(0.0)),
        // It needs no leave, but is the last choice where nothing is said of it.
        (Encoding::Identity, quality(&["identity"]).unwrap_or(f32::MIN_POSITIVE)),
    ];
    let mut all: Vec<_> = all.into_iter().filter(|(_, quality)| *quality > 0.0).collect();
    // Stable: of equals the smaller file goes first.
    all.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    all.into_iter().map(|(encoding, _)| encoding).collect()
}

/// One coding with its weight, 0–1. What cannot be read is as if it were not there.
fn item(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';');
    let name = parts.next()?.trim().to_ascii_lowercase();
    let weight = parts.next().map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().ok()).flatten()
    });
    let quality = weight.unwrap_or(Some(1.0)).filter(|quality| (0.0..=1.0).contains(quality))?;
    (!name.is_empty()).then_some((name, quality))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::{Encoding::*, *};

    fn of(lines: &[&str]) -> Vec<Encoding> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap());
        }
        taken(&headers)
    }

    #[test]
    fn what_a_client_likes_best_goes_first_and_what_it_refuses_is_not_there() {
        let cases: [(&[&str], &[Encoding]); 16] = [
            (&[], &[Identity]),
            (&[""], &[Identity]),
            (&["gzip, deflate, br, zstd"], &[Brotli, Gzip, Identity]),
            (&["gzip", "br"], &[Brotli, Gzip, Identity]),
            (&["GZIP;Q=0.9, BR ; q=0.5"], &[Gzip, Brotli, Identity]),
            (&["x-gzip"], &[Gzip, Identity]),
            (&["br;q=0, gzip"], &[Gzip, Identity]),
            (&["br;q=0.000, gzip;q=0"], &[Identity]),
            (&["identity, gzip;q=0.5"], &[Identity, Gzip]),
            (&["*"], &[Brotli, Gzip, Identity]),
            (&["*;q=0.5, gzip"], &[Gzip, Brotli, Identity]),
            (&["br, *;q=0"], &[Brotli]),
            (&["gzip, identity;q=0"], &[Gzip]),
            (&["*;q=0"], &[]),
            (&["deflate"], &[Identity]),
            (&["br;q=high, gzip;q=2, x;q"], &[Identity]),
        ];
        for (lines, expected) in cases {
            assert_eq!(of(lines), expected, "{lines:?}");
        }
    }
}
