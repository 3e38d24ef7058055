-- Absolute paths in somebody's home folder.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: safety
-- why: They name the person, and teach paths that no other machine has.
-- remedy: Write paths relative to the project.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'home_path'
