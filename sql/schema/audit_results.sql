-- One row per audit of a corpus's last build.
-- grain: corpus, audit
create table audit_results (corpus varchar not null, audit varchar not null, count_rows bigint not null);
