-- What people ask for most, ready to read.

create view category_path as
  with recursive path as (
    select id, code, name, parent_id, 1 as depth, name::text as path from category where parent_id is null
    union all
    select child.id, child.code, child.name, child.parent_id, path.depth + 1, path.path || ' > ' || child.name
    from category child join path on path.id = child.parent_id
  )
  select id, code, name, depth, path from path;
comment on view category_path is 'Each category with its way from the root.';

create view product_availability as
  select p.id, p.sku, p.name, p.status,
    coalesce(sum(s.on_hand), 0) as on_hand,
    coalesce(sum(s.reserved), 0) as reserved,
    coalesce(sum(s.available), 0) as available,
    coalesce(sum(s.available), 0) <= p.reorder_level as should_reorder
  from product p
  left join stock_level s on s.product_id = p.id
  where not exists (select from product variant where variant.parent_id = p.id)
  group by p.id;
comment on view product_availability is 'Stock of each product over all warehouses, and whether to buy more.';

create view sales_order_total as
  select o.id, o.number, o.customer_id, o.status, o.ordered_at, o.currency_code,
    count(l.id) as lines,
    coalesce(sum(l.line_total), 0) + o.shipping_cost as net_total,
    coalesce(sum(round(l.line_total * l.tax_rate / 100, 2)), 0) as tax_total
  from sales_order o
  left join sales_order_line l on l.sales_order_id = o.id
  group by o.id;
comment on view sales_order_total is 'Sums of each order.';

create view customer_turnover as
  select c.id, c.number, c.name, extract(year from o.ordered_at at time zone 'UTC')::integer as year, o.currency_code,
    count(distinct o.id) as orders,
    sum(l.line_total) as net_turnover
  from customer c
  join sales_order o on o.customer_id = c.id and o.status <> 'cancelled'
  join sales_order_line l on l.sales_order_id = o.id
  group by c.id, year, o.currency_code;
comment on view customer_turnover is 'What each customer bought by year and currency.';
