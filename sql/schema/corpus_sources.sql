-- One row per source of a corpus's recipe.
-- grain: corpus, source_id
create table corpus_sources (corpus varchar not null, source_id varchar not null);
