//! Which format a batch is in, and which its answers are to be in.

use http::HeaderMap;

use crate::{
    formats::{answers::AnswerFormat, points::PointFormat},
    http::{body::media_type, negotiate::MediaTypes, problem::Problem},
};

/// The formats, both ways.
const FORMATS: [(&str, PointFormat, AnswerFormat); 4] = [
    ("application/json", PointFormat::Json, AnswerFormat::Json),
    ("application/geo+json", PointFormat::GeoJson, AnswerFormat::GeoJson),
    ("application/x-ndjson", PointFormat::NdJson, AnswerFormat::NdJson),
    ("text/csv", PointFormat::Csv, AnswerFormat::Csv),
];

/// Media types whose bodies are read as they come, of any length.
pub(in crate::http) const STREAMED: [&str; 2] = ["application/x-ndjson", "text/csv"];

/// The format of the body, or 415 with the list.
pub(super) fn input_of(headers: &HeaderMap) -> Result<PointFormat, Problem> {
    let found = media_type(headers).unwrap_or_else(|| "no Content-Type".to_owned());
    let known = FORMATS.iter().find(|(name, ..)| *name == found);
    known
        .map(|&(_, input, _)| input)
        .ok_or_else(|| Problem::unsupported_media_type(&found, &FORMATS.map(|(name, ..)| name)))
}

/// The format that the client likes best, that of its own body among equals; 406 with the list when it takes none.
pub(super) fn output_of(headers: &HeaderMap, input: PointFormat) -> Result<AnswerFormat, Problem> {
    let taken = MediaTypes::of(headers)?;
    let own = FORMATS.iter().filter(|(_, of, _)| *of == input);
    let others = FORMATS.iter().filter(|(_, of, _)| *of != input);
    let mut best: Option<(u16, AnswerFormat)> = None;
    for &(name, _, output) in own.chain(others) {
        let quality = taken.quality(name);
        if quality > 0 && best.is_none_or(|(most, _)| quality > most) {
            best = Some((quality, output));
        }
    }
    best.map(|(_, output)| output).ok_or_else(|| Problem::not_acceptable(&FORMATS.map(|(name, ..)| name)))
}

/// The media type of answers.
pub(super) const fn name_of(output: AnswerFormat) -> &'static str {
    match output {
        AnswerFormat::Json => "application/json",
        AnswerFormat::GeoJson => "application/geo+json",
        AnswerFormat::NdJson => "application/x-ndjson",
        AnswerFormat::Csv => "text/csv; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::ACCEPT;

    #[track_caller]
    fn check(accept: &[&str], input: PointFormat, expected: Option<AnswerFormat>) {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, value.parse().unwrap());
        }
        let found = output_of(&headers, input).map_err(|problem| problem.status().as_u16());
        assert_eq!(found, expected.ok_or(406), "{accept:?}");
    }

    #[test]
    fn answers_come_in_the_format_that_is_liked_best() {
        use AnswerFormat::{Csv, GeoJson, Json, NdJson};
        check(&[], PointFormat::Csv, Some(Csv));
        check(&["*/*"], PointFormat::NdJson, Some(NdJson));
        check(&["application/json"], PointFormat::Csv, Some(Json));
        check(&["text/*"], PointFormat::Json, Some(Csv));
        check(&["application/*"], PointFormat::GeoJson, Some(GeoJson));
        check(&["application/*"], PointFormat::Csv, Some(Json));
        check(&["text/csv;q=0.5, application/x-ndjson;q=0.8"], PointFormat::Csv, Some(NdJson));
        check(&["text/csv;q=0.5", "application/x-ndjson; q=0.8"], PointFormat::Csv, Some(NdJson));
        check(&["*/*;q=0.1, text/csv;q=0"], PointFormat::Csv, Some(Json));
        check(&["Text/CSV; charset=utf-8"], PointFormat::Json, Some(Csv));
        check(&["application/json;q=high"], PointFormat::Csv, Some(Json));
        check(&["text/html"], PointFormat::Csv, None);
        check(&["*/*;q=0"], PointFormat::Csv, None);
        check(&["application/xml, text/plain"], PointFormat::Json, None);
    }

    #[test]
    fn a_body_of_another_format_is_refused() {
        let mut headers = HeaderMap::new();
        assert_eq!(input_of(&headers).expect_err("none").status(), 415);
        headers.insert(http::header::CONTENT_TYPE, "Text/CSV; charset=gbk".parse().unwrap());
        assert_eq!(input_of(&headers).unwrap(), PointFormat::Csv);
        headers.insert(http::header::CONTENT_TYPE, "application/xml".parse().unwrap());
        assert_eq!(input_of(&headers).expect_err("xml").status(), 415);
    }
}
