-- A number of things in words: count_of(1, 'row') is “1 row”, count_of(2000, 'row') “2,000 rows”.
create or replace macro count_of(number, word) as (
  format('{:,} {}', number, word) || case when number = 1 then '' else 's' end
);
