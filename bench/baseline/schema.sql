-- The benchmark's tables, the same for both sides.
create table bench_brand (
  id bigint generated always as identity primary key,
  name varchar(80) not null unique
);
create table bench_product (
  id bigint generated always as identity primary key,
  sku varchar(40) not null unique,
  name varchar(200) not null,
  brand_id bigint not null references bench_brand (id),
  price numeric(12, 4) not null constraint bench_product_price_not_negative check (price >= 0),
  weight numeric(10, 3),
  status text not null constraint bench_product_status_known check (status in ('draft', 'active', 'discontinued')),
  ean varchar(13),
  description text,
  stock integer,
  available_from date
);
insert into bench_brand (name) select 'Brand ' || lpad(i::text, 4, '0') from generate_series(1, 1000) i;
analyze bench_brand;
