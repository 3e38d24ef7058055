-- Calls outside of the tags that the parser looks for.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The server looks for <tool_call> first and shows such a call to the user as text.
-- remedy: Put the call into <tool_call> tags.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_untagged'
