-- What we sell: brands, the tree of categories, products and their variants, packagings and papers.

create table brand (
  id bigint generated always as identity primary key,
  name varchar(80) not null unique,
  country_code char(2) references country (code),
  website varchar(200),
  is_own boolean not null default false
);
create index brand_country_code_idx on brand (country_code);
comment on table brand is 'Makers of our products.';
comment on column brand.is_own is 'A brand of our own.';

create table category (
  id bigint generated always as identity primary key,
  code varchar(40) not null unique,
  name varchar(80) not null,
  parent_id bigint references category (id),
  tax_code_id bigint not null references tax_code (id),
  position integer not null default 0,
  description text,
  constraint category_not_its_own_parent check (parent_id <> id),
  unique nulls not distinct (parent_id, name)
);
create index category_tax_code_id_idx on category (tax_code_id);
comment on table category is 'The tree of categories as the catalogue shows it.';
comment on column category.code is 'Short code, such as FAST-BOLT.';
comment on column category.tax_code_id is 'Tax class of the category''s products where they name none themselves.';
comment on column category.position is 'Order among the categories of the same parent.';

create table product (
  id bigint generated always as identity primary key,
  sku product_code not null unique,
  name varchar(200) not null constraint product_name_not_blank check (btrim(name) <> ''),
  parent_id bigint references product (id),
  brand_id bigint not null references brand (id),
  category_id bigint not null references category (id),
  unit_id bigint not null references unit (id),
  tax_code_id bigint references tax_code (id),
  status product_status not null default 'draft',
  price numeric(12, 4) not null constraint product_price_not_negative check (price >= 0),
  weight numeric(10, 3) constraint product_weight_not_negative check (weight >= 0),
  ean varchar(13) unique constraint product_ean_digits check (ean ~ '^([0-9]{8}|[0-9]{13})$'),
  part_number varchar(60),
  description text,
  reorder_level integer not null default 0 constraint product_reorder_level_not_negative check (reorder_level >= 0),
  available_from date,
  tags text[] not null default '{}',
  attributes jsonb not null default '{}' constraint product_attributes_object check (jsonb_typeof(attributes) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint product_not_its_own_parent check (parent_id <> id)
);
create index product_parent_id_idx on product (parent_id);
create index product_brand_id_idx on product (brand_id);
create index product_category_id_idx on product (category_id);
create index product_unit_id_idx on product (unit_id);
create index product_tax_code_id_idx on product (tax_code_id);
create trigger product_touch before update on product for each row execute function touch_updated_at();
comment on table product is 'What we sell. A product with variants is the parent of each of them and is not sold itself.';
comment on column product.id is 'Internal number; means nothing outside this database.';
comment on column product.sku is 'Our article number; what orders, labels and files name a product by.';
comment on column product.name is 'Name as customers read it, at most 200 characters.';
comment on column product.parent_id is 'The product this one is a variant of.';
comment on column product.brand_id is 'Who makes it.';
comment on column product.category_id is 'Where the catalogue shows it first.';
comment on column product.unit_id is 'The unit in which price, weight and stock are counted.';
comment on column product.tax_code_id is 'Tax class; empty: that of the category.';
comment on column product.status is 'draft: not shown yet; active: sold; discontinued: sold no more.';
comment on column product.price is 'List price for one unit in EUR, without tax.';
comment on column product.weight is 'Gross weight of one unit in kilograms.';
comment on column product.ean is 'GTIN-8 or GTIN-13 of one unit, digits only.';
comment on column product.part_number is 'The maker''s own number.';
comment on column product.description is 'Text for the product page; may have several paragraphs.';
comment on column product.reorder_level is 'At or below this available quantity the buyer is told.';
comment on column product.available_from is 'First day of sale; empty: at once.';
comment on column product.tags is 'Free keywords for search and campaigns.';
comment on column product.attributes is 'Technical data that only some products have, by name.';
comment on column product.created_at is 'When the row was made.';
comment on column product.updated_at is 'When the row was last changed, kept by a trigger.';

create function check_product_parent() returns trigger language plpgsql as $$
begin
  if exists (select from product where id = new.parent_id and parent_id is not null) then
    raise exception 'product % can not be a variant of a variant', new.sku
      using errcode = 'check_violation', hint = 'Name the product at the top as its parent.';
  end if;
  return new;
end
$$;
create trigger product_parent_is_top before insert or update of parent_id on product
  for each row when (new.parent_id is not null) execute function check_product_parent();

create table product_option (
  id bigint generated always as identity primary key,
  code varchar(20) not null unique,
  name varchar(60) not null
);
comment on table product_option is 'In what variants of a product differ: size, colour, thread.';

create table product_option_value (
  id bigint generated always as identity primary key,
  product_option_id bigint not null references product_option (id) on delete cascade,
  code varchar(40) not null,
  name varchar(80) not null,
  position integer not null default 0,
  unique (product_option_id, code),
  unique (product_option_id, id)
);
comment on table product_option_value is 'The values an option can have.';

create table product_variant_value (
  product_id bigint not null references product (id) on delete cascade,
  product_option_id bigint not null,
  product_option_value_id bigint not null,
  primary key (product_id, product_option_id),
  foreign key (product_option_id, product_option_value_id) references product_option_value (product_option_id, id)
);
create index product_variant_value_value_idx on product_variant_value (product_option_id, product_option_value_id);
comment on table product_variant_value is 'Which values make a variant; one for each option.';

create table product_unit (
  product_id bigint not null references product (id) on delete cascade,
  unit_id bigint not null references unit (id),
  factor numeric(12, 3) not null constraint product_unit_factor_positive check (factor > 0),
  ean varchar(13) unique constraint product_unit_ean_digits check (ean ~ '^([0-9]{8}|[0-9]{13})$'),
  is_sold boolean not null default true,
  primary key (product_id, unit_id)
);
create index product_unit_unit_id_idx on product_unit (unit_id);
comment on table product_unit is 'Further packagings of a product besides its own unit.';
comment on column product_unit.factor is 'How many of the product''s own unit are in one of this.';

create table product_category (
  product_id bigint not null references product (id) on delete cascade,
  category_id bigint not null references category (id) on delete cascade,
  primary key (product_id, category_id)
);
create index product_category_category_id_idx on product_category (category_id);
comment on table product_category is 'Further categories in which a product is shown.';

create table product_link (
  product_id bigint not null references product (id) on delete cascade,
  linked_product_id bigint not null references product (id) on delete cascade,
  kind product_link_kind not null,
  position integer not null default 0,
  primary key (product_id, linked_product_id, kind),
  constraint product_link_to_another check (product_id <> linked_product_id)
);
create index product_link_linked_product_id_idx on product_link (linked_product_id);
comment on table product_link is 'What goes with a product, replaces or follows it.';

create table product_document (
  id bigint generated always as identity primary key,
  product_id bigint not null references product (id) on delete cascade,
  kind document_kind not null,
  file_name varchar(120) not null,
  title varchar(120),
  content_hash bytea not null constraint product_document_hash_length check (length(content_hash) = 32),
  size_bytes integer not null constraint product_document_size_positive check (size_bytes > 0),
  unique (product_id, file_name)
);
comment on table product_document is 'Pictures and papers of a product; the files themselves lie elsewhere.';
comment on column product_document.content_hash is 'SHA-256 of the file.';
