-- Pairs of samples that are near-duplicates, in any split.
-- grain: corpus, field, left_id, right_id
select corpus, field, left_id, right_id, round(jaccard, 3) as jaccard from near_pairs
