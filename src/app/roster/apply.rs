//! Imports of rosters, written: by the command line to a store, by the service to what it serves.

use std::{path::PathBuf, sync::Arc};

use super::{
    export::{PhoneShown, export},
    import::{PreparedRoster, RosterOptions, import_roster, read_roster},
    report::{RosterOutcome, RosterReport},
};
use crate::{
    app::{App, District, service::ChangeError},
    domain::area::Snapshot,
    formats::table::{Table, TableKind, WorkbookError},
    store::{StaffError, Store, StoreError},
};

/// How often an import is planned anew because somebody changed duties meanwhile.
const MAX_TRIES: usize = 5;

/// Why an import could not be judged or written.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is known does not fit into a workbook.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    /// The store did not take the change, or what it holds cannot be served.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<StaffError> for RosterError {
    fn from(error: StaffError) -> Self {
        Self::Change(error.into())
    }
}

/// Whether somebody else changed duties in between.
fn is_stale(error: &RosterError) -> bool {
    matches!(error, RosterError::Change(ChangeError::Staff(StaffError::Stale { .. })))
}

impl District {
    /// Imports the roster in the file at `path`, which findings call `name`.
    pub async fn import_roster(
        &self,
        name: String,
        path: PathBuf,
        options: &RosterOptions,
    ) -> Result<RosterReport, RosterError> {
        let table = Arc::new(read_roster(name.clone(), path, options.sheet.clone()).await);
        for tried in 1.. {
            let prepared = self.prepared(None, &name, &table, options).await?;
            let written = match prepared.report.outcome {
                RosterOutcome::Applied => {
                    let PreparedRoster { base, change, act, .. } = &prepared;
                    self.store().change_staff(*base, change, act).await.map(Some).map_err(RosterError::from)
                }
                _ => Ok(None),
            };
            match written {
                Err(error) if is_stale(&error) && tried < MAX_TRIES => {}
                written => return Ok(RosterReport { change: written?, ..prepared.report }),
            }
        }
        unreachable!("the last try returns")
    }

    /// Everybody that the store knows of, as a file.
    pub async fn export_roster(&self, kind: TableKind, phones: PhoneShown) -> Result<Vec<u8>, RosterError> {
        export(self.store(), self.profile(), None, (kind, phones), self.now()).await
    }

    async fn prepared(
        &self,
        served: Option<&Snapshot>,
        name: &str,
        table: &Arc<Table>,
        options: &RosterOptions,
    ) -> Result<PreparedRoster, StoreError> {
        import_roster(self.store(), self.profile(), served, (name, table), options, self.now()).await
    }
}

impl App {
    /// Imports the roster in the file at `path`, which findings call `name`, and serves the result.
    pub async fn import_roster(
        &self,
        name: String,
        path: PathBuf,
        options: &RosterOptions,
    ) -> Result<RosterReport, RosterError> {
        let table = Arc::new(read_roster(name.clone(), path, options.sheet.clone()).await);
        for tried in 1.. {
            let served = Arc::clone(&self.served().snapshot);
            let preparing = self.district().prepared(Some(&served), &name, &table, options);
            let PreparedRoster { base, change, act, report } = self.reached(preparing).await.flatten()?;
            let written = match report.outcome {
                RosterOutcome::Applied => {
                    self.change_staff(base, change, act).await.map(Some).map_err(RosterError::from)
                }
                _ => Ok(None),
            };
            match written {
                Err(error) if is_stale(&error) && tried < MAX_TRIES => {}
                written => return Ok(RosterReport { change: written?, ..report }),
            }
        }
        unreachable!("the last try returns")
    }

    /// Everybody that the store knows of, as a file.
    pub async fn export_roster(&self, kind: TableKind, phones: PhoneShown) -> Result<Vec<u8>, RosterError> {
        let served = Arc::clone(&self.served().snapshot);
        let district = self.district();
        let exporting = export(district.store(), district.profile(), Some(&served), (kind, phones), district.now());
        self.reached(exporting).await?
    }
}
