-- Types and the one function that several tables share.

create domain product_code as varchar(40)
  constraint product_code_letters check (value ~ '^[A-Z0-9][A-Z0-9._-]*$');
comment on domain product_code is 'An article number: capitals, digits, dot, dash and underscore.';

create domain email_address as varchar(254)
  constraint email_address_form check (value ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$');
comment on domain email_address is 'An e-mail address, checked for its form only.';

create domain percentage as numeric(5, 2)
  constraint percentage_range check (value between 0 and 100);
comment on domain percentage is 'A share in percent, 0 to 100.';

create type product_status as enum ('draft', 'active', 'discontinued');
create type customer_status as enum ('prospect', 'active', 'blocked', 'closed');
create type address_kind as enum ('billing', 'shipping', 'both');
create type document_kind as enum ('image', 'datasheet', 'certificate', 'manual');
create type product_link_kind as enum ('accessory', 'spare_part', 'alternative', 'successor');
create type order_status as enum ('draft', 'confirmed', 'picking', 'shipped', 'completed', 'cancelled');
create type invoice_status as enum ('open', 'paid', 'overdue', 'credited');
create type stock_movement_kind as enum ('receipt', 'shipment', 'correction', 'transfer');

create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function touch_updated_at() is 'Keeps updated_at right, whoever writes the row.';
