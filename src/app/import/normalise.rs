//! From a record of a file to a change of an area, or to findings.

use sha2::{Digest, Sha256};

use super::fields::{Field, FieldMap};
use crate::{
    domain::{
        area::{
            AreaCode, FigureSource, Finding, Kind, Level, NewArea, ResponsibleBody, Rule, Severity,
            code::normalise_code,
            finding::{Allowed, Source},
        },
        crs::{Axis, COORDINATES_ALLOWED, Crs, looks_swapped, to_position},
        geometry::{MultiPolygon, Polygon, Position, Ring, predicates, validity},
        profile::Profile,
        redraw::Change,
    },
    formats::{
        record::{RawGeometry, SourceRecord},
        wkb,
    },
};

/// Longest name, in characters.
pub const MAX_NAME_CHARACTERS: usize = 200;

/// Coordinates with fewer decimals than this are coarser than a metre or so.
const FINE_DECIMALS: i32 = 5;

/// How records become changes.
pub struct Normaliser<'a> {
    /// The rules of the district.
    pub profile: &'a Profile,
    /// Which attribute is which field.
    pub map: &'a FieldMap,
    /// The level of records that give none.
    pub level: Option<Level>,
}

/// Counts coordinates by precision, for the warning of G13.
#[derive(Debug, Clone, Copy, Default)]
pub struct Precision {
    /// Coordinates with at most five decimals.
    pub coarse: u64,
    /// All coordinates in degrees.
    pub all: u64,
}

impl Normaliser<'_> {
    /// The change that a record asks for. Notes go to `findings`; so do errors, and then there is no change.
    pub fn change(
        &self,
        record: SourceRecord,
        source: Source,
        crs: Crs,
        precision: &mut Precision,
        findings: &mut Vec<Finding>,
    ) -> Option<Change> {
        let mut reader = Reader { normaliser: self, record: &record, source, findings, errors: 0 };
        let code = reader.code(Field::Code);
        let level = reader.level();
        let parent = if level == Some(Level(0)) || reader.text(Field::Parent).is_none() {
            None
        } else {
            reader.code(Field::Parent)
        };
        let name = reader.name();
        let kind = reader.text(Field::Kind).map_or(Kind::None, |(_, word)| Kind::from_word(word));
        let branch = reader.branch();
        let (households, residents) = (reader.count(Field::Households), reader.count(Field::Residents));
        let body = reader.body();
        let geometry = reader.geometry(crs, precision);
        let errors = reader.errors;
        let source = reader.source;
        if errors > 0 {
            return None;
        }
        let area = NewArea {
            code: code?,
            level: level?,
            parent,
            name,
            kind,
            branch,
            households,
            residents,
            figures: FigureSource::Declared,
            body,
            geometry: geometry?,
        };
        Some(Change { digest: digest(&area), area, source })
    }
}

/// SHA-256 over everything that a record says, in a fixed order.
pub fn digest(area: &NewArea) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut text = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    text(&area.code);
    text(&area.level.0.to_string());
    text(area.parent.as_deref().unwrap_or(""));
    text(&area.name);
    text(area.kind.id().unwrap_or(""));
    text(area.branch.as_deref().unwrap_or(""));
    for figure in [area.households, area.residents] {
        text(&figure.map_or(String::new(), |figure| figure.to_string()));
    }
    text(if area.figures == FigureSource::Buildings { "buildings" } else { "declared" });
    let body = area.body.clone().unwrap_or_default();
    for part in [Some(body.name), body.credit_code, body.leader, body.duty_phone] {
        text(&part.unwrap_or_default());
    }
    hash.update(wkb::multi_polygon_wkb(&area.geometry));
    hash.finalize().into()
}

/// Reads one record field by field.
struct Reader<'a, 'f> {
    normaliser: &'a Normaliser<'a>,
    record: &'a SourceRecord,
    source: Source,
    findings: &'f mut Vec<Finding>,
    errors: usize,
}

impl<'a> Reader<'a, '_> {
    fn text(&self, field: Field) -> Option<(&'a str, &'a str)> {
        self.normaliser.map.value(&self.record.fields, field)
    }

    fn say(&mut self, field: &str, finding: Finding) {
        self.errors += usize::from(finding.severity == Severity::Error);
        let source = Source { field: Some(field.to_owned()), ..self.source.clone() };
        self.findings.push(finding.at(source));
    }

    fn error(&mut self, rule: Rule, field: &str, texts: (String, String), allowed: impl Into<Allowed>) {
        self.say(field, Finding::new(rule, Severity::Error, texts.0, texts.1).allowed(allowed));
    }

    fn code(&mut self, field: Field) -> Option<AreaCode> {
        let Some((attribute, text)) = self.text(field) else {
            let attribute = self.normaliser.map.attribute(field).to_owned();
            let known: Vec<&str> = self.record.fields.keys().map(String::as_str).take(20).collect();
            let en = format!("field {attribute} is missing; the record has {}", known.join(", "));
            self.error(
                Rule::Code,
                &attribute,
                ("缺少编码".to_owned(), en),
                ("编码，或用 --map code=字段名 指明", "a code, or --map code=ATTRIBUTE"),
            );
            return None;
        };
        let (plain, is_changed) = normalise_code(text);
        if is_changed {
            let (zh, en) = (format!("编码已规范为 {plain}"), format!("code normalised to {plain}"));
            self.say(attribute, Finding::new(Rule::Code, Severity::Info, zh, en));
        }
        match AreaCode::new(&plain) {
            Ok(code) => Some(code),
            Err(error) => {
                self.error(
                    Rule::Code,
                    attribute,
                    ("编码含有不允许的字符，或长度不对".to_owned(), error.to_string()),
                    ("1 至 24 个字母和数字", "1 to 24 letters and digits"),
                );
                None
            }
        }
    }

    fn level(&mut self) -> Option<Level> {
        let profile = self.normaliser.profile;
        let allowed = profile.levels.iter().map(|level| level.id.as_str()).collect::<Vec<_>>().join(", ");
        let Some((attribute, text)) = self.text(Field::Level) else {
            if self.normaliser.level.is_none() {
                let attribute = self.normaliser.map.attribute(Field::Level).to_owned();
                let texts = ("没有层级".to_owned(), format!("field {attribute} is missing and no --level is given"));
                self.error(Rule::Record, &attribute, texts, Allowed::same(allowed));
            }
            return self.normaliser.level;
        };
        let level = profile.find_level(text);
        if level.is_none() {
            let texts = (
                format!("没有层级 {}", shown(text)),
                format!("{:?} is no level of profile {}", shown(text), profile.id),
            );
            let most = profile.levels.len();
            let allowed = (format!("{allowed}，或 1 至 {most}"), format!("{allowed}, or 1 to {most}"));
            self.error(Rule::Record, attribute, texts, allowed);
        }
        level
    }

    fn name(&mut self) -> String {
        let Some((attribute, text)) = self.text(Field::Name) else { return String::new() };
        if text.chars().count() > MAX_NAME_CHARACTERS {
            let texts = ("名称过长".to_owned(), format!("the name has {} characters", text.chars().count()));
            let allowed =
                (format!("至多 {MAX_NAME_CHARACTERS} 字"), format!("at most {MAX_NAME_CHARACTERS} characters"));
            self.error(Rule::Record, attribute, texts, allowed);
        }
        text.to_owned()
    }

    fn branch(&mut self) -> Option<String> {
        let (attribute, text) = self.text(Field::Branch)?;
        let branches = &self.normaliser.profile.branches;
        let found = branches.iter().find(|branch| branch.id == text || branch.name.zh == text);
        if found.is_none() {
            let allowed =
                branches.iter().map(|branch| format!("{} ({})", branch.id, branch.name.zh)).collect::<Vec<_>>();
            let texts = (format!("没有分支 {}", shown(text)), format!("{:?} is no branch of the profile", shown(text)));
            self.error(Rule::Record, attribute, texts, Allowed::same(allowed.join(", ")));
        }
        found.map(|branch| branch.id.clone())
    }

    fn count(&mut self, field: Field) -> Option<u32> {
        let (attribute, text) = self.text(field)?;
        let whole = text.strip_suffix(".0").unwrap_or(text).parse::<u32>().ok();
        if whole.is_none() {
            let texts = (format!("{} 不是数", shown(text)), format!("{:?} is no count", shown(text)));
            self.error(Rule::Record, attribute, texts, ("不小于 0 的整数", "a whole number from 0"));
        }
        whole
    }

    fn body(&mut self) -> Option<ResponsibleBody> {
        let text = |field| self.text(field).map(|(_, text)| text.to_owned());
        let name = text(Field::Body)?;
        Some(ResponsibleBody {
            name,
            credit_code: text(Field::BodyCreditCode),
            leader: text(Field::BodyLeader),
            duty_phone: text(Field::BodyPhone),
        })
    }

    /// The outline on the lattice: valid and canonical.
    fn geometry(&mut self, crs: Crs, precision: &mut Precision) -> Option<MultiPolygon> {
        const FIELD: &str = "geometry";
        let Some(RawGeometry::MultiPolygon(raw)) = &self.record.geometry else {
            let texts = ("没有面图形".to_owned(), "the record has no polygon".to_owned());
            self.error(Rule::Geometry, FIELD, texts, ("面或多面", "a polygon or multi-polygon"));
            return None;
        };
        let mut polygons = Vec::with_capacity(raw.len());
        for part in raw {
            let mut rings = Vec::with_capacity(part.len());
            for ring in part {
                rings.push(self.ring(ring, crs, precision)?);
            }
            let mut rings = rings.into_iter();
            polygons.push(Polygon { exterior: rings.next()?, holes: rings.collect() });
        }
        let area = MultiPolygon { polygons };
        let faults = validity::faults(&area);
        for invalid in &faults {
            let (zh, en) = invalid.fault.text();
            let en = format!("{en} near {} (part {}, ring {})", invalid.position, invalid.part + 1, invalid.ring + 1);
            let finding = Finding::new(Rule::Geometry, Severity::Error, zh, en);
            let finding = finding.allowed(validity::ALLOWED);
            self.say(FIELD, Finding { position: Some(invalid.position), ..finding });
        }
        faults.is_empty().then(|| area.canonical())
    }

    fn ring(&mut self, raw: &[[f64; 2]], crs: Crs, precision: &mut Precision) -> Option<Ring> {
        let mut positions = Vec::with_capacity(raw.len());
        for &[x, y] in raw {
            if crs.is_geographic() {
                precision.count(x, y);
            }
            positions.push(self.position(crs, x, y)?);
        }
        let ring = Ring::new(positions).filter(|ring| !is_flat(ring));
        if ring.is_none() {
            let at = raw.first().map_or(String::new(), |[x, y]| format!(" at {x} {y}"));
            let texts = ("环没有面积".to_owned(), format!("a ring{at} has no area"));
            self.error(
                Rule::Geometry,
                "geometry",
                texts,
                ("至少三个不共线的角点", "at least three corners that are not on one line"),
            );
        }
        ring
    }

    fn position(&mut self, crs: Crs, x: f64, y: f64) -> Option<Position> {
        let extent = self.normaliser.profile.extent;
        let position = to_position(crs, x, y);
        // A position in the district is what it is; only others are worth a second look.
        let is_here = position.as_ref().is_ok_and(|position| extent.contains(*position));
        if !is_here && looks_swapped(crs, x, y, extent) {
            let [first, second] = Axis::of(crs);
            let zh = format!("{}与{}次序颠倒", first.zh(), second.zh());
            let texts = (zh, format!("{x} {y} looks like {second} before {first}"));
            self.error(Rule::Crs, "geometry", texts, (format!("{}在前", first.zh()), format!("{first} first")));
            return None;
        }
        match position {
            Ok(position) => Some(position),
            Err(error) => {
                let texts = (error.zh(), error.to_string());
                self.error(Rule::Crs, "geometry", texts, COORDINATES_ALLOWED);
                None
            }
        }
    }
}

/// Whether all positions lie on one line. A ring without area may also cross itself: that is for `validity` to say, and where.
fn is_flat(ring: &Ring) -> bool {
    let [a, b, rest @ ..] = ring.positions() else { return true };
    rest.iter().all(|&c| predicates::orientation(*a, *b, c).is_eq())
}

impl Precision {
    fn count(&mut self, x: f64, y: f64) {
        let step = libm::pow(10.0, f64::from(FINE_DECIMALS));
        let is_coarse = |value: f64| ((value * step).round() / step - value).abs() < 1e-9;
        self.all += 1;
        self.coarse += u64::from(is_coarse(x) && is_coarse(y));
    }

    /// The warning of G13, when most coordinates are coarse.
    pub fn finding(self) -> Option<Finding> {
        if self.coarse * 2 <= self.all {
            return None;
        }
        let zh = "多数坐标不足六位小数，精度低于一米";
        let en = format!("{} of {} positions have under 6 decimals: coarser than a metre", self.coarse, self.all);
        Some(Finding::new(Rule::Crs, Severity::Warning, zh, en).allowed(("六位以上小数", "6 decimals or more")))
    }
}

/// A user's text, cut to what a message may show.
fn shown(text: &str) -> String {
    crate::formats::record::shown(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::crs::from_degrees, formats::profile_toml::find_profile};

    /// What a square near 119.01 25.43 becomes that is written in a system, and the texts of its findings.
    fn taken(crs: &str, is_swapped: bool) -> (bool, Vec<(String, String)>) {
        let crs = Crs::parse(crs).expect("a known system");
        let corner = |(lon, lat)| {
            let (x, y) = from_degrees(crs, lon, lat).expect("in the domain");
            if is_swapped { [y, x] } else { [x, y] }
        };
        let corners = [(119.01, 25.43), (119.011, 25.43), (119.011, 25.431), (119.01, 25.43)];
        let ring: Vec<[f64; 2]> = corners.into_iter().map(corner).collect();
        let fields = [("code", "350304"), ("level", "district"), ("name", "荔城区")];
        let record = SourceRecord {
            number: 1,
            layer: String::new(),
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            geometry: Some(RawGeometry::MultiPolygon(vec![vec![ring]])),
        };
        let profile = find_profile("licheng").expect("a built-in profile");
        let normaliser = Normaliser { profile, map: &FieldMap::default(), level: None };
        let (mut precision, mut findings) = (Precision::default(), Vec::new());
        let change = normaliser.change(record, Source::default(), crs, &mut precision, &mut findings);
        (change.is_some(), findings.into_iter().map(|finding| (finding.zh, finding.en)).collect())
    }

    #[test]
    fn exchanged_coordinates_are_refused_in_degrees_and_in_metres() {
        let metres = ("东坐标与北坐标次序颠倒", " looks like northing before easting");
        let degrees = ("经度与纬度次序颠倒", " looks like latitude before longitude");
        for (crs, (zh, en)) in [
            ("EPSG:4490", degrees),
            ("gcj02", degrees),
            ("EPSG:4549", metres),
            ("EPSG:3857", metres),
            ("bd09mc", metres),
        ] {
            assert!(taken(crs, false).0, "{crs}");
            let (is_taken, findings) = taken(crs, true);
            let is_it = |(found_zh, found_en): &(String, String)| found_zh == zh && found_en.ends_with(en);
            assert!(!is_taken && findings.iter().any(is_it), "{crs}: {findings:?}");
        }
    }
}
