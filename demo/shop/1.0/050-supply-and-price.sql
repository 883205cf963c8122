-- From whom we buy, at what price we sell, and what lies where.

create table supplier (
  id bigint generated always as identity primary key,
  number varchar(12) not null unique,
  name varchar(120) not null unique,
  country_code char(2) not null references country (code),
  currency_code char(3) not null references currency (code),
  email email_address,
  minimum_order numeric(12, 2) not null default 0 constraint supplier_minimum_order_not_negative check (minimum_order >= 0),
  is_active boolean not null default true
);
create index supplier_country_code_idx on supplier (country_code);
create index supplier_currency_code_idx on supplier (currency_code);
comment on table supplier is 'Companies we buy from.';
comment on column supplier.minimum_order is 'Smallest order they take, in their currency.';

create table supplier_product (
  supplier_id bigint not null references supplier (id),
  product_id bigint not null references product (id) on delete cascade,
  supplier_sku varchar(60) not null,
  purchase_price numeric(12, 4) not null constraint supplier_product_price_not_negative check (purchase_price >= 0),
  minimum_quantity numeric(12, 3) not null default 1 constraint supplier_product_quantity_positive check (minimum_quantity > 0),
  lead_time interval not null default '7 days',
  is_preferred boolean not null default false,
  primary key (supplier_id, product_id),
  unique (supplier_id, supplier_sku)
);
create index supplier_product_product_id_idx on supplier_product (product_id);
comment on table supplier_product is 'What a supplier calls a product, what it costs there and how long it takes.';
comment on column supplier_product.purchase_price is 'For one unit of the product, in the supplier''s currency.';

create table price_list (
  id bigint generated always as identity primary key,
  code varchar(20) not null unique,
  name varchar(80) not null,
  currency_code char(3) not null references currency (code),
  customer_group_id bigint references customer_group (id),
  valid_during daterange not null default '[2024-01-01,)',
  priority smallint not null default 0,
  constraint price_list_valid_some_day check (not isempty(valid_during))
);
create index price_list_currency_code_idx on price_list (currency_code);
create index price_list_customer_group_id_idx on price_list (customer_group_id);
comment on table price_list is 'Price lists by currency and customer group.';
comment on column price_list.customer_group_id is 'Only for this group; empty: for all.';
comment on column price_list.priority is 'Of several lists that fit, the one with the highest priority counts.';

create table price (
  price_list_id bigint not null references price_list (id) on delete cascade,
  product_id bigint not null references product (id) on delete cascade,
  unit_id bigint not null references unit (id),
  minimum_quantity numeric(12, 3) not null default 1 constraint price_quantity_positive check (minimum_quantity > 0),
  amount numeric(12, 4) not null constraint price_amount_not_negative check (amount >= 0),
  primary key (price_list_id, product_id, unit_id, minimum_quantity)
);
create index price_product_id_idx on price (product_id);
create index price_unit_id_idx on price (unit_id);
comment on table price is 'Price of a product in a list, by unit and quantity.';
comment on column price.minimum_quantity is 'Holds from this quantity on, until the next step.';
comment on column price.amount is 'For one unit, without tax, in the list''s currency.';

create table warehouse (
  id bigint generated always as identity primary key,
  code varchar(10) not null unique,
  name varchar(80) not null,
  country_code char(2) not null references country (code),
  city varchar(80) not null,
  cutoff_time time not null default '15:00',
  is_active boolean not null default true
);
create index warehouse_country_code_idx on warehouse (country_code);
comment on table warehouse is 'Where our goods lie.';
comment on column warehouse.cutoff_time is 'Orders before this local time leave on the same day.';

create table stock_level (
  warehouse_id bigint not null references warehouse (id),
  product_id bigint not null references product (id) on delete cascade,
  on_hand numeric(12, 3) not null default 0 constraint stock_level_on_hand_not_negative check (on_hand >= 0),
  reserved numeric(12, 3) not null default 0 constraint stock_level_reserved_not_negative check (reserved >= 0),
  available numeric(12, 3) generated always as (on_hand - reserved) stored,
  bin varchar(20),
  counted_at timestamptz,
  primary key (warehouse_id, product_id),
  constraint stock_level_not_oversold check (reserved <= on_hand)
);
create index stock_level_product_id_idx on stock_level (product_id);
comment on table stock_level is 'How much of a product lies in a warehouse.';
comment on column stock_level.available is 'On hand less reserved.';
comment on column stock_level.bin is 'Aisle, rack and shelf.';

create table stock_movement (
  id bigint generated always as identity primary key,
  warehouse_id bigint not null,
  product_id bigint not null,
  kind stock_movement_kind not null,
  quantity numeric(12, 3) not null constraint stock_movement_moves_something check (quantity <> 0),
  reference varchar(40),
  moved_at timestamptz not null default now(),
  foreign key (warehouse_id, product_id) references stock_level (warehouse_id, product_id)
);
create index stock_movement_level_idx on stock_movement (warehouse_id, product_id);
comment on table stock_movement is 'Every change of a stock level, in (positive) and out (negative).';
comment on column stock_movement.reference is 'Number of the order, delivery note or count behind it.';
