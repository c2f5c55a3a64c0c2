//! The kinds of problem, each with its address, status and words.

use http::StatusCode;

/// What went wrong, as a stable address `/problems/{slug}` that clients may branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be parsed.
    BadRequest,
    /// A parameter is unknown, repeated, missing or malformed.
    BadParameter,
    /// No key, or a wrong one.
    Unauthorized,
    /// Known, but not allowed.
    Forbidden,
    /// There is no such thing, or no such address.
    NotFound,
    /// It was here once; its successors are named.
    Gone,
    /// The address does not take this method.
    MethodNotAllowed,
    /// None of the accepted formats can be given.
    NotAcceptable,
    /// The request came too slowly.
    RequestTimeout,
    /// Stale, or it clashes with something.
    Conflict,
    /// Several areas share the place, and one was asked for.
    SharedFootprint,
    /// A body must say its length here.
    LengthRequired,
    /// `If-Match` does not hold.
    PreconditionFailed,
    /// The body is larger than a named limit.
    ContentTooLarge,
    /// The address is longer than a named limit.
    UriTooLong,
    /// The body's format or encoding is not taken.
    UnsupportedMediaType,
    /// It was understood and breaks rules; they are listed as findings.
    RulesBroken,
    /// `If-Match` is needed.
    PreconditionRequired,
    /// More often than a named limit.
    TooManyRequests,
    /// Our bug.
    Internal,
    /// A part the answer needs is away.
    Unavailable,
    /// The answer took longer than a named limit.
    TookTooLong,
    /// The edition that the client has seen has not come to this server.
    EditionNotYet,
    /// The program was built without its screens.
    ViewerNotBuilt,
}

/// The words and status of a [`Kind`].
pub struct Words {
    /// Last part of `/problems/{slug}`.
    pub slug: &'static str,
    /// HTTP status.
    pub status: StatusCode,
    /// Title in Chinese.
    pub title_zh: &'static str,
    /// Title in English.
    pub title_en: &'static str,
    /// What to do about it, in Chinese.
    pub advice_zh: &'static str,
    /// What to do about it, in English.
    pub advice_en: &'static str,
}

impl Kind {
    /// Every kind, in order of status.
    pub const ALL: [Self; 24] = [
        Self::BadRequest,
        Self::BadParameter,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::Conflict,
        Self::SharedFootprint,
        Self::Gone,
        Self::LengthRequired,
        Self::PreconditionFailed,
        Self::ContentTooLarge,
        Self::UriTooLong,
        Self::UnsupportedMediaType,
        Self::RulesBroken,
        Self::PreconditionRequired,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
        Self::TookTooLong,
        Self::EditionNotYet,
        Self::ViewerNotBuilt,
    ];

    /// The kind with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.words().slug == slug)
    }

    /// The kind that stands for a bare `status`, as a framework gives it.
    pub fn from_status(status: StatusCode) -> Self {
        let exact = Self::ALL.into_iter().find(|kind| kind.words().status == status);
        exact.unwrap_or(if status.is_client_error() { Self::BadRequest } else { Self::Internal })
    }

    /// Its words.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::BadRequest => &Words {
                slug: "bad-request",
                status: StatusCode::BAD_REQUEST,
                title_zh: "请求无法解析",
                title_en: "The request cannot be parsed",
                advice_zh: "请按 detail 所述修改请求后重发；原样重发只会得到同样的回答。",
                advice_en: "Change the request as the detail says; sending it again unchanged gives the same answer.",
            },
            Self::BadParameter => &Words {
                slug: "bad-parameter",
                status: StatusCode::BAD_REQUEST,
                title_zh: "参数有误",
                title_en: "A parameter is wrong",
                advice_zh: "成员 parameter 给出参数名，allowed 给出允许的取值。未知、重复、缺少、格式不对的参数一律拒绝，不作猜测。",
                advice_en: "`parameter` names it, `allowed` says what is taken. Unknown, repeated, missing and malformed parameters are refused, never guessed at.",
            },
            Self::Unauthorized => &Words {
                slug: "unauthorized",
                status: StatusCode::UNAUTHORIZED,
                title_zh: "需要密钥",
                title_en: "A key is needed",
                advice_zh: "请在请求头 Authorization: Bearer 中附上密钥。",
                advice_en: "Send the key in the header Authorization: Bearer.",
            },
            Self::Forbidden => &Words {
                slug: "forbidden",
                status: StatusCode::FORBIDDEN,
                title_zh: "不允许",
                title_en: "Not allowed",
                advice_zh: "身份已知，但此操作不允许。detail 说明原因。",
                advice_en: "This is not allowed to you, or not to anybody here. The detail says why.",
            },
            Self::NotFound => &Words {
                slug: "not-found",
                status: StatusCode::NOT_FOUND,
                title_zh: "没有找到",
                title_en: "Not found",
                advice_zh: "请检查地址或编码。",
                advice_en: "Check the address, or the code in it.",
            },
            Self::Gone => &Words {
                slug: "gone",
                status: StatusCode::GONE,
                title_zh: "已撤销",
                title_en: "No longer in force",
                advice_zh: "成员 successors 列出继任者的编码。",
                advice_en: "`successors` lists the codes that follow it.",
            },
            Self::MethodNotAllowed => &Words {
                slug: "method-not-allowed",
                status: StatusCode::METHOD_NOT_ALLOWED,
                title_zh: "此地址不接受该方法",
                title_en: "The address does not take this method",
                advice_zh: "响应头 Allow 列出可用的方法。",
                advice_en: "The header Allow lists the methods it takes.",
            },
            Self::NotAcceptable => &Words {
                slug: "not-acceptable",
                status: StatusCode::NOT_ACCEPTABLE,
                title_zh: "无法提供所要的格式",
                title_en: "None of the accepted formats can be given",
                advice_zh: "请在 Accept 中加入 allowed 所列的格式之一。",
                advice_en: "Accept one of the formats listed in `allowed`.",
            },
            Self::RequestTimeout => &Words {
                slug: "request-timeout",
                status: StatusCode::REQUEST_TIMEOUT,
                title_zh: "请求到达过慢",
                title_en: "The request came too slowly",
                advice_zh: "请求正文须在时限内、以不低于最低速率的速度送达。",
                advice_en: "A body must arrive within a time limit and not below a minimum rate.",
            },
            Self::Conflict => &Words {
                slug: "conflict",
                status: StatusCode::CONFLICT,
                title_zh: "与当前状态冲突",
                title_en: "It clashes with the present state",
                advice_zh: "请重新读取当前状态，再决定是否重做。",
                advice_en: "Read the present state again, then decide.",
            },
            Self::SharedFootprint => &Words {
                slug: "shared-footprint",
                status: StatusCode::CONFLICT,
                title_zh: "多个区域共用同一范围",
                title_en: "Several areas share the footprint",
                advice_zh: "坐标不能区分它们。请用参数 level 查询上一级的编码，或用 answer=full 取得全部，再按楼梯或楼层选定。",
                advice_en: "No position tells them apart. Ask for the codes of the level above (level), or for all of them (answer=full), and choose by stairwell or floor.",
            },
            Self::LengthRequired => &Words {
                slug: "length-required",
                status: StatusCode::LENGTH_REQUIRED,
                title_zh: "须说明正文长度",
                title_en: "The body must say its length",
                advice_zh: "请发送 Content-Length；只有导入与批量查询接受分块传输。",
                advice_en: "Send Content-Length; only imports and batch look-ups take a chunked body.",
            },
            Self::PreconditionFailed => &Words {
                slug: "precondition-failed",
                status: StatusCode::PRECONDITION_FAILED,
                title_zh: "前提条件不成立",
                title_en: "The precondition does not hold",
                advice_zh: "资源已被改动。请重新读取，用新的 ETag 重试。",
                advice_en: "It has changed since. Read it again and use the new ETag.",
            },
            Self::ContentTooLarge => &Words {
                slug: "content-too-large",
                status: StatusCode::PAYLOAD_TOO_LARGE,
                title_zh: "正文超过上限",
                title_en: "The body is larger than a limit",
                advice_zh: "成员 limit 给出上限名称，limit_bytes 给出字节数。请分批发送。",
                advice_en: "`limit` names the limit, `limit_bytes` says how much. Send it in parts.",
            },
            Self::UriTooLong => &Words {
                slug: "uri-too-long",
                status: StatusCode::URI_TOO_LONG,
                title_zh: "地址过长",
                title_en: "The address is too long",
                advice_zh: "请缩短地址；成批的点请用 POST /lookup。",
                advice_en: "Shorten it; send many points by POST /lookup.",
            },
            Self::UnsupportedMediaType => &Words {
                slug: "unsupported-media-type",
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                title_zh: "不支持的正文格式",
                title_en: "The format of the body is not taken",
                advice_zh: "成员 allowed 列出可用的 Content-Type 或 Content-Encoding。",
                advice_en: "`allowed` lists the Content-Type or Content-Encoding that is taken.",
            },
            Self::RulesBroken => &Words {
                slug: "rules-broken",
                status: StatusCode::UNPROCESSABLE_ENTITY,
                title_zh: "数据不合规则",
                title_en: "The data breaks rules",
                advice_zh: "成员 findings 逐条列出问题、位置和允许的取值；改正全部错误之前不会应用任何内容。",
                advice_en: "`findings` lists what, where and what is allowed; nothing is applied until no error is left.",
            },
            Self::PreconditionRequired => &Words {
                slug: "precondition-required",
                status: StatusCode::PRECONDITION_REQUIRED,
                title_zh: "须带 If-Match",
                title_en: "If-Match is needed",
                advice_zh: "请先读取资源，把其 ETag 放入 If-Match。",
                advice_en: "Read it first and send its ETag in If-Match.",
            },
            Self::TooManyRequests => &Words {
                slug: "too-many-requests",
                status: StatusCode::TOO_MANY_REQUESTS,
                title_zh: "请求过于频繁",
                title_en: "Too many requests",
                advice_zh: "请按响应头 Retry-After 等待后重试。",
                advice_en: "Wait as long as the header Retry-After says.",
            },
            Self::Internal => &Words {
                slug: "internal",
                status: StatusCode::INTERNAL_SERVER_ERROR,
                title_zh: "服务内部错误",
                title_en: "Our mistake",
                advice_zh: "这是程序的错误，已记入日志。报告时请附上 request_id。",
                advice_en: "A bug of ours; it is in the log. Give the request_id when reporting it.",
            },
            Self::Unavailable => &Words {
                slug: "unavailable",
                status: StatusCode::SERVICE_UNAVAILABLE,
                title_zh: "服务暂不可用",
                title_en: "Not available just now",
                advice_zh: "请按响应头 Retry-After 等待后重试。",
                advice_en: "Try again after the time that the header Retry-After says.",
            },
            Self::TookTooLong => &Words {
                slug: "took-too-long",
                status: StatusCode::SERVICE_UNAVAILABLE,
                title_zh: "处理超过时限",
                title_en: "The answer took longer than a limit",
                advice_zh: "请缩小请求范围，或稍后重试。",
                advice_en: "Ask for less, or try again later.",
            },
            Self::EditionNotYet => &Words {
                slug: "edition-not-yet",
                status: StatusCode::SERVICE_UNAVAILABLE,
                title_zh: "版本尚未到达本服务器",
                title_en: "The edition has not come to this server",
                advice_zh: "请按响应头 Retry-After 等待后重试，或向另一台服务器查询。成员 asked 为所要的版本，served 为现在提供的版本。",
                advice_en: "Try again after the time that Retry-After says, or ask another server. `asked` is the edition of X-Min-Edition, `served` the one that is served here.",
            },
            Self::ViewerNotBuilt => &Words {
                slug: "viewer-not-built",
                status: StatusCode::SERVICE_UNAVAILABLE,
                title_zh: "界面尚未构建",
                title_en: "The screens are not built",
                advice_zh: "此程序编译时没有包含界面。请用 make build 构建，或先在 web-viewer 中构建界面再编译。接口不受影响。",
                advice_en: "This program was compiled without its screens. Run make build. The service itself is not affected.",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_slug_and_slugs_are_distinct() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.words().slug), Some(kind));
        }
        assert_eq!(Kind::from_slug("Bad-Request"), None);
    }

    #[test]
    fn a_bare_status_becomes_the_first_kind_with_it() {
        assert_eq!(Kind::from_status(StatusCode::BAD_REQUEST), Kind::BadRequest);
        assert_eq!(Kind::from_status(StatusCode::METHOD_NOT_ALLOWED), Kind::MethodNotAllowed);
        assert_eq!(Kind::from_status(StatusCode::IM_A_TEAPOT), Kind::BadRequest);
        assert_eq!(Kind::from_status(StatusCode::BAD_GATEWAY), Kind::Internal);
        assert_eq!(Kind::from_status(StatusCode::SERVICE_UNAVAILABLE), Kind::Unavailable);
    }
}
