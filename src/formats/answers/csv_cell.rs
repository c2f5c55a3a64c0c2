//! One cell of CSV that no spreadsheet takes for a formula.

use crate::formats::formula::is_formula;

/// Appends `text` as a cell: quoted where needed, and with an apostrophe before what a spreadsheet would compute.
///
/// For our own texts only. Numbers are written by themselves, and what came with a record goes back as it came.
pub fn write_cell(out: &mut Vec<u8>, text: &str, delimiter: u8) {
    let is_formula = is_formula(text);
    let needs_quotes = text.bytes().any(|byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r'));
    if needs_quotes {
        out.push(b'"');
    }
    if is_formula {
        out.push(b'\'');
    }
    if needs_quotes {
        for (number, part) in text.split('"').enumerate() {
            if number > 0 {
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(part.as_bytes());
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut out = Vec::new();
        write_cell(&mut out, text, b',');
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn formulas_are_disarmed_and_separators_quoted() {
        check("镇海街道", "镇海街道");
        check("", "");
        check("a,b", "\"a,b\"");
        check("say \"x\"", "\"say \"\"x\"\"\"");
        check("two\nlines", "\"two\nlines\"");
        check("=1+1", "'=1+1");
        check("+86", "'+86");
        check("-2,3", "\"'-2,3\"");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "'\tx");
        check("\rx", "\"'\rx\"");
    }

    proptest! {
        #[test]
        fn a_reader_gets_back_what_was_written(text in ".{0,30}") {
            // Not at the beginning, where a reader takes U+FEFF for a byte order mark.
            let mut out = b"begin;".to_vec();
            write_cell(&mut out, &text, b';');
            out.extend_from_slice(b";end\r\n");
            let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(&out[..]);
            let record = reader.records().next().expect("a record").expect("valid CSV");
            let cell = &record[1];
            prop_assert!(cell == text || cell.strip_prefix('\'') == Some(&text), "{:?} became {:?}", text, cell);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
