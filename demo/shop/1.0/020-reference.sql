-- What everything else refers to: currencies, countries, units, taxes, terms of payment, our own staff.

create table currency (
  code char(3) primary key constraint currency_code_letters check (code ~ '^[A-Z]{3}$'),
  name varchar(60) not null unique,
  symbol varchar(5) not null,
  decimals smallint not null default 2 constraint currency_decimals_range check (decimals between 0 and 4)
);
comment on table currency is 'Currencies we buy and sell in.';
comment on column currency.code is 'ISO 4217 code.';
comment on column currency.decimals is 'Digits after the point on documents.';

create table country (
  code char(2) primary key constraint country_code_letters check (code ~ '^[A-Z]{2}$'),
  name varchar(80) not null unique,
  currency_code char(3) not null references currency (code),
  is_eu boolean not null default false
);
create index country_currency_code_idx on country (currency_code);
comment on table country is 'Countries we deliver to.';
comment on column country.code is 'ISO 3166-1 alpha-2 code.';
comment on column country.is_eu is 'Member of the European Union: decides whether a delivery is an export.';

create table unit (
  id bigint generated always as identity primary key,
  code varchar(10) not null unique,
  name varchar(60) not null,
  decimals smallint not null default 0 constraint unit_decimals_range check (decimals between 0 and 3)
);
comment on table unit is 'Units of measure and packagings.';
comment on column unit.code is 'Short code as it stands on documents, such as PCE or BOX.';
comment on column unit.decimals is 'Digits after the point that a quantity may have: 0 for pieces, 2 for metres.';

create table tax_jurisdiction (
  id bigint generated always as identity primary key,
  code varchar(20) not null unique,
  name varchar(80) not null,
  country_code char(2) not null references country (code),
  parent_id bigint references tax_jurisdiction (id),
  constraint tax_jurisdiction_not_its_own_parent check (parent_id <> id)
);
create index tax_jurisdiction_country_code_idx on tax_jurisdiction (country_code);
create index tax_jurisdiction_parent_id_idx on tax_jurisdiction (parent_id);
comment on table tax_jurisdiction is 'Where a tax rule holds: a country, or a region inside it.';

create table tax_code (
  id bigint generated always as identity primary key,
  code varchar(20) not null unique,
  name varchar(80) not null
);
comment on table tax_code is 'Tax classes of goods: standard, reduced, exempt.';

create table tax_rate (
  tax_code_id bigint not null references tax_code (id),
  tax_jurisdiction_id bigint not null references tax_jurisdiction (id),
  valid_from date not null,
  rate percentage not null,
  primary key (tax_code_id, tax_jurisdiction_id, valid_from)
);
create index tax_rate_tax_jurisdiction_id_idx on tax_rate (tax_jurisdiction_id);
comment on table tax_rate is 'Rate of a tax class in a jurisdiction, from a day on until the next one.';
comment on column tax_rate.rate is 'Percent of the net amount.';

create table payment_term (
  id bigint generated always as identity primary key,
  code varchar(20) not null unique,
  name varchar(80) not null,
  days_due smallint not null constraint payment_term_days_range check (days_due between 0 and 180),
  discount_days smallint,
  discount percentage,
  constraint payment_term_discount_whole
    check ((discount_days is null) = (discount is null) and (discount_days is null or discount_days < days_due))
);
comment on table payment_term is 'When an invoice is due, and what is taken off for early payment.';
comment on column payment_term.days_due is 'Days from the date of the invoice.';
comment on column payment_term.discount is 'Percent taken off if paid within discount_days.';

create table employee (
  id bigint generated always as identity primary key,
  number varchar(10) not null unique,
  first_name varchar(60) not null,
  last_name varchar(60) not null,
  email email_address not null unique,
  job_title varchar(80) not null,
  manager_id bigint references employee (id),
  hired_on date not null,
  constraint employee_not_own_manager check (manager_id <> id)
);
create index employee_manager_id_idx on employee (manager_id);
comment on table employee is 'Our own staff who look after customers and orders.';
