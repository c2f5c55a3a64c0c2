//! Looking at the change log again and again, with an ear for the doorbell.

use std::{fmt, pin::pin, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use sqlx::{
    Connection, PgConnection,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::time::{sleep, timeout};

use super::{
    log::{self, DOORBELL},
    open::{self, CONNECT_WAIT},
};
use crate::store::{LogHead, StoreError};

/// How long a connection that stands has to answer; then a new one is tried beside it.
const LINK_PATIENCE: Duration = Duration::from_millis(300);

/// How long a server has to let somebody in, over several looks. Then it is tried anew: it may have been away for good.
const LET_IN_WITHIN: Duration = Duration::from_secs(2);

/// The longest pause between two looks where no doorbell rings.
const DEAF_POLL: Duration = Duration::from_millis(250);

/// A connection that looks at the change log, and hears of changes where the server lets it.
pub struct PostgresWatch {
    options: PgConnectOptions,
    link: Option<Link>,
    /// A connection that is being made. A look that is given up leaves it to the next: a busy server may take longer to let
    /// somebody in than a look may take.
    connecting: Option<Connecting>,
}

type Connecting = BoxFuture<'static, Result<(Link, LogHead), StoreError>>;

impl fmt::Debug for PostgresWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresWatch").field("link", &self.link).finish_non_exhaustive()
    }
}

/// A connection of its own, so that no work on the store holds it up.
#[derive(Debug)]
enum Link {
    /// It hears the doorbell. The same connection asks: one that is silently cut is found out by asking.
    Listening(Box<PgListener>),
    /// It hears nothing: a standby takes no `LISTEN`, nor do some proxies of databases.
    Deaf {
        connection: PgConnection,
        /// Whether it was a standby, which may be promoted.
        is_standby: bool,
    },
}

impl PostgresWatch {
    /// How long a look may take before the database counts as away.
    pub const PATIENCE: Duration = Duration::from_millis(800);

    pub(super) const fn new(options: PgConnectOptions) -> Self {
        Self { options, link: None, connecting: None }
    }

    /// Where the log stands. Connects where there is no connection, and beside one that does not answer.
    pub async fn look(&mut self) -> Result<LogHead, StoreError> {
        // Taken out: a look that is given up in the middle leaves no half-read connection behind.
        if let Some(mut link) = self.link.take() {
            let told = {
                let mut asked = pin!(link.head());
                let anew = async {
                    sleep(LINK_PATIENCE).await;
                    connected(&mut self.connecting, &self.options).await
                };
                tokio::select! {
                    biased;
                    told = &mut asked => told.ok(),
                    anew = anew => match anew {
                        Ok((link, head)) => {
                            self.link = Some(link);
                            return Ok(head);
                        }
                        // The one there is may be slow, and not dead.
                        Err(_) => asked.await.ok(),
                    },
                }
            };
            if let Some(head) = told.filter(|head| !link.may_listen_now(head)) {
                self.link = Some(link);
                self.connecting = None;
                return Ok(head);
            }
        }
        let (link, head) = connected(&mut self.connecting, &self.options).await?;
        self.link = Some(link);
        Ok(head)
    }

    /// Waits until the doorbell rings or its wire breaks; for ever where there is none.
    pub async fn rung(&mut self) {
        let Some(Link::Listening(listener)) = &mut self.link else { return std::future::pending().await };
        let Ok(Some(_)) = listener.try_recv().await else {
            self.link = None;
            return;
        };
        // One look is enough for all that have rung.
        while listener.next_buffered().is_some() {}
    }

    /// How long to wait for the doorbell before the next look.
    pub fn pause(&self, poll: Duration) -> Duration {
        match self.link {
            Some(Link::Deaf { .. }) => poll.min(DEAF_POLL),
            _ => poll,
        }
    }

    /// Lets go of the database.
    pub async fn close(self) {
        if let Some(Link::Deaf { connection, .. }) = self.link {
            // Whoever only reads has nothing to lose.
            let _ = timeout(LINK_PATIENCE, connection.close()).await;
        }
    }
}

impl Link {
    /// A new connection, and where the log stands.
    async fn fresh(options: &PgConnectOptions) -> Result<(Self, LogHead), StoreError> {
        let mut connection = open::connect(options).await?;
        let head = log::head(&mut connection).await?;
        if head.is_standby {
            return Ok((Self::Deaf { connection, is_standby: true }, head));
        }
        match listen(options).await {
            Ok(mut listener) => {
                // Whatever was written before it listened is seen by looking after.
                let head = log::head(&mut listener).await?;
                connection.close().await?;
                Ok((Self::Listening(Box::new(listener)), head))
            }
            Err(error) => {
                tracing::warn!(%error, "the database lets nobody listen: its log is looked at more often instead");
                Ok((Self::Deaf { connection, is_standby: false }, head))
            }
        }
    }

    async fn head(&mut self) -> Result<LogHead, StoreError> {
        match self {
            Self::Listening(listener) => log::head(&mut **listener).await,
            Self::Deaf { connection, .. } => log::head(connection).await,
        }
    }

    /// Whether it is deaf because of a standby that was promoted meanwhile.
    const fn may_listen_now(&self, head: &LogHead) -> bool {
        matches!(self, Self::Deaf { is_standby: true, .. }) && !head.is_standby
    }
}

/// The connection that is being made, or one that is begun now, and where the log stands.
async fn connected(
    connecting: &mut Option<Connecting>,
    options: &PgConnectOptions,
) -> Result<(Link, LogHead), StoreError> {
    let is_old = connecting.is_some();
    let begin = || {
        let options = options.clone();
        let late = |_| StoreError::Unavailable(format!("no connection within {} s", LET_IN_WITHIN.as_secs()).into());
        async move { timeout(LET_IN_WITHIN, Link::fresh(&options)).await.map_err(late)? }.boxed()
    };
    let made = connecting.get_or_insert_with(begin).await;
    *connecting = None;
    let (mut link, mut head) = made?;
    if is_old {
        // What it saw may be older than this look.
        head = timeout(LINK_PATIENCE, link.head()).await.map_err(|late| StoreError::Unavailable(late.into()))??;
    }
    Ok((link, head))
}

async fn listen(options: &PgConnectOptions) -> Result<PgListener, sqlx::Error> {
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(CONNECT_WAIT).idle_timeout(None);
    let pool = pool.max_lifetime(None).connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.ignore_pool_close_event(true);
    // A wire that breaks is a reason to look, and looking connects again.
    listener.eager_reconnect(false);
    listener.listen(DOORBELL).await?;
    Ok(listener)
}
