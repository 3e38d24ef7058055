-- A question with its names, paths, numbers and quotations masked, in lower case: how it is phrased.
create or replace macro phrasing(question) as (
  lower(trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    left(question, 400),
    '`[^`]*`|"[^"]*"|“[^”]*”|(^|\s)''[^'']+''|\S*[/_(){}\[\]=<>@#\\]\S*|\S*\w\.\w\S*|\b\w*[a-z][A-Z]\w*|\S*\d\S*', ' … ', 'g'),
    '\s[A-Z]\w*', ' … ', 'g'),
    '[^\w\s…]+|\s+', ' ', 'g'),
    '… [… ]*', '… ', 'g')))
);
