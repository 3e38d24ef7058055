-- Calls whose arguments do not fit the tool's JSON schema.
-- grain: corpus, sample_id, ordinal, fault
select corpus, sample_id, ordinal, fault from call_faults
