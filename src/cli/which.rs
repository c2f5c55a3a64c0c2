//! `--edition`, or `--as-of` and `--known-at`: which edition a command reads, as the service's parameters say it.

use super::{failure::Failure, options, progress::spinner};
use crate::{
    app::{
        editions::Which,
        library::{self, Map},
        tasks,
    },
    domain::area::EditionNumber,
    store::StoreAddress,
};

const AS_OF: &str = "--as-of";
const KNOWN_AT: &str = "--known-at";

/// The arguments that name an edition; the one in force is meant when none of them is given.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct WhichArgs {
    /// 哪一版，不写则为现行版本 / Edition by number, past or scheduled; the one in force when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["as_of", "known_at"])]
    edition: Option<EditionNumber>,

    /// 当时生效的版本（带时区的 RFC 3339，或日期即当日零时） / The edition in force then; a date is its beginning
    #[arg(long, value_name = "TIME|DATE")]
    as_of: Option<String>,

    /// 按当时所知，不写则按现在所知 / As far as was known then, now when left out
    #[arg(long, value_name = "TIME|DATE")]
    known_at: Option<String>,
}

impl WhichArgs {
    /// The argument that names an edition, when one does.
    pub fn given(&self) -> Option<&'static str> {
        let edition = self.edition.map(|_| "--edition");
        edition.or(self.as_of.as_ref().map(|_| AS_OF)).or(self.known_at.as_ref().map(|_| KNOWN_AT))
    }

    /// Refuses what is no time, before the work.
    pub fn check(&self) -> Result<(), Failure> {
        self.which(0).map(|_| ())
    }

    /// The edition of the store at `address`, to be read only; something turns meanwhile.
    pub async fn open(&self, address: &StoreAddress) -> Result<Map, Failure> {
        let (store, args) = (address.clone(), self.clone());
        let loading = spinner("载入存储 loading the store");
        let opened = tasks::compute(move || {
            let is_time = args.as_of.is_some() || args.known_at.is_some();
            // A bare date begins in the district's time zone.
            let offset_minutes = if is_time { library::profile(store.clone())?.time_zone.1 } else { 0 };
            Ok(Map::open_which(store, args.which(offset_minutes)?)?)
        });
        let opened: Result<Map, Failure> = opened.await;
        loading.finish_and_clear();
        opened.map_err(|failure| failure.about_store(address))
    }

    fn which(&self, offset_minutes: i16) -> Result<Which, Failure> {
        if let Some(number) = self.edition {
            return Ok(Which::Number(number));
        }
        let at = options::moment_at(AS_OF, self.as_of.as_deref(), offset_minutes)?;
        let known_at = options::moment_at(KNOWN_AT, self.known_at.as_deref(), offset_minutes)?;
        Ok(if at.is_none() && known_at.is_none() { Which::InForce } else { Which::At { at, known_at } })
    }
}
