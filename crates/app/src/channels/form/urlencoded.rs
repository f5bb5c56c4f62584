//! `application/x-www-form-urlencoded` (WHATWG URL, §5.1), byte by byte, so that a value that is not UTF-8 survives.

use super::{
    RefusalCode,
    read::{Form, Stream},
};

/// The longest field name.
const NAME_BYTES: usize = 16 * 1024;

#[derive(Default)]
struct Pair {
    name: Vec<u8>,
    value: Vec<u8>,
    in_value: bool,
    /// A `%` and the digit after it, while they wait for what follows.
    escape: Vec<u8>,
}

impl Pair {
    fn push(&mut self, byte: u8) {
        if self.in_value {
            self.value.push(byte)
        } else {
            self.name.push(byte)
        }
    }

    /// A `%` that two hex digits do not follow stands for itself.
    fn flush_escape(&mut self) {
        for byte in std::mem::take(&mut self.escape) {
            self.push(byte);
        }
    }

    fn take(&mut self, byte: u8) {
        if !self.escape.is_empty() {
            if byte.is_ascii_hexdigit() {
                self.escape.push(byte);
                if let [_, high, low] = self.escape[..] {
                    self.escape.clear();
                    self.push((digit(high) << 4) | digit(low));
                }
                return;
            }
            self.flush_escape();
        }
        match byte {
            b'%' => self.escape.push(byte),
            b'+' => self.push(b' '),
            b'=' if !self.in_value => self.in_value = true,
            other => self.push(other),
        }
    }

    fn finish(&mut self, form: &mut Form<'_>) -> Result<(), RefusalCode> {
        self.flush_escape();
        let pair = std::mem::take(self);
        if pair.name.is_empty() && pair.value.is_empty() {
            Ok(())
        } else {
            form.field(pair.name, pair.value)
        }
    }
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'0'..=b'9' => hex - b'0',
        b'a'..=b'f' => hex - b'a' + 10,
        _ => hex.to_ascii_uppercase().wrapping_sub(b'A').wrapping_add(10),
    }
}

/// Reads all pairs.
pub(super) async fn read(stream: &mut Stream<'_>, form: &mut Form<'_>) -> Result<(), RefusalCode> {
    let mut pair = Pair::default();
    while let Some(chunk) = stream.next().await? {
        for &byte in &chunk {
            if byte == b'&' {
                pair.finish(form)?;
                continue;
            }
            pair.take(byte);
            if pair.value.len() > form.limits.field_bytes || pair.name.len() > NAME_BYTES {
                pair.finish(form)?;
                return Err(RefusalCode::TooLarge);
            }
        }
    }
    pair.finish(form)
}
