//! `onemap serve`.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::Request};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{failure::Failure, options, signals::Signals};
use crate::{
    app::{
        App, AppOptions, District, OpenError,
        basemap::{Basemap, BasemapError},
        tasks,
    },
    clock::Clock,
    config::ServeConfig,
    domain::profile::Profile,
    http::{
        assets,
        express::Express,
        gate::{Answering, Gated},
        lane::Head,
        limits::Limits,
        links::Links,
        problem::Problem,
        routes,
        serve::{Door, Peer, serve},
        shell::{ShellSettings, ShellState, shell},
        write_guard::WritePolicy,
    },
    store::{Store, StoreAddress, StoreError},
    telemetry::{self, LogFormat, TelemetryError},
};

/// When a client that came while the district is loaded may come again.
const RETRY_AFTER_S: u32 = 2;

/// How long between two attempts to reach a database that is away at the start.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Serves the district until SIGTERM or SIGINT; exit code 0 then.
pub async fn run(config: ServeConfig) -> Result<ExitCode, Failure> {
    telemetry::init(&config.log, config.log_format)?;
    let profile = options::profile(config.profile.as_deref())?;
    let basemap = open_basemap(&config).await?;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| cannot_listen(config.listen, &error))?;
    let listen = listener.local_addr().map_err(|error| cannot_listen(config.listen, &error))?;
    let signals = Signals::new()?;
    let district = Arc::new(OnceLock::new());
    let waits = match open(&config, profile.clone(), &district).await {
        Ok(()) => None,
        Err(Waiting::For(error)) => Some(error),
        Err(Waiting::InVain(failure)) => return Err(failure),
    };

    let limits = Arc::new(Limits::new(&config));
    let server = Server {
        limits: Arc::clone(&limits),
        listen,
        config,
        state: ShellState::default(),
        basemap,
        loaded: Arc::default(),
        district,
        profile,
        waits: Arc::default(),
    };
    let shutdown = CancellationToken::new();
    server.announce();
    if let Some(error) = waits {
        server.tell_of_waiting(&error);
    }
    let serving = async {
        let served = serve(listener, server.front(), limits, shutdown.clone()).await;
        shutdown.cancel();
        served
    };
    let working = async {
        let worked = server.work(signals, &shutdown).await;
        server.state.set_ready(false);
        shutdown.cancel();
        worked
    };
    let (served, worked) = tokio::join!(serving, working);
    let closed = match server.district.get() {
        Some(district) => district.store().close().await,
        None => Ok(()),
    };
    worked?;
    served.map_err(|error| cannot_listen(listen, &error))?;
    if let Err(error) = closed {
        // Whatever was acknowledged is in the log, which the next who opens the store reads.
        tracing::warn!(error = &error as &dyn std::error::Error, "the store was left as it is");
    }
    Ok(ExitCode::SUCCESS)
}

/// What the parts of a running server share.
struct Server {
    config: ServeConfig,
    limits: Arc<Limits>,
    /// Where it is bound; the port is a real one.
    listen: SocketAddr,
    state: ShellState,
    /// The base map, when one is configured.
    basemap: Option<Arc<Basemap>>,
    /// The routes over the district; written once, when it is loaded.
    loaded: Arc<OnceLock<Gated>>,
    /// The district; written once, when its store is open.
    district: Arc<OnceLock<District>>,
    profile: Option<Profile>,
    /// Whether its database was away since the start.
    waits: Arc<AtomicBool>,
}

/// Why a store is not open.
enum Waiting {
    /// Its database is away, which may change.
    For(OpenError),
    /// It will not open by waiting.
    InVain(Failure),
}

impl Waiting {
    fn new(error: OpenError, store: &StoreAddress) -> Self {
        match error {
            // A file that cannot be opened is not there in a moment either.
            OpenError::Store(StoreError::Unavailable(_)) if store.file().is_none() => Self::For(error),
            OpenError::Store(StoreError::Unreachable { barrier, .. }) if barrier.may_pass() => Self::For(error),
            error => Self::InVain(Failure::from(error).about_store(store)),
        }
    }
}

/// Opens the district unless it is open.
async fn open(config: &ServeConfig, profile: Option<Profile>, district: &OnceLock<District>) -> Result<(), Waiting> {
    if district.get().is_none() {
        let opened = District::open(&config.store, profile, Clock::system()).await;
        let opened = opened.map_err(|error| Waiting::new(error, &config.store))?;
        assert!(district.set(opened).is_ok(), "a district is opened once");
    }
    Ok(())
}

impl Server {
    /// One line on stdout for programs, one on stderr for people.
    fn announce(&self) {
        let address = address_of(self.listen);
        // The server serves, whoever reads or does not read where.
        let _ = writeln!(io::stdout(), "{address}");
        let _ = io::stdout().flush();
        let store = &self.config.store;
        self.tell(&format!("一张图在 {address}，正在载入 {store} / Onemap is at {address}, loading {store}"));
    }

    /// Loads the district, serves it, and returns when it is time to go.
    async fn work(&self, mut signals: Signals, shutdown: &CancellationToken) -> Result<(), Failure> {
        let stop = async {
            tokio::select! {
                name = signals.next() => tracing::info!(signal = name, "told to stop"),
                () = shutdown.cancelled() => {}
            }
        };
        tokio::pin!(stop);
        let app = tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            started = self.start() => started?,
        };
        let (edition, areas) = {
            let served = app.served();
            (served.snapshot.edition_number(), served.snapshot.hierarchy.areas().len())
        };
        let links = Links::new(self.config.public_url.clone());
        let (business, document) = routes::business(app.clone(), links, self.state.clone(), self.basemap.clone());
        let router = self.around(business, document, Some(routes::express(app.clone())));
        assert!(self.loaded.set(router).is_ok(), "a district is loaded once");
        self.state.set_ready(true);
        self.tell(&match edition {
            0 => "就绪：还没有数据，请导入 / ready: no data yet, import some".to_owned(),
            _ => format!("就绪：第 {edition} 版，{areas} 个区域 / ready: edition {edition}, {areas} areas"),
        });
        stop.await;
        // An import that does not end in time is dropped with the process: published whole, or not at all.
        let _ = tokio::time::timeout(Duration::from_secs(self.config.drain_s), app.finish()).await;
        Ok(())
    }

    /// Opens and loads the district; waits for a database that is away as long as it takes.
    async fn start(&self) -> Result<App, Failure> {
        loop {
            let started = async {
                open(&self.config, self.profile.clone(), &self.district).await?;
                self.waits.store(false, Ordering::Relaxed);
                let district = self.district.get().expect("it was opened").clone();
                let started = App::start_with(district, self.options()).await;
                started.map_err(|error| Waiting::new(error, &self.config.store))
            };
            match started.await {
                Ok(app) => return Ok(app),
                Err(Waiting::InVain(failure)) => return Err(failure),
                Err(Waiting::For(error)) => self.tell_of_waiting(&error),
            }
            tokio::time::sleep(TRIED_AGAIN_AFTER).await;
        }
    }

    /// Says once that the database is away.
    fn tell_of_waiting(&self, error: &OpenError) {
        if self.waits.swap(true, Ordering::Relaxed) {
            return;
        }
        let (store, again_s) = (&self.config.store, TRIED_AGAIN_AFTER.as_secs());
        let failure = Failure::caused(
            format!("数据库不应答，每 {again_s} 秒再试"),
            &format!("the database does not answer, trying again every {again_s} s"),
            error,
        );
        self.tell(&failure.about_store(store).line());
    }

    fn options(&self) -> AppOptions {
        AppOptions {
            tile_cache_bytes: (self.config.tile_cache_mb as usize) << 20,
            warms_up: true,
            // Whoever follows the feed holds a connection; half of them are for requests.
            subscribers: (self.config.max_connections as usize).div_ceil(2),
            poll: Duration::from_millis(self.config.poll_ms),
            past_editions: self.config.past_editions as usize,
        }
    }

    /// The shell around `business`.
    fn around(&self, business: Router, openapi: utoipa::openapi::OpenApi, express: Option<Express>) -> Gated {
        let writes = WritePolicy {
            listen: self.listen,
            public_url: self.config.public_url.clone(),
            api_key: self.config.api_key.clone(),
        };
        let settings = ShellSettings {
            limits: Arc::clone(&self.limits),
            writes,
            state: self.state.clone(),
            openapi,
            viewer: assets::embedded,
            express,
        };
        shell(business, settings)
    }

    /// What stands at the socket: while the district is loaded, health, documentation and 503; then everything.
    fn front(&self) -> Front {
        let waits = Arc::clone(&self.waits);
        let later = move || async move {
            let (zh, en) = match waits.load(Ordering::Relaxed) {
                true => ("数据库不应答，正在等待", "the database does not answer; waiting for it"),
                false => ("正在载入数据，请稍候", "the district is being loaded, try again soon"),
            };
            Problem::unavailable(zh, en, RETRY_AFTER_S)
        };
        let loading = self.around(Router::new().fallback(later), routes::openapi(), None);
        Front { loading, loaded: Arc::clone(&self.loaded) }
    }

    /// A line for people; where logs are for machines, an event.
    fn tell(&self, text: &str) {
        match self.config.log_format {
            // Nothing is left to tell when stderr itself is gone.
            LogFormat::Text => drop(writeln!(io::stderr(), "{text}")),
            LogFormat::Json => tracing::info!("{text}"),
        }
    }
}

/// What stands at the socket.
#[derive(Clone)]
struct Front {
    loading: Gated,
    loaded: Arc<OnceLock<Gated>>,
}

impl Front {
    fn now(&self) -> &Gated {
        self.loaded.get().unwrap_or(&self.loading)
    }
}

impl Door for Front {
    type Answering = Answering;

    fn answer(&self, request: Request, peer: Peer) -> Answering {
        self.now().answer(request, peer)
    }

    fn at_once(&self, head: &Head<'_>, date: &str, body: &mut Vec<u8>, wire: &mut Vec<u8>) -> bool {
        self.now().at_once(head, date, body, wire)
    }
}

/// The address under which this machine reaches the server: loopback where it is bound to all interfaces.
fn address_of(mut listen: SocketAddr) -> String {
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    format!("http://{listen}")
}

fn cannot_listen(listen: SocketAddr, error: &io::Error) -> Failure {
    Failure::caused(
        format!("无法监听 {listen}，端口可能已被占用，请用 --listen 换一个"),
        &format!("cannot listen on {listen}, choose another with --listen"),
        error,
    )
}

/// The base map that is configured: a file that is no good is told before anything is loaded.
async fn open_basemap(config: &ServeConfig) -> Result<Option<Arc<Basemap>>, Failure> {
    let Some(path) = config.basemap.clone() else { return Ok(None) };
    let opened = tasks::compute(move || Basemap::open(&path).map_err(|error| Failure::from(error).about(&path)));
    Ok(Some(Arc::new(opened.await?)))
}

impl From<BasemapError> for Failure {
    fn from(error: BasemapError) -> Self {
        Self::new(format!("--basemap：{}", error.zh()), format!("--basemap: {error}"))
    }
}

impl From<TelemetryError> for Failure {
    fn from(error: TelemetryError) -> Self {
        match error {
            TelemetryError::Filter { ref filter, .. } => {
                Self::usage(format!("--log：看不懂 {filter}，应为级别或 目标=级别"), format!("--log: {error}"))
            }
            TelemetryError::Twice(_) => Self::new("日志已设置过", error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_a_browser_can_open() {
        let of = |listen: &str| address_of(listen.parse().expect("an address"));
        assert_eq!(of("127.0.0.1:80"), "http://127.0.0.1:80");
        assert_eq!(of("0.0.0.0:8080"), "http://127.0.0.1:8080");
        assert_eq!(of("[::]:8080"), "http://[::1]:8080");
        assert_eq!(of("192.0.2.7:1"), "http://192.0.2.7:1");
    }
}
