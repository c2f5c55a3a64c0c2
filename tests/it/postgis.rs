//! What the store in PostgreSQL is beside the contract: real geometry, constraints, views, migrations, and faults.

mod faults;
mod opening;
mod oracle;
mod schema;
mod views;
mod wire;
