-- One row per tool that a corpus offers, with its schema as a chat template takes it.
-- grain: corpus, tool
create table offered_tools (corpus varchar not null, tool varchar not null, schema json not null);
