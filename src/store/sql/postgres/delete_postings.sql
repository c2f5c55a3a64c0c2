-- Removes all postings.
delete from posting
