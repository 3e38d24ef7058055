-- Categories, as the rows name them
-- grain: category
select category, count(*) as rows, round(count(*) / sum(count(*)) over (), 3) as fraction
from dataset_rows
where category is not null
group by category
order by rows desc, category
limit 20
