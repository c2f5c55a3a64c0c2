//! `X-Min-Edition`: who has seen an edition sees nothing older, whichever server answers.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName};
use utoipa::openapi::{
    ObjectBuilder, OpenApi, RefOr, Required,
    path::{ParameterBuilder, ParameterIn},
    schema::Type,
};

use crate::{
    app::App,
    http::problem::{Problem, printable},
};

/// The header with the edition that a client has seen.
pub(super) const X_MIN_EDITION: HeaderName = HeaderName::from_static("x-min-edition");

/// The same, as it is shown.
const SHOWN: &str = "X-Min-Edition";

/// Lets a request pass when this server has the edition that it names, for which it waits below a second.
pub(super) async fn wait(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    if let Some(number) = asked(request.headers())? {
        app.wait_for_edition(number).await?;
    }
    Ok(next.run(request).await)
}

fn asked(headers: &HeaderMap) -> Result<Option<u32>, Problem> {
    let mut values = headers.get_all(X_MIN_EDITION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let digits = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|text| text.parse().ok()).filter(|&number: &u32| number > 0);
    match number {
        Some(number) if values.next().is_none() => Ok(Some(number)),
        _ => {
            let shown = printable(&String::from_utf8_lossy(value.as_bytes()));
            let zh = format!("{SHOWN} 须为一个版本号，收到 {shown}");
            let en = format!("{SHOWN} must be the number of one edition, not {shown:?}");
            Err(Problem::bad_parameter(SHOWN, zh, en, format!("one whole number from 1 to {}", u32::MAX)))
        }
    }
}

/// Lists the header with every operation that takes it.
pub(super) fn describe(document: &mut OpenApi) {
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(u32::MAX));
    let parameter = ParameterBuilder::new()
        .name(SHOWN)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "An edition that the client has seen: nothing older answers, but 503 with Retry-After when it does not come \
             within a second / 客户端见过的版本号",
        ))
        .schema(Some(number))
        .build();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            operation.parameters.get_or_insert_default().push(RefOr::T(parameter.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_one_number() {
        let asked_of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            values.iter().for_each(|value| {
                headers.append(X_MIN_EDITION, value.parse().expect("a value"));
            });
            asked(&headers)
        };
        assert_eq!(asked_of(&[]).expect("none"), None);
        assert_eq!(asked_of(&["7"]).expect("one"), Some(7));
        assert_eq!(asked_of(&["4294967295"]).expect("the last"), Some(u32::MAX));
        for bad in [&["0"][..], &[""], &["-1"], &["+1"], &["1.0"], &["4294967296"], &["seven"], &["1", "1"], &["1,2"]] {
            assert_eq!(asked_of(bad).expect_err("bad").status(), 400, "{bad:?}");
        }
    }
}
