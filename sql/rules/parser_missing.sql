-- Datasets with calls, for a tokenizer with which mlx-lm's server reads none.
-- grain: one row
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: The server chooses its parser by the text of the chat template; without one a call is prose.
-- remedy: Name one, tool_parser_type in tokenizer_config.json, or use a template with calls in it.
select
  min(file_id) as file_id,
  format('calls in {}; {} has no tool_parser_type, and mlx-lm knows no call of its chat template', count_of(count(*), 'row'), any_value(tokenizer)) as evidence
from dataset_rows, dataset_tokenizer
where parser is null and kind = 'tool'
having count(*) > 0
