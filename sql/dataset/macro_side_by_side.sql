-- Two texts on two lines, from a few words before the first word in which they differ.
create or replace macro side_by_side(one, other) as (
  with words as (
    select string_split(left(one, 3000), ' ') as a, string_split(left(other, 3000), ' ') as b
  ),

  apart as (
    select
      a,
      b,
      greatest(coalesce(list_position(list_transform(range(1, least(len(a), len(b)) + 1), lambda i: a[i] = b[i]), false), least(len(a), len(b)) + 1) - 8, 1) as place
    from words
  )

  select
    '  ' || left(regexp_replace(array_to_string(a[place:place + 24], ' '), '\s+', ' ', 'g'), 160) || chr(10)
    || '  ' || left(regexp_replace(array_to_string(b[place:place + 24], ' '), '\s+', ' ', 'g'), 160)
  from apart
);
