-- Text between ChatML turns.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: form
-- why: No server ever sends text between turns; it is trained as noise.
-- remedy: Move it into a turn, or drop it.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'chatml_stray_text'
