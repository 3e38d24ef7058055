-- Samples about a planted defect whose results do not show it: its line and one of its codes, or a test that fails.
-- grain: corpus, sample_id
with expected as (
  select
    samples.corpus,
    sample_id,
    candidates.expected -> '$.reports' as reports,
    candidates.expected -> '$.fails' as fails,
    array_to_string(results, chr(10)) as shown
  from samples
  join candidates using (corpus, candidate_id)
  where json_exists(candidates.expected, '$.reports') or json_exists(candidates.expected, '$.fails')
),

judged as (
  select
    *,
    reports is null or (
      regexp_matches(shown, '\b' || (reports ->> '$.line') || '\b')
      and len(list_filter(from_json(reports -> '$.codes', '["varchar"]'), lambda code: contains(shown, code))) > 0
    ) as has_finding,
    fails is null or regexp_matches(lower(shown), '\b(failed|error|errors)\b') as has_failure
  from expected
)

select corpus, sample_id, reports, fails from judged where not (has_finding and has_failure)
