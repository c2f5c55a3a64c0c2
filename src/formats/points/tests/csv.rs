//! Tables.

use super::*;

#[test]
fn delimiters_line_ends_marks_and_quotes_of_csv_are_understood() {
    check(
        Csv,
        "\u{feff}编号,Lng,LAT,备注\r\n1,119.5,25.5,\"甲,\"\"乙\"\"\n丙\"\r\n\r\n\"2\",\" +1.5\", .5 ,\r\n3,\"4\",5,x\"y\r\n",
        &[
            "1: 119.5 25.5 <1,119.5,25.5,\"甲,\"\"乙\"\"\n丙\">",
            "2: 1.5 0.5 <\"2\",\" +1.5\", .5 ,>",
            "3: 4 5 <3,\"4\",5,x\"y>",
        ],
    );
    check(
        Csv,
        "x;y;a,b\n1;2;3,4\n1,5;2;",
        &["1: 1 2 <1;2;3,4>", "2: x! 1,5 is no number, it has a decimal comma <1,5;2;>"],
    );
    check(Csv, "经度\t纬度\n1\t 2\n", &["1: 1 2 <1\t 2>"]);
    check(Csv, "\r\n\nlon,lat\n1,2", &["1: 1 2 <1,2>"]);
    check(Csv, "lon,lat\n", &[]);
    check(Csv, "\"lon\",\"la\nt\"\n1,2", &["error at 0: no column of latitude among lon, la\\nt"]);
    check(
        Csv,
        "crs,x,y,精度,accuracy_kind\ngcj02,1,2,5,ios\n,1,2,,\n bd09 ,1,2, 7 ,\"w3c\"\nmars,1,2,,\n,1,2,gut,\n,1,2,,gps\n",
        &[
            "1: 1 2 gcj02 5m ios <gcj02,1,2,5,ios>",
            "2: 1 2 <,1,2,,>",
            "3: 1 2 bd09 7m w3c < bd09 ,1,2, 7 ,\"w3c\">",
            "4: crs! unknown crs mars <mars,1,2,,>",
            "5: 精度! gut is no number <,1,2,gut,>",
            "6: accuracy_kind! unknown accuracy_kind gps <,1,2,,gps>",
        ],
    );
}

#[test]
fn a_bad_row_is_trouble_and_stays_as_wide_as_the_header() {
    for (row, expected) in [
        ("1,2", "! the record has 2 fields, the header 3 <1,2,>"),
        ("1", "! the record has 1 fields, the header 3 <1,,>"),
        ("1,2,a,\"b\"", "! the record has 4 fields, the header 3 <1,2,\"a,\"\"b\"\"\">"),
        (",2,", "lon! lon is missing <,2,>"),
        ("1, ,", "lat! lat is missing <1, ,>"),
        ("NaN,2,", "lon! NaN is no number <NaN,2,>"),
        ("inf,2,", "lon! inf is no number <inf,2,>"),
        ("1e400,2,", "lon! number 1e400 is beyond what a double can hold <1e400,2,>"),
        ("１１９,2,", "lon! １１９ is no number, it has full-width characters <１１９,2,>"),
        ("\"1,5\",2,", "lon! 1,5 is no number, it has a decimal comma <\"1,5\",2,>"),
        ("119°5′,2,", "lon! 119°5′ is no number, it looks like degrees, minutes and seconds <119°5′,2,>"),
        ("0x10,2,", "lon! 0x10 is no number <0x10,2,>"),
        ("\"1\"2,2,", "12 2 <\"1\"2,2,>"),
    ] {
        check(Csv, format!("lon,lat,a\n{row}\n5,6,b\n"), &[&format!("1: {expected}"), "2: 5 6 <5,6,b>"]);
        check(Csv, format!("lon,lat,a\r\n5,6,b\r\n{row}"), &["1: 5 6 <5,6,b>", &format!("2: {expected}")]);
    }
    check(Csv, "lon,lat\n1,2\n\"1,2\n3,4\n", &["1: 1 2 <1,2>", "error at 12 of 2: a quoted field does not end"]);
    check(Csv, b"lon,lat,a\n1,2,\xff\n", &["1: ! the text is not UTF-8 or GB18030 (from byte 4) <1,2,\u{fffd}>"]);
}

#[test]
fn a_header_must_say_which_columns_are_meant() {
    for (header, expected) in [
        ("", "error at 0: the body is empty, there is no record"),
        ("a,b", "error at 0: no column of longitude among a, b"),
        ("lon,b", "error at 0: no column of latitude among lon, b"),
        ("lon,X,lat", "error at 0: columns lon and X both look like the longitude"),
        ("lon,纬度,lat", "error at 0: columns 纬度 and lat both look like the latitude"),
        ("lon,lat,crs,CRS", "error at 0: columns crs and CRS both look like crs"),
        ("lon,lat\r1,2\r3,4\n", "error at 0: lines end in a lone carriage return"),
        ("\"lon,lat\n1,2", "error at 0: a quoted field does not end"),
    ] {
        check(Csv, header, &[expected]);
    }
    let named = |lon: Option<&str>, lat: Option<&str>| PointOptions {
        crs: Default::default(),
        lon_column: lon.map(str::to_owned),
        lat_column: lat.map(str::to_owned),
    };
    let body = "lon,X,lat,y\n1,2,3,4\n";
    check_with(Csv, &named(Some("x"), Some("Y")), body, &["1: 2 4 <1,2,3,4>"]);
    check_with(Csv, &named(Some("y"), Some("X")), body, &["1: 4 2 <1,2,3,4>"]);
    check_with(Csv, &named(Some("x"), None), body, &["error at 0: columns lat and y both look like the latitude"]);
    check_with(Csv, &named(Some("x"), Some("东")), body, &["error at 0: there is no column 东"]);
    check_with(Csv, &named(Some("x"), Some("x")), body, &["error at 0: column X is both longitude and latitude"]);
    check_with(Csv, &named(Some("a"), Some("b")), "a,b,a\n1,2,3", &["error at 0: column a is there twice"]);
    check_with(Csv, &named(Some("a"), Some("A")), "a,A\n1,2", &["1: 1 2 <1,2>"]);
    let wide = vec!["a"; 2_000].join(",");
    check_large(&wide, "error at 0: the header has 2000 columns");
    check_large(&"a".repeat(2 << 20), "error at 0: the header is longer than 1048576 bytes");
}

#[track_caller]
fn check_large(body: &str, expected: &str) {
    for size in [usize::MAX, 65_536, 1_000] {
        assert_eq!(outline_of(Csv, &PointOptions::default(), body.as_bytes().chunks(size)), [expected]);
    }
}

#[test]
fn gb18030_is_told_from_utf8_and_said_in_the_header() {
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    check(Csv, gbk("名称,经度,纬度\n镇海,1,2\n"), &["1: 1 2 <镇海,1,2>"]);
    check(
        Csv,
        gbk("name,lon,lat\na,1,2\n镇海,１,2\n"),
        &["1: 1 2 <a,1,2>", "2: lon! １ is no number, it has full-width characters <镇海,１,2>"],
    );
    let mut mixed = "name,lon,lat\n镇,1,2\n".as_bytes().to_vec();
    mixed.extend(gbk("镇海,1,2\n"));
    let lines = outline(Csv, &PointOptions::default(), &mixed);
    assert!(lines[1].starts_with("2: ! the text is not UTF-8 (from byte 0)"), "{lines:?}");
    let read = |body: &[u8]| {
        let mut reader = PointReader::new(Csv, PointOptions::default());
        assert_eq!(reader.header(), None);
        reader.push(body, &mut PointBatch::default()).expect("a CSV");
        reader.header().cloned().expect("the header is read")
    };
    let header = read(&gbk("名称;经度;纬度;精度\r\n"));
    let expected = Header {
        columns: ["名称", "经度", "纬度", "精度"].map(str::to_owned).to_vec(),
        line: "名称;经度;纬度;精度".to_owned(),
        lon: 1,
        lat: 2,
        crs: None,
        accuracy_m: Some(3),
        accuracy_kind: None,
        delimiter: b';',
        encoding: encoding_rs::GB18030,
    };
    assert_eq!(header, expected);
    assert_eq!(read(b"lon,lat,a\n1,2,a\n").encoding, encoding_rs::UTF_8);
    assert_eq!(read(&gbk("lon,lat,a\n1,2,镇\n")).encoding, encoding_rs::GB18030);
}
