-- Price lists: everything in every currency, graduated; less for some groups; a campaign that is over.

-- As in the other fills: compiling the queries takes longer than running them.
set local jit = off;

insert into price_list (code, name, currency_code, customer_group_id, valid_during, priority)
  select v.code, v.name, v.currency, g.id, v.valid_during::daterange, v.priority
  from (values
    ('EUR', 'List price euro', 'EUR', null, '[2024-01-01,)', 0), ('CHF', 'List price Swiss francs', 'CHF', null, '[2024-01-01,)', 0),
    ('GBP', 'List price sterling', 'GBP', null, '[2024-01-01,)', 0), ('DKK', 'List price Danish kroner', 'DKK', null, '[2024-01-01,)', 0),
    ('SEK', 'List price Swedish kronor', 'SEK', null, '[2024-01-01,)', 0),
    ('EUR-IND', 'Industry euro', 'EUR', 'INDUSTRY', '[2024-01-01,)', 10), ('EUR-TRADE', 'Crafts and trades euro', 'EUR', 'TRADE', '[2024-01-01,)', 10),
    ('EUR-KEY', 'Key accounts euro', 'EUR', 'KEY', '[2025-01-01,)', 20), ('EUR-SPRING26', 'Spring campaign 2026', 'EUR', null, '[2026-03-01,2026-05-01)', 30)
  ) v (code, name, currency, customer_group, valid_during, priority)
  left join customer_group g on g.code = v.customer_group;

-- Off from a quantity on: 4 % at ten units, 9 % at fifty; goods above 200 euro have one step only.
insert into price (price_list_id, product_id, unit_id, minimum_quantity, amount)
  select l.id, p.id, p.unit_id, step.quantity,
    round(p.price * rate.rate * (1 - step.discount) * (1 - coalesce(g.discount, 0) / 100) * case l.code when 'EUR-SPRING26' then 0.85 else 1 end, 2)
  from price_list l
  left join customer_group g on g.id = l.customer_group_id
  join (values ('EUR', 1.0), ('CHF', 0.96), ('GBP', 0.86), ('DKK', 7.46), ('SEK', 11.3)) rate (currency, rate) on rate.currency = l.currency_code
  join product p on p.status <> 'draft' and not exists (select from product v where v.parent_id = p.id)
  join category c on c.id = p.category_id
  join (values (1, 0.0), (10, 0.04), (50, 0.09)) step (quantity, discount) on step.quantity = 1 or p.price < 200
  where case l.code
    when 'EUR-IND' then c.code like any ('{FAST%,TOOL%,ABR%,SAFE%}')
    when 'EUR-TRADE' then c.code like any ('{FAST%,TOOL%,ELEC%}')
    when 'EUR-KEY' then c.code like any ('{OFF%,PACK%,CLEAN%,SAFE%}')
    when 'EUR-SPRING26' then c.code like 'FURN%' and step.quantity = 1
    else true end;

-- A carton costs a little less than what is in it.
insert into price (price_list_id, product_id, unit_id, minimum_quantity, amount)
  select price.price_list_id, pu.product_id, pu.unit_id, 1, round(price.amount * pu.factor * 0.94, 2)
  from product_unit pu
  join price on price.product_id = pu.product_id and price.minimum_quantity = 1
  join price_list l on l.id = price.price_list_id and l.code = 'EUR';
