//! Reads well-known text: points, lines and polygons, with PostGIS's `SRID=4490;` before them.
//!
//! Collections are refused, so the grammar has a fixed depth and nothing recurses.

use super::record::{RawGeometry, RecordError, shown};
use super::shape_rules::{MAX_PARTS, check_line, check_ring, empty_geometry, finite, unknown_type};

/// What a WKT says.
#[derive(Debug, Clone, PartialEq)]
pub struct Wkt {
    /// The number of the coordinate system, if the text begins with one other than 0.
    pub srid: Option<u32>,
    /// The geometry; Z and M are dropped.
    pub geometry: RawGeometry,
}

impl Wkt {
    /// The geometry that is all of `text`; key words in any case.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut reader = Reader { rest: text.trim() };
        let srid = reader.srid()?;
        let keyword = reader.word().to_ascii_uppercase();
        let kind = keyword.strip_suffix("ZM").or_else(|| keyword.strip_suffix(['Z', 'M'])).unwrap_or(&keyword);
        let mut word = reader.word().to_ascii_uppercase();
        if matches!(word.as_str(), "Z" | "M" | "ZM") {
            word = reader.word().to_ascii_uppercase();
        }
        let geometry = match (kind, word.as_str()) {
            ("POINT" | "LINESTRING" | "POLYGON" | "MULTIPOINT" | "MULTILINESTRING" | "MULTIPOLYGON", "EMPTY") => {
                return Err(empty_geometry());
            }
            (_, other) if !other.is_empty() => return Err(reader.broken()),
            ("POINT", _) => RawGeometry::MultiPoint(reader.list(Reader::position)?),
            ("MULTIPOINT", _) => RawGeometry::MultiPoint(reader.list(Reader::bracketed_position)?),
            ("LINESTRING", _) => RawGeometry::MultiLineString(vec![reader.line()?]),
            ("MULTILINESTRING", _) => RawGeometry::MultiLineString(reader.list(Reader::line)?),
            ("POLYGON", _) => RawGeometry::MultiPolygon(vec![reader.polygon()?]),
            ("MULTIPOLYGON", _) => RawGeometry::MultiPolygon(reader.list(Reader::polygon)?),
            ("", _) => return Err(reader.broken()),
            _ => return Err(unknown_type(&keyword)),
        };
        if kind == "POINT" && matches!(&geometry, RawGeometry::MultiPoint(points) if points.len() != 1) {
            return Err(reader.broken());
        }
        if !reader.rest.trim_start().is_empty() {
            return Err(reader.broken());
        }
        Ok(Self { srid, geometry })
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn srid(&mut self) -> Result<Option<u32>, RecordError> {
        let Some(after) =
            self.rest.get(..5).filter(|start| start.eq_ignore_ascii_case("SRID=")).map(|_| &self.rest[5..])
        else {
            return Ok(None);
        };
        let (number, rest) = after.split_once(';').ok_or_else(|| self.broken())?;
        let srid = number.trim().parse::<u32>().map_err(|_| self.broken())?;
        self.rest = rest;
        Ok(Some(srid).filter(|&srid| srid != 0))
    }

    /// The letters that come next; none is an empty word.
    fn word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }

    /// `( element , element ... )`, at least one.
    fn list<T>(&mut self, element: impl Fn(&mut Self) -> Result<T, RecordError>) -> Result<Vec<T>, RecordError> {
        self.symbol('(')?;
        let mut elements = Vec::new();
        loop {
            elements.push(element(self)?);
            if self.try_symbol(')') {
                return Ok(elements);
            }
            self.symbol(',')?;
        }
    }

    fn polygon(&mut self) -> Result<Vec<Vec<[f64; 2]>>, RecordError> {
        let rings = self.list(|reader| {
            let ring = reader.list(Self::position)?;
            check_ring(&ring)?;
            Ok(ring)
        })?;
        if rings.len() > MAX_PARTS { Err(self.broken()) } else { Ok(rings) }
    }

    fn line(&mut self) -> Result<Vec<[f64; 2]>, RecordError> {
        let line = self.list(Self::position)?;
        check_line(&line)?;
        Ok(line)
    }

    /// MULTIPOINT has its positions with brackets, or by old custom without.
    fn bracketed_position(&mut self) -> Result<[f64; 2], RecordError> {
        if !self.try_symbol('(') {
            return self.position();
        }
        let position = self.position()?;
        self.symbol(')')?;
        Ok(position)
    }

    /// Two to four numbers; the first two count.
    fn position(&mut self) -> Result<[f64; 2], RecordError> {
        let mut ordinates = [0.0; 4];
        let mut count = 0;
        while let Some(ordinate) = ordinates.get_mut(count) {
            let rest = self.rest.trim_start();
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')')).unwrap_or(rest.len());
            if end == 0 {
                break;
            }
            let number = &rest[..end];
            *ordinate = number.parse().map_err(|_| {
                RecordError::of_geometry(
                    format!("“{}”不是数字", shown(number)),
                    format!("{} is not a number", shown(number)),
                    ("以空格分开的数，x 在 y 之前", "numbers separated by blanks, x before y"),
                )
            })?;
            self.rest = &rest[end..];
            count += 1;
        }
        if count < 2 { Err(self.broken()) } else { finite(ordinates[0], ordinates[1]) }
    }

    fn try_symbol(&mut self, symbol: char) -> bool {
        match self.rest.trim_start().strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn symbol(&mut self, symbol: char) -> Result<(), RecordError> {
        if self.try_symbol(symbol) { Ok(()) } else { Err(self.broken()) }
    }

    fn broken(&self) -> RecordError {
        let rest = if self.rest.trim_start().is_empty() { "the end".to_owned() } else { shown(self.rest.trim_start()) };
        RecordError::of_geometry(
            format!("WKT 无法理解，在此处：{rest}"),
            format!("the well-known text is not understood at {rest}"),
            (
                "POLYGON、MULTIPOLYGON、LINESTRING、MULTILINESTRING、POINT 或 MULTIPOINT，可带 SRID=n;",
                "POLYGON, MULTIPOLYGON, LINESTRING, MULTILINESTRING, POINT or MULTIPOINT, with or without SRID=n;",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, srid: Option<u32>, geometry: RawGeometry) {
        assert_eq!(Wkt::parse(text), Ok(Wkt { srid, geometry }), "{text}");
    }

    #[test]
    fn every_type_is_read_with_or_without_z_and_srid() {
        let ring = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
        let polygon = || RawGeometry::MultiPolygon(vec![vec![ring.clone()]]);
        check("POLYGON((0 0,1 0,1 1,0 0))", None, polygon());
        check(" srid=4490; Polygon Z ( ( 0 0 5 , 1 0 5 , 1 1 5 , 0 0 5 ) ) ", Some(4490), polygon());
        check("SRID=0;POLYGONZM((0 0 5 6,1 0 5 6,1 1 5 6,0 0 5 6))", None, polygon());
        check("MULTIPOLYGON (((0 0,1e0 0,1 1.0,-0 0)))", None, polygon());
        check("POINT(119.5 25)", None, RawGeometry::MultiPoint(vec![[119.5, 25.0]]));
        check("MULTIPOINT((1 2),3 4)", None, RawGeometry::MultiPoint(vec![[1.0, 2.0], [3.0, 4.0]]));
        check("LINESTRING(1 2,3 4)", None, RawGeometry::MultiLineString(vec![vec![[1.0, 2.0], [3.0, 4.0]]]));
        check("MULTILINESTRING((1 2,3 4))", None, RawGeometry::MultiLineString(vec![vec![[1.0, 2.0], [3.0, 4.0]]]));
    }

    #[test]
    fn broken_text_is_refused_with_its_place() {
        for (text, en) in [
            ("", "not understood"),
            ("POLYGON", "not understood at the end"),
            ("POLYGON EMPTY", "empty"),
            ("POLYGON((0 0,1 0,1 1,0 0)", "not understood at the end"),
            ("POLYGON((0 0,1 0,1 1,0 0))x", "not understood at x"),
            ("POLYGON((0 0,1 0,1 1,0 1))", "not closed"),
            ("POLYGON((0 0,NaN 0,1 1,0 0))", "not finite"),
            ("POLYGON((0 0,a 0,1 1,0 0))", "a is not a number"),
            ("POLYGON(())", "not understood"),
            ("POINT(1)", "not understood"),
            ("POINT(1 2 3 4 5)", "not understood"),
            ("POINT(1 2,3 4)", "not understood"),
            ("SRID=x;POINT(1 2)", "not understood"),
            ("CIRCLE(1 2)", "CIRCLE is not supported"),
            ("网格", "not understood"),
        ] {
            let error = Wkt::parse(text).expect_err(text);
            assert!(error.en.contains(en), "{text}: {}", error.en);
        }
        let nested = "GEOMETRYCOLLECTION(".repeat(100_000);
        assert!(Wkt::parse(&nested).expect_err("a collection").en.contains("GEOMETRYCOLLECTION is not supported"));
        assert!(Wkt::parse(&format!("POLYGON{}", "(".repeat(100_000))).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(SRID=[0-9]{0,12};?)?[A-Z]{0,12} ?[A-Z]{0,6}[()0-9 ,.e-]{0,60}|\\PC{0,40}") {
            drop(Wkt::parse(&text));
        }
    }
}
