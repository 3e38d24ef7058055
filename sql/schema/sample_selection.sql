-- One row per sample that dedupe kept: selected, or why not.
-- grain: corpus, sample_id
create table sample_selection (corpus varchar not null, sample_id varchar not null, drop_reason varchar);
