//! One record of a file becomes a place, or findings.

use time::{Date, macros::format_description};

use super::inside::is_inside;
use crate::{
    domain::{
        area::{
            AreaCode, Finding, Rule, Severity, Snapshot,
            finding::{Allowed, Source},
        },
        crs::{Axis, COORDINATES_ALLOWED, Crs, looks_swapped, to_position},
        geometry::{MultiPolygon, Polygon, Position, Ring, validity},
        place::{BorderOwner, Building, GeometryKind, Place, PlaceGeometry},
        profile::{PlaceAttribute, PlaceClass, Profile},
    },
    formats::{
        place_fields::{PlaceField, PlaceFieldMap},
        record::{RawGeometry, SourceRecord, shown},
    },
};

const MAX_NUMBER_CHARACTERS: usize = 64;
const MAX_NAME_CHARACTERS: usize = 200;
const MAX_SHORT_CHARACTERS: usize = 100;
const MAX_URL_CHARACTERS: usize = 500;
const MAX_ALIASES: usize = 20;
const MAX_WIDTH_M: f64 = 500.0;
/// Years that a store can hold.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=20;

/// The field that findings about the geometry name.
const GEOMETRY: &str = "geometry";

/// What records are read with.
pub struct PlaceReader<'a> {
    /// The district's rules.
    pub profile: &'a Profile,
    /// The edition in force, whose areas the places fall into.
    pub snapshot: &'a Snapshot,
    /// Which attribute is which field.
    pub map: &'a PlaceFieldMap,
    /// The class of records that name none, and the only one that is allowed.
    pub class: Option<&'a PlaceClass>,
    /// Whether places need a number to be found again.
    pub needs_number: bool,
}

impl PlaceReader<'_> {
    /// The place that a record describes, its id 0 unless it names one; `None` when one of the `findings` is an error.
    pub fn place(&self, record: &SourceRecord, source: Source, crs: Crs, findings: &mut Vec<Finding>) -> Option<Place> {
        let mut reader = Reader { of: self, record, source, findings, errors: 0 };
        let place = reader.place(crs);
        if reader.errors == 0 { place } else { None }
    }
}

struct Reader<'a, 'f> {
    of: &'a PlaceReader<'a>,
    record: &'a SourceRecord,
    source: Source,
    findings: &'f mut Vec<Finding>,
    errors: usize,
}

impl<'a> Reader<'a, '_> {
    fn place(&mut self, crs: Crs) -> Option<Place> {
        let class = self.class()?;
        self.check_carried(class);
        let id = self.number(PlaceField::Id, 1..=i64::MAX as u64).unwrap_or(0) as i64;
        let external_id = self.text(PlaceField::ExternalId, MAX_NUMBER_CHARACTERS);
        if external_id.is_none() && id == 0 && self.of.needs_number {
            let field = self.of.map.attribute(PlaceField::ExternalId).to_owned();
            let texts = (
                "缺少编号，再次导入时无法辨认".to_owned(),
                "the number is missing: the place could not be found again".to_owned(),
            );
            let allowed =
                ("编号；或整类替换（--replace）", "a number, or the replacement of the whole class (--replace)");
            self.error(Rule::Record, &field, texts, allowed);
        }
        let rank = self.number(PlaceField::Rank, 0..=u64::from(u8::MAX));
        let geometry = self.geometry(class, crs);
        let place = Place {
            id,
            rank: rank.map_or(class.rank, |rank| rank as u8),
            name: self.text(PlaceField::Name, MAX_NAME_CHARACTERS).unwrap_or_default(),
            aliases: self.aliases(),
            external_id,
            building: class.carries(PlaceAttribute::Building).then(|| self.building()),
            video_url: self.video_url(),
            phone: self.phone(),
            address: self.text(PlaceField::Address, MAX_NAME_CHARACTERS),
            owner: self.owner(),
            source: self.text(PlaceField::Source, MAX_SHORT_CHARACTERS).unwrap_or_default(),
            dated: self.date(),
            class: class.id.clone(),
            ..Place::bare(id, class.layer, geometry?)
        };
        self.check_inside(&place);
        Some(place)
    }

    fn value(&self, field: PlaceField) -> Option<(&'a str, &'a str)> {
        self.of.map.value(&self.record.fields, field)
    }

    fn say(&mut self, field: &str, finding: Finding) {
        self.errors += usize::from(finding.severity == Severity::Error);
        let source = Source { field: Some(field.to_owned()), ..self.source.clone() };
        self.findings.push(finding.at(source));
    }

    fn error(&mut self, rule: Rule, field: &str, texts: (String, String), allowed: impl Into<Allowed>) {
        self.say(field, Finding::new(rule, Severity::Error, texts.0, texts.1).allowed(allowed));
    }

    /// An error about the value of a field, which says what is allowed there.
    fn wrong(&mut self, field: PlaceField, attribute: &str, value: &str) {
        let (zh, en) = field.allowed();
        let value = shown(value);
        self.error(Rule::Record, attribute, (format!("“{value}”无效"), format!("{value:?} is not allowed")), (zh, en));
    }

    fn text(&mut self, field: PlaceField, most: usize) -> Option<String> {
        let (attribute, text) = self.value(field)?;
        if text.chars().count() > most || text.chars().any(char::is_control) {
            self.wrong(field, attribute, text);
        }
        Some(text.to_owned())
    }

    fn number(&mut self, field: PlaceField, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let (attribute, text) = self.value(field)?;
        // Spreadsheets and GeoJSON may write whole numbers as 3.0.
        let number =
            text.strip_suffix(".0").unwrap_or(text).parse::<u64>().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(field, attribute, text);
        }
        number
    }

    fn class(&mut self) -> Option<&'a PlaceClass> {
        let classes = &self.of.profile.place_classes;
        let allowed = || {
            let name = |class: &PlaceClass| format!("{} ({})", class.id, class.name.zh);
            Allowed::same(classes.iter().map(name).collect::<Vec<_>>().join(", "))
        };
        let Some((attribute, text)) = self.value(PlaceField::Class) else {
            if self.of.class.is_none() {
                let field = self.of.map.attribute(PlaceField::Class).to_owned();
                let texts = ("没有类别".to_owned(), "the class is missing and none is given for the file".to_owned());
                self.error(Rule::Record, &field, texts, allowed());
            }
            return self.of.class;
        };
        let Some(class) = classes.iter().find(|class| class.id == text || class.name.zh == text) else {
            let text = shown(text);
            let texts =
                (format!("没有类别“{text}”"), format!("{text:?} is no class of profile {}", self.of.profile.id));
            self.error(Rule::Record, attribute, texts, allowed());
            return None;
        };
        if let Some(only) = self.of.class.filter(|only| only.id != class.id) {
            let zh = format!("类别是 {}，而导入的是 {}", class.name.zh, only.name.zh);
            let texts = (zh, format!("the class is {}, not {}", class.id, only.id));
            self.error(Rule::Record, attribute, texts, (format!("{}（{}）", only.name.zh, only.id), &*only.id));
        }
        Some(class)
    }

    /// Complains of fields that places of the class cannot have.
    fn check_carried(&mut self, class: &PlaceClass) {
        for field in PlaceField::all() {
            let Some((attribute, _)) = self.value(field) else { continue };
            if field.attribute().is_some_and(|needed| !class.carries(needed)) {
                let (zh, en) = (
                    format!("{}不带“{}”", class.name.zh, field.zh()),
                    format!("class {} has no {}", class.id, field.id()),
                );
                let allowed: Vec<&str> = class.attributes.iter().map(|attribute| attribute.id()).collect();
                let carried = allowed.join(", ");
                let allowed = (
                    format!("此处留空；这一类可带：{carried}"),
                    format!("nothing here; a place of this class may carry: {carried}"),
                );
                self.error(Rule::Record, attribute, (zh, en), allowed);
            }
        }
    }

    fn aliases(&mut self) -> Vec<String> {
        let Some((attribute, text)) = self.value(PlaceField::Aliases) else { return Vec::new() };
        let mut aliases: Vec<String> = Vec::new();
        for alias in text.split(['|', '、', '；', ';']).map(str::trim).filter(|alias| !alias.is_empty()) {
            if !aliases.iter().any(|known| known == alias) {
                aliases.push(alias.to_owned());
            }
        }
        let is_long =
            |alias: &String| alias.chars().count() > MAX_SHORT_CHARACTERS || alias.chars().any(char::is_control);
        if aliases.len() > MAX_ALIASES || aliases.iter().any(is_long) {
            self.wrong(PlaceField::Aliases, attribute, text);
        }
        aliases
    }

    fn building(&mut self) -> Building {
        let small = |number: Option<u64>| number.unwrap_or(0) as u16;
        let count = |number: Option<u64>| number.unwrap_or(0) as u32;
        let (most_small, most) = (u64::from(u16::MAX), u64::from(u32::MAX));
        Building {
            estate: self.text(PlaceField::Estate, MAX_SHORT_CHARACTERS).unwrap_or_default(),
            number: self.text(PlaceField::BuildingNumber, MAX_SHORT_CHARACTERS).unwrap_or_default(),
            stairs: small(self.number(PlaceField::Stairs, 0..=most_small)),
            floors: small(self.number(PlaceField::Floors, 0..=most_small)),
            households: count(self.number(PlaceField::Households, 0..=most)),
            residents: count(self.number(PlaceField::Residents, 0..=most)),
        }
    }

    fn video_url(&mut self) -> Option<String> {
        let url = self.text(PlaceField::VideoUrl, MAX_URL_CHARACTERS)?;
        let (attribute, _) = self.value(PlaceField::VideoUrl)?;
        let is_good =
            ["http://", "https://", "rtsp://"].iter().any(|start| url.len() > start.len() && url.starts_with(start));
        if !is_good || url.contains(char::is_whitespace) {
            self.wrong(PlaceField::VideoUrl, attribute, &url);
        }
        Some(url)
    }

    fn phone(&mut self) -> Option<String> {
        let (attribute, text) = self.value(PlaceField::Phone)?;
        let digits = text.chars().filter(char::is_ascii_digit).count();
        if !PHONE_DIGITS.contains(&digits) || text.chars().any(|c| !c.is_ascii_digit() && !"+- ()（）".contains(c)) {
            self.wrong(PlaceField::Phone, attribute, text);
        }
        Some(text.to_owned())
    }

    fn owner(&mut self) -> Option<BorderOwner> {
        let (code, width) = (self.value(PlaceField::Owner), self.value(PlaceField::WidthM));
        let (Some((attribute, code)), Some((width_attribute, width))) = (code, width) else {
            if let Some((attribute, text)) = code.or(width) {
                let field = if code.is_some() { PlaceField::Owner } else { PlaceField::WidthM };
                self.wrong(field, attribute, text);
            }
            return None;
        };
        let area = AreaCode::new(code).ok().filter(|code| self.of.snapshot.hierarchy.find(code).is_some());
        if area.is_none() {
            self.wrong(PlaceField::Owner, attribute, code);
        }
        let width_m = width.parse::<f64>().ok().filter(|width_m| *width_m >= 0.01 && *width_m <= MAX_WIDTH_M);
        if width_m.is_none() {
            self.wrong(PlaceField::WidthM, width_attribute, width);
        }
        Some(BorderOwner { area: area?, width_cm: (width_m? * 100.0).round() as u32 })
    }

    fn date(&mut self) -> Option<Date> {
        let (attribute, text) = self.value(PlaceField::Date)?;
        // A sheet may give a date with the time of midnight.
        let day = text.split_once(['T', ' ']).map_or(text, |(day, _)| day);
        let date = Date::parse(day, format_description!("[year]-[month]-[day]")).ok();
        let date = date.filter(|date| YEARS.contains(&date.year()));
        if date.is_none() {
            self.wrong(PlaceField::Date, attribute, text);
        }
        date
    }

    fn geometry(&mut self, class: &PlaceClass, crs: Crs) -> Option<PlaceGeometry> {
        let names = |name: fn(GeometryKind) -> &'static str| {
            class.geometries.iter().map(|&kind| name(kind)).collect::<Vec<_>>()
        };
        let kinds = || (names(GeometryKind::zh).join("、"), names(GeometryKind::id).join(", "));
        let record = self.record;
        let Some(raw) = &record.geometry else {
            let texts = ("没有坐标或图形".to_owned(), "the record has no geometry".to_owned());
            self.error(Rule::Geometry, GEOMETRY, texts, kinds());
            return None;
        };
        let (kind, parts) = match raw {
            RawGeometry::MultiPoint(points) => (GeometryKind::Point, points.len()),
            RawGeometry::MultiLineString(lines) => (GeometryKind::Line, lines.len()),
            RawGeometry::MultiPolygon(_) => (GeometryKind::Polygon, 1),
        };
        if !class.geometries.contains(&kind) {
            let texts = (
                format!("{}的图形不能是{}", class.name.zh, kind.zh()),
                format!("class {} cannot be a {}", class.id, kind.id()),
            );
            self.error(Rule::Geometry, GEOMETRY, texts, kinds());
            return None;
        }
        if parts != 1 {
            let texts = (format!("图形有 {parts} 部分"), format!("the geometry has {parts} parts"));
            self.error(
                Rule::Geometry,
                GEOMETRY,
                texts,
                ("一个点或一条线；请拆分该记录", "one point or one line; divide the record"),
            );
            return None;
        }
        match raw {
            RawGeometry::MultiPoint(points) => self.position(crs, points[0]).map(PlaceGeometry::Point),
            RawGeometry::MultiLineString(lines) => {
                let mut line: Vec<Position> =
                    lines[0].iter().map(|&at| self.position(crs, at)).collect::<Option<_>>()?;
                line.dedup();
                if line.len() < 2 {
                    let texts = ("线没有长度".to_owned(), "the line has no length".to_owned());
                    self.error(Rule::Geometry, GEOMETRY, texts, ("两个以上坐标点", "two positions or more"));
                    return None;
                }
                Some(PlaceGeometry::Line(line))
            }
            RawGeometry::MultiPolygon(parts) => self.polygon(crs, parts),
        }
    }

    fn polygon(&mut self, crs: Crs, parts: &[Vec<Vec<[f64; 2]>>]) -> Option<PlaceGeometry> {
        let mut polygons = Vec::with_capacity(parts.len());
        for part in parts {
            let mut rings = Vec::with_capacity(part.len());
            for ring in part {
                let positions = ring.iter().map(|&at| self.position(crs, at)).collect::<Option<_>>()?;
                let Some(ring) = Ring::new(positions) else {
                    let texts = ("环没有面积".to_owned(), "a ring has no area".to_owned());
                    self.error(Rule::Geometry, GEOMETRY, texts, ("至少三个角点", "at least three corners"));
                    return None;
                };
                rings.push(ring);
            }
            let mut rings = rings.into_iter();
            polygons.push(Polygon { exterior: rings.next()?, holes: rings.collect() });
        }
        let area = MultiPolygon { polygons };
        let faults = validity::faults(&area);
        for invalid in &faults {
            let (zh, en) = invalid.fault.text();
            let finding = Finding::new(Rule::Geometry, Severity::Error, zh, format!("{en} near {}", invalid.position));
            let finding = finding.allowed(validity::ALLOWED);
            self.say(GEOMETRY, Finding { position: Some(invalid.position), ..finding });
        }
        (faults.is_empty() && !area.polygons.is_empty()).then(|| PlaceGeometry::Polygon(area.canonical()))
    }

    fn position(&mut self, crs: Crs, [x, y]: [f64; 2]) -> Option<Position> {
        let extent = self.of.profile.extent;
        let position = to_position(crs, x, y);
        let is_here = position.as_ref().is_ok_and(|position| extent.contains(*position));
        if !is_here && looks_swapped(crs, x, y, extent) {
            let [first, second] = Axis::of(crs);
            let zh = format!("{}与{}次序颠倒", first.zh(), second.zh());
            let texts = (zh, format!("{x} {y} looks like {second} before {first}"));
            self.error(Rule::Crs, GEOMETRY, texts, (format!("{}在前", first.zh()), format!("{first} first")));
            return None;
        }
        match position {
            Ok(position) => Some(position),
            Err(error) => {
                let texts = (format!("坐标不在 {crs} 的范围内"), error.to_string());
                self.error(Rule::Crs, GEOMETRY, texts, COORDINATES_ALLOWED);
                None
            }
        }
    }

    /// Complains of a place that lies in no area at all; before the first edition every place does.
    fn check_inside(&mut self, place: &Place) {
        if !is_inside(self.of.snapshot, place) {
            let at = place.geometry.anchor();
            let en = at.map_or(String::new(), |at| format!(" at {:.7} {:.7}", at.lon_degrees(), at.lat_degrees()));
            let zh = "点位不在任何区域内".to_owned();
            let finding =
                Finding::new(Rule::Record, Severity::Error, zh, format!("the place{en} lies outside every area"));
            let finding = finding.allowed((
                "本地区之内的位置；请核对坐标系（crs）",
                "a position inside the district; check the coordinate system (--crs)",
            ));
            self.say(GEOMETRY, Finding { position: at, ..finding });
        }
    }
}
