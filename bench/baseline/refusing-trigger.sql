-- A rule that only the database knows: products whose name begins with "Recalled: " are refused. The condition stands in
-- `when`, so that rows it doesn't concern cost next to nothing.
create function refuse_recalled() returns trigger language plpgsql as $$
begin
  raise exception 'product % is recalled', new.sku using errcode = 'integrity_constraint_violation';
end
$$;
create trigger bench_product_not_recalled before insert or update on bench_product
  for each row when (new.name like 'Recalled: %') execute function refuse_recalled();
