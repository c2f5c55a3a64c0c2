//! Pages to read: `/docs` shows the OpenAPI document, `/problems/{slug}` explains a kind of problem.

mod pages;

pub(crate) use pages::__path_openapi_json;
pub use pages::{openapi_json, routes};
