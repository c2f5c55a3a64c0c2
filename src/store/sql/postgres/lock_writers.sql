-- Waits until no one else writes, and keeps them waiting until the transaction ends. One row, by primary key.
select value
from counter
where name = 'change'
for update
