-- A small shop for files of other shops: products with variants, images, categories in a tree, attributes.
create table brand (id bigint generated always as identity primary key, name text not null unique);
create table category (
  id bigint generated always as identity primary key,
  path text not null unique
);
create table product (
  id bigint generated always as identity primary key,
  sku text not null unique,
  parent_sku text,
  type text not null default 'simple',
  name text not null,
  description text,
  brand_id bigint references brand (id),
  active boolean not null default false,
  price numeric(12, 2),
  sale_price numeric(12, 2),
  weight numeric(10, 3),
  stock integer,
  tags text[] not null default '{}',
  attributes jsonb not null default '{}'
);
create table product_image (
  product_id bigint not null references product (id) on delete cascade,
  position integer not null,
  url text not null,
  alt text,
  primary key (product_id, position)
);
create table product_variant (
  product_id bigint not null references product (id) on delete cascade,
  title text not null,
  sku text,
  price numeric(12, 2) not null,
  compare_at numeric(12, 2),
  stock integer not null default 0,
  primary key (product_id, title)
);
create table product_category (
  product_id bigint not null references product (id) on delete cascade,
  category_id bigint not null references category (id),
  primary key (product_id, category_id)
);
create table product_option (
  product_id bigint not null references product (id) on delete cascade,
  position integer not null,
  name text not null,
  choices text[] not null default '{}',
  primary key (product_id, position)
);
create table product_text (
  product_id bigint not null references product (id) on delete cascade,
  language text not null,
  name text not null,
  description text,
  primary key (product_id, language)
);
create table subcategory (
  id integer primary key,
  category_id integer not null,
  name text not null unique
);
create table account (
  id bigint generated always as identity primary key,
  number text not null unique,
  name text not null,
  street text,
  city text,
  phone text,
  industry text,
  created_at timestamptz
);
create table product_unit (
  product_id bigint not null references product (id) on delete cascade,
  position integer not null,
  code text not null,
  precision integer not null,
  rate numeric(12, 4) not null,
  primary key (product_id, position)
);
create table product_link (
  product_id bigint not null references product (id) on delete cascade,
  position integer not null,
  sku text not null,
  primary key (product_id, position)
);
create table sale (
  id bigint generated always as identity primary key,
  number text not null unique,
  ordered_on date not null,
  currency char(3) not null,
  customer text not null,
  status text not null,
  note text,
  bill_to_city text,
  ship_to_city text
);
create table sale_line (
  sale_id bigint not null references sale (id) on delete cascade,
  position integer not null,
  sku text not null,
  quantity numeric(12, 3) not null,
  unit text not null,
  price numeric(12, 2) not null,
  primary key (sale_id, position)
);
