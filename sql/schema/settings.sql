-- One row: the corpus that the views of facts speak of, and the numbers of its recipe that views need.
-- grain: corpus
create table settings (
  corpus varchar not null,
  seed varchar not null,
  recipe json not null
);
