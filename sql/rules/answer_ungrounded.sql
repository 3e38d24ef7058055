-- Answers that state a path, line, number or symbol that no result showed.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: results
-- why: Rows of this kind teach to invent: what an answer to a tool's result says has to stand in it.
-- remedy: Write the answer from the result, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'answer_ungrounded'
