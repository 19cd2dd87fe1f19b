//! The protocol of Redis, as far as a line must know it: where a command or a reply ends, and what a command is.

/// These bytes are not of the protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// The length of the value that `bytes` begin with, in RESP2 or RESP3; `None` while it is not whole.
pub(super) fn length(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let (mut at, mut missing) = (0, 1_usize);
    while missing > 0 {
        let Some((kind, line, next)) = line(bytes, at) else { return Ok(None) };
        at = next;
        missing -= 1;
        match kind {
            b'+' | b'-' | b':' | b'_' | b'#' | b',' | b'(' => {}
            b'$' | b'!' | b'=' => {
                if let Some(long) = count(line)? {
                    at += long + 2;
                }
            }
            b'*' | b'~' | b'>' => missing += count(line)?.unwrap_or_default(),
            b'%' => missing += 2 * count(line)?.unwrap_or_default(),
            // Attributes come before the value that they are of.
            b'|' => missing += 2 * count(line)?.unwrap_or_default() + 1,
            _ => return Err(Malformed),
        }
    }
    Ok((at <= bytes.len()).then_some(at))
}

/// Whether a reply answers no command.
pub(super) fn is_push(reply: &[u8]) -> bool {
    reply.first() == Some(&b'>')
}

/// The words of a whole command.
pub(super) fn words(command: &[u8]) -> Vec<&[u8]> {
    let Some((b'*', line_of_command, mut at)) = line(command, 0) else { return Vec::new() };
    let many = count(line_of_command).ok().flatten().unwrap_or_default();
    let mut words = Vec::with_capacity(many);
    while let Some((b'$', head, start)) = line(command, at) {
        let Ok(Some(long)) = count(head) else { break };
        let Some(word) = command.get(start..start + long) else { break };
        words.push(word);
        at = start + long + 2;
    }
    words
}

/// The kind and the rest of the line at `at`, and where the next one begins.
fn line(bytes: &[u8], at: usize) -> Option<(u8, &[u8], usize)> {
    let rest = bytes.get(at..)?;
    let end = rest.windows(2).position(|two| two == b"\r\n")?;
    let (kind, line) = rest.get(..end)?.split_first()?;
    Some((*kind, line, at + end + 2))
}

/// `None` stands for a null.
fn count(line: &[u8]) -> Result<Option<usize>, Malformed> {
    if line == b"-1" {
        return Ok(None);
    }
    let text = std::str::from_utf8(line).map_err(|_| Malformed)?;
    text.parse().map(Some).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of every kind.
    const VALUES: [&[u8]; 20] = [
        b"+OK\r\n",
        b"-NOSCRIPT No matching script.\r\n",
        b":-12\r\n",
        b"$0\r\n\r\n",
        b"$6\r\na\r\n\r\nb\r\n",
        b"$-1\r\n",
        b"*-1\r\n",
        b"*0\r\n",
        b"*2\r\n*1\r\n:1\r\n$1\r\nx\r\n",
        b"_\r\n",
        b"#t\r\n",
        b",1.5\r\n",
        b"(123456789012345678901234567890\r\n",
        b"!5\r\nERR x\r\n",
        b"=7\r\ntxt:one\r\n",
        b"%1\r\n+key\r\n*1\r\n:1\r\n",
        b"~2\r\n:1\r\n:2\r\n",
        b">3\r\n+message\r\n$1\r\nc\r\n$1\r\nm\r\n",
        b"|1\r\n+ttl\r\n:3\r\n$1\r\nv\r\n",
        b"*2\r\n|1\r\n+a\r\n:1\r\n:5\r\n:6\r\n",
    ];

    #[test]
    fn a_value_of_any_kind_is_whole_at_its_last_byte_and_not_before_it() {
        for value in VALUES {
            for split in 0..value.len() {
                assert_eq!(length(&value[..split]), Ok(None), "{split} bytes of {:?}", value.escape_ascii());
            }
            let followed = [value, b"+more\r\n"].concat();
            assert_eq!(length(&followed), Ok(Some(value.len())), "{:?}", value.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_value_is_an_error() {
        for odd in [&b"GET / HTTP/1.1\r\n"[..], b"$x\r\n", b"*-2\r\n", b"$\xff\r\n"] {
            assert_eq!(length(odd), Err(Malformed), "{:?}", odd.escape_ascii());
        }
    }

    #[test]
    fn a_command_has_its_words_whatever_bytes_they_have() {
        let command = b"*3\r\n$7\r\nEVALSHA\r\n$4\r\n\r\n\xff\x00\r\n$0\r\n\r\n";
        assert_eq!(words(command), [&b"EVALSHA"[..], b"\r\n\xff\x00", b""]);
        assert_eq!(length(command), Ok(Some(command.len())));
    }

    #[test]
    fn only_a_push_answers_nothing() {
        assert_eq!(VALUES.iter().filter(|value| is_push(value)).count(), 1);
    }
}
