-- Who buys: groups of companies and their subsidiaries, the people there, and where goods and invoices go.

create table customer_group (
  id bigint generated always as identity primary key,
  code varchar(20) not null unique,
  name varchar(80) not null,
  discount percentage not null default 0
);
comment on table customer_group is 'Groups that share prices and terms.';
comment on column customer_group.discount is 'Percent taken off the list price where no price list says otherwise.';

create table customer (
  id bigint generated always as identity primary key,
  number varchar(12) not null unique,
  name varchar(120) not null,
  legal_form varchar(20),
  parent_id bigint references customer (id),
  customer_group_id bigint not null references customer_group (id),
  payment_term_id bigint not null references payment_term (id),
  employee_id bigint references employee (id),
  country_code char(2) not null references country (code),
  currency_code char(3) not null references currency (code),
  status customer_status not null default 'prospect',
  vat_number varchar(20),
  website varchar(200),
  credit_limit numeric(12, 2) constraint customer_credit_limit_not_negative check (credit_limit >= 0),
  is_tax_exempt boolean not null default false,
  notes text,
  attributes jsonb not null default '{}' constraint customer_attributes_object check (jsonb_typeof(attributes) = 'object'),
  customer_since date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint customer_not_its_own_parent check (parent_id <> id)
);
create index customer_parent_id_idx on customer (parent_id);
create index customer_customer_group_id_idx on customer (customer_group_id);
create index customer_payment_term_id_idx on customer (payment_term_id);
create index customer_employee_id_idx on customer (employee_id);
create index customer_country_code_idx on customer (country_code);
create index customer_currency_code_idx on customer (currency_code);
create index customer_name_idx on customer (name);
create trigger customer_touch before update on customer for each row execute function touch_updated_at();
comment on table customer is 'Companies that buy from us. A subsidiary names its group as parent.';
comment on column customer.number is 'Our customer number, C followed by digits.';
comment on column customer.parent_id is 'The company this one belongs to; empty at the top of a group.';
comment on column customer.customer_group_id is 'Decides prices and terms.';
comment on column customer.employee_id is 'Who looks after the customer.';
comment on column customer.credit_limit is 'Open orders and invoices may reach this sum, in the customer''s currency; empty: no limit.';
comment on column customer.attributes is 'What only some customers have, such as the number of staff or delivery notes by e-mail.';

create table contact (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customer (id) on delete cascade,
  first_name varchar(60) not null,
  last_name varchar(60) not null,
  full_name varchar(121) generated always as (first_name || ' ' || last_name) stored,
  email email_address not null unique,
  phone varchar(30),
  job_title varchar(80),
  is_primary boolean not null default false,
  newsletter boolean not null default false,
  created_at timestamptz not null default now()
);
create index contact_customer_id_idx on contact (customer_id);
create unique index contact_one_primary_idx on contact (customer_id) where is_primary;
comment on table contact is 'People at a customer.';
comment on column contact.is_primary is 'The first person to call; at most one for each customer.';
comment on column contact.newsletter is 'Has agreed to receive the newsletter.';

create table address (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customer (id) on delete cascade,
  code varchar(20) not null,
  kind address_kind not null default 'both',
  company varchar(120),
  street varchar(120) not null,
  street_2 varchar(120),
  postal_code varchar(12) not null,
  city varchar(80) not null,
  country_code char(2) not null references country (code),
  is_default boolean not null default false,
  delivery_notes text,
  unique (customer_id, code)
);
create index address_country_code_idx on address (country_code);
comment on table address is 'Where a customer gets goods and invoices.';
comment on column address.code is 'Short name of the address at this customer, such as HQ or WH-1.';
comment on column address.delivery_notes is 'For the driver: gate, hours, whom to call.';
