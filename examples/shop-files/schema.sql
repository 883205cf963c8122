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
