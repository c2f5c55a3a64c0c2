//! The OpenAPI 3.1 document, made from the code.

use serde::Serialize;
use utoipa::openapi::response::{Response, Responses};
use utoipa::openapi::server::Server;
use utoipa::openapi::{Content, Ref, RefOr};
use utoipa::{OpenApi, ToSchema};

use super::finding::{BothLanguages, FindingJson};
use super::problem::PROBLEM_JSON;
use super::{docs, shell};
use crate::config::PublicUrl;

/// What every document has: who we are, the shell's own addresses, the shape of a problem.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Onemap 一张图",
        description = "Every governance grid and unit of a district as an exact, coded polygon. \
                       每个治理网格与单元，都是一个精确的、有编码的面。\n\n\
                       Errors are RFC 9457 problems in Chinese and English; unknown query parameters are refused. \
                       错误按 RFC 9457 以中英文返回；未知参数一律拒绝。\n\n\
                       While the store is away, answers come from memory and carry `X-Data-Stale`, the seconds since it \
                       was last heard. 存储不可用时，回答来自内存，并带 `X-Data-Stale`（距上次读到存储的秒数）。",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags((name = "service", description = "The service itself / 服务自身")),
    components(schemas(ProblemBody, FindingJson, BothLanguages)),
    paths(shell::healthz, shell::readyz, docs::openapi_json),
)]
struct Base;

/// An error, as RFC 9457 says, in Chinese and English. Some kinds have more members: `parameter`, `allowed`, `limit`,
/// `limit_bytes`, `successors`, `line`, `column`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The kind, an address below `/problems/` that says what to do about it.
    #[schema(example = "/problems/bad-parameter")]
    pub r#type: String,
    /// The kind in words: Chinese / English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time, in English.
    pub detail: String,
    /// What is wrong this time, in Chinese.
    pub detail_zh: String,
    /// The path that was asked for.
    pub instance: String,
    /// The id of the request, as in the header `X-Request-Id` and in the log.
    pub request_id: String,
    /// What breaks rules, for `/problems/rules-broken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<FindingJson>>,
}

/// The whole document: the base and `business`, every operation with the problem it may answer, links to nowhere else.
pub fn document(business: utoipa::openapi::OpenApi, public_url: Option<&PublicUrl>) -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    document.merge(business);
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.servers = Some(vec![Server::new(public_url.map_or_else(|| "/".to_owned(), ToString::to_string))]);
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            add_problem(&mut operation.responses);
        }
    }
    document
}

fn add_problem(responses: &mut Responses) {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    let mut problem = Response::new("A problem / 问题");
    problem.content.insert(PROBLEM_JSON.to_owned(), content.into());
    responses.responses.entry("default".to_owned()).or_insert(RefOr::T(problem));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(OpenApi)]
    #[openapi(paths(example))]
    struct Business;

    #[utoipa::path(get, path = "/areas", responses((status = 200, description = "ok")))]
    #[expect(dead_code, reason = "only its description is used")]
    fn example() {}

    #[test]
    fn document_joins_base_and_business_and_refers_to_nothing_it_lacks() {
        let public: PublicUrl = "https://map.example/one".parse().unwrap();
        let text = document(Business::openapi(), Some(&public)).to_json().unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["openapi"], "3.1.0");
        assert_eq!(json["servers"][0]["url"], "https://map.example/one");
        for path in ["/areas", "/healthz", "/readyz", "/openapi.json"] {
            let problem = &json["paths"][path]["get"]["responses"]["default"]["content"][PROBLEM_JSON];
            assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem", "{path}");
        }
        for reference in text.split("\"$ref\":\"").skip(1) {
            let reference = reference.split('"').next().unwrap();
            let pointer = reference.strip_prefix('#').expect("references stay inside the document");
            assert!(json.pointer(pointer).is_some(), "{reference}");
        }
        assert_eq!(document(Business::openapi(), None).servers.unwrap()[0].url, "/");
    }
}
