-- Tools that the shop lends to its customers: a module of its own beside the shop's tables.

create table tool (
  id bigint generated always as identity primary key,
  code text not null unique,
  name text not null,
  warehouse_id bigint not null references warehouse
);

create table rental (
  id bigint generated always as identity primary key,
  tool_id bigint not null references tool,
  customer_id bigint not null references customer,
  lent_on date not null,
  follows_id bigint references rental,
  unique (tool_id, lent_on)
);
