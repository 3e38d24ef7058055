-- One row per call of a split sample that does not fit its tool's JSON schema, found by audit.
-- grain: corpus, sample_id, ordinal
create table call_faults (corpus varchar not null, sample_id varchar not null, ordinal bigint not null, fault varchar not null);
