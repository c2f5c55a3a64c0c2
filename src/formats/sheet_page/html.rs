//! A page as HTML: one file that loads nothing, runs nothing and prints on A4.

use super::page::{Block, Page, PageCell};
use crate::domain::profile::Name;

/// How it looks, on a screen and on paper.
const STYLE: &str = include_str!("page.css");

/// The page as an HTML document. All that is not ours is escaped.
pub fn page_html(page: &Page) -> String {
    let mut out = String::with_capacity(16 << 10);
    out.push_str("<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    escape(&page.title.zh, &mut out);
    out.push_str("</title>\n<style>\n");
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n<header>\n<h1>");
    both(&page.title, &mut out);
    out.push_str("</h1>\n<p>");
    both(&page.subtitle, &mut out);
    out.push_str("</p>\n</header>\n<main>\n");
    page.blocks.iter().for_each(|block| section(block, &mut out));
    out.push_str("</main>\n<footer>");
    both(&page.notice, &mut out);
    out.push_str("</footer>\n</body>\n</html>\n");
    out
}

fn section(block: &Block, out: &mut String) {
    out.push_str("<section>\n<h2>");
    both(&block.title, out);
    out.push_str("</h2>\n<p class=\"source\">来源：");
    both(&block.source, out);
    out.push_str("　日期 date：");
    escape(&block.date, out);
    out.push_str("</p>\n");
    if block.rows.is_empty() {
        out.push_str("<p class=\"none\">无 <span lang=\"en\">none</span></p>\n</section>\n");
        return;
    }
    out.push_str(if block.columns.is_empty() { "<table class=\"pairs\">\n" } else { "<table>\n" });
    if !block.columns.is_empty() {
        out.push_str("<thead><tr>");
        for column in &block.columns {
            out.push_str("<th scope=\"col\">");
            both(column, out);
            out.push_str("</th>");
        }
        out.push_str("</tr></thead>\n");
    }
    out.push_str("<tbody>\n");
    for row in &block.rows {
        out.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let is_name = block.columns.is_empty() && place == 0;
            out.push_str(match (is_name, cell) {
                (true, _) => "<th scope=\"row\">",
                (false, PageCell::Number(_)) => "<td class=\"number\">",
                (false, _) => "<td>",
            });
            match cell {
                PageCell::Empty => out.push_str("<span class=\"none\">—</span>"),
                PageCell::Text(text) | PageCell::Number(text) => escape(text, out),
                PageCell::Both(name) => both(name, out),
            }
            out.push_str(if is_name { "</th>" } else { "</td>" });
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}

/// Chinese, with English beside it.
fn both(name: &Name, out: &mut String) {
    escape(&name.zh, out);
    if name.en != name.zh && !name.en.is_empty() {
        out.push_str(" <span lang=\"en\">");
        escape(&name.en, out);
        out.push_str("</span>");
    }
}

/// A text that is no markup, wherever it stands.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ if character.is_control() => out.push(' '),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(zh: &str, en: &str) -> Name {
        Name { zh: zh.to_owned(), en: en.to_owned() }
    }

    #[test]
    fn nothing_in_the_data_is_markup_and_nothing_is_loaded() {
        let evil = "</style><script src=//evil>\"'&";
        let block = Block {
            title: name(evil, evil),
            source: name(evil, "of it"),
            date: evil.to_owned(),
            columns: vec![name(evil, "")],
            rows: vec![vec![PageCell::text(evil)], vec![PageCell::Number(evil.to_owned())], vec![PageCell::Empty]],
        };
        let pairs = Block { columns: Vec::new(), rows: vec![vec![PageCell::text(evil)]], ..block.clone() };
        let page = Page {
            title: name(evil, evil),
            subtitle: name(evil, evil),
            notice: name(evil, evil),
            blocks: vec![block, pairs],
        };
        let html = page_html(&page);
        assert!(!html.contains("<script") && html.matches("</style>").count() == 1, "{html}");
        assert!(!html.contains("://") && !html.contains("url(") && !html.contains("@import"), "{html}");
        assert_eq!(html.matches("&lt;script").count(), html.matches("script").count());
    }

    #[test]
    fn chinese_stands_first_and_a_table_without_rows_says_so() {
        let block = Block {
            title: name("指标", "indicators"),
            source: name("统计", "census"),
            date: "2026-11-22".to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
        };
        let page = Page {
            title: name("一套表", "sheet"),
            subtitle: name("第 1 版", "edition 1"),
            notice: name("仅供示意", "for show"),
            blocks: vec![block],
        };
        let html = page_html(&page);
        assert!(html.contains("<h1>一套表 <span lang=\"en\">sheet</span></h1>"), "{html}");
        assert!(html.contains("来源：统计 <span lang=\"en\">census</span>　日期 date：2026-11-22"), "{html}");
        assert!(html.contains("<p class=\"none\">无"), "{html}");
    }
}
