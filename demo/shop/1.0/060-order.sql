-- What was ordered, sent and billed.

create table sales_order (
  id bigint generated always as identity primary key,
  number varchar(20) not null unique,
  public_id uuid not null unique default gen_random_uuid(),
  customer_id bigint not null references customer (id),
  contact_id bigint references contact (id) on delete set null,
  billing_address_id bigint not null references address (id),
  shipping_address_id bigint not null references address (id),
  warehouse_id bigint not null references warehouse (id),
  payment_term_id bigint not null references payment_term (id),
  currency_code char(3) not null references currency (code),
  employee_id bigint references employee (id),
  status order_status not null default 'draft',
  customer_reference varchar(60),
  ordered_at timestamptz not null default now(),
  requested_on date,
  shipping_cost numeric(12, 2) not null default 0 constraint sales_order_shipping_cost_not_negative check (shipping_cost >= 0),
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sales_order_customer_id_idx on sales_order (customer_id);
create index sales_order_contact_id_idx on sales_order (contact_id);
create index sales_order_billing_address_id_idx on sales_order (billing_address_id);
create index sales_order_shipping_address_id_idx on sales_order (shipping_address_id);
create index sales_order_warehouse_id_idx on sales_order (warehouse_id);
create index sales_order_payment_term_id_idx on sales_order (payment_term_id);
create index sales_order_currency_code_idx on sales_order (currency_code);
create index sales_order_employee_id_idx on sales_order (employee_id);
create index sales_order_ordered_at_idx on sales_order (ordered_at);
create trigger sales_order_touch before update on sales_order for each row execute function touch_updated_at();
comment on table sales_order is 'Orders of our customers.';
comment on column sales_order.number is 'Order number: SO, year, running number.';
comment on column sales_order.public_id is 'The order in links that customers see.';
comment on column sales_order.customer_reference is 'The customer''s own order number.';
comment on column sales_order.requested_on is 'The day on which the customer wants the goods.';

create table sales_order_line (
  id bigint generated always as identity primary key,
  sales_order_id bigint not null references sales_order (id) on delete cascade,
  line_number integer not null constraint sales_order_line_number_positive check (line_number > 0),
  product_id bigint not null references product (id),
  unit_id bigint not null references unit (id),
  description varchar(200) not null,
  quantity numeric(12, 3) not null constraint sales_order_line_quantity_positive check (quantity > 0),
  unit_price numeric(12, 4) not null constraint sales_order_line_price_not_negative check (unit_price >= 0),
  discount percentage not null default 0,
  tax_rate percentage not null,
  line_total numeric(14, 2) generated always as (round(quantity * unit_price * (100 - discount) / 100, 2)) stored,
  unique (sales_order_id, line_number)
);
create index sales_order_line_product_id_idx on sales_order_line (product_id);
create index sales_order_line_unit_id_idx on sales_order_line (unit_id);
comment on table sales_order_line is 'Lines of an order.';
comment on column sales_order_line.description is 'Name of the product at the time of the order.';
comment on column sales_order_line.unit_price is 'For one unit, without tax, in the order''s currency.';
comment on column sales_order_line.line_total is 'Quantity times price less discount, rounded to cents.';

create function refuse_line_of_closed_order() returns trigger language plpgsql as $$
declare
  closed sales_order%rowtype;
begin
  select * into closed from sales_order where id = coalesce(new.sales_order_id, old.sales_order_id);
  if closed.status in ('completed', 'cancelled') then
    raise exception 'order % is % and takes no changes to its lines', closed.number, closed.status
      using errcode = 'restrict_violation', hint = 'Open a new order, or set the order back to confirmed first.';
  end if;
  return coalesce(new, old);
end
$$;
create trigger sales_order_line_of_open_order before insert or update or delete on sales_order_line
  for each row execute function refuse_line_of_closed_order();

create table sales_order_status_change (
  id bigint generated always as identity primary key,
  sales_order_id bigint not null references sales_order (id) on delete cascade,
  status order_status not null,
  changed_at timestamptz not null,
  employee_id bigint references employee (id),
  remark text,
  unique (sales_order_id, status, changed_at)
);
create index sales_order_status_change_employee_id_idx on sales_order_status_change (employee_id);
comment on table sales_order_status_change is 'When an order reached which status, and who moved it.';

create table shipment (
  id bigint generated always as identity primary key,
  number varchar(20) not null unique,
  sales_order_id bigint not null references sales_order (id),
  warehouse_id bigint not null references warehouse (id),
  carrier varchar(60) not null,
  tracking_number varchar(40),
  shipped_at timestamptz not null,
  delivered_at timestamptz,
  weight numeric(10, 3) constraint shipment_weight_not_negative check (weight >= 0),
  constraint shipment_delivered_after_shipped check (delivered_at >= shipped_at)
);
create index shipment_sales_order_id_idx on shipment (sales_order_id);
create index shipment_warehouse_id_idx on shipment (warehouse_id);
comment on table shipment is 'Deliveries. An order may be sent in several.';
comment on column shipment.weight is 'Gross weight in kilograms.';

create table shipment_line (
  shipment_id bigint not null references shipment (id) on delete cascade,
  sales_order_line_id bigint not null references sales_order_line (id),
  quantity numeric(12, 3) not null constraint shipment_line_quantity_positive check (quantity > 0),
  primary key (shipment_id, sales_order_line_id)
);
create index shipment_line_sales_order_line_id_idx on shipment_line (sales_order_line_id);
comment on table shipment_line is 'How much of an order line went with a delivery.';

create table invoice (
  id bigint generated always as identity primary key,
  number varchar(20) not null unique,
  sales_order_id bigint not null references sales_order (id),
  status invoice_status not null default 'open',
  issued_on date not null,
  due_on date not null,
  net_amount numeric(14, 2) not null,
  tax_amount numeric(14, 2) not null default 0,
  gross_amount numeric(14, 2) generated always as (net_amount + tax_amount) stored,
  paid_on date,
  constraint invoice_due_after_issue check (due_on >= issued_on),
  constraint invoice_paid_has_date check ((status = 'paid') = (paid_on is not null))
);
create index invoice_sales_order_id_idx on invoice (sales_order_id);
comment on table invoice is 'Invoices of an order.';
comment on column invoice.gross_amount is 'Net and tax together, in the order''s currency.';
