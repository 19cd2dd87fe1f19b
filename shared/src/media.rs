//! The types of files that results may have, told by how a file begins.

/// How many bytes [`is_type`] needs.
pub const HEAD_BYTES: usize = 12;

/// Whether a file that begins like this is of the type. Only these three types are ever served.
#[must_use]
pub fn is_type(content_type: &str, head: &[u8]) -> bool {
    match content_type {
        "video/mp4" => head.get(4..8) == Some(b"ftyp"),
        "image/png" => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/webp" => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_type_that_it_begins_like() {
        let begins: [(&str, &[u8]); 3] = [
            ("video/mp4", b"\0\0\0\x20ftypisom"),
            ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\r"),
            ("image/webp", b"RIFF\x24\0\0\0WEBP"),
        ];
        for (content_type, head) in begins {
            assert_eq!(head.len(), HEAD_BYTES);
            for (other, _) in begins {
                assert_eq!(is_type(other, head), other == content_type, "{content_type} as {other}");
            }
            assert!(!is_type(content_type, &head[..3]));
            assert!(!is_type("text/html", head));
        }
    }
}
