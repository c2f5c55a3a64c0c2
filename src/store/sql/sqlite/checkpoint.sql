-- Brings the main file up to date and empties the log beside it.
pragma wal_checkpoint(truncate)
