-- Rows whose tools are not a list of schemas.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: The chat template is given them as they are, and raises an error or offers nothing.
-- remedy: Write tools as a list of {type, function: {name, parameters}}.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'tools_unreadable'
