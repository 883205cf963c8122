-- Two years of orders up to the shop's day of reference, 30 June 2026: what is older than a few weeks is done.

-- As in the other fills: compiling the queries takes longer than running them.
set local jit = off;

-- A number below n that looks like chance and is the same at every load.
create function pg_temp.pick(seed text, n integer) returns integer language sql stable as $$
  select ('x' || left(encode(sha256(convert_to(seed, 'UTF8')), 'hex'), 6))::bit(24)::integer % n
$$;

create temporary table buyer on commit drop as
  select row_number() over (order by number) as n, c.* from customer c where status in ('active', 'blocked');
create temporary table article on commit drop as
  select row_number() over (order by p.sku collate "C") as n, p.*, coalesce(p.tax_code_id, c.tax_code_id) as applied_tax_code_id
  from product p join category c on c.id = p.category_id
  where p.status = 'active' and not exists (select from product v where v.parent_id = p.id);
create unique index on article (n);

create temporary table draft on commit drop as
  -- Numbers rise with time, from 6 to 15 h UTC, Monday to Friday.
  select n, day - greatest(0, extract(isodow from day at time zone 'UTC')::integer - 5) * interval '1 day'
      + interval '6 hours' + floor(540 * (n * 729.0 / 2000 % 1)) * interval '1 minute' as ordered_at,
    1 + floor(power(pg_temp.pick(n || 'buyer', 10000) / 10000.0, 1.7) * (select count(*) from buyer))::integer as buyer,
    pg_temp.pick(n || 'roll', 100) as roll
  from generate_series(1, 2000) n
  cross join lateral (select timestamptz '2024-07-01 00:00+00' + floor(n * 729.0 / 2000) * interval '1 day' as day) d;

insert into sales_order (number, public_id, customer_id, contact_id, billing_address_id, shipping_address_id, warehouse_id, payment_term_id,
    currency_code, employee_id, status, customer_reference, ordered_at, requested_on, shipping_cost, notes, created_at, updated_at)
  select 'SO-' || to_char(d.ordered_at at time zone 'UTC', 'YYYY') || '-' || lpad(d.n::text, 5, '0'),
    encode(substring(sha256(convert_to('order ' || d.n, 'UTF8')) for 16), 'hex')::uuid, b.id,
    (select id from contact where customer_id = b.id order by is_primary desc, id limit 1),
    (select id from address where customer_id = b.id and kind <> 'shipping' order by kind = 'billing' desc, id limit 1),
    (select id from address where customer_id = b.id and kind <> 'billing' order by kind = 'shipping' desc, id limit 1),
    w.id, b.payment_term_id, b.currency_code, b.employee_id,
    (case when d.roll < 3 then 'cancelled' when d.ordered_at < '2026-06-01' then 'completed' when d.ordered_at < '2026-06-18' then 'shipped'
      when d.ordered_at < '2026-06-25' then 'picking' when d.roll < 85 then 'confirmed' else 'draft' end)::order_status,
    case pg_temp.pick(d.n || 'reference', 3) when 0 then 'PO ' || 450000 + d.n when 1 then 'BE-' || to_char(d.ordered_at at time zone 'UTC', 'YYMM') || '/' || d.n end,
    d.ordered_at, (d.ordered_at at time zone 'UTC')::date + 2 + pg_temp.pick(d.n || 'wanted', 12),
    case when d.roll < 40 then 0 when d.roll < 90 then 6.9 else 24.5 end,
    case when d.roll = 50 then 'Deliver all at once.' when d.roll = 51 then 'Put the order number on every parcel, please.' end, d.ordered_at, d.ordered_at
  from draft d
  join buyer b on b.n = d.buyer
  join warehouse w on w.code = case when b.country_code in ('NL', 'BE', 'FR', 'GB', 'LU') then 'VEN' when b.country_code in ('AT', 'CH') then 'LNZ' else 'KAS' end
  order by d.n;

-- Closed orders take no lines; their history is loaded as it stands.
alter table sales_order_line disable trigger sales_order_line_of_open_order;
insert into sales_order_line (sales_order_id, line_number, product_id, unit_id, description, quantity, unit_price, discount, tax_rate)
  select o.id, line.line_number, a.id, a.unit_id, a.name, q.quantity, p.amount,
    case when p.own_list then 0 else g.discount end, case when c.is_tax_exempt then 0 else tax.rate end
  from sales_order o
  join customer c on c.id = o.customer_id
  join customer_group g on g.id = c.customer_group_id
  join address ship on ship.id = o.shipping_address_id
  cross join lateral generate_series(1, 1 + pg_temp.pick(o.number || 'lines', 5)) line (line_number)
  join article a on a.n = 1 + pg_temp.pick(o.number || line.line_number, (select count(*) from article)::integer)
  cross join lateral (select 1 + pg_temp.pick(o.number || line.line_number || 'quantity', case when a.price < 20 then 60 when a.price < 100 then 12 else 3 end) as quantity) q
  cross join lateral (
    select price.amount, l.customer_group_id is not null as own_list
    from price join price_list l on l.id = price.price_list_id
    where price.product_id = a.id and price.unit_id = a.unit_id and price.minimum_quantity <= q.quantity and l.currency_code = o.currency_code
      and l.valid_during @> (o.ordered_at at time zone 'UTC')::date and (l.customer_group_id is null or l.customer_group_id = c.customer_group_id)
    order by l.priority desc, price.minimum_quantity desc limit 1
  ) p
  cross join lateral (
    select r.rate from tax_rate r join tax_jurisdiction j on j.id = r.tax_jurisdiction_id
    where r.tax_code_id = a.applied_tax_code_id and j.code = ship.country_code and r.valid_from <= (o.ordered_at at time zone 'UTC')::date
    order by r.valid_from desc limit 1
  ) tax
  order by o.id, line.line_number;
alter table sales_order_line enable trigger sales_order_line_of_open_order;

insert into sales_order_status_change (sales_order_id, status, changed_at, employee_id, remark)
  select o.id, s.status::order_status, o.ordered_at + s.after, case when s.status = 'draft' then null else o.employee_id end,
    case when s.status = 'cancelled' then 'Cancelled by the customer.' end
  from sales_order o
  join (values ('draft', interval '0', 0), ('confirmed', interval '2 hours', 1), ('picking', interval '1 day', 2), ('shipped', interval '2 days', 3),
    ('completed', interval '6 days', 4), ('cancelled', interval '5 hours', 9)) s (status, after, step)
    on case o.status when 'cancelled' then s.step in (0, 1, 9) when 'draft' then s.step = 0 when 'confirmed' then s.step <= 1
      when 'picking' then s.step <= 2 when 'shipped' then s.step <= 3 else s.step <= 4 end
  order by o.id, s.step;

insert into shipment (number, sales_order_id, warehouse_id, carrier, tracking_number, shipped_at, delivered_at, weight)
  select replace(o.number, 'SO', 'DN'), o.id, o.warehouse_id, (array['Rollwerk Parcel', 'Hansekurier', 'Linden Freight'])[1 + pg_temp.pick(o.number || 'carrier', 3)],
    lpad(pg_temp.pick(o.number || 'track', 16000000)::text, 12, '0'), o.ordered_at + interval '2 days',
    case when o.status = 'completed' then o.ordered_at + interval '4 days' end,
    (select round(sum(l.quantity * p.weight), 3) from sales_order_line l join product p on p.id = l.product_id where l.sales_order_id = o.id)
  from sales_order o where o.status in ('shipped', 'completed') order by o.id;
insert into shipment_line (shipment_id, sales_order_line_id, quantity)
  select s.id, l.id, l.quantity from shipment s join sales_order_line l on l.sales_order_id = s.sales_order_id;

insert into invoice (number, sales_order_id, status, issued_on, due_on, net_amount, tax_amount, paid_on)
  select replace(t.number, 'SO', 'IN'), t.id, s.status::invoice_status, d.issued_on, d.issued_on + term.days_due, t.net_total, t.tax_total,
    case when s.status = 'paid' then d.issued_on + least(term.days_due, 5 + pg_temp.pick(t.number || 'paid', 40)) end
  from sales_order_total t
  join sales_order o on o.id = t.id
  join payment_term term on term.id = o.payment_term_id
  cross join lateral (select ((o.ordered_at + interval '3 days') at time zone 'UTC')::date as issued_on) d
  cross join lateral (select case when pg_temp.pick(t.number || 'credit', 120) = 0 then 'credited'
    when d.issued_on + term.days_due >= date '2026-06-30' then 'open' when pg_temp.pick(t.number || 'late', 50) = 0 then 'overdue' else 'paid' end as status) s
  where o.status = 'completed' order by o.id;

drop function pg_temp.pick(text, integer);
