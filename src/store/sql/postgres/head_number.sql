-- Number of the head; 0 when nothing was published. One row, by primary key.
select value
from counter
where name = 'edition'
