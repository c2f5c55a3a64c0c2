//! Errors of use cases as problems: an exhaustive match each, so that a new variant stops the build.

use crate::{
    app::{OpenError, import::ImportError, service::ServiceError},
    http::problem::Problem,
    store::{PublishError, StoreError},
};

/// When to try again after the store was away, in seconds.
const RETRY_AFTER_S: u32 = 5;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Denied(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store does not answer");
                Self::unavailable("数据存储暂不可用", "the store does not answer", RETRY_AFTER_S)
            }
            StoreError::ReadOnly(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store may only be read");
                Self::unavailable("这台服务器只能读", "this server may only read the store", RETRY_AFTER_S)
            }
            StoreError::Inconsistent(_)
            | StoreError::Foreign(_)
            | StoreError::Address { .. }
            | StoreError::Extension { .. }
            | StoreError::Unsuited(_)
            | StoreError::Newer { .. }
            | StoreError::OtherProfile { .. }
            | StoreError::ReservedLevel(_) => Self::internal(&error),
        }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Import(ImportError::Store(error) | ImportError::Publish(PublishError::Store(error))) => {
                error.into()
            }
            ServiceError::Import(ImportError::Publish(PublishError::Stale { expected, found })) => Self::conflict(
                format!("导入期间已发布第 {found} 版，请重试"),
                format!(
                    "edition {found} was published meanwhile (this import was checked against {expected}); try again"
                ),
            ),
            ServiceError::Reload(error) => Self::internal(&error),
        }
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => error.into(),
            OpenError::OtherProfile { .. } | OpenError::Profile(_) | OpenError::Snapshot(_) => Self::internal(&error),
        }
    }
}
