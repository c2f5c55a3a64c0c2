//! Records and fields of CSV (RFC 4180) in bytes. Quotes count only where a field begins.

use std::borrow::Cow;
use std::ops::Range;

/// Where a scan for the end of a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::formats) enum Place {
    /// A field begins here.
    #[default]
    FieldStart,
    /// Within a field without quotes, or behind the closing quote.
    Bare,
    /// Within quotes.
    Quoted,
    /// After a quote within quotes: the first of two, or the closing one.
    Quote,
}

impl Place {
    /// The place after `byte`; `None` when the record ends before it.
    #[inline]
    pub(in crate::formats) fn after(self, byte: u8, delimiter: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Quoted, b'"') => Self::Quote,
            (Self::Quoted, _) | (Self::FieldStart | Self::Quote, b'"') => Self::Quoted,
            (_, b'\n') => return None,
            (_, byte) if byte == delimiter => Self::FieldStart,
            _ => Self::Bare,
        })
    }
}

/// The fields of a record, which has no line end, with their quotes.
pub(in crate::formats) fn fields(record: &[u8], delimiter: u8, ranges: &mut Vec<Range<usize>>) {
    ranges.clear();
    let (mut place, mut start) = (Place::FieldStart, 0);
    for (index, &byte) in record.iter().enumerate() {
        let before = place;
        // A line feed outside quotes ends a record and is not in one.
        place = place.after(byte, delimiter).unwrap_or(before);
        if place == Place::FieldStart && byte == delimiter {
            ranges.push(start..index);
            start = index + 1;
        }
    }
    ranges.push(start..record.len());
}

/// A field's text: without the quotes around it, doubled ones made single. What follows the closing quote is kept.
pub(in crate::formats) fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = field.strip_prefix(b"\"") else { return Cow::Borrowed(field) };
    match inner.iter().position(|&byte| byte == b'"') {
        Some(end) if end + 1 == inner.len() => return Cow::Borrowed(&inner[..end]),
        _ => {}
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    let mut quoted = true;
    while let Some(byte) = bytes.next() {
        if quoted && byte == b'"' {
            if bytes.next_if_eq(&b'"').is_some() {
                text.push(b'"');
            } else {
                quoted = false;
            }
        } else {
            text.push(byte);
        }
    }
    Cow::Owned(text)
}

/// Calls `each` with the text of every field of a record, which has no line end, and whether it stood in quotes.
pub fn csv_cells(record: &[u8], delimiter: u8, mut each: impl FnMut(&str, bool)) {
    let mut ranges = Vec::new();
    fields(record, delimiter, &mut ranges);
    for range in ranges {
        let field = &record[range];
        each(&String::from_utf8_lossy(&unquoted(field)), field.first() == Some(&b'"'));
    }
}

/// Where the field that begins at `at` ends: before the delimiter or the line end. `None` when that is not in `bytes`
/// or when something stands between its closing quote and that.
#[inline]
pub(super) fn field_end(bytes: &[u8], mut at: usize, delimiter: u8) -> Option<usize> {
    if *bytes.get(at)? == b'"' {
        loop {
            at += 1 + bytes.get(at + 1..)?.iter().position(|&byte| byte == b'"')?;
            match *bytes.get(at + 1)? {
                b'"' => at += 1,
                b'\n' | b'\r' => return Some(at + 1),
                byte if byte == delimiter => return Some(at + 1),
                _ => return None,
            }
        }
    }
    let length = bytes[at..].iter().position(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r')?;
    Some(at + length)
}

/// Appends `record` with as many fields as the header has: missing ones empty, what is too much within the last.
pub(super) fn even_out(record: &[u8], ranges: &[Range<usize>], wanted: usize, delimiter: u8, line: &mut Vec<u8>) {
    if ranges.len() <= wanted {
        line.extend_from_slice(record);
        line.extend(std::iter::repeat_n(delimiter, wanted - ranges.len()));
        return;
    }
    let last = ranges[wanted - 1].start;
    line.extend_from_slice(&record[..last]);
    line.push(b'"');
    for &byte in &record[last..] {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(record: &str, expected: &[&str]) {
        let mut ranges = Vec::new();
        fields(record.as_bytes(), b',', &mut ranges);
        let found: Vec<_> = ranges
            .iter()
            .map(|range| String::from_utf8_lossy(&unquoted(&record.as_bytes()[range.clone()])).into_owned())
            .collect();
        assert_eq!(found, expected, "{record}");
    }

    #[test]
    fn fields_are_split_at_delimiters_outside_quotes() {
        check("", &[""]);
        check(",", &["", ""]);
        check("a,b c,", &["a", "b c", ""]);
        check("\"a,b\",c", &["a,b", "c"]);
        check("\"a\"\"b\",\"\"", &["a\"b", ""]);
        check("\"a\nb\",c", &["a\nb", "c"]);
        check("a\"b,c\"", &["a\"b", "c\""]);
        check("\"a\"b,c", &["ab", "c"]);
        check("\"open,c", &["open,c"]);
    }

    #[test]
    fn a_record_of_another_width_is_evened_out_to_the_headers() {
        for (record, expected) in
            [("a,b", "a,b,"), ("a", "a,,"), ("a,b,c", "a,b,c"), ("a,b,c,\"d\"", "a,b,\"c,\"\"d\"\"\"")]
        {
            let (mut ranges, mut line) = (Vec::new(), Vec::new());
            fields(record.as_bytes(), b',', &mut ranges);
            even_out(record.as_bytes(), &ranges, 3, b',', &mut line);
            assert_eq!(String::from_utf8_lossy(&line), expected, "{record}");
            fields(&line, b',', &mut ranges);
            assert_eq!(ranges.len(), 3, "{record}");
        }
    }
}
