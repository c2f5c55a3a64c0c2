//! Chinese numerals as digits.

/// Most digits of a number; longer runs of numerals are left as they are.
const MAX_DIGITS: usize = 9;

/// Whether a character may be part of a Chinese numeral.
pub fn is_numeral(c: char) -> bool {
    digit(c).is_some() || scale(c).is_some() || tens(c).is_some()
}

/// `text` with each run of Chinese numerals that is a number written in digits: 二十 is 20, 二〇二 is 202, 廿三 is 23.
pub fn with_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<char> = Vec::new();
    for c in text.chars() {
        if is_numeral(c) {
            run.push(c);
            continue;
        }
        flush(&mut run, &mut out);
        out.push(c);
    }
    flush(&mut run, &mut out);
    out
}

fn flush(run: &mut Vec<char>, out: &mut String) {
    match number(run) {
        Some(digits) => out.push_str(&digits),
        None => out.extend(run.iter()),
    }
    run.clear();
}

/// What a run of numerals is in digits; `None` when it is no number.
fn number(run: &[char]) -> Option<String> {
    if run.is_empty() || run.len() > MAX_DIGITS {
        return None;
    }
    if run.iter().all(|&c| digit(c).is_some()) {
        return Some(run.iter().filter_map(|&c| digit(c)).map(|digit| char::from(b'0' + digit)).collect());
    }
    // 千, 百, 十 may each stand once, in this order; only 十 may begin a number.
    let (mut sum, mut last, mut pending) = (0_u32, u32::MAX, None);
    for (at, &c) in run.iter().enumerate() {
        if let Some(value) = tens(c) {
            if pending.is_some() || last <= 10 {
                return None;
            }
            (sum, last) = (sum + value, 10);
        } else if let Some(scale) = scale(c) {
            if scale >= last || (pending.is_none() && (scale != 10 || at > 0)) {
                return None;
            }
            (sum, last) = (sum + pending.take().unwrap_or(1) * scale, scale);
        } else {
            let digit = u32::from(digit(c)?);
            match pending {
                // The zero of 一百零三.
                _ if digit == 0 && pending.is_none() && at > 0 && at + 1 < run.len() => {}
                None if digit > 0 => pending = Some(digit),
                _ => return None,
            }
        }
    }
    // 一百二 is 120 when spoken, 102 to others: nobody writes it on a wall.
    if pending.is_some() && last > 10 && !run.contains(&'零') && !run.contains(&'〇') {
        return None;
    }
    Some((sum + pending.unwrap_or(0)).to_string())
}

const fn digit(c: char) -> Option<u8> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

const fn scale(c: char) -> Option<u32> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

const fn tens(c: char) -> Option<u32> {
    Some(match c {
        '廿' => 20,
        '卅' => 30,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(with_digits(text), expected, "{text}");
    }

    #[test]
    fn numerals_are_written_in_digits() {
        for (text, expected) in [
            ("二十号楼", "20号楼"),
            ("十号", "10号"),
            ("十五", "15"),
            ("四十二巷", "42巷"),
            ("二〇二室", "202室"),
            ("一零七", "107"),
            ("廿三号", "23号"),
            ("卅号", "30号"),
            ("一百零三号", "103号"),
            ("一百二十三", "123"),
            ("三百", "300"),
            ("一千零二十", "1020"),
            ("步云一巷二号", "步云1巷2号"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn what_is_no_number_is_left() {
        for text in ["百花", "千禧", "十十", "一百二", "廿廿", "零十", "百十", "", "一二三四五六七八九零"]
        {
            check(text, text);
        }
    }
}
