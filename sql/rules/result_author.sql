-- Results with an author out of a textbook: John Doe, or somebody at example.com.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: results
-- why: Invented results made the model misread real ones, which look different.
-- remedy: Run the call on a real repository and store what it returns.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_author'
