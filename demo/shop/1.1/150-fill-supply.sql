-- Packagings, links and papers of products, suppliers and their prices, and what lies in the warehouses.

-- As in the other fills: compiling the queries takes longer than running them.
set local jit = off;

-- A number below n that looks like chance and is the same at every load.
create function pg_temp.pick(seed text, n integer) returns integer language sql stable as $$
  select ('x' || left(encode(sha256(convert_to(seed, 'UTF8')), 'hex'), 6))::bit(24)::integer % n
$$;
create temporary view sellable as
  select p.*, root.sku as root_sku, c.code as category_code, b.name as brand
  from product p
  join product root on root.id = coalesce(p.parent_id, p.id)
  join category c on c.id = p.category_id
  join brand b on b.id = p.brand_id
  where not exists (select from product v where v.parent_id = p.id);

-- What sells by the pack also goes by the carton; heavy bulk goods by the pallet.
insert into product_unit (product_id, unit_id, factor)
  select p.id, u.id, case own.code when 'PCE' then 12 when 'PR' then 10 when 'REAM' then 5 else 10 end
  from sellable p join unit own on own.id = p.unit_id join unit u on u.code = 'CTN'
  where own.code <> 'CTN' and p.weight < 4;
insert into product_unit (product_id, unit_id, factor)
  select p.id, u.id, round(600 / p.weight, -1)
  from sellable p join unit u on u.code = 'PAL'
  where p.weight between 1.5 and 30 and p.category_code in ('OFF-PAPER', 'PACK-BOX', 'PACK-WRAP', 'CLEAN-PAPER', 'STORE-CRATE', 'CLEAN-AGENT');

insert into product_category (product_id, category_id)
  select p.id, c.id
  from (values ('HBSAFE', 'SAFE'), ('HBWARE', 'STORE'), ('DFGOG', 'CLEAN-AGENT'), ('DFNIT%', 'CLEAN-SKIN'), ('ECHAND%', 'SAFE'), ('ECCRE', 'SAFE'),
    ('LVWORK%', 'TOOL-POWER'), ('QMLAB%', 'OFF-MAIL'), ('QMPERM%', 'PACK-LABEL'), ('UBPAP', 'OFF-MAIL'), ('PWPAD%', 'PACK-BAG'), ('KWTIE%', 'PACK-BAG')) v (sku, category)
  join product p on p.sku like v.sku and p.parent_id is null or p.sku = v.sku
  join category c on c.code = v.category
  on conflict do nothing;

insert into product_link (product_id, linked_product_id, kind, position)
  select p.id, l.id, v.kind::product_link_kind, row_number() over (partition by p.id, v.kind order by l.sku collate "C")
  from (values ('HMDRL', 'HMBIT', 'accessory'), ('HMDRL', 'VHSET', 'accessory'), ('HMHAM', 'VHSDS', 'accessory'), ('HMGRI', 'WRCUT', 'accessory'),
    ('HMGRI', 'WRFLAP', 'accessory'), ('DFAID', 'DFREF', 'spare_part'), ('DFAID', 'DFSIGN', 'accessory'), ('DFHEL', 'DFEARM', 'accessory'),
    ('DFCAP', 'DFHEL', 'alternative'), ('KBBOARD', 'KBPIN', 'accessory'), ('FGRES', 'NHROD', 'accessory'), ('VHHSS', 'VHCO', 'alternative'),
    ('UBTAPE', 'UBPAP', 'successor'), ('PWCOPY', 'PWREC', 'alternative'), ('LGCHAIR', 'MGMAT', 'accessory'), ('TGDESK', 'LGSTOOL', 'accessory'),
    ('TGDESK', 'CFLAMP', 'accessory'), ('OMLEV', 'OMPOC', 'accessory'), ('IRPUN', 'OMLEV', 'accessory'), ('STRACK', 'STBIN', 'accessory')) v (sku, linked, kind)
  join product p on p.sku = v.sku
  join product l on l.sku = v.linked;

insert into product_document (product_id, kind, file_name, title, content_hash, size_bytes)
  select p.id, d.kind::document_kind, lower(p.sku) || d.suffix, d.title, sha256(convert_to(p.sku || d.suffix, 'UTF8')), 20000 + pg_temp.pick(p.sku || d.suffix, 900000)
  from product p
  join category c on c.id = p.category_id
  cross join (values ('image', '-1.jpg', 'Front'), ('image', '-2.jpg', 'In use'), ('datasheet', '-data.pdf', 'Data sheet'), ('certificate', '-doc.pdf', 'EU declaration of conformity')) d (kind, suffix, title)
  where p.parent_id is null and (d.kind <> 'certificate' or c.code like 'SAFE%' or c.code like 'ELEC%');

insert into supplier (number, name, country_code, currency_code, email, minimum_order)
  select 'S' || 700 + 10 * row_number() over (order by b.name collate "C"), v.prefix || b.name || v.suffix, c.code, c.currency_code,
    'orders@' || split_part(b.website, 'www.', 2), 100 * pg_temp.pick(b.name, 11)
  from brand b
  join country c on c.code = b.country_code
  cross join lateral (select case pg_temp.pick(b.name, 3) when 0 then 'Vertrieb ' else '' end as prefix, case pg_temp.pick(b.name, 3) when 1 then ' Trading' when 2 then ' Export' else '' end as suffix) v
  where not b.is_own;
insert into supplier (number, name, country_code, currency_code, email, minimum_order) values
  ('S1900', 'Westhafen Importkontor', 'DE', 'EUR', 'einkauf@westhafen-importkontor.example', 250),
  ('S1910', 'Pelican Wharf Wholesale', 'GB', 'GBP', 'trade@pelican-wharf.example', 500);

insert into supplier_product (supplier_id, product_id, supplier_sku, purchase_price, minimum_quantity, lead_time, is_preferred)
  select s.id, p.id, coalesce(p.part_number, p.sku), round(p.price * (0.48 + pg_temp.pick(p.root_sku, 20) / 100.0) * case s.currency_code when 'CHF' then 0.95 when 'GBP' then 0.85 when 'DKK' then 7.46 when 'SEK' then 11.2 else 1 end, 4),
    case when p.price < 10 then 10 when p.price < 100 then 4 else 1 end, (3 + pg_temp.pick(p.root_sku || 'lead', 18)) * interval '1 day', true
  from sellable p
  join supplier s on s.name like '%' || p.brand || '%';
insert into supplier_product (supplier_id, product_id, supplier_sku, purchase_price, minimum_quantity, lead_time)
  select s.id, p.id, s.number || '-' || lpad((row_number() over (partition by s.id order by p.sku collate "C"))::text, 5, '0'),
    round(p.price * 0.66 * case s.currency_code when 'GBP' then 0.85 else 1 end, 4), 1, interval '2 days'
  from sellable p
  join supplier s on s.number = case pg_temp.pick(p.sku || 'second source', 6) when 0 then 'S1900' when 1 then 'S1910' end;

-- Kassel has everything, Venlo and Linz what sells quickly, the returns a bit of this and that.
insert into stock_level (warehouse_id, product_id, on_hand, reserved, bin, counted_at)
  select w.id, p.id, q.on_hand, least(q.on_hand, pg_temp.pick(p.sku || w.code || 'reserved', 6)),
    chr(65 + pg_temp.pick(p.sku || w.code, 12)) || '-' || lpad((1 + pg_temp.pick(p.sku || w.code || 'rack', 40))::text, 2, '0') || '-' || 1 + pg_temp.pick(p.sku || w.code || 'shelf', 5),
    timestamptz '2026-01-02 09:00+00' + pg_temp.pick(p.sku || w.code || 'count', 170) * interval '1 day'
  from sellable p
  cross join warehouse w
  cross join lateral (select case when p.status = 'discontinued' then pg_temp.pick(p.sku || w.code || 'rest', 4) when w.code = 'RET' then 1 + pg_temp.pick(p.sku || 'returned', 3)
    else pg_temp.pick(p.sku || w.code || 'on hand', case when p.price < 20 then 400 when p.price < 100 then 90 else 20 end) end as on_hand) q
  where w.code = 'KAS' or pg_temp.pick(p.sku || w.code || 'kept', 10) < case w.code when 'VEN' then 5 when 'LNZ' then 4 else 1 end;
insert into stock_movement (warehouse_id, product_id, kind, quantity, reference, moved_at)
  select s.warehouse_id, s.product_id, 'receipt', s.on_hand, 'GR-2026-' || lpad(row_number() over (order by s.warehouse_id, s.product_id)::text, 5, '0'),
    timestamptz '2026-01-02 07:00+00' - pg_temp.pick(s.product_id || 'received', 60) * interval '1 day'
  from stock_level s where s.on_hand > 0 order by s.warehouse_id, s.product_id;
insert into stock_movement (warehouse_id, product_id, kind, quantity, reference, moved_at)
  select s.warehouse_id, s.product_id, 'correction', case when s.product_id % 2 = 0 then -1 else 2 end, 'COUNT-2026', s.counted_at
  from stock_level s where pg_temp.pick(s.product_id || 'off' || s.warehouse_id, 12) = 0 order by s.warehouse_id, s.product_id;

drop view sellable;
drop function pg_temp.pick(text, integer);
